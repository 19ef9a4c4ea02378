// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t length[3] = {(size_t)params[0], (size_t)params[1], (size_t)params[2]};
    long double fast = 0, slow = 0, signal = 0;
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = out[2][i] = NAN;
        // Both averages are seeded at the last bar of the slow one's seed.
        if (i + 1 < length[1]) continue;
        if (i + 1 == length[1]) {
            fast = twin_mean(&in[0][i + 1 - length[0]], length[0]);
            slow = twin_mean(in[0], length[1]);
        } else {
            fast += 2 / (params[0] + 1) * (in[0][i] - fast);
            slow += 2 / (params[1] + 1) * (in[0][i] - slow);
        }
        size_t seen = i + 2 - length[1];
        long double k = seen <= length[2] ? 1.0L / (long double)seen : 2 / (params[2] + 1.0L);
        signal += k * (fast - slow - signal);
        if (seen < length[2]) continue;
        out[0][i] = (double)(fast - slow);
        out[1][i] = (double)signal;
        out[2][i] = (double)(fast - slow - signal);
    }
}

// One of the series stands at 1e4, where an average is rounded to 2e-12.
static void macd_equals_its_definition(void **state) {
    twin_check_within("macd", "", twin, 1e-11);
    twin_check_within("macd", "fast=1 slow=2 signal=1", twin, 1e-11);
    twin_check_within("macd", "fast=5 slow=35 signal=5", twin, 1e-11);
}

static void macd_equals_the_reference(void **state) {
    golden_check("macd", "fast=12 slow=26 signal=9", "macd", "expected", "MACD_12_26_9", 1e-9);
    golden_check("macd", "fast=12 slow=26 signal=9", "signal", "expected", "MACDSIGNAL_12_26_9",
                 1e-9);
    golden_check("macd", "fast=12 slow=26 signal=9", "histogram", "expected", "MACDHIST_12_26_9",
                 1e-9);
    golden_check("macd", "fast=5 slow=35 signal=5", "macd", "expected", "MACD_5_35_5", 1e-9);
    golden_check("macd", "fast=5 slow=35 signal=5", "signal", "expected", "MACDSIGNAL_5_35_5",
                 1e-9);
    golden_check("macd", "fast=5 slow=35 signal=5", "histogram", "expected", "MACDHIST_5_35_5",
                 1e-9);
}

static void macd_refuses_a_fast_length_that_is_not_shorter(void **state) {
    const struct indicator *macd = indicator_find("macd");
    assert_int_equal(indicator_check(macd, (double[]){26, 26, 9}), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "fast"));
    assert_ok(indicator_check(macd, (double[]){25, 26, 9}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(macd_equals_its_definition),
        cmocka_unit_test(macd_equals_the_reference),
        cmocka_unit_test(macd_refuses_a_fast_length_that_is_not_shorter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
