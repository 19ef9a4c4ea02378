// SPDX-License-Identifier: Apache-2.0
#include "quant/series/bacon.h"

#include <math.h>
#include <stdbool.h>

#include "quant/math/mathfn.h"
#include "quant/math/sum.h"
#include "quant/series/drawdown.h"
#include "quant/series/performance.h"
#include "quant/series/relative.h"

// Mean of max(sign (r - threshold), 0)^order.
static double one_sided(const double *returns, size_t count, double threshold, double sign,
                        double order) {
    struct sum sum = {0};
    for (size_t i = 0; i < count; i++) {
        double beyond = fmax(sign * (returns[i] - threshold), 0);
        double power = order == 1   ? beyond
                       : order == 2 ? beyond * beyond
                                    : mathfn_pow(beyond, order);
        sum_add(&sum, power);
    }
    return count > 0 ? sum_value(&sum) / (double)count : NAN;
}

static double over(double above, double below) {
    return below > 0 ? above / below : NAN;
}

double bacon_upper_moment(const double *returns, size_t count, double threshold, double order) {
    return one_sided(returns, count, threshold, 1, order);
}

double bacon_lower_moment(const double *returns, size_t count, double threshold, double order) {
    return one_sided(returns, count, threshold, -1, order);
}

double bacon_upside_risk(const double *returns, size_t count, double threshold) {
    return sqrt(bacon_upper_moment(returns, count, threshold, 2));
}

double bacon_upside_frequency(const double *returns, size_t count, double threshold) {
    size_t above = 0;
    for (size_t i = 0; i < count; i++) above += returns[i] > threshold;
    return count > 0 ? (double)above / (double)count : NAN;
}

double bacon_downside_frequency(const double *returns, size_t count, double threshold) {
    size_t below = 0;
    for (size_t i = 0; i < count; i++) below += returns[i] < threshold;
    return count > 0 ? (double)below / (double)count : NAN;
}

double bacon_kappa(const double *returns, size_t count, double threshold, double order) {
    double moment = bacon_lower_moment(returns, count, threshold, order);
    double root = order == 1 ? moment : order == 2 ? sqrt(moment) : mathfn_pow(moment, 1 / order);
    return over(performance_mean(returns, count) - threshold, root);
}

double bacon_upside_potential_ratio(const double *returns, size_t count, double threshold) {
    return over(bacon_upper_moment(returns, count, threshold, 1),
                performance_downside(returns, count, threshold));
}

double bacon_volatility_skewness(const double *returns, size_t count, double threshold) {
    return over(bacon_upside_risk(returns, count, threshold),
                performance_downside(returns, count, threshold));
}

double bacon_mean_absolute_deviation(const double *returns, size_t count) {
    double mean = performance_mean(returns, count);
    struct sum sum = {0};
    for (size_t i = 0; i < count; i++) sum_add(&sum, fabs(returns[i] - mean));
    return count > 0 ? sum_value(&sum) / (double)count : NAN;
}

double bacon_skew_kurtosis(const double *returns, size_t count) {
    return performance_skew(returns, count) / performance_kurtosis(returns, count);
}

double bacon_pain_ratio(const double *returns, size_t count, double periods, double rf,
                        double *scratch) {
    drawdown_equity(returns, count, 1, scratch);
    return over(performance_cagr(returns, count, periods) - rf, drawdown_pain(scratch, count + 1));
}

double bacon_martin_ratio(const double *returns, size_t count, double periods, double rf,
                          double *scratch) {
    drawdown_equity(returns, count, 1, scratch);
    return over(performance_cagr(returns, count, periods) - rf, drawdown_ulcer(scratch, count + 1));
}

double bacon_burke_ratio(const double *returns, size_t count, double periods, double rf) {
    struct sum squares = {0};
    for (size_t i = 1; i < count; i++) {
        if (!(returns[i] < 0)) continue;
        double fall = 0; // compounded, less the 1 that would cost digits
        for (; i < count && returns[i] < 0; i++) fall += returns[i] + fall * returns[i] / 100;
        sum_add(&squares, fall * fall);
    }
    return over(performance_cagr(returns, count, periods) - rf, sqrt(sum_value(&squares)));
}

double bacon_alpha(const double *returns, const double *benchmark, size_t count, double periods,
                   double rf) {
    double excess = performance_cagr(benchmark, count, periods) - rf;
    return performance_cagr(returns, count, periods) - rf -
           relative_beta(returns, benchmark, count) * excess;
}

double bacon_m2(const double *returns, const double *benchmark, size_t count, double periods,
                double rf) {
    double excess = performance_cagr(returns, count, periods) - rf;
    return over(excess * performance_deviation(benchmark, count),
                performance_deviation(returns, count)) +
           rf;
}

double bacon_information_ratio(const double *returns, const double *benchmark, size_t count,
                               double periods) {
    double active =
        performance_cagr(returns, count, periods) - performance_cagr(benchmark, count, periods);
    return over(active, relative_tracking_error(returns, benchmark, count, periods));
}

double bacon_capture(const double *returns, const double *benchmark, size_t count, int sign) {
    double ours = 1, theirs = 1;
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (!(sign > 0 ? benchmark[i] > 0 : benchmark[i] <= 0)) continue;
        ours *= 1 + returns[i];
        theirs *= 1 + benchmark[i];
        any = true;
    }
    return any ? (ours - 1) / (theirs - 1) : NAN;
}
