// SPDX-License-Identifier: Apache-2.0
// The distance of two averages: absolute, and relative to the slow one.
#include "quant/indicator/indicator.h"
#include "quant/stream/average.h"

enum { FAST, SLOW, MATYPE };
enum { PIECE = 1024 };

static const struct param params[] = {
    [FAST] = INDICATOR_PERIOD("fastperiod", 12, 2, "Length of the fast average."),
    [SLOW] = INDICATOR_PERIOD("slowperiod", 26, 2,
                              "Length of the slow average; the longer one is the slow one."),
    [MATYPE] = AVERAGE_PARAM("matype", "Type of both averages."),
};

// Fast, then slow.
static void kinds_of(const double *values, struct average_kind *ret_kinds) {
    bool swapped = values[SLOW] < values[FAST];
    for (size_t i = 0; i < 2; i++) ret_kinds[i].type = (enum average_type)values[MATYPE];
    ret_kinds[0].period = (uint32_t)values[swapped ? SLOW : FAST];
    ret_kinds[1].period = (uint32_t)values[swapped ? FAST : SLOW];
}

static size_t state_size(const double *values) {
    struct average_kind kinds[2];
    kinds_of(values, kinds);
    return average_pair_size(kinds);
}

static size_t lookback(const double *values) {
    struct average_kind kinds[2];
    kinds_of(values, kinds);
    return average_pair_lookback(kinds);
}

static void init(void *memory, const double *values) {
    struct average_kind kinds[2];
    kinds_of(values, kinds);
    average_pair_init(memory, kinds, false);
}

static inline double apo_of(double fast, double slow) {
    return fast - slow;
}

static inline double ppo_of(double fast, double slow) {
    double ratio = 100 * ((fast - slow) / slow);
    return fabs(slow) < INDICATOR_ZERO ? 0 : ratio; // NaN stays
}

#define DISTANCE_INDICATOR(name_, summary_, source_)                                               \
    static void name_##_update(void *memory, const double *inputs, double *ret_outputs) {          \
        double fast, slow;                                                                         \
        average_pair_push(memory, inputs[0], &fast, &slow);                                        \
        ret_outputs[0] = name_##_of(fast, slow);                                                   \
    }                                                                                              \
    static void name_##_run(void *memory, const double *const *inputs, size_t count,               \
                            double *const *ret_outputs) {                                          \
        double slow[PIECE];                                                                        \
        for (size_t at = 0, n; at < count; at += n) {                                              \
            double *out = ret_outputs[0] + at;                                                     \
            n = count - at < PIECE ? count - at : PIECE;                                           \
            average_pair_run(memory, inputs[0] + at, n, out, slow);                                \
            for (size_t i = 0; i < n; i++) out[i] = name_##_of(out[i], slow[i]);                   \
        }                                                                                          \
    }                                                                                              \
    const struct indicator indicator_##name_ = {.name = #name_,                                    \
                                                .group = "momentum",                               \
                                                .summary = (summary_),                             \
                                                .source = (source_),                               \
                                                .inputs = {"close"},                               \
                                                .input_count = 1,                                  \
                                                .outputs = {"value"},                              \
                                                .output_count = 1,                                 \
                                                .params = params,                                  \
                                                .param_count = sizeof params / sizeof *params,     \
                                                .state_size = state_size,                          \
                                                .lookback = lookback,                              \
                                                .init = init,                                      \
                                                .update = name_##_update,                          \
                                                .run = name_##_run};

DISTANCE_INDICATOR(apo, "Absolute price oscillator: fast average - slow average.",
                   "Plain definition; TA-Lib APO")
DISTANCE_INDICATOR(ppo, "Percentage price oscillator: 100 (fast / slow - 1), 0 where slow is 0.",
                   "Plain definition; TA-Lib PPO")
