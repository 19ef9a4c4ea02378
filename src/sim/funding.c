// SPDX-License-Identifier: Apache-2.0
#include "sim/funding.h"

#include "base/check.h"

static bool next_of_list(const struct funding *funding, int64_t after_ns,
                         struct funding_rate *ret_rate) {
    uint64_t low = 0, high = funding->count; // the first that is later lies in [low, high]
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (funding->rates[middle].ts_ns > after_ns)
            high = middle;
        else
            low = middle + 1;
    }
    if (low == funding->count) return false;
    *ret_rate = funding->rates[low];
    return true;
}

bool funding_next(const struct funding *funding, int64_t after_ns, struct funding_rate *ret_rate) {
    if (funding->every_ns == 0) return next_of_list(funding, after_ns, ret_rate);
    int128_t count = decimal_div_round(after_ns, funding->every_ns, ROUND_FLOOR) + 1;
    int128_t ts_ns = count * funding->every_ns;
    if (ts_ns > INT64_MAX) return false;
    *ret_rate = (struct funding_rate){.ts_ns = (int64_t)ts_ns, .rate = funding->rate};
    return true;
}

money_t funding_payment(const struct sim_account *account, uint32_t instrument, qty_t qty,
                        price_t mark, int64_t rate) {
    CHECK(mark.m > 0);
    int128_t value = sim_account_size(account, instrument, mark, qty).m, product;
    CHECK(!__builtin_mul_overflow(value, (int128_t)rate, &product));
    int128_t amount = decimal_div_round(product, decimal_pow10(FUNDING_DECIMALS), ROUND_HALF_EVEN);
    return MONEY(qty.m > 0 ? -amount : amount);
}
