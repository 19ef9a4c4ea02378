// SPDX-License-Identifier: Apache-2.0
// Rolling volatility: the estimators of quant/volatility/volatility.h over the last bars. A bar that is not
// usable is no observation: its output is NaN and the window stays as it is.
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/window.h"
#include "quant/volatility/volatility.h"

// Windows of returns.
struct closes {
    struct window_moments moments;
    double previous; // NaN before the first value
    double periods;
    double slots[];
};
_Static_assert(sizeof(struct closes) == 56, "hashed as bytes: no padding");

// Windows of what a bar's own prices tell.
struct ranges {
    struct window_sum sum;
    double periods;
    double slots[];
};
_Static_assert(sizeof(struct ranges) == 32, "hashed as bytes: no padding");

struct days {
    struct window_moments overnight;
    struct window_moments daytime;
    struct window_sum range;
    double previous; // NaN before the first bar
    double weight;
    double periods;
    double slots[]; // of the three windows in turn
};
_Static_assert(sizeof(struct days) == 128, "hashed as bytes: no padding");

struct weighted {
    double variance; // the sum of squares while left > 0
    double previous; // NaN before the first value
    double lambda;
    double periods;
    uint64_t left; // returns of the seed still to come
    uint64_t seed;
};
_Static_assert(sizeof(struct weighted) == 48, "hashed as bytes: no padding");

#define PERIODS                                                                                    \
    {                                                                                              \
        .name = "periods", .type = PARAM_REAL, .unit = "bars", .def = 252, .min = 1, .max = 1e9,   \
        .alias = "periods_per_year",                                                               \
        .help = "Bars in a year: 252 for daily bars of stocks, 365 for daily bars of coins."       \
    }

static const struct param return_params[] = {
    INDICATOR_TIMEPERIOD(20, 2, "Number of returns in the window."), PERIODS};
static const struct param range_params[] = {
    INDICATOR_TIMEPERIOD(20, 1, "Number of bars in the window."), PERIODS};

enum { EWMA_LAMBDA, EWMA_SEED, EWMA_TIMEPERIOD, EWMA_PERIODS };
static const struct param ewma_params[] = {
    [EWMA_LAMBDA] = {.name = "lambda",
                     .type = PARAM_REAL,
                     .unit = "",
                     .def = 0.94,
                     .min = 0,
                     .max = 0.999999,
                     .help = "Weight of the variance before; 1 - lambda is the new return's."},
    [EWMA_SEED] = {.name = "seed",
                   .type = PARAM_ENUM,
                   .unit = "",
                   .choices = "r1|mean",
                   .help = "Start from the first squared return, or the mean of timeperiod."},
    [EWMA_TIMEPERIOD] = INDICATOR_TIMEPERIOD(20, 1, "Returns in the mean that is the seed."),
    [EWMA_PERIODS] = PERIODS};

static size_t window_lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static size_t return_lookback(const double *values) {
    return (size_t)values[0];
}

static bool usable(double open, double high, double low, double close) {
    return open > 0 && close > 0 && low > 0 && high >= low;
}

static size_t closes_size(const double *values) {
    return sizeof(struct closes) + sizeof(double) * window_moments_slots((uint32_t)values[0]);
}

static void closes_init(void *memory, const double *values) {
    struct closes *state = memory;
    memset(state, 0, closes_size(values));
    state->moments = window_moments_make((uint32_t)values[0]);
    state->previous = NAN;
    state->periods = values[1];
}

static void close_to_close(void *memory, const double *inputs, double *ret_outputs) {
    struct closes *state = memory;
    ret_outputs[0] = NAN;
    if (!(inputs[0] > 0)) return;
    double previous = state->previous;
    state->previous = inputs[0];
    if (isnan(previous)) return;
    struct moments moments = window_moments_push(&state->moments, state->slots,
                                                 volatility_log_ratio(inputs[0], previous));
    if (!state->moments.at.full) return;
    double variance = moments.squares / ((double)state->moments.at.period - 1);
    ret_outputs[0] = sqrt(variance * state->periods);
}

