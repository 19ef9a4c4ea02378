// SPDX-License-Identifier: Apache-2.0
// A hedge ratio that moves: y = alpha + beta x + error, alpha and beta random walks, followed by Kalman's
// filter. Kalman, J. Basic Engineering 82, 1960; for pairs: Chan, "Algorithmic Trading" (2013), chapter 3.
// The covariance is updated in Joseph's form, which keeps it positive definite.
#ifndef FULMAR_QUANT_SERIES_HEDGE_H
#define FULMAR_QUANT_SERIES_HEDGE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

// Plain bytes, part of states that are hashed.
struct hedge {
    double alpha;
    double beta;
    double p[3];  // variances of alpha and of both, of beta: p00, p01, p11
    double drift; // variance that a row adds to each of alpha and beta
    double noise; // variance of the error
};
_Static_assert(sizeof(struct hedge) == 56, "hashed as bytes: no padding");

struct hedge_row {
    double error;     // y less what was expected of it before the row
    double deviation; // of that, as expected
};

// alpha and beta 0 with variance `prior` each, independent.
struct hedge hedge_make(double drift, double noise, double prior);
// A row whose squares do not fit a double changes nothing and gives NaN.
struct hedge_row hedge_update(struct hedge *hedge, double y, double x);

// What alpha and beta were in the light of all rows: Rauch, Tung and Striebel, AIAA Journal 3, 1965. Outputs
// are `rows` long. ERR_NOMEM.
int hedge_smooth(const double *y, const double *x, size_t rows, struct hedge start,
                 struct arena *arena, double *ret_alpha, double *ret_beta) MUST_USE;

#endif
