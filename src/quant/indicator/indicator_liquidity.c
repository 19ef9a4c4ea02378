// SPDX-License-Identifier: Apache-2.0
// Illiquidity and spreads from prices and volumes alone.
#include <stdint.h>
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/math/mathfn.h"
#include "quant/stream/illiquidity.h"
#include "quant/stream/quote.h"
#include "quant/stream/window_pair.h"

struct amihud {
    struct window_sum sum;
    struct window_sum traded; // rows that have a value
    double close;
    uint64_t seen;
    double slots[];
};

static size_t amihud_size(const double *values) {
    return sizeof(struct amihud) + 2 * sizeof(double) * window_sum_slots((uint32_t)values[0]);
}

static size_t period_of(const double *values) {
    return (size_t)values[0];
}

static void amihud_init(void *memory, const double *values) {
    struct amihud *state = memory;
    memset(state, 0, amihud_size(values));
    state->sum = state->traded = window_sum_make((uint32_t)values[0]);
}

static void amihud_update(void *memory, const double *in, double *ret_outputs) {
    struct amihud *state = memory;
    ret_outputs[0] = NAN;
    if (state->seen++ > 0) {
        double value = illiquidity_amihud(in[0], state->close, in[1]);
        bool has = !isnan(value);
        double sum = window_sum_push(&state->sum, state->slots, has ? value : 0);
        double count = window_sum_push(&state->traded, state->slots + state->sum.at.period, has);
        if (state->sum.at.full && count > 0) ret_outputs[0] = sum / count;
    }
    state->close = in[0];
}

static const struct param amihud_params[] = {
    INDICATOR_PERIOD("period", 20, 1, "How many rows are averaged.")};

