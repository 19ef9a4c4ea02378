// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t wma = (size_t)params[0], a = (size_t)params[1], b = (size_t)params[2];
    size_t longest = a > b ? a : b;
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i + 1 < longest + wma) continue;
        long double sum = 0, weights = 0;
        for (size_t k = 0; k < wma; k++) {
            long double x = in[0][i - k];
            sum += (long double)(wma - k) *
                   (100 * (x / in[0][i - k - a] - 1) + 100 * (x / in[0][i - k - b] - 1));
            weights += (long double)(wma - k);
        }
        out[0][i] = (double)(sum / weights);
    }
}

static void coppock_equals_its_definition(void **state) {
    twin_check("coppock", "", twin);
    twin_check("coppock", "wma=1 longer=1 shorter=1", twin);
    twin_check("coppock", "wma=50 longer=3 shorter=40", twin);
}

static void a_row_over_an_old_zero_is_left_out(void **state) {
    const struct indicator *coppock = indicator_find("coppock");
    double params[] = {2, 1, 1}, memory[64], out;
    coppock->init(memory, params);
    const double rows[][2] = {{1, NAN}, {2, NAN},        {4, 200},       {0, -66.0 - 2.0 / 3},
                              {8, NAN}, {8, -200.0 / 3}, {12, 200.0 / 3}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        coppock->update(memory, rows[i], &out);
        assert_true(isnan(rows[i][1]) ? isnan(out) : fabs(out - rows[i][1]) < 1e-9);
    }
}

// pandas-ta-classic, coppock.
static void another_program_agrees(void **state) {
    peer_check("coppock", "", "value",
               (double[]){7.26416982784787, -2.4548581757527, 3.28030106340507}, 1e-10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coppock_equals_its_definition),
        cmocka_unit_test(a_row_over_an_old_zero_is_left_out),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
