// SPDX-License-Identifier: Apache-2.0
// The least conditional value at risk, the mean of the worst losses, over the rows of a history: the linear
// programme of Rockafellar and Uryasev (J. Risk 2(3), 2000),
//
//   minimise a + sum u[s] / ((1 - confidence) rows)  where  u[s] >= -w' r[s] - a, u >= 0,
//
// within the bounds, groups and turnover of a portfolio, and with a mean of at least `target` after the costs of
// trading. At the optimum a is a value at risk. A weight is what is held plus what is bought less what is sold.
#ifndef FULMAR_QUANT_PORTFOLIO_MIN_CVAR_H
#define FULMAR_QUANT_PORTFOLIO_MIN_CVAR_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "quant/math/lp.h"
#include "quant/portfolio/portfolio.h"

struct min_cvar {
    // Its count, names, bounds, groups, held and turnover_max, and where there is a target its mean and trade_cost; no
    // covariance is needed. Impact and uncertainty must be absent.
    const struct portfolio *portfolio;
    const double *const *returns; // returns[j][i]: row i of asset j, finite
    size_t rows;                  // 1 or more
    double confidence;            // above 0, below 1: 0.95 is the worst 5 % of rows
    double target;                // of the mean; NaN: none
};

struct min_cvar_result {
    double *weights; // [count], the caller's
    double cvar;     // of a row, a loss is positive
    double var;      // the smallest loss at which the mean of what is beyond counts
    struct qp_certificate certificate;
};

// The programme, its columns weights first, in the arena. ERR_ARGUMENT: a number outside its range (asset and
// row are named); ERR_UNSUPPORTED; ERR_NOMEM.
int min_cvar_programme(const struct min_cvar *call, struct arena *arena,
                       struct lp *ret_lp) MUST_USE;

// What a solution of that programme says, if its residuals are at most QP_RESIDUAL_MAX (else ERR_CONVERGE). The loss is
// computed once more from the weights alone.
int min_cvar_result(const struct min_cvar *call, const struct lp *lp,
                    const struct lp_solution *solution, struct arena *arena,
                    struct min_cvar_result *ret) MUST_USE;

#endif
