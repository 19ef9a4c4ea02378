// SPDX-License-Identifier: Apache-2.0
// The loop: requests and answers over real sockets, limits and times.
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>

#include "server_kit.h"

static void a_request_is_answered_and_the_connection_kept(void **state) {
    kit_open();
    int fd = kit_dial();
    for (int i = 0; i < 3; i++) {
        kit_say(fd, "GET /a%20b?x=1" HOST "\r\n");
        const char *reply = kit_hear(fd);
        kit_has(reply, "HTTP/1.1 200 OK\r\n");
        kit_has(reply, "\r\nDate: ");
        kit_has(reply, "\r\nContent-Type: text/plain\r\n");
        kit_has(reply, "\r\nContent-Length: 15\r\n");
        kit_has(reply, "\r\nX-Seen: yes\r\n");
        kit_has(reply, "\r\n\r\nGET /a b?x=1 0:");
        kit_has_not(reply, "Connection:");
        assert_false(kit.heard_end);
    }
    assert_int_equal(server_counts(kit.server)->requests, 3);
    close(fd);
    kit_steps(2);
    assert_int_equal(server_connections(kit.server), 0);
    assert_int_equal(server_counts(kit.server)->buffers, 0);
}

static void a_request_that_comes_byte_by_byte_is_the_same(void **state) {
    static const char request[] = "POST /p" HOST "Transfer-Encoding: chunked\r\n\r\n"
                                  "3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: 1\r\n\r\n";
    kit_open();
    int fd = kit_dial();
    for (size_t i = 0; i < sizeof request - 1; i++) {
        assert_int_equal(kit.requests, 0);
        kit_push(fd, request + i, 1);
    }
    kit_has(kit_hear(fd), "POST /p? 5:abcde");
    close(fd);
}

static void requests_sent_at_once_are_answered_in_order(void **state) {
    kit_open();
    int fd = kit_dial();
    kit_say(fd, "GET /one" HOST "\r\nGET /hold" HOST "\r\nPOST /two" HOST
                "Content-Length: 3\r\n\r\nabcGET /hold" HOST "\r\nGET /three" HOST "\r\n");
    kit_has(kit_hear(fd), "GET /one? 0:");
    kit_has_not(kit.heard, "/two");
    assert_int_equal(kit.requests, 2);
    http_reply(kit.held[0], 201, NULL, "held", 4);
    kit_has(kit_hear(fd), "HTTP/1.1 201 Created");
    kit_has(kit.heard, "heldHTTP/1.1 200 OK");
    kit_has(kit.heard, "POST /two? 3:abc");
    kit_has_not(kit.heard, "/three");
    http_reply(kit.held[1], 200, "text/plain", NULL, 0);
    kit_has(kit_hear(fd), "Content-Length: 0");
    kit_has(kit.heard, "GET /three? 0:");
    assert_int_equal(kit.requests, 5);
    close(fd);
}

static void head_tells_the_length_and_sends_nothing(void **state) {
    kit_open();
    int fd = kit_dial();
    kit_say(fd, "HEAD /x" HOST "\r\nHEAD /big" HOST "\r\nGET /none" HOST "\r\n");
    kit_has(kit_hear(fd), "Content-Length: 11\r\n");
    kit_has(kit.heard, "Content-Length: 2000000\r\n");
    kit_has(kit.heard, "HTTP/1.1 204 No Content\r\n");
    kit_has_not(kit.heard, "HEAD /x");
    kit_has_not(kit.heard, "0123456789");
    kit_has_not(kit.heard, "GET /none");
    close(fd);
}

