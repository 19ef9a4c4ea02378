// SPDX-License-Identifier: Apache-2.0
#include "quant/option/delta_hedge.h"

#include <math.h>

#include "quant/math/mathfn.h"
#include "quant/option/option.h"

struct look { // both legs at a bar
    double vol[2];
    double delta, gamma, theta;
    double vega[2];
};

struct walk {
    const struct hedge_options *options;
    struct hedge_result *result;
    double vol[2]; // the last known of each leg
    double held;   // of the underlying, for one straddle
};

static bool look_at(struct walk *walk, const struct hedge_bar *bar, struct look *ret_look) {
    const struct hedge_options *options = walk->options;
    bool known = true;
    *ret_look = (struct look){.delta = 0};
    for (int leg = OPTION_CALL; leg <= OPTION_PUT; leg++) {
        struct option_terms terms = {.side = (enum option_side)leg,
                                     .spot = bar->spot,
                                     .strike = options->strike,
                                     .years = bar->years,
                                     .rate = options->rate,
                                     .yield = options->yield};
        struct option_greeks greeks;
        double vol;
        bool found = option_implied(&terms, leg == OPTION_CALL ? bar->call : bar->put, &vol) ==
                     OPTION_IV_FOUND;
        known = known && found;
        if (found) walk->vol[leg] = vol;
        option_greeks(&terms, walk->vol[leg], &greeks);
        ret_look->vol[leg] = walk->vol[leg];
        ret_look->delta += greeks.delta;
        ret_look->gamma += greeks.gamma;
        ret_look->theta += greeks.theta;
        ret_look->vega[leg] = greeks.vega;
    }
    walk->result->unknown += !known;
    return !isnan(ret_look->delta);
}

// Brings the hedge to what the delta wants; what it costs for one straddle.
static double hedge(struct walk *walk, double wanted, double spot) {
    double change = wanted - walk->held;
    if (change == 0 || fabs(change) < walk->options->band) return 0;
    walk->held = wanted;
    walk->result->hedges++;
    walk->result->turnover += fabs(change * walk->options->quantity);
    return fabs(change) * spot * walk->options->cost;
}

// What the bar `to` added, seen from `from`; for one straddle.
static void add_step(struct walk *walk, const struct hedge_bar *from, const struct hedge_bar *to,
                     const struct look *at, const struct look *then) {
    struct hedge_result *sum = walk->result;
    double move = to->spot - from->spot;
    double worth = to->call + to->put - from->call - from->put;
    double gamma = 0.5 * at->gamma * move * move;
    double theta = at->theta * (from->years - to->years);
    double vega =
        at->vega[0] * (then->vol[0] - at->vol[0]) + at->vega[1] * (then->vol[1] - at->vol[1]);
    sum->gamma += gamma;
    sum->theta += theta;
    sum->vega += vega;
    sum->delta += (at->delta + walk->held) * move;
    sum->rest += worth - at->delta * move - gamma - theta - vega;
    sum->options += worth;
    sum->hedge += walk->held * move;
}

static void scale(struct hedge_result *result, const struct hedge_options *options) {
    double quantity = options->quantity;
    double *const parts[] = {&result->gamma, &result->theta,   &result->vega, &result->delta,
                             &result->rest,  &result->options, &result->hedge};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) *parts[i] *= quantity;
    result->hedge_cost *= -fabs(quantity);
    result->spread_cost = -fabs(quantity) * options->spread;
    result->total = result->options + result->hedge + result->hedge_cost + result->spread_cost;
}

static double realised(const struct hedge_bar *bars, size_t count) {
    double squares = 0, years = bars[0].years - bars[count - 1].years;
    for (size_t i = 1; i < count; i++) {
        double move = mathfn_log(bars[i].spot / bars[i - 1].spot);
        squares += move * move;
    }
    return years > 0 ? sqrt(squares / years) : NAN;
}

bool delta_hedge(const struct hedge_bar *bars, size_t count, const struct hedge_options *options,
                 struct hedge_result *ret_result) {
    struct hedge_result result = {0};
    struct walk walk = {.options = options, .result = &result, .vol = {NAN, NAN}};
    struct look at, then;
    if (count < 2 || !look_at(&walk, &bars[0], &at)) return false;
    result.vol_first = 0.5 * (at.vol[0] + at.vol[1]);
    result.realised = realised(bars, count);
    for (size_t i = 1; i < count; i++) {
        result.hedge_cost += hedge(&walk, -at.delta, bars[i - 1].spot);
        if (!look_at(&walk, &bars[i], &then)) return false;
        add_step(&walk, &bars[i - 1], &bars[i], &at, &then);
        at = then;
    }
    struct hedge_options all = *options; // the end: everything goes
    all.band = 0;
    walk.options = &all;
    result.hedge_cost += hedge(&walk, 0, bars[count - 1].spot);
    result.vol_last = 0.5 * (at.vol[0] + at.vol[1]);
    scale(&result, options);
    *ret_result = result;
    return true;
}
