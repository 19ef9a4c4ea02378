// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator.h"
#include "quant/sum.h"

struct state {
    struct sum total; // compensated: it runs for ever
    double previous;  // close; NaN before the first bar
};
_Static_assert(sizeof(struct state) == 24, "hashed as bytes: no padding");

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return 0;
}

static void init(void *memory, const double *values) {
    *(struct state *)memory = (struct state){.previous = NAN};
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double change = inputs[0] - state->previous;
    state->previous = inputs[0];
    double volume = change < 0 ? -inputs[1] : change == 0 ? 0 : inputs[1];
    sum_add(&state->total, volume);
    ret_outputs[0] = sum_value(&state->total);
}

const struct indicator indicator_obv = {
    .name = "obv",
    .group = "volume",
    .summary = "On-balance volume: volume added on a rise and taken off on a fall, from the first "
               "bar's on.",
    .source = "Granville (1963); TA-Lib OBV",
    .inputs = {"close", "volume"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
