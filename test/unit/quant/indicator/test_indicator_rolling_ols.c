// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 4; c++) out[c][i] = NAN;
        if (i + 1 < period) continue;
        const double *y = &in[0][i + 1 - period], *x = &in[1][i + 1 - period];
        long double n = (long double)period, mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
        for (size_t j = 0; j < period; j++) {
            mx += ((long double)x[j] - x[0]) / n;
            my += ((long double)y[j] - y[0]) / n;
        }
        for (size_t j = 0; j < period; j++) {
            long double dx = ((long double)x[j] - x[0]) - mx, dy = ((long double)y[j] - y[0]) - my;
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
        }
        if (xx == 0) continue;
        long double slope = xy / xx, at_x = mx + x[0], at_y = my + y[0];
        out[0][i] = (double)slope;
        out[1][i] = (double)(at_y - slope * at_x);
        out[3][i] = (double)((y[period - 1] - at_y) - slope * (x[period - 1] - at_x));
        if (yy > 0) out[2][i] = (double)(xy * xy / (xx * yy));
    }
}

static void rolling_ols_equals_its_definition(void **state) {
    // Where both series are 1e4, an intercept near 0 is the difference of two such numbers.
    twin_check_within("rolling_ols", "", twin, 1e-9);
    twin_check_within("rolling_ols", "period=2", twin, 1e-9);
    twin_check_within("rolling_ols", "period=200", twin, 1e-9);
}

static void a_line_is_found_and_its_absence_is_told(void **state) {
    const struct indicator *ols = indicator_find("rolling_ols");
    double params[] = {4}, memory[40], out[4];
    assert_true(ols->state_size(params) <= sizeof memory);
    ols->init(memory, params);
    for (int i = 0; i < 10; i++) ols->update(memory, (double[]){3 - 2.0 * i, i}, out);
    assert_true(fabs(out[0] + 2) < 1e-14 && fabs(out[1] - 3) < 1e-13);
    assert_true(fabs(out[2] - 1) < 1e-14 && fabs(out[3]) < 1e-14);
    for (int i = 0; i < 10; i++) ols->update(memory, (double[]){5, i}, out);
    assert_true(out[0] == 0 && out[1] == 5 && isnan(out[2]) && out[3] == 0);
    for (int i = 0; i < 10; i++) ols->update(memory, (double[]){i, 5}, out);
    for (int c = 0; c < 4; c++) assert_true(isnan(out[c]));
}

// numpy 2.4: polyfit of close on open over 60 rows, corrcoef squared.
static void another_program_agrees(void **state) {
    peer_check("rolling_ols", "", "slope",
               (double[]){0.967841392333096, 0.91498474429166, 0.784589255089565}, 1e-9);
    peer_check("rolling_ols", "", "intercept",
               (double[]){7.92735505292924, 20.5641185906641, 51.9710692796537}, 1e-9);
    peer_check("rolling_ols", "", "r2",
               (double[]){0.881024690886615, 0.818145016503856, 0.625353937512324}, 1e-9);
    peer_check("rolling_ols", "", "residual",
               (double[]){0.146050132002898, -0.721784375823347, 1.66158762613293}, 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rolling_ols_equals_its_definition),
        cmocka_unit_test(a_line_is_found_and_its_absence_is_told),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
