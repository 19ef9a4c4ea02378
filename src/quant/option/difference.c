// SPDX-License-Identifier: Apache-2.0
#include "quant/option/difference.h"

#include <math.h>

struct pricer {
    difference_price *price;
    const void *context;
    struct option_terms option;
    double vol;
};

// (f(x + h) - f(x - h)) / 2 h in the term, or vol, of the pricer that `term` points at.
static int slope(struct pricer *pricer, double *term, double h, double *ret_slope) {
    double middle = *term, high = 0, low = 0;
    *term = middle + h;
    int rc = pricer->price(pricer->context, &pricer->option, pricer->vol, &high);
    *term = middle - h;
    if (rc == 0) rc = pricer->price(pricer->context, &pricer->option, pricer->vol, &low);
    *term = middle;
    if (rc < 0) return rc;
    *ret_slope = (high - low) / (2 * h);
    return 0;
}

// A rate at 0 is moved to one side only: below it there may be two boundaries.
static int rate_slope(struct pricer *pricer, double *rate, double *ret_slope) {
    double middle = *rate, h = 1e-5;
    if (middle >= 0 && middle < h) *rate = middle + h;
    int rc = slope(pricer, rate, h, ret_slope);
    *rate = middle;
    return rc;
}

int difference_greeks(difference_price *price, const void *context,
                      const struct option_terms *option, double vol,
                      struct option_greeks *ret_greeks) {
    struct pricer pricer = {price, context, *option, vol};
    struct option_greeks g = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    TRY(price(context, option, vol, &g.price));
    double h = 1e-3 * option->spot, up = 0, down = 0;
    pricer.option.spot = option->spot + h;
    TRY(price(context, &pricer.option, vol, &up));
    pricer.option.spot = option->spot - h;
    TRY(price(context, &pricer.option, vol, &down));
    pricer.option.spot = option->spot;
    g.delta = (up - down) / (2 * h);
    g.gamma = (up - 2 * g.price + down) / (h * h);
    TRY(slope(&pricer, &pricer.vol, 1e-3 * vol, &g.vega));
    TRY(slope(&pricer, &pricer.option.years, 1e-3 * option->years, &g.theta));
    g.theta = -g.theta;
    TRY(rate_slope(&pricer, &pricer.option.rate, &g.rho));
    TRY(rate_slope(&pricer, &pricer.option.yield, &g.rho_dividend));
    *ret_greeks = g;
    return 0;
}
