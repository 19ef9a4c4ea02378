// SPDX-License-Identifier: Apache-2.0
// The quadratic programme behind the portfolios of portfolio.h: bounds, the sum, groups, trades and what they cost. A
// method adds its own rows and what is to be least.
#ifndef FULMAR_QUANT_PORTFOLIO_PORTFOLIO_PARTS_H
#define FULMAR_QUANT_PORTFOLIO_PORTFOLIO_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "quant/math/qp.h"
#include "quant/portfolio/portfolio.h"

// The programme of a portfolio: variables w, and where trades count also buys b >= 0 with
// b >= w - held, whose sells are b - w + held; so |w - held| = 2 b - w + held.
struct portfolio_programme {
    const struct portfolio *portfolio;
    struct qp qp;
    bool trades;
    const double *centre; // of the absolute values: held, or NULL for 0
    const double *slope;  // what a unit of them costs; NULL: nothing
    size_t size, equalities, inequalities;
    double *equality, *value, *inequality, *limit, *lower, *upper, *linear;
    const char **equality_names, **inequality_names, **names;
    double *reward; // the return after costs is reward' x + constant
    double constant;
};

// In the arena, with room for two more equalities, and a row for each bound and one more inequality. With `rewarded`
// the mean returns are read. ERR_ARGUMENT names the asset and the number; ERR_UNSUPPORTED: what cannot go together.
int portfolio_programme_new(const struct portfolio *portfolio, bool rewarded, struct arena *arena,
                            struct portfolio_programme *p) MUST_USE;

// A row of zeros to be filled, row' x = value or row' x <= limit; the name is for errors and must live as long.
double *portfolio_programme_equality(struct portfolio_programme *p, double value, const char *name);
double *portfolio_programme_inequality(struct portfolio_programme *p, double limit,
                                       const char *name);

// `scale` times the covariance as the matrix over w, 0 over trades, and twice the impact on its diagonal; none where
// there is neither.
int portfolio_programme_risk(struct portfolio_programme *p, double scale,
                             struct arena *arena) MUST_USE;

// x has p->size places. Errors as qp_solve.
int portfolio_programme_solve(struct portfolio_programme *p, struct arena *arena, double *x,
                              struct qp_certificate *ret_certificate) MUST_USE;

#endif
