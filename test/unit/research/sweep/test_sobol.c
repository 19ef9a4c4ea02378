// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "research/sweep/sobol.h"

// scipy 1.14.1: qmc.Sobol(21, scramble=False).random(n), rows 1, 2, 5 and 1000, in dimensions 1, 2, 3, 8 and 21.
static void points_are_those_of_scipy(void **state) {
    (void)state;
    static const int rows[] = {1, 2, 5, 1000};
    static const int dimensions[] = {0, 1, 2, 7, 20};
    static const double expected[][5] = {
        {0.5, 0.5, 0.5, 0.5, 0.5},
        {0.75, 0.25, 0.25, 0.75, 0.25},
        {0.875, 0.875, 0.125, 0.375, 0.625},
        {0.2197265625, 0.0966796875, 0.5185546875, 0.8994140625, 0.5224609375}};
    struct sobol sobol;
    double point[SOBOL_DIMENSIONS_MAX];
    assert_ok(sobol_init(&sobol, SOBOL_DIMENSIONS_MAX));
    int at = 0;
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        for (; at <= rows[r]; at++) sobol_next(&sobol, point);
        for (size_t d = 0; d < 5; d++) assert_true(point[dimensions[d]] == expected[r][d]);
    }
}

// Sobol's property: of the first 2^k points, each of the 2^k equal parts of any axis holds one.
static void every_axis_is_filled_evenly(void **state) {
    (void)state;
    enum { POINTS = 1024 };
    static uint8_t seen[SOBOL_DIMENSIONS_MAX][POINTS];
    struct sobol sobol;
    double point[SOBOL_DIMENSIONS_MAX];
    assert_ok(sobol_init(&sobol, SOBOL_DIMENSIONS_MAX));
    for (int i = 0; i < POINTS; i++) {
        sobol_next(&sobol, point);
        for (int d = 0; d < SOBOL_DIMENSIONS_MAX; d++) {
            assert_true(point[d] >= 0 && point[d] < 1);
            assert_int_equal(seen[d][(int)(point[d] * POINTS)]++, 0);
        }
    }
}

static void too_many_dimensions_are_refused(void **state) {
    (void)state;
    struct sobol sobol;
    assert_int_equal(sobol_init(&sobol, SOBOL_DIMENSIONS_MAX + 1), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_those_of_scipy),
        cmocka_unit_test(every_axis_is_filled_evenly),
        cmocka_unit_test(too_many_dimensions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
