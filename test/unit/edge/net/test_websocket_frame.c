// SPDX-License-Identifier: Apache-2.0
// What clients send, frame by frame, after the sections of Autobahn's test suite: 1 framing, 2 pings, 3 reserved bits,
// 4 opcodes, 5 fragmentation, 6 UTF-8, 7 closing, 9 sizes.
#include "harness.h"

#include "edge/net/websocket_frame.h"

enum { MESSAGE_MAX = 1 << 20, TEXT = 1, BINARY = 2, FIN = 0x80, LOG_SIZE = 4096 };

// Bytes as a client sends them.
struct sent {
    uint8_t *data;
    size_t size;
};

static void add_header(struct sent *sent, int first, uint64_t size, const uint8_t *mask) {
    uint8_t *at = sent->data + sent->size, *start = at;
    int bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
    *at++ = (uint8_t)first;
    *at++ = (uint8_t)(0x80 | (bytes == 0 ? (int)size : bytes == 2 ? 126 : 127));
    for (int i = bytes - 1; i >= 0; i--) *at++ = (uint8_t)(size >> 8 * i);
    memcpy(at, mask, 4);
    sent->size += (size_t)(at + 4 - start);
}

static void add_frame(struct sent *sent, int first, const void *payload, size_t size) {
    static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    sent->data = realloc(sent->data, sent->size + size + 32);
    add_header(sent, first, size, mask);
    for (size_t i = 0; i < size; i++)
        sent->data[sent->size + i] = ((const uint8_t *)payload)[i] ^ mask[i & 3];
    sent->size += size;
}

static void add_text(struct sent *sent, int first, const char *payload) {
    add_frame(sent, first, payload, strlen(payload));
}

// What the reader made of it: "text(hello) ping(a) close(1000)", an end is the last.
static char said[LOG_SIZE];

static void say(const char *what, const void *data, size_t size) {
    size_t len = strlen(said);
    if (size > 40)
        snprintf(said + len, sizeof said - len, "%s%s[%zu]", len > 0 ? " " : "", what, size);
    else
        snprintf(said + len, sizeof said - len, "%s%s(%.*s)", len > 0 ? " " : "", what, (int)size,
                 (const char *)data);
}

// Feeds pieces of `step` bytes; messages are put together.
static const char *read_steps(const struct sent *sent, size_t step) {
    struct websocket_reader reader;
    uint8_t *message = malloc(sent->size + 1), *piece_data = malloc(sent->size + 1);
    size_t message_size = 0;
    bool over = false;
    said[0] = '\0';
    websocket_reader_init(&reader, MESSAGE_MAX);
    for (size_t at = 0; at < sent->size && !over; at += step) {
        size_t size = sent->size - at < step ? sent->size - at : step, used;
        memcpy(piece_data, sent->data + at, size);
        for (uint8_t *data = piece_data; !over; data += used, size -= used) {
            struct websocket_piece piece;
            enum websocket_event event = websocket_read(&reader, data, size, &used, &piece);
            char code[16];
            snprintf(code, sizeof code, "%d", reader.code);
            if (event == WEBSOCKET_EVENT_MORE) break;
            if (event == WEBSOCKET_EVENT_DATA || event == WEBSOCKET_EVENT_MESSAGE) {
                memcpy(message + message_size, piece.data, piece.size);
                message_size += piece.size;
            }
            if (event == WEBSOCKET_EVENT_MESSAGE) {
                say(reader.message_kind == TEXT ? "text" : "binary", message, message_size);
                message_size = 0;
            }
            if (event == WEBSOCKET_EVENT_PING) say("ping", piece.data, piece.size);
            if (event == WEBSOCKET_EVENT_PONG) say("pong", piece.data, piece.size);
            if (event == WEBSOCKET_EVENT_CLOSE) say("close", code, strlen(code));
            if (event == WEBSOCKET_EVENT_BAD) say("bad", code, strlen(code));
            over = event >= WEBSOCKET_EVENT_CLOSE;
        }
    }
    free(message);
    free(piece_data);
    return said;
}

