// SPDX-License-Identifier: Apache-2.0
// Fixed-point numbers: an integer mantissa and a count of decimals that its owner knows (an instrument its price
// and quantity decimals, a currency its money decimals). value = mantissa / 10^decimals.
//
// Text is parsed straight to integers and printed straight from them; no binary fraction is ever between. Every
// operation that can lose digits takes an explicit rounding mode; every one that can overflow says so.
#ifndef FULMAR_BASE_DECIMAL_H
#define FULMAR_BASE_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef __int128 int128_t;

typedef struct {
    int64_t m;
} price_t; // mantissa at the instrument's price_decimals
typedef struct {
    int64_t m;
} qty_t; // mantissa at the instrument's qty_decimals; signed where a side is meant
typedef struct {
    int128_t m;
} money_t; // mantissa at the currency's decimals

#define PRICE(mantissa) ((price_t){(mantissa)})
#define QTY(mantissa) ((qty_t){(mantissa)})
#define MONEY(mantissa) ((money_t){(mantissa)})

enum {
    DECIMALS_MAX = 18,     // of price_t, qty_t and money_t
    DECIMAL_TEXT_SIZE = 48 // bytes that hold any printed decimal with its sign, point and NUL
};

enum rounding {
    ROUND_TO_ZERO,
    ROUND_AWAY,
    ROUND_FLOOR,
    ROUND_CEIL,
    ROUND_HALF_EVEN,
    ROUND_HALF_AWAY,
    ROUND_EXACT // any lost digit is ERR_INEXACT
};

// 10^n for n in [0, 18].
int64_t decimal_pow10(int n);

// Parses "[+-]digits[.digits][(e|E)[+-]digits]", the whole of text[0..len), into a mantissa at `decimals` (0..18).
// ERR_PARSE: not of that form (blanks, empty, lone sign or point). ERR_RANGE: outside int64. ERR_INEXACT: non-zero
// digits beyond `decimals` (trailing zeros are fine); of both, ERR_RANGE. With decimal_parse_round those digits are
// rounded by `mode` instead. No story is set: the caller knows the file, line and field, and this is on the import's
// hot path.
int decimal_parse(const char *text, size_t len, int decimals, int64_t *ret_mantissa) MUST_USE;
int decimal_parse_round(const char *text, size_t len, int decimals, enum rounding mode,
                        int64_t *ret_mantissa) MUST_USE;

// The number of fraction digits in a decimal text after trailing zeros are dropped (an exponent counts: "1.5e-3" has
// 4), at most 2^30; ERR_PARSE as above.
int decimal_text_decimals(const char *text, size_t len) MUST_USE;

// Prints the exact value with exactly `decimals` fraction digits; returns the length written (size >=
// DECIMAL_TEXT_SIZE). decimal_print_short drops trailing zeros of the fraction ("1.5", "2").
size_t decimal_print(char *buf, size_t size, int128_t mantissa, int decimals);
size_t decimal_print_short(char *buf, size_t size, int128_t mantissa, int decimals);

// a / b rounded by mode; b != 0 (CHECK). ROUND_EXACT is not allowed here.
int128_t decimal_div_round(int128_t a, int128_t b, enum rounding mode);

// Moves a mantissa from one count of decimals to another, both in [0, 3 * DECIMALS_MAX]: a product of three mantissas
// can be brought back. ERR_RANGE on overflow, ERR_INEXACT with ROUND_EXACT.
int decimal_rescale(int128_t mantissa, int from, int to, enum rounding mode,
                    int128_t *ret_mantissa) MUST_USE;

// Narrows to 64 bits; ERR_RANGE if the value does not fit.
int decimal_narrow(int128_t mantissa, int64_t *ret_mantissa) MUST_USE;

// The double nearest to mantissa / 10^decimals (one division, correctly rounded while |mantissa| < 2^53).
double decimal_to_double(int64_t mantissa, int decimals);
double money_to_double(money_t money, int decimals);

// The mantissa nearest to x by mode, where x is the exact binary number and not the decimal text that somebody may have
// meant by it (0.29 at two decimals is 28 by ROUND_FLOOR, 29 by ROUND_HALF_EVEN). ERR_RANGE for NaN, infinities and
// anything outside int64; ERR_INEXACT with ROUND_EXACT.
int decimal_from_double(double x, int decimals, enum rounding mode, int64_t *ret_mantissa) MUST_USE;

// What a quantity is worth at a price, in money of `money_decimals`, rounded by mode. multiplier is an integer
// mantissa at `multiplier_decimals`.
//   linear   price x quantity x multiplier: 2 shares at 10 are worth 20.
//   inverse  -(quantity x multiplier / price): a contract on so much money, settled in the coin that is priced, is
//            worth what that money costs in coins, owed. Bought at e and sold at x it has earned
//            q m (1/e - 1/x) coins.
// The product (inverse: both sides of the fraction) is exact in 128 bits or ERR_RANGE, as is an inverse one at a price
// that is not above 0; ERR_INEXACT with ROUND_EXACT.
struct notional_scale {
    int64_t multiplier;
    int32_t price_decimals;
    int32_t qty_decimals;
    int32_t multiplier_decimals;
    int32_t money_decimals;
    int32_t inverse; // 1: inverse, 0: linear
    int32_t reserved;
};
int decimal_notional(price_t price, qty_t qty, const struct notional_scale *scale,
                     enum rounding mode, money_t *ret_money) MUST_USE;

static inline money_t money_add(money_t a, money_t b) {
    return (money_t){a.m + b.m};
}
static inline money_t money_sub(money_t a, money_t b) {
    return (money_t){a.m - b.m};
}
static inline money_t money_neg(money_t a) {
    return (money_t){-a.m};
}

#endif
