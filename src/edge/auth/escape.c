// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static bool is_number(const char *data, size_t size) {
    size_t at = size > 0 && (data[0] == '-' || data[0] == '+'), digits = 0, points = 0;
    for (; at < size; at++) {
        if (data[at] >= '0' && data[at] <= '9')
            digits++;
        else if (data[at] == '.' && points == 0)
            points++;
        else
            return false;
    }
    return digits > 0;
}

void escape_csv(struct text *out, const char *data, size_t size) {
    bool formula = size > 0 && data[0] != '\0' && strchr("=+-@\t\r\n|%", data[0]) != NULL &&
                   !is_number(data, size);
    bool quoted = formula || (size > 0 && (data[0] == ' ' || data[size - 1] == ' '));
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)data[i];
        quoted = quoted || c == '"' || c == ',' || c == ';' || c < 0x20;
    }
    if (quoted) text_add_char(out, '"');
    if (formula) text_add_char(out, '\'');
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '"') text_add_char(out, '"');
        if (data[i] != '\0') text_add_char(out, data[i]);
    }
    if (quoted) text_add_char(out, '"');
}

// The code point at `data` and how many bytes it takes; 0 for what is no UTF-8.
static size_t read_point(const char *data, size_t size, uint32_t *ret_point) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)data;
    size_t len = at[0] < 0x80   ? 1
                 : at[0] < 0xc2 ? 0
                 : at[0] < 0xe0 ? 2
                 : at[0] < 0xf0 ? 3
                 : at[0] < 0xf5 ? 4
                                : 0;
    if (len == 0 || len > size) return 0;
    uint32_t point = len == 1 ? at[0] : at[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((at[i] & 0xc0) != 0x80) return 0;
        point = point << 6 | (at[i] & 0x3fu);
    }
    if (point < least[len] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return 0;
    *ret_point = point;
    return len;
}

// Control characters, line and paragraph separators, marks of direction, the byte order mark, tags.
static bool is_hidden(uint32_t point) {
    return point < 0x20 || (point >= 0x7f && point <= 0x9f) ||
           (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
           (point >= 0x2060 && point <= 0x206f) || point == 0xfeff ||
           (point >= 0xe0000 && point <= 0xe007f) || point == 0x061c;
}

static void add_hidden(struct text *out, uint32_t point) {
    if (point == '\n')
        text_add(out, "\\n");
    else if (point == '\r')
        text_add(out, "\\r");
    else if (point == '\t')
        text_add(out, "\\t");
    else if (point < 0x10000)
        text_printf(out, "\\u%04x", point);
    else
        text_printf(out, "\\U%08x", point);
}

// Calls `plain` with every character that is no hidden one.
static void each_point(struct text *out, const char *data, size_t size,
                       void (*plain)(struct text *out, const char *at, size_t len)) {
    for (size_t i = 0; i < size;) {
        uint32_t point;
        size_t len = read_point(data + i, size - i, &point);
        if (len == 0)
            text_printf(out, "\\x%02x", (unsigned char)data[i]);
        else if (is_hidden(point))
            add_hidden(out, point);
        else
            plain(out, data + i, len);
        i += len > 0 ? len : 1;
    }
}

static void add_log(struct text *out, const char *at, size_t len) {
    if (*at == '"' || *at == '\\') text_add_char(out, '\\');
    text_add_bytes(out, at, len);
}

void escape_log(struct text *out, const char *data, size_t size) {
    each_point(out, data, size, add_log);
}

static void add_html(struct text *out, const char *at, size_t len) {
    switch (*at) {
    case '&':
        text_add(out, "&amp;");
        break;
    case '<':
        text_add(out, "&lt;");
        break;
    case '>':
        text_add(out, "&gt;");
        break;
    case '"':
        text_add(out, "&quot;");
        break;
    case '\'':
        text_add(out, "&#39;");
        break;
    default:
        text_add_bytes(out, at, len);
    }
}

void escape_html(struct text *out, const char *data, size_t size) {
    each_point(out, data, size, add_html);
}

static void add_chat(struct text *out, const char *at, size_t len) {
    static const char no_width[] = "\xe2\x80\x8b";
    if (*at == '&' || *at == '<' || *at == '>') {
        add_html(out, at, len);
        return;
    }
    if (strchr("*_~`|\\[]()", *at) != NULL) text_add_char(out, '\\');
    if (*at == '/') text_add(out, no_width); // no link begins
    text_add_bytes(out, at, len);
    if (*at == '@' || *at == '#') text_add(out, no_width); // nobody is called
}

void escape_chat(struct text *out, const char *data, size_t size) {
    each_point(out, data, size, add_chat);
}
