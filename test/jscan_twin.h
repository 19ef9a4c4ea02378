// SPDX-License-Identifier: Apache-2.0
// base/jscan.h beside jansson: the same bytes through both.
#ifndef FULMAR_TEST_JSCAN_TWIN_H
#define FULMAR_TEST_JSCAN_TWIN_H

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/jscan.h"

enum twin { TWIN_AGREES, TWIN_DIFFERS, TWIN_CANNOT_SAY };

static inline bool twin_same_text(struct jscan_text text, const char *bytes, size_t len) {
    char *buf = malloc(text.len + 1);
    bool same = jscan_unescape(text, buf) == len && memcmp(buf, bytes, len) == 0;
    free(buf);
    return same;
}

static inline bool twin_same_number(struct jscan_text text, const json_t *value) {
    struct jscan_decimal decimal;
    uint64_t whole;
    if (text.quoted) return false;
    if (json_is_integer(value)) {
        json_int_t expected = json_integer_value(value);
        bool plain = expected < 0 || text.at[0] == '-' ||
                     (jscan_uint(text, &whole) && whole == (uint64_t)expected);
        if (!jscan_decimal(text, &decimal)) return false;
        int64_t m = decimal.m; // 100 is not 1 of minus two places
        return plain && decimal.frac == 0 && m == expected;
    }
    // Digits beyond a mantissa's are not for jscan_decimal; what it takes is what strtod takes.
    if (!jscan_decimal(text, &decimal)) return true;
    double scale = 1;
    for (int i = 0; i < decimal.frac; i++) scale *= 10;
    double ours = (double)decimal.m / scale, theirs = json_real_value(value);
    double gap = ours > theirs ? ours - theirs : theirs - ours;
    return gap <= 1e-15 * (theirs < 0 ? -theirs : theirs);
}

// Walks the value here and jansson's of the same text. Objects whose keys come twice differ in count:
// told by `doubled`.
static inline bool twin_walk(struct jscan *json, const json_t *value, bool *doubled) {
    struct jscan_text text;
    size_t count = 0;
    char first = jscan_peek(json);
    if (first == '{') {
        if (!json_is_object(value)) return false;
        for (bool more = jscan_object(json, &text); more; more = jscan_next(json, &text), count++) {
            char *key = malloc(text.len + 1);
            size_t len = jscan_unescape(text, key);
            const json_t *member = json_object_getn(value, key, len);
            free(key);
            if (member == NULL) return false;
            struct jscan here = *json;
            bool same = twin_walk(json, member, doubled);
            if (!same && jscan_skip(&here)) { // an earlier one of two keys
                *doubled = true;
                *json = here;
            } else if (!same) {
                return false;
            }
        }
        *doubled |= count != json_object_size(value);
        return true;
    }
    if (first == '[') {
        if (!json_is_array(value)) return false;
        for (bool more = jscan_array(json); more; more = jscan_element(json), count++)
            if (!twin_walk(json, json_array_get(value, count), doubled)) return false;
        return count == json_array_size(value);
    }
    if (!jscan_text(json, &text)) return false;
    if (json_is_string(value))
        return text.quoted &&
               twin_same_text(text, json_string_value(value), json_string_length(value));
    bool truth;
    if (json_is_boolean(value)) return jscan_bool(text, &truth) && truth == json_is_true(value);
    if (json_is_null(value)) return !text.quoted && jscan_is(text, "null");
    return twin_same_number(text, value);
}

// What both make of size bytes. Neither the limits of jansson's numbers nor lone surrogates are ours.
static inline enum twin twin_compare(const char *data, size_t size) {
    struct jscan json;
    json_error_t error;
    char *text = calloc(1, size + JSCAN_PADDING);
    memcpy(text, data, size);
    json_t *value = json_loadb(text, size, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    jscan_begin(&json, text, size);
    bool whole = jscan_skip(&json) && jscan_end(&json);
    enum json_error_code code = value == NULL ? json_error_code(&error) : json_error_unknown;
    enum twin verdict = whole == (value != NULL) ? TWIN_AGREES : TWIN_DIFFERS;
    size_t brackets = 0;
    for (size_t i = 0; i < size; i++) brackets += data[i] == '[' || data[i] == '{';
    if (value != NULL && !whole && brackets > JSCAN_DEPTH_MAX) verdict = TWIN_CANNOT_SAY;
    // A byte 0 behind the value is the end of the text to jansson.
    if (value != NULL && !whole && memchr(data, 0, size) != NULL) verdict = TWIN_CANNOT_SAY;
    if (value == NULL && whole &&
        (code == json_error_numeric_overflow || code == json_error_invalid_utf8 ||
         strstr(error.text, "\\u") != NULL || strstr(error.text, "surrogate") != NULL))
        verdict = TWIN_CANNOT_SAY;
    if (value != NULL && whole) {
        bool doubled = false;
        jscan_begin(&json, text, size);
        bool same = twin_walk(&json, value, &doubled) && jscan_end(&json);
        verdict = same ? TWIN_AGREES : doubled ? TWIN_CANNOT_SAY : TWIN_DIFFERS;
    }
    json_decref(value);
    free(text);
    return verdict;
}

#endif
