// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    double *range = naive_atr(in[0], in[1], in[2], count, (size_t)params[0]);
    double upper = NAN, lower = NAN;
    int trend = 1;
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 4; c++) out[c][i] = NAN;
        if (isnan(range[i])) continue;
        double basic_upper = (in[0][i] + in[1][i]) / 2 + params[1] * range[i];
        double basic_lower = (in[0][i] + in[1][i]) / 2 - params[1] * range[i];
        bool start = isnan(upper);
        if (start || basic_upper < upper || in[2][i - 1] > upper) upper = basic_upper;
        if (start || basic_lower > lower || in[2][i - 1] < lower) lower = basic_lower;
        if (trend == 1 && in[2][i] < lower)
            trend = -1;
        else if (trend == -1 && in[2][i] > upper)
            trend = 1;
        out[0][i] = trend == 1 ? lower : upper;
        out[1][i] = trend;
        out[2][i] = upper;
        out[3][i] = lower;
    }
}

static void supertrend_equals_its_definition(void **state) {
    twin_check("supertrend", "", twin);
    twin_check("supertrend", "period=1 width=1", twin);
    twin_check("supertrend", "period=7 width=1.5", twin);
    twin_check("supertrend", "period=50 width=2", twin);
}

static void the_line_lets_no_close_pass_without_turning(void **state) {
    double line[PEER_ROWS], direction[PEER_ROWS];
    struct bars *bars = malloc(sizeof *bars);
    peer_bars(bars);
    peer_output("supertrend", "", "value", line);
    peer_output("supertrend", "", "direction", direction);
    int turns = 0;
    for (size_t i = 10; i < PEER_ROWS; i++) {
        assert_true(direction[i] > 0 ? bars->close[i] >= line[i] : bars->close[i] <= line[i]);
        if (i == 10 || direction[i] != direction[i - 1])
            turns++;
        else // towards the price, or not at all
            assert_true(direction[i] > 0 ? line[i] >= line[i - 1] : line[i] <= line[i - 1]);
    }
    assert_true(turns > 5);
    free(bars);
}

// pandas-ta-classic, supertrend.
static void another_program_agrees(void **state) {
    peer_check("supertrend", "", "value",
               (double[]){240.201825165457, 244.741187901847, 238.002776242145}, 1e-10);
    peer_check("supertrend", "", "direction", (double[]){1.0, -1.0, 1.0}, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(supertrend_equals_its_definition),
        cmocka_unit_test(the_line_lets_no_close_pass_without_turning),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
