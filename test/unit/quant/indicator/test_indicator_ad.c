// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static long double flow(const double *const *in, size_t i) {
    long double high = in[0][i], low = in[1][i], close = in[2][i];
    return high > low ? ((close - low) - (high - close)) / (high - low) * in[3][i] : 0;
}

static void ad(const double *const *in, size_t count, const double *params, double *const *out) {
    long double total = 0;
    for (size_t i = 0; i < count; i++) out[0][i] = (double)(total += flow(in, i));
}

static void adosc(const double *const *in, size_t count, const double *params, double *const *out) {
    long double total = 0, fast = 0, slow = 0;
    for (size_t i = 0; i < count; i++) {
        total += flow(in, i);
        fast = i == 0 ? total : fast + (total - fast) * 2 / (params[0] + 1.0L);
        slow = i == 0 ? total : slow + (total - slow) * 2 / (params[1] + 1.0L);
        out[0][i] = i + 1 < fmax(params[0], params[1]) ? NAN : (double)(fast - slow);
    }
}

// Averages of millions: their difference has the digits that those leave it.
static void ad_and_adosc_equal_their_definitions(void **state) {
    twin_check_within("ad", "", ad, 1e-9);
    twin_check_within("adosc", "", adosc, 1e-9);
    twin_check_within("adosc", "fastperiod=20 slowperiod=4", adosc, 1e-9);
}

static void ad_and_adosc_equal_the_reference(void **state) {
    golden_check("ad", "", "value", "expected", "AD", 1e-9);
    golden_check("adosc", "", "value", "expected", "ADOSC_3_10", 1e-9);
}

static void ad_keeps_small_volumes_beside_a_large_total(void **state) {
    const struct indicator *row = indicator_find("ad");
    double memory[8], out = 0;
    assert_true(row->state_size(NULL) <= sizeof memory);
    row->init(memory, NULL);
    row->update(memory, (double[]){2, 1, 2, 1e16}, &out);
    for (int i = 0; i < 100000; i++) row->update(memory, (double[]){2, 1, 2, 0.5}, &out);
    row->update(memory, (double[]){2, 1, 1, 1e16}, &out);
    assert_true(out == 50000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ad_and_adosc_equal_their_definitions),
        cmocka_unit_test(ad_and_adosc_equal_the_reference),
        cmocka_unit_test(ad_keeps_small_volumes_beside_a_large_total),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
