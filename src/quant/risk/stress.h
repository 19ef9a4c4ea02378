// SPDX-License-Identifier: Apache-2.0
// What a portfolio would lose in a move that is assumed instead of drawn: shocks to a few assets or factors,
// moves that happened, the least unlikely move that costs a given amount; and its drawdowns.
#ifndef FULMAR_QUANT_RISK_STRESS_H
#define FULMAR_QUANT_RISK_STRESS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

// A market's move from one close to another.
struct stress_episode {
    const char *name;
    enum stress_market { STRESS_EQUITY, STRESS_CRYPTO } market;
    const char *from, *to; // dates of the closes
    double before, after;  // closes
    const char *source;
};

// In order of time.
enum { STRESS_EPISODES = 10 };
const struct stress_episode *stress_episode_at(size_t index);
double stress_episode_move(const struct stress_episode *episode); // after / before - 1

// How all assets move when some are moved: their expectation given those, ret = S[.,k] S[k,k]^-1 shocks for the
// assets k = moved[0 .. moved_count - 1], which move as said exactly. With one factor that is its shock times
// every asset's beta. Kupiec, J. Derivatives 6(1), 1998. scratch[moved_count^2 + moved_count]. ERR_ARGUMENT: the
// covariance of those moved is not positive definite; *ret_fault is the place in `moved` where it fails.
int stress_propagate(const double *covariance, size_t count, const size_t *moved,
                     const double *shocks, size_t moved_count, double *scratch, size_t *ret_fault,
                     double *ret_moves) MUST_USE;

// -w' moves.
double stress_loss(const double *weights, const double *moves, size_t count);

// The move of the least Mahalanobis distance sqrt(x' S^-1 x) among those that lose `loss`: x = -loss S w / (w' S w),
// at the distance |loss| / sqrt(w' S w). Breuer, Jandacka, Rheinberger and Summer, International J. Central Banking
// 5(3), 2009. ERR_ARGUMENT: w' S w is not above 0.
int stress_reverse(const double *covariance, const double *weights, size_t count, double loss,
                   double *ret_moves, double *ret_distance) MUST_USE;

// The same where each asset moves within bounds, lower[i] <= x[i] <= upper[i], which may be infinite: a convex
// quadratic programme (quant/math/qp.h). names[count]: what stories call the assets. ERR_ARGUMENT: no move within the
// bounds loses so much, or the covariance is not positive semidefinite; ERR_CONVERGE, ERR_NOMEM.
struct stress_bounds {
    const double *lower, *upper;
    const char *const *names;
};
int stress_reverse_within(const double *covariance, const double *weights, size_t count,
                          double loss, const struct stress_bounds *bounds, struct arena *arena,
                          double *ret_moves, double *ret_distance) MUST_USE;

// Correlations that break: all pairs become `all` unless it is NaN, then those that are named become what they are said
// to; deviations stay. Where that is no correlation matrix, the nearest one is taken (Higham 2002,
// quant/series/covariance.h), and *ret_repair is the largest change that it makes of an entry. In place.
// scratch[4 count^2 + 4 count]. ERR_ARGUMENT: a correlation outside [-1, 1], of an asset with itself, or of one that
// does not vary. Kupiec, J. Derivatives 6(1), 1998; Finger, RiskMetrics Monitor, fourth quarter 1997.
struct stress_pair {
    size_t first, second;
    double correlation;
};
int stress_correlate(double *covariance, size_t count, double all, const struct stress_pair *pairs,
                     size_t pair_count, double *scratch, double *ret_repair) MUST_USE;

// Drawdown at risk: the type 7 quantile at `level` of the drawdowns 1 - equity / (highest equity so far, the start
// among them), one a return, and their mean from there on. Chekhlov, Uryasev and Zabarankin, International J.
// Theoretical and Applied Finance 8, 2005. Finite returns above -1, count > 0; scratch[2 count].
struct stress_drawdown {
    double at_risk;
    double expected; // conditional drawdown
    double worst;
};
struct stress_drawdown stress_drawdown_of(const double *returns, size_t count, double level,
                                          double *scratch);

#endif
