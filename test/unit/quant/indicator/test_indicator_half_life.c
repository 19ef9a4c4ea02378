// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 3; c++) out[c][i] = NAN;
        if (i < period) continue;
        const double *x = &in[0][i - period];
        long double n = (long double)period, mx = 0, my = 0, xx = 0, xy = 0;
        for (size_t j = 0; j < period; j++) {
            mx += ((long double)x[j] - x[0]) / n;
            my += ((long double)x[j + 1] - x[j]) / n;
        }
        for (size_t j = 0; j < period; j++) {
            long double dx = ((long double)x[j] - x[0]) - mx;
            xx += dx * dx;
            xy += dx * (((long double)x[j + 1] - x[j]) - my);
        }
        if (xx == 0) continue;
        out[1][i] = (double)(-xy / xx);
        if (!(out[1][i] > 0)) continue;
        out[0][i] = (double)(-logl(2) * xx / xy);
        out[2][i] = (double)(x[0] + mx - my * xx / xy);
    }
}

static void half_life_equals_its_definition(void **state) {
    // Of a walk that hardly reverts the half-life is the inverse of next to nothing.
    twin_check_within("half_life", "", twin, 1e-9);
    twin_check_within("half_life", "period=30", twin, 1e-9);
    twin_check_within("half_life", "period=250", twin, 1e-9);
}

static void a_deviation_that_halves_each_row_is_seen(void **state) {
    const struct indicator *half_life = indicator_find("half_life");
    double params[] = {5}, memory[64], out[3];
    half_life->init(memory, params);
    for (int i = 0; i < 12; i++)
        half_life->update(memory, (double[]){50 + (i % 2 ? 1 : 3) * pow(0.5, i)}, out);
    assert_true(out[1] > 0 && fabs(out[2] - 50) < 0.01);
    half_life->init(memory, params);
    for (int i = 0; i < 12; i++) half_life->update(memory, (double[]){50 + pow(0.5, i)}, out);
    assert_true(fabs(out[1] - 0.5) < 1e-9 && fabs(out[0] - log(2) / 0.5) < 1e-9); // Chan's rate
    assert_true(fabs(out[2] - 50) < 1e-9);
    for (int i = 0; i < 12; i++) half_life->update(memory, (double[]){pow(2, i)}, out);
    assert_true(fabs(out[1] + 1) < 1e-9 && isnan(out[0]) && isnan(out[2])); // runs away
    for (int i = 0; i < 12; i++) half_life->update(memory, (double[]){9}, out);
    for (int c = 0; c < 3; c++) assert_true(isnan(out[c]));
}

// numpy 2.4: polyfit of the change on the level before over 100 changes.
static void another_program_agrees(void **state) {
    peer_check("half_life", "", "half_life",
               (double[]){16.0109840897038, 10.0939862795745, 4.05151802814227}, 1e-8);
    peer_check("half_life", "", "speed",
               (double[]){0.0432919785989724, 0.0686693206590297, 0.171083326236061}, 1e-8);
    peer_check("half_life", "", "level",
               (double[]){242.552510672625, 240.081466723981, 241.054700137204}, 1e-8);
}

static void half_life_does_not_drift_in_a_million_rows(void **state) {
    assert_true(drift("half_life", "period=100", twin, 1000000, 101) <= 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_life_equals_its_definition),
        cmocka_unit_test(a_deviation_that_halves_each_row_is_seen),
        cmocka_unit_test(another_program_agrees),
        cmocka_unit_test(half_life_does_not_drift_in_a_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
