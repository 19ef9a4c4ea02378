// SPDX-License-Identifier: Apache-2.0
// The loop and its sockets: a client in the same thread, the server's clock in the test's hand.
#include "harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include "base/timestamp.h"
#include "edge/net/server.h"

enum { CLIENTS_MAX = 16, REPLY_MAX = 1 << 22, STEPS_MAX = 20000 };

static struct server *server;
static struct server_options options;
static int64_t clock_ns;

// What the service saw and keeps.
static struct {
    int requests, messages, writable, closed, code, opcode;
    struct http_exchange *held[8];
    int held_count;
    struct websocket *socket;
    size_t body_max;
    bool turn_away;
    char said[1024];
    size_t said_size;
} seen;

static int64_t test_clock(void *self) {
    return clock_ns;
}

static void on_message(void *self, struct websocket *socket, enum websocket_opcode opcode,
                       const void *data, size_t size) {
    seen.messages++;
    seen.opcode = opcode;
    seen.said_size = size;
    memcpy(seen.said, data, size < sizeof seen.said ? size : sizeof seen.said);
    assert_ptr_equal(self, &seen);
    assert_ptr_equal(websocket_self(socket), &seen);
    if (size == 4 && memcmp(data, "quit", 4) == 0)
        websocket_close(socket, 1000, "as you say");
    else if (size == 3 && memcmp(data, "cut", 3) == 0)
        websocket_cut(socket, 4001, "too slow");
    else
        assert_int_equal(websocket_send(socket, opcode, data, size), 0);
}

static void on_writable(void *self, struct websocket *socket) {
    seen.writable++;
}

static void on_close(void *self, struct websocket *socket, int code) {
    seen.closed++;
    seen.code = code;
    seen.socket = NULL;
}

static const struct websocket_handler handler = {on_message, on_writable, on_close};

// Paths of the service: /hold answers later, /big is large, /ws is a WebSocket; everything else tells what it heard.
static void on_request(void *self, struct http_exchange *exchange,
                       const struct http_request *request) {
    struct text body;
    seen.requests++;
    assert_ptr_equal(http_exchange_request(exchange), request);
    if (strcmp(request->path, "/hold") == 0) {
        seen.held[seen.held_count++] = exchange;
        return;
    }
    if (strcmp(request->path, "/ws") == 0) {
        seen.socket = http_upgrade(exchange, &handler, &seen, NULL);
        return;
    }
    text_init(&body, REPLY_MAX);
    if (strcmp(request->path, "/big") == 0)
        for (int i = 0; i < 200000; i++) text_add(&body, "0123456789");
    else
        text_printf(&body, "%s %s?%s %zu:%.*s", request->method, request->path, request->query,
                    request->body_size, (int)request->body_size,
                    request->body != NULL ? (const char *)request->body : "");
    if (strcmp(request->path, "/close") == 0) http_close_after(exchange);
    assert_int_equal(http_header(exchange, "X-Seen", "yes"), 0);
    http_reply_text(exchange, strcmp(request->path, "/none") == 0 ? 204 : 200, "text/plain", &body);
}

static size_t on_body_max(void *self, const struct http_request *request) {
    return seen.body_max;
}

static bool on_admit(void *self, const struct net_address *peer) {
    return !seen.turn_away && net_address_is_loopback(peer);
}

static void open_server(void) {
    struct http_service service = {NULL, on_request, on_body_max, on_admit};
    assert_ok(server_open(&options, &service, &server));
}

static int set_up(void **state) {
    memset(&seen, 0, sizeof seen);
    seen.body_max = 1000;
    clock_ns = 1000 * NS_PER_S;
    options = (struct server_options){.address = "127.0.0.1", .clock = test_clock};
    server_limits_init(&options.limits);
    options.limits.connections = CLIENTS_MAX;
    return 0;
}

static int tear_down(void **state) {
    server_close(server);
    server = NULL;
    return 0;
}

static int dial(void) {
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(server_port(server)),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    assert_int_equal(server_step(server, 0), 0);
    return fd;
}

static void steps(int count) {
    for (int i = 0; i < count; i++) assert_int_equal(server_step(server, 0), 0);
}

static void push(int fd, const void *data, size_t size) {
    const char *at = data;
    for (int i = 0; size > 0 && i < STEPS_MAX; i++) {
        ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
        if (n > 0) at += n, size -= (size_t)n;
        steps(1);
    }
    assert_int_equal(size, 0);
}

static void say(int fd, const char *text) {
    push(fd, text, strlen(text));
    steps(2);
}

static char heard[REPLY_MAX];
static size_t heard_size;
static bool heard_end;

// Everything that the server has to say, until it says no more or closes.
static const char *hear(int fd) {
    heard_size = 0;
    heard_end = false;
    for (int quiet = 0; quiet < 5 && !heard_end;) {
        ssize_t n = recv(fd, heard + heard_size, sizeof heard - 1 - heard_size, 0);
        if (n > 0) heard_size += (size_t)n;
        heard_end = n == 0 || (n < 0 && errno != EAGAIN);
        quiet = n > 0 ? 0 : quiet + 1;
        steps(1);
    }
    heard[heard_size] = '\0';
    return heard;
}

static void has(const char *text, const char *part) {
    if (strstr(text, part) == NULL) fail_msg("no '%s' in: %.400s", part, text);
}

static void has_not(const char *text, const char *part) {
    if (strstr(text, part) != NULL) fail_msg("'%s' in: %.400s", part, text);
}

#define HOST " HTTP/1.1\r\nHost: a\r\n"

static void a_request_is_answered_and_the_connection_kept(void **state) {
    open_server();
    int fd = dial();
    for (int i = 0; i < 3; i++) {
        say(fd, "GET /a%20b?x=1" HOST "\r\n");
        const char *reply = hear(fd);
        has(reply, "HTTP/1.1 200 OK\r\n");
        has(reply, "\r\nDate: ");
        has(reply, "\r\nContent-Type: text/plain\r\n");
        has(reply, "\r\nContent-Length: 15\r\n");
        has(reply, "\r\nX-Seen: yes\r\n");
        has(reply, "\r\n\r\nGET /a b?x=1 0:");
        has_not(reply, "Connection:");
        assert_false(heard_end);
    }
    assert_int_equal(server_counts(server)->requests, 3);
    close(fd);
    steps(2);
    assert_int_equal(server_connections(server), 0);
    assert_int_equal(server_counts(server)->buffers, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_is_answered_and_the_connection_kept, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
