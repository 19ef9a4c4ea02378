// SPDX-License-Identifier: Apache-2.0
#include <stdint.h>

#include "quant/indicator/indicator.h"
#include "quant/math/sum.h"

struct state {
    struct sum value;
    struct sum volume;
    uint64_t wait; // rows until the next anchor
    uint64_t every;
    uint64_t anchored;
};
_Static_assert(sizeof(struct state) == 56, "hashed as bytes: no padding");

static const struct param params[] = {
    {.name = "start",
     .type = PARAM_INT,
     .unit = "bars",
     .def = 0,
     .min = 0,
     .max = 1e9,
     .help = "The row of the anchor, from 0; rows that lack a number do not count."},
    {.name = "every",
     .type = PARAM_INT,
     .unit = "bars",
     .def = 0,
     .min = 0,
     .max = 1e9,
     .help = "Rows from one anchor to the next: 390 for minutes of a stock; 0: there is one only."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    *(struct state *)memory =
        (struct state){.wait = (uint64_t)values[0], .every = (uint64_t)values[1]};
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    ret_outputs[0] = NAN;
    if (state->wait == 0 && (!state->anchored || state->every > 0)) {
        state->value = state->volume = (struct sum){0};
        state->wait = state->every;
        state->anchored = 1;
    }
    if (state->wait > 0) state->wait--;
    if (!state->anchored) return;
    sum_add(&state->value, (inputs[0] + inputs[1] + inputs[2]) / 3 * inputs[3]);
    sum_add(&state->volume, inputs[3]);
    double volume = sum_value(&state->volume);
    if (volume > 0) ret_outputs[0] = sum_value(&state->value) / volume;
}

INDICATOR_RUN(4, 1)

const struct indicator indicator_vwap_anchored = {
    .name = "vwap_anchored",
    .group = "volume",
    .summary =
        "Volume-weighted average of the typical price (high + low + close) / 3 from a row on, or "
        "from each of several; undefined before it and until something is traded after it.",
    .source = "Shannon, Maximum Trading Gains with Anchored VWAP (2023): sum(typical price x "
              "volume) / sum(volume) since the anchor",
    .inputs = {"high", "low", "close", "volume"},
    .input_count = 4,
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
