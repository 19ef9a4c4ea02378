// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "research/sweep/space.h"

enum { FAST, ENTRY, SIDES, WAIT, SHORTS, COUNT };

static const struct param table[COUNT] = {
    {.name = "fast", .type = PARAM_INT, .unit = "bars", .def = 20, .min = 1, .max = 1000},
    {.name = "entry", .type = PARAM_REAL, .unit = "", .def = 2, .min = -5, .max = 20},
    {.name = "sides", .type = PARAM_ENUM, .unit = "", .choices = "long|both"},
    {.name = "wait", .type = PARAM_DURATION, .unit = "s", .def = 60, .min = 0, .max = 1e6},
    {.name = "shorts", .type = PARAM_BOOL, .unit = ""},
};
static const double base[COUNT] = {20, 2, 0, 60, 0};

static struct arena arena;

static int open_arena(void **state) {
    (void)state;
    return arena_init(&arena, (size_t)1 << 28);
}

static int close_arena(void **state) {
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void expect(const char *text, const double *values, uint32_t count) {
    struct space space;
    space_init(&space, table, COUNT, base);
    assert_ok(space_add(&space, &arena, text));
    assert_int_equal(space.axes[0].count, count);
    for (uint32_t i = 0; i < count; i++) assert_true(space.axes[0].values[i] == values[i]);
}

static void an_axis_is_a_range_in_steps_or_by_a_factor_or_a_list(void **state) {
    (void)state;
    expect("fast=2:5", (double[]){2, 3, 4, 5}, 4);
    expect("fast=2:9:3", (double[]){2, 5, 8}, 3);
    expect("fast=10:100:x2", (double[]){10, 20, 40, 80}, 4);
    expect("fast=1:5:x1.3", (double[]){1, 2, 3, 4, 5}, 5); // 1, 1.3, 1.69, 2.2, 2.9, 3.7, 4.8
    expect("fast=7", (double[]){7}, 1);
    expect("fast=7,3", (double[]){7, 3}, 2);
    expect("sides=both,long", (double[]){1, 0}, 2);
    expect("shorts=off,on", (double[]){0, 1}, 2);
    expect("wait=1m:3m:30s", (double[]){60, 90, 120, 150, 180}, 5);
}

// 0.1 added ten times is not 1; the numbers meant are those that the text "0.3" reads as.
static void steps_of_fractions_are_the_decimals_that_were_meant(void **state) {
    (void)state;
    expect("entry=0:1:0.1", (double[]){0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}, 11);
    expect("entry=-1:0.1:0.55", (double[]){-1, -0.45, 0.1}, 3);
}

static void the_last_axis_turns_fastest_and_a_point_is_its_coordinates(void **state) {
    (void)state;
    struct space space;
    double values[PARAMS_MAX];
    uint32_t coordinates[PARAMS_MAX];
    space_init(&space, table, COUNT, base);
    assert_int_equal(space.points, 1);
    assert_ok(space_add(&space, &arena, "entry=1,2,3"));
    assert_ok(space_add(&space, &arena, "fast=10:13"));
    assert_int_equal(space.points, 12);
    space_values(&space, 7, values);
    assert_true(values[ENTRY] == 2 && values[FAST] == 13);
    assert_true(values[SIDES] == 0 && values[WAIT] == 60);
    for (uint64_t point = 0; point < space.points; point++) {
        space_coordinates(&space, point, coordinates);
        assert_int_equal(space_point(&space, coordinates), point);
    }
}

static void an_axis_that_makes_no_sense_is_refused_with_a_remedy(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } rows[] = {
        {"fast", "not of the form NAME=LOW:HIGH"},
        {"fst=1:9", "fast"}, // the nearest
        {"fast=", "not of the form"},
        {"fast=9:2", "the range from 9 to 2 is empty"},
        {"fast=0:9", "fast"}, // below its least
        {"fast=2:9:0", "is not above 0"},
        {"fast=2:9:x1", "is not above x1"},
        {"fast=2:9:zwei", "the step of param fast"},
        {"entry=1:2", "give the step too: entry=1:2:0.1"},
        {"entry=-1:2:x2", "begins above 0"},
        {"entry=0:20:0.000001", "more than 1048576 values"},
        {"sides=long:both", "list its values: sides=a,b"},
        {"sides=long,short", "short"},
        {"fast=3,4,3", "3 is listed twice"},
    };
    struct space space;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        space_init(&space, table, COUNT, base);
        assert_int_equal(space_add(&space, &arena, rows[i].text), ERR_ARGUMENT);
        if (strstr(err_story(), rows[i].words) == NULL)
            fail_msg("'%s' is not in '%s'", rows[i].words, err_story());
        assert_int_equal(space.axis_count, 0);
    }
    assert_ok(space_add(&space, &arena, "fast=3"));
    assert_int_equal(space_add(&space, &arena, "fast=4"), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "given twice"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_axis_is_a_range_in_steps_or_by_a_factor_or_a_list),
        cmocka_unit_test(steps_of_fractions_are_the_decimals_that_were_meant),
        cmocka_unit_test(the_last_axis_turns_fastest_and_a_point_is_its_coordinates),
        cmocka_unit_test(an_axis_that_makes_no_sense_is_refused_with_a_remedy),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
