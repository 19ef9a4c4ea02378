// SPDX-License-Identifier: Apache-2.0
// Which bytes may stand where in HTTP: sets of 256 bits.
#ifndef FULMAR_EDGE_NET_HTTP_CHAR_H
#define FULMAR_EDGE_NET_HTTP_CHAR_H

#include <stdbool.h>
#include <stdint.h>

static inline bool http_char_in(const uint64_t set[4], char c) {
    return set[(uint8_t)c >> 6] >> ((uint8_t)c & 63) & 1;
}

// RFC 9110, 5.6.2: names of fields, methods.
static inline bool http_char_token(char c) {
    static const uint64_t set[4] = {0x03ff6cfa00000000u, 0x57ffffffc7fffffeu};
    return http_char_in(set, c);
}

// RFC 9110, 5.5: values of fields: a tab, a blank, what is visible, and bytes above ASCII.
static inline bool http_char_value(char c) {
    static const uint64_t set[4] = {0xffffffff00000200u, 0x7fffffffffffffffu, ~UINT64_C(0),
                                    ~UINT64_C(0)};
    return http_char_in(set, c);
}

// RFC 3986, 3.3: pchar and '/', without '%'.
static inline bool http_char_path(char c) {
    static const uint64_t set[4] = {0x2fffffd200000000u, 0x47fffffe87ffffffu};
    return http_char_in(set, c);
}

// The same with '?', and with [ ] { } | \ ^ `, which browsers leave as they are. Not '%'.
static inline bool http_char_query(char c) {
    static const uint64_t set[4] = {0xafffffd200000000u, 0x7fffffffffffffffu};
    return http_char_in(set, c);
}

// Letters, digits, - . _ ~
static inline bool http_char_host(char c) {
    static const uint64_t set[4] = {0x03ff600000000000u, 0x47fffffe87fffffeu};
    return http_char_in(set, c);
}

static inline char http_char_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

// The value of a hexadecimal digit, -1 for anything else.
static inline int http_char_hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = http_char_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
