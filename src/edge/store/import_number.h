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

#include "base/check.h"
#include "base/digits.h"

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

// The field [at, end) of any form.
struct number number_parse(const char *at, const char *end);

// The end of the field that begins at `at`: the delimiter, the line's end or `end`. A quoted
// field's closing quote is honoured.
const char *field_end(const char *at, const char *end, char delimiter);

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
        if (got > 0) m = m * DIGITS_POW10[got] + part;
        digits += got;
        p += got;
    }
    if (*p == '.' && got < 8) {
        p++;
        got = digits_read(p, &part);
        frac = got;
        if (got > 0) m = m * DIGITS_POW10[got] + part;
        p += got;
        if (UNLIKELY(got == 8)) {
            got = digits_read(p, &part);
            frac += got;
            if (got > 0) m = m * DIGITS_POW10[got] + part;
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
