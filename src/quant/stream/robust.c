// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/robust.h"

#include <math.h>

#include "base/check.h"

static const double sigma_of_median = 1.482602218505602; // 1 / quantile(3/4) of a normal
static const double sigma_of_mean = 1.2533141373155003;  // sqrt(pi / 2)

struct lists {
    const struct order_window *window;
    const double *slots;
    double centre;
    uint32_t below; // values under the centre
};

// The i-th distance on either side of the centre, nearest first.
static double under(const struct lists *lists, uint32_t i) {
    return lists->centre - order_window_at(lists->window, lists->slots, lists->below - 1 - i);
}

static double over(const struct lists *lists, uint32_t i) {
    return order_window_at(lists->window, lists->slots, lists->below + i) - lists->centre;
}

// The k-th smallest distance: `taken` of the k + 1 smallest are on the lower side.
static double distance(const struct lists *lists, uint32_t count, uint32_t k) {
    uint32_t above = count - lists->below;
    uint32_t taken = k + 1 > above ? k + 1 - above : 0;
    uint32_t most = k + 1 < lists->below ? k + 1 : lists->below;
    while (taken < most) {
        uint32_t middle = taken + (most - taken) / 2;
        if (under(lists, middle) < over(lists, k - middle))
            taken = middle + 1;
        else
            most = middle;
    }
    double low = taken > 0 ? under(lists, taken - 1) : 0;
    double high = taken < k + 1 ? over(lists, k - taken) : 0;
    return low > high ? low : high;
}

double robust_deviation(const struct order_window *window, const double *slots, double centre) {
    uint32_t count = window->count;
    CHECK(count > 0);
    struct lists lists = {window, slots, centre, order_window_below(window, slots, centre)};
    double high = distance(&lists, count, count / 2);
    return count % 2 == 1 ? high : (distance(&lists, count, count / 2 - 1) + high) / 2;
}

double robust_score(const struct order_window *window, const double *slots, double x) {
    uint32_t count = window->count;
    double median = order_window_quantile(window, slots, 0.5), d = x - median;
    double scale = sigma_of_median * robust_deviation(window, slots, median);
    if (!(scale > 0)) {
        double sum = 0;
        for (uint32_t i = 0; i < count; i++)
            sum += fabs(order_window_at(window, slots, i) - median);
        scale = sigma_of_mean * (sum / count);
    }
    if (d == 0) return 0;
    double score = d / scale;
    if (score > ROBUST_SCORE_MAX) return ROBUST_SCORE_MAX;
    return score < -ROBUST_SCORE_MAX ? -ROBUST_SCORE_MAX : score;
}
