// SPDX-License-Identifier: Apache-2.0
#include "base/real.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/decimal.h"

enum { DIGITS_LEAST = 15, DIGITS_MOST = 17, SCALE_MAX = 27, MANTISSA_BITS = 52 };

// 10^16, 10^17: what is printed is brought between them.
#define LOW UINT64_C(10000000000000000)
#define HIGH UINT64_C(100000000000000000)

static const uint64_t fives[SCALE_MAX + 1] = {
    UINT64_C(1),
    UINT64_C(5),
    UINT64_C(25),
    UINT64_C(125),
    UINT64_C(625),
    UINT64_C(3125),
    UINT64_C(15625),
    UINT64_C(78125),
    UINT64_C(390625),
    UINT64_C(1953125),
    UINT64_C(9765625),
    UINT64_C(48828125),
    UINT64_C(244140625),
    UINT64_C(1220703125),
    UINT64_C(6103515625),
    UINT64_C(30517578125),
    UINT64_C(152587890625),
    UINT64_C(762939453125),
    UINT64_C(3814697265625),
    UINT64_C(19073486328125),
    UINT64_C(95367431640625),
    UINT64_C(476837158203125),
    UINT64_C(2384185791015625),
    UINT64_C(11920928955078125),
    UINT64_C(59604644775390625),
    UINT64_C(298023223876953125),
    UINT64_C(1490116119384765625),
    UINT64_C(7450580596923828125),
};

// A magnitude m 2^e as the exact fraction top / 2^shift = m 2^e 10^scale, from 10^16 to below 10^17.
struct scaled {
    int128_t top;
    uint64_t mantissa;
    int shift, scale;
};

static bool scale(double value, struct scaled *ret_scaled);
static uint64_t round_to(const struct scaled *scaled, uint64_t unit);
static bool reads_back(const struct scaled *scaled, uint64_t digits, uint64_t unit);
static size_t put(char *buf, bool minus, uint64_t digits, int count, int exponent);

static size_t print_by_library(char *buf, double value) {
    int len = 0;
    for (int digits = DIGITS_LEAST; digits <= DIGITS_MOST; digits++) {
        len = snprintf(buf, REAL_TEXT_SIZE, "%.*g", digits, value);
        if (strtod(buf, NULL) == value) break;
    }
    CHECK(len > 0 && len < REAL_TEXT_SIZE);
    return (size_t)len;
}

size_t real_print(char buf[REAL_TEXT_SIZE], double value) {
    struct scaled scaled;
    if (!scale(value, &scaled)) return print_by_library(buf, value);
    uint64_t digits = 0, unit = 100;
    int count = DIGITS_LEAST, exponent = DIGITS_MOST - 1 - scaled.scale;
    for (;; count++, unit /= 10) {
        digits = round_to(&scaled, unit);
        if (count == DIGITS_MOST || reads_back(&scaled, digits, unit)) break;
    }
    if (digits * unit == HIGH) { // rounded up to the next power of ten
        digits /= 10;
        exponent++;
    }
    return put(buf, value < 0, digits, count, exponent);
}

// False where the fraction is not exact in these sizes, and at powers of two, below which doubles stand closer.
static bool scale(double value, struct scaled *ret_scaled) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int exponent = (int)(bits >> MANTISSA_BITS & 0x7ff) - 1023;
    uint64_t fraction = bits & ((UINT64_C(1) << MANTISSA_BITS) - 1);
    if (fraction == 0 || exponent < -36 || exponent > MANTISSA_BITS) return false;
    ret_scaled->mantissa = fraction | UINT64_C(1) << MANTISSA_BITS;
    // 1233 / 4096 is just above the logarithm of 2: at most one too small a scale.
    int scale = 15 - (exponent * 1233 >> 12);
    for (; scale >= 0 && scale <= SCALE_MAX; scale++) {
        ret_scaled->scale = scale;
        ret_scaled->shift = MANTISSA_BITS - exponent - scale;
        ret_scaled->top = (int128_t)ret_scaled->mantissa * fives[scale];
        if (ret_scaled->shift < 0 || ret_scaled->shift > 63) return false;
        int128_t whole = ret_scaled->top >> ret_scaled->shift;
        if (whole >= HIGH) return false;
        if (whole >= LOW) return true;
    }
    return false;
}

// The nearest multiple of `unit` over the unit, the even one of two.
static uint64_t round_to(const struct scaled *scaled, uint64_t unit) {
    uint64_t whole = (uint64_t)(scaled->top >> scaled->shift), digits = whole / unit;
    int128_t part = scaled->top - ((int128_t)(digits * unit) << scaled->shift);
    int128_t twice = 2 * part, one = (int128_t)unit << scaled->shift;
    return digits + (twice > one || (twice == one && (digits & 1) != 0));
}

// Whether the digits lie within half a step of doubles, whose ends belong to an even mantissa.
static bool reads_back(const struct scaled *scaled, uint64_t digits, uint64_t unit) {
    int128_t near = (int128_t)(digits * unit) << scaled->shift;
    int128_t apart = near > scaled->top ? near - scaled->top : scaled->top - near;
    uint64_t half = fives[scaled->scale];
    return 2 * apart < half || (2 * apart == half && (scaled->mantissa & 1) == 0);
}

static size_t put(char *buf, bool minus, uint64_t digits, int count, int exponent) {
    char text[DIGITS_MOST];
    char *out = buf;
    bool plain = exponent >= -4 && exponent < count;
    for (int i = count; i-- > 0; digits /= 10) text[i] = (char)('0' + digits % 10);
    while (count > 1 && text[count - 1] == '0') count--;
    if (minus) *out++ = '-';
    if (plain && exponent < 0) {
        *out++ = '0';
        *out++ = '.';
        for (int i = -1; i > exponent; i--) *out++ = '0';
    }
    int point = !plain ? 0 : exponent >= 0 ? exponent : -1; // the digit that the point follows
    for (int i = 0; i < count || i <= point; i++) {
        *out++ = i < count ? text[i] : '0';
        if (i == point && i + 1 < count) *out++ = '.';
    }
    if (!plain) out += snprintf(out, 8, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
    *out = '\0';
    return (size_t)(out - buf);
}
