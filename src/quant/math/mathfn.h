// SPDX-License-Identifier: Apache-2.0
// Transcendental functions with the same bits on every machine: SLEEF's deterministic scalar
// variants (error below 1 ulp). The deterministic layers call these instead of <math.h>; sqrt,
// fabs, floor and the like are exact in IEEE 754 and need no wrapper.
#ifndef FULMAR_QUANT_MATH_MATHFN_H
#define FULMAR_QUANT_MATH_MATHFN_H

#include <stdint.h>

#include <sleef.h>

// Natural logarithm; NaN below 0, -inf at 0.
static inline double mathfn_log(double x) {
    return Sleef_cinz_logd1_u10purec(x);
}

// log(1 + x), accurate for small x.
static inline double mathfn_log1p(double x) {
    return Sleef_cinz_log1pd1_u10purec(x);
}

// Decimal logarithm; NaN below 0, -inf at 0.
static inline double mathfn_log10(double x) {
    return Sleef_cinz_log10d1_u10purec(x);
}

static inline double mathfn_exp(double x) {
    return Sleef_cinz_expd1_u10purec(x);
}

// exp(x) - 1, accurate for small x.
static inline double mathfn_expm1(double x) {
    return Sleef_cinz_expm1d1_u10purec(x);
}

// ln |Gamma(x)|.
static inline double mathfn_log_gamma(double x) {
    return Sleef_cinz_lgammad1_u10purec(x);
}

static inline double mathfn_pow(double base, double exponent) {
    return Sleef_cinz_powd1_u10purec(base, exponent);
}

// Angles are in radians. acos and asin are NaN outside -1 .. 1.
static inline double mathfn_sin(double x) {
    return Sleef_cinz_sind1_u10purec(x);
}

static inline double mathfn_cos(double x) {
    return Sleef_cinz_cosd1_u10purec(x);
}

static inline double mathfn_tan(double x) {
    return Sleef_cinz_tand1_u10purec(x);
}

static inline double mathfn_asin(double x) {
    return Sleef_cinz_asind1_u10purec(x);
}

static inline double mathfn_acos(double x) {
    return Sleef_cinz_acosd1_u10purec(x);
}

static inline double mathfn_atan(double x) {
    return Sleef_cinz_atand1_u10purec(x);
}

// The angle of the point (x, y), in -pi .. pi.
static inline double mathfn_atan2(double y, double x) {
    return Sleef_cinz_atan2d1_u10purec(y, x);
}

// SLEEF's hyperbolic functions leave the range of a double at 710; the true ones at 710.4758.
#define MATHFN_HYPERBOLIC_MAX 709.0

static inline double mathfn_sinh(double x) {
    if (__builtin_fabs(x) <= MATHFN_HYPERBOLIC_MAX) return Sleef_cinz_sinhd1_u10purec(x);
    double root = mathfn_exp(__builtin_fabs(x) / 2);
    return __builtin_copysign(root / 2 * root, x);
}

static inline double mathfn_cosh(double x) {
    if (__builtin_fabs(x) <= MATHFN_HYPERBOLIC_MAX) return Sleef_cinz_coshd1_u10purec(x);
    double root = mathfn_exp(__builtin_fabs(x) / 2);
    return root / 2 * root;
}

static inline double mathfn_tanh(double x) {
    return Sleef_cinz_tanhd1_u10purec(x);
}

// Error below 3.5 ulp, at a third of the time.
static inline double mathfn_atan_fast(double x) {
    return Sleef_cinz_atand1_u35purec(x);
}

static inline double mathfn_sin_fast(double x) {
    return Sleef_cinz_sind1_u35purec(x);
}

#endif
