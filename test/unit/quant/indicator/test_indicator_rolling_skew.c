// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i + 1 < period) continue;
        const double *x = &in[0][i + 1 - period];
        long double n = (long double)period, mean = 0, moment[3] = {0};
        for (size_t j = 0; j < period; j++) mean += ((long double)x[j] - x[0]) / n;
        for (size_t j = 0; j < period; j++) {
            long double d = ((long double)x[j] - x[0]) - mean;
            moment[0] += d * d / n;
            moment[1] += d * d * d / n;
            moment[2] += d * d * d * d / n;
        }
        if (moment[0] == 0) continue;
        long double skew = moment[1] / (moment[0] * sqrtl(moment[0]));
        if (params[1] != 0) skew *= sqrtl(n * (n - 1)) / (n - 2);
        out[0][i] = (double)skew;
    }
}

static void rolling_skew_equals_its_definition(void **state) {
    twin_check_within("rolling_skew", "", twin, 1e-11);
    twin_check_within("rolling_skew", "period=3", twin, 1e-11);
    twin_check_within("rolling_skew", "period=200 adjusted=0", twin, 1e-11);
}

static void a_window_by_hand(void **state) {
    // Of 0, 0, 3: mean 1, moments 2 and 2.
    const double rows[] = {0, 0, 3}, skew = 1 / sqrt(2);
    const struct indicator *rolling = indicator_find("rolling_skew");
    for (int adjusted = 0; adjusted < 2; adjusted++) {
        double params[] = {3, adjusted}, memory[32], out;
        rolling->init(memory, params);
        for (int i = 0; i < 3; i++) rolling->update(memory, &rows[i], &out);
        assert_true(fabs(out - skew * (adjusted ? sqrt(6) : 1)) < 1e-14);
    }
}

// pandas 3.1, rolling().skew().
static void another_program_agrees(void **state) {
    peer_check("rolling_skew", "", "value",
               (double[]){0.193012260785533, 0.550661192117927, 0.338178839530807}, 1e-11);
}

static void rolling_skew_does_not_drift_in_a_million_rows(void **state) {
    assert_true(drift("rolling_skew", "period=60", twin, 1000000, 60) <= 1e-11);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rolling_skew_equals_its_definition),
        cmocka_unit_test(a_window_by_hand),
        cmocka_unit_test(another_program_agrees),
        cmocka_unit_test(rolling_skew_does_not_drift_in_a_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
