// SPDX-License-Identifier: Apache-2.0
// Black's formula in its normalised form, and its inverse.
//
// With x = ln(forward / strike) <= 0 and s the deviation of the log price until expiry (volatility times
// the square root of the years), an out-of-the-money option is worth
//
//     b(x, s) = exp(x / 2) N(x / s + s / 2) - exp(-x / 2) N(x / s - s / 2)
//
// in units of sqrt(forward strike), undiscounted: a call as it stands, a put with the sign of x
// turned. b rises from 0 at s = 0 to exp(x / 2) for s without bound.
//
// Black, "The pricing of commodity contracts", Journal of Financial Economics 3, 1976. That the formula
// is to be evaluated as a difference of scaled error functions, and inverted in logarithms near both
// ends, is Jaeckel's: "Let's be rational", Wilmott, 2015.
#ifndef FULMAR_QUANT_OPTION_BLACK_H
#define FULMAR_QUANT_OPTION_BLACK_H

#include <stddef.h>

// b(x, s); x <= 0 finite, s >= 0. Relative error below 2e-14 where b is above 1e-13, and in the far
// tail, x / s < -10, about 1e-16 max(10, |x| / s^2).
double black_value(double x, double s);

// exp(x / 2) - b(x, s), with as many digits where that is small.
double black_complement(double x, double s);

// The s with b(x, s) = value, for 0 < value < exp(x / 2); 0 at 0, infinite at or above the limit, NaN
// below 0 or for an argument that is NaN. `complement` is exp(x / 2) - value: the caller may know it better
// than by subtraction. The result's relative error is that of the arguments times 1 / |d ln b / d ln s|, and
// a few roundings.
double black_deviation(double x, double value, double complement);

#endif
