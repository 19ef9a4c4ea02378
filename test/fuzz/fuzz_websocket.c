// SPDX-License-Identifier: Apache-2.0
// Any bytes as the frames of a client; the first chooses how they are cut. Whatever comes: the same messages whole and
// in pieces, within their limit, text that is UTF-8, and an end that stays.
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "edge/net/websocket_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MESSAGE_MAX = 1000, TEXT = 1 };

struct outcome {
    uint32_t sum; // of every event and byte
    int last;
    int code;
    uint64_t messages;
};

static void add(struct outcome *outcome, const uint8_t *data, size_t size) {
    for (size_t i = 0; i < size; i++) outcome->sum = outcome->sum * 31 + data[i];
}

struct message {
    uint8_t data[MESSAGE_MAX];
    size_t size;
};

static void take(struct outcome *outcome, struct message *message,
                 const struct websocket_reader *reader, enum websocket_event event,
                 struct websocket_piece piece) {
    if (event == WEBSOCKET_EVENT_DATA || event == WEBSOCKET_EVENT_MESSAGE) {
        CHECK(piece.size <= MESSAGE_MAX - message->size);
        memcpy(message->data + message->size, piece.data, piece.size);
        message->size += piece.size;
        CHECK(reader->message_kind == 1 || reader->message_kind == 2);
        add(outcome, piece.data, piece.size);
    }
    if (event == WEBSOCKET_EVENT_MESSAGE) {
        if (reader->message_kind == TEXT) CHECK(utf8_valid(message->data, message->size));
        outcome->messages++;
        message->size = 0;
    }
    if (event == WEBSOCKET_EVENT_PING || event == WEBSOCKET_EVENT_PONG) {
        CHECK(piece.size <= WEBSOCKET_CONTROL_MAX);
        add(outcome, piece.data, piece.size);
        add(outcome, (const uint8_t[]){(uint8_t)event}, 1);
    }
    if (event == WEBSOCKET_EVENT_CLOSE)
        CHECK(reader->code == WEBSOCKET_NO_CODE || websocket_code_valid(reader->code));
}

static struct outcome read_all(const uint8_t *data, size_t size, size_t step) {
    struct websocket_reader reader;
    struct message message = {.size = 0};
    struct outcome outcome = {.last = WEBSOCKET_EVENT_MORE};
    websocket_reader_init(&reader, MESSAGE_MAX);
    for (size_t at = 0; at < size && outcome.last < WEBSOCKET_EVENT_CLOSE; at += step) {
        size_t left = size - at < step ? size - at : step, used;
        uint8_t *copy = malloc(left), *from = copy;
        CHECK(copy != NULL);
        memcpy(copy, data + at, left);
        for (; outcome.last < WEBSOCKET_EVENT_CLOSE; from += used, left -= used) {
            struct websocket_piece piece;
            enum websocket_event event = websocket_read(&reader, from, left, &used, &piece);
            CHECK(used <= left);
            if (event == WEBSOCKET_EVENT_MORE) CHECK(used == left);
            if (event == WEBSOCKET_EVENT_MORE) break;
            take(&outcome, &message, &reader, event, piece);
            if (event >= WEBSOCKET_EVENT_CLOSE) outcome.last = event;
        }
        free(copy);
    }
    outcome.code = reader.code;
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t payload[WEBSOCKET_CONTROL_MAX];
    char reason[200] = {0};
    if (size == 0) return 0;
    struct outcome whole = read_all(data + 1, size - 1, size);
    struct outcome cut = read_all(data + 1, size - 1, 1 + data[0] % 16u);
    CHECK(whole.last == cut.last && whole.code == cut.code && whole.messages == cut.messages);
    // A fault in the middle of a piece is told before the piece is.
    if (whole.last != WEBSOCKET_EVENT_BAD) CHECK(whole.sum == cut.sum);
    memcpy(reason, data, size < sizeof reason - 1 ? size : sizeof reason - 1);
    CHECK(websocket_close_write(payload, 1000, reason) <= WEBSOCKET_CONTROL_MAX);
    return 0;
}
