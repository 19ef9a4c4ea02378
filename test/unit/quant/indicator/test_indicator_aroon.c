// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

// Rows since the newest extreme of the window's period + 1 rows.
static double since(const double *x, size_t i, size_t period, double sign) {
    size_t best = i;
    for (size_t j = i; j + period >= i; j--) {
        if (sign * x[j] > sign * x[best]) best = j;
        if (j == 0) break;
    }
    return (double)(i - best);
}

static void aroon(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = NAN;
        if (i < params[0]) continue;
        out[0][i] = 100 * (1 - since(in[1], i, (size_t)params[0], -1) / params[0]);
        out[1][i] = 100 * (1 - since(in[0], i, (size_t)params[0], 1) / params[0]);
    }
}

static void aroonosc(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    double *both[2] = {malloc(count * sizeof(double)), malloc(count * sizeof(double))};
    aroon(in, count, params, both);
    for (size_t i = 0; i < count; i++) out[0][i] = both[1][i] - both[0][i];
    free(both[0]);
    free(both[1]);
}

static void aroon_equals_its_definition(void **state) {
    static const char *const periods[] = {"period=2", "period=14", "period=254", "period=300"};
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
        twin_check("aroon", periods[i], aroon);
        twin_check("aroonosc", periods[i], aroonosc);
    }
}

static void aroon_equals_the_reference(void **state) {
    golden_check("aroon", "timeperiod=7", "aroondown", "expected", "AROON_DOWN_7", 1e-9);
    golden_check("aroon", "timeperiod=7", "aroonup", "expected", "AROON_UP_7", 1e-9);
    golden_check("aroon", "timeperiod=14", "aroondown", "expected", "AROON_DOWN_14", 1e-9);
    golden_check("aroon", "timeperiod=14", "aroonup", "expected", "AROON_UP_14", 1e-9);
    golden_check("aroonosc", "timeperiod=7", "value", "expected", "AROONOSC_7", 1e-9);
    golden_check("aroonosc", "timeperiod=14", "value", "expected", "AROONOSC_14", 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aroon_equals_its_definition),
        cmocka_unit_test(aroon_equals_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
