// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    double *range = naive_column(count), *ratio = naive_column(count);
    for (size_t i = 0; i < count; i++) range[i] = in[0][i] - in[1][i];
    double *once = naive_ema(range, count, (size_t)params[1]);
    double *twice = naive_ema(once, count, (size_t)params[1]);
    for (size_t i = 0; i < count; i++) ratio[i] = twice[i] == 0 ? 1 : once[i] / twice[i];
    double *sum = naive_sum(ratio, count, (size_t)params[0]);
    for (size_t i = 0; i < count; i++) out[0][i] = sum[i];
}

static void mass_index_equals_its_definition(void **state) {
    twin_check("mass_index", "", twin);
    twin_check("mass_index", "period=1 ema=1", twin);
    twin_check("mass_index", "period=100 ema=21", twin);
}

static void a_range_that_stays_gives_the_period(void **state) {
    const struct indicator *mass = indicator_find("mass_index");
    double params[] = {25, 9}, memory[64], out;
    for (int wide = 0; wide < 2; wide++) {
        mass->init(memory, params);
        for (int i = 0; i < 60; i++) {
            mass->update(memory, (double[]){7 + wide, 7}, &out);
            assert_true(i < 40 ? isnan(out) : out == 25);
        }
    }
}

// tulipy 0.4, mass; its averages begin with the first value.
static void another_program_agrees(void **state) {
    peer_check("mass_index", "", "value",
               (double[]){24.5578644409057, 25.2362369715471, 24.5870921970292}, 1e-10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mass_index_equals_its_definition),
        cmocka_unit_test(a_range_that_stays_gives_the_period),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
