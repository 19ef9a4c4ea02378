// SPDX-License-Identifier: Apache-2.0
#include "quant/series/hill.h"

#include <math.h>

#include "base/check.h"
#include "quant/math/mathfn.h"

static const double log_log_two = -0.36651292058166432701; // ln ln 2

// From the mean excess of the logarithms.
static struct hill make(double sum, size_t k, size_t count, double log_threshold) {
    double mean = sum / (double)k;
    return (struct hill){.index = mean > 0 && isfinite(mean) ? 1 / mean : NAN,
                         .log_threshold = log_threshold,
                         .share = (double)k / (double)count};
}

struct hill hill_of_window(const struct order_window *window, const double *slots, size_t k) {
    uint32_t count = window->count;
    CHECK(k >= 1 && k < count);
    double threshold = order_window_at(window, slots, count - (uint32_t)k - 1), sum = 0;
    for (uint32_t i = 0; i < k; i++)
        sum += order_window_at(window, slots, count - 1 - i) - threshold;
    return make(sum, k, count, threshold);
}

// A heap with the largest on top.
static void sift(double *heap, size_t at, size_t count) {
    double x = heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1] > heap[child]) child++;
        if (!(heap[child] > x)) break;
        heap[at] = heap[child];
    }
    heap[at] = x;
}

struct hill hill_of(const double *values, size_t count, size_t k, double *scratch) {
    CHECK(k >= 1 && k < count);
    for (size_t i = 0; i < count; i++)
        scratch[i] = values[i] > 0 ? mathfn_log(values[i]) : -INFINITY;
    for (size_t i = count / 2; i-- > 0;) sift(scratch, i, count);
    for (size_t i = 0; i <= k; i++) {
        double top = scratch[0];
        scratch[0] = scratch[count - 1 - i];
        scratch[count - 1 - i] = top;
        sift(scratch, 0, count - 1 - i);
    }
    for (size_t i = 0; i < count / 2; i++) {
        double swap = scratch[i];
        scratch[i] = scratch[count - 1 - i];
        scratch[count - 1 - i] = swap;
    }
    double sum = 0;
    for (size_t i = 0; i < k; i++) sum += scratch[i] - scratch[k];
    return make(sum, k, count, scratch[k]);
}

double hill_error(const struct hill *hill, size_t k) {
    return hill->index / sqrt((double)k);
}

double hill_beyond(const struct hill *hill, double log_x) {
    return hill->share * mathfn_exp(-hill->index * (log_x - hill->log_threshold));
}

double hill_median_of_largest(const struct hill *hill, double draws) {
    double log_hits = mathfn_log(draws * hill->share) - log_log_two;
    return mathfn_exp(hill->log_threshold + log_hits / hill->index);
}

double hill_mean_of_largest(const struct hill *hill, double draws) {
    if (!(hill->index > 1)) return NAN;
    double log_hits = mathfn_log(draws * hill->share);
    return mathfn_exp(hill->log_threshold + log_hits / hill->index +
                      mathfn_log_gamma(1 - 1 / hill->index));
}
