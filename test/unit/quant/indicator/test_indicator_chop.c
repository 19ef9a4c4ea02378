// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    double *path = naive_sum(naive_true_range(in[0], in[1], in[2], count), count, period);
    double *high = naive_max(in[0], count, period), *low = naive_min(in[1], count, period);
    for (size_t i = 0; i < count; i++)
        out[0][i] =
            high[i] > low[i] ? 100 * log10(path[i] / (high[i] - low[i])) / log10(params[0]) : NAN;
}

static void chop_equals_its_definition(void **state) {
    twin_check("chop", "", twin);
    twin_check("chop", "period=2", twin);
    twin_check("chop", "period=100", twin);
}

static void chop_is_zero_in_a_straight_line_and_a_hundred_on_the_spot(void **state) {
    const struct indicator *chop = indicator_find("chop");
    double params[] = {4}, memory[32], out = 0;
    assert_true(chop->state_size(params) <= sizeof memory);
    chop->init(memory, params);
    for (int i = 0; i < 9; i++) chop->update(memory, (double[]){i + 1, i, i + 1}, &out);
    assert_true(fabs(out) < 1e-12);
    for (int i = 0; i < 9; i++) chop->update(memory, (double[]){10, 9, 9.5}, &out);
    assert_true(fabs(out - 100) < 1e-12);
    for (int i = 0; i < 9; i++) {
        chop->update(memory, (double[]){9, 9, 9}, &out); // the first from a gap, with a true range
        assert_int_equal(isnan(out), i >= 3);
    }
}

// pandas-ta-classic, chop.
static void another_program_agrees(void **state) {
    peer_check("chop", "", "value",
               (double[]){40.6422408519989, 57.7594108885944, 50.9795504775005}, 1e-10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chop_equals_its_definition),
        cmocka_unit_test(chop_is_zero_in_a_straight_line_and_a_hundred_on_the_spot),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
