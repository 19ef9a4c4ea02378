// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/stream/average.h"

enum { DEPTH = 3 };

struct state {
    struct smooth chain[DEPTH];
    double previous; // NaN before the chain is defined
};
_Static_assert(sizeof(struct state) == 80, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_TIMEPERIOD(30, 1, "Length of each of the three averages.")};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return DEPTH * ((size_t)values[0] - 1) + 1;
}

static void init(void *memory, const double *values) {
    struct smooth ema = smooth_ema((uint32_t)values[0]);
    *(struct state *)memory = (struct state){.chain = {ema, ema, ema}, .previous = NAN};
}

static inline double change(double value, double previous) {
    double percent = 100 * (value / previous - 1);
    return previous != 0 ? percent : 0;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    ret_outputs[0] = NAN;
    if (!average_chain_push(state->chain, DEPTH, inputs[0])) return;
    double value = state->chain[DEPTH - 1].value;
    ret_outputs[0] = change(value, state->previous);
    state->previous = value;
}

static void run(void *memory, const double *const *inputs, size_t count,
                double *const *ret_outputs) {
    struct state *state = memory;
    double *out = ret_outputs[0];
    size_t row = 0;
    for (; row < count && isnan(state->previous); row++) update(memory, inputs[0] + row, out + row);
    struct state local = *state;
    double alpha = local.chain[0].alpha;
    for (; row < count; row++) {
        double x = inputs[0][row];
        for (size_t i = 0; i < DEPTH; i++)
            x = local.chain[i].value += (x - local.chain[i].value) * alpha;
        out[row] = change(x, local.previous);
        local.previous = x;
    }
    *state = local;
}

const struct indicator indicator_trix = {
    .name = "trix",
    .group = "momentum",
    .summary = "Change in percent, from row to row, of an EMA of an EMA of an EMA.",
    .source = "Hutson, Technical Analysis of Stocks & Commodities 1 (1983); TA-Lib TRIX",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
