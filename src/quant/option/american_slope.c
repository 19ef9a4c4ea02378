// SPDX-License-Identifier: Apache-2.0
// Sensitivities and implied volatility of American options, from prices.
#include <math.h>
#include <stdbool.h>

#include "quant/option/american.h"
#include "quant/option/difference.h"

#define VOL_MIN 1e-4
#define VOL_MAX 20.0

struct pricer {
    enum american_method method;
    size_t steps;
    double *scratch;
};

static int price_at(const void *context, const struct option_terms *option, double vol,
                    double *ret_price) {
    const struct pricer *pricer = context;
    return american_price(option, vol, pricer->method, pricer->steps, pricer->scratch, ret_price);
}

int american_greeks(const struct option_terms *option, double vol, enum american_method method,
                    size_t steps, double *scratch, struct option_greeks *ret_greeks) {
    struct pricer pricer = {method, steps, scratch};
    return difference_greeks(price_at, &pricer, option, vol, ret_greeks);
}

static enum option_iv bounds(const struct option_terms *option, double price) {
    bool call = option->side == OPTION_CALL;
    double now = call ? option->spot - option->strike : option->strike - option->spot;
    if (!isfinite(price)) return OPTION_IV_NOT_FINITE;
    enum option_fault fault = option_fault(option);
    if (fault == OPTION_NOT_FINITE) return OPTION_IV_NOT_FINITE;
    if (fault == OPTION_NOT_POSITIVE) return OPTION_IV_NOT_POSITIVE;
    if (fault == OPTION_EXPIRED) return OPTION_IV_EXPIRED;
    if (price < 0) return OPTION_IV_NEGATIVE;
    if (price < now) return OPTION_IV_BELOW_INTRINSIC;
    if (price >= (call ? option->spot : option->strike)) return OPTION_IV_ABOVE_BOUND;
    return price == 0 ? OPTION_IV_ZERO : OPTION_IV_FOUND;
}

// The price rises with the volatility: regula falsi of Illinois within a bracket.
int american_implied(const struct option_terms *option, double price, enum american_method method,
                     size_t steps, double *scratch, double *ret_vol, enum option_iv *ret_status) {
    struct pricer pricer = {method, steps, scratch};
    *ret_status = bounds(option, price);
    *ret_vol = *ret_status == OPTION_IV_ZERO ? 0 : NAN;
    if (*ret_status != OPTION_IV_FOUND) return 0;
    double low = VOL_MIN, high = 0.05, below = 0, above = 0;
    TRY(price_at(&pricer, option, low, &below));
    below -= price;
    for (above = below; above < 0 && high < VOL_MAX; high *= 2) {
        TRY(price_at(&pricer, option, high, &above));
        above -= price;
        if (above >= 0) break;
        low = high;
        below = above;
    }
    if (!(below < 0 && above >= 0)) {
        *ret_status = OPTION_IV_NO_INFORMATION;
        return 0;
    }
    double vol = high;
    for (int step = 0; step < 200 && high - low > 1e-13 * high && above != 0; step++) {
        vol = high - above * (high - low) / (above - below);
        if (!(vol > low && vol < high)) vol = 0.5 * (low + high);
        double gap = 0;
        TRY(price_at(&pricer, option, vol, &gap));
        gap -= price;
        if (fabs(gap) <= 1e-14 * option->strike) break;
        if (gap < 0) {
            low = vol;
            below = gap;
            above *= 0.5;
        } else {
            high = vol;
            above = gap;
            below *= 0.5;
        }
    }
    *ret_vol = vol;
    return 0;
}
