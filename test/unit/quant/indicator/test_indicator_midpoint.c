// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void middle(const double *high, const double *low, size_t count, size_t period,
                   double *ret) {
    for (size_t i = 0; i < count; i++) {
        double top = high[i], bottom = low[i];
        for (size_t k = 1; k < period && k <= i; k++) {
            top = fmax(top, high[i - k]);
            bottom = fmin(bottom, low[i - k]);
        }
        ret[i] = i + 1 < period ? NAN : (top + bottom) / 2;
    }
}

static void midpoint(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    middle(in[0], in[0], count, (size_t)params[0], out[0]);
}

static void midprice(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    middle(in[0], in[1], count, (size_t)params[0], out[0]);
}

static void both_equal_their_definition(void **state) {
    static const char *const texts[] = {"", "timeperiod=2", "timeperiod=5", "timeperiod=333"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        twin_check_within("midpoint", texts[i], midpoint, 0);
        twin_check_within("midprice", texts[i], midprice, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_equal_their_definition)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
