// SPDX-License-Identifier: Apache-2.0
// Portfolios by mean and variance (Markowitz, "Portfolio Selection", J. Finance 7, 1952) within bounds,
// groups, a limit on turnover and costs; each is a quadratic programme of quant/math/qp.h and comes with the
// residuals of its optimality conditions.
//
// Weights sum to 1. Means, covariances, costs and rates are of one period, whichever it is.
#ifndef FULMAR_QUANT_PORTFOLIO_PORTFOLIO_H
#define FULMAR_QUANT_PORTFOLIO_PORTFOLIO_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "quant/math/qp.h"

enum { PORTFOLIO_ASSETS_MAX = 1024 };

struct portfolio {
    size_t count;             // assets, 1 to PORTFOLIO_ASSETS_MAX
    const char *const *names; // for errors; NULL: "asset 1"
    const double *mean;       // NULL: where no return is asked for
    const double *covariance; // count x count, positive definite
    const double *lower;      // bounds of weights; NULL: 0, that is long only; -infinity: none
    const double *upper;      // NULL: none
    // Row k: group_lower[k] <= sum of groups[k * count + i] w[i] <= group_upper[k]; infinite: no limit.
    const double *groups;
    const double *group_lower;
    const double *group_upper;
    const char *const *group_names;
    size_t group_count;
    // What is held: turnover is sum |w - held|, buys and sells together, and trade_cost[i] |w - held| +
    // impact[i] (w - held)^2 comes off the return. held NULL: nothing. Costs NULL: none. The
    // quadratic one, of a price that moves with what is traded, is portfolio_utility's alone: the
    // others would be no quadratic programmes (ERR_UNSUPPORTED).
    const double *held;
    double turnover_max; // 0: no limit
    const double *trade_cost;
    const double *impact;
    // Robust: each mean may be lower or higher by so much, and the worst case counts (Tutuncu and
    // Koenig, Annals of Operations Research 132, 2004). With weights below 0 not together with a limit on
    // turnover or costs in proportion. NULL: means are certain.
    const double *uncertainty;
};

struct portfolio_result {
    double *weights; // [count], the caller's
    double mean;     // w' mean, before costs; NaN without means
    double vol;
    double sharpe; // (mean - rf) / vol; NaN without means
    struct qp_certificate certificate;
};

// Every function: ERR_ARGUMENT names the asset whose variance is no number above 0, that is a
// combination of those before it (to 1e-12 of its variance), or whose pivot is negative; the bound or
// group that cannot be met beside the others. ERR_CONVERGE, ERR_NOMEM: qp_solve's. ret is the caller's
// and untouched on failure.

// The least variance.
int portfolio_min_variance(const struct portfolio *portfolio, double rf, struct arena *arena,
                           struct portfolio_result *ret) MUST_USE;
// The least variance with a return of `target`, after costs and in the worst case.
int portfolio_target(const struct portfolio *portfolio, double target, double rf,
                     struct arena *arena, struct portfolio_result *ret) MUST_USE;
// The largest return - aversion / 2 variance, aversion >= 0; 0: the largest return, a linear programme.
int portfolio_utility(const struct portfolio *portfolio, double aversion, double rf,
                      struct arena *arena, struct portfolio_result *ret) MUST_USE;
// The largest (return - rf) / deviation, by the programme in w / (return - rf) (Cornuejols, Pena and
// Tutuncu, "Optimization Methods in Finance", 2nd ed., 2018, section 6.2). ERR_ARGUMENT as well where
// no weights earn more than rf.
int portfolio_max_sharpe(const struct portfolio *portfolio, double rf, struct arena *arena,
                         struct portfolio_result *ret) MUST_USE;
// `points` (>= 2) portfolios at equal steps of return from the least variance's to the largest.
int portfolio_frontier(const struct portfolio *portfolio, double rf, size_t points,
                       struct arena *arena, struct portfolio_result *ret) MUST_USE;

// Of any weights: turnover, and what trading to them costs.
double portfolio_turnover(const struct portfolio *portfolio, const double *weights);
double portfolio_trade_cost(const struct portfolio *portfolio, const double *weights);

// What the functions above demand of a covariance.
int portfolio_check(const double *covariance, size_t count, const char *const *names,
                    struct arena *arena) MUST_USE;

#endif
