// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>

#include "base/prng.h"
#include "base/timestamp.h"
#include "research/sweep/doubt.h"

enum { SEARCHES = 200, TRIALS = 60, DAYS = 500 };

// A sum of twelve uniform numbers, less six, is nearly normal.
static double normal(struct prng *prng) {
    double sum = -6;
    for (int i = 0; i < 12; i++) sum += prng_double(prng);
    return sum;
}

static void run_trial(struct prng *prng, double edge, struct score_result *ret_result) {
    struct score score;
    double equity = 1e12;
    score_init(&score, NULL, 0);
    for (int day = 0; day <= DAYS; day++) {
        score_mark(&score, (day + 1) * NS_PER_DAY, equity, true);
        equity *= 1 + 0.01 * (normal(prng) + edge);
    }
    score_end(&score, MONEY((int128_t)equity), 8, 252, ret_result);
}

// Of how many searches the best trial is believed at 95 %; the first trial has an edge, the others are noise.
static int believed(double edge) {
    static struct score_result results[TRIALS];
    struct prng prng;
    struct doubt doubt;
    int count = 0;
    prng_seed(&prng, 17);
    for (int s = 0; s < SEARCHES; s++) {
        uint64_t best = 0;
        for (uint64_t i = 0; i < TRIALS; i++) {
            run_trial(&prng, i == 0 ? edge : 0, &results[i]);
            if (results[i].sharpe > results[best].sharpe) best = i;
        }
        doubt_of(results, sizeof *results, TRIALS, best, 252, &doubt);
        count += doubt.deflated > 0.95;
    }
    return count;
}

static void a_search_in_noise_is_flagged_and_a_planted_edge_is_found(void **state) {
    (void)state;
    assert_true(believed(0) <= SEARCHES / 20);
    assert_true(believed(0.3) >= SEARCHES * 9 / 10); // a yearly Sharpe ratio of 4.8
}

// Bailey and Lopez de Prado (2014), the paper's example: 100 trials whose yearly ratios have a variance of 1/2, a best
// one of 2.5 over 1,250 days of 250 a year, skew -3, kurtosis 10: 0.1132 a day is expected, deflated 0.9004.
static void the_published_example_is_reproduced(void **state) {
    (void)state;
    struct score_result results[101];
    struct doubt doubt;
    // 50 of mean + d and 50 of mean - d have the variance d^2 100 / 99.
    double d = sqrt(0.5 * 99 / 100);
    memset(results, 0, sizeof results);
    for (int i = 0; i < 100; i++) results[i].sharpe = i % 2 ? 1 + d : 1 - d;
    results[100] = (struct score_result){.sharpe = 2.5, .days = 1250, .skew = -3, .kurtosis = 10};
    doubt_of(results, sizeof *results, 100, 100, 250, &doubt);
    assert_int_equal(doubt.trials, 100);
    assert_true(fabs(doubt.expected_max / sqrt(250) - 0.1132) < 5e-5);
    assert_true(fabs(doubt.deflated - 0.9004) < 5e-5);
    assert_true(doubt.probable > 0.99 && doubt.days_needed > 1250);
}

static void one_trial_or_none_with_a_ratio_leaves_it_undefined(void **state) {
    (void)state;
    struct score_result results[2] = {{.sharpe = 1, .days = 9, .kurtosis = 3}, {.sharpe = NAN}};
    struct doubt doubt;
    doubt_of(results, sizeof *results, 2, 0, 252, &doubt);
    assert_int_equal(doubt.trials, 1);
    assert_true(isnan(doubt.deflated) && isnan(doubt.expected_max));
    assert_false(isnan(doubt.probable));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_search_in_noise_is_flagged_and_a_planted_edge_is_found),
        cmocka_unit_test(the_published_example_is_reproduced),
        cmocka_unit_test(one_trial_or_none_with_a_ratio_leaves_it_undefined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
