// SPDX-License-Identifier: Apache-2.0
// An exponential and a logarithm of basic arithmetic alone, without a branch or a call, so that a loop which has
// them inside becomes vectors whole. One by one and in vectors they have the same bits. quant/math/mathfn.h is for
// everything else.
#ifndef FULMAR_QUANT_MATH_LANE_H
#define FULMAR_QUANT_MATH_LANE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define LANE_LOG2_E 1.4426950408889634
#define LANE_LN2_HIGH 0.6931471803691238 // 32 bits: products with an exponent are exact
#define LANE_LN2_LOW 1.9082149292705877e-10

// Added to a number below 2^51 it leaves the nearest whole one in the last bits.
#define LANE_ROUNDER 0x1.8p52

static inline uint64_t lane_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double lane_real(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// exp(x), relative error below 2e-16; 0 below -708, infinite above 709. x is not NaN. What lies outside is computed
// like the rest and then replaced: a bound at the start would become branches.
//
// 2^k exp(r), |r| <= ln(2) / 2, with exp(r) = 1 + r + r^2 q(r) and q of degree 9 in the points of Chebyshev: within
// 2e-17.
static inline double lane_exp(double x) {
    double shifted = x * LANE_LOG2_E + LANE_ROUNDER, k = shifted - LANE_ROUNDER;
    double r = (x - k * LANE_LN2_HIGH) - k * LANE_LN2_LOW, r2 = r * r, r4 = r2 * r2;
    double q0 =
        (0.5 + r * 0.16666666666666669) + r2 * (0.04166666666662413 + r * 0.008333333333330062);
    double q4 = (0.0013888888917213717 + r * 0.00019841269863053618) +
                r2 * (2.4801521295954376e-05 + r * 2.7557268459997064e-06);
    double q8 = 2.7620088445409746e-07 + r * 2.510038549551032e-08;
    double rest = 1 + (r + r2 * ((q0 + r4 * q4) + (r4 * r4) * q8));
    double scale = lane_real((lane_bits(shifted) << 52) + (UINT64_C(1023) << 52));
    double value = rest * scale, low = x < -708 ? 0 : value;
    return x > 709 ? INFINITY : low;
}

// ln(a / b) of normal positive numbers, relative error below 4e-16, however near they are.
//
// With a = 2^i x and b = 2^j y, 2 / 3 < x / y < 3 / 2, and f = (x - y) / (x + y), whose numerator is exact:
// (i - j) ln(2) + 2 atanh(f), the last 2 f + f^3 p(f^2) with p of degree 7 in the points of Chebyshev: within 5e-19.
static inline double lane_log_ratio(double a, double b) {
    uint64_t fraction = UINT64_C(0x000fffffffffffff), one = UINT64_C(0x3ff0000000000000);
    uint64_t whole = UINT64_C(0x4330000000000000); // 2^52, whose last bits hold a whole number
    double x = lane_real((lane_bits(a) & fraction) | one);
    double y = lane_real((lane_bits(b) & fraction) | one);
    double k = lane_real((lane_bits(a) >> 52) | whole) - lane_real((lane_bits(b) >> 52) | whole);
    bool more = x > 1.5 * y, less = y > 1.5 * x;
    double twice = 2 * y, half = 0.5 * y, above = k + 1, below = k - 1;
    double near = less ? half : y, exponent = less ? below : k;
    near = more ? twice : near;
    exponent = more ? above : exponent;
    double f = (x - near) / (x + near), s = f * f, s2 = s * s;
    double p0 = (0.6666666666666666 + s * 0.4000000000000794) +
                s2 * (0.28571428567275936 + s * 0.2222222304835159);
    double p4 = (0.18181737626302938 + s * 0.15388867805613718) +
                s2 * (0.13209708242059462 + s * 0.13609030262858499);
    double small = f * s * (p0 + (s2 * s2) * p4) + exponent * LANE_LN2_LOW;
    return exponent * LANE_LN2_HIGH + (2 * f + small);
}

#endif
