// SPDX-License-Identifier: Apache-2.0
// The six-factor score that looks at longer frames. Its state is that of the frames and, after it, the score's.
#include "quant/indicator/six_factor.h"

enum { PARAM_COUNT = SIX_FACTOR_PARAMS + FRAMES_PARAM_COUNT };

static const struct param params[PARAM_COUNT] = {SIX_FACTOR_ROWS, FRAMES_ROWS("frame_")};
_Static_assert((int)PARAM_COUNT <= (int)PARAMS_MAX, "room for both tables");

static const char *fault(const double *values) {
    const char *wrong = six_factor_fault(values);
    if (wrong != NULL) return wrong;
    return frames_fault(values + SIX_FACTOR_PARAMS) != NULL
               ? "frame_fast is shorter than frame_slow"
               : NULL;
}

static size_t state_size(const double *values) {
    return sizeof(struct frames) + six_factor_size(values);
}

static size_t lookback(const double *values) {
    size_t score = six_factor_lookback(values);
    size_t frames = frames_lookback(values + SIX_FACTOR_PARAMS);
    return score > frames ? score : frames;
}

static void *score_of(void *memory) {
    return (char *)memory + sizeof(struct frames);
}

static void init(void *memory, const double *values) {
    frames_init(memory, values + SIX_FACTOR_PARAMS);
    six_factor_init(score_of(memory), values);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    double high = inputs[0], low = inputs[1], close = inputs[2], time = inputs[4];
    if (!frames_push(memory, high, low, close, time)) {
        for (size_t i = 0; i < SIX_FACTOR_OUTPUTS; i++) ret_outputs[i] = NAN;
        return;
    }
    struct frames_look look = frames_look(memory, close);
    six_factor_update(score_of(memory), inputs, &look, ret_outputs);
}

const struct indicator indicator_score_frames = {
    .name = "score_frames",
    .group = "trend",
    .summary = "The score with a look at longer frames: their alignment is part of the technical "
               "factor, their levels "
               "are goal and stop of reward and risk, their confluence is part of timing.",
    .source = "docs/score.md, docs/timeframes.md",
    .inputs = {"high", "low", "close", "volume", "time"},
    .input_count = 5,
    .outputs = {SIX_FACTOR_NAMES},
    .output_count = SIX_FACTOR_OUTPUTS,
    .params = params,
    .param_count = PARAM_COUNT,
    .fault = fault,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
