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
        // pandas' form: sums of powers over the sample variance.
        long double excess = moment[2] / (moment[0] * moment[0]) - 3;
        if (params[1] != 0) {
            long double variance = n * moment[0] / (n - 1), fourth = n * moment[2];
            excess = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * fourth / (variance * variance) -
                     3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3));
        }
        out[0][i] = (double)excess;
    }
}

static void rolling_kurtosis_equals_its_definition(void **state) {
    twin_check_within("rolling_kurtosis", "", twin, 1e-11);
    twin_check_within("rolling_kurtosis", "period=4", twin, 1e-11);
    twin_check_within("rolling_kurtosis", "period=200 adjusted=0", twin, 1e-11);
}

static void a_window_by_hand(void **state) {
    // Of 0, 0, 0, 4: mean 1, moments 3 and 21; adjusted 3 / (2 x 1) (5 (21/9 - 3) + 6).
    const double rows[] = {0, 0, 0, 4};
    const struct indicator *rolling = indicator_find("rolling_kurtosis");
    for (int adjusted = 0; adjusted < 2; adjusted++) {
        double params[] = {4, adjusted}, memory[32], out;
        rolling->init(memory, params);
        for (int i = 0; i < 4; i++) rolling->update(memory, &rows[i], &out);
        assert_true(fabs(out - (adjusted ? 4 : -2.0 / 3)) < 1e-14);
    }
}

// pandas 3.1, rolling().kurt(), which subtracts what leaves the window.
static void another_program_agrees(void **state) {
    peer_check("rolling_kurtosis", "", "value",
               (double[]){-0.414815312487104, -0.349742790536247, -0.642181180250227}, 1e-9);
}

static void rolling_kurtosis_does_not_drift_in_a_million_rows(void **state) {
    assert_true(drift("rolling_kurtosis", "period=60", twin, 1000000, 60) <= 1e-11);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rolling_kurtosis_equals_its_definition),
        cmocka_unit_test(a_window_by_hand),
        cmocka_unit_test(another_program_agrees),
        cmocka_unit_test(rolling_kurtosis_does_not_drift_in_a_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
