// SPDX-License-Identifier: Apache-2.0
// Do series that wander wander together? Engle and Granger's test of one relation, and Johansen's of how
// many there are.
//
// Memory comes from an arena; what it lacks is ERR_NOMEM. Values are finite levels (prices, their
// logarithms), not returns.
#ifndef FULMAR_QUANT_SERIES_COINTEGRATION_H
#define FULMAR_QUANT_SERIES_COINTEGRATION_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "quant/series/regression.h"
#include "quant/series/unitroot.h"

// Engle and Granger, Econometrica 55, 1987: y on the others and the trend's terms by least squares, then a
// Dickey-Fuller test of the residuals without terms. p and critical values are MacKinnon's for count + 1
// series; the critical ones for rows - 1, as Stata and statsmodels have it. options->trend is that of
// the first regression. ERR_ARGUMENT as regression_fit and unitroot_adf.
struct cointegration_pair {
    struct unitroot test;
    struct regression fit; // the coefficients of the trend's terms first, then of the others
};
int cointegration_engle_granger(const double *y, const double *const *others, size_t count,
                                size_t rows, const struct unitroot_options *options,
                                struct arena *arena, struct cointegration_pair *ret) MUST_USE;

// Johansen, "Likelihood-Based Inference in Cointegrated Vector Autoregressive Models" (1995), with `lags`
// lagged differences. The trend is taken out of the levels first, and for CONSTANT and LINEAR a mean out
// of the differences, as LeSage's and statsmodels' coint_johansen do.
enum { COINTEGRATION_SERIES_MAX = 12 };

struct cointegration_johansen {
    size_t count; // series
    size_t rows;  // of the regressions
    // Of `count` entries each, from the largest eigenvalue on; entry k tests rank k.
    double *eigenvalues;
    double *trace;
    double *largest;
    double *trace_critical;   // count x 3: 90, 95 and 99 %
    double *largest_critical; // count x 3
    double *vectors;          // row k: the relation of eigenvalue k, of variance 1
    size_t rank;              // how many relations, by the trace at 95 %: the first rank it accepts
};

// ERR_ARGUMENT: fewer than 2 series or more than COINTEGRATION_SERIES_MAX, too few rows, series or
// differences that are linear combinations of each other. trend is not QUADRATIC.
int cointegration_johansen(const double *const *columns, size_t count, size_t rows,
                           enum mackinnon_trend trend, size_t lags, struct arena *arena,
                           struct cointegration_johansen *ret) MUST_USE;

#endif
