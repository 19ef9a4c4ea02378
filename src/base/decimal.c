// SPDX-License-Identifier: Apache-2.0
#include "base/decimal.h"

#include <stdbool.h>
#include <string.h>

#include "base/check.h"

typedef unsigned __int128 uint128_t;

#define MAGNITUDE_128_MAX ((~(uint128_t)0) >> 1)

enum {
    DIGITS_64 = 19,               // any number of so many digits fits in 64 bits
    SCALE_MAX = 3 * DECIMALS_MAX, // decimals of a product of three mantissas
    EXPONENT_MAX = 1 << 30        // where the exponent of a text stops growing
};

// What the digits that an operation drops amount to, in units of the last kept one.
enum lost { LOST_NONE, LOST_BELOW_HALF, LOST_HALF, LOST_ABOVE_HALF };

// A decimal text taken apart: value * 10^(exponent - fraction_digits).
struct scan {
    const char *digits; // the first digit; a point may stand among them
    size_t whole_digits;
    size_t fraction_digits;
    int64_t exponent;
    uint64_t value; // of all digits; exact only while there are at most DIGITS_64 of them
    bool negative;
};

static const uint64_t pow10_table[DIGITS_64 + 1] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000),
};

static inline int scan_text(const char *text, size_t len, struct scan *ret_scan);
static inline size_t scan_digits(const char *begin, const char **at, const char *end,
                                 uint64_t *value);
static int scan_exponent(const char **at, const char *end, int64_t *ret_exponent);
static int place_long(const struct scan *scan, int decimals, enum rounding mode,
                      int64_t *ret_mantissa);
static inline int round_64(uint64_t magnitude, enum lost lost, bool negative, enum rounding mode,
                           int64_t *ret_mantissa);
static inline bool rounds_up(enum rounding mode, enum lost lost, bool negative, bool odd);
static inline enum lost lost_of(uint128_t rest, uint128_t divisor);
static inline uint128_t magnitude_of(int128_t value);
static inline int128_t signed_of(uint128_t magnitude, bool negative);
static bool multiply_overflows(uint128_t a, uint64_t b, uint128_t *ret_product);
static int scale_up(uint128_t magnitude, int digits, uint128_t *ret_magnitude);
static uint128_t scale_down(uint128_t magnitude, int digits, enum lost *ret_lost);
static int rescale(uint128_t magnitude, bool negative, int from, int to, enum rounding mode,
                   int128_t *ret_mantissa);
static size_t print(char *buf, size_t size, int128_t mantissa, int decimals, bool drop_zeros);
static size_t digits_backward(char *end, uint128_t value);

int64_t decimal_pow10(int n) {
    CHECK(n >= 0 && n <= DECIMALS_MAX);
    return (int64_t)pow10_table[n];
}

int decimal_parse(const char *text, size_t len, int decimals, int64_t *ret_mantissa) {
    return decimal_parse_round(text, len, decimals, ROUND_EXACT, ret_mantissa);
}

int decimal_parse_round(const char *text, size_t len, int decimals, enum rounding mode,
                        int64_t *ret_mantissa) {
    CHECK(decimals >= 0 && decimals <= DECIMALS_MAX);
    struct scan scan;
    TRY(scan_text(text, len, &scan));
    if (UNLIKELY(scan.whole_digits + scan.fraction_digits > DIGITS_64))
        return place_long(&scan, decimals, mode, ret_mantissa);
    int64_t shift = decimals - (int64_t)scan.fraction_digits + scan.exponent;
    if (LIKELY(shift >= 0)) {
        if (scan.value == 0) shift = 0;
        uint64_t magnitude;
        if (shift > DIGITS_64 || __builtin_mul_overflow(scan.value, pow10_table[shift], &magnitude))
            return ERR_RANGE;
        return round_64(magnitude, LOST_NONE, scan.negative, mode, ret_mantissa);
    }
    if (shift < -DIGITS_64) {
        enum lost lost = scan.value == 0 ? LOST_NONE : LOST_BELOW_HALF;
        return round_64(0, lost, scan.negative, mode, ret_mantissa);
    }
    uint64_t divisor = pow10_table[-shift];
    enum lost lost = lost_of(scan.value % divisor, divisor);
    return round_64(scan.value / divisor, lost, scan.negative, mode, ret_mantissa);
}