static void a_client_that_asks_may_send_its_body(void **state) {
    kit_open();
    int fd = kit_dial();
    kit_say(fd, "POST /" HOST "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    assert_string_equal(kit_hear(fd), "HTTP/1.1 100 Continue\r\n\r\n");
    kit_say(fd, "body");
    kit_has(kit_hear(fd), "POST /? 4:body");
    // Who sends at once is not asked to.
    kit_say(fd, "POST /" HOST "Content-Length: 4\r\nExpect: 100-continue\r\n\r\nbody");
    kit_has_not(kit_hear(fd), "100 Continue");
    // Who would send too much is told instead.
    kit_say(fd, "POST /" HOST "Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
    kit_has(kit_hear(fd), "HTTP/1.1 413 Content Too Large\r\n");
    kit_has_not(kit.heard, "100 Continue");
    assert_true(kit.heard_end);
    close(fd);
}

static void a_connection_ends_when_either_side_says_so(void **state) {
    static const struct {
        const char *request, *field;
        bool ends;
    } rows[] = {
        {"GET /" HOST "Connection: close\r\n\r\n", "Connection: close\r\n", true},
        {"GET /close" HOST "\r\n", "Connection: close\r\n", true},
        {"GET / HTTP/1.0\r\n\r\n", "Connection: close\r\n", true},
        {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "Connection: keep-alive\r\n", false},
    };
    kit_open();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int fd = kit_dial();
        kit_say(fd, rows[i].request);
        kit_has(kit_hear(fd), rows[i].field);
        kit_has(kit.heard, "HTTP/1.1 200 OK");
        assert_int_equal(kit.heard_end, rows[i].ends);
        close(fd);
    }
    kit_steps(3);
    assert_int_equal(server_connections(kit.server), 0);
}

static void a_request_behind_the_last_is_not_looked_at(void **state) {
    kit_open();
    int fd = kit_dial();
    kit_say(fd, "GET /close" HOST "\r\nGET /more" HOST "\r\n");
    (void)kit_hear(fd);
    assert_int_equal(kit.requests, 1);
    close(fd);
    fd = kit_dial();
    kit_say(fd, "GET / HTTP/1.1\r\n\r\nGET /more" HOST "\r\n");
    kit_has(kit_hear(fd), "HTTP/1.1 400 Bad Request\r\n");
    assert_int_equal(kit.requests, 1);
    close(fd);
}

static void a_refusal_says_why_and_ends_the_connection(void **state) {
    static const char *const rows[][3] = {
        {"POST /" HOST "Content-Length: +5\r\n\r\nhello", "400 Bad Request", "no number of bytes"},
        {"GET /%2e%2e%2fetc" HOST "\r\n", "400 Bad Request", "slash of the path"},
        {"GET /%c0%ae" HOST "\r\n", "400 Bad Request", "UTF-8"},
        {"POST /" HOST "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n", "400 Bad Request",
         "too large"},
        {"POST /" HOST "Content-Length: 1001\r\n\r\n", "413 Content Too Large", "longer"},
        {"POST /" HOST "Transfer-Encoding: chunked\r\n\r\n3e9\r\n", "413 Content Too Large",
         "longer"},
        {"GET / HTTP/3.0\r\n\r\n", "505 HTTP Version Not Supported", "version"},
        {"GET /" HOST "Expect: tea\r\n\r\n", "417 Expectation Failed", "100-continue"},
    };
    kit.options.common_fields = "X-Common: here\r\n";
    kit_open();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char filler[1200];
        int fd = kit_dial();
        kit_say(fd, rows[i][0]);
        memset(filler, 'x', sizeof filler); // what was on its way loses nobody the answer
        kit_push(fd, filler, sizeof filler);
        kit_has(kit_hear(fd), rows[i][1]);
        kit_has(kit.heard, rows[i][2]);
        kit_has(kit.heard, "\r\nContent-Type: application/problem+json\r\n");
        kit_has(kit.heard, "\r\nConnection: close\r\n");
        kit_has(kit.heard, "\r\nX-Common: here\r\n");
        assert_true(kit.heard_end);
        close(fd);
    }
    assert_int_equal(kit.requests, 0);
    assert_int_equal(server_counts(kit.server)->bad_requests, sizeof rows / sizeof *rows);
    kit_steps(3);
    assert_int_equal(server_connections(kit.server), 0);
    assert_int_equal(server_counts(kit.server)->buffers, 0);
}

