// SPDX-License-Identifier: Apache-2.0
// WebSockets over real sockets: the handshake, messages, closing from either side, slow and silent clients.
#include <sys/socket.h>

#include "server_kit.h"

enum { FIN = 0x80, CLOSE = 8, PING = 9, PONG = 10 };

static void hears(int fd, const void *bytes, size_t size) {
    (void)kit_hear(fd);
    assert_int_equal(kit.heard_size, size);
    assert_memory_equal(kit.heard, bytes, size);
}

static void a_message_comes_back(void **state) {
    kit_open();
    int fd = kit_dial_websocket();
    kit_send_frame(fd, FIN | WEBSOCKET_TEXT, "hello", 5);
    hears(fd, "\x81\x05hello", 7);
    kit_send_frame(fd, FIN | WEBSOCKET_BINARY, "\0\xff", 2);
    hears(fd, "\x82\x02\0\xff", 4);
    kit_send_frame(fd, FIN | WEBSOCKET_TEXT, "", 0);
    hears(fd, "\x81\0", 2);
    assert_int_equal(kit.messages, 3);
    assert_int_equal(server_counts(kit.server)->upgrades, 1);
    close(fd);
    kit_steps(3);
    assert_int_equal(kit.closed, 1);
    assert_int_equal(kit.code, 1006);
    assert_int_equal(server_connections(kit.server), 0);
    assert_int_equal(server_counts(kit.server)->buffers, 0);
}

static void frames_right_behind_the_handshake_are_read(void **state) {
    kit_open();
    int fd = kit_dial();
    kit_say(fd, "GET /ws" HOST
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                "\x81\x82\x01\x02\x03\x04\x69\x6b");
    kit_has(kit_hear(fd), "101 Switching");
    assert_int_equal(kit.messages, 1);
    assert_memory_equal(kit.said, "hi", 2);
    close(fd);
}

static void a_message_in_pieces_is_put_together(void **state) {
    kit_open();
    int fd = kit_dial_websocket();
    kit_send_frame(fd, WEBSOCKET_TEXT, "ab", 2);
    kit_send_frame(fd, FIN | PING, "p", 1);
    hears(fd, "\x8a\x01p", 3);
    kit_send_frame(fd, 0, "", 0);
    kit_send_frame(fd, FIN, "cd", 2);
    hears(fd,
          "\x81\x04"
          "abcd",
          6);
    // Larger than one read.
    static char large[60000];
    memset(large, 'x', sizeof large);
    kit_send_frame(fd, WEBSOCKET_BINARY, large, sizeof large / 2);
    kit_send_frame(fd, FIN, large, sizeof large / 2);
    (void)kit_hear(fd);
    assert_int_equal(kit.heard_size, sizeof large + 4);
    assert_int_equal(kit.said_size, sizeof large);
    close(fd);
    kit_steps(3);
    assert_int_equal(server_counts(kit.server)->buffers, 0);
}

static void a_message_too_large_is_closed_with_its_code(void **state) {
    kit_open();
    int fd = kit_dial_websocket();
    static char large[65537];
    kit_send_frame(fd, FIN | WEBSOCKET_BINARY, large, sizeof large);
    hears(fd, "\x88\x02\x03\xf1", 4);
    assert_true(kit.heard_end);
    assert_int_equal(kit.code, 1009);
    close(fd);
}

static void what_is_no_frame_is_closed_with_its_code(void **state) {
    static const struct {
        const char *bytes;
        size_t size;
        int code;
    } rows[] = {
        {"\x81\x01h", 3, 1002},
        {"\xc1\x80\0\0\0\0", 6, 1002},
        {"\x83\x80\0\0\0\0", 6, 1002},
        {"\x80\x80\0\0\0\0", 6, 1002},
        {"\x09\x80\0\0\0\0", 6, 1002},
        {"\x81\x81\0\0\0\0\xff", 7, 1007},
        {"\x88\x81\0\0\0\0\x03", 7, 1002},
    };
    kit_open();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int fd = kit_dial_websocket();
        char close_frame[] = {(char)0x88, 2, (char)(rows[i].code >> 8), (char)rows[i].code};
        kit_push(fd, rows[i].bytes, rows[i].size);
        hears(fd, close_frame, 4);
        assert_true(kit.heard_end);
        assert_int_equal(kit.code, rows[i].code);
        close(fd);
    }
    assert_int_equal(kit.messages, 0);
    assert_int_equal(kit.closed, sizeof rows / sizeof *rows);
}

