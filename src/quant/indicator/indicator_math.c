// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/math/mathfn.h"
#include "quant/math/mathfn_many.h"

RUN_INLINE double ceil_value(double x, double unused, double unused_too, double unused_as_well) {
    return ceil(x);
}

RUN_INLINE double floor_value(double x, double unused, double unused_too, double unused_as_well) {
    return floor(x);
}

RUN_INLINE double sqrt_value(double x, double unused, double unused_too, double unused_as_well) {
    return sqrt(x);
}

// False where an argument is not finite.
SIMD_CLONES static bool math_define(const double *x, size_t count, double *restrict column) {
    uint64_t bad = 0;
    for (size_t row = 0; row < count; row++) {
        column[row] = run_defined(column[row]);
        bad |= run_bad(x[row]);
    }
    return bad == 0;
}

// The twelve that are not exact in IEEE 754, by vectors.
#define TRANSFORM(name, function)                                                                  \
    static void name##_update(void *memory, const double *inputs, double *ret_outputs) {           \
        ret_outputs[0] = run_defined(mathfn_##function(inputs[0]));                                \
    }                                                                                              \
    static size_t name##_run(void *memory, const double *const *inputs, size_t count,              \
                             double *const *ret_outputs) {                                         \
        mathfn_##function##_many(inputs[0], count, ret_outputs[0]);                                \
        return math_define(inputs[0], count, ret_outputs[0]) ? count : 0;                          \
    }

#define MATH_INDICATOR(name_, summary_, source_)                                                   \
    const struct indicator indicator_##name_ = {                                                   \
        .name = #name_,                                                                            \
        .group = "math",                                                                           \
        .summary = (summary_),                                                                     \
        .source = (source_),                                                                       \
        .inputs = {"close"},                                                                       \
        .input_count = 1,                                                                          \
        .outputs = {"value"},                                                                      \
        .output_count = 1,                                                                         \
        .state_size = run_no_state_size,                                                           \
        .lookback = run_no_lookback,                                                               \
        .init = run_no_init,                                                                       \
        .update = name_##_update,                                                                  \
        .run_finite = name_##_run,                                                                 \
    };

INDICATOR_ROWS(ceil, 1)
INDICATOR_ROWS(floor, 1)
INDICATOR_ROWS(sqrt, 1)
TRANSFORM(acos, acos)
TRANSFORM(asin, asin)
TRANSFORM(atan, atan)
TRANSFORM(cos, cos)
TRANSFORM(cosh, cosh)
TRANSFORM(exp, exp)
TRANSFORM(ln, log)
TRANSFORM(log10, log10)
TRANSFORM(sin, sin)
TRANSFORM(sinh, sinh)
TRANSFORM(tan, tan)
TRANSFORM(tanh, tanh)

MATH_INDICATOR(acos, "Arc cosine in radians; undefined outside -1 .. 1.", "TA-Lib ACOS")
MATH_INDICATOR(asin, "Arc sine in radians; undefined outside -1 .. 1.", "TA-Lib ASIN")
MATH_INDICATOR(atan, "Arc tangent in radians.", "TA-Lib ATAN")
MATH_INDICATOR(ceil, "The least whole number that is not below the value.", "TA-Lib CEIL")
MATH_INDICATOR(cos, "Cosine of an angle in radians.", "TA-Lib COS")
MATH_INDICATOR(cosh,
               "Hyperbolic cosine; undefined beyond |x| = 710.47, where it leaves the range "
               "of a double.",
               "TA-Lib COSH")
MATH_INDICATOR(exp,
               "e to the value; undefined above 709.78, where it leaves the range of a double.",
               "TA-Lib EXP")
MATH_INDICATOR(floor, "The greatest whole number that is not above the value.", "TA-Lib FLOOR")
MATH_INDICATOR(ln, "Natural logarithm; undefined at 0 and below.", "TA-Lib LN")
MATH_INDICATOR(log10, "Decimal logarithm; undefined at 0 and below.", "TA-Lib LOG10")
MATH_INDICATOR(sin, "Sine of an angle in radians.", "TA-Lib SIN")
MATH_INDICATOR(sinh,
               "Hyperbolic sine; undefined beyond |x| = 710.47, where it leaves the range of "
               "a double.",
               "TA-Lib SINH")
MATH_INDICATOR(sqrt, "Square root; undefined below 0.", "TA-Lib SQRT")
MATH_INDICATOR(tan, "Tangent of an angle in radians.", "TA-Lib TAN")
MATH_INDICATOR(tanh, "Hyperbolic tangent.", "TA-Lib TANH")
