// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"

RUN_INLINE double add_value(double a, double b, double unused, double unused_too) {
    return a + b;
}

RUN_INLINE double sub_value(double a, double b, double unused, double unused_too) {
    return a - b;
}

RUN_INLINE double mult_value(double a, double b, double unused, double unused_too) {
    return a * b;
}

RUN_INLINE double div_value(double a, double b, double unused, double unused_too) {
    return a / b;
}

#define OPERATOR_INDICATOR(name_, summary_, source_)                                               \
    INDICATOR_ROWS(name_, 2)                                                                       \
    const struct indicator indicator_##name_ = {                                                   \
        .name = #name_,                                                                            \
        .group = "math",                                                                           \
        .summary = (summary_),                                                                     \
        .source = (source_),                                                                       \
        .inputs = {"high", "low"},                                                                 \
        .input_count = 2,                                                                          \
        .outputs = {"value"},                                                                      \
        .output_count = 1,                                                                         \
        .state_size = run_no_state_size,                                                           \
        .lookback = run_no_lookback,                                                               \
        .init = run_no_init,                                                                       \
        .update = name_##_update,                                                                  \
        .run_finite = name_##_run,                                                                 \
    };

OPERATOR_INDICATOR(add, "Sum of two series; undefined beyond the range of a double.",
                   "high + low; TA-Lib ADD")
OPERATOR_INDICATOR(div, "Quotient of two series; undefined where the divisor is 0.",
                   "high / low; TA-Lib DIV")
OPERATOR_INDICATOR(mult, "Product of two series; undefined beyond the range of a double.",
                   "high * low; TA-Lib MULT")
OPERATOR_INDICATOR(sub, "Difference of two series; undefined beyond the range of a double.",
                   "high - low; TA-Lib SUB")
