// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/risk_contribution.h"

#include <math.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/math/sum.h"
#include "quant/risk/tail_risk.h"
#include "quant/series/rank.h"

static int check_entries(const double *s, size_t count);

int risk_contribution_normal(const double *covariance, size_t count, const double *weights,
                             const double *means, double z, double *scratch, double *ret_var,
                             const struct risk_contribution *ret) {
    TRY(check_entries(covariance, count));
    linalg_apply(covariance, count, count, weights, scratch);
    double variance = linalg_dot(weights, scratch, count);
    if (!(variance > 0))
        return ERR_SET(ERR_ARGUMENT, "the portfolio's variance is %g: %s", variance,
                       variance < 0 ? "the covariance is not positive semidefinite"
                                    : "nothing contributes to no risk");
    double sigma = sqrt(variance), drift = means != NULL ? linalg_dot(weights, means, count) : 0;
    for (size_t i = 0; i < count; i++) {
        double w = weights[i], own = covariance[i * count + i], mean = means != NULL ? means[i] : 0;
        // w' S w without row and column i.
        double rest = fmax(variance - 2 * w * scratch[i] + w * w * own, 0);
        ret->marginal[i] = z * scratch[i] / sigma - mean;
        ret->component[i] = w * ret->marginal[i];
        ret->individual[i] = z * fabs(w) * sqrt(own) - w * mean;
        ret->incremental[i] = z * (sigma - sqrt(rest)) - w * mean;
    }
    *ret_var = z * sigma - drift;
    return 0;
}

int risk_contribution_check(const double *covariance, size_t count, double *scratch,
                            size_t *ret_column) {
    double *copy = scratch, *vectors = copy + count * count, *values = vectors + count * count;
    memcpy(copy, covariance, count * count * sizeof *copy);
    TRY(linalg_eigen(copy, count, values + count, values, vectors));
    double largest = fmax(values[count - 1], 0);
    if (values[0] >= -1e-10 * largest) return 0;
    size_t column = 0;
    for (size_t i = 1; i < count; i++)
        if (fabs(vectors[i]) > fabs(vectors[column])) column = i;
    *ret_column = column;
    return ERR_SET(ERR_ARGUMENT,
                   "the covariance is not positive semidefinite: it has the eigenvalue %g",
                   values[0]);
}

int risk_contribution_factor(const double *covariance, size_t count, double *scratch,
                             double *ret_factor, size_t *ret_column) {
    double *copy = scratch, *vectors = copy + count * count, *values = vectors + count * count;
    memcpy(ret_factor, covariance, count * count * sizeof *ret_factor);
    if (linalg_cholesky(ret_factor, count) == count) return 0;
    TRY(risk_contribution_check(covariance, count, scratch, ret_column));
    memcpy(copy, covariance, count * count * sizeof *copy);
    TRY(linalg_eigen(copy, count, values + count, values, vectors));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            ret_factor[i * count + k] = vectors[k * count + i] * sqrt(fmax(values[k], 0));
    return 0;
}

int risk_contribution_change(const double *covariance, size_t count, const double *weights,
                             double z, size_t position, double weight, double *ret_var) {
    double change = weight - weights[position];
    double along = linalg_dot(covariance + position * count, weights, count);
    double variance = linalg_quadratic(covariance, count, weights) + 2 * change * along +
                      change * change * covariance[position * count + position];
    if (!(variance >= -1e-12 * fabs(along)))
        return ERR_SET(
            ERR_ARGUMENT,
            "the portfolio's variance is %g: the covariance is not positive semidefinite",
            variance);
    *ret_var = z * sqrt(fmax(variance, 0));
    return 0;
}

void risk_contribution_shortfall(const double *const *columns, size_t count, size_t rows,
                                 const double *weights, double a, uint32_t *order, double *scratch,
                                 double *ret_es, double *ret_component) {
    memset(scratch, 0, rows * sizeof *scratch);
    for (size_t j = 0; j < count; j++) linalg_add(weights[j], columns[j], rows, scratch);
    rank_order(scratch, rows, order + rows, order);
    double rank = tail_risk_rank(rows, a);
    size_t whole = (size_t)rank;
    double part = rank - (double)whole;
    struct sum total = {0};
    for (size_t k = 0; k < whole; k++) sum_add(&total, scratch[order[k]]);
    sum_add(&total, part * scratch[order[whole]]);
    *ret_es = -sum_value(&total) / rank;
    for (size_t j = 0; j < count; j++) {
        struct sum own = {0};
        for (size_t k = 0; k < whole; k++) sum_add(&own, columns[j][order[k]]);
        sum_add(&own, part * columns[j][order[whole]]);
        ret_component[j] = -weights[j] * sum_value(&own) / rank;
    }
}

static int check_entries(const double *s, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!(s[i * count + i] >= 0 && isfinite(s[i * count + i])))
            return ERR_SET(ERR_ARGUMENT, "the variance of column %zu is %g", i, s[i * count + i]);
        for (size_t j = 0; j < i; j++) {
            double one = s[i * count + j], other = s[j * count + i];
            double size = sqrt(s[i * count + i] * s[j * count + j]);
            if (!(fabs(one - other) <= 1e-9 * size))
                return ERR_SET(ERR_ARGUMENT,
                               "columns %zu and %zu have the covariances %g and %g, which differ",
                               i, j, one, other);
        }
    }
    return 0;
}