// The same whole, byte by byte and in threes.
static void check(struct sent *sent, const char *expected) {
    static const size_t steps[] = {SIZE_MAX / 2, 1, 3, 64};
    for (size_t i = 0; i < 4; i++) {
        if (steps[i] == 1 && sent->size > 100000) continue;
        if (strcmp(read_steps(sent, steps[i]), expected) != 0)
            fail_msg("in steps of %zu: %s, expected %s", steps[i], said, expected);
    }
    free(sent->data);
    *sent = (struct sent){0};
}

static void messages_of_every_length_come_whole(void **state) {
    static const size_t sizes[] = {0, 1, 125, 126, 127, 128, 65535, 65536, 300000, MESSAGE_MAX};
    char *payload = malloc(MESSAGE_MAX + 1);
    memset(payload, '*', MESSAGE_MAX + 1);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct sent sent = {0};
        char expected[64];
        add_frame(&sent, FIN | TEXT, payload, sizes[i]);
        add_frame(&sent, FIN | BINARY, payload, sizes[i]);
        int shown = sizes[i] <= 40 ? (int)sizes[i] : 0;
        if (sizes[i] <= 40)
            snprintf(expected, sizeof expected, "text(%.*s) binary(%.*s)", shown, payload, shown,
                     payload);
        else
            snprintf(expected, sizeof expected, "text[%zu] binary[%zu]", sizes[i], sizes[i]);
        check(&sent, expected);
    }
    struct sent sent = {0};
    add_frame(&sent, FIN | TEXT, payload, MESSAGE_MAX + 1);
    check(&sent, "bad(1009)");
    add_frame(&sent, BINARY, payload, MESSAGE_MAX);
    add_frame(&sent, FIN, payload, 1);
    check(&sent, "bad(1009)");
    free(payload);
}

static void pings_and_pongs_come_with_their_payload(void **state) {
    struct sent sent = {0};
    char payload[126];
    memset(payload, 'p', sizeof payload);
    add_text(&sent, FIN | WEBSOCKET_PING, "");
    add_text(&sent, FIN | WEBSOCKET_PING, "hello");
    add_frame(&sent, FIN | WEBSOCKET_PING, "\0\xff\xfe", 3);
    add_frame(&sent, FIN | WEBSOCKET_PING, payload, 125);
    add_text(&sent, FIN | WEBSOCKET_PONG, "unasked");
    check(&sent, "ping() ping(hello) ping() ping[125] pong(unasked)");
    add_frame(&sent, FIN | WEBSOCKET_PING, payload, 126);
    check(&sent, "bad(1002)");
}

static void reserved_bits_and_opcodes_are_refused(void **state) {
    for (int bits = 0x10; bits <= 0x70; bits += 0x10) {
        struct sent sent = {0};
        add_text(&sent, FIN | TEXT, "a");
        add_text(&sent, FIN | bits | TEXT, "b");
        add_text(&sent, FIN | WEBSOCKET_PING, "");
        check(&sent, "text(a) bad(1002)");
        add_text(&sent, FIN | bits | WEBSOCKET_CLOSE, "");
        check(&sent, "bad(1002)");
    }
    static const int opcodes[] = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15};
    for (size_t i = 0; i < sizeof opcodes / sizeof *opcodes; i++) {
        struct sent sent = {0};
        add_text(&sent, FIN | TEXT, "a");
        add_text(&sent, FIN | opcodes[i], "");
        check(&sent, "text(a) bad(1002)");
    }
}

static void a_clients_frames_are_masked(void **state) {
    struct sent sent = {.data = malloc(8), .size = 3};
    memcpy(sent.data, "\x81\x01h", 3);
    check(&sent, "bad(1002)");
}

static void lengths_are_written_in_the_shortest_way(void **state) {
    static const char rows[][14] = {
        "\x81\xfe\x00\x7d\0\0\0\0",
        "\x82\xff\0\0\0\0\0\0\xff\xff\0\0\0",
        "\x82\xff\x80\0\0\0\0\0\0\0\0\0\0",
    };
    static const size_t sizes[] = {8, 14, 14};
    for (size_t i = 0; i < 3; i++) {
        struct sent sent = {.data = malloc(14), .size = sizes[i]};
        memcpy(sent.data, rows[i], sizes[i]);
        check(&sent, "bad(1002)");
    }
}