static void a_client_that_closes_gets_its_code_back(void **state) {
    kit_open();
    int fd = kit_dial_websocket();
    kit_send_frame(fd, FIN | CLOSE,
                   "\x0f\xa0"
                   "bye",
                   5);
    hears(fd, "\x88\x02\x0f\xa0", 4);
    assert_true(kit.heard_end);
    assert_int_equal(kit.code, 4000);
    close(fd);
    fd = kit_dial_websocket();
    kit_send_frame(fd, FIN | CLOSE, "", 0);
    hears(fd, "\x88\0", 2);
    assert_true(kit.heard_end);
    assert_int_equal(kit.code, 1005);
    close(fd);
}

static void a_server_that_closes_waits_for_the_other_side(void **state) {
    kit_open();
    int fd = kit_dial_websocket();
    kit_send_frame(fd, FIN | WEBSOCKET_TEXT, "quit", 4);
    hears(fd,
          "\x88\x0c\x0f\xa0"
          "as you say",
          14);
    assert_false(kit.heard_end);
    kit_send_frame(fd, FIN | WEBSOCKET_TEXT, "not heard", 9);
    assert_int_equal(kit.messages, 1);
    assert_int_equal(kit.closed, 0);
    kit_send_frame(fd, FIN | CLOSE, "\x0f\xa0", 2);
    hears(fd, "", 0);
    assert_true(kit.heard_end);
    assert_int_equal(kit.closed, 1);
    assert_int_equal(kit.code, 4000);
    close(fd);
    // And not for ever.
    fd = kit_dial_websocket();
    kit_send_frame(fd, FIN | WEBSOCKET_TEXT, "quit", 4);
    kit_pass(4 * NS_PER_S);
    assert_int_equal(kit.closed, 1);
    kit_pass(2 * NS_PER_S);
    assert_int_equal(kit.closed, 2);
    assert_int_equal(kit.code, 4000);
    close(fd);
}

static void a_slow_consumer_is_cut_and_what_waits_is_thrown_away(void **state) {
    kit_open();
    int small = 65536, fd = kit_dial_websocket();
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    kit_send_frame(fd, FIN | WEBSOCKET_TEXT, "flood", 5);
    assert_true(websocket_pending(kit.socket) > 0);
    assert_true(websocket_pending(kit.socket) <= kit.options.limits.websocket_queue_max);
    assert_int_equal(websocket_send(kit.socket, WEBSOCKET_BINARY, kit.heard, 4 << 20), ERR_FULL);
    websocket_cut(kit.socket, 4001, "too slow");
    kit_steps(1);
    assert_int_equal(kit.closed, 1);
    assert_int_equal(kit.code, 4001);
    // Whole frames came, and then the close: what had begun was ended.
    static char all[8 << 20];
    size_t size = 0, at = 0;
    int frames = 0;
    while (kit_hear(fd), kit.heard_size > 0) {
        memcpy(all + size, kit.heard, kit.heard_size);
        size += kit.heard_size;
    }
    while (at < size && all[at] == (char)0x82) {
        at += 60000 + 4;
        frames++;
    }
    assert_int_equal(size - at, 12);
    assert_memory_equal(all + at, "\x88\x0a\x0f\xa1too slow", 12);
    assert_true(kit.heard_end);
    close(fd);
}

static void a_consumer_that_catches_up_is_told(void **state) {
    kit_open();
    int small = 65536, fd = kit_dial_websocket();
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    kit_send_frame(fd, FIN | WEBSOCKET_TEXT, "flood", 5);
    assert_int_equal(kit.writable, 0);
    for (int i = 0; i < 2000 && kit.writable == 0; i++) (void)kit_hear(fd);
    assert_int_equal(kit.writable, 1);
    assert_int_equal(websocket_pending(kit.socket), 0);
    kit_send_frame(fd, FIN | WEBSOCKET_TEXT, "x", 1);
    (void)kit_hear(fd);
    assert_int_equal(kit.writable, 1);
    close(fd);
}

static void one_frame_serves_many_receivers(void **state) {
    struct websocket *sockets[5];
    int fds[5];
    kit_open();
    for (int i = 0; i < 5; i++) {
        fds[i] = kit_dial_websocket();
        sockets[i] = kit.socket;
    }
    struct shared_frame *frame = shared_frame_new(WEBSOCKET_TEXT, "to all", 6);
    for (int i = 0; i < 5; i++) assert_int_equal(websocket_send_shared(sockets[i], frame), 0);
    shared_frame_release(frame);
    for (int i = 0; i < 5; i++) {
        hears(fds[i], "\x81\x06to all", 8);
        close(fds[i]);
    }
}

