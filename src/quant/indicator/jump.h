// SPDX-License-Identifier: Apache-2.0
// Lee and Mykland's test for jumps (Review of Financial Studies 21(6), 2008): a return against the
// local volatility of the `window` - 1 returns before it, by bipower variation, which jumps in them do
// not move:
//
//     L = r / sqrt(sum of |r[j]| |r[j - 1]| / (window - 2)),   j the last window - 2 returns.
//
// Without jumps, the largest |L| of n returns, less C and over S, is distributed as exp(-exp(-x)):
//
//     c = sqrt(2 / pi),  l = sqrt(2 ln n),  C = l / c - (ln pi + ln ln n) / (2 c l),  S = 1 / (c l).
#ifndef FULMAR_QUANT_INDICATOR_JUMP_H
#define FULMAR_QUANT_INDICATOR_JUMP_H

#include <math.h>

#include "quant/math/mathfn.h"
#include "quant/stream/window.h"

struct jump {
    struct window_sum products; // of window - 2 pairs of neighbouring returns
    double before;              // |r| of the return before; NaN before the first
};
_Static_assert(sizeof(struct jump) == 32, "part of states that are hashed as bytes");

enum { JUMP_WINDOW_MIN = 4 };

static inline struct jump jump_make(uint32_t window) {
    return (struct jump){.products = window_sum_make(window - 2), .before = NAN};
}

static inline size_t jump_slots(uint32_t window) {
    return window_sum_slots(window - 2);
}

// The statistic of r, which joins the window afterwards. NaN for the first window - 1 returns and,
// unless r is 0 too, where the window's variation is 0.
static inline double jump_push(struct jump *jump, double *slots, double r) {
    double statistic = NAN;
    if (jump->products.at.full) {
        double sum = slots[jump->products.at.next] + jump->products.back;
        if (r == 0)
            statistic = 0;
        else if (sum > 0)
            statistic = r / sqrt(sum / jump->products.at.period);
    }
    if (!isnan(jump->before)) (void)window_sum_push(&jump->products, slots, fabs(r) * jump->before);
    jump->before = fabs(r);
    return statistic;
}

// Centre and scale of the largest of n > 2 statistics.
struct jump_law {
    double centre;
    double scale;
};

static inline struct jump_law jump_law_of(double n) {
    static const double c = 0.79788456080286535588; // sqrt(2 / pi)
    static const double log_pi = 1.14472988584940017414;
    double log_n = mathfn_log(n), l = sqrt(2 * log_n);
    return (struct jump_law){.centre = l / c - (log_pi + mathfn_log(log_n)) / (2 * c * l),
                             .scale = 1 / (c * l)};
}

// P(the largest of n without jumps is as large).
static inline double jump_p_value(const struct jump_law *law, double statistic) {
    return -mathfn_expm1(-mathfn_exp(-(fabs(statistic) - law->centre) / law->scale));
}

// The |statistic| whose p-value is `level`.
static inline double jump_threshold(const struct jump_law *law, double level) {
    return law->centre - law->scale * mathfn_log(-mathfn_log1p(-level));
}

#endif
