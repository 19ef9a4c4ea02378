// SPDX-License-Identifier: Apache-2.0
#include "edge/net/http_path.h"

#include <stdbool.h>
#include <string.h>

#include "edge/net/http_char.h"
#include "edge/net/utf8.h"

// The byte that two hexadecimal digits stand for, -1 when they are none.
static int decode_byte(const char *at, size_t left) {
    if (left < 2) return -1;
    int high = http_char_hex(at[0]), low = http_char_hex(at[1]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static bool is_control(char c) {
    return (unsigned char)c < ' ' || c == 0x7f;
}

// "." or ".." between slashes.
static bool has_dots(const char *path, size_t size) {
    const char *end = path + size;
    for (const char *at = path; at < end;) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        size_t part = (size_t)((slash != NULL ? slash : end) - at);
        if (part > 0 && part <= 2 && at[0] == '.' && at[part - 1] == '.') return true;
        at += part + 1;
    }
    return false;
}

const char *http_path_decode(const char *raw, size_t size, char *buf, size_t *ret_size) {
    size_t len = 0;
    for (size_t i = 0; i < size; i++) {
        char c = raw[i];
        if (c == '%') {
            int byte = decode_byte(raw + i + 1, size - i - 1);
            if (byte < 0) return "a % without two hexadecimal digits in the path";
            c = (char)byte;
            if (c == '/' || c == '\\') return "a slash of the path came encoded";
            i += 2;
        }
        if (is_control(c)) return "a control character in the path";
        buf[len++] = c;
    }
    buf[len] = '\0';
    if (!utf8_valid(buf, len)) return "the path is no UTF-8";
    if (has_dots(buf, len)) return "the path has . or .. in it";
    *ret_size = len;
    return NULL;
}

// Form decoding of one piece into a text that ends with a NUL.
static int decode_piece(const char *at, size_t size, char *buf, size_t buf_size) {
    size_t len = 0;
    for (size_t i = 0; i < size; i++) {
        char c = at[i];
        if (c == '+') c = ' ';
        if (c == '%') {
            int byte = decode_byte(at + i + 1, size - i - 1);
            if (byte < 0) return ERR_PARSE;
            c = (char)byte;
            i += 2;
        }
        if (is_control(c)) return ERR_PARSE;
        if (len + 1 >= buf_size) return ERR_FULL;
        buf[len++] = c;
    }
    buf[len] = '\0';
    return utf8_valid(buf, len) ? 0 : ERR_PARSE;
}

// The next piece that is not empty; false at the end.
static bool next_piece(const char **query, const char **ret_at, size_t *ret_size) {
    while (**query != '\0') {
        size_t size = strcspn(*query, "&");
        *ret_at = *query;
        *ret_size = size;
        *query += size + ((*query)[size] == '&');
        if (size > 0) return true;
    }
    return false;
}

int http_query_next(const char **query, struct http_query_pair *ret_pair) {
    const char *at;
    size_t size;
    if (!next_piece(query, &at, &size)) return 0;
    const char *equals = memchr(at, '=', size);
    size_t name = equals != NULL ? (size_t)(equals - at) : size;
    size_t value = equals != NULL ? size - name - 1 : 0;
    TRY(decode_piece(at, name, ret_pair->name, sizeof ret_pair->name));
    TRY(decode_piece(equals != NULL ? equals + 1 : at, value, ret_pair->value,
                     sizeof ret_pair->value));
    return 1;
}

int http_query_find(const char *query, const char *name, char *buf, size_t buf_size) {
    struct http_query_pair pair;
    int found = 0, rc;
    while ((rc = http_query_next(&query, &pair)) > 0) {
        if (strcmp(pair.name, name) != 0) continue;
        if (found) return ERR_EXISTS;
        if (strlen(pair.value) >= buf_size) return ERR_FULL;
        memcpy(buf, pair.value, strlen(pair.value) + 1);
        found = 1;
    }
    return rc < 0 ? rc : found;
}
