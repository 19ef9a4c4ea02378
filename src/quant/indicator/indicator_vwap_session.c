// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/math/sum.h"

struct state {
    struct sum value;
    struct sum volume;
    double session; // of the rows that are summed; NaN before the first
    double length;
};
_Static_assert(sizeof(struct state) == 48, "hashed as bytes: no padding");

static const struct param params[] = {
    {.name = "length",
     .type = PARAM_REAL,
     .unit = "of the column",
     .def = 0,
     .min = 0,
     .max = 1e18,
     .help =
         "0: another number in the column `session` (20240131, a count) begins a session. Above "
         "0: the column is a time, and the next multiple of the length begins one; 86400 is "
         "the UTC day of seconds since 1970."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return 0;
}

static void init(void *memory, const double *values) {
    *(struct state *)memory = (struct state){.session = NAN, .length = values[0]};
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double session = state->length > 0 ? floor(inputs[4] / state->length) : inputs[4];
    if (session != state->session) {
        state->value = state->volume = (struct sum){0};
        state->session = session;
    }
    sum_add(&state->value, (inputs[0] + inputs[1] + inputs[2]) / 3 * inputs[3]);
    sum_add(&state->volume, inputs[3]);
    double volume = sum_value(&state->volume);
    ret_outputs[0] = volume > 0 ? sum_value(&state->value) / volume : NAN;
}

INDICATOR_RUN(5, 1)

const struct indicator indicator_vwap_session = {
    .name = "vwap_session",
    .group = "volume",
    .summary = "Volume-weighted average of the typical price (high + low + close) / 3 since the "
               "session began; undefined until something is traded in it.",
    .source = "sum(typical price x volume) / sum(volume) over the rows of the session so far",
    .inputs = {"high", "low", "close", "volume", "session"},
    .input_count = 5,
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
