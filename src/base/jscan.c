// SPDX-License-Identifier: Apache-2.0
#include "base/jscan.h"

#include "base/decimal.h"

static bool fail(struct jscan *json);
static void blanks_pass(struct jscan *json);
static bool enter(struct jscan *json, char bracket);
static bool key_read(struct jscan *json, struct jscan_text *ret_key);
static bool string_read(struct jscan *json, struct jscan_text *ret_text);
static const char *escape_pass(const char *at, const char *end);
static const char *utf8_pass(const char *at, const char *end);
static bool token_read(struct jscan *json, struct jscan_text *ret_text);
static bool integer_quick(struct jscan *json, struct jscan_text *ret_text);
static bool is_number(const char *at, const char *end);
static unsigned hex_read(const char *at);
static bool decimal_slow(struct jscan_text text, struct jscan_decimal *ret_decimal);

bool jscan_end(struct jscan *json) {
    if (jscan_failed(json)) return false;
    blanks_pass(json);
    return (json->at == json->end && json->depth == 0) || fail(json);
}

bool jscan_object(struct jscan *json, struct jscan_text *ret_key) {
    if (!enter(json, '{')) return false;
    if (json->at < json->end && *json->at == '}') {
        json->at++;
        json->depth--;
        return false;
    }
    return key_read(json, ret_key);
}

bool jscan_array(struct jscan *json) {
    if (!enter(json, '[')) return false;
    if (json->at < json->end && *json->at == ']') {
        json->at++;
        json->depth--;
        return false;
    }
    return true;
}

bool jscan_next(struct jscan *json, struct jscan_text *ret_key) {
    if (jscan_failed(json)) return false;
    blanks_pass(json);
    if (json->at == json->end) return fail(json);
    if (*json->at == ',') {
        json->at++;
        return key_read(json, ret_key);
    }
    if (*json->at != '}') return fail(json);
    json->at++;
    json->depth--;
    return false;
}

bool jscan_element(struct jscan *json) {
    if (jscan_failed(json)) return false;
    blanks_pass(json);
    if (json->at == json->end) return fail(json);
    if (*json->at == ',') {
        json->at++;
        return true;
    }
    if (*json->at != ']') return fail(json);
    json->at++;
    json->depth--;
    return false;
}

bool jscan_text(struct jscan *json, struct jscan_text *ret_text) {
    switch (jscan_peek(json)) {
    case '"':
        return string_read(json, ret_text);
    case '{':
    case '[':
    case '\0':
        return fail(json);
    default:
        return token_read(json, ret_text);
    }
}

// Depth is counted by jscan_object and jscan_array; which of the two is open at each is a bit.
bool jscan_skip(struct jscan *json) {
    uint64_t objects = 0; // bit k: the k-th from outside, of those opened here, is an object
    struct jscan_text text;
    uint32_t outside = json->depth;
    for (;;) {
        char first = jscan_peek(json);
        bool inside = false;
        if (first == '{') {
            objects = objects << 1 | 1;
            inside = jscan_object(json, &text);
        } else if (first == '[') {
            objects <<= 1;
            inside = jscan_array(json);
        } else {
            if (!jscan_text(json, &text)) return false;
            inside = true;
            if (json->depth == outside) return true;
            inside = (objects & 1) != 0 ? jscan_next(json, &text) : jscan_element(json);
        }
        while (!inside) { // something has ended: what holds it goes on
            if (jscan_failed(json)) return false;
            objects >>= 1;
            if (json->depth == outside) return true;
            inside = (objects & 1) != 0 ? jscan_next(json, &text) : jscan_element(json);
        }
    }
}

char jscan_peek(struct jscan *json) {
    if (jscan_failed(json)) return '\0';
    blanks_pass(json);
    return json->at < json->end ? *json->at : '\0';
}

bool jscan_decimal(struct jscan_text text, struct jscan_decimal *ret_decimal) {
    uint64_t whole = 0, part = 0;
    unsigned kept = 0;
    if (text.len == 0) return false;
    const char *at = text.at, *end = text.at + text.len;
    unsigned digits = digits_read(at, &whole);
    at += digits;
    if (digits > 0 && *at == '.') {
        unsigned places = digits_read_fraction(at + 1, &part, &kept);
        at += places > 0 ? places + 1 : 0;
    }
    if (UNLIKELY(digits == 0 || at != end)) return decimal_slow(text, ret_decimal);
    *ret_decimal =
        (struct jscan_decimal){(int64_t)(whole * DIGITS_POW10[kept] + part), (int32_t)kept};
    return true;
}

