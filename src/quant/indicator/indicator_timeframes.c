// SPDX-License-Identifier: Apache-2.0
// The multi-timeframe analyser as an indicator.
#include <string.h>

#include "quant/indicator/frames.h"
#include "quant/indicator/indicator.h"

static size_t state_size(const double *values) {
    return sizeof(struct frames);
}

static void init(void *memory, const double *values) {
    frames_init(memory, values);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct frames_look look = {NAN, NAN, NAN, {NAN, NAN, NAN, NAN}, NAN};
    if (frames_push(memory, inputs[0], inputs[1], inputs[2], inputs[3]))
        look = frames_look(memory, inputs[2]);
    const double outputs[] = {look.alignment,
                              look.agreement,
                              look.confluence,
                              look.around.support,
                              look.around.resistance,
                              look.around.support_strength,
                              look.around.resistance_strength,
                              look.known};
    memcpy(ret_outputs, outputs, sizeof outputs);
}

const struct indicator indicator_timeframes = {
    .name = "timeframes",
    .group = "trend",
    .summary = "Trends of M1, M5, M15, M30, H1, H4 and D1 together, from complete bars of each: "
               "how far they point "
               "the same way (-1 to 1), the weight of those that agree, support and resistance "
               "where swings of all "
               "frames cluster, and their confluence, 0 to 100. Levels are undefined where there "
               "are none.",
    .source = "docs/timeframes.md; Elder's triple screen, Williams's fractals, Wilder's range",
    .inputs = {"high", "low", "close", "time"},
    .input_count = 4,
    .outputs = {"alignment", "agreement", "confluence", "support", "resistance", "support_strength",
                "resistance_strength", "frames"},
    .output_count = 8,
    .params = frames_params,
    .param_count = FRAMES_PARAM_COUNT,
    .fault = frames_fault,
    .state_size = state_size,
    .lookback = frames_lookback,
    .init = init,
    .update = update,
};
