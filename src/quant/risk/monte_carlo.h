// SPDX-License-Identifier: Apache-2.0
// Returns of a portfolio on paths that are drawn, and value at risk and expected shortfall of them. Laws:
//
//   normal           N(means, covariance)
//   student          multivariate Student's t of that mean and covariance: normal deviations times
//                    sqrt((dof - 2) / chi2), one chi2 of dof degrees a path
//   bootstrap        rows of the past in stretches whose lengths are geometric with mean `block`, around the end to
//                    the start (Politis and Romano, J. American Statistical Association 89, 1994); block 1: any row
//   normal_copula    each asset's own past returns, each as likely as the other, joined by a Gaussian copula
//   student_copula   the same, joined by a t copula of dof degrees
//
// A copula's correlations are sin(pi tau / 2), tau Kendall's (Lindskog, McNeil and Schmock, in "Credit Risk", 2003;
// McNeil, Frey and Embrechts, "Quantitative Risk Management", 2nd ed., 2015, section 7.5); where they are no
// correlation matrix, the nearest is taken. Its degrees of freedom may be fitted (quant/risk/copula_fit.h). Positions
// are linear: a path's return is w' x. Over a horizon of several periods the returns of each, drawn one after the
// other, are added.
//
// Paths come in numbered blocks. A block is a function of the model and its number alone, so that blocks can be drawn
// in any order, by any number of threads, and the numbers are the same.
#ifndef FULMAR_QUANT_RISK_MONTE_CARLO_H
#define FULMAR_QUANT_RISK_MONTE_CARLO_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum { MONTE_CARLO_BLOCK = 1024, MONTE_CARLO_HORIZON_MAX = 10000 };

enum monte_carlo_law {
    MONTE_CARLO_NORMAL,
    MONTE_CARLO_STUDENT,
    MONTE_CARLO_BOOTSTRAP,
    MONTE_CARLO_NORMAL_COPULA,
    MONTE_CARLO_STUDENT_COPULA,
    MONTE_CARLO_LAWS
};

struct monte_carlo_options {
    enum monte_carlo_law law;
    size_t count;          // assets
    const double *weights; // [count]
    const double *means;   // [count], of normal and student; NULL: 0
    const double *covariance;
    const double *const *columns; // of the others: the assets' past returns, rows each
    size_t rows;
    double dof;     // of student, above 2; of student_copula, at least 2, or 0: fitted to the rows
    double block;   // of bootstrap: 1 to rows
    size_t horizon; // 1 to MONTE_CARLO_HORIZON_MAX periods
    uint64_t seed;
};

// A model that is ready to draw; what it points to is in the arena or the options' own.
struct monte_carlo {
    struct monte_carlo_options options; // with the degrees that were fitted
    double dof_low, dof_high; // what copula_fit does not reject; the degrees where none were fitted
    double drift;             // w' means
    double *loads;            // [count], w' L with L L' the covariance: of normal and student
    double *series;           // [rows], w' rows: of bootstrap
    double *factor;           // [count^2], L of a copula's correlations
    double *sorted;           // [count rows], each asset's returns, ascending, times its weight
    double *thresholds;       // [rows - 1], quantiles of the copula's margin at k / rows
    uint32_t *guide;          // thresholds before each of many equal steps
    double low, steps;        // of the guide
};

// ERR_ARGUMENT: an option is out of range; the covariance is not positive semidefinite to 1e-10 of its largest
// eigenvalue (*ret_column: the column with the largest part in that eigenvector) or a return is not finite; a column
// of a copula that does not vary; degrees to fit to columns that move as one. *ret_column is SIZE_MAX where no column
// is at fault. ERR_NOMEM.
int monte_carlo_init(struct monte_carlo *mc, const struct monte_carlo_options *options,
                     struct arena *arena, size_t *ret_column) MUST_USE;

// Doubles of scratch for a block.
size_t monte_carlo_scratch(const struct monte_carlo *mc);

// The returns of the paths MONTE_CARLO_BLOCK block .. + MONTE_CARLO_BLOCK - 1.
void monte_carlo_draw(const struct monte_carlo *mc, uint64_t block, double *scratch,
                      double *ret_returns);

struct monte_carlo_risk {
    double var; // minus the type 7 quantile of the returns at 1 - level
    double
        es; // mean loss of the n a worst, the last in part: of a law with atoms those at the quantile do not all count
    double
        var_error; // standard errors that the drawing makes: half the distance of the order statistics one
    double
        es_error; // deviation up and down; sqrt((variance of those losses + level (es - var)^2) / (n a))
};

// Puts the returns in another order. level in [0.5, 1), paths >= 2 (CHECK); scratch[paths]. Errors: Serfling,
// "Approximation Theorems of Mathematical Statistics" (1980), 2.6; Manistre and Hancock, North American Actuarial J.
// 9(2), 2005.
struct monte_carlo_risk monte_carlo_risk_of(double *returns, size_t paths, double level,
                                            double *scratch);

#endif
