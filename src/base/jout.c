// SPDX-License-Identifier: Apache-2.0
#include "base/jout.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/real.h"
#include "base/timestamp.h"

static void separate(struct text *out) {
    if (out->len == 0) return;
    char last = out->data[out->len - 1];
    if (last != '{' && last != '[' && last != ':') text_add_char(out, ',');
}

static void begin(struct text *out, char bracket) {
    separate(out);
    text_add_char(out, bracket);
}

void jout_object(struct text *out) {
    begin(out, '{');
}

void jout_end_object(struct text *out) {
    text_add_char(out, '}');
}

void jout_array(struct text *out) {
    begin(out, '[');
}

void jout_end_array(struct text *out) {
    text_add_char(out, ']');
}

void jout_key(struct text *out, const char *key) {
    separate(out);
    text_add_char(out, '"');
    text_add(out, key);
    text_add_bytes(out, "\":", 2);
}

void jout_string(struct text *out, const char *string) {
    if (string == NULL)
        jout_null(out);
    else
        jout_bytes(out, string, strlen(string));
}

// How many bytes the character at `at` has, 0 where there is none of UTF-8 (RFC 3629: no surrogate, no long form).
static size_t character(const unsigned char *at, size_t left) {
    unsigned char first = at[0];
    size_t len = first < 0x80                    ? 1
                 : first >= 0xc2 && first < 0xe0 ? 2
                 : first >= 0xe0 && first < 0xf0 ? 3
                 : first >= 0xf0 && first < 0xf5 ? 4
                                                 : 0;
    if (len == 0 || len > left) return 0;
    for (size_t i = 1; i < len; i++)
        if ((at[i] & 0xc0) != 0x80) return 0;
    if (first == 0xe0 && at[1] < 0xa0) return 0;
    if (first == 0xed && at[1] > 0x9f) return 0;
    if (first == 0xf0 && at[1] < 0x90) return 0;
    if (first == 0xf4 && at[1] > 0x8f) return 0;
    return len;
}

static void escape(struct text *out, unsigned char c) {
    static const char letters[] = "btnvfr"; // 8 to 13
    if (c == '"' || c == '\\')
        text_printf(out, "\\%c", c);
    else if (c >= 8 && c <= 13 && c != 11)
        text_printf(out, "\\%c", letters[c - 8]);
    else
        text_printf(out, "\\u%04x", c);
}

void jout_bytes(struct text *out, const char *data, size_t size) {
    const unsigned char *at = (const unsigned char *)data;
    size_t from = 0, i = 0;
    separate(out);
    text_add_char(out, '"');
    while (i < size) {
        size_t len = character(at + i, size - i);
        bool plain = len > 1 || (len == 1 && at[i] >= 0x20 && at[i] != '"' && at[i] != '\\' &&
                                 at[i] != 0x7f && at[i] != '<');
        if (plain) {
            i += len;
            continue;
        }
        text_add_bytes(out, data + from, i - from);
        if (len == 0)
            text_add(out, "\xef\xbf\xbd");
        else
            escape(out, at[i]);
        from = ++i;
    }
    text_add_bytes(out, data + from, i - from);
    text_add_char(out, '"');
}

void jout_int(struct text *out, int64_t value) {
    char buf[DECIMAL_TEXT_SIZE];
    separate(out);
    text_add_bytes(out, buf, decimal_print(buf, sizeof buf, value, 0));
}

void jout_uint(struct text *out, uint64_t value) {
    char buf[DECIMAL_TEXT_SIZE];
    separate(out);
    text_add_bytes(out, buf, decimal_print(buf, sizeof buf, (int128_t)value, 0));
}

void jout_bool(struct text *out, bool value) {
    jout_json(out, value ? "true" : "false");
}

void jout_null(struct text *out) {
    jout_json(out, "null");
}

void jout_real(struct text *out, double value) {
    char buf[REAL_TEXT_SIZE];
    separate(out);
    if (isfinite(value))
        text_add_bytes(out, buf, real_print(buf, value));
    else
        text_add(out, "null");
}

void jout_decimal(struct text *out, int128_t mantissa, int decimals) {
    char buf[DECIMAL_TEXT_SIZE + 2];
    size_t len = decimal_print_short(buf + 1, DECIMAL_TEXT_SIZE, mantissa, decimals);
    buf[0] = buf[len + 1] = '"';
    separate(out);
    text_add_bytes(out, buf, len + 2);
}

void jout_time(struct text *out, int64_t ns) {
    char buf[TIMESTAMP_TEXT_SIZE];
    if (ns == 0) {
        jout_null(out);
        return;
    }
    jout_bytes(out, buf, timestamp_print(buf, sizeof buf, ns));
}

void jout_json(struct text *out, const char *json) {
    separate(out);
    text_add(out, json);
}

void jout_key_string(struct text *out, const char *key, const char *string) {
    jout_key(out, key);
    jout_string(out, string);
}

void jout_key_int(struct text *out, const char *key, int64_t value) {
    jout_key(out, key);
    jout_int(out, value);
}

void jout_key_bool(struct text *out, const char *key, bool value) {
    jout_key(out, key);
    jout_bool(out, value);
}

void jout_key_real(struct text *out, const char *key, double value) {
    jout_key(out, key);
    jout_real(out, value);
}

void jout_key_decimal(struct text *out, const char *key, int128_t mantissa, int decimals) {
    jout_key(out, key);
    jout_decimal(out, mantissa, decimals);
}

void jout_key_time(struct text *out, const char *key, int64_t ns) {
    jout_key(out, key);
    jout_time(out, ns);
}
