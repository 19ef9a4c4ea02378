// SPDX-License-Identifier: Apache-2.0
// Decimal digits of text, eight at a time. Text must have eight readable bytes from where it is read.
#ifndef FULMAR_BASE_DIGITS_H
#define FULMAR_BASE_DIGITS_H

#include <stdint.h>
#include <string.h>

static const uint64_t DIGITS_POW10[9] = {1,      10,      100,      1000,     10000,
                                         100000, 1000000, 10000000, 100000000};

// Eight digits as bytes 0 to 9, the most significant in the lowest byte.
static inline uint64_t digits_value(uint64_t v) {
    v = (v * 2561) >> 8;
    v = ((v & UINT64_C(0x00FF00FF00FF00FF)) * 6553601) >> 16;
    return ((v & UINT64_C(0x0000FFFF0000FFFF)) * UINT64_C(42949672960001)) >> 32;
}

// The eight bytes at p less '0', and how many of them are digits before the first that is not.
static inline unsigned digits_load(const char *p, uint64_t *ret_bytes) {
    uint64_t v;
    memcpy(&v, p, sizeof v);
    v ^= UINT64_C(0x3030303030303030);
    uint64_t other = ((v + UINT64_C(0x7676767676767676)) | v) & UINT64_C(0x8080808080808080);
    *ret_bytes = v;
    return other == 0 ? 8 : (unsigned)__builtin_ctzll(other) / 8;
}

// How many of the eight bytes at p are digits before the first that is not, and their value (untouched when none is).
static inline unsigned digits_read(const char *p, uint64_t *ret_value) {
    uint64_t v;
    unsigned count = digits_load(p, &v);
    if (count == 0) return 0;
    *ret_value = digits_value(v << (64 - 8 * count));
    return count;
}

// The same of digits behind a point: the value is that of the first `kept` of them, those after are zeros.
static inline unsigned digits_read_fraction(const char *p, uint64_t *ret_value,
                                            unsigned *ret_kept) {
    uint64_t v;
    unsigned count = digits_load(p, &v);
    if (count == 0) return 0;
    v <<= 64 - 8 * count;
    unsigned zeros = v == 0 ? count : (unsigned)__builtin_clzll(v) / 8;
    *ret_kept = count - zeros;
    *ret_value = v == 0 ? 0 : digits_value(v << 8 * zeros);
    return count;
}

#endif
