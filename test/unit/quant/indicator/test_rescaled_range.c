// SPDX-License-Identifier: Apache-2.0
#include "base/prng.h"
#include <math.h>

#include "harness.h"
#include "quant/indicator/rescaled_range.h"

enum { ROWS = 3000, PERIOD_MAX = 300 };

// Of n increments, with the drift of the path in deviations of an increment.
static double naive(const double *increments, size_t n, double *ret_drift) {
    long double mean = 0, squares = 0, path = 0, most = 0, least = 0;
    for (size_t i = 0; i < n; i++) mean += (long double)increments[i] / (long double)n;
    for (size_t i = 0; i < n; i++) {
        squares += (increments[i] - mean) * (increments[i] - mean);
        path += increments[i] - mean;
        most = path > most ? path : most;
        least = path < least ? path : least;
    }
    long double deviation = sqrtl(squares / (long double)n);
    *ret_drift = (double)(fabsl(mean) * (long double)n / deviation);
    return (double)((most - least) / deviation);
}

static void check(uint32_t period, double (*next)(struct prng *prng, int row)) {
    static double increments[ROWS];
    static double slots[2 * PERIOD_MAX * 4 + 100];
    assert_true(rescaled_range_slots(period) <= sizeof slots / sizeof *slots);
    memset(slots, 0, sizeof slots);
    struct rescaled_range range = rescaled_range_make(period);
    struct prng prng;
    prng_seed(&prng, period);
    for (int row = 0; row < ROWS; row++) {
        increments[row] = next(&prng, row);
        double actual = rescaled_range_push(&range, slots, increments[row]);
        if (row + 1 < (int)period) {
            assert_true(isnan(actual));
            continue;
        }
        const double *window = &increments[row + 1 - (int)period];
        bool equal = true;
        for (uint32_t i = 1; i < period; i++) equal = equal && window[i] == window[0];
        if (equal) {
            assert_true(isnan(actual));
            continue;
        }
        // The path climbs by the drift, whose digits the range loses.
        double drift, expected = naive(window, period, &drift);
        if (!(fabs(actual - expected) <= 1e-12 * expected + 1e-14 * drift))
            fail_msg("period %u row %d: %.17g, twin %.17g", period, row, actual, expected);
    }
}

static double noise(struct prng *prng, int row) {
    return prng_double(prng) - 0.5;
}

static double drifting_noise(struct prng *prng, int row) {
    return 0.001 * prng_double(prng) + 0.01;
}

static double coarse(struct prng *prng, int row) {
    return (double)prng_below(prng, 3) - 1;
}

static double ever_faster(struct prng *prng, int row) {
    return row % 700; // a convex path: every point is a corner
}

static double ever_slower(struct prng *prng, int row) {
    return -(double)(row % 450);
}

static double waves(struct prng *prng, int row) {
    return sin(row / 20.0);
}

static double still_between(struct prng *prng, int row) {
    return row / 40 % 2 ? 0.25 : prng_double(prng);
}

static void the_range_equals_its_definition(void **state) {
    double (*const paths[])(struct prng *, int) = {
        noise, drifting_noise, coarse, ever_faster, ever_slower, waves, still_between};
    const uint32_t periods[] = {2, 3, 8, 33, 100, PERIOD_MAX};
    for (size_t s = 0; s < sizeof paths / sizeof *paths; s++)
        for (size_t p = 0; p < sizeof periods / sizeof *periods; p++) check(periods[p], paths[s]);
}

static void the_expectation_is_that_of_anis_and_lloyd(void **state) {
    for (uint32_t n = 2; n < 170; n++) {
        double sum = 0;
        for (uint32_t i = 1; i < n; i++) sum += sqrt((double)(n - i) / i);
        double expected = tgamma((n - 1) / 2.0) / (sqrt(M_PI) * tgamma(n / 2.0)) * sum;
        assert_true(fabs(rescaled_range_expected(n) / expected - 1) < 1e-12);
    }
}

// 20,000 windows of 64 normal increments, each a sum of twelve uniform numbers.
static void independent_increments_have_the_expected_range(void **state) {
    enum { N = 64, WINDOWS = 20000 };
    struct prng prng;
    prng_seed(&prng, 7);
    double sum = 0;
    for (int window = 0; window < WINDOWS; window++) {
        double increments[N];
        for (int i = 0; i < N; i++) {
            increments[i] = -6;
            for (int k = 0; k < 12; k++) increments[i] += prng_double(&prng);
        }
        double drift;
        sum += naive(increments, N, &drift);
    }
    assert_true(fabs(sum / WINDOWS / rescaled_range_expected(N) - 1) < 0.005);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_range_equals_its_definition),
        cmocka_unit_test(the_expectation_is_that_of_anis_and_lloyd),
        cmocka_unit_test(independent_increments_have_the_expected_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