static void an_answer_may_not_break_out_of_its_fields(void **state) {
    kit_open();
    int fd = kit_dial();
    kit_say(fd, "GET /hold" HOST "\r\n");
    struct http_exchange *exchange = kit.held[0];
    static char large[17000];
    memset(large, 'a', sizeof large - 1);
    assert_int_equal(http_header(exchange, "X", "a\r\nSet-Cookie: b"), ERR_ARGUMENT);
    assert_int_equal(http_header(exchange, "X Y", "a"), ERR_ARGUMENT);
    assert_int_equal(http_header(exchange, "content-length", "3"), ERR_ARGUMENT);
    assert_int_equal(http_header(exchange, "Connection", "upgrade"), ERR_ARGUMENT);
    assert_int_equal(http_header(exchange, "X", large), ERR_FULL);
    assert_int_equal(http_header(exchange, "X", "fine"), 0);
    http_reply(exchange, 200, NULL, "", 0);
    kit_has(kit_hear(fd), "\r\nX: fine\r\n");
    kit_has_not(kit.heard, "Cookie");
    close(fd);
}

static void a_text_that_failed_is_answered_500(void **state) {
    struct text text;
    kit_open();
    int fd = kit_dial();
    kit_say(fd, "GET /hold" HOST "\r\n");
    text_init(&text, 4);
    text_add(&text, "too long");
    http_reply_text(kit.held[0], 200, "text/plain", &text);
    kit_has(kit_hear(fd), "HTTP/1.1 500 Internal Server Error");
    close(fd);
}

static void an_exchange_whose_client_went_is_answered_into_nothing(void **state) {
    kit_open();
    int fd = kit_dial(), other = kit_dial();
    struct linger linger = {.l_onoff = 1};
    kit_say(fd, "GET /hold" HOST "\r\n");
    assert_false(http_exchange_gone(kit.held[0]));
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    close(fd);
    kit_steps(3);
    assert_true(http_exchange_gone(kit.held[0]));
    assert_string_equal(http_exchange_request(kit.held[0])->path, "/hold");
    assert_int_equal(server_connections(kit.server), 1);
    http_reply(kit.held[0], 200, "text/plain", "x", 1);
    kit_say(other, "GET /" HOST "\r\n");
    kit_has(kit_hear(other), "200 OK");
    close(other);
    kit_steps(3);
    assert_int_equal(server_counts(kit.server)->buffers, 0);
}

static void a_client_that_has_shut_its_side_hears_its_answers(void **state) {
    kit_open();
    int fd = kit_dial();
    kit_say(fd, "GET /one" HOST "\r\nGET /hold" HOST "\r\n");
    shutdown(fd, SHUT_WR);
    kit_steps(3);
    assert_false(http_exchange_gone(kit.held[0]));
    http_reply(kit.held[0], 200, "text/plain", "late", 4);
    kit_has(kit_hear(fd), "GET /one");
    kit_has(kit.heard, "late");
    assert_true(kit.heard_end);
    close(fd);
}

// A client that takes nothing: the rest waits, bounded, and no further request of it is looked at.
static void a_client_that_does_not_read_is_not_read(void **state) {
    kit_open();
    int fd = kit_dial(), small = 65536;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    for (int i = 0; i < 20; i++) kit_say(fd, "GET /big" HOST "\r\n");
    int before = kit.requests;
    assert_in_range(before, 1, 4);
    assert_true(server_counts(kit.server)->buffers < 3 * 2000000);
    size_t heard = 0;
    for (int i = 0; i < 2000 && kit.requests < 20; i++) {
        (void)kit_hear(fd);
        heard += kit.heard_size;
    }
    assert_int_equal(kit.requests, 20);
    while (kit_hear(fd)[0] != '\0') heard += kit.heard_size;
    assert_true(heard > 20 * 2000000 && heard < 20 * 2001000);
    // And one that never does is cut.
    for (int i = 0; i < 20; i++) kit_say(fd, "GET /big" HOST "\r\n");
    assert_int_equal(server_connections(kit.server), 1);
    kit_pass(29 * NS_PER_S);
    assert_int_equal(server_connections(kit.server), 1);
    kit_pass(2 * NS_PER_S);
    assert_int_equal(server_connections(kit.server), 0);
    assert_int_equal(server_counts(kit.server)->buffers, 0);
    close(fd);
}

