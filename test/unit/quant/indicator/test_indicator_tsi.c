// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    double *change = naive_column(count), *path = naive_column(count), *value = naive_column(count);
    for (size_t i = 1; i < count; i++) {
        change[i] = in[0][i] - in[0][i - 1];
        path[i] = fabs(change[i]);
    }
    size_t a = (size_t)params[0], b = (size_t)params[1];
    change = naive_ema(naive_ema(change, count, a), count, b);
    path = naive_ema(naive_ema(path, count, a), count, b);
    for (size_t i = 0; i < count; i++) value[i] = path[i] == 0 ? 0 : 100 * change[i] / path[i];
    double *signal = naive_ema(value, count, (size_t)params[2]);
    for (size_t i = 0; i < count; i++) {
        out[0][i] = value[i];
        out[1][i] = signal[i];
    }
}

static void tsi_equals_its_definition(void **state) {
    twin_check("tsi", "", twin);
    twin_check("tsi", "longer=1 shorter=1 signal=1", twin);
    twin_check("tsi", "longer=5 shorter=50 signal=7", twin);
}

static void tsi_is_a_hundred_uphill_and_zero_on_the_level(void **state) {
    const struct indicator *tsi = indicator_find("tsi");
    double params[] = {5, 3, 2}, memory[32], out[2];
    for (int slope = -1; slope <= 1; slope++) {
        tsi->init(memory, params);
        for (int i = 0; i < 20; i++) {
            tsi->update(memory, (double[]){100 + slope * i}, out);
            assert_true(i < 7 ? isnan(out[0]) : fabs(out[0] - 100 * slope) < 1e-12);
            assert_true(i < 8 ? isnan(out[1]) : fabs(out[1] - 100 * slope) < 1e-12);
        }
    }
}

// pandas-ta-classic, tsi; its averages begin elsewhere, which 400 rows later no longer shows.
static void another_program_agrees(void **state) {
    peer_check("tsi", "", "value",
               (double[]){40.0807952634607, -9.30040807766986, 15.3011163891457}, 1e-8);
    peer_check("tsi", "", "signal",
               (double[]){21.3832436225917, -2.29455535712236, 10.306524512989}, 1e-8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tsi_equals_its_definition),
        cmocka_unit_test(tsi_is_a_hundred_uphill_and_zero_on_the_level),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
