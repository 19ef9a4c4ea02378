// SPDX-License-Identifier: Apache-2.0
// Linear programmes as plain arrays, and whether a point is their optimum:
//
//   minimise c' x  where  row_lower <= A x <= row_upper, lower <= x <= upper
//
// Who solves one stands elsewhere (edge/solver); what it claims is checked here from nothing but the programme,
// the point and its multipliers.
#ifndef FULMAR_QUANT_MATH_LP_H
#define FULMAR_QUANT_MATH_LP_H

#include <stddef.h>

#include "quant/math/qp.h"

// A is held by columns: rows index[k] with value[k] for k from start[j] to below start[j + 1]. Infinite limits
// are none.
struct lp {
    size_t rows;
    size_t columns;
    const double *cost;
    const double *lower;
    const double *upper;
    const double *row_lower;
    const double *row_upper;
    const int *start; // [columns + 1]
    const int *index;
    const double *value;
    const char *const *column_names; // for errors; NULL, or an entry NULL: "column 1"
    const char *const *row_names;
};

struct lp_solution {
    double *x;     // [columns]
    double *price; // [rows] multipliers y: > 0 where the lower limit holds, < 0 where the upper
    double *bound; // [columns] c - A' y, signs as those
    double value;
};

// Residuals of the optimality conditions, relative to the largest of the terms that they are sums of, as those of
// a qp. scratch[2 rows].
struct qp_certificate lp_certify(const struct lp *lp, const struct lp_solution *solution,
                                 double *scratch);

#endif
