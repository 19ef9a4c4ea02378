// SPDX-License-Identifier: Apache-2.0
#include "edge/net/websocket_frame.h"

#include <string.h>

#include "base/check.h"

enum {
    FINAL = 0x80,
    RESERVED = 0x70,
    OPCODE = 0x0f,
    MASKED = 0x80,
    LENGTH = 0x7f,
    LENGTH_16 = 126,
    LENGTH_64 = 127,
    MASK_SIZE = 4,
    TEXT = 1,
    BINARY = 2,
    REASON_MAX = WEBSOCKET_CONTROL_MAX - 2,
};

bool websocket_code_valid(int code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

void websocket_reader_init(struct websocket_reader *reader, uint64_t message_max) {
    *reader = (struct websocket_reader){.message_max = message_max, .header_need = 2};
}

void websocket_mask(uint8_t *data, size_t size, const uint8_t mask[4], size_t at) {
    uint8_t turned[8];
    for (size_t i = 0; i < sizeof turned; i++) turned[i] = mask[(at + i) & 3];
    uint64_t wide, word;
    memcpy(&wide, turned, sizeof wide);
    size_t i = 0;
    for (; size - i >= sizeof word; i += sizeof word) {
        memcpy(&word, data + i, sizeof word);
        word ^= wide;
        memcpy(data + i, &word, sizeof word);
    }
    for (; i < size; i++) data[i] ^= turned[i & 7];
}

static bool is_control(uint8_t opcode) {
    return opcode >= WEBSOCKET_CLOSE;
}

static bool bad(struct websocket_reader *reader, int code) {
    reader->code = code;
    return false;
}

// The first two bytes: what the frame is, and how long its header.
static bool begin_frame(struct websocket_reader *reader) {
    uint8_t first = reader->header[0], second = reader->header[1], opcode = first & OPCODE;
    uint8_t length = second & LENGTH;
    reader->opcode = opcode;
    reader->final = first & FINAL;
    if (first & RESERVED || !(second & MASKED)) return bad(reader, WEBSOCKET_PROTOCOL);
    if (opcode > WEBSOCKET_PONG || (opcode > BINARY && opcode < WEBSOCKET_CLOSE))
        return bad(reader, WEBSOCKET_PROTOCOL);
    if (is_control(opcode) && (!reader->final || length > WEBSOCKET_CONTROL_MAX))
        return bad(reader, WEBSOCKET_PROTOCOL);
    if (!is_control(opcode) && (opcode == WEBSOCKET_CONTINUATION) != (reader->kind != 0))
        return bad(reader, WEBSOCKET_PROTOCOL);
    reader->header_need = (uint8_t)(2 + MASK_SIZE +
                                    (length == LENGTH_16   ? 2
                                     : length == LENGTH_64 ? 8
                                                           : 0));
    return true;
}

// The length, in the shortest form that holds it; false for another.
static bool read_length(struct websocket_reader *reader) {
    uint64_t length = reader->header[1] & LENGTH;
    int bytes = length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
    uint64_t least = bytes == 2 ? LENGTH_16 : bytes == 8 ? UINT64_C(1) << 16 : 0;
    if (bytes > 0) length = 0;
    for (int i = 0; i < bytes; i++) length = length << 8 | reader->header[2 + i];
    reader->left = length;
    return length >= least && length <= INT64_MAX;
}

// The header is whole.
static bool end_header(struct websocket_reader *reader) {
    if (!read_length(reader)) return bad(reader, WEBSOCKET_PROTOCOL);
    reader->in_payload = true;
    reader->mask_at = 0;
    reader->control_size = 0;
    if (is_control(reader->opcode)) return true;
    if (reader->left > reader->message_max - reader->message)
        return bad(reader, WEBSOCKET_TOO_LARGE);
    reader->message += reader->left;
    if (reader->opcode == WEBSOCKET_CONTINUATION) return true;
    reader->kind = reader->message_kind = reader->opcode;
    reader->utf8 = (struct utf8){0};
    return true;
}

static void next_frame(struct websocket_reader *reader) {
    reader->in_payload = false;
    reader->header_size = 0;
    reader->header_need = 2;
}

// Reads header bytes until it is whole or there are none left.
static bool read_header(struct websocket_reader *reader, const uint8_t *data, size_t size,
                        size_t *used) {
    while (*used < size && !reader->in_payload) {
        reader->header[reader->header_size++] = data[(*used)++];
        if (reader->header_size == 2 && !begin_frame(reader)) return false;
        if (reader->header_size == reader->header_need && reader->header_size > 2 &&
            !end_header(reader))
            return false;
    }
    return true;
}

static enum websocket_event end_close(struct websocket_reader *reader) {
    const uint8_t *at = reader->control;
    reader->code = WEBSOCKET_NO_CODE;
    if (reader->control_size == 0) return WEBSOCKET_EVENT_CLOSE;
    int code = at[0] << 8 | at[1];
    if (reader->control_size == 1 || !websocket_code_valid(code)) {
        reader->code = WEBSOCKET_PROTOCOL;
        return WEBSOCKET_EVENT_BAD;
    }
    bool text = utf8_valid(at + 2, reader->control_size - 2u);
    reader->code = text ? code : WEBSOCKET_NOT_TEXT;
    return text ? WEBSOCKET_EVENT_CLOSE : WEBSOCKET_EVENT_BAD;
}

static enum websocket_event control(struct websocket_reader *reader, const uint8_t *data,
                                    size_t size, struct websocket_piece *ret_piece) {
    memcpy(reader->control + reader->control_size, data, size);
    reader->control_size = (uint8_t)(reader->control_size + size);
    if (reader->left > 0) return WEBSOCKET_EVENT_MORE;
    next_frame(reader);
    *ret_piece = (struct websocket_piece){reader->control, reader->control_size};
    if (reader->opcode == WEBSOCKET_PING) return WEBSOCKET_EVENT_PING;
    return reader->opcode == WEBSOCKET_PONG ? WEBSOCKET_EVENT_PONG : end_close(reader);
}

static enum websocket_event content(struct websocket_reader *reader, const uint8_t *data,
                                    size_t size, struct websocket_piece *ret_piece) {
    bool frame_ends = reader->left == 0, ends = frame_ends && reader->final;
    bool text = reader->kind == TEXT;
    if (text && (!utf8_apply(&reader->utf8, data, size) || (ends && !utf8_whole(&reader->utf8)))) {
        reader->code = WEBSOCKET_NOT_TEXT;
        return WEBSOCKET_EVENT_BAD;
    }
    *ret_piece = (struct websocket_piece){data, size};
    if (frame_ends) next_frame(reader);
    if (!ends) return WEBSOCKET_EVENT_DATA;
    reader->message = 0;
    reader->kind = 0;
    return WEBSOCKET_EVENT_MESSAGE;
}

enum websocket_event websocket_read(struct websocket_reader *reader, uint8_t *data, size_t size,
                                    size_t *ret_used, struct websocket_piece *ret_piece) {
    *ret_used = 0;
    *ret_piece = (struct websocket_piece){data, 0};
    if (reader->code != 0) return WEBSOCKET_EVENT_BAD;
    while (*ret_used < size || (reader->in_payload && reader->left == 0)) {
        if (!reader->in_payload) {
            if (!read_header(reader, data, size, ret_used)) return WEBSOCKET_EVENT_BAD;
            continue;
        }
        uint8_t *at = data + *ret_used;
        size_t part = size - *ret_used < reader->left ? size - *ret_used : (size_t)reader->left;
        websocket_mask(at, part, reader->header + reader->header_need - MASK_SIZE, reader->mask_at);
        reader->mask_at = (uint8_t)((reader->mask_at + part) & 3);
        reader->left -= part;
        *ret_used += part;
        enum websocket_event event = is_control(reader->opcode)
                                         ? control(reader, at, part, ret_piece)
                                         : content(reader, at, part, ret_piece);
        if (event != WEBSOCKET_EVENT_MORE) return event;
    }
    return WEBSOCKET_EVENT_MORE;
}

size_t websocket_header_write(uint8_t buf[WEBSOCKET_SERVER_HEADER_MAX], int opcode, uint64_t size) {
    int bytes = size < LENGTH_16 ? 0 : size <= UINT16_MAX ? 2 : 8;
    buf[0] = (uint8_t)(FINAL | opcode);
    buf[1] = (uint8_t)(bytes == 0 ? size : bytes == 2 ? LENGTH_16 : LENGTH_64);
    for (int i = 0; i < bytes; i++) buf[2 + i] = (uint8_t)(size >> 8 * (bytes - 1 - i));
    return (size_t)(2 + bytes);
}

size_t websocket_close_write(uint8_t buf[WEBSOCKET_CONTROL_MAX], int code, const char *reason) {
    if (!websocket_code_valid(code)) return 0;
    size_t size = reason != NULL ? strlen(reason) : 0;
    if (size > REASON_MAX) size = REASON_MAX;
    while (size > 0 && !utf8_valid(reason, size)) size--;
    buf[0] = (uint8_t)(code >> 8);
    buf[1] = (uint8_t)code;
    if (size > 0) memcpy(buf + 2, reason, size);
    return size + 2;
}
