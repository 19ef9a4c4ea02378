// SPDX-License-Identifier: Apache-2.0
// Sensitivities and implied volatility of American options, from prices.
#include "quant/option/american.h"
#include "quant/option/difference.h"
#include "quant/option/implied.h"

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

int american_implied(const struct option_terms *option, double price, enum american_method method,
                     size_t steps, double *scratch, double *ret_vol, enum option_iv *ret_status) {
    struct pricer pricer = {method, steps, scratch};
    return implied_search(price_at, &pricer, option, price, ret_vol, ret_status);
}
