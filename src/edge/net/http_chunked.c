// SPDX-License-Identifier: Apache-2.0
#include "edge/net/http_chunked.h"

#include "edge/net/http_char.h"

enum state {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER,
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    END_LF,
    DONE,
    BAD
};
enum { DIGITS_MAX = 16 };

void http_chunked_init(struct http_chunked *chunked) {
    *chunked = (struct http_chunked){.state = SIZE};
}

static enum state bad(struct http_chunked *chunked, const char *reason) {
    chunked->reason = reason;
    return BAD;
}

static enum state size_byte(struct http_chunked *chunked, char c) {
    int digit = http_char_hex(c);
    if (digit >= 0) {
        if (chunked->digits == DIGITS_MAX || chunked->left > (uint64_t)INT64_MAX >> 4)
            return bad(chunked, "a chunk's size is too large");
        chunked->digits++;
        chunked->left = chunked->left << 4 | (uint64_t)digit;
        return SIZE;
    }
    if (chunked->digits > 0 && c == '\r') return SIZE_LF;
    if (chunked->digits > 0 && c == ';') return EXTENSION;
    return bad(chunked, "a chunk's size is no hexadecimal number");
}

static enum state extension_byte(struct http_chunked *chunked, char c) {
    if (c == '\r') return SIZE_LF;
    if (!http_char_value(c)) return bad(chunked, "a control character in a chunk's extension");
    if (++chunked->extra > HTTP_CHUNK_EXTENSIONS_MAX)
        return bad(chunked, "the chunks' extensions are longer than 4 KB");
    return EXTENSION;
}

static enum state end_size(struct http_chunked *chunked, char c) {
    if (c != '\n') return bad(chunked, "CR without LF behind a chunk's size");
    chunked->digits = 0;
    if (chunked->left > 0) return DATA;
    chunked->extra = 0;
    return TRAILER;
}

static enum state trailer_byte(struct http_chunked *chunked, char c) {
    if (++chunked->extra > HTTP_TRAILER_MAX) return bad(chunked, "the trailer is longer than 8 KB");
    switch ((enum state)chunked->state) {
    case TRAILER:
        if (c == '\r') return END_LF;
        return http_char_token(c) ? TRAILER_NAME : bad(chunked, "a trailer without a name");
    case TRAILER_NAME:
        if (http_char_token(c)) return TRAILER_NAME;
        return c == ':' ? TRAILER_VALUE : bad(chunked, "a trailer's name is no token");
    case TRAILER_VALUE:
        if (c == '\r') return TRAILER_LF;
        return http_char_value(c) ? TRAILER_VALUE : bad(chunked, "a trailer's value");
    default:
        return c == '\n' ? TRAILER : bad(chunked, "CR without LF in the trailer");
    }
}

static enum state take_byte(struct http_chunked *chunked, char c) {
    switch ((enum state)chunked->state) {
    case SIZE:
        return size_byte(chunked, c);
    case EXTENSION:
        return extension_byte(chunked, c);
    case SIZE_LF:
        return end_size(chunked, c);
    case DATA_CR:
        return c == '\r' ? DATA_LF : bad(chunked, "a chunk is longer than its size");
    case DATA_LF:
        return c == '\n' ? SIZE : bad(chunked, "CR without LF behind a chunk");
    case END_LF:
        return c == '\n' ? DONE : bad(chunked, "CR without LF behind the last chunk");
    default:
        return trailer_byte(chunked, c);
    }
}

enum http_parse_result http_chunked(struct http_chunked *chunked, const char *data, size_t size,
                                    size_t *ret_used, struct http_span *ret_span) {
    size_t at = 0;
    *ret_span = (struct http_span){.data = data};
    while (at < size && chunked->state < DONE) {
        if (chunked->state == DATA) {
            size_t part = size - at < chunked->left ? size - at : (size_t)chunked->left;
            *ret_span = (struct http_span){.data = data + at, .size = part};
            chunked->left -= part;
            at += part;
            if (chunked->left == 0) chunked->state = DATA_CR;
            break;
        }
        chunked->state = (uint8_t)take_byte(chunked, data[at++]);
    }
    *ret_used = at;
    if (chunked->state == BAD) return HTTP_PARSE_BAD;
    return chunked->state == DONE ? HTTP_PARSE_DONE : HTTP_PARSE_MORE;
}
