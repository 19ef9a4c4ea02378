// SPDX-License-Identifier: Apache-2.0
// Volatilities of a chain.
#include <math.h>

#include "quant/math/mathfn.h"
#include "quant/math/normal.h"
#include "quant/option/american.h"
#include "quant/option/chain.h"

enum { ROUNDS = 12 };

static const double PREMIUM_TOLERANCE = 1e-5; // of the spot

double chain_premium(const struct option_terms *option, double vol) {
    double american;
    bool call = option->side == OPTION_CALL;
    double yield = option->model == OPTION_BLACK_76 ? option->rate : option->yield;
    // Where both would be negative exercise has two boundaries, or none; the difference is then left out.
    double gained = call ? yield : option->rate, lost = call ? option->rate : yield;
    if (gained <= 0 || !(vol > 0) || (gained < 0 && lost < gained)) return 0;
    if (american_price(option, vol, AMERICAN_BAW, 0, NULL, &american) < 0) return 0;
    double premium = american - option_price(option, vol);
    return premium > 0 ? premium : 0;
}

static double implied(const struct option_terms *option, double price) {
    double vol;
    switch (option_implied(option, price, &vol)) {
    case OPTION_IV_FOUND:
    case OPTION_IV_ZERO:
        return vol;
    case OPTION_IV_ABOVE_BOUND:
        return INFINITY;
    default:
        return 0;
    }
}

// The volatility whose European value and premium add up to the mid price.
static double solve(const struct option_terms *option, double mid, bool american,
                    double *ret_premium) {
    double vol = implied(option, mid), premium = 0;
    for (int round = 0; american && round < ROUNDS && vol > 0 && isfinite(vol); round++) {
        double before = premium;
        premium = chain_premium(option, vol);
        vol = implied(option, mid - premium);
        if (fabs(premium - before) <= PREMIUM_TOLERANCE * option->spot) break;
    }
    *ret_premium = premium;
    return vol;
}

static void set_sensitivities(struct chain_quote *quote, const struct option_terms *option,
                              const struct chain_expiry *expiry, const struct chain_terms *terms) {
    double deviation = quote->vol * sqrt(option->years);
    double d1 = mathfn_log(expiry->forward / quote->strike) / deviation + 0.5 * deviation;
    double sign = quote->side == OPTION_CALL ? 1 : -1, carried = expiry->discount * expiry->forward;
    quote->vega = carried * normal_pdf(d1) * sqrt(option->years);
    quote->delta = sign * carried / terms->spot * normal_cdf(sign * d1);
}

void chain_volatility(struct chain_quote *quotes, const struct chain_expiry *expiry,
                      const struct chain_terms *terms) {
    struct chain_quote *end = quotes + expiry->first + expiry->count;
    for (struct chain_quote *quote = quotes + expiry->first; quote < end; quote++) {
        if (quote->fault != CHAIN_SOUND) continue;
        struct option_terms option = {.side = (enum option_side)quote->side,
                                      .model = OPTION_BLACK_SCHOLES,
                                      .spot = terms->spot,
                                      .strike = quote->strike,
                                      .years = expiry->years,
                                      .rate = expiry->rate,
                                      .yield = expiry->yield};
        double premium;
        double vol = solve(&option, 0.5 * (quote->bid + quote->ask), terms->american, &premium);
        if (!(vol > 0 && isfinite(vol))) {
            quote->fault = CHAIN_NO_VOL;
            continue;
        }
        quote->vol = vol;
        quote->premium = premium;
        quote->vol_bid = implied(&option, quote->bid - premium);
        quote->vol_ask = implied(&option, quote->ask - premium);
        set_sensitivities(quote, &option, expiry, terms);
    }
}

size_t chain_points(const struct chain_quote *quotes, const struct chain_expiry *expiry,
                    double tick, size_t max, double *ret_k, double *ret_vol, double *ret_error) {
    const struct chain_quote *end = quotes + expiry->first + expiry->count;
    size_t count = 0;
    if (!(expiry->forward > 0)) return 0;
    for (const struct chain_quote *quote = quotes + expiry->first; quote < end; quote++) {
        bool call = quote->side == OPTION_CALL, above = quote->strike >= expiry->forward;
        if (quote->fault != CHAIN_SOUND || call != above || count == max) continue;
        double half = 0.5 * fmax(quote->ask - quote->bid, tick);
        ret_k[count] = mathfn_log(quote->strike / expiry->forward);
        ret_vol[count] = quote->vol;
        ret_error[count++] = fmax(half / quote->vega, CHAIN_ERROR_MIN);
    }
    return count;
}
