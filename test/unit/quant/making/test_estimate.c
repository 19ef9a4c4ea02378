// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"

#include "base/prng.h"
#include "quant/making/estimate.h"

static void assert_near(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance)) fail_msg("%.17g, want %.17g", got, want);
}

static double exponential(struct prng *prng, double rate) {
    return -log(1 - prng_double(prng)) / rate;
}

// Orders of each side at rate 4 exp(-0.5 depth), a middle of sigma 0.2 in coin flips, looks every tenth of a second.
static void what_a_model_draws_is_found_again(void **state) {
    struct making_estimate estimate;
    struct making_market market;
    struct prng prng;
    prng_seed(&prng, 3);
    making_estimate_init(&estimate, 10, 2000);
    double middle = 100, next[2];
    for (int side = 0; side < 2; side++) next[side] = exponential(&prng, 4);
    for (int i = 1; i <= 100000; i++) {
        double now = i * 0.1;
        middle += (prng_next(&prng) >> 63 ? 1 : -1) * 0.2 * sqrt(0.1);
        making_estimate_look(&estimate, middle, 0.1);
        for (int side = 0; side < 2; side++)
            for (; next[side] < now; next[side] += exponential(&prng, 4))
                making_estimate_order(&estimate, exponential(&prng, 0.5));
    }
    assert_true(making_estimate_market(&estimate, &market));
    // About 2000 / ln 2 seconds count: 23,000 orders, 1.5 % at the far end of the line.
    assert_near(market.sigma, 0.2, 1e-9);
    assert_near(market.a, 4, 0.15);
    assert_near(market.k, 0.5, 0.015);
}

// Weights written out, and the line by the normal equations.
static void it_is_the_weighted_sums_that_it_says(void **state) {
    enum { LOOKS = 60 };
    struct making_estimate estimate;
    struct making_market market;
    struct prng prng;
    double time[LOOKS], middle[LOOKS], depth[LOOKS][3], now = 0;
    prng_seed(&prng, 5);
    making_estimate_init(&estimate, 8, 20);
    for (int i = 0; i < LOOKS; i++) {
        double seconds = 0.5 + prng_double(&prng);
        time[i] = now += seconds;
        middle[i] = 50 + prng_double(&prng);
        making_estimate_look(&estimate, middle[i], seconds);
        for (int k = 0; k < 3; k++) {
            depth[i][k] = exponential(&prng, 0.4) - 0.1;
            making_estimate_order(&estimate, depth[i][k]);
        }
    }
    double seconds = 0, squares = 0, s[5] = {0};
    for (int i = 1; i < LOOKS; i++) {
        double weight = exp2(-(now - time[i]) / 20);
        seconds += weight * (time[i] - time[i - 1]);
        squares += weight * pow(middle[i] - middle[i - 1], 2);
    }
    for (int bucket = 0; bucket < MAKING_BUCKETS; bucket++) {
        double lower = 8.0 / MAKING_BUCKETS * bucket, reached = 0;
        for (int i = 0; i < LOOKS; i++)
            for (int k = 0; k < 3; k++)
                if (bucket == 0 || depth[i][k] >= lower) reached += exp2(-(now - time[i]) / 20);
        if (reached < MAKING_ORDERS_MIN) break;
        double y = log(reached / (2 * seconds));
        s[0] += 1, s[1] += lower, s[2] += lower * lower, s[3] += y, s[4] += lower * y;
    }
    double slope = (s[0] * s[4] - s[1] * s[3]) / (s[0] * s[2] - s[1] * s[1]);
    assert_true(making_estimate_market(&estimate, &market));
    assert_near(market.sigma, sqrt(squares / seconds), 1e-12);
    assert_near(market.k, -slope, 1e-10);
    assert_near(market.a, exp((s[3] - slope * s[1]) / s[0]), 1e-10);
}

static void it_says_when_it_does_not_know(void **state) {
    struct making_estimate estimate;
    struct making_market market = {7, 7, 7};
    making_estimate_init(&estimate, 4, 40);
    for (int i = 0; i < 10; i++) {
        making_estimate_look(&estimate, 100, 1);
        for (int k = 0; k < 8; k++) making_estimate_order(&estimate, k % 4);
    }
    assert_false(making_estimate_market(&estimate, &market)); // 9 seconds, of 40 a quarter
    for (int i = 0; i < 3; i++) making_estimate_look(&estimate, 100, 1);
    assert_true(making_estimate_market(&estimate, &market));
    assert_true(market.sigma == 0 && market.k > 0);
    making_estimate_init(&estimate, 4, 40);
    for (int i = 0; i < 30; i++) making_estimate_look(&estimate, 100, 1);
    assert_false(making_estimate_market(&estimate, &market)); // no order
    for (int i = 0; i < 9; i++) making_estimate_order(&estimate, 5);
    assert_false(making_estimate_market(&estimate, &market)); // all beyond: no slope
    for (int i = 0; i < 9; i++) making_estimate_order(&estimate, -1);
    assert_true(making_estimate_market(&estimate, &market));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_model_draws_is_found_again),
        cmocka_unit_test(it_is_the_weighted_sums_that_it_says),
        cmocka_unit_test(it_says_when_it_does_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