bool jscan_uint(struct jscan_text text, uint64_t *ret_value) {
    uint64_t value = 0;
    if (text.len == 0 || text.len > 20) return false;
    for (uint32_t i = 0; i < text.len;) {
        uint64_t part = 0;
        unsigned count = digits_read(text.at + i, &part);
        if (count > text.len - i) return false;
        if (count == 0 || __builtin_mul_overflow(value, DIGITS_POW10[count], &value) ||
            __builtin_add_overflow(value, part, &value))
            return false;
        i += count;
    }
    *ret_value = value;
    return true;
}

bool jscan_bool(struct jscan_text text, bool *ret_value) {
    if (text.quoted) return false;
    *ret_value = jscan_is(text, "true");
    return *ret_value || jscan_is(text, "false");
}

size_t jscan_unescape(struct jscan_text text, char *ret_buf) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at = text.at, *end = text.at + text.len;
    char *out = ret_buf;
    while (at < end) {
        if (*at != '\\') {
            *out++ = *at++;
            continue;
        }
        if (at[1] != 'u') {
            *out++ = to[strchr(from, at[1]) - from];
            at += 2;
            continue;
        }
        uint32_t code = hex_read(at + 2);
        at += 6;
        bool high = code >= 0xd800 && code < 0xdc00;
        if (high && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
            uint32_t low = hex_read(at + 2);
            if (low >= 0xdc00 && low < 0xe000) {
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                at += 6;
            }
        }
        if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
        if (code >= 0x10000) *out++ = (char)(0xf0 | code >> 18);
        if (code >= 0x10000) *out++ = (char)(0x80 | (code >> 12 & 0x3f));
        if (code >= 0x800 && code < 0x10000) *out++ = (char)(0xe0 | code >> 12);
        if (code >= 0x800) *out++ = (char)(0x80 | (code >> 6 & 0x3f));
        if (code >= 0x80 && code < 0x800) *out++ = (char)(0xc0 | code >> 6);
        *out++ = (char)(code >= 0x80 ? 0x80 | (code & 0x3f) : code);
    }
    return (size_t)(out - ret_buf);
}

static bool fail(struct jscan *json) {
    json->at = NULL;
    return false;
}

static void blanks_pass(struct jscan *json) {
    while (json->at < json->end &&
           (*json->at == ' ' || *json->at == '\n' || *json->at == '\t' || *json->at == '\r'))
        json->at++;
}

static bool enter(struct jscan *json, char bracket) {
    if (jscan_peek(json) != bracket || json->depth == JSCAN_DEPTH_MAX) return fail(json);
    json->at++;
    json->depth++;
    blanks_pass(json);
    return true;
}

static bool key_read(struct jscan *json, struct jscan_text *ret_key) {
    if (jscan_peek(json) != '"' || !string_read(json, ret_key)) return fail(json);
    if (jscan_peek(json) != ':') return fail(json);
    json->at++;
    return true;
}

// at is on the opening quote.
static bool string_read(struct jscan *json, struct jscan_text *ret_text) {
    const char *begin = json->at + 1, *at = begin, *end = json->end;
    bool escaped = false;
    while (at < end) {
        unsigned mask = simd_text_odd(at);
        if (mask == 0) {
            at += SIMD_TEXT_BLOCK;
            continue;
        }
        at += __builtin_ctz(mask);
        if (at >= end) return fail(json);
        unsigned char byte = (unsigned char)*at;
        if (byte == '"') {
            *ret_text = (struct jscan_text){begin, (uint32_t)(at - begin), true, escaped};
            json->at = at + 1;
            return true;
        }
        if (byte < ' ') return fail(json);
        escaped |= byte == '\\';
        at = byte == '\\' ? escape_pass(at, end) : byte >= 0x80 ? utf8_pass(at, end) : at + 1;
        if (at == NULL) return fail(json);
    }
    return fail(json);
}

