// SPDX-License-Identifier: Apache-2.0
// Hill's estimator of how heavy a tail is (Annals of Statistics 3, 1975): of the k largest of n values,
// the mean of their logarithms over that of the one behind them. Its reciprocal is the tail index: P(X >
// x) falls as x^-index, and moments from the index on do not exist.
//
// Beyond the threshold u, the (k + 1)-th largest, the tail is Pareto: P(X > x) = k / n (x / u)^-index
// (Weissman, Journal of the American Statistical Association 73, 1978).
#ifndef FULMAR_QUANT_SERIES_HILL_H
#define FULMAR_QUANT_SERIES_HILL_H

#include <stddef.h>

#include "quant/stream/order_window.h"

struct hill {
    double index;         // NaN where the k largest are equal, or fewer than k + 1 are above 0
    double log_threshold; // of u
    double share;         // k / n
};

// Of the logarithms of the values in the window: -inf for those that are not above 0. 1 <= k < count
// (CHECK). O(k log count).
struct hill hill_of_window(const struct order_window *window, const double *slots, size_t k);

// Of values in any order, those not above 0 included; scratch holds as many. The logarithms are left in
// it, the largest k + 1 first, in descending order.
struct hill hill_of(const double *values, size_t count, size_t k, double *scratch);

// Standard error of the index, index / sqrt(k).
double hill_error(const struct hill *hill, size_t k);

// P(X > x) for x at or beyond the threshold.
double hill_beyond(const struct hill *hill, double log_x);

// The largest of `draws` values: its median, and its mean, which is infinite (NaN) for an index of 1 or
// less. Both are of the Pareto tail, for draws of which some are expected in it.
double hill_median_of_largest(const struct hill *hill, double draws);
double hill_mean_of_largest(const struct hill *hill, double draws);

#endif
