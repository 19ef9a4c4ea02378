// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/math/mathfn.h"
#include "quant/stream/true_range.h"
#include "quant/stream/window.h"

struct state {
    struct window_max high;
    struct window_max low; // of -low
    struct window_sum path;
    double close;   // of the row before; NaN before the first
    double scale;   // 100 / log(period)
    double slots[]; // of high, low and path
};
_Static_assert(sizeof(struct state) == 88, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_PERIOD("period", 14, 2, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + 3 * sizeof(double) * window_max_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->high = window_max_make((uint32_t)values[0]);
    state->low = window_max_make((uint32_t)values[0]);
    state->path = window_sum_make((uint32_t)values[0]);
    state->close = NAN;
    state->scale = 100 / mathfn_log(values[0]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    size_t slots = window_max_slots(state->high.at.period);
    double high = window_max_push(&state->high, state->slots, inputs[0]);
    double low = -window_max_push(&state->low, state->slots + slots, -inputs[1]);
    double previous = state->close;
    state->close = inputs[2];
    ret_outputs[0] = NAN;
    if (UNLIKELY(isnan(previous))) return;
    double path = window_sum_push(&state->path, state->slots + 2 * slots,
                                  true_range(inputs[0], inputs[1], previous));
    if (!state->path.at.full || !(high > low) || !(path > 0)) return;
    ret_outputs[0] = state->scale * mathfn_log(path / (high - low));
}

INDICATOR_RUN(3, 1)

const struct indicator indicator_chop = {
    .name = "chop",
    .group = "trend",
    .summary = "Choppiness index: 100 where the price went nowhere by the longest way, towards 0 "
               "in a straight trend; undefined where the window has no range.",
    .source =
        "Dreiss (1993): 100 log(sum of true ranges / (highest high - lowest low)) / log(period)",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
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
