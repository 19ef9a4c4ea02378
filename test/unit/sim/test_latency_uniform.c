// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "sim/model.h"

static void times_spread_over_their_range(void **state) {
    const struct latency_model *model = latency_model_at((size_t)latency_model_find("uniform"));
    double params[] = {0.001, 0.002, 0.5, 0.5};
    struct prng prng;
    prng_seed(&prng, 7);
    int64_t least = INT64_MAX;
    int64_t most = 0;
    double sum = 0;
    for (int i = 0; i < 10000; i++) {
        int64_t ns = model->entry_ns(params, &prng);
        if (ns < least) least = ns;
        if (ns > most) most = ns;
        sum += (double)ns;
        assert_int_equal(model->report_ns(params, &prng), 500000000);
    }
    assert_in_range(least, 1000000, 1001000);
    assert_in_range(most, 1999000, 2000000);
    // The mean of 10,000 draws of standard deviation 288,675 ns is within 4 standard errors.
    assert_in_range((int64_t)(sum / 10000), 1500000 - 11547, 1500000 + 11547);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(times_spread_over_their_range)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
