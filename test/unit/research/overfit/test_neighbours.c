// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>

#include "research/overfit/neighbours.h"

static struct arena arena;

static int open_arena(void **state) {
    (void)state;
    return arena_init(&arena, (size_t)1 << 26);
}

static int close_arena(void **state) {
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void neighbours_are_those_that_were_tried_next_to_it(void **state) {
    (void)state;
    static const struct param table[] = {
        {.name = "a", .type = PARAM_INT, .unit = "", .min = 0, .max = 100, .help = ""},
        {.name = "b", .type = PARAM_INT, .unit = "", .min = 0, .max = 100, .help = ""}};
    const double base[PARAMS_MAX] = {0};
    struct space space;
    struct neighbours neighbours;
    struct neighbourhood near;
    space_init(&space, table, 2, base);
    assert_ok(space_add(&space, &arena, "a=0:4"));
    assert_ok(space_add(&space, &arena, "b=0:4"));
    // A plain of ones with a peak of nine in a corner; one point was not tried, one has no value.
    uint64_t points[24], count = 0;
    double values[24], mean;
    for (uint64_t point = 0; point < 25; point++) {
        if (point == 1) continue; // a 0, b 1
        points[count] = point;
        values[count++] = point == 0 ? 9 : point == 5 ? NAN : point == 6 ? -2 : 1;
    }
    assert_ok(neighbours_init(&neighbours, &arena, &space, points, values, count));
    neighbours_of(&neighbours, 0, 1,
                  &near); // of (0, 0): (0, 1) was not tried, (1, 0) NaN, (1, 1) -2
    assert_int_equal(near.count, 2);
    assert_int_equal(near.lost, 2);
    assert_true(near.own == 9 && near.mean == -2 && near.worst == -2 && near.median == -2);
    neighbours_of(&neighbours, 11, 1, &near); // (2, 2): eight around it
    assert_int_equal(near.count, 8);
    assert_int_equal(near.lost, 1);
    assert_true(near.median == 1 && near.worst == -2 && near.mean == 5.0 / 8);
    neighbours_of(&neighbours, 11, -1, &near);
    assert_true(near.worst == 1);
    uint64_t best = neighbours_best(&neighbours, 1, &mean);
    assert_true(mean == 1 && values[best] == 1); // somewhere in the plain, not the peak
    arena_rewind(&arena, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_those_that_were_tried_next_to_it),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