static void a_silent_client_is_asked_and_then_cut(void **state) {
    kit_open();
    int fd = kit_dial_websocket(), other = kit_dial_websocket();
    kit_pass(31 * NS_PER_S);
    hears(fd, "\x89\0", 2);
    hears(other, "\x89\0", 2);
    kit_send_frame(other, FIN | PONG, "", 0);
    kit_pass(58 * NS_PER_S);
    assert_int_equal(kit.closed, 0);
    kit_pass(2 * NS_PER_S);
    assert_int_equal(kit.closed, 1);
    assert_int_equal(kit.code, 1006);
    assert_true((kit_hear(fd), kit.heard_end));
    assert_false((kit_hear(other), kit.heard_end));
    close(fd);
    close(other);
}

// A client that asks and does not listen. When its kernel holds no more, nothing comes from it either.
static void pings_without_end_fill_no_memory(void **state) {
    enum { FRAME = 131, PINGS = 40000 };
    kit_open();
    int small = 65536, fd = kit_dial_websocket();
    char *frames = malloc(FRAME * PINGS);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    for (int i = 0; i < PINGS; i++) {
        memset(frames + i * FRAME, 0, FRAME);
        memcpy(frames + i * FRAME, "\x89\xfd", 2);
    }
    size_t sent = 0, most = 0;
    for (int i = 0; i < 2000; i++) {
        ssize_t n = send(fd, frames + sent, FRAME * PINGS - sent, MSG_NOSIGNAL);
        if (n > 0) sent += (size_t)n;
        kit_steps(1);
        if (websocket_pending(kit.socket) > most) most = websocket_pending(kit.socket);
    }
    assert_in_range(most, 65536, 65536 + 127);
    assert_true(server_counts(kit.server)->buffers < 70000);
    free(frames);
    close(fd);
}

static void what_is_no_handshake_is_told_how(void **state) {
    static const char *const rows[][2] = {
        {"GET /ws" HOST "\r\n", "426 Upgrade Required"},
        {"GET /ws" HOST "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         "426 Upgrade Required"},
        {"GET /ws" HOST "Connection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         "426 Upgrade Required"},
        {"GET /ws" HOST "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         "426 Upgrade Required"},
        {"POST /ws" HOST
         "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         "426 Upgrade Required"},
        {"GET /ws" HOST
         "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n",
         "400 Bad Request"},
        {"GET /ws" HOST "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: short\r\n\r\n",
         "400 Bad Request"},
    };
    kit_open();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int fd = kit_dial();
        kit_say(fd, rows[i][0]);
        kit_has(kit_hear(fd), rows[i][1]);
        assert_null(kit.socket);
        kit_say(fd, "GET /still" HOST "\r\n");
        kit_has(kit_hear(fd), "GET /still");
        close(fd);
    }
}

static void a_server_that_stops_says_going_away(void **state) {
    kit_open();
    int fd = kit_dial_websocket(), silent = kit_dial_websocket();
    server_drain(kit.server);
    hears(fd, "\x88\x18\x03\xe9the server is stopping", 26);
    kit_send_frame(fd, FIN | CLOSE, "\x03\xe9", 2);
    hears(fd, "", 0);
    assert_true(kit.heard_end);
    close(fd);
    assert_int_equal(kit.closed, 1);
    assert_int_equal(kit.code, 1001);
    server_close(kit.server);
    kit.server = NULL;
    assert_int_equal(kit.closed, 2);
    assert_int_equal(kit.code, 1001);
    close(silent);
}

#define KIT_TEST(name) cmocka_unit_test_setup_teardown(name, kit_set_up, kit_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        KIT_TEST(a_message_comes_back),
        KIT_TEST(frames_right_behind_the_handshake_are_read),
        KIT_TEST(a_message_in_pieces_is_put_together),
        KIT_TEST(a_message_too_large_is_closed_with_its_code),
        KIT_TEST(what_is_no_frame_is_closed_with_its_code),
        KIT_TEST(a_client_that_closes_gets_its_code_back),
        KIT_TEST(a_server_that_closes_waits_for_the_other_side),
        KIT_TEST(a_slow_consumer_is_cut_and_what_waits_is_thrown_away),
        KIT_TEST(a_consumer_that_catches_up_is_told),
        KIT_TEST(one_frame_serves_many_receivers),
        KIT_TEST(a_silent_client_is_asked_and_then_cut),
        KIT_TEST(pings_without_end_fill_no_memory),
        KIT_TEST(what_is_no_handshake_is_told_how),
        KIT_TEST(a_server_that_stops_says_going_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
