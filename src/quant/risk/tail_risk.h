// SPDX-License-Identifier: Apache-2.0
// Value at risk and expected shortfall of a series of returns, by eleven methods. Both are losses: 0.02 is
// a loss of 2 %. With a = 1 - level, z = Phi^-1(a), m and s the mean and the sample deviation of n returns:
//
//   historical      -(type 7 quantile at a); ES: the mean loss of the returns at or below that quantile
//   lower           the order statistic x_(k + 1) of the sorted returns, k = floor(n a); ES: (the k worst +
//                   (n a - k) x_(k + 1)) / (n a). Acerbi and Tasche, J. Banking & Finance 26, 2002
//   age             the same with weights decay^age that add up to 1, the last return being of age 0.
//                   Boudoukh, Richardson and Whitelaw, Risk 11(5), 1998. decay = 1 gives `lower`
//   filtered_ewma   `historical` of r_t sqrt(v_(n + 1) / v_t), v_(t + 1) = lambda v_t + (1 - lambda) r_t^2, v_1
//                   the mean square. Hull and White, J. Risk 1(1), 1998
//   filtered_garch  `historical` of mu + (r_t - mu) sqrt(h_(n + 1) / h_t) under GARCH(1,1), quant/volatility/garch.h.
//                   Barone-Adesi, Giannopoulos and Vosper, J. Futures Markets 19, 1999
//   normal          -(m + s z); ES: -m + s phi(z) / a
//   normal_zero     the same with m = 0 and the same s
//   student         Student's t with `dof` degrees of freedom, scaled to mean m and deviation s
//   student_fitted  Student's t with location, scale and degrees of freedom by maximum likelihood
//   cornish_fisher  -(m + s zc), zc = z + (z^2 - 1) S / 6 + (z^3 - 3 z) K / 24 - (2 z^3 - 5 z) S^2 / 36, S and K
//                   the population skewness and excess kurtosis; ES: the mean of that expression below a
//   modified        the same VaR with the population deviation; ES: the mean of the Edgeworth density below
//                   zc, at least the VaR. Boudt, Peterson and Croux, J. Risk 11(2), 2008
//
// n a within 1e-9 of a whole number is that number: 1 - 0.9 in doubles is not 0.1.
#ifndef FULMAR_QUANT_RISK_TAIL_RISK_H
#define FULMAR_QUANT_RISK_TAIL_RISK_H

#include <stddef.h>

#include "base/err.h"

enum tail_method {
    TAIL_HISTORICAL,
    TAIL_LOWER,
    TAIL_AGE,
    TAIL_FILTERED_EWMA,
    TAIL_FILTERED_GARCH,
    TAIL_NORMAL,
    TAIL_NORMAL_ZERO,
    TAIL_STUDENT,
    TAIL_STUDENT_FITTED,
    TAIL_CORNISH_FISHER,
    TAIL_MODIFIED,
    TAIL_METHODS
};

struct tail_options {
    double level;   // in [0.5, 1)
    double horizon; // > 0: results are those of one return times its square root
    double decay;   // of `age`, in (0, 1]
    double lambda;  // of `filtered_ewma`, in (0, 1)
    double dof;     // of `student`, > 2
};

// 0.99, 1, 0.98, 0.94, 5.
struct tail_options tail_options_default(void);

struct tail_risk {
    double var;
    double es;
    double dof; // student_fitted: degrees of freedom, location and scale; NaN of other methods
    double mean;
    double scale;
};

// Doubles of scratch that the functions below need for n returns.
size_t tail_risk_scratch(size_t count);

// ERR_ARGUMENT: fewer than 2 returns (filtered_garch: GARCH_ROWS_MIN), an option out of range, a return
// that is not finite, equal returns where the method divides by their deviation (cornish_fisher, modified,
// student_fitted, filtered_garch), returns of 0 alone (filtered_ewma). ERR_CONVERGE: of a fit.
int tail_risk_of(enum tail_method method, const double *returns, size_t count,
                 const struct tail_options *options, double *scratch,
                 struct tail_risk *ret) MUST_USE;

// `normal`, `normal_zero` or `student` (CHECK) of a mean and a deviation >= 0 that are known otherwise, as
// sqrt(w' S w) of a covariance in which recent returns weigh more. Options as above, not checked again.
struct tail_risk tail_risk_given(enum tail_method method, double mean, double deviation,
                                 const struct tail_options *options);

// The historical pair of returns sorted in ascending order, and the pair of Acerbi and Tasche; count > 0,
// 0 < a <= 0.5.
struct tail_risk tail_risk_historical(const double *sorted, size_t count, double a);
struct tail_risk tail_risk_lower(const double *sorted, size_t count, double a);

// n a, made whole where it nearly is.
double tail_risk_rank(size_t count, double a);

#endif
