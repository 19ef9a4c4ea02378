// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/stream/window_pair.h"

struct state {
    struct window_pair pair;
    double previous_x; // beta's; NaN before the first row
    double previous_y;
    double slots[];
};
_Static_assert(sizeof(struct state) == 88, "hashed as bytes: no padding");

static const struct param beta_params[] = {
    INDICATOR_TIMEPERIOD(5, 1, "Number of returns in the window.")};
static const struct param correl_params[] = {INDICATOR_TIMEPERIOD(30, 1, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_pair_slots((uint32_t)values[0]);
}

static size_t beta_lookback(const double *values) {
    return (size_t)values[0];
}

static size_t correl_lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->pair = window_pair_make((uint32_t)values[0]);
    state->previous_x = state->previous_y = NAN;
}

RUN_INLINE double return_of(double x, double previous) {
    double change = (x - previous) / previous;
    return previous != 0 ? change : 0;
}

// Of sums over `period` rows: the sums of squared deviations and of their products, times the period, which spares the
// means' divisions.
RUN_INLINE double beta_of(double x, double y, double xx, double xy, double period) {
    double variance = period * xx - x * x;
    double slope = (period * xy - x * y) / variance;
    return variance >= INDICATOR_ZERO ? slope : 0;
}

RUN_INLINE double correl_of(double x, double y, double xx, double xy, double yy, double period) {
    double product = (period * xx - x * x) * (period * yy - y * y);
    double r = (period * xy - x * y) / sqrt(product);
    r = r > 1 ? 1 : r < -1 ? -1 : r;
    return product >= INDICATOR_ZERO * (period * period) ? r : 0;
}

static void correl_update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double s[PAIR_SUMS];
    window_pair_push(&state->pair, state->slots, inputs[0], inputs[1], s);
    ret_outputs[0] = LIKELY(state->pair.at.full)
                         ? correl_of(s[PAIR_X], s[PAIR_Y], s[PAIR_XX], s[PAIR_XY], s[PAIR_YY],
                                     (double)state->pair.at.period)
                         : NAN;
}

static void beta_update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double x = state->previous_x, y = state->previous_y, s[PAIR_SUMS];
    state->previous_x = inputs[0];
    state->previous_y = inputs[1];
    ret_outputs[0] = NAN;
    if (UNLIKELY(isnan(x))) return;
    window_pair_push(&state->pair, state->slots, return_of(inputs[0], x), return_of(inputs[1], y),
                     s);
    if (LIKELY(state->pair.at.full))
        ret_outputs[0] =
            beta_of(s[PAIR_X], s[PAIR_Y], s[PAIR_XX], s[PAIR_XY], (double)state->pair.at.period);
}

SIMD_CLONES static void correls(const double *restrict sums, size_t stride, size_t count,
                                double period, double *restrict ret) {
    const double *x = sums + PAIR_X * stride, *y = sums + PAIR_Y * stride;
    const double *xx = sums + PAIR_XX * stride, *xy = sums + PAIR_XY * stride;
    const double *yy = sums + PAIR_YY * stride;
    for (size_t i = 0; i < count; i++) ret[i] = correl_of(x[i], y[i], xx[i], xy[i], yy[i], period);
}

SIMD_CLONES static void betas(const double *restrict sums, size_t stride, size_t count,
                              double period, double *restrict ret) {
    const double *x = sums + PAIR_X * stride, *y = sums + PAIR_Y * stride;
    const double *xx = sums + PAIR_XX * stride, *xy = sums + PAIR_XY * stride;
    for (size_t i = 0; i < count; i++) ret[i] = beta_of(x[i], y[i], xx[i], xy[i], period);
}

static void correl_run(void *memory, const double *const *inputs, size_t count,
                       double *const *ret_outputs) {
    struct state *state = memory;
    size_t row = window_missing(&state->pair.at, count);
    run_rows(correl_update, state, inputs, 2, 0, row, ret_outputs, 1);
    window_pair_run(&state->pair, state->slots, inputs[0] + row, inputs[1] + row, count - row,
                    correls, ret_outputs[0] + row);
}

SIMD_CLONES static void beta_returns(const double *restrict x, size_t count, double *restrict ret) {
    const double *before = x - 1;
    for (size_t i = 0; i < count; i++) ret[i] = return_of(x[i], before[i]);
}

static void beta_run(void *memory, const double *const *inputs, size_t count,
                     double *const *ret_outputs) {
    struct state *state = memory;
    double x[RUN_BLOCK], y[RUN_BLOCK];
    size_t missing = window_missing(&state->pair.at, count) + (isnan(state->previous_x) ? 1 : 0);
    size_t row = run_least(count, missing > 1 ? missing : 1);
    run_rows(beta_update, state, inputs, 2, 0, row, ret_outputs, 1);
    for (size_t n; row < count; row += n) {
        n = window_block(&state->pair.at, count - row, RUN_BLOCK);
        beta_returns(inputs[0] + row, n, x);
        beta_returns(inputs[1] + row, n, y);
        window_pair_run(&state->pair, state->slots, x, y, n, betas, ret_outputs[0] + row);
        state->previous_x = inputs[0][row + n - 1];
        state->previous_y = inputs[1][row + n - 1];
    }
}

const struct indicator indicator_beta = {
    .name = "beta",
    .group = "statistic",
    .summary = "Least-squares slope of the second series' returns on the first's; 0 where the "
               "first's are equal but for less than 1e-7; a return on 0 is 0.",
    .source = "cov(x, y) / var(x) of x[i] / x[i - 1] - 1; TA-Lib BETA",
    .inputs = {"high", "low"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .params = beta_params,
    .param_count = sizeof beta_params / sizeof *beta_params,
    .state_size = state_size,
    .lookback = beta_lookback,
    .init = init,
    .update = beta_update,
    .run = beta_run,
};

const struct indicator indicator_correl = {
    .name = "correl",
    .group = "statistic",
    .summary = "Pearson's correlation of two series over the window; 0 where either is constant, "
               "which is where the product of their sums of squared deviations is below 1e-14: "
               "multiply small "
               "prices by a power of 10.",
    .source = "cov(x, y) / sqrt(var(x) var(y)); TA-Lib CORREL",
    .inputs = {"high", "low"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .params = correl_params,
    .param_count = sizeof correl_params / sizeof *correl_params,
    .state_size = state_size,
    .lookback = correl_lookback,
    .init = init,
    .update = correl_update,
    .run = correl_run,
};
