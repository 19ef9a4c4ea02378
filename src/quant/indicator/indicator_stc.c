// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/smooth.h"
#include "quant/stream/window.h"

struct stage {
    struct window_max high;
    struct window_max low; // of -x
    double place;          // the latest, 0 to 100
    double smoothed;
    uint64_t seen; // 1 once `smoothed` is defined
};
_Static_assert(sizeof(struct stage) == 72, "hashed as bytes: no padding");

struct state {
    struct smooth fast;
    struct smooth slow;
    struct stage stages[2];
    double factor;
    double slots[]; // of high and low of either stage
};
_Static_assert(sizeof(struct state) == 200, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("cycle", 10, 1, "Length of the windows in which the place is taken."),
    INDICATOR_PERIOD("fast", 23, 1, "Length of the MACD's fast average."),
    INDICATOR_PERIOD("slow", 50, 1, "Length of the MACD's slow average."),
    {.name = "factor",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 0.5,
     .min = 0.001,
     .max = 1,
     .help = "Weight of the newest place in the smoothing."},
};

static const char *fault(const double *values) {
    return values[1] < values[2] ? NULL : "fast must be shorter than slow";
}

static size_t state_size(const double *values) {
    return sizeof(struct state) + 4 * sizeof(double) * window_max_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[2] - 1 + 2 * ((size_t)values[0] - 1);
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->fast = smooth_ema((uint32_t)values[1]);
    state->slow = smooth_ema((uint32_t)values[2]);
    for (size_t i = 0; i < 2; i++)
        state->stages[i].high = state->stages[i].low = window_max_make((uint32_t)values[0]);
    state->factor = values[3];
}

// Takes a value; true when stage->smoothed is defined.
static bool stage_push(struct stage *stage, double *slots, double factor, double x) {
    double high = window_max_push(&stage->high, slots, x);
    double low = -window_max_push(&stage->low, slots + window_max_slots(stage->high.at.period), -x);
    if (!stage->high.at.full) return false;
    if (high > low) stage->place = 100 * ((x - low) / (high - low));
    double change = stage->place - stage->smoothed;
    stage->smoothed = stage->seen ? stage->smoothed + factor * change : stage->place;
    stage->seen = 1;
    return true;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    size_t slots = 2 * window_max_slots(state->stages[0].high.at.period);
    ret_outputs[0] = NAN;
    (void)smooth_push(&state->fast, inputs[0]);
    if (!smooth_push(&state->slow, inputs[0])) return;
    double macd = state->fast.value - state->slow.value;
    struct stage *first = &state->stages[0], *second = &state->stages[1];
    if (!stage_push(first, state->slots, state->factor, macd)) return;
    if (!stage_push(second, state->slots + slots, state->factor, first->smoothed)) return;
    ret_outputs[0] = second->smoothed;
}

INDICATOR_RUN(1, 1)

const struct indicator indicator_stc = {
    .name = "stc",
    .group = "momentum",
    .summary =
        "Schaff trend cycle: where the MACD stands within its range of the cycle, smoothed, and "
        "once more so, 0 to 100; a window without range keeps the place before it, at first 0.",
    .source = "Schaff (1999): MACD of averages with the seeds of TA-Lib EMA; each smoothing is x "
              "+= factor (new - x)",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .fault = fault,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
