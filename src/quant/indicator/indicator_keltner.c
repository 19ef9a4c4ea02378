// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/stream/average_true_range.h"

struct state {
    struct smooth middle;
    struct average_true_range range;
    double width;
};
_Static_assert(sizeof(struct state) == 64, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 20, 1, "Length of the average in the middle."),
    INDICATOR_PERIOD("atr", 10, 1, "Length of the average true range."),
    {.name = "width",
     .type = PARAM_REAL,
     .unit = "ranges",
     .def = 2,
     .min = 0,
     .max = 100,
     .help = "Distance of the bands from the middle."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return (size_t)(values[0] - 1 > values[1] ? values[0] - 1 : values[1]);
}

static void init(void *memory, const double *values) {
    *(struct state *)memory = (struct state){
        .middle = smooth_ema((uint32_t)values[0]),
        .range = average_true_range_make((uint32_t)values[1]),
        .width = values[2],
    };
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double range = average_true_range_push(&state->range, inputs[0], inputs[1], inputs[2]);
    double middle = smooth_push(&state->middle, inputs[2]) ? state->middle.value : NAN;
    ret_outputs[0] = middle + state->width * range;
    ret_outputs[1] = middle;
    ret_outputs[2] = middle - state->width * range;
}

INDICATOR_RUN(3, 3)

const struct indicator indicator_keltner = {
    .name = "keltner",
    .group = "volatility",
    .summary = "Keltner channel: the exponential moving average of the close and average true "
               "ranges around it; of zero width where nothing moved.",
    .source = "Keltner, How to Make Money in Commodities (1960), in the form of Linda Raschke: EMA "
              "of the close, Wilder's ATR; seeds of TA-Lib EMA and ATR",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"upper", "middle", "lower"},
    .output_count = 3,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
