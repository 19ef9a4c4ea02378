// SPDX-License-Identifier: Apache-2.0
#include "market/notional.h"

#include "base/check.h"

void notional_init(struct notional *notional, const struct notional_scale *scale) {
    CHECK(scale->multiplier > 0);
    int lost = scale->price_decimals + scale->qty_decimals + scale->multiplier_decimals -
               scale->money_decimals;
    struct notional made = {.scale = *scale, .lost = lost, .factor = (uint64_t)scale->multiplier};
    if (scale->inverse) {
        made.lost = 0; // the quick way ends at the factor
        made.factor = 0;
    } else if (lost < 0) {
        int64_t factor;
        bool fits = -lost <= DECIMALS_MAX &&
                    !__builtin_mul_overflow(scale->multiplier, decimal_pow10(-lost), &factor);
        made.factor = fits ? (uint64_t)factor : 0;
    } else if (lost > DECIMALS_MAX) {
        made.factor = 0;
    } else if (lost > 0) {
        made.power = (uint64_t)decimal_pow10(lost);
        made.shift = __builtin_clzll(made.power);
        made.divisor = made.power << made.shift;
        made.reciprocal = (uint64_t)(~(unsigned __int128)0 / made.divisor);
    }
    *notional = made;
}

int notional_value_slow(const struct notional *notional, price_t price, qty_t qty,
                        money_t *ret_money) {
    return decimal_notional(price, qty, &notional->scale, ROUND_HALF_EVEN, ret_money);
}
