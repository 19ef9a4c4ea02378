// SPDX-License-Identifier: Apache-2.0
#include "quant/making/estimate.h"

#include <math.h>

#include "base/check.h"
#include "quant/math/mathfn.h"

#define LN_2 0x1.62e42fefa39efp-1

void making_estimate_init(struct making_estimate *estimate, double depth_max, double half_life_s) {
    CHECK(depth_max > 0 && half_life_s > 0);
    *estimate = (struct making_estimate){.depth_max = depth_max, .half_life_s = half_life_s};
}

void making_estimate_look(struct making_estimate *estimate, double middle, double seconds) {
    DCHECK(middle > 0 && seconds > 0);
    double keep = mathfn_exp(-LN_2 * seconds / estimate->half_life_s);
    double change = estimate->middle > 0 ? middle - estimate->middle : 0;
    if (estimate->middle > 0) estimate->seconds = estimate->seconds * keep + seconds;
    estimate->squares = estimate->squares * keep + change * change;
    for (int i = 0; i < MAKING_BUCKETS; i++) estimate->orders[i] *= keep;
    estimate->middle = middle;
}

void making_estimate_order(struct making_estimate *estimate, double depth) {
    double at = depth / estimate->depth_max * MAKING_BUCKETS;
    int bucket = at >= MAKING_BUCKETS - 1 ? MAKING_BUCKETS - 1 : at > 0 ? (int)at : 0;
    estimate->orders[bucket] += 1;
}

// The line through (depth, ln rate) of the buckets that enough orders reached. Those are the first `used`: N falls.
static bool fit(const struct making_estimate *estimate, double *ret_a, double *ret_k) {
    double reach[MAKING_BUCKETS], sum = 0, mean_depth = 0, mean_log = 0;
    double width = estimate->depth_max / MAKING_BUCKETS;
    int used = 0;
    for (int i = MAKING_BUCKETS - 1; i >= 0; i--) reach[i] = sum += estimate->orders[i];
    while (used < MAKING_BUCKETS && reach[used] >= MAKING_ORDERS_MIN) used++;
    if (used < 3) return false;
    for (int i = 0; i < used; i++) {
        reach[i] = mathfn_log(reach[i] / (2 * estimate->seconds));
        mean_depth += width * i / used;
        mean_log += reach[i] / used;
    }
    double squares = 0, products = 0;
    for (int i = 0; i < used; i++) {
        double from_mean = width * i - mean_depth;
        squares += from_mean * from_mean;
        products += from_mean * (reach[i] - mean_log);
    }
    *ret_k = -products / squares;
    *ret_a = mathfn_exp(mean_log + *ret_k * mean_depth);
    return *ret_k * estimate->depth_max >= MAKING_FALL_MIN;
}

bool making_estimate_market(const struct making_estimate *estimate,
                            struct making_market *ret_market) {
    struct making_market market;
    if (estimate->seconds < estimate->half_life_s / 4) return false;
    if (!fit(estimate, &market.a, &market.k)) return false;
    market.sigma = sqrt(estimate->squares / estimate->seconds);
    *ret_market = market;
    return true;
}
