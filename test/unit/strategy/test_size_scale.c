// SPDX-License-Identifier: Apache-2.0
#include "strategy/size_scale.h"

#include <math.h>

#include "harness.h"

struct row {
    double params
        [SCALE_COUNT]; // confidence_min, confidence_power, drawdown_from, drawdown_to, drawdown_least
    double confidence, drawdown;
    double scale;
};

static const struct row rows[] = {
    {{0, 1, 0, 0, 0}, 0.7, 0.5, 0.7}, // the defaults: confidence alone
    {{0, 0, 0, 0, 0}, 0.7, 0.5, 1},
    {{0, 2, 0, 0, 0}, 0.5, 0, 0.25},
    {{0.6, 1, 0, 0, 0}, 0.6, 0, 0.6},
    {{0.6, 1, 0, 0, 0}, 0.59, 0, 0},
    {{0.6, 0, 0, 0, 0}, 0.59, 0, 0},
    {{0, 1, 0.05, 0.25, 0.2}, 1, 0.05, 1},   // whole to 5 %
    {{0, 1, 0.05, 0.25, 0.2}, 1, 0.15, 0.6}, // half of the way from 1 to 0.2
    {{0, 1, 0.05, 0.25, 0.2}, 1, 0.25, 0.2},
    {{0, 1, 0.05, 0.25, 0.2}, 1, 0.9, 0.2},
    {{0, 1, 0.05, 0.25, 0.2}, 0.5, 0.15, 0.3}, // both
    {{0, 1, 0, 0.2, 0}, 1, 0.1, 0.5},
    {{0, 1, 0, 0.2, 0}, 1, 0.2, 0},
    {{0, 1, 0, 0.2, 0}, 1, NAN, 1}, // not known
};

static void sizes_are_scaled_as_the_rows_say(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double got = size_scale(rows[i].params, rows[i].confidence, rows[i].drawdown);
        if (!(fabs(got - rows[i].scale) < 1e-15))
            fail_msg("row %zu: %.17g, not %g", i, got, rows[i].scale);
    }
}

static void a_line_has_two_ends(void **state) {
    (void)state;
    double params[SCALE_COUNT];
    params_defaults(size_scale_params, SCALE_COUNT, params);
    assert_null(size_scale_fault(params));
    assert_false(size_scale_reads_peak(params));
    params[SCALE_DRAWDOWN_FROM] = params[SCALE_DRAWDOWN_TO] = 0.1;
    assert_non_null(size_scale_fault(params));
    assert_true(size_scale_reads_peak(params));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_scaled_as_the_rows_say),
        cmocka_unit_test(a_line_has_two_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
