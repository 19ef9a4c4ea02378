// SPDX-License-Identifier: Apache-2.0
#include "quant/series/moment.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "quant/math/distribution.h"
#include "quant/math/linalg.h"
#include "quant/math/mathfn.h"
#include "quant/math/sum.h"
#include "quant/series/performance.h"
#include "quant/series/rank.h"

double moment_quantile(const double *sorted, size_t count, double q, int type) {
    static const double constants[][2] = {{0, 1}, {0.5, 0.5},         {0, 0},
                                          {1, 1}, {1.0 / 3, 1.0 / 3}, {0.375, 0.375}};
    CHECK(type >= 4 && type <= 9);
    if (count == 0 || !(q >= 0 && q <= 1)) return NAN;
    double a = constants[type - 4][0], b = constants[type - 4][1], n = (double)count;
    // Position from 1; type 7's is 1 + q (n - 1), whose sum would round otherwise.
    double position = type == 7 ? 1 + q * (n - 1) : a + q * (n + 1 - a - b);
    double below = floor(position + 4e-16 * position);
    if (below < 1) return sorted[0];
    if (below >= n) return sorted[count - 1];
    double share = fmax(position - below, 0), low = sorted[(size_t)below - 1];
    return low + share * (sorted[(size_t)below] - low);
}

double moment_mad(const double *values, size_t count, double *scratch, double *ret_median) {
    memcpy(scratch, values, count * sizeof *values);
    rank_sort(scratch, count, scratch + count);
    double median = moment_quantile(scratch, count, 0.5, 7);
    for (size_t i = 0; i < count; i++) scratch[i] = fabs(scratch[i] - median);
    rank_sort(scratch, count, scratch + count);
    *ret_median = median;
    return moment_quantile(scratch, count, 0.5, 7);
}

struct moment_l moment_l_of(const double *sorted, size_t count) {
    double n = (double)count;
    // Of deviations from the middle value, which the higher moments do not see.
    double origin = count > 0 ? sorted[count / 2] : NAN;
    struct sum b[4] = {{0}};
    for (size_t i = 0; i < count; i++) {
        double weight = 1, rank = (double)i;
        for (size_t k = 0; k < 4; k++) {
            sum_add(&b[k], weight * (sorted[i] - origin));
            weight *= (rank - (double)k) / (n - 1 - (double)k);
        }
    }
    double m[4];
    for (size_t k = 0; k < 4; k++) m[k] = sum_value(&b[k]) / n;
    double scale = 2 * m[1] - m[0];
    struct moment_l l = {
        .location = origin + m[0], .scale = count > 1 ? scale : NAN, .skew = NAN, .kurtosis = NAN};
    if (count > 2 && scale > 0) l.skew = (6 * m[2] - 6 * m[1] + m[0]) / scale;
    if (count > 3 && scale > 0) l.kurtosis = (20 * m[3] - 30 * m[2] + 12 * m[1] - m[0]) / scale;
    return l;
}

void moment_histogram(const double *values, size_t count, size_t bins, double *ret_edges,
                      double *ret_counts) {
    CHECK(bins >= 1);
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    if (!(low < high)) { // equal values, or none
        low = count > 0 ? low - 0.5 : 0;
        high = low + 1;
    }
    double step = (high - low) / (double)bins;
    for (size_t i = 0; i < bins; i++) ret_edges[i] = low + (double)i * step;
    ret_edges[bins] = high;
    memset(ret_counts, 0, bins * sizeof *ret_counts);
    for (size_t i = 0; i < count; i++) {
        double at = floor((values[i] - low) / (high - low) * (double)bins);
        size_t bin = at > 0 ? at < (double)bins ? (size_t)at : bins - 1 : 0;
        // The edges decide, not the rounding of the quotient.
        while (bin > 0 && values[i] < ret_edges[bin]) bin--;
        while (bin + 1 < bins && values[i] >= ret_edges[bin + 1]) bin++;
        ret_counts[bin]++;
    }
}

size_t moment_bins(const double *sorted, size_t count, size_t max) {
    if (count < 2 || !(sorted[count - 1] > sorted[0])) return 1;
    double n = (double)count, range = sorted[count - 1] - sorted[0];
    double iqr = moment_quantile(sorted, count, 0.75, 7) - moment_quantile(sorted, count, 0.25, 7);
    double bins = mathfn_log(n) / mathfn_log(2) + 1;
    if (iqr > 0) bins = fmax(bins, range / (2 * iqr * mathfn_pow(n, -1.0 / 3)));
    return bins < (double)max ? (size_t)ceil(bins) : max;
}

void moment_autocorrelation(const double *values, size_t count, size_t lags, double *scratch,
                            double *ret) {
    CHECK(lags < count);
    double mean = sum_mean(values, count);
    for (size_t i = 0; i < count; i++) scratch[i] = values[i] - mean;
    double squares = linalg_dot(scratch, scratch, count);
    for (size_t k = 0; k <= lags; k++)
        ret[k] = squares > 0 ? linalg_dot(scratch + k, scratch, count - k) / squares : NAN;
}

void moment_partial(const double *autocorrelation, size_t lags, double *scratch, double *ret) {
    double *phi = scratch, *before = scratch + lags + 1, left = 1;
    ret[0] = 1;
    for (size_t k = 1; k <= lags; k++) {
        double gap = autocorrelation[k];
        for (size_t j = 1; j < k; j++) gap -= phi[j] * autocorrelation[k - j];
        double last = left > 0 ? gap / left : NAN;
        memcpy(before, phi, k * sizeof *phi);
        for (size_t j = 1; j < k; j++) phi[j] = before[j] - last * before[k - j];
        phi[k] = ret[k] = last;
        left *= 1 - last * last;
    }
}

void moment_ljung_box(const double *autocorrelation, size_t lags, size_t count, size_t fitted,
                      double *ret_statistics, double *ret_p) {
    double n = (double)count, sum = 0;
    for (size_t k = 1; k <= lags; k++) {
        sum += autocorrelation[k] * autocorrelation[k] / (n - (double)k);
        ret_statistics[k - 1] = n * (n + 2) * sum;
        ret_p[k - 1] =
            k > fitted ? distribution_chi2_tail(ret_statistics[k - 1], (double)(k - fitted)) : NAN;
    }
}

double moment_jarque_bera(const double *values, size_t count, double *ret_p) {
    double skew = performance_skew(values, count), excess = performance_kurtosis(values, count) - 3;
    double statistic = (double)count / 6 * (skew * skew + excess * excess / 4);
    *ret_p = distribution_chi2_tail(statistic, 2);
    return statistic;
}
