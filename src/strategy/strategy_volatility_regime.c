// SPDX-License-Identifier: Apache-2.0
// Volatility regime: holds as much as the expected volatility allows, less in a wild state, nothing after a black swan.
//
// Idea: volatility lasts, returns do not rise with it in the short run; so the same risk every day earns more for it
// than the same amount.
// Expected volatility is the mean of two: the median of six estimators over `window` bars (close to close,
// Parkinson, Garman and Klass, Rogers and Satchell, Yang and Zhang, exponentially weighted), and the mean forecast
// of a GARCH(1,1) over `horizon` bars, with garch_alpha and garch_beta given and the variance of `long_window` bars
// as its long-run level.
// A hidden Markov model of two states, whose returns have calm_ratio and wild_ratio of the long-run deviation and
// which stay with probability `stay`, gives the probability that the next bar is wild. The guard: a flag of
// black_swan (tail index of the latest 500 changes) keeps everything out for `guard` bars.
// Weight: target / expected volatility, at most 1, times 1 - cut x probability of wild. It is answered when it differs
// from what was last answered by more than `band`. Nothing is fitted: the parameters are usual values.
// Source: Moreira and Muir, "Volatility-Managed Portfolios", Journal of Finance 72 (2017); Bollerslev, Journal of
// Econometrics 31 (1986); Hamilton, Econometrica 57 (1989); the estimators' sources are in
// quant/volatility/volatility.h.
// Where it fails: it sells after the fall and buys after the recovery, which costs when falls are short; its gain
// is in drawdown more than in return, and turnover pays for it (Cederburg et al., 2020, find none out of sample).
#include <math.h>

#include "quant/math/mathfn.h"
#include "strategy/strategy.h"

enum {
    TARGET,
    WINDOW,
    LONG_WINDOW,
    ALPHA,
    BETA,
    HORIZON,
    CALM,
    WILD,
    STAY,
    CUT,
    GUARD,
    BAND,
    PERIODS
};
enum { ESTIMATORS = 6, INPUT_LONG = ESTIMATORS, INPUT_SWAN, INPUT_COUNT };
enum { WHY_CALM = 1, WHY_WILD = 2, WHY_GUARD = 3 };
static const char *const reasons[] = {
    [WHY_CALM] = "calm", [WHY_WILD] = "wild", [WHY_GUARD] = "guard"};

struct state {
    double variance; // of GARCH, a bar; 0 before the first
    double wild;     // probability that the next bar is wild
    double previous; // close; 0 before the first
    double weight;   // as last answered
    int64_t guard;   // bars left
    int64_t begun;
};
_Static_assert(sizeof(struct state) == 48, "no padding");

#define RATIO(name_, def_, min_, max_, help_)                                                      \
    {                                                                                              \
        .name = (name_), .type = PARAM_REAL, .unit = "", .def = (def_), .min = (min_),             \
        .max = (max_), .help = (help_)                                                             \
    }
#define BARS(name_, def_, min_, help_)                                                             \
    {                                                                                              \
        .name = (name_), .type = PARAM_INT, .unit = "bars", .def = (def_), .min = (min_),          \
        .max = 10000, .help = (help_)                                                              \
    }

static const struct param params[] = {
    [TARGET] = RATIO("target", 0.15, 0.001, 10, "Volatility a year that is held; 0.15 is 15 %."),
    [WINDOW] = BARS("window", 20, 2, "Bars of the six estimators."),
    [LONG_WINDOW] = BARS("long_window", 250, 10, "Bars of the long-run variance."),
    [ALPHA] = RATIO("garch_alpha", 0.08, 0, 1, "Weight of the latest squared return."),
    [BETA] = RATIO("garch_beta", 0.9, 0, 1, "Weight of the variance before; both below 1."),
    [HORIZON] = BARS("horizon", 5, 1, "Bars over which the variance is forecast."),
    [CALM] = RATIO("calm_ratio", 0.7, 0.01, 10, "Deviation of calm bars over the long-run one."),
    [WILD] = RATIO("wild_ratio", 1.8, 0.01, 100, "Deviation of wild bars; more than calm_ratio."),
    [STAY] = RATIO("stay", 0.98, 0.5, 0.9999, "Probability that a state lasts another bar."),
    [CUT] = RATIO("cut", 0.5, 0, 1, "How much of the weight a wild state takes away."),
    [GUARD] = BARS("guard", 10, 0, "Bars out of the market after a black swan; 0: no guard."),
    [BAND] = RATIO("band", 0.1, 0, 1, "Change of the weight from which it is traded."),
    [PERIODS] = RATIO("periods", 252, 1, 1e9, "Bars a year: 365 for days of crypto."),
};