static void a_head_has_ten_seconds(void **state) {
    kit_open();
    int fd = kit_dial(), silent = kit_dial();
    kit_say(fd, "GET /x");
    for (int i = 0; i < 9; i++) {
        kit_pass(NS_PER_S);
        kit_say(fd, "x");
    }
    assert_int_equal(server_connections(kit.server), 2);
    kit_pass(NS_PER_S + NS_PER_S / 2);
    kit_has(kit_hear(fd), "HTTP/1.1 408 Request Timeout\r\n");
    assert_true(kit.heard_end);
    assert_string_equal(kit_hear(silent), "");
    assert_true(kit.heard_end);
    close(fd);
    close(silent);
}

static void a_body_has_twenty_seconds_and_then_a_rate(void **state) {
    kit_open();
    int fd = kit_dial();
    kit_say(fd, "POST /" HOST "Content-Length: 1000\r\n\r\n");
    for (int i = 0; i < 19; i++) {
        kit_pass(NS_PER_S);
        kit_say(fd, "1");
    }
    kit_pass(NS_PER_S / 2);
    assert_false((kit_hear(fd), kit.heard_end));
    kit_pass(NS_PER_S);
    kit_has(kit_hear(fd), "HTTP/1.1 408 Request Timeout\r\n");
    close(fd);
    // A second for each 1,000 bytes.
    char block[501];
    memset(block, 'b', 500);
    block[500] = '\0';
    kit.options.limits.body_bytes_per_s = 100;
    server_close(kit.server);
    kit_open();
    fd = kit_dial();
    kit_say(fd, "POST /" HOST "Content-Length: 1000\r\n\r\n");
    kit_say(fd, block);
    kit_pass(24 * NS_PER_S);
    assert_false((kit_hear(fd), kit.heard_end));
    kit_say(fd, block);
    kit_has(kit_hear(fd), "HTTP/1.1 200 OK");
    close(fd);
}

static void an_idle_connection_is_kept_for_a_minute(void **state) {
    kit_open();
    int fd = kit_dial();
    kit_say(fd, "GET /" HOST "\r\n");
    (void)kit_hear(fd);
    kit_pass(59 * NS_PER_S);
    assert_false((kit_hear(fd), kit.heard_end));
    kit_pass(2 * NS_PER_S);
    assert_true((kit_hear(fd), kit.heard_end));
    close(fd);
    // While an answer is made there is no hurry.
    fd = kit_dial();
    kit_say(fd, "GET /hold" HOST "\r\n");
    kit_pass(1000 * NS_PER_S);
    http_reply(kit.held[0], 200, NULL, NULL, 0);
    kit_has(kit_hear(fd), "200 OK");
    close(fd);
}

static void a_connection_too_many_is_told_so(void **state) {
    int fds[KIT_CONNECTIONS];
    kit.options.limits.connections_of_one = 0;
    kit_open();
    for (int i = 0; i < KIT_CONNECTIONS; i++) fds[i] = kit_dial();
    int late = kit_dial();
    kit_has(kit_hear(late), "HTTP/1.1 503 Service Unavailable\r\n");
    assert_true(kit.heard_end);
    close(late);
    close(fds[3]);
    kit_steps(2);
    late = kit_dial();
    kit_say(late, "GET /" HOST "\r\n");
    kit_has(kit_hear(late), "200 OK");
    close(late);
    for (int i = 0; i < KIT_CONNECTIONS; i++)
        if (i != 3) close(fds[i]);
    assert_int_equal(server_counts(kit.server)->refused, 1);
}

static void an_address_has_its_share_of_connections(void **state) {
    struct net_range range;
    kit.options.limits.connections_of_one = 2;
    kit_open();
    int a = kit_dial(), b = kit_dial(), c = kit_dial();
    kit_has(kit_hear(c), "HTTP/1.1 429 Too Many Requests\r\n");
    close(c);
    close(a);
    kit_steps(2);
    a = kit_dial();
    kit_say(a, "GET /" HOST "\r\n");
    kit_has(kit_hear(a), "200 OK");
    close(a);
    close(b);
    // Proxies of ours have no share.
    assert_ok(net_range_parse("127.0.0.0/8", 11, &range));
    kit.options.trusted = (struct net_ranges){&range, 1};
    server_close(kit.server);
    kit_open();
    int fds[5];
    for (int i = 0; i < 5; i++) fds[i] = kit_dial();
    kit_say(fds[4], "GET /" HOST "\r\n");
    kit_has(kit_hear(fds[4]), "200 OK");
    for (int i = 0; i < 5; i++) close(fds[i]);
}

