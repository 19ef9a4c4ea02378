// SPDX-License-Identifier: Apache-2.0
// How sure one can be of a Sharpe ratio. Bailey and Lopez de Prado, "The Sharpe Ratio Efficient
// Frontier", Journal of Risk 15(2), 2012, and "The Deflated Sharpe Ratio", Journal of Portfolio
// Management 40(5), 2014.
//
// Sharpe ratios here are per period: an annual one divided by sqrt(periods a year).
#ifndef FULMAR_QUANT_SERIES_SIGNIFICANCE_H
#define FULMAR_QUANT_SERIES_SIGNIFICANCE_H

#include <stddef.h>

struct sharpe_sample {
    double sharpe; // per period
    double count;  // returns it was computed from
    double skew;
    double kurtosis; // 3 for a normal distribution
};

// Of returns: sample deviation for the ratio, population moments for skew and kurtosis.
struct sharpe_sample significance_sample(const double *returns, size_t count);

// Probabilistic Sharpe ratio: the probability that the true ratio is above `benchmark`.
double significance_probability(const struct sharpe_sample *sample, double benchmark);

// The largest ratio that `trials` (> 1) skill-less strategies are expected to show, given the
// variance of the ratios among them; significance_probability over it is the deflated Sharpe ratio.
double significance_expected_max(double variance, double trials);

// Minimum track record length: how many returns make the true ratio exceed `benchmark` with that
// confidence; NaN when the sample's own does not exceed it.
double significance_track_record(const struct sharpe_sample *sample, double benchmark,
                                 double confidence);

#endif