static const char *const inputs[] = {
    "close_to_close(close, $window, $periods)",
    "parkinson($window, $periods)",
    "garman_klass($window, $periods)",
    "rogers_satchell($window, $periods)",
    "yang_zhang($window, $periods)",
    "ewma_vol(close, periods=$periods)",
    [INPUT_LONG] = "close_to_close(close, $long_window, $periods)",
    [INPUT_SWAN] = "black_swan(close).flag",
};

static int check(const double *values) {
    if (!(values[ALPHA] + values[BETA] < 1))
        return ERR_SET(ERR_ARGUMENT,
                       "garch_alpha (%g) and garch_beta (%g) must add up to less than 1",
                       values[ALPHA], values[BETA]);
    if (values[CALM] < values[WILD]) return 0;
    return ERR_SET(ERR_ARGUMENT, "calm_ratio (%g) must be less than wild_ratio (%g)", values[CALM],
                   values[WILD]);
}

// The middle of six: the mean of the third and the fourth.
static double median(const double *values) {
    double sorted[ESTIMATORS];
    for (int i = 0; i < ESTIMATORS; i++) {
        int at = i;
        for (; at > 0 && sorted[at - 1] > values[i]; at--) sorted[at] = sorted[at - 1];
        sorted[at] = values[i];
    }
    return (sorted[2] + sorted[3]) / 2;
}

// The recursion with the long-run variance `level`; returns the mean forecast of the next `horizon` bars.
static double garch(struct state *state, const double *values, double r, double level) {
    double persistence = values[ALPHA] + values[BETA], horizon = values[HORIZON];
    double before = state->variance > 0 ? state->variance : level;
    state->variance = (1 - persistence) * level + values[ALPHA] * r * r + values[BETA] * before;
    double fade = persistence > 0 ? (1 - mathfn_pow(persistence, horizon)) / (1 - persistence) : 1;
    return level + (state->variance - level) * fade / horizon;
}

// A step of the two states' filter with a return in long-run deviations.
static void filter(struct state *state, const double *values, double z) {
    double calm = z / values[CALM], wild = z / values[WILD];
    double odds = values[CALM] / values[WILD] * mathfn_exp(0.5 * (calm * calm - wild * wild));
    double prior = state->begun ? state->wild : 0.5;
    double now = isfinite(odds) ? prior * odds / (prior * odds + 1 - prior) : 1;
    state->wild = now * values[STAY] + (1 - now) * (1 - values[STAY]);
}

// The weight that the forecasts of this bar ask for; NaN while something is not known.
static double judge(struct state *state, const struct strategy_view *view) {
    const double *values = view->params, *in = view->inputs;
    double close = view->bars[0].close, previous = state->previous;
    for (int i = 0; i < INPUT_COUNT; i++)
        if (isnan(in[i]) || in[i] < 0) return NAN;
    double level = in[INPUT_LONG] * in[INPUT_LONG] / values[PERIODS];
    if (!(level > 0) || !(previous > 0) || !(close > 0)) return NAN;
    double r = mathfn_log(close / previous);
    double forecast = sqrt(garch(state, values, r, level) * values[PERIODS]);
    filter(state, values, r / sqrt(level));
    state->begun = 1;
    double expected = (median(in) + forecast) / 2;
    double weight = expected > values[TARGET] ? values[TARGET] / expected : 1;
    if (in[INPUT_SWAN] > 0) state->guard = (int64_t)values[GUARD] + 1;
    if (state->guard > 0) state->guard--;
    return state->guard > 0 ? 0 : weight * (1 - values[CUT] * state->wild);
}

static void decide(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct state *state = memory;
    double weight = judge(state, view);
    state->previous = view->bars[0].close;
    if (isnan(weight)) return;
    bool ends = weight == 0 && state->weight != 0;
    if (!ends && !(fabs(weight - state->weight) > view->params[BAND])) return;
    state->weight = weight;
    struct strategy_target *target = &ret_out->targets[0];
    target->kind = TARGET_SET;
    target->weight = weight;
    target->reason = state->guard > 0 ? WHY_GUARD : state->wild > 0.5 ? WHY_WILD : WHY_CALM;
}

const struct strategy strategy_volatility_regime = {
    .name = "volatility_regime",
    .summary = "Holds as much as the expected volatility allows, nothing after a black swan.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof *inputs,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_INSTRUMENT,
    .state_size = sizeof(struct state),
    .check = check,
    .decide = decide,
};
