// SPDX-License-Identifier: Apache-2.0
#include "server_kit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

enum { STEPS_MAX = 20000, BIG = 200000, QUIET = 5, WAIT_MS = 2 };

struct kit kit;

static int64_t test_clock(void *self) {
    return kit.clock_ns;
}

static void flood(struct websocket *socket) {
    static char block[60000];
    struct shared_frame *frame = shared_frame_new(WEBSOCKET_BINARY, block, sizeof block);
    while (websocket_send_shared(socket, frame) == 0) continue;
    shared_frame_release(frame);
}

static bool is(const void *data, size_t size, const char *word) {
    return size == strlen(word) && memcmp(data, word, size) == 0;
}

static void on_message(void *self, struct websocket *socket, enum websocket_opcode opcode,
                       const void *data, size_t size) {
    kit.messages++;
    kit.opcode = opcode;
    kit.said_size = size;
    memcpy(kit.said, data, size < sizeof kit.said ? size : sizeof kit.said);
    assert_ptr_equal(self, &kit);
    assert_ptr_equal(websocket_self(socket), &kit);
    if (is(data, size, "quit"))
        websocket_close(socket, 4000, "as you say");
    else if (is(data, size, "cut"))
        websocket_cut(socket, 4001, "too slow");
    else if (is(data, size, "flood"))
        flood(socket);
    else
        assert_int_equal(websocket_send(socket, opcode, data, size), 0);
}

static void on_writable(void *self, struct websocket *socket) {
    assert_int_equal(websocket_pending(socket), 0);
    kit.writable++;
}

static void on_close(void *self, struct websocket *socket, int code) {
    assert_int_equal(websocket_send(socket, WEBSOCKET_TEXT, "x", 1), ERR_FULL);
    assert_int_equal(websocket_pending(socket), 0);
    websocket_close(socket, 1000, NULL);
    websocket_cut(socket, 1000, NULL);
    kit.closed++;
    kit.code = code;
    kit.socket = NULL;
}

static const struct websocket_handler handler = {on_message, on_writable, on_close};

static void answer(struct http_exchange *exchange, const struct http_request *request) {
    struct text body;
    text_init(&body, KIT_REPLY_MAX);
    if (strcmp(request->path, "/big") == 0)
        for (int i = 0; i < BIG; i++) text_add(&body, "0123456789");
    else
        text_printf(&body, "%s %s?%s %zu:%.*s", request->method, request->path, request->query,
                    request->body_size, (int)request->body_size,
                    request->body != NULL ? (const char *)request->body : "");
    if (strcmp(request->path, "/close") == 0) http_close_after(exchange);
    assert_int_equal(http_header(exchange, "X-Seen", "yes"), 0);
    int status = strcmp(request->path, "/none") == 0 ? 204 : 200;
    http_reply_text(exchange, status, "text/plain", &body);
}

static void on_request(void *self, struct http_exchange *exchange,
                       const struct http_request *request) {
    kit.requests++;
    assert_ptr_equal(http_exchange_request(exchange), request);
    if (strcmp(request->path, "/hold") == 0)
        kit.held[kit.held_count++] = exchange;
    else if (strcmp(request->path, "/ws") == 0)
        kit.socket = http_upgrade(exchange, &handler, &kit, NULL);
    else
        answer(exchange, request);
}

static size_t on_body_max(void *self, const struct http_request *request) {
    return KIT_BODY_MAX;
}

static bool on_admit(void *self, const struct net_address *peer) {
    return !kit.turn_away && net_address_is_loopback(peer);
}

void kit_open(void) {
    struct http_service service = {NULL, on_request, on_body_max, on_admit};
    assert_ok(server_open(&kit.options, &service, &kit.server));
}

int kit_set_up(void **state) {
    memset(&kit, 0, offsetof(struct kit, heard));
    kit.clock_ns = 1000 * NS_PER_S;
    kit.options = (struct server_options){.address = "127.0.0.1", .clock = test_clock};
    server_limits_init(&kit.options.limits);
    kit.options.limits.connections = KIT_CONNECTIONS;
    return 0;
}

int kit_tear_down(void **state) {
    server_close(kit.server);
    kit.server = NULL;
    return 0;
}

void kit_steps(int count) {
    for (int i = 0; i < count; i++) assert_int_equal(server_step(kit.server, 0), 0);
}

int kit_dial(void) {
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(server_port(kit.server)),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    kit_steps(1);
    return fd;
}

void kit_push(int fd, const void *data, size_t size) {
    const char *at = data;
    for (int i = 0; size > 0 && i < STEPS_MAX; i++) {
        ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
        struct pollfd wait = {.fd = fd, .events = POLLOUT};
        if (n < 0) (void)poll(&wait, 1, WAIT_MS);
        if (n > 0) {
            at += n;
            size -= (size_t)n;
        }
        kit_steps(1);
    }
    assert_int_equal(size, 0);
}

void kit_say(int fd, const char *text) {
    kit_push(fd, text, strlen(text));
    kit_steps(2);
}

const char *kit_hear(int fd) {
    kit.heard_size = 0;
    kit.heard_end = false;
    for (int quiet = 0; quiet < QUIET && !kit.heard_end;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        (void)poll(&wait, 1, quiet > 0 ? WAIT_MS : 0);
        size_t room = sizeof kit.heard - 1 - kit.heard_size;
        ssize_t n = recv(fd, kit.heard + kit.heard_size, room, 0);
        if (n > 0) kit.heard_size += (size_t)n;
        kit.heard_end = n == 0 || (n < 0 && errno != EAGAIN);
        quiet = n > 0 ? 0 : quiet + 1;
        kit_steps(1);
    }
    kit.heard[kit.heard_size] = '\0';
    return kit.heard;
}

void kit_pass(int64_t ns) {
    kit.clock_ns += ns;
    kit_steps(2);
}

void kit_has(const char *text, const char *part) {
    if (strstr(text, part) == NULL) fail_msg("no '%s' in: %.400s", part, text);
}

void kit_has_not(const char *text, const char *part) {
    if (strstr(text, part) != NULL) fail_msg("'%s' in: %.400s", part, text);
}

int kit_dial_websocket(void) {
    int fd = kit_dial();
    kit_say(fd, "GET /ws" HOST "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    const char *reply = kit_hear(fd);
    kit_has(reply, "HTTP/1.1 101 Switching Protocols\r\n");
    kit_has(reply, "\r\nUpgrade: websocket\r\n");
    kit_has(reply, "\r\nConnection: Upgrade\r\n");
    kit_has(reply, "\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    assert_non_null(kit.socket);
    return fd;
}

void kit_send_frame(int fd, int first, const void *payload, size_t size) {
    static const uint8_t mask[4] = {9, 8, 7, 6};
    uint8_t *frame = malloc(size + 14), *at = frame;
    int bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
    *at++ = (uint8_t)first;
    *at++ = (uint8_t)(0x80 | (bytes == 0 ? (int)size : bytes == 2 ? 126 : 127));
    for (int i = bytes - 1; i >= 0; i--) *at++ = (uint8_t)(size >> 8 * i);
    memcpy(at, mask, 4);
    at += 4;
    for (size_t i = 0; i < size; i++) at[i] = ((const uint8_t *)payload)[i] ^ mask[i & 3];
    kit_push(fd, frame, (size_t)(at - frame) + size);
    kit_steps(2);
    free(frame);
}