static const char *escape_pass(const char *at, const char *end) {
    if (end - at < 2) return NULL;
    if (at[1] != 'u') return at[1] != '\0' && strchr("\"\\/bfnrt", at[1]) != NULL ? at + 2 : NULL;
    if (end - at < 6) return NULL;
    for (int i = 2; i < 6; i++) {
        bool digit = (unsigned)at[i] - '0' <= 9;
        bool letter = (unsigned)(at[i] | 0x20) - 'a' <= 5;
        if (!digit && !letter) return NULL;
    }
    return at + 6;
}

// One character of two to four bytes in its shortest form, no surrogate, at most U+10FFFF (RFC 3629).
static const char *utf8_pass(const char *at, const char *end) {
    unsigned char first = (unsigned char)*at;
    int more = first >= 0xc2 && first < 0xe0    ? 1
               : (first & 0xf0) == 0xe0         ? 2
               : first >= 0xf0 && first <= 0xf4 ? 3
                                                : 0;
    if (more == 0 || end - at <= more) return NULL;
    for (int i = 1; i <= more; i++)
        if (((unsigned char)at[i] & 0xc0) != 0x80) return NULL;
    unsigned char second = (unsigned char)at[1];
    bool odd = (first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0) ||
               (first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90);
    return odd ? NULL : at + more + 1;
}

// A number, true, false or null.
static bool token_read(struct jscan *json, struct jscan_text *ret_text) {
    if (LIKELY(integer_quick(json, ret_text))) return true;
    const char *begin = json->at, *at = begin;
    while (at < json->end && *at != ',' && *at != '}' && *at != ']' && *at != ' ' && *at != '\n' &&
           *at != '\t' && *at != '\r' && *at != ':' && *at != '"' && *at != '[' && *at != '{')
        at++;
    struct jscan_text text = {begin, (uint32_t)(at - begin), false, false};
    if (!is_number(begin, at) && !jscan_is(text, "true") && !jscan_is(text, "false") &&
        !jscan_is(text, "null"))
        return fail(json);
    *ret_text = text;
    json->at = at;
    return true;
}

// A whole number without a sign and with another token behind it, eight digits a step.
static bool integer_quick(struct jscan *json, struct jscan_text *ret_text) {
    const char *begin = json->at, *at = begin;
    uint64_t bytes;
    unsigned count;
    do {
        count = digits_load(at, &bytes);
        at += count;
    } while (count == 8 && at < json->end);
    if (at == begin || at >= json->end || (*begin == '0' && at - begin > 1)) return false;
    if (*at != ',' && *at != '}' && *at != ']') return false;
    *ret_text = (struct jscan_text){begin, (uint32_t)(at - begin), false, false};
    json->at = at;
    return true;
}

static const char *digits_pass(const char *at, const char *end) {
    while (at < end && (unsigned)*at - '0' <= 9) at++;
    return at;
}

static bool is_number(const char *at, const char *end) {
    if (at < end && *at == '-') at++;
    const char *whole = at;
    at = digits_pass(at, end);
    if (at == whole || (*whole == '0' && at - whole > 1)) return false;
    if (at < end && *at == '.') {
        const char *places = at + 1;
        at = digits_pass(places, end);
        if (at == places) return false;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        const char *exponent = at;
        at = digits_pass(exponent, end);
        if (at == exponent) return false;
    }
    return at == end;
}

static unsigned hex_read(const char *at) {
    unsigned code = 0;
    for (int i = 0; i < 4; i++) {
        unsigned digit = (unsigned)at[i] - '0';
        code = code << 4 | (digit <= 9 ? digit : (unsigned)(at[i] | 0x20) - 'a' + 10);
    }
    return code;
}

static bool decimal_slow(struct jscan_text text, struct jscan_decimal *ret_decimal) {
    int frac = decimal_text_decimals(text.at, text.len);
    int64_t m;
    if (frac < 0) return false;
    if (frac > DECIMALS_MAX) frac = DECIMALS_MAX;
    while (decimal_parse_round(text.at, text.len, frac, ROUND_HALF_EVEN, &m) < 0)
        if (frac-- == 0) return false;
    while (frac > 0 && m % 10 == 0) {
        m /= 10;
        frac--;
    }
    *ret_decimal = (struct jscan_decimal){m, frac};
    return true;
}
