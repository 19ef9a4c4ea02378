// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/math/sum.h"

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

// A change that is not a number is the first bar's.
RUN_INLINE double signed_volume(double change, double volume) {
    double falling = change < 0 ? -volume : volume;
    return change == 0 ? 0 : falling;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    sum_add(&state->total, signed_volume(inputs[0] - state->previous, inputs[1]));
    state->previous = inputs[0];
    ret_outputs[0] = sum_value(&state->total);
}

SIMD_CLONES static void obv_run(void *memory, const double *const *inputs, size_t count,
                                double *const *ret_outputs) {
    struct state *state = memory;
    const double *close = inputs[0], *volume = inputs[1];
    double *restrict out = ret_outputs[0];
    if (count == 0) return;
    update(state, (double[]){close[0], volume[0]}, out);
    for (size_t i = 1; i < count; i++) out[i] = signed_volume(close[i] - close[i - 1], volume[i]);
    sum_run(&state->total, out + 1, count - 1, out + 1);
    state->previous = close[count - 1];
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
    .run = obv_run,
};
