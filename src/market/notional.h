// SPDX-License-Identifier: Apache-2.0
// What a quantity of one instrument is worth, again and again: decimal_notional with what does not change worked out
// once. Values are signed: a long position of a linear instrument is worth something, one of an inverse contract owes.
// notional_size is what is traded at a price, whatever the payoff. Inverse contracts are always worked out by
// decimal_notional itself. Division by the power of ten is two multiplications by its reciprocal (Moeller and Granlund,
// "Improved division by invariant integers", IEEE Transactions on Computers 60, 2011, algorithm 4).
#ifndef FULMAR_MARKET_NOTIONAL_H
#define FULMAR_MARKET_NOTIONAL_H

#include <stdbool.h>

#include "base/decimal.h"

struct notional {
    struct notional_scale scale;
    int32_t lost;  // price + quantity + multiplier decimals less those of money
    int32_t shift; // of the divisor to its top bit, > 0
    uint64_t
        factor; // multiplier, times 10^-lost where money has more decimals; 0: beyond 64 bits, or inverse
    uint64_t power;      // 10^lost; lost > 0 only, as the two that follow
    uint64_t divisor;    // power, its top bit set by the shift
    uint64_t reciprocal; // floor((2^128 - 1) / divisor) - 2^64
};

void notional_init(struct notional *notional, const struct notional_scale *scale);

// The same, rounded half to even, for any operands. ERR_RANGE (no story).
int notional_value_slow(const struct notional *notional, price_t price, qty_t qty,
                        money_t *ret_money) MUST_USE;

// The quotient of high:low by the power of ten, half to even; false where it has more than 64 bits.
static inline bool notional_divide(const struct notional *notional, uint64_t high, uint64_t low,
                                   uint64_t *ret_quotient) {
    if (__builtin_expect(high >= notional->power, 0)) return false;
    uint64_t divisor = notional->divisor;
    high = high << notional->shift | low >> (64 - notional->shift);
    low <<= notional->shift;
    unsigned __int128 q = (unsigned __int128)notional->reciprocal * high;
    q += (unsigned __int128)high << 64 | low;
    uint64_t quotient = (uint64_t)(q >> 64) + 1;
    uint64_t rest = low - quotient * divisor;
    // Whether it is one too many, and whether it rounds up, is chance: worked out, not branched on.
    uint64_t over = -(uint64_t)(rest > (uint64_t)q);
    quotient += over;
    rest += divisor & over;
    if (__builtin_expect(rest >= divisor, 0)) {
        quotient++;
        rest -= divisor;
    }
    uint64_t complement = divisor - rest;
    uint64_t up = (rest > complement) | ((rest == complement) & quotient & 1);
    return !__builtin_add_overflow(quotient, up, ret_quotient);
}

// The quick case: price >= 0, size (of the quantity) >= 0, and a value that fits in 64 bits; false where it does not.
static inline bool notional_quick(const struct notional *notional, int64_t price, int64_t size,
                                  uint64_t *ret_value) {
    unsigned __int128 product = (unsigned __int128)((int128_t)price * size);
    if (notional->factor != 1) {
        if ((uint64_t)(product >> 64) != 0 || notional->factor == 0) return false;
        product = (unsigned __int128)(uint64_t)product * notional->factor;
    }
    if (notional->lost > 0)
        return notional_divide(notional, (uint64_t)(product >> 64), (uint64_t)product, ret_value);
    *ret_value = (uint64_t)product;
    return (uint64_t)(product >> 64) == 0;
}

// Any price and quantity. ERR_RANGE (no story).
static inline int notional_value(const struct notional *notional, price_t price, qty_t qty,
                                 money_t *ret_money) {
    uint64_t value;
    bool negative = (price.m < 0) != (qty.m < 0);
    bool quick = price.m != INT64_MIN && qty.m != INT64_MIN &&
                 notional_quick(notional, price.m < 0 ? -price.m : price.m,
                                qty.m < 0 ? -qty.m : qty.m, &value);
    if (__builtin_expect(!quick, 0)) return notional_value_slow(notional, price, qty, ret_money);
    ret_money->m = negative ? -(int128_t)value : (int128_t)value;
    return 0;
}

// The magnitude of that value: what fees, limits and turnover are reckoned on. ERR_RANGE (no story).
static inline int notional_size(const struct notional *notional, price_t price, qty_t qty,
                                money_t *ret_money) {
    money_t value;
    TRY(notional_value(notional, price, qty, &value));
    *ret_money = value.m < 0 ? money_neg(value) : value;
    return 0;
}

#endif
