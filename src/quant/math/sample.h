// SPDX-License-Identifier: Apache-2.0
// Random numbers of a distribution, exact up to rounding, from a seeded base/prng.h.
#ifndef FULMAR_QUANT_MATH_SAMPLE_H
#define FULMAR_QUANT_MATH_SAMPLE_H

#include <math.h>

#include "base/prng.h"
#include "quant/math/mathfn.h"

// A point in the unit disc without its centre: its abscissa, and the square of its distance.
static inline double sample_disc(struct prng *prng, double *ret_square) {
    double x, y;
    do {
        x = 2 * prng_double(prng) - 1;
        y = 2 * prng_double(prng) - 1;
        *ret_square = x * x + y * y;
    } while (*ret_square >= 1 || *ret_square == 0);
    return x;
}

// Standard normal; the polar method of Marsaglia and Bray, SIAM Review 6, 1964.
static inline double sample_normal(struct prng *prng) {
    double square, x = sample_disc(prng, &square);
    return x * sqrt(-2 * mathfn_log(square) / square);
}

// Student's t with nu > 0 degrees of freedom, variance nu / (nu - 2); the polar method of Bailey,
// Mathematics of Computation 62, 1994.
static inline double sample_student(struct prng *prng, double nu) {
    double square, x = sample_disc(prng, &square);
    return x * sqrt(nu * mathfn_expm1(-2 / nu * mathfn_log(square)) / square);
}

// Gamma with a shape >= 1 and scale 1: Marsaglia and Tsang, ACM Trans. Mathematical Software 26, 2000. Twice that of
// shape nu / 2 is chi-squared with nu degrees of freedom.
static inline double sample_gamma(struct prng *prng, double shape) {
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d), x, v;
    do {
        x = sample_normal(prng);
        v = 1 + c * x;
        v = v * v * v;
    } while (v <= 0 ||
             mathfn_log(1 - prng_double(prng)) >= x * x / 2 + d * (1 - v + mathfn_log(v)));
    return d * v;
}

#endif
