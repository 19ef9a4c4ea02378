// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"

struct state {
    double open; // of the candle before; NaN before the first
    double close;
};
_Static_assert(sizeof(struct state) == 16, "hashed as bytes: no padding");

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return 0;
}

static void init(void *memory, const double *values) {
    *(struct state *)memory = (struct state){.open = NAN, .close = NAN};
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    bool first = isnan(state->open);
    double open = first ? (inputs[0] + inputs[3]) / 2 : (state->open + state->close) / 2;
    double close = ((inputs[0] + inputs[1]) + (inputs[2] + inputs[3])) / 4;
    double top = open > close ? open : close;
    double bottom = open < close ? open : close;
    ret_outputs[0] = open;
    ret_outputs[1] = inputs[1] > top ? inputs[1] : top;
    ret_outputs[2] = inputs[2] < bottom ? inputs[2] : bottom;
    ret_outputs[3] = close;
    state->open = open;
    state->close = close;
}

INDICATOR_RUN(4, 4)

const struct indicator indicator_heikin_ashi = {
    .name = "heikin_ashi",
    .group = "price",
    .summary =
        "Heikin-Ashi candles: close is the mean of the row's four prices, open the middle of the "
        "candle before (of the first row: of its open and close), high and low take in both.",
    .source = "Valcu, Using the Heikin-Ashi Technique, Stocks & Commodities 22:2 (2004)",
    .inputs = {"open", "high", "low", "close"},
    .input_count = 4,
    .outputs = {"open", "high", "low", "close"},
    .output_count = 4,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
