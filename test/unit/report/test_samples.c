// SPDX-License-Identifier: Apache-2.0
#include "report/samples.h"

#include "harness.h"

static void ranks_are_nearest_ranks(void **state) {
    struct samples samples = {0};
    for (int i = 10; i > 0; i--) assert_ok(samples_add(&samples, 100 * i));
    samples_end(&samples);
    assert_int_equal(samples_rank(&samples, 0), 100);
    assert_int_equal(samples_rank(&samples, 100), 100);
    assert_int_equal(samples_rank(&samples, 101), 200);
    assert_int_equal(samples_rank(&samples, 500), 500);
    assert_int_equal(samples_rank(&samples, 990), 1000);
    assert_int_equal(samples_mean(&samples), 550);
    assert_int_equal(samples.least, 100);
    assert_int_equal(samples.greatest, 1000);
    samples_fini(&samples);
}

// Of 0, 1, ..., n - 1 every 2^k-th is kept: ranks differ from the true ones by less than that.
static void many_are_thinned_out_evenly(void **state) {
    struct samples samples = {0};
    enum { N = 5 * SAMPLES_MAX + 77 };
    for (int64_t i = 0; i < N; i++) assert_ok(samples_add(&samples, i));
    assert_true(samples.kept <= SAMPLES_MAX && samples.kept > SAMPLES_MAX / 2);
    assert_int_equal(samples.count, N);
    for (size_t i = 0; i < samples.kept; i++)
        assert_int_equal(samples.items[i], (int64_t)(i * samples.stride));
    samples_end(&samples);
    int64_t median = samples_rank(&samples, 500);
    assert_true(median > N / 2 - 9 && median < N / 2 + 9);
    assert_int_equal(samples.greatest, N - 1);
    samples_fini(&samples);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_are_nearest_ranks),
        cmocka_unit_test(many_are_thinned_out_evenly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
