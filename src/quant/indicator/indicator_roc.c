// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/stream/window.h"

struct state {
    struct window at;
    double slots[];
};
_Static_assert(sizeof(struct state) == 16, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_TIMEPERIOD(10, 1, "How many bars back the change is measured from.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_delay_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->at = window_make((uint32_t)values[0]);
}

RUN_INLINE double mom_of(double x, double old) {
    return x - old;
}

RUN_INLINE double roc_of(double x, double old) {
    double ratio = x / old;
    return old != 0 ? 100 * (ratio - 1) : 0;
}

RUN_INLINE double rocp_of(double x, double old) {
    double ratio = (x - old) / old;
    return old != 0 ? ratio : 0;
}

RUN_INLINE double rocr_of(double x, double old) {
    double ratio = x / old;
    return old != 0 ? ratio : 0;
}

RUN_INLINE double rocr100_of(double x, double old) {
    double ratio = x / old;
    return old != 0 ? 100 * ratio : 0;
}

#define CHANGE_INDICATOR(name_, summary_, source_)                                                 \
    static void name_##_update(void *memory, const double *inputs, double *ret_outputs) {          \
        struct state *state = memory;                                                              \
        bool full = state->at.full;                                                                \
        double old = window_delay_push(&state->at, state->slots, inputs[0]);                       \
        ret_outputs[0] = full ? run_defined(name_##_of(inputs[0], old)) : NAN;                     \
    }                                                                                              \
    SIMD_CLONES static size_t name_##_run(void *memory, const double *const *inputs, size_t count, \
                                          double *const *ret_outputs) {                            \
        struct state *state = memory;                                                              \
        size_t period = state->at.period, first = run_least(count, period);                        \
        const double *x = inputs[0];                                                               \
        double *restrict out = ret_outputs[0];                                                     \
        uint64_t bad = 0;                                                                          \
        for (size_t row = 0; row < first; row++) bad |= run_bad(x[row]);                           \
        for (size_t row = first; row < count; row++) {                                             \
            out[row] = run_defined(name_##_of(x[row], x[row - period]));                           \
            bad |= run_bad(x[row]);                                                                \
        }                                                                                          \
        if (bad != 0) return 0;                                                                    \
        run_rows(name_##_update, state, inputs, 1, 0, first, ret_outputs, 1);                      \
        window_delay_put(&state->at, state->slots, x + first, count - first);                      \
        return count;                                                                              \
    }                                                                                              \
    const struct indicator indicator_##name_ = {                                                   \
        .name = #name_,                                                                            \
        .group = "momentum",                                                                       \
        .summary = (summary_),                                                                     \
        .source = (source_),                                                                       \
        .inputs = {"close"},                                                                       \
        .input_count = 1,                                                                          \
        .outputs = {"value"},                                                                      \
        .output_count = 1,                                                                         \
        .params = params,                                                                          \
        .param_count = sizeof params / sizeof *params,                                             \
        .state_size = state_size,                                                                  \
        .lookback = lookback,                                                                      \
        .init = init,                                                                              \
        .update = name_##_update,                                                                  \
        .run_finite = name_##_run,                                                                 \
    };

CHANGE_INDICATOR(mom, "Momentum: the change over the last bars.",
                 "x[i] - x[i - timeperiod]; TA-Lib MOM")
CHANGE_INDICATOR(roc, "Rate of change in per cent; 0 where the old value is 0.",
                 "100 (x[i] / x[i - timeperiod] - 1); TA-Lib ROC")
CHANGE_INDICATOR(rocp, "Rate of change as a fraction; 0 where the old value is 0.",
                 "x[i] / x[i - timeperiod] - 1; TA-Lib ROCP")
CHANGE_INDICATOR(rocr, "Ratio of the value to the old one; 0 where the old value is 0.",
                 "x[i] / x[i - timeperiod]; TA-Lib ROCR")
CHANGE_INDICATOR(rocr100,
                 "Ratio of the value to the old one in per cent; 0 where the old value is 0.",
                 "100 x[i] / x[i - timeperiod]; TA-Lib ROCR100")
