// SPDX-License-Identifier: Apache-2.0
#include "averages.h"
#include "harness.h"
#include "quant/stream/average.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    double *e = malloc(2 * count * sizeof *e), *next = e + count;
    memcpy(e, in[0], count * sizeof *e);
    for (int k = 0; k < 3; k++) {
        naive_average(AVERAGE_EMA, e, count, period, next);
        memcpy(e, next, count * sizeof *e);
    }
    out[0][0] = NAN;
    for (size_t i = 1; i < count; i++) out[0][i] = 100 * (e[i] / e[i - 1] - 1);
    free(e);
}

// A change in percent of a ratio near 1 is rounded to 2e-14.
static void trix_equals_its_definition(void **state) {
    twin_check_within("trix", "", twin, 1e-11);
    twin_check_within("trix", "timeperiod=1", twin, 1e-11);
    twin_check_within("trix", "timeperiod=5", twin, 1e-11);
    twin_check_within("trix", "timeperiod=100", twin, 1e-11);
}

static void trix_equals_the_reference(void **state) {
    golden_check("trix", "timeperiod=5", "value", "expected", "TRIX_5", 1e-9);
    golden_check("trix", "timeperiod=15", "value", "expected", "TRIX_15", 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trix_equals_its_definition),
        cmocka_unit_test(trix_equals_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
