// SPDX-License-Identifier: Apache-2.0
// Expected returns that start from what the market's weights imply and move by views (Black and
// Litterman, Financial Analysts Journal 48(5), 1992; as He and Litterman, "The Intuition Behind
// Black-Litterman Model Portfolios", 1999).
#ifndef FULMAR_QUANT_PORTFOLIO_BLACK_LITTERMAN_H
#define FULMAR_QUANT_PORTFOLIO_BLACK_LITTERMAN_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

struct black_litterman {
    size_t count;                // assets
    const char *const *names;    // for errors; NULL: "asset 1"
    const double *covariance;    // S, positive definite
    const double *market;        // weights w of the equilibrium
    double aversion;             // delta > 0
    double tau;                  // > 0: uncertainty of the equilibrium is tau S
    size_t view_count;           // may be 0
    const double *views;         // P, view_count x count
    const double *view_value;    // Q
    const double *view_variance; // diagonal of Omega, > 0; NULL: that of P tau S P'
};

struct black_litterman_result {
    double *equilibrium; // [count] delta S w
    double *mean;        // [count] posterior mu
    double *covariance;  // [count^2] S + M, M = inverse(inverse(tau S) + P' inverse(Omega) P)
    double *weights;     // [count] inverse(delta (S + M)) mu; they need not sum to 1
};

// The arrays are the caller's, undefined on failure. ERR_ARGUMENT names the parameter, the asset at fault
// in the covariance, or the view (counted from 1) that says nothing (a row of zeros) or repeats others
// with certainty. ERR_NOMEM.
int black_litterman(const struct black_litterman *model, struct arena *arena,
                    struct black_litterman_result *ret) MUST_USE;

#endif
