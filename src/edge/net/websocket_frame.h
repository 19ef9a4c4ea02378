// SPDX-License-Identifier: Apache-2.0
// The frames of WebSocket (RFC 6455, 5): no I/O, no allocation. A reader of what clients send, and what a server sends.
//
// The reader is as strict as the RFC: a client's frames are masked; reserved bits and opcodes are refused; control
// frames have at most 125 bytes and are not fragmented; lengths are written in the shortest way; continuations continue
// something; text is UTF-8, told at the first byte that cannot be; a close has no code or one that may be sent.
#ifndef FULMAR_EDGE_NET_WEBSOCKET_FRAME_H
#define FULMAR_EDGE_NET_WEBSOCKET_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "edge/net/utf8.h"

enum {
    WEBSOCKET_CONTINUATION = 0,
    // WEBSOCKET_TEXT 1 and WEBSOCKET_BINARY 2 are server.h's
    WEBSOCKET_CLOSE = 8,
    WEBSOCKET_PING = 9,
    WEBSOCKET_PONG = 10,
};

enum websocket_code {
    WEBSOCKET_NORMAL = 1000,
    WEBSOCKET_GOING_AWAY = 1001,
    WEBSOCKET_PROTOCOL = 1002,
    WEBSOCKET_NO_CODE = 1005, // never sent
    WEBSOCKET_BROKEN = 1006,  // never sent
    WEBSOCKET_NOT_TEXT = 1007,
    WEBSOCKET_POLICY = 1008,
    WEBSOCKET_TOO_LARGE = 1009,
    WEBSOCKET_TRY_LATER = 1013,
};
// RFC 6455, 7.4 and the registry of IANA: 1000 to 1003, 1007 to 1014, 3000 to 4999.
bool websocket_code_valid(int code);

enum {
    WEBSOCKET_CONTROL_MAX = 125,
    WEBSOCKET_HEADER_MAX = 14,
    WEBSOCKET_SERVER_HEADER_MAX = 10,
};

struct websocket_reader {
    uint64_t message_max;
    uint64_t left;    // of the frame's payload
    uint64_t message; // bytes of the message so far, those of the frame under way as it told them
    uint8_t header[WEBSOCKET_HEADER_MAX];
    uint8_t header_size, header_need;
    uint8_t opcode;       // of the frame
    uint8_t kind;         // of the message: text, binary, 0: none is under way
    uint8_t message_kind; // of the message that DATA and MESSAGE are of
    bool final, in_payload;
    uint8_t mask_at;
    struct utf8 utf8;
    uint8_t control_size;
    uint8_t control[WEBSOCKET_CONTROL_MAX];
    int code; // BAD: to close with
};

enum websocket_event {
    WEBSOCKET_EVENT_MORE,    // everything was read
    WEBSOCKET_EVENT_DATA,    // a piece of a message, unmasked where it stood
    WEBSOCKET_EVENT_MESSAGE, // the same, and the message ends with it
    WEBSOCKET_EVENT_PING,    // the piece is what is to be sent back
    WEBSOCKET_EVENT_PONG,
    WEBSOCKET_EVENT_CLOSE, // reader->code is the other side's, or WEBSOCKET_NO_CODE
    WEBSOCKET_EVENT_BAD,   // reader->code; stays so
};

struct websocket_piece {
    const uint8_t *data;
    size_t size;
};

void websocket_reader_init(struct websocket_reader *reader, uint64_t message_max);

// Reads on from `data` and changes it; *ret_used tells how much was read. MORE only when that was all.
enum websocket_event websocket_read(struct websocket_reader *reader, uint8_t *data, size_t size,
                                    size_t *ret_used, struct websocket_piece *ret_piece);

// The header of an unmasked, final frame; returns its size.
size_t websocket_header_write(uint8_t buf[WEBSOCKET_SERVER_HEADER_MAX], int opcode, uint64_t size);
// The payload of a close frame; `reason` is cut to whole characters within 123 bytes. Returns its size; 0 for a code
// that is never sent.
size_t websocket_close_write(uint8_t buf[WEBSOCKET_CONTROL_MAX], int code, const char *reason);

// data[i] ^= mask[(at + i) % 4].
void websocket_mask(uint8_t *data, size_t size, const uint8_t mask[4], size_t at);

#endif