int decimal_text_decimals(const char *text, size_t len) {
    struct scan scan;
    TRY(scan_text(text, len, &scan));
    // Where the last digit that is not zero stands, counted from the first digit.
    int64_t last = -1;
    int64_t at = 0;
    int64_t count = (int64_t)(scan.whole_digits + scan.fraction_digits);
    for (const char *p = scan.digits; at < count; p++) {
        if (*p == '.') continue;
        if (*p != '0') last = at;
        at++;
    }
    if (last < 0) return 0;
    int64_t decimals = last + 1 - (int64_t)scan.whole_digits - scan.exponent;
    if (decimals > EXPONENT_MAX) return EXPONENT_MAX;
    return decimals > 0 ? (int)decimals : 0;
}

size_t decimal_print(char *buf, size_t size, int128_t mantissa, int decimals) {
    return print(buf, size, mantissa, decimals, false);
}

size_t decimal_print_short(char *buf, size_t size, int128_t mantissa, int decimals) {
    return print(buf, size, mantissa, decimals, true);
}

int128_t decimal_div_round(int128_t a, int128_t b, enum rounding mode) {
    CHECK(b != 0 && mode != ROUND_EXACT);
    bool negative = (a < 0) != (b < 0);
    uint128_t dividend = magnitude_of(a);
    uint128_t divisor = magnitude_of(b);
    uint128_t quotient;
    uint128_t rest;
    if ((uint64_t)(dividend >> 64) == 0 && (uint64_t)(divisor >> 64) == 0) {
        quotient = (uint64_t)dividend / (uint64_t)divisor;
        rest = (uint64_t)dividend % (uint64_t)divisor;
    } else {
        quotient = dividend / divisor;
        rest = dividend - quotient * divisor;
    }
    quotient += rounds_up(mode, lost_of(rest, divisor), negative, quotient & 1);
    // Only the least integer over -1 is out of reach.
    CHECK(quotient <= MAGNITUDE_128_MAX + negative);
    return signed_of(quotient, negative);
}

int decimal_rescale(int128_t mantissa, int from, int to, enum rounding mode,
                    int128_t *ret_mantissa) {
    CHECK(from >= 0 && from <= SCALE_MAX && to >= 0 && to <= SCALE_MAX);
    return rescale(magnitude_of(mantissa), mantissa < 0, from, to, mode, ret_mantissa);
}

int decimal_narrow(int128_t mantissa, int64_t *ret_mantissa) {
    if (UNLIKELY(mantissa != (int64_t)mantissa)) return ERR_RANGE;
    *ret_mantissa = (int64_t)mantissa;
    return 0;
}

double decimal_to_double(int64_t mantissa, int decimals) {
    CHECK(decimals >= 0 && decimals <= DECIMALS_MAX);
    return (double)mantissa / (double)pow10_table[decimals];
}

double money_to_double(money_t money, int decimals) {
    CHECK(decimals >= 0 && decimals <= DECIMALS_MAX);
    return (double)money.m / (double)pow10_table[decimals];
}

