// SPDX-License-Identifier: Apache-2.0
// The moving averages of quant/stream/average.h as indicators, and `ma`, which takes the type as a parameter.
#include "quant/indicator/indicator.h"
#include "quant/stream/average.h"

static void update(void *memory, const double *inputs, double *ret_outputs) {
    ret_outputs[0] = average_push(memory, inputs[0]);
}

static void run(void *memory, const double *const *inputs, size_t count,
                double *const *ret_outputs) {
    average_run(memory, inputs[0], count, ret_outputs[0]);
}

static size_t run_finite(void *memory, const double *const *inputs, size_t count,
                         double *const *ret_outputs) {
    return average_run_finite(memory, inputs[0], count, ret_outputs[0]);
}

// An average of one type: parameters, then the row's other members.
#define AVERAGE_INDICATOR(name_, type_, finite_, def_, min_, summary_, source_)                    \
    static const struct param name_##_params[] = {                                                 \
        INDICATOR_TIMEPERIOD(def_, min_, "Length of the average.")};                               \
    static size_t name_##_state_size(const double *values) {                                       \
        return average_size(type_, (uint32_t)values[0]);                                           \
    }                                                                                              \
    static size_t name_##_lookback(const double *values) {                                         \
        return average_lookback(type_, (uint32_t)values[0]);                                       \
    }                                                                                              \
    static void name_##_init(void *memory, const double *values) {                                 \
        average_init(memory, type_, (uint32_t)values[0]);                                          \
    }                                                                                              \
    static void name_##_update(void *memory, const double *inputs, double *ret_outputs) {          \
        ret_outputs[0] = average_push_as(memory, type_, inputs[0]);                                \
    }                                                                                              \
    const struct indicator indicator_##name_ = {.name = #name_,                                    \
                                                .group = "overlap",                                \
                                                .summary = (summary_),                             \
                                                .source = (source_),                               \
                                                .inputs = {"close"},                               \
                                                .input_count = 1,                                  \
                                                .outputs = {"value"},                              \
                                                .output_count = 1,                                 \
                                                .params = name_##_params,                          \
                                                .param_count = 1,                                  \
                                                .state_size = name_##_state_size,                  \
                                                .lookback = name_##_lookback,                      \
                                                .init = name_##_init,                              \
                                                .update = name_##_update,                          \
                                                .run = run,                                        \
                                                .run_finite = (finite_)};

AVERAGE_INDICATOR(sma, AVERAGE_SMA, NULL, 30, 1,
                  "Simple moving average: the mean of the last values.",
                  "Plain definition; TA-Lib SMA")
AVERAGE_INDICATOR(ema, AVERAGE_EMA, run_finite, 30, 1,
                  "Exponential moving average, seeded with the mean of the first values.",
                  "TA-Lib EMA (seed: SMA of the first period values)")
AVERAGE_INDICATOR(wma, AVERAGE_WMA, NULL, 30, 1,
                  "Weighted moving average: weights 1 to period, the newest value heaviest.",
                  "Plain definition; TA-Lib WMA")
AVERAGE_INDICATOR(dema, AVERAGE_DEMA, NULL, 30, 2, "Double exponential moving average, 2 E1 - E2.",
                  "Mulloy, Technical Analysis of Stocks & Commodities 12 (1994); TA-Lib DEMA")
AVERAGE_INDICATOR(tema, AVERAGE_TEMA, NULL, 30, 2,
                  "Triple exponential moving average, 3 E1 - 3 E2 + E3.",
                  "Mulloy, Technical Analysis of Stocks & Commodities 12 (1994); TA-Lib TEMA")
AVERAGE_INDICATOR(trima, AVERAGE_TRIMA, NULL, 30, 2,
                  "Triangular moving average: the middle of the window weighs most.",
                  "A simple average of a simple average; TA-Lib TRIMA")
AVERAGE_INDICATOR(kama, AVERAGE_KAMA, run_finite, 30, 2,
                  "Kaufman's adaptive moving average: fast where the last values went straight.",
                  "Kaufman, Smarter Trading (1995), with lengths 2 and 30; TA-Lib KAMA, whose "
                  "efficiency is 1 where nothing moved")

static const struct param t3_params[] = {
    INDICATOR_TIMEPERIOD(5, 2, "Length of each of the six averages."),
    {.name = "vfactor",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 0.7,
     .min = 0,
     .max = 1,
     .help = "0 is a plain chain of averages, 1 the least delay."},
};

static size_t t3_state_size(const double *values) {
    return average_size(AVERAGE_T3, (uint32_t)values[0]);
}

static size_t t3_lookback(const double *values) {
    return average_lookback(AVERAGE_T3, (uint32_t)values[0]);
}

static void t3_init(void *memory, const double *values) {
    average_init_t3(memory, (uint32_t)values[0], values[1]);
}

const struct indicator indicator_t3 = {
    .name = "t3",
    .group = "overlap",
    .summary = "Tillson's T3: exponential averages of averages, less their delay.",
    .source = "Tillson, Technical Analysis of Stocks & Commodities 16 (1998); TA-Lib T3",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value"},
    .output_count = 1,
    .params = t3_params,
    .param_count = sizeof t3_params / sizeof *t3_params,
    .state_size = t3_state_size,
    .lookback = t3_lookback,
    .init = t3_init,
    .update = update,
    .run = run,
};

static const struct param ma_params[] = {
    INDICATOR_TIMEPERIOD(30, 1, "Length of the average; 1 is the value itself."),
    AVERAGE_PARAM("matype", "Type of the average; mama has no length."),
};

static size_t ma_state_size(const double *values) {
    return average_size((enum average_type)values[1], (uint32_t)values[0]);
}

static size_t ma_lookback(const double *values) {
    return average_lookback((enum average_type)values[1], (uint32_t)values[0]);
}

static void ma_init(void *memory, const double *values) {
    average_init(memory, (enum average_type)values[1], (uint32_t)values[0]);
}

const struct indicator indicator_ma = {
    .name = "ma",
    .group = "overlap",
    .summary = "Moving average of a type of choice.",
    .source = "The definitions of its types; TA-Lib MA",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value"},
    .output_count = 1,
    .params = ma_params,
    .param_count = sizeof ma_params / sizeof *ma_params,
    .state_size = ma_state_size,
    .lookback = ma_lookback,
    .init = ma_init,
    .update = update,
    .run = run,
};
