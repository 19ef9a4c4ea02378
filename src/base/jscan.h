// SPDX-License-Identifier: Apache-2.0
// JSON (RFC 8259) read where it stands: a cursor over bytes that hands out the tokens one by one and allocates
// nothing. It is as strict as the grammar: UTF-8, escapes, control characters, numbers, commas; a key may come twice.
//
//   struct jscan json;
//   struct jscan_text key;
//   jscan_begin(&json, data, size);
//   for (bool more = jscan_object(&json, &key); more; more = jscan_next(&json, &key))
//       if (jscan_is(key, "price")) ... jscan_text(&json, &value) ...
//       else jscan_skip(&json);
//   if (!jscan_end(&json)) it was not JSON
//
// Errors stick: after the first every call returns false and moves nowhere, so that a reader checks once, at the end.
// Every value that jscan_object, jscan_next, jscan_array and jscan_element announce must be read or skipped.
//
// The text must have JSCAN_PADDING readable bytes behind its end.
#ifndef FULMAR_BASE_JSCAN_H
#define FULMAR_BASE_JSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/digits.h"
#include "base/simd.h"

enum {
    JSCAN_PADDING = 16,
    JSCAN_DEPTH_MAX = 64 // arrays and objects in one another
};

struct jscan {
    const char *at; // NULL: there was an error
    const char *end;
    uint32_t depth;
    uint32_t reserved;
};

// A string without its quotes, escapes as they stand; or a number, true, false or null.
struct jscan_text {
    const char *at;
    uint32_t len;
    bool quoted;
    bool escaped;
};

// m / 10^frac, without trailing zeros in the fraction.
struct jscan_decimal {
    int64_t m;
    int32_t frac; // 0 to 18
};

static inline void jscan_begin(struct jscan *json, const char *data, size_t size) {
    *json = (struct jscan){.at = data, .end = data + size};
}

static inline bool jscan_failed(const struct jscan *json) {
    return json->at == NULL;
}

// Nothing but blanks is left, and there was no error.
bool jscan_end(struct jscan *json);

// Goes into an object, to the value of its first key, or into an array, to its first element. False: it is empty, and
// passed; or there is none here (an error).
bool jscan_object(struct jscan *json, struct jscan_text *ret_key);
bool jscan_array(struct jscan *json);
// After a value: to the next of the same object or array. False: it has ended, and is passed; or an error.
bool jscan_next(struct jscan *json, struct jscan_text *ret_key);
bool jscan_element(struct jscan *json);

// The value here: a string or a bare token (error: an object or an array).
bool jscan_text(struct jscan *json, struct jscan_text *ret_text);
// Passes the value here, whatever it is, looking at every byte.
bool jscan_skip(struct jscan *json);
// The first byte of the value here: '{', '[', '"', a digit, ...; 0: none is left.
char jscan_peek(struct jscan *json);

// Whether a text is these bytes (compared as it stands).
static inline bool jscan_is(struct jscan_text text, const char *word) {
    size_t len = strlen(word);
    return text.len == len && memcmp(text.at, word, len) == 0;
}

// A decimal number, bare or in quotes as exchanges write it; base/decimal.h's grammar. Digits behind the point that a
// mantissa has no room for are rounded half to even, as those are that a binary fraction was printed with. False: it is
// none, or too large.
bool jscan_decimal(struct jscan_text text, struct jscan_decimal *ret_decimal);
// A whole number of at most 64 bits without a sign.
bool jscan_uint(struct jscan_text text, uint64_t *ret_value);
bool jscan_bool(struct jscan_text text, bool *ret_value);
// The bytes that a string stands for, in UTF-8. Returns how many, at most text.len; buf holds so many. A lone
// surrogate (which the grammar has) becomes U+FFFD.
size_t jscan_unescape(struct jscan_text text, char *ret_buf);

// What follows is for the readers of whole feeds, in a line of their loop.

// A quoted decimal of at most eight digits before the point and eight behind it, as in "61837.63000000". at is behind
// the opening quote. The end, behind the closing quote, or NULL: it is of another form (which jscan_text and
// jscan_decimal know).
static inline const char *jscan_decimal_scan(const char *at, struct jscan_decimal *ret_decimal) {
    uint64_t whole = 0, part = 0;
    unsigned digits = digits_read(at, &whole), kept = 0;
    if (UNLIKELY(digits == 0)) return NULL;
    at += digits;
    if (LIKELY(*at == '.')) {
        unsigned places = digits_read_fraction(at + 1, &part, &kept);
        if (UNLIKELY(places == 0)) return NULL;
        at += places + 1;
    }
    if (UNLIKELY(*at != '"')) return NULL;
    ret_decimal->m = (int64_t)(whole * DIGITS_POW10[kept] + part);
    ret_decimal->frac = (int32_t)kept;
    return at + 1;
}

#endif
