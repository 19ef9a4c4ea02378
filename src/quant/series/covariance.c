// SPDX-License-Identifier: Apache-2.0
#include "quant/series/covariance.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "quant/math/linalg.h"
#include "quant/math/sum.h"

enum { ALTERNATIONS_MAX = 10000 };

// What the weight of a target is made of, in the words of Ledoit and Wolf: pi is the sum of the variances
// of the entries, rho that of their covariances with the target's, gamma the squared distance.
struct weight {
    double pi;
    double rho;
    double gamma;
};

static void deviations_of(const double *const *columns, size_t count, size_t rows,
                          double *deviations);
static struct weight identity_weight(const double *deviations, size_t count, size_t rows,
                                     const double *s, double mean_variance);
static int constant_weight(const double *deviations, size_t count, size_t rows, const double *s,
                           double *ret_correlation, struct weight *ret);
static double oas_weight(size_t count, size_t rows, const double *s, double mean_variance);
static void rebuild(const double *values, const double *vectors, size_t count, double *ret);

void covariance_of(const double *const *columns, size_t count, size_t rows, size_t ddof,
                   double *scratch, double *ret) {
    CHECK(rows > ddof);
    deviations_of(columns, count, rows, scratch);
    double divisor = (double)(rows - ddof);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j <= i; j++)
            ret[i * count + j] = ret[j * count + i] =
                linalg_dot(scratch + i * rows, scratch + j * rows, rows) / divisor;
}

void covariance_ewma(const double *const *columns, size_t count, size_t rows, double lambda,
                     double *ret) {
    memset(ret, 0, count * count * sizeof *ret);
    for (size_t t = 0; t < rows; t++) {
        double keep = t == 0 ? 0 : lambda, take = t == 0 ? 1 : 1 - lambda;
        for (size_t i = 0; i < count; i++) {
            double x = columns[i][t];
            for (size_t j = 0; j <= i; j++)
                ret[i * count + j] = keep * ret[i * count + j] + take * (x * columns[j][t]);
        }
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) ret[j * count + i] = ret[i * count + j];
}

int covariance_to_correlation(double *matrix, size_t count, double *ret_deviations) {
    for (size_t i = 0; i < count; i++) {
        double variance = matrix[i * count + i];
        if (!(variance > 0))
            return ERR_SET(ERR_ARGUMENT, "column %zu does not vary: it correlates with nothing",
                           i + 1);
        ret_deviations[i] = sqrt(variance);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            matrix[i * count + j] =
                i == j ? 1 : matrix[i * count + j] / (ret_deviations[i] * ret_deviations[j]);
    return 0;
}

void covariance_from_correlation(double *matrix, size_t count, const double *deviations) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) matrix[i * count + j] *= deviations[i] * deviations[j];
}

int covariance_shrink(const double *const *columns, size_t count, size_t rows,
                      enum covariance_target target, double *scratch, double *ret,
                      double *ret_shrinkage) {
    if (rows < 2)
        return ERR_SET(ERR_ARGUMENT, "a covariance needs 2 complete rows or more; there are %zu",
                       rows);
    covariance_of(columns, count, rows, 0, scratch, ret);
    double mean_variance = 0, correlation = 0, shrinkage;
    for (size_t i = 0; i < count; i++) mean_variance += ret[i * count + i] / (double)count;
    if (target == COVARIANCE_OAS) {
        shrinkage = oas_weight(count, rows, ret, mean_variance);
    } else {
        struct weight weight;
        if (target == COVARIANCE_CONSTANT)
            TRY(constant_weight(scratch, count, rows, ret, &correlation, &weight));
        else
            weight = identity_weight(scratch, count, rows, ret, mean_variance);
        double best = (weight.pi - weight.rho) / weight.gamma / (double)rows;
        shrinkage = weight.gamma > 0 ? fmin(fmax(best, 0), 1) : 0;
    }
    // Off the diagonal first: CONSTANT's target reads the variances.
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            double goal = correlation * sqrt(ret[i * count + i] * ret[j * count + j]);
            if (i != j)
                ret[i * count + j] = (1 - shrinkage) * ret[i * count + j] + shrinkage * goal;
        }
    for (size_t i = 0; target != COVARIANCE_CONSTANT && i < count; i++)
        ret[i * count + i] = (1 - shrinkage) * ret[i * count + i] + shrinkage * mean_variance;
    *ret_shrinkage = shrinkage;
    return 0;
}

int covariance_clip(double *correlation, size_t count, size_t rows, double *scratch,
                    double *ret_edge, size_t *ret_kept) {
    double *vectors = scratch, *values = vectors + count * count, *rest = values + count;
    double root = 1 + sqrt((double)count / (double)rows), edge = root * root;
    TRY(linalg_eigen(correlation, count, rest, values, vectors));
    size_t noise = 0;
    double sum = 0;
    while (noise < count && values[noise] <= edge) sum += values[noise++];
    for (size_t k = 0; k < noise; k++) values[k] = sum / (double)noise;
    rebuild(values, vectors, count, correlation);
    TRY(covariance_to_correlation(correlation, count, rest));
    *ret_edge = edge;
    *ret_kept = count - noise;
    return 0;
}

