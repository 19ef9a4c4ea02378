// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

// The mean |x - mean| and the distance of the last value from the mean, from x[0] on.
static long double mean_deviation(const long double *x, size_t n, long double *ret_distance) {
    long double mean = 0, sum = 0;
    for (size_t i = 0; i < n; i++) mean += (x[i] - x[0]) / (long double)n;
    for (size_t i = 0; i < n; i++) sum += fabsl((x[i] - x[0]) - mean);
    *ret_distance = (x[n - 1] - x[0]) - mean;
    return sum / (long double)n;
}

static void avgdev(const double *const *in, size_t count, const double *params,
                   double *const *out) {
    size_t period = (size_t)params[0];
    long double *x = malloc(period * sizeof *x), distance;
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i + 1 < period) continue;
        for (size_t j = 0; j < period; j++) x[j] = in[0][i + 1 - period + j];
        out[0][i] = (double)mean_deviation(x, period, &distance);
    }
    free(x);
}

static void cci(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    long double *x = malloc(period * sizeof *x), distance;
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i + 1 < period) continue;
        for (size_t j = 0; j < period; j++) {
            size_t k = i + 1 - period + j;
            x[j] = (in[0][k] + in[1][k] + in[2][k]) / 3;
        }
        long double deviation = mean_deviation(x, period, &distance);
        out[0][i] = deviation <= 1e-15L * fabsl(x[period - 1])
                        ? 0
                        : (double)(distance / (0.015L * deviation));
    }
    free(x);
}

static void avgdev_and_cci_equal_their_definitions(void **state) {
    static const char *const periods[] = {"period=2",   "period=14",  "period=111",
                                          "period=256", "period=257", "period=600"};
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
        twin_check("avgdev", periods[i], avgdev);
        twin_check("cci", periods[i], cci);
    }
}

static void cci_equals_the_reference(void **state) {
    golden_check("cci", "timeperiod=7", "value", "independent", "CCI_7", 1e-9);
    golden_check("cci", "timeperiod=14", "value", "independent", "CCI_14", 1e-9);
    golden_check("cci", "timeperiod=7", "value", "expected", "CCI_7", 1e-6);
    golden_check("cci", "timeperiod=14", "value", "expected", "CCI_14", 1e-6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(avgdev_and_cci_equal_their_definitions),
        cmocka_unit_test(cci_equals_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
