// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"
#include "quant/statistic/statistic.h"

static int evaluate(const double *high, const double *low, const double *volume, size_t count,
                    const double *params, struct arena *arena, struct statistic_value *ret) {
    struct statistic_data data = {
        .columns = {high, low, volume}, .column_count = 3, .count = count, .arena = arena};
    return statistic_find("volume_profile")->evaluate(&data, params, ret);
}

// The bars of test_profile.c: rows of 1 from 10 on hold 10, 10, 70, 15, 10, 5.
static void a_profile_tells_its_control_area_and_rows(void **state) {
    const double high[] = {14, 12.5, 15.5}, low[] = {10, 12.5, 13.5}, volume[] = {40, 60, 20};
    struct arena arena;
    struct statistic_value out[STATISTIC_OUTPUTS_MAX] = {0};
    assert_ok(arena_init(&arena, 1 << 20));
    assert_ok(evaluate(high, low, volume, 3, (double[]){24, 1, 0.7, 0, 0.01}, &arena, out));
    assert_true(out[0].number == 12.5 && out[1].number == 15 && out[2].number == 12);
    assert_true(fabs(out[3].number - 95.0 / 120) <= 1e-15);
    assert_int_equal(out[4].rows, 6);
    for (size_t i = 0; i < 6; i++) assert_true(out[6].values[i] == (i == 2)); // one peak
    assert_true(out[4].values[0] == 10.5 && fabs(out[5].values[2] - 70) <= 1e-12);
    assert_ok(evaluate(high, low, volume, 3, (double[]){11, 0, 0.7, 2, 0.15}, &arena, out));
    assert_true(out[4].rows == 11 && fabs(out[4].values[0] - 10.25) <= 1e-12);
    arena_fini(&arena);
}

// Rows 1, 2, 3, 4, 5 with 1, 2, 0, 1, 3: two peaks and a gap between.
static void a_profile_tells_its_nodes(void **state) {
    const double price[] = {1, 2, 4, 5}, volume[] = {1, 2, 1, 3};
    struct arena arena;
    struct statistic_value out[STATISTIC_OUTPUTS_MAX] = {0};
    assert_ok(arena_init(&arena, 1 << 20));
    assert_ok(evaluate(price, price, volume, 4, (double[]){24, 1, 0.7, 0, 0.15}, &arena, out));
    const double expected[] = {0, 1, -1, 0, 1};
    assert_int_equal(out[6].rows, 5);
    for (size_t i = 0; i < 5; i++) assert_true(out[6].values[i] == expected[i]);
    arena_fini(&arena);
}

static void bars_without_a_profile_are_told(void **state) {
    static const struct {
        double high, low, volume;
        size_t count;
        double height;
        const char *words;
    } rows[] = {{2, 1, 1, 0, 0, "at least one row"},
                {1, 2, 1, 1, 0, "row 1: high 1 is below low 2"},
                {2, 1, -1, 1, 0, "row 1: volume is -1"},
                {2, 1, 0, 1, 0, "no row has a volume"},
                {1e9, 1, 1, 1, 0.01, "larger height"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena;
        struct statistic_value out[STATISTIC_OUTPUTS_MAX] = {0};
        assert_ok(arena_init(&arena, 1 << 20));
        assert_int_equal(evaluate(&rows[i].high, &rows[i].low, &rows[i].volume, rows[i].count,
                                  (double[]){24, rows[i].height, 0.7, 1, 0.15}, &arena, out),
                         ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), rows[i].words));
        arena_fini(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_tells_its_control_area_and_rows),
        cmocka_unit_test(a_profile_tells_its_nodes),
        cmocka_unit_test(bars_without_a_profile_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
