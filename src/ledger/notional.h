// SPDX-License-Identifier: Apache-2.0
// price x quantity x multiplier of one instrument, again and again: decimal_notional with what does not change
// worked out once. Division by the power of ten is two multiplications by its reciprocal (Moeller and Granlund,
// "Improved division by invariant integers", IEEE Transactions on Computers 60, 2011, algorithm 4).
#ifndef FULMAR_LEDGER_NOTIONAL_H
#define FULMAR_LEDGER_NOTIONAL_H

#include <stdbool.h>

#include "base/decimal.h"

struct notional {
    struct notional_scale scale;
    int32_t lost;     // price + quantity + multiplier decimals less those of money
    int32_t shift;    // of the divisor to its top bit
    uint64_t factor;  // multiplier, times 10^-lost where money has more decimals; 0: beyond 64 bits
    uint64_t divisor; // 10^lost, its top bit set by the shift; 0: beyond 64 bits. lost > 0 only
    uint64_t reciprocal; // floor((2^128 - 1) / divisor) - 2^64
};

void notional_init(struct notional *notional, const struct notional_scale *scale);

// The same, rounded half to even, for any operands. ERR_RANGE (no story).
int notional_value_slow(const struct notional *notional, price_t price, qty_t qty,
                        money_t *ret_money) MUST_USE;

// price >= 0 is the quick case.
static inline int notional_value(const struct notional *notional, price_t price, qty_t qty,
                                 money_t *ret_money) {
    typedef unsigned __int128 wide;
    bool negative = qty.m < 0;
    uint64_t size = negative ? -(uint64_t)qty.m : (uint64_t)qty.m;
    wide product = (wide)(uint64_t)price.m * size;
    if (__builtin_expect(price.m < 0 || notional->factor == 0, 0))
        return notional_value_slow(notional, price, qty, ret_money);
    if (notional->factor != 1) {
        if ((uint64_t)(product >> 64) != 0)
            return notional_value_slow(notional, price, qty, ret_money);
        product *= notional->factor;
    }
    if (notional->lost > 0) {
        wide dividend = product << notional->shift;
        uint64_t divisor = notional->divisor;
        // The quotient has 64 bits when the dividend's upper half is less than the divisor.
        if ((uint64_t)(product >> 64) >= divisor >> notional->shift)
            return notional_value_slow(notional, price, qty, ret_money);
        wide q = (wide)notional->reciprocal * (uint64_t)(dividend >> 64) + dividend;
        uint64_t quotient = (uint64_t)(q >> 64) + 1;
        uint64_t rest = (uint64_t)dividend - quotient * divisor;
        if (rest > (uint64_t)q) {
            quotient--;
            rest += divisor;
        }
        if (__builtin_expect(rest >= divisor, 0)) {
            quotient++;
            rest -= divisor;
        }
        uint64_t complement = divisor - rest;
        product = (wide)quotient + (rest > complement || (rest == complement && (quotient & 1)));
    }
    ret_money->m = negative ? -(int128_t)product : (int128_t)product;
    return 0;
}

#endif
