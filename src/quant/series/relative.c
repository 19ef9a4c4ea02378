// SPDX-License-Identifier: Apache-2.0
#include "quant/series/relative.h"

#include <math.h>
#include <stdbool.h>

#include "quant/math/mathfn.h"
#include "quant/math/sum.h"
#include "quant/series/performance.h"

struct pair_moments {
    size_t count;
    double mean_x;
    double mean_y;
    double xx; // sums of products of deviations
    double xy;
    double yy;
};

static bool is_side(double value, int sign) {
    return sign == 0 || (sign > 0 ? value > 0 : value < 0);
}

// x: returns, y: benchmark, over the rows whose benchmark has that sign; 0 takes all.
static struct pair_moments pair_moments(const double *x, const double *y, size_t count, int sign) {
    struct pair_moments pair = {0};
    struct sum sx = {0}, sy = {0}, xx = {0}, xy = {0}, yy = {0};
    for (size_t i = 0; i < count; i++) {
        if (!is_side(y[i], sign)) continue;
        sum_add(&sx, x[i]);
        sum_add(&sy, y[i]);
        pair.count++;
    }
    pair.mean_x = sum_value(&sx) / (double)pair.count;
    pair.mean_y = sum_value(&sy) / (double)pair.count;
    for (size_t i = 0; i < count; i++) {
        if (!is_side(y[i], sign)) continue;
        double dx = x[i] - pair.mean_x, dy = y[i] - pair.mean_y;
        sum_add(&xx, dx * dx);
        sum_add(&xy, dx * dy);
        sum_add(&yy, dy * dy);
    }
    pair.xx = sum_value(&xx);
    pair.xy = sum_value(&xy);
    pair.yy = sum_value(&yy);
    return pair;
}

double relative_beta(const double *returns, const double *benchmark, size_t count) {
    return relative_beta_side(returns, benchmark, count, 0);
}

double relative_beta_side(const double *returns, const double *benchmark, size_t count, int sign) {
    struct pair_moments pair = pair_moments(returns, benchmark, count, sign);
    return pair.count >= 2 && pair.yy > 0 ? pair.xy / pair.yy : NAN;
}

double relative_correlation(const double *returns, const double *benchmark, size_t count) {
    struct pair_moments pair = pair_moments(returns, benchmark, count, 0);
    if (!(pair.count >= 2 && pair.xx > 0 && pair.yy > 0)) return NAN;
    return pair.xy / (sqrt(pair.xx) * sqrt(pair.yy));
}

double relative_alpha(const double *returns, const double *benchmark, size_t count, double periods,
                      double rf) {
    double rate = rf / periods;
    double beta = relative_beta(returns, benchmark, count);
    double excess = performance_mean(returns, count) - rate;
    return excess - beta * (performance_mean(benchmark, count) - rate);
}

double relative_alpha_simple(const double *returns, const double *benchmark, size_t count,
                             double periods, double rf) {
    return relative_alpha(returns, benchmark, count, periods, rf) * periods;
}

double relative_alpha_compound(const double *returns, const double *benchmark, size_t count,
                               double periods, double rf) {
    double alpha = relative_alpha(returns, benchmark, count, periods, rf);
    return mathfn_expm1(periods * mathfn_log1p(alpha));
}

// Mean and sample deviation of returns - benchmark.
static void active(const double *returns, const double *benchmark, size_t count, double *ret_mean,
                   double *ret_deviation) {
    struct sum sum = {0}, squares = {0};
    for (size_t i = 0; i < count; i++) sum_add(&sum, returns[i] - benchmark[i]);
    double mean = sum_value(&sum) / (double)count;
    for (size_t i = 0; i < count; i++) {
        double d = returns[i] - benchmark[i] - mean;
        sum_add(&squares, d * d);
    }
    *ret_mean = mean;
    *ret_deviation = count >= 2 ? sqrt(sum_value(&squares) / (double)(count - 1)) : NAN;
}

double relative_tracking_error(const double *returns, const double *benchmark, size_t count,
                               double periods) {
    double mean, deviation;
    active(returns, benchmark, count, &mean, &deviation);
    return deviation * sqrt(periods);
}

double relative_information_ratio(const double *returns, const double *benchmark, size_t count,
                                  double periods) {
    double mean, deviation;
    active(returns, benchmark, count, &mean, &deviation);
    return deviation > 0 ? mean / deviation * sqrt(periods) : NAN;
}

double relative_capture(const double *returns, const double *benchmark, size_t count,
                        double periods, int sign) {
    struct sum mine = {0}, other = {0};
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_side(benchmark[i], sign)) continue;
        sum_add(&mine, mathfn_log1p(returns[i]));
        sum_add(&other, mathfn_log1p(benchmark[i]));
        rows++;
    }
    if (rows == 0) return NAN;
    double years = (double)rows / periods;
    return mathfn_expm1(sum_value(&mine) / years) / mathfn_expm1(sum_value(&other) / years);
}

double relative_capture_sum(const double *returns, const double *benchmark, size_t count,
                            int sign) {
    struct sum mine = {0}, other = {0};
    for (size_t i = 0; i < count; i++) {
        if (!is_side(benchmark[i], sign)) continue;
        sum_add(&mine, returns[i]);
        sum_add(&other, benchmark[i]);
    }
    return sum_value(&other) != 0 ? sum_value(&mine) / sum_value(&other) : NAN;
}

double relative_treynor(const double *returns, const double *benchmark, size_t count,
                        double periods, double rf) {
    double beta = relative_beta(returns, benchmark, count);
    return beta != 0 ? (performance_mean(returns, count) * periods - rf) / beta : NAN;
}

double relative_m2(const double *returns, const double *benchmark, size_t count, double periods,
                   double rf) {
    double sharpe = performance_sharpe(returns, count, periods, rf);
    return sharpe * performance_volatility(benchmark, count, periods) + rf;
}