static size_t ranges_size(const double *values) {
    return sizeof(struct ranges) + sizeof(double) * window_sum_slots((uint32_t)values[0]);
}

static void ranges_init(void *memory, const double *values) {
    struct ranges *state = memory;
    memset(state, 0, ranges_size(values));
    state->sum = window_sum_make((uint32_t)values[0]);
    state->periods = values[1];
}

static double ranges_push(struct ranges *state, double term) {
    double sum = window_sum_push(&state->sum, state->slots, term);
    if (!state->sum.at.full) return NAN;
    return sqrt(sum / (double)state->sum.at.period * state->periods);
}

static void parkinson(void *memory, const double *inputs, double *ret_outputs) {
    double high = inputs[0], low = inputs[1];
    ret_outputs[0] = usable(high, high, low, low)
                         ? ranges_push(memory, volatility_parkinson_term(high, low))
                         : NAN;
}

static void garman_klass(void *memory, const double *in, double *ret_outputs) {
    ret_outputs[0] =
        usable(in[0], in[1], in[2], in[3])
            ? ranges_push(memory, volatility_garman_klass_term(in[0], in[1], in[2], in[3]))
            : NAN;
}

static void rogers_satchell(void *memory, const double *in, double *ret_outputs) {
    ret_outputs[0] =
        usable(in[0], in[1], in[2], in[3])
            ? ranges_push(memory, volatility_rogers_satchell_term(in[0], in[1], in[2], in[3]))
            : NAN;
}

static size_t days_size(const double *values) {
    uint32_t period = (uint32_t)values[0];
    return sizeof(struct days) +
           sizeof(double) * (2 * window_moments_slots(period) + window_sum_slots(period));
}

static void days_init(void *memory, const double *values) {
    struct days *state = memory;
    uint32_t period = (uint32_t)values[0];
    memset(state, 0, days_size(values));
    state->overnight = window_moments_make(period);
    state->daytime = window_moments_make(period);
    state->range = window_sum_make(period);
    state->previous = NAN;
    state->weight = volatility_yang_zhang_weight(values[0]);
    state->periods = values[1];
}

static void yang_zhang(void *memory, const double *in, double *ret_outputs) {
    struct days *state = memory;
    ret_outputs[0] = NAN;
    if (!usable(in[0], in[1], in[2], in[3])) return;
    double previous = state->previous;
    state->previous = in[3];
    if (isnan(previous)) return;
    size_t slots = window_moments_slots(state->range.at.period);
    struct moments overnight =
        window_moments_push(&state->overnight, state->slots, volatility_log_ratio(in[0], previous));
    struct moments daytime = window_moments_push(&state->daytime, state->slots + slots,
                                                 volatility_log_ratio(in[3], in[0]));
    double range = window_sum_push(&state->range, state->slots + 2 * slots,
                                   volatility_rogers_satchell_term(in[0], in[1], in[2], in[3]));
    if (!state->range.at.full) return;
    double period = (double)state->range.at.period;
    double variance = overnight.squares / (period - 1) +
                      state->weight * (daytime.squares / (period - 1)) +
                      (1 - state->weight) * (range / period);
    ret_outputs[0] = sqrt(variance * state->periods);
}

static size_t ewma_size(const double *values) {
    return sizeof(struct weighted);
}

static size_t ewma_lookback(const double *values) {
    return values[EWMA_SEED] == 0 ? 1 : (size_t)values[EWMA_TIMEPERIOD];
}

static void ewma_init(void *memory, const double *values) {
    *(struct weighted *)memory = (struct weighted){.previous = NAN,
                                                   .lambda = values[EWMA_LAMBDA],
                                                   .periods = values[EWMA_PERIODS],
                                                   .left = ewma_lookback(values),
                                                   .seed = ewma_lookback(values)};
}

