// SPDX-License-Identifier: Apache-2.0
// Slots: the windows of r, |r| and r^2, then the history.
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/math/mathfn.h"
#include "quant/regime/regime.h"
#include "quant/stream/order_window.h"
#include "quant/stream/window.h"

enum { WINDOW, HISTORY, TREND, HIGH, EXTREME, SHOCK, STAY, MARGIN };
enum { NET, PATH, SQUARE, SUMS };

struct state {
    struct order_window history; // of volatilities
    struct window_sum sums[SUMS];
    struct regime_filter filter;
    struct regime_options options;
    double previous; // close; NaN before the first
    double volatility;
    double shock;
    double decay;
    double root; // of the window
    uint64_t window;
    double slots[];
};
_Static_assert(sizeof(struct state) == 360, "hashed as bytes: no padding");

const struct param regime_params[REGIME_PARAMS] = {
    INDICATOR_PERIOD("window", 20, 2, "Bars of volatility and trend."),
    INDICATOR_PERIOD("history", 252, 10, "Volatilities among which one is ranked."),
    {.name = "trend",
     .type = PARAM_REAL,
     .unit = "of a random walk's",
     .def = 1.5,
     .min = 0.1,
     .max = 100,
     .help = "Efficiency from which the price is in a trend."},
    {.name = "high",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 0.6,
     .min = 0,
     .max = 1,
     .help = "Percentile from which volatility is high."},
    {.name = "extreme",
     .type = PARAM_REAL,
     .unit = "medians",
     .def = 2.5,
     .min = 1,
     .max = 1000,
     .help = "Volatility that is extreme, over its median."},
    {.name = "shock",
     .type = PARAM_REAL,
     .unit = "sigmas",
     .def = 5,
     .min = 1,
     .max = 1000,
     .help = "Return that is extreme, over the volatility before it."},
    {.name = "stay",
     .type = PARAM_REAL,
     .unit = "probability",
     .def = 0.95,
     .min = 0.25,
     .max = 0.9999,
     .help = "Prior probability that a regime goes on."},
    {.name = "margin",
     .type = PARAM_REAL,
     .unit = "probability",
     .def = 0.2,
     .min = 0,
     .max = 1,
     .help = "By which another regime must be more probable to be told."},
};

static size_t sum_slots(const double *values) {
    return SUMS * window_sum_slots((uint32_t)values[WINDOW]);
}

static size_t state_size(const double *values) {
    return sizeof(struct state) +
           sizeof(double) * (sum_slots(values) + order_window_slots((uint32_t)values[HISTORY]));
}

static double *history_slots(struct state *state) {
    return state->slots + SUMS * window_sum_slots((uint32_t)state->window);
}

static size_t lookback(const double *values) {
    return (size_t)(values[WINDOW] + values[HISTORY] - 1);
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->window = (uint64_t)values[WINDOW];
    state->history = order_window_make((uint32_t)values[HISTORY], history_slots(state));
    for (size_t i = 0; i < SUMS; i++) state->sums[i] = window_sum_make((uint32_t)values[WINDOW]);
    state->filter = regime_filter_make(values[STAY], values[MARGIN]);
    state->options = (struct regime_options){.trend = values[TREND],
                                             .high = values[HIGH],
                                             .extreme = values[EXTREME],
                                             .shock = values[SHOCK]};
    state->previous = state->volatility = NAN;
    state->decay = mathfn_pow(0.5, 2 / values[WINDOW]);
    state->root = sqrt(values[WINDOW]);
}

// The bar's look, its volatility having joined the history. A window in which nothing moved has no
// trend; a history in which nothing did has no swell.
static struct regime_look look(struct state *state, double net, double path) {
    const struct order_window *history = &state->history;
    const double *slots = history_slots(state);
    double count = history->count;
    double below = order_window_below(history, slots, state->volatility);
    double up_to = order_window_up_to(history, slots, state->volatility);
    double median = order_window_quantile(history, slots, 0.5);
    return (struct regime_look){.percentile = (below + up_to) / (2 * count),
                                .trend = path > 0 ? state->root * (fabs(net) / path) : 0,
                                .shock = state->shock,
                                .swell = median > 0 ? state->volatility / median : 0};
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double r = mathfn_log(inputs[0] / state->previous);
    bool priced = inputs[0] > 0;
    for (size_t i = 0; i < 8; i++) ret_outputs[i] = NAN;
    if (priced) state->previous = inputs[0];
    if (!priced || isnan(r)) return;
    double fresh = state->volatility > 0 ? fabs(r) / state->volatility : 0;
    state->shock *= state->decay;
    if (fresh > state->shock) state->shock = fresh;
    double *slots = state->slots;
    double net = window_sum_push(&state->sums[NET], slots, r);
    double path = window_sum_push(&state->sums[PATH], slots + state->window, fabs(r));
    double square = window_sum_push(&state->sums[SQUARE], slots + 2 * state->window, r * r);
    if (!state->sums[NET].at.full) return;
    state->volatility = sqrt(square / (double)state->window);
    order_window_push(&state->history, history_slots(state), state->volatility);
    if (!state->history.at.full) return;
    struct regime_look seen = look(state, net, path);
    double memberships[REGIMES], moves[REGIMES][REGIMES];
    regime_memberships(&state->options, &seen, memberships);
    regime_filter_push(&state->filter, memberships);
    regime_filter_moves(&state->filter, moves);
    size_t class = (size_t)state->filter.current;
    ret_outputs[0] = state->filter.current;
    ret_outputs[1] = state->filter.probability[class];
    for (size_t k = 0; k < REGIMES; k++) ret_outputs[2 + k] = state->filter.probability[k];
    ret_outputs[6] = moves[class][class];
    ret_outputs[7] = seen.percentile;
}

const struct indicator indicator_regime = {
    .name = "regime",
    .group = "regime",
    .summary = "Regime of a price: 0 low-volatility trend, 1 range, 2 high-volatility trend, 3 "
               "extreme; how probable that one is, and each; how probable it is to go on, as "
               "learned so far; and the percentile of volatility.",
    .source =
        "Rule of its own in quant/regime/regime.h: percentile of volatility, Kaufman's efficiency "
        "ratio (1995), shocks, Hamilton's filter (1989) with transitions learned online",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"class", "confidence", "low_trend", "range", "high_trend", "extreme", "stay",
                "percentile"},
    .output_count = 8,
    .params = regime_params,
    .param_count = REGIME_PARAMS,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