const struct indicator indicator_amihud = {
    .name = "amihud",
    .group = "microstructure",
    .summary =
        "Amihud's illiquidity: mean over the window of |return| per notional (close times volume), "
        "times 1e6; rows without volume are left out of the mean.",
    .source = "Amihud, Illiquidity and stock returns, Journal of Financial Markets 5 (2002)",
    .inputs = {"close", "volume"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .params = amihud_params,
    .param_count = 1,
    .state_size = amihud_size,
    .lookback = period_of,
    .init = amihud_init,
    .update = amihud_update,
};

struct pairs {
    struct window_pair pair;
    double price, change;
    int64_t tick;
    uint64_t seen;
    double slots[];
};

static size_t pairs_size(const double *values) {
    return sizeof(struct pairs) + sizeof(double) * window_pair_slots((uint32_t)values[0]);
}

static size_t roll_lookback(const double *values) {
    return (size_t)values[0] + 1;
}

static void pairs_init(void *memory, const double *values) {
    struct pairs *state = memory;
    memset(state, 0, pairs_size(values));
    state->pair = window_pair_make((uint32_t)values[0]);
}

static void roll_update(void *memory, const double *in, double *ret_outputs) {
    struct pairs *state = memory;
    double change = in[0] - state->price;
    ret_outputs[0] = NAN;
    if (state->seen >= 2) {
        struct pair_moments moments =
            window_pair_push_moments(&state->pair, state->slots, state->change, change);
        if (state->pair.at.full)
            ret_outputs[0] = illiquidity_roll(moments.xy / (state->pair.at.period - 1));
    }
    state->change = change;
    state->price = in[0];
    state->seen++;
}

static const struct param roll_params[] = {
    INDICATOR_PERIOD("period", 60, 2, "How many pairs of successive price changes are taken.")};

const struct indicator indicator_roll = {
    .name = "roll",
    .group = "microstructure",
    .summary = "Roll's spread: 2 sqrt(-cov) of a price change and the one before it, 0 where the "
               "covariance "
               "is above 0.",
    .source =
        "Roll, A simple implicit measure of the effective bid-ask spread, Journal of Finance 39 "
        "(1984); the covariance divides by count - 1",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value"},
    .output_count = 1,
    .params = roll_params,
    .param_count = 1,
    .state_size = pairs_size,
    .lookback = roll_lookback,
    .init = pairs_init,
    .update = roll_update,
};

static void kyle_update(void *memory, const double *in, double *ret_outputs) {
    struct pairs *state = memory;
    for (int i = 0; i < 4; i++) ret_outputs[i] = NAN;
    if (state->seen++ > 0) {
        state->tick = quote_tick_rule(in[0], state->price, (int)state->tick);
        double x = (double)state->tick * in[1], y = in[0] - state->price;
        struct pair_moments m = window_pair_push_moments(&state->pair, state->slots, x, y);
        double n = state->pair.at.period, raw = m.xx + n * m.mean_x * m.mean_x;
        if (state->pair.at.full && m.xx > 0) {
            ret_outputs[0] = m.xy / m.xx;
            ret_outputs[1] = m.mean_y - ret_outputs[0] * m.mean_x;
            ret_outputs[2] = m.yy > 0 ? fmin(m.xy * m.xy / (m.xx * m.yy), 1) : NAN;
        }
        if (state->pair.at.full && raw > 0) ret_outputs[3] = (m.xy + n * m.mean_x * m.mean_y) / raw;
    }
    state->price = in[0];
}

static const struct param kyle_params[] = {
    INDICATOR_PERIOD("period", 60, 3, "How many trades or bars the line is through.")};

const struct indicator indicator_kyle = {
    .name = "kyle",
    .group = "microstructure",
    .summary = "Kyle's lambda: how far the price moves with a unit of volume that has the sign of "
               "the tick "
               "test, by least squares; the intercept, the share of the variance explained, and "
               "lambda of a "
               "line through the origin. Undefined where all signed volumes are equal.",
    .source = "Lopez de Prado, Advances in Financial Machine Learning, 2018, chapter 19; Kyle 1985",
    .inputs = {"close", "volume"},
    .input_count = 2,
    .outputs = {"lambda", "intercept", "r2", "lambda_origin"},
    .output_count = 4,
    .params = kyle_params,
    .param_count = 1,
    .state_size = pairs_size,
    .lookback = period_of,
    .init = pairs_init,
    .update = kyle_update,
};

struct corwin {
    double high, low;
    uint64_t seen;
};

static size_t corwin_size(const double *values) {
    return sizeof(struct corwin);
}

static size_t corwin_lookback(const double *values) {
    return 1;
}

static void corwin_init(void *memory, const double *values) {
    *(struct corwin *)memory = (struct corwin){.seen = 0};
}

static double square(double x) {
    return x * x;
}

static void corwin_update(void *memory, const double *in, double *ret_outputs) {
    struct corwin *before = memory;
    double high = in[0], low = in[1];
    ret_outputs[0] = ret_outputs[1] = NAN;
    if (before->seen++ > 0 && low > 0 && before->low > 0) {
        double root = 3 - 2 * sqrt(2);
        double beta =
            square(mathfn_log(high / low)) + square(mathfn_log(before->high / before->low));
        double gamma = square(mathfn_log(fmax(high, before->high) / fmin(low, before->low)));
        double alpha = (sqrt(2 * beta) - sqrt(beta)) / root - sqrt(gamma / root);
        double rise = mathfn_exp(alpha);
        ret_outputs[0] = 2 * (rise - 1) / (1 + rise);
        ret_outputs[1] = ret_outputs[0] < 0 ? 0 : ret_outputs[0];
    }
    before->high = high;
    before->low = low;
}

const struct indicator indicator_corwin_schultz = {
    .name = "corwin_schultz",
    .group = "microstructure",
    .summary =
        "Spread from the highs and lows of two rows, as a fraction of the price; and the same with "
        "what is below 0 as 0. Undefined where a low is not above 0.",
    .source = "Corwin and Schultz, A simple way to estimate bid-ask spreads from daily high and "
              "low prices, "
              "Journal of Finance 67 (2012)",
    .inputs = {"high", "low"},
    .input_count = 2,
    .outputs = {"value", "floored"},
    .output_count = 2,
    .state_size = corwin_size,
    .lookback = corwin_lookback,
    .init = corwin_init,
    .update = corwin_update,
};