static void who_is_not_admitted_is_not_heard(void **state) {
    kit_open();
    kit.turn_away = true;
    int fd = kit_dial();
    assert_string_equal(kit_hear(fd), "");
    assert_true(kit.heard_end);
    close(fd);
}

static void bodies_of_all_together_have_a_limit(void **state) {
    kit.options.limits.buffers_max = 4000;
    kit_open();
    int fds[4], refused = 0;
    char block[901];
    memset(block, 'b', 900);
    block[900] = '\0';
    for (int i = 0; i < 4; i++) {
        fds[i] = kit_dial();
        kit_say(fds[i], "POST /" HOST "Content-Length: 1000\r\n\r\n");
        kit_say(fds[i], block);
        assert_true(server_counts(kit.server)->buffers <= 4000 + 1000);
    }
    for (int i = 0; i < 4; i++) {
        refused += strstr(kit_hear(fds[i]), "503 Service Unavailable") != NULL;
        close(fds[i]);
    }
    assert_in_range(refused, 1, 3);
    kit_steps(5);
    assert_int_equal(server_counts(kit.server)->buffers, 0);
}

static int calls;
static int order[64];

static void called(void *arg) {
    order[calls++ % 64] = (int)(intptr_t)arg;
}

static void timers_run_in_their_order_and_not_before(void **state) {
    kit_open();
    calls = 0;
    assert_int_equal(server_timer(kit.server, 3 * NS_PER_S, called, (void *)3), 0);
    assert_int_equal(server_timer(kit.server, NS_PER_S, called, (void *)1), 0);
    assert_int_equal(server_timer(kit.server, NS_PER_S, called, (void *)2), 0);
    assert_int_equal(server_timer(kit.server, 0, called, (void *)0), 0);
    kit_steps(1);
    assert_int_equal(calls, 1);
    kit_pass(NS_PER_S - 1);
    assert_int_equal(calls, 1);
    kit_pass(1);
    assert_int_equal(calls, 3);
    kit_pass(2 * NS_PER_S);
    assert_int_equal(calls, 4);
    for (int i = 0; i < 4; i++) assert_int_equal(order[i], i);
    for (int i = 0; i < 4096; i++)
        assert_int_equal(server_timer(kit.server, NS_PER_S, called, NULL), 0);
    assert_int_equal(server_timer(kit.server, NS_PER_S, called, NULL), ERR_FULL);
}

enum { POSTERS = 4, POSTS = 5000 };
static int posted[POSTERS];
static int posted_in_order = 1;

static void count_post(void *arg) {
    int who = (int)((intptr_t)arg / POSTS), which = (int)((intptr_t)arg % POSTS);
    posted_in_order &= posted[who]++ == which;
}

static void *post_all(void *arg) {
    for (intptr_t i = 0; i < POSTS; i++)
        while (server_post(kit.server, count_post, (void *)((intptr_t)arg * POSTS + i)) < 0)
            sched_yield();
    return NULL;
}

static void what_other_threads_post_runs_here_in_their_order(void **state) {
    pthread_t threads[POSTERS];
    kit_open();
    memset(posted, 0, sizeof posted);
    for (intptr_t i = 0; i < POSTERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, post_all, (void *)i), 0);
    for (int i = 0; i < 100000 && posted[0] + posted[1] + posted[2] + posted[3] < POSTERS * POSTS;
         i++)
        assert_int_equal(server_step(kit.server, 50), 0);
    for (int i = 0; i < POSTERS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < POSTERS; i++) assert_int_equal(posted[i], POSTS);
    assert_true(posted_in_order);
}