int covariance_nearest(double *matrix, size_t count, double *scratch) {
    double *vectors = scratch, *values = vectors + count * count, *rest = values + count;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            matrix[i * count + j] = matrix[j * count + i] =
                0.5 * (matrix[i * count + j] + matrix[j * count + i]);
    TRY(linalg_eigen(matrix, count, rest, values, vectors));
    for (size_t k = 0; k < count; k++) values[k] = fmax(values[k], 0);
    rebuild(values, vectors, count, matrix);
    return 0;
}

int covariance_nearest_correlation(double *matrix, size_t count, double tolerance,
                                   double *scratch) {
    size_t size = count * count;
    double *correction = scratch, *before = scratch + size, *rest = scratch + 2 * size;
    memset(correction, 0, size * sizeof *correction);
    double moved = INFINITY;
    for (int step = 0; moved > tolerance; step++) {
        if (step == ALTERNATIONS_MAX)
            return ERR_SET(ERR_CONVERGE, "the nearest correlation matrix still moves by %g", moved);
        memcpy(before, matrix, size * sizeof *before);
        linalg_add(-1, correction, size, matrix);
        memcpy(correction, matrix, size * sizeof *correction);
        TRY(covariance_nearest(matrix, count, rest));
        moved = 0;
        for (size_t i = 0; i < size; i++) {
            correction[i] = matrix[i] - correction[i];
            if (i % (count + 1) == 0) matrix[i] = 1;
            moved = fmax(moved, fabs(matrix[i] - before[i]));
        }
    }
    // What is left below 0 is of the tolerance's size; scaling the diagonal back keeps the rest.
    TRY(covariance_nearest(matrix, count, rest));
    return covariance_to_correlation(matrix, count, rest);
}

static void deviations_of(const double *const *columns, size_t count, size_t rows,
                          double *deviations) {
    for (size_t j = 0; j < count; j++) {
        double mean = sum_mean(columns[j], rows);
        for (size_t i = 0; i < rows; i++) deviations[j * rows + i] = columns[j][i] - mean;
    }
}

// The population covariance's squared distance from the target, and the sum over the entries of the
// variance of x_i x_j.
static struct weight identity_weight(const double *deviations, size_t count, size_t rows,
                                     const double *s, double mean_variance) {
    struct weight weight = {0};
    struct sum fourth = {0}, squares = {0}, gamma = {0};
    for (size_t t = 0; t < rows; t++) { // sum over i, j of (x_i x_j)^2 = (sum of squares)^2
        double length = 0;
        for (size_t i = 0; i < count; i++) {
            double d = deviations[i * rows + t];
            length += d * d;
        }
        sum_add(&fourth, length * length);
    }
    for (size_t i = 0; i < count * count; i++) {
        double gap = s[i] - (i % (count + 1) == 0 ? mean_variance : 0);
        sum_add(&gamma, gap * gap);
        sum_add(&squares, s[i] * s[i]);
    }
    weight.pi = sum_value(&fourth) / (double)rows - sum_value(&squares);
    weight.gamma = sum_value(&gamma);
    return weight;
}

static int constant_weight(const double *deviations, size_t count, size_t rows, const double *s,
                           double *ret_correlation, struct weight *ret) {
    struct weight weight = {0};
    double n = (double)rows, sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(s[i * count + i] > 0))
            return ERR_SET(ERR_ARGUMENT, "column %zu does not vary: it correlates with nothing",
                           i + 1);
        for (size_t j = 0; j < i; j++)
            sum += s[i * count + j] / sqrt(s[i * count + i] * s[j * count + j]);
    }
    double mean = count > 1 ? 2 * sum / ((double)count * ((double)count - 1)) : 0;
    for (size_t i = 0; i < count; i++) {
        const double *x = deviations + i * rows;
        double own = s[i * count + i];
        for (size_t j = 0; j < count; j++) {
            const double *y = deviations + j * rows;
            double both = s[i * count + j], fourth = 0, third = 0;
            for (size_t t = 0; t < rows; t++) {
                double product = x[t] * y[t];
                fourth += product * product;
                third += x[t] * x[t] * product;
            }
            double variance = fourth / n - both * both;
            weight.pi += variance;
            double ratio = sqrt(s[j * count + j] / own);
            weight.rho += i == j ? variance : mean * ratio * (third / n - own * both);
            double gap = i == j ? 0 : both - mean * ratio * own;
            weight.gamma += gap * gap;
        }
    }
    *ret_correlation = mean;
    *ret = weight;
    return 0;
}

static double oas_weight(size_t count, size_t rows, const double *s, double mean_variance) {
    double p = (double)count, squares = linalg_dot(s, s, count * count) / (p * p);
    double above = squares + mean_variance * mean_variance;
    double below = ((double)rows + 1) * (squares - mean_variance * mean_variance / p);
    return below > 0 ? fmin(above / below, 1) : 1;
}

static void rebuild(const double *values, const double *vectors, size_t count, double *ret) {
    memset(ret, 0, count * count * sizeof *ret);
    for (size_t k = 0; k < count; k++) {
        const double *v = vectors + k * count;
        for (size_t i = 0; i < count; i++) linalg_add(values[k] * v[i], v, i + 1, ret + i * count);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) ret[j * count + i] = ret[i * count + j];
}
