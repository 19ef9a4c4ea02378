// SPDX-License-Identifier: Apache-2.0
// Numbers of a CSV row, read where they stand: digits and a point are converted eight bytes a step;
// what is unusual (quotes, blanks, exponents, more than 18 digits) goes the slow way through
// base/decimal.h.
//
// Text must have INPUT_PADDING readable bytes behind its end.
#ifndef FULMAR_EDGE_STORE_IMPORT_NUMBER_H
#define FULMAR_EDGE_STORE_IMPORT_NUMBER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"

enum number_state {
    NUMBER_OK,
    NUMBER_BLANK, // nothing, or a word for it: NA, null, ...
    NUMBER_SYNTAX,
    NUMBER_NON_FINITE,
    NUMBER_OVERFLOW
};

// m / 10^frac.
struct number {
    int64_t m;
    int32_t frac;  // 0..18
    int32_t state; // enum number_state
};

static const uint64_t NUMBER_POW10[9] = {1,      10,      100,      1000,     10000,
                                         100000, 1000000, 10000000, 100000000};

// The field [at, end) of any form.
struct number number_parse(const char *at, const char *end);

// The end of the field that begins at `at`: the delimiter, the line's end or `end`. A quoted
// field's closing quote is honoured.
const char *field_end(const char *at, const char *end, char delimiter);

// How many of the eight bytes at p are digits before the first that is not, and their value.
static inline unsigned digits_read(const char *p, uint64_t *ret_value) {
    uint64_t v;
    memcpy(&v, p, sizeof v);
    v ^= UINT64_C(0x3030303030303030);
    uint64_t other = ((v + UINT64_C(0x7676767676767676)) | v) & UINT64_C(0x8080808080808080);
    unsigned count = other == 0 ? 8 : (unsigned)__builtin_ctzll(other) / 8;
    if (count == 0) return 0;
    v <<= 64 - 8 * count;
    v = (v * 2561) >> 8;
    v = ((v & UINT64_C(0x00FF00FF00FF00FF)) * 6553601) >> 16;
    *ret_value = ((v & UINT64_C(0x0000FFFF0000FFFF)) * UINT64_C(42949672960001)) >> 32;
    return count;
}

static inline bool field_ends(const char *p, const char *end, char delimiter) {
    return p >= end || *p == delimiter || *p == '\n' || *p == '\r';
}

// Reads the field at `at` and returns its end.
static inline const char *number_scan(const char *at, const char *end, char delimiter,
                                      struct number *ret_number) {
    const char *p = at;
    uint64_t m = 0, part = 0;
    unsigned got = digits_read(p, &part), digits = got, frac = 0;
    if (got > 0) m = part;
    p += got;
    if (UNLIKELY(got == 8)) {
        got = digits_read(p, &part);
        if (got > 0) m = m * NUMBER_POW10[got] + part;
        digits += got;
        p += got;
    }
    if (*p == '.' && got < 8) {
        p++;
        got = digits_read(p, &part);
        frac = got;
        if (got > 0) m = m * NUMBER_POW10[got] + part;
        p += got;
        if (UNLIKELY(got == 8)) {
            got = digits_read(p, &part);
            frac += got;
            if (got > 0) m = m * NUMBER_POW10[got] + part;
            p += got;
        }
        digits += frac;
    }
    if (LIKELY(digits - 1 < 18 && field_ends(p, end, delimiter) && p <= end)) {
        *ret_number = (struct number){(int64_t)m, (int32_t)frac, NUMBER_OK};
        return p;
    }
    p = field_end(at, end, delimiter);
    *ret_number = number_parse(at, p);
    return p;
}

#endif
