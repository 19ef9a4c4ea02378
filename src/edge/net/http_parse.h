// SPDX-License-Identifier: Apache-2.0
// The head of an HTTP/1.1 request (RFC 9110, 9112), read strictly and in pieces: no I/O, no allocation.
//
// Strictly: lines end with CR LF; one blank stands between the parts of the request line; names are tokens with the
// colon at once behind them; no field is continued on a second line; no control characters. What could be framed in
// two ways is refused: Content-Length that is not digits alone or comes twice, Transfer-Encoding that is not
// "chunked" once, both of them, or the latter in HTTP/1.0. HTTP/1.1 has exactly one Host; an absolute target has the
// same. Refusals of syntax and of size are all 400: the reason says the rest.
#ifndef FULMAR_EDGE_NET_HTTP_PARSE_H
#define FULMAR_EDGE_NET_HTTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HTTP_METHOD_MAX = 24,
    HTTP_LINE_MAX = 8192,         // bytes of the request line, its end included
    HTTP_FIELDS_MAX = 100,        // fields of a head
    HTTP_FIELDS_SIZE_MAX = 32768, // bytes of all field lines
    // One empty line may come before, one ends it.
    HTTP_HEAD_MAX = 2 + HTTP_LINE_MAX + HTTP_FIELDS_SIZE_MAX + 2,
};

// Offsets into the head. The byte behind a name (its colon) and behind a value (a blank or CR) may be overwritten once
// the head is whole.
struct http_field {
    uint16_t name_at, name_size;
    uint16_t value_at, value_size;
};

// Fields that a request has once or not at all: two of them are refused.
enum http_single {
    HTTP_HOST,
    HTTP_CONTENT_LENGTH,
    HTTP_TRANSFER_ENCODING,
    HTTP_EXPECT,
    HTTP_CONTENT_TYPE,
    HTTP_AUTHORIZATION,
    HTTP_COOKIE,
    HTTP_ORIGIN,
    HTTP_IDEMPOTENCY_KEY,
    HTTP_WEBSOCKET_KEY,
    HTTP_WEBSOCKET_VERSION,
    HTTP_SINGLES,
};

enum http_parse_result { HTTP_PARSE_MORE, HTTP_PARSE_DONE, HTTP_PARSE_BAD };

struct http_parse {
    uint32_t at;         // bytes read so far; DONE: the size of the head
    uint16_t mark;       // where the part that is being read began
    uint16_t line_at;    // where the request line began
    uint16_t fields_at;  // where the fields began
    uint8_t state;       // of the machine
    uint8_t minor;       // HTTP/1.minor: 0 or 1
    uint8_t method_size; // at line_at
    bool asterisk;       // the target is "*"
    uint16_t target_at, target_size;
    uint16_t path_at,
        path_size; // of the target; size 0: an absolute target without one, which stands for "/"
    uint16_t query_at, query_size;         // what follows '?'
    uint16_t authority_at, authority_size; // of an absolute target; size 0: none
    uint16_t field_count;
    int16_t single[HTTP_SINGLES];    // their places among the fields, -1: not there
    bool keep_alive, close, upgrade; // words of Connection
    bool chunked, expect_continue;
    int64_t content_length; // -1: none was given
    int16_t status;         // BAD: 400, 417 or 505
    const char *reason;     // BAD: what was wrong, a constant
    struct http_field fields[HTTP_FIELDS_MAX];
};

void http_parse_init(struct http_parse *parse);

// Goes on reading at parse->at; `data` is the head from its first byte, `size` what is there of it, which may be more
// than the head. However the bytes are cut, the end is the same. MORE: everything was read and there is no end yet.
// After BAD it stays BAD.
enum http_parse_result http_parse(struct http_parse *parse, const char *data, size_t size);

// True when the connection may serve another request after this one, by the client's words.
bool http_parse_persists(const struct http_parse *parse);

// Compares a piece of text with a name in lower case, without case.
bool http_word_equal(const char *piece, size_t size, const char *lower);
// True when a comma-separated list has the word.
bool http_list_has(const char *list, size_t size, const char *lower);

#endif
