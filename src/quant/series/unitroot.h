// SPDX-License-Identifier: Apache-2.0
// Does a series return to a level, or does it wander? Dickey and Fuller's and Phillips and Perron's tests
// have the unit root (it wanders) as hypothesis, KPSS that it is stationary.
//
// Memory comes from an arena; what it lacks is ERR_NOMEM. Values are finite.
#ifndef FULMAR_QUANT_SERIES_UNITROOT_H
#define FULMAR_QUANT_SERIES_UNITROOT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "quant/series/mackinnon.h"

enum unitroot_choice { UNITROOT_FIXED, UNITROOT_AIC, UNITROOT_BIC };

#define UNITROOT_LAGS_AUTO SIZE_MAX

struct unitroot_options {
    enum mackinnon_trend trend;
    enum unitroot_choice choice;
    // The number of lagged differences, or the largest to choose from. UNITROOT_LAGS_AUTO: Schwert's
    // ceil(12 (rows / 100)^(1/4)), at most rows / 2 - terms - 1.
    size_t lags;
};

struct unitroot {
    double statistic;
    double p;
    double critical[3]; // at 1, 5 and 10 %
    size_t lags;        // used
    size_t rows;        // of the regression
    double criterion;   // AIC or BIC of the choice, over the rows that all candidates have; or NaN
    double coefficient; // of the level: 0 for a unit root, below it for a return
};

// Augmented Dickey-Fuller: x[t] - x[t-1] on x[t-1], `lags` lagged differences and the trend's terms; the t
// statistic of x[t-1]. Dickey and Fuller, J. American Statistical Association 74, 1979; Said and Dickey,
// Biometrika 71, 1984; as statsmodels' adfuller. ERR_ARGUMENT: too few rows, all equal, or more lags than
// rows / 2 - terms - 1.
int unitroot_adf(const double *x, size_t rows, const struct unitroot_options *options,
                 struct arena *arena, struct unitroot *ret) MUST_USE;

// Phillips and Perron, Biometrika 75, 1988: x[t] on x[t-1], the t statistic corrected for autocorrelation
// by Newey and West's variance with `lags` lags (options->choice is not read).
int unitroot_pp(const double *x, size_t rows, const struct unitroot_options *options,
                struct arena *arena, struct unitroot *ret) MUST_USE;

// Kwiatkowski, Phillips, Schmidt and Shin, J. Econometrics 54, 1992: about a level (CONSTANT) or a line
// (LINEAR). Lags UNITROOT_LAGS_AUTO: Hobijn, Franses and Ooms (1998). p is between 0.01 and 0.1, linear
// in the four points of the paper's table; critical[] are those at 1, 5 and 10 %.
int unitroot_kpss(const double *x, size_t rows, enum mackinnon_trend trend, size_t lags,
                  struct arena *arena, struct unitroot *ret) MUST_USE;

#endif