int decimal_from_double(double x, int decimals, enum rounding mode, int64_t *ret_mantissa) {
    CHECK(decimals >= 0 && decimals <= DECIMALS_MAX);
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bool negative = bits >> 63;
    int biased = (int)(bits >> 52 & 0x7ff);
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    if (biased == 0x7ff) return ERR_RANGE;
    // x = significand * 2^exponent; the product with 10^decimals has at most 53 + 60 bits.
    uint64_t significand = biased == 0 ? fraction : fraction | UINT64_C(1) << 52;
    int exponent = (biased == 0 ? 1 : biased) - 1075;
    uint128_t product = (uint128_t)significand * pow10_table[decimals];
    if (product == 0 || exponent <= -128) {
        enum lost lost = product == 0 ? LOST_NONE : LOST_BELOW_HALF;
        return round_64(0, lost, negative, mode, ret_mantissa);
    }
    if (exponent >= 0) {
        if (exponent >= 64 || product > (uint128_t)(UINT64_MAX >> exponent)) return ERR_RANGE;
        return round_64((uint64_t)product << exponent, LOST_NONE, negative, mode, ret_mantissa);
    }
    uint128_t whole = product >> -exponent;
    if (whole > UINT64_MAX) return ERR_RANGE;
    uint128_t unit = (uint128_t)1 << -exponent;
    return round_64((uint64_t)whole, lost_of(product & (unit - 1), unit), negative, mode,
                    ret_mantissa);
}

static int inverse_notional(price_t price, qty_t qty, const struct notional_scale *scale,
                            enum rounding mode, money_t *ret_money) {
    if (price.m <= 0) return ERR_RANGE;
    int gained = scale->price_decimals + scale->money_decimals - scale->qty_decimals -
                 scale->multiplier_decimals;
    uint128_t dividend = magnitude_of((int128_t)qty.m * scale->multiplier);
    uint128_t divisor = (uint64_t)price.m;
    uint128_t *scaled = gained < 0 ? &divisor : &dividend;
    for (int left = gained < 0 ? -gained : gained; left > 0; left -= DECIMALS_MAX) {
        uint64_t power = pow10_table[left < DECIMALS_MAX ? left : DECIMALS_MAX];
        if (multiply_overflows(*scaled, power, scaled)) return ERR_RANGE;
    }
    bool negative = (qty.m < 0) == (scale->multiplier < 0);
    uint128_t quotient = dividend / divisor;
    enum lost lost = lost_of(dividend % divisor, divisor);
    if (mode == ROUND_EXACT && lost != LOST_NONE) return ERR_INEXACT;
    quotient += rounds_up(mode, lost, negative, quotient & 1);
    if (quotient > MAGNITUDE_128_MAX) return ERR_RANGE;
    ret_money->m = signed_of(quotient, negative);
    return 0;
}

int decimal_notional(price_t price, qty_t qty, const struct notional_scale *scale,
                     enum rounding mode, money_t *ret_money) {
    DCHECK(scale->price_decimals >= 0 && scale->price_decimals <= DECIMALS_MAX);
    DCHECK(scale->qty_decimals >= 0 && scale->qty_decimals <= DECIMALS_MAX);
    DCHECK(scale->multiplier_decimals >= 0 && scale->multiplier_decimals <= DECIMALS_MAX);
    CHECK(scale->money_decimals >= 0 && scale->money_decimals <= DECIMALS_MAX);
    if (scale->inverse) return inverse_notional(price, qty, scale, mode, ret_money);
    int128_t product = (int128_t)price.m * qty.m;
    uint128_t magnitude = magnitude_of(product);
    bool negative = (product < 0) != (scale->multiplier < 0);
    if (scale->multiplier != 1) {
        uint64_t factor = (uint64_t)magnitude_of(scale->multiplier);
        if (multiply_overflows(magnitude, factor, &magnitude)) return ERR_RANGE;
    }
    int from = scale->price_decimals + scale->qty_decimals + scale->multiplier_decimals;
    return rescale(magnitude, negative, from, scale->money_decimals, mode, &ret_money->m);
}

