// SPDX-License-Identifier: Apache-2.0
// A thousand clients that take their time, in the four ways of slowhttptest (heads, bodies, ranges, reading) and in
// silence, while an honest one asks every second. The server's clock goes by the second.
#include <sys/resource.h>
#include <sys/socket.h>

#include "server_kit.h"

enum { CLIENTS = 1000 };

static int fds[CLIENTS];

static int set_up(void **state) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < 2 * CLIENTS + 100) {
        print_message("needs %d descriptors\n", 2 * CLIENTS + 100);
        skip();
    }
    limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    (void)kit_set_up(state);
    kit.options.limits.connections = 2 * CLIENTS;
    kit.options.limits.connections_of_one = 0;
    kit_open();
    return 0;
}

static void dial_all(int count, const char *first) {
    for (int i = 0; i < count; i++) {
        fds[i] = kit_dial();
        if (first[0] != '\0') assert_true(send(fds[i], first, strlen(first), MSG_NOSIGNAL) > 0);
        if (i % 64 == 0) kit_steps(1);
    }
    kit_steps(CLIENTS / 64);
}

static void send_all(int count, const char *text) {
    for (int i = 0; i < count; i++) (void)!send(fds[i], text, strlen(text), MSG_NOSIGNAL);
    kit_steps(CLIENTS / 64);
}

static void close_all(int count) {
    for (int i = 0; i < count; i++) close(fds[i]);
    for (int i = 0; i < 1000 && server_connections(kit.server) > 0; i++) kit_pass(NS_PER_S / 10);
    assert_int_equal(server_connections(kit.server), 0);
    assert_int_equal(server_counts(kit.server)->buffers, 0);
}

static void serve_honest(void) {
    int fd = kit_dial();
    kit_say(fd, "GET /honest" HOST "Connection: close\r\n\r\n");
    kit_has(kit_hear(fd), "GET /honest? 0:");
    close(fd);
    kit_steps(2);
}

// Every client sends `trickle` each second; all are gone `within` seconds, and not before half of that.
static void check_trickle(const char *first, const char *trickle, int within) {
    int gone = -1;
    dial_all(CLIENTS, first);
    serve_honest();
    for (int second = 1; second <= within + 3 && gone < 0; second++) {
        if (trickle[0] != '\0') send_all(CLIENTS, trickle);
        kit_pass(NS_PER_S);
        serve_honest();
        if (server_connections(kit.server) == 0) gone = second;
    }
    assert_in_range(gone, within / 2, within + 3);
    close_all(CLIENTS);
}

static void slow_heads_are_cut(void **state) {
    check_trickle("GET / HTTP/1.1\r\nHost: a\r\nX-", "a", 10);
}

static void slow_heads_of_many_fields_are_cut(void **state) {
    check_trickle("GET / HTTP/1.1\r\nHost: a\r\n", "X: y\r\n", 10);
}

static void silent_connections_are_cut(void **state) {
    check_trickle("", "", 10);
}

static void slow_bodies_are_cut(void **state) {
    check_trickle("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n\r\n", "b", 20);
}

static void slow_chunks_are_cut(void **state) {
    check_trickle("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nb\r\n",
                  20);
}

// Thousands of overlapping ranges: a field too long is refused, a shorter one means nothing here.
static void ranges_without_end_cost_nothing(void **state) {
    char request[9000] = "HEAD / HTTP/1.1\r\nHost: a\r\nRange: bytes=0-";
    size_t len = strlen(request);
    for (int i = 1; len < 8800; i++) len += (size_t)snprintf(request + len, 16, ",5-%d", i);
    snprintf(request + len, 8, "\r\n\r\n");
    dial_all(CLIENTS, request);
    assert_int_equal(kit.requests, CLIENTS);
    serve_honest();
    assert_true(server_counts(kit.server)->buffers < CLIENTS * 200);
    close_all(CLIENTS);
}

// Answers of 2 MB that nobody takes, more of them than memory may hold.
static void readers_that_take_nothing_are_cut(void **state) {
    enum { READERS = 100 };
    server_close(kit.server);
    kit.options.limits.buffers_max = 64 << 20;
    kit_open();
    dial_all(READERS, "");
    for (int i = 0; i < READERS; i++) {
        int small = 65536;
        setsockopt(fds[i], SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    }
    for (int i = 0; i < 8; i++) send_all(READERS, "GET /big" HOST "\r\n");
    assert_in_range(server_counts(kit.server)->bad_requests, 1, READERS);
    assert_true(server_counts(kit.server)->buffers < (64 << 20) + 2000000);
    for (int second = 1; second <= 40; second++) {
        kit_pass(NS_PER_S);
        if (second > 6) serve_honest();
    }
    assert_int_equal(server_connections(kit.server), 0);
    close_all(READERS);
}

#define SLOW_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, kit_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        SLOW_TEST(slow_heads_are_cut),
        SLOW_TEST(slow_heads_of_many_fields_are_cut),
        SLOW_TEST(silent_connections_are_cut),
        SLOW_TEST(slow_bodies_are_cut),
        SLOW_TEST(slow_chunks_are_cut),
        SLOW_TEST(ranges_without_end_cost_nothing),
        SLOW_TEST(readers_that_take_nothing_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
