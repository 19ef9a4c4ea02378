// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static long double average(const double *const *in, size_t i, double length) {
    long double bought = 0, range = 0;
    for (size_t k = i; k > 0 && k + length > i; k--) {
        double low = fmin(in[1][k], in[2][k - 1]), high = fmax(in[0][k], in[2][k - 1]);
        bought += (long double)in[2][k] - low;
        range += (long double)high - low;
    }
    return range < 1e-14L ? 0 : bought / range;
}

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    double longest = fmax(params[0], fmax(params[1], params[2]));
    double shortest = fmin(params[0], fmin(params[1], params[2]));
    double middle = params[0] + params[1] + params[2] - longest - shortest;
    for (size_t i = 0; i < count; i++)
        out[0][i] = i < longest ? NAN
                                : (double)(100 *
                                           (4 * average(in, i, shortest) +
                                            2 * average(in, i, middle) + average(in, i, longest)) /
                                           7);
}

static void ultosc_equals_its_definition(void **state) {
    twin_check("ultosc", "", twin);
    twin_check("ultosc", "timeperiod1=1 timeperiod2=1 timeperiod3=1", twin);
    twin_check("ultosc", "timeperiod1=20 timeperiod2=3 timeperiod3=9", twin);
}

static void ultosc_equals_the_reference(void **state) {
    golden_check("ultosc", "", "value", "expected", "ULTOSC_7_14_28", 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ultosc_equals_its_definition),
        cmocka_unit_test(ultosc_equals_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
