// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/stream/cycle.h"

#define MAMA_LIMIT(name_, def_, help_)                                                             \
    {                                                                                              \
        .name = (name_), .type = PARAM_REAL, .unit = "fraction", .def = (def_), .min = 0.01,       \
        .max = 0.99, .help = (help_)                                                               \
    }

static const struct param params[] = {
    MAMA_LIMIT("fastlimit", 0.5, "Weight of a new value at most."),
    MAMA_LIMIT("slowlimit", 0.05, "Weight of a new value where the phase turns fast."),
};

static size_t state_size(const double *values) {
    return sizeof(struct mama);
}

static size_t lookback(const double *values) {
    return MAMA_LOOKBACK;
}

static void init(void *memory, const double *values) {
    *(struct mama *)memory = mama_make(values[0], values[1]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct mama *mama = memory;
    bool defined = mama_push(mama, inputs[0]);
    ret_outputs[0] = LIKELY(defined) ? mama->mama : NAN;
    ret_outputs[1] = LIKELY(defined) ? mama->fama : NAN;
}

static void run(void *memory, const double *const *inputs, size_t count,
                double *const *ret_outputs) {
    struct mama local = *(struct mama *)memory;
    for (size_t row = 0; row < count; row++) {
        bool defined = mama_push(&local, inputs[0][row]);
        ret_outputs[0][row] = LIKELY(defined) ? local.mama : NAN;
        ret_outputs[1][row] = LIKELY(defined) ? local.fama : NAN;
    }
    *(struct mama *)memory = local;
}

const struct indicator indicator_mama = {
    .name = "mama",
    .group = "overlap",
    .summary = "MESA adaptive moving average, whose weight falls with the phase's rate of change, "
               "and the average that follows it; where prices stand still the phase is that of "
               "roundings, TA-Lib's.",
    .source = "Ehlers, Technical Analysis of Stocks & Commodities 19 (2001); TA-Lib MAMA",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"mama", "fama"},
    .output_count = 2,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