// Takes the text apart. Inlined: the import parses every field of every row with it.
static inline int scan_text(const char *text, size_t len, struct scan *ret_scan) {
    const char *at = text;
    const char *end = text + len;
    bool negative = false;
    if (len > 0 && (*at == '-' || *at == '+')) {
        negative = *at == '-';
        at++;
    }
    const char *digits = at;
    uint64_t value = 0;
    size_t fraction_digits = 0;
    int64_t exponent = 0;
    size_t whole_digits = scan_digits(text, &at, end, &value);
    if (UNLIKELY(whole_digits == 0)) return ERR_PARSE;
    if (at < end && *at == '.') {
        at++;
        fraction_digits = scan_digits(text, &at, end, &value);
        if (UNLIKELY(fraction_digits == 0)) return ERR_PARSE;
    }
    if (UNLIKELY(at < end)) TRY(scan_exponent(&at, end, &exponent));
    *ret_scan = (struct scan){.digits = digits,
                              .whole_digits = whole_digits,
                              .fraction_digits = fraction_digits,
                              .exponent = exponent,
                              .value = value,
                              .negative = negative};
    return 0;
}

// Reads digits from *at on, eight at a time, and appends them to *value; returns how many there were. Bytes are
// never read outside [begin, end).
static inline size_t scan_digits(const char *begin, const char **at, const char *end,
                                 uint64_t *value) {
    size_t count = 0;
    for (;;) {
        size_t left = (size_t)(end - *at);
        if (left == 0) return count;
        uint64_t chunk = 0;
        if (left >= 8) {
            memcpy(&chunk, *at, 8);
        } else if (end - begin >= 8) {
            // The last eight bytes of the text, less those that were read before.
            memcpy(&chunk, end - 8, 8);
            chunk >>= 64 - 8 * left;
        } else {
            for (size_t i = 0; i < left; i++) chunk |= (uint64_t)(unsigned char)(*at)[i] << (8 * i);
        }
        // Digits become 0..9; the top bit of a byte in `others` says that it is something else. A carry can only
        // spoil bytes behind the first such one.
        uint64_t nibbles = chunk ^ UINT64_C(0x3030303030303030);
        uint64_t others = (nibbles + UINT64_C(0x7676767676767676)) | nibbles;
        others &= UINT64_C(0x8080808080808080);
        unsigned n = others != 0 ? (unsigned)__builtin_ctzll(others) / 8 : 8;
        if (n == 0) return count;
        // The first digit is the lowest byte. Shifted up, the number has leading zeros to make eight digits; then
        // neighbours are paired three times.
        nibbles <<= 64 - 8 * n;
        nibbles = nibbles * 10 + (nibbles >> 8);
        nibbles &= UINT64_C(0x00ff00ff00ff00ff);
        nibbles = nibbles * 100 + (nibbles >> 16);
        nibbles &= UINT64_C(0x0000ffff0000ffff);
        nibbles = nibbles * 10000 + (nibbles >> 32);
        *value = *value * pow10_table[n] + (nibbles & 0xffffffff);
        *at += n;
        count += n;
        if (n < 8) return count;
    }
}

static int scan_exponent(const char **at, const char *end, int64_t *ret_exponent) {
    const char *p = *at;
    if (*p != 'e' && *p != 'E') return ERR_PARSE;
    p++;
    bool negative = false;
    if (p < end && (*p == '-' || *p == '+')) {
        negative = *p == '-';
        p++;
    }
    if (p == end) return ERR_PARSE;
    int64_t exponent = 0;
    for (; p < end; p++) {
        if (*p < '0' || *p > '9') return ERR_PARSE;
        // Saturates beyond any text's length: what counts is that it is far out.
        if (exponent < INT64_C(1) << 56) exponent = exponent * 10 + (*p - '0');
    }
    *at = end;
    *ret_exponent = negative ? -exponent : exponent;
    return 0;
}

