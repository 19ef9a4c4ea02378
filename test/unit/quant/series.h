// SPDX-License-Identifier: Apache-2.0
// Series that other programs can make too, so that their results can be written into tests: a linear
// congruential generator, s := 1664525 s + 1013904223 mod 2^32, whose upper 24 bits over 2^24 less a
// half are the numbers.
#ifndef FULMAR_TEST_QUANT_SERIES_H
#define FULMAR_TEST_QUANT_SERIES_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

static inline double series_uniform(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 16777216.0 - 0.5;
}

// x[i] = rho x[i - 1] + uniform: a random walk where rho is 1.
static inline void series_walk(double *x, size_t count, uint32_t seed, double rho) {
    double level = 0;
    for (size_t i = 0; i < count; i++) x[i] = level = rho * level + series_uniform(&seed);
}

// Three factors, the third correlated with the first, and y = 0.1 + 1.5 x0 - 0.7 x1 + 0.2 x2 + e with
// e autocorrelated and of a spread that grows with |x0|. Columns of `count`, one after the other.
static inline void series_factors(double *y, double *x, size_t count, uint32_t seed) {
    double e = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < 3; j++) x[j * count + i] = series_uniform(&seed);
        double x0 = x[i], x1 = x[count + i], x2 = x[2 * count + i] + 0.5 * x0;
        x[2 * count + i] = x2;
        e = 0.6 * e + series_uniform(&seed) * (1 + fabs(x0));
        y[i] = 0.1 + 1.5 * x0 - 0.7 * x1 + 0.2 * x2 + e;
    }
}

#endif