static void fragments_are_put_together_and_controls_come_between(void **state) {
    struct sent sent = {0};
    add_text(&sent, TEXT, "frag");
    add_text(&sent, FIN | WEBSOCKET_PING, "between");
    add_text(&sent, 0, "");
    add_text(&sent, 0, "men");
    add_text(&sent, FIN | WEBSOCKET_PONG, "");
    add_text(&sent, FIN, "t");
    add_text(&sent, FIN | BINARY, "next");
    check(&sent, "ping(between) pong() text(fragment) binary(next)");
    add_text(&sent, TEXT, "");
    add_text(&sent, 0, "");
    add_text(&sent, FIN, "");
    check(&sent, "text()");
}

static void fragments_out_of_order_are_refused(void **state) {
    struct sent sent = {0};
    add_text(&sent, FIN, "nothing to go on with");
    check(&sent, "bad(1002)");
    add_text(&sent, 0, "nothing to go on with");
    check(&sent, "bad(1002)");
    add_text(&sent, TEXT, "a");
    add_text(&sent, FIN | TEXT, "b");
    check(&sent, "bad(1002)");
    add_text(&sent, TEXT, "a");
    add_text(&sent, BINARY, "b");
    check(&sent, "bad(1002)");
    add_text(&sent, TEXT, "a");
    add_text(&sent, FIN, "b");
    add_text(&sent, FIN, "c");
    check(&sent, "text(ab) bad(1002)");
    add_text(&sent, WEBSOCKET_PING, "in parts");
    check(&sent, "bad(1002)");
    add_text(&sent, WEBSOCKET_CLOSE, "");
    check(&sent, "bad(1002)");
}

static void text_is_utf8_across_fragments(void **state) {
    struct sent sent = {0};
    add_text(&sent, FIN | TEXT, "\xce\xba\xe1\xbd\xb9");
    check(&sent, "text(\xce\xba\xe1\xbd\xb9)");
    add_text(&sent, TEXT, "\xce");
    add_text(&sent, FIN, "\xba");
    check(&sent, "text(\xce\xba)");
    add_text(&sent, FIN | BINARY, "\xff");
    check(&sent, "binary(\xff)");
    add_text(&sent, FIN | TEXT, "\xce");
    check(&sent, "bad(1007)");
    add_text(&sent, FIN | TEXT, "ok\xed\xa0\x80no");
    check(&sent, "bad(1007)");
    add_text(&sent, TEXT, "\xf4");
    add_text(&sent, 0, "\x90");
    check(&sent, "bad(1007)");
    // Told at the byte, not at the end of the message.
    add_text(&sent, TEXT, "a\xc0");
    check(&sent, "bad(1007)");
}