// The general form, digit by digit, for texts whose digits do not fit in 64 bits.
static int place_long(const struct scan *scan, int decimals, enum rounding mode,
                      int64_t *ret_mantissa) {
    int64_t count = (int64_t)(scan->whole_digits + scan->fraction_digits);
    int64_t kept = (int64_t)scan->whole_digits + scan->exponent + decimals;
    uint64_t magnitude = 0;
    int first_lost = 0;
    bool more_lost = false;
    const char *p = scan->digits;
    for (int64_t i = 0; i < count; i++, p++) {
        if (*p == '.') p++;
        uint64_t digit = (uint64_t)(*p - '0');
        if (i < kept) {
            if (__builtin_mul_overflow(magnitude, UINT64_C(10), &magnitude) ||
                __builtin_add_overflow(magnitude, digit, &magnitude))
                return ERR_RANGE;
        } else if (i == kept) {
            first_lost = (int)digit;
        } else {
            more_lost |= digit != 0;
        }
    }
    for (int64_t i = count; i < kept && magnitude != 0; i++)
        if (__builtin_mul_overflow(magnitude, UINT64_C(10), &magnitude)) return ERR_RANGE;
    enum lost lost = first_lost > 5 || (first_lost == 5 && more_lost) ? LOST_ABOVE_HALF
                     : first_lost == 5                                ? LOST_HALF
                     : first_lost > 0 || more_lost                    ? LOST_BELOW_HALF
                                                                      : LOST_NONE;
    return round_64(magnitude, lost, scan->negative, mode, ret_mantissa);
}

static inline int round_64(uint64_t magnitude, enum lost lost, bool negative, enum rounding mode,
                           int64_t *ret_mantissa) {
    uint64_t limit = (uint64_t)INT64_MAX + negative;
    if (UNLIKELY(magnitude > limit)) return ERR_RANGE;
    if (lost != LOST_NONE) {
        if (mode == ROUND_EXACT) return ERR_INEXACT;
        magnitude += rounds_up(mode, lost, negative, magnitude & 1);
        if (UNLIKELY(magnitude > limit)) return ERR_RANGE;
    }
    *ret_mantissa = (int64_t)(negative ? -magnitude : magnitude);
    return 0;
}

// Whether the magnitude of a result grows by one.
static inline bool rounds_up(enum rounding mode, enum lost lost, bool negative, bool odd) {
    switch (mode) {
    case ROUND_AWAY:
        return lost != LOST_NONE;
    case ROUND_FLOOR:
        return lost != LOST_NONE && negative;
    case ROUND_CEIL:
        return lost != LOST_NONE && !negative;
    case ROUND_HALF_EVEN:
        return lost == LOST_ABOVE_HALF || (lost == LOST_HALF && odd);
    case ROUND_HALF_AWAY:
        return lost >= LOST_HALF;
    case ROUND_TO_ZERO:
    case ROUND_EXACT:
        break;
    }
    return false;
}

static inline enum lost lost_of(uint128_t rest, uint128_t divisor) {
    if (rest == 0) return LOST_NONE;
    // Not 2 * rest: that can overflow.
    uint128_t complement = divisor - rest;
    if (rest == complement) return LOST_HALF;
    return rest < complement ? LOST_BELOW_HALF : LOST_ABOVE_HALF;
}

static inline uint128_t magnitude_of(int128_t value) {
    return value < 0 ? -(uint128_t)value : (uint128_t)value;
}

static inline int128_t signed_of(uint128_t magnitude, bool negative) {
    return (int128_t)(negative ? -magnitude : magnitude);
}

// By halves: the compiler's own overflow test on 128 bits needs a run-time library that not every clang links.
static bool multiply_overflows(uint128_t a, uint64_t b, uint128_t *ret_product) {
    uint128_t low = (uint128_t)(uint64_t)a * b;
    uint128_t high = (uint128_t)(uint64_t)(a >> 64) * b + (uint64_t)(low >> 64);
    *ret_product = high << 64 | (uint64_t)low;
    return (uint64_t)(high >> 64) != 0;
}

