// SPDX-License-Identifier: Apache-2.0
#include "quant/math/lp.h"

#include <math.h>
#include <string.h>

// One side of the conditions: values within limits, and multipliers that push against them.
struct side {
    const double *values, *lower, *upper, *multipliers;
    const double *size; // of the terms behind each value, over `large`; NULL: 1
    double large;
    size_t count;
};

static double ratio(double worst, double scale) {
    return worst == 0 ? 0 : worst / scale;
}

static double largest_of(const double *x, size_t n) {
    double largest = 0;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(x[i]));
    return largest;
}

// Feasibility is relative by item; signs and products are gathered.
static void look(const struct side *side, struct qp_certificate *ret) {
    for (size_t i = 0; i < side->count; i++) {
        double value = side->values[i], push = side->multipliers[i];
        double miss = fmax(0, fmax(side->lower[i] - value, value - side->upper[i]));
        double limit = value < side->lower[i] ? side->lower[i] : side->upper[i];
        double size = side->large * (side->size != NULL ? side->size[i] : 1);
        ret->feasibility = fmax(ret->feasibility, ratio(miss, fmax(size, fabs(limit))));
        double held = push > 0 ? side->lower[i] : side->upper[i];
        if (push == 0) continue;
        if (isinf(held))
            ret->sign = fmax(ret->sign, fabs(push));
        else
            ret->complementarity = fmax(ret->complementarity, fabs(push * (value - held)));
    }
}

struct qp_certificate lp_certify(const struct lp *lp, const struct lp_solution *solution,
                                 double *scratch) {
    struct qp_certificate certificate = {0};
    double *activity = scratch, *size = scratch + lp->rows;
    double scale = largest_of(lp->cost, lp->columns), worst = 0;
    memset(scratch, 0, 2 * lp->rows * sizeof *scratch);
    for (size_t j = 0; j < lp->columns; j++) {
        double left = lp->cost[j] - solution->bound[j];
        for (int k = lp->start[j]; k < lp->start[j + 1]; k++) {
            activity[lp->index[k]] += lp->value[k] * solution->x[j];
            size[lp->index[k]] = fmax(size[lp->index[k]], fabs(lp->value[k]));
            left -= lp->value[k] * solution->price[lp->index[k]];
        }
        worst = fmax(worst, fabs(left));
        scale = fmax(scale, fabs(solution->bound[j]));
    }
    double large = largest_of(solution->x, lp->columns);
    struct side rows = {activity, lp->row_lower, lp->row_upper, solution->price,
                        size,     large,         lp->rows};
    struct side columns = {solution->x, lp->lower, lp->upper,  solution->bound,
                           NULL,        large,     lp->columns};
    look(&rows, &certificate);
    look(&columns, &certificate);
    certificate.stationarity = ratio(worst, scale);
    certificate.sign = ratio(certificate.sign, scale);
    certificate.complementarity = ratio(certificate.complementarity, scale * large);
    return certificate;
}