static void a_close_has_a_code_that_may_be_sent(void **state) {
    static const struct {
        const char *payload;
        size_t size;
        const char *expected;
    } rows[] = {
        {"", 0, "close(1005)"},
        {"\x03\xe8", 2, "close(1000)"},
        {"\x03\xe8"
         "bye",
         5, "close(1000)"},
        {"\x03\xe9", 2, "close(1001)"},
        {"\x03\xeb", 2, "close(1003)"},
        {"\x03\xef", 2, "close(1007)"},
        {"\x03\xf3", 2, "close(1011)"},
        {"\x0b\xb8", 2, "close(3000)"},
        {"\x13\x87", 2, "close(4999)"},
        {"\x03", 1, "bad(1002)"},
        {"\0\0", 2, "bad(1002)"},
        {"\x03\xe7", 2, "bad(1002)"},
        {"\x03\xec", 2, "bad(1002)"},
        {"\x03\xed", 2, "bad(1002)"},
        {"\x03\xee", 2, "bad(1002)"},
        {"\x03\xf7", 2, "bad(1002)"},
        {"\x04\x4c", 2, "bad(1002)"},
        {"\x07\xd0", 2, "bad(1002)"},
        {"\x0b\xb7", 2, "bad(1002)"},
        {"\x13\x88", 2, "bad(1002)"},
        {"\xff\xff", 2, "bad(1002)"},
        {"\x03\xe8\xce", 3, "bad(1007)"},
        {"\x03\xe8\xed\xa0\x80", 5, "bad(1007)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sent sent = {0};
        add_frame(&sent, FIN | WEBSOCKET_CLOSE, rows[i].payload, rows[i].size);
        add_text(&sent, FIN | TEXT, "after");
        check(&sent, rows[i].expected);
    }
    struct sent sent = {0};
    char reason[126];
    memset(reason, 'r', sizeof reason);
    memcpy(reason, "\x03\xe8", 2);
    add_frame(&sent, FIN | WEBSOCKET_CLOSE, reason, 125);
    check(&sent, "close(1000)");
    add_frame(&sent, FIN | WEBSOCKET_CLOSE, reason, 126);
    check(&sent, "bad(1002)");
}

static void a_header_is_written_in_the_shortest_way(void **state) {
    uint8_t buf[WEBSOCKET_SERVER_HEADER_MAX];
    assert_int_equal(websocket_header_write(buf, TEXT, 125), 2);
    assert_memory_equal(buf, "\x81\x7d", 2);
    assert_int_equal(websocket_header_write(buf, BINARY, 126), 4);
    assert_memory_equal(buf, "\x82\x7e\x00\x7e", 4);
    assert_int_equal(websocket_header_write(buf, BINARY, 65535), 4);
    assert_memory_equal(buf, "\x82\x7e\xff\xff", 4);
    assert_int_equal(websocket_header_write(buf, WEBSOCKET_PONG, 65536), 10);
    assert_memory_equal(buf, "\x8a\x7f\0\0\0\0\0\x01\0\0", 10);
}

static void a_close_is_cut_at_a_whole_character(void **state) {
    uint8_t buf[WEBSOCKET_CONTROL_MAX];
    char reason[200] = {0};
    assert_int_equal(websocket_close_write(buf, 1001, "away"), 6);
    assert_memory_equal(buf,
                        "\x03\xe9"
                        "away",
                        6);
    assert_int_equal(websocket_close_write(buf, 1000, NULL), 2);
    assert_int_equal(websocket_close_write(buf, 1005, "never sent"), 0);
    assert_int_equal(websocket_close_write(buf, 1006, NULL), 0);
    for (int i = 0; i < 90; i++) memcpy(reason + 2 * i, "\xc3\xa9", 2);
    assert_int_equal(websocket_close_write(buf, 4000, reason), 2 + 122);
}

static void a_mask_is_its_own_inverse_from_any_place(void **state) {
    static const uint8_t mask[4] = {1, 2, 4, 8};
    for (size_t at = 0; at < 4; at++)
        for (size_t size = 0; size < 40; size++) {
            uint8_t data[40], twin[40];
            for (size_t i = 0; i < size; i++) data[i] = (uint8_t)(i * 7);
            for (size_t i = 0; i < size; i++) twin[i] = data[i] ^ mask[(at + i) % 4];
            websocket_mask(data, size, mask, at);
            assert_memory_equal(data, twin, size);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_of_every_length_come_whole),
        cmocka_unit_test(pings_and_pongs_come_with_their_payload),
        cmocka_unit_test(reserved_bits_and_opcodes_are_refused),
        cmocka_unit_test(a_clients_frames_are_masked),
        cmocka_unit_test(lengths_are_written_in_the_shortest_way),
        cmocka_unit_test(fragments_are_put_together_and_controls_come_between),
        cmocka_unit_test(fragments_out_of_order_are_refused),
        cmocka_unit_test(text_is_utf8_across_fragments),
        cmocka_unit_test(a_close_has_a_code_that_may_be_sent),
        cmocka_unit_test(a_header_is_written_in_the_shortest_way),
        cmocka_unit_test(a_close_is_cut_at_a_whole_character),
        cmocka_unit_test(a_mask_is_its_own_inverse_from_any_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