static void ewma_vol(void *memory, const double *inputs, double *ret_outputs) {
    struct weighted *state = memory;
    ret_outputs[0] = ret_outputs[1] = NAN;
    if (!(inputs[0] > 0)) return;
    double previous = state->previous;
    state->previous = inputs[0];
    if (isnan(previous)) return;
    double r = volatility_log_ratio(inputs[0], previous);
    if (state->left == 0) {
        state->variance = state->lambda * state->variance + (1 - state->lambda) * (r * r);
    } else {
        state->variance += r * r;
        if (--state->left > 0) return;
        state->variance /= (double)state->seed;
    }
    ret_outputs[0] = sqrt(state->variance * state->periods);
    ret_outputs[1] = state->variance;
}

#define PARAMS(table) .params = (table), .param_count = sizeof(table) / sizeof *(table)
#define CLOSE .inputs = {"close"}, .input_count = 1
#define HIGH_LOW .inputs = {"high", "low"}, .input_count = 2
#define BARS .inputs = {"open", "high", "low", "close"}, .input_count = 4
#define CLOSES .state_size = closes_size, .lookback = return_lookback, .init = closes_init
#define RANGES .state_size = ranges_size, .lookback = window_lookback, .init = ranges_init
#define DAYS .state_size = days_size, .lookback = return_lookback, .init = days_init

#define VOLATILITY_INDICATOR(name_, ...)                                                           \
    const struct indicator indicator_##name_ = {.name = #name_,                                    \
                                                .group = "volatility",                             \
                                                .outputs = {"value"},                              \
                                                .output_count = 1,                                 \
                                                .update = name_,                                   \
                                                __VA_ARGS__};

VOLATILITY_INDICATOR(close_to_close, CLOSE, PARAMS(return_params), CLOSES,
                     .summary = "Annualised sample standard deviation of log returns; undefined at "
                                "a value <= 0, which is passed over.",
                     .source = "sqrt(periods) times the standard deviation (n - 1) of "
                               "log(x[i] / x[i - 1])")

VOLATILITY_INDICATOR(parkinson, HIGH_LOW, PARAMS(range_params), RANGES,
                     .summary = "Annualised volatility from the ranges of bars; undefined at a bar "
                                "that is not usable, which is passed over.",
                     .source = "Parkinson (1980): mean of ln(H/L)^2 / (4 ln 2)")

VOLATILITY_INDICATOR(garman_klass, BARS, PARAMS(range_params), RANGES,
                     .summary = "Annualised volatility from ranges and moves of bars; undefined at "
                                "a bar that is not usable, which is passed over.",
                     .source = "Garman and Klass (1980): mean of 0.5 ln(H/L)^2 - (2 ln 2 - 1) "
                               "ln(C/O)^2")

VOLATILITY_INDICATOR(rogers_satchell, BARS, PARAMS(range_params), RANGES,
                     .summary = "Annualised volatility from bars, whatever the drift; undefined at "
                                "a bar that is not usable, which is passed over.",
                     .source = "Rogers and Satchell (1991): mean of ln(H/C) ln(H/O) + ln(L/C) "
                               "ln(L/O)")

VOLATILITY_INDICATOR(yang_zhang, BARS, PARAMS(return_params), DAYS,
                     .summary = "Annualised volatility from bars with the gaps between them, "
                                "whatever the drift; undefined at a bar that is not usable, which "
                                "is passed over.",
                     .source = "Yang and Zhang (2000): variance of ln(O/C before) + k variance of "
                               "ln(C/O) + (1 - k) Rogers-Satchell")

const struct indicator indicator_ewma_vol = {
    .name = "ewma_vol",
    .group = "volatility",
    .summary = "Exponentially weighted volatility, annualised, and the variance a bar, which is "
               "the forecast for the next; undefined at a value <= 0, which is passed over.",
    .source = "RiskMetrics (1996): v = lambda v + (1 - lambda) r^2",
    CLOSE,
    .outputs = {"value", "variance"},
    .output_count = 2,
    PARAMS(ewma_params),
    .state_size = ewma_size,
    .lookback = ewma_lookback,
    .init = ewma_init,
    .update = ewma_vol,
};
