// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t start = (size_t)params[0], every = (size_t)params[1];
    for (size_t i = 0; i < count; i++) {
        size_t anchor = start;
        while (every > 0 && anchor + every <= i) anchor += every;
        long double value = 0, volume = 0;
        for (size_t j = anchor; j <= i; j++) {
            value += ((long double)in[0][j] + in[1][j] + in[2][j]) / 3 * in[3][j];
            volume += in[3][j];
        }
        out[0][i] = volume > 0 ? (double)(value / volume) : NAN;
    }
}

// The first nine rows of the series are without volume.
static void vwap_anchored_equals_its_definition(void **state) {
    twin_check("vwap_anchored", "start=9", twin);
    twin_check("vwap_anchored", "start=20 every=1", twin);
    twin_check("vwap_anchored", "start=100 every=60", twin);
}

static void an_anchor_waits_for_the_first_trade(void **state) {
    const struct indicator *vwap = indicator_find("vwap_anchored");
    double params[] = {1, 3}, memory[8], out;
    const double rows[][3] = {{7, 1, NAN}, {7, 0, NAN}, {8, 2, 8},
                              {11, 1, 9},  {5, 0, NAN}, {6, 1, 6}};
    vwap->init(memory, params);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double price = rows[i][0];
        vwap->update(memory, (double[]){price, price, price, rows[i][1]}, &out);
        assert_true(isnan(rows[i][2]) ? isnan(out) : out == rows[i][2]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vwap_anchored_equals_its_definition),
        cmocka_unit_test(an_anchor_waits_for_the_first_trade),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
