// SPDX-License-Identifier: Apache-2.0
#include "quant/series/significance.h"

#include <math.h>

#include "quant/math/normal.h"
#include "quant/series/performance.h"

static const double euler_gamma = 0.57721566490153286061;
static const double euler_e = 2.71828182845904523536;

// Variance of the estimate of the ratio, times count - 1.
static double spread(const struct sharpe_sample *sample) {
    double sharpe = sample->sharpe;
    return 1 - sample->skew * sharpe + (sample->kurtosis - 1) / 4 * sharpe * sharpe;
}

struct sharpe_sample significance_sample(const double *returns, size_t count) {
    return (struct sharpe_sample){.sharpe = performance_sharpe(returns, count, 1, 0),
                                  .count = (double)count,
                                  .skew = performance_skew(returns, count),
                                  .kurtosis = performance_kurtosis(returns, count)};
}

double significance_probability(const struct sharpe_sample *sample, double benchmark) {
    double scale = spread(sample);
    if (!(scale > 0 && sample->count > 1)) return NAN;
    return normal_cdf((sample->sharpe - benchmark) * sqrt(sample->count - 1) / sqrt(scale));
}

double significance_expected_max(double variance, double trials) {
    if (!(variance >= 0 && trials > 1)) return NAN;
    // -quantile(1 / n) is quantile(1 - 1 / n) without the rounding of 1 - 1 / n.
    return sqrt(variance) * ((1 - euler_gamma) * -normal_quantile(1 / trials) +
                             euler_gamma * -normal_quantile(1 / (trials * euler_e)));
}

double significance_track_record(const struct sharpe_sample *sample, double benchmark,
                                 double confidence) {
    double excess = sample->sharpe - benchmark, scale = spread(sample);
    if (!(excess > 0 && scale > 0 && confidence > 0 && confidence < 1)) return NAN;
    double z = normal_quantile(confidence) / excess;
    return 1 + scale * z * z;
}
