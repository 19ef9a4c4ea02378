// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/stream/average_true_range.h"

struct state {
    struct average_true_range range;
    double width;
    double upper; // the bands of the row before; NaN before the first
    double lower;
    double rising; // 1, or -1
};
_Static_assert(sizeof(struct state) == 64, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 10, 1, "Length of the average true range."),
    {.name = "width",
     .type = PARAM_REAL,
     .unit = "ranges",
     .def = 3,
     .min = 0,
     .max = 100,
     .help = "Distance of the bands from the middle of the row."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    *(struct state *)memory = (struct state){
        .range = average_true_range_make((uint32_t)values[0]),
        .width = values[1],
        .upper = NAN,
        .lower = NAN,
        .rising = 1,
    };
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double previous = state->range.close;
    double range = average_true_range_push(&state->range, inputs[0], inputs[1], inputs[2]);
    double middle = (inputs[0] + inputs[1]) / 2;
    double upper = middle + state->width * range;
    double lower = middle - state->width * range;
    // False where a band is undefined, as the first ones are.
    if (upper > state->upper && previous <= state->upper) upper = state->upper;
    if (lower < state->lower && previous >= state->lower) lower = state->lower;
    bool turns = state->rising > 0 ? inputs[2] < lower : inputs[2] > upper;
    if (turns) state->rising = -state->rising;
    state->upper = upper;
    state->lower = lower;
    ret_outputs[0] = state->rising > 0 ? lower : upper;
    ret_outputs[1] = isnan(range) ? NAN : state->rising;
    ret_outputs[2] = upper;
    ret_outputs[3] = lower;
}

INDICATOR_RUN(3, 4)

const struct indicator indicator_supertrend = {
    .name = "supertrend",
    .group = "trend",
    .summary =
        "Supertrend: the band that follows the trend, below the price while it rises, above it "
        "while it falls; a close beyond it turns the trend. The first row counts as rising.",
    .source = "Seban, Tout le monde merite d'etre riche (2008): (high + low) / 2 and Wilder's ATR; "
              "a band moves towards the price alone until a close passes it",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"value", "direction", "upper", "lower"},
    .output_count = 4,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