static int scale_up(uint128_t magnitude, int digits, uint128_t *ret_magnitude) {
    for (int left = digits; left > 0 && magnitude != 0; left -= DIGITS_64)
        if (multiply_overflows(magnitude, pow10_table[left < DIGITS_64 ? left : DIGITS_64],
                               &magnitude))
            return ERR_RANGE;
    *ret_magnitude = magnitude;
    return 0;
}

static uint128_t scale_down(uint128_t magnitude, int digits, enum lost *ret_lost) {
    if (LIKELY((uint64_t)(magnitude >> 64) == 0 && digits <= DIGITS_64)) {
        uint64_t divisor = pow10_table[digits];
        *ret_lost = lost_of((uint64_t)magnitude % divisor, divisor);
        return (uint64_t)magnitude / divisor;
    }
    bool dust = false; // whether the digits below the last step's hold anything
    for (; digits > DIGITS_64; digits -= DIGITS_64) {
        uint128_t quotient = magnitude / pow10_table[DIGITS_64];
        dust |= magnitude != quotient * pow10_table[DIGITS_64];
        magnitude = quotient;
    }
    uint64_t divisor = pow10_table[digits];
    uint128_t quotient = magnitude / divisor;
    enum lost lost = lost_of(magnitude - quotient * divisor, divisor);
    if (dust && (lost == LOST_NONE || lost == LOST_HALF)) lost++;
    *ret_lost = lost;
    return quotient;
}

static int rescale(uint128_t magnitude, bool negative, int from, int to, enum rounding mode,
                   int128_t *ret_mantissa) {
    uint128_t limit = MAGNITUDE_128_MAX + negative;
    if (from > to) {
        enum lost lost;
        magnitude = scale_down(magnitude, from - to, &lost);
        if (lost != LOST_NONE && mode == ROUND_EXACT) return ERR_INEXACT;
        magnitude += rounds_up(mode, lost, negative, magnitude & 1);
    } else if (from < to) {
        TRY(scale_up(magnitude, to - from, &magnitude));
    }
    if (UNLIKELY(magnitude > limit)) return ERR_RANGE;
    *ret_mantissa = signed_of(magnitude, negative);
    return 0;
}

static size_t print(char *buf, size_t size, int128_t mantissa, int decimals, bool drop_zeros) {
    CHECK(size >= DECIMAL_TEXT_SIZE);
    CHECK(decimals >= 0 && decimals <= DECIMALS_MAX);
    char digits[DECIMAL_TEXT_SIZE];
    char *end = digits + sizeof digits;
    size_t count = digits_backward(end, magnitude_of(mantissa));
    // "0.05" at two decimals: zeros in front until one digit stands before the point.
    while (count < (size_t)decimals + 1) end[-(ptrdiff_t)++count] = '0';
    const char *first = end - count;
    size_t whole = count - (size_t)decimals;
    size_t fraction = (size_t)decimals;
    if (drop_zeros)
        while (fraction > 0 && first[whole + fraction - 1] == '0') fraction--;
    size_t len = 0;
    if (mantissa < 0) buf[len++] = '-';
    memcpy(buf + len, first, whole);
    len += whole;
    if (fraction > 0) {
        buf[len++] = '.';
        memcpy(buf + len, first + whole, fraction);
        len += fraction;
    }
    buf[len] = '\0';
    return len;
}

// Writes the digits so that the last stands just before `end`; returns how many.
static size_t digits_backward(char *end, uint128_t value) {
    char *p = end;
    // Peels whole blocks off until 64-bit division will do.
    while ((uint64_t)(value >> 64) != 0) {
        uint128_t quotient = value / pow10_table[DIGITS_64];
        uint64_t block = (uint64_t)(value - quotient * pow10_table[DIGITS_64]);
        for (int i = 0; i < DIGITS_64; i++, block /= 10) *--p = (char)('0' + block % 10);
        value = quotient;
    }
    uint64_t rest = (uint64_t)value;
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    return (size_t)(end - p);
}