static void posts_have_a_limit_and_none_is_lost(void **state) {
    kit_open();
    calls = 0;
    for (int i = 0; i < 65536; i++) assert_int_equal(server_post(kit.server, called, NULL), 0);
    assert_int_equal(server_post(kit.server, called, NULL), ERR_FULL);
    kit_steps(2);
    assert_int_equal(calls, 65536);
    assert_int_equal(server_post(kit.server, called, NULL), 0);
    server_close(kit.server); // runs what was posted
    kit.server = NULL;
    assert_int_equal(calls, 65537);
}

static void a_server_that_stops_answers_what_is_under_way(void **state) {
    kit_open();
    int idle = kit_dial(), busy = kit_dial();
    kit_say(idle, "GET /" HOST "\r\n");
    (void)kit_hear(idle);
    kit_say(busy, "GET /hold" HOST "\r\n");
    server_drain(kit.server);
    kit_steps(2);
    assert_true((kit_hear(idle), kit.heard_end));
    assert_false((kit_hear(busy), kit.heard_end));
    http_reply(kit.held[0], 200, "text/plain", "last", 4);
    kit_has(kit_hear(busy), "Connection: close\r\n");
    kit_has(kit.heard, "last");
    assert_true(kit.heard_end);
    close(idle);
    close(busy);
    kit_steps(3);
    assert_int_equal(server_connections(kit.server), 0);
}

static void a_server_that_is_told_to_stop_runs_no_longer(void **state) {
    static const volatile sig_atomic_t stop = 1;
    kit_open();
    assert_ok(server_run(kit.server, &stop));
}

static void an_address_that_is_taken_or_none_is_an_error(void **state) {
    struct http_service service = {.request = NULL};
    struct server *other;
    kit_open();
    kit.options.port = server_port(kit.server);
    assert_int_equal(server_open(&kit.options, &service, &other), ERR_IO);
    assert_non_null(strstr(err_story(), "127.0.0.1"));
    kit.options.address = "example.com";
    assert_int_equal(server_open(&kit.options, &service, &other), ERR_ARGUMENT);
    kit.options.address = "127.0.0.1";
    kit.options.common_fields = "no field";
    assert_int_equal(server_open(&kit.options, &service, &other), ERR_ARGUMENT);
}

#define KIT_TEST(name) cmocka_unit_test_setup_teardown(name, kit_set_up, kit_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        KIT_TEST(a_request_is_answered_and_the_connection_kept),
        KIT_TEST(a_request_that_comes_byte_by_byte_is_the_same),
        KIT_TEST(requests_sent_at_once_are_answered_in_order),
        KIT_TEST(head_tells_the_length_and_sends_nothing),
        KIT_TEST(a_client_that_asks_may_send_its_body),
        KIT_TEST(a_connection_ends_when_either_side_says_so),
        KIT_TEST(a_request_behind_the_last_is_not_looked_at),
        KIT_TEST(a_refusal_says_why_and_ends_the_connection),
        KIT_TEST(an_answer_may_not_break_out_of_its_fields),
        KIT_TEST(a_text_that_failed_is_answered_500),
        KIT_TEST(an_exchange_whose_client_went_is_answered_into_nothing),
        KIT_TEST(a_client_that_has_shut_its_side_hears_its_answers),
        KIT_TEST(a_client_that_does_not_read_is_not_read),
        KIT_TEST(a_head_has_ten_seconds),
        KIT_TEST(a_body_has_twenty_seconds_and_then_a_rate),
        KIT_TEST(an_idle_connection_is_kept_for_a_minute),
        KIT_TEST(a_connection_too_many_is_told_so),
        KIT_TEST(an_address_has_its_share_of_connections),
        KIT_TEST(who_is_not_admitted_is_not_heard),
        KIT_TEST(bodies_of_all_together_have_a_limit),
        KIT_TEST(timers_run_in_their_order_and_not_before),
        KIT_TEST(what_other_threads_post_runs_here_in_their_order),
        KIT_TEST(posts_have_a_limit_and_none_is_lost),
        KIT_TEST(a_server_that_stops_answers_what_is_under_way),
        KIT_TEST(a_server_that_is_told_to_stop_runs_no_longer),
        KIT_TEST(an_address_that_is_taken_or_none_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
