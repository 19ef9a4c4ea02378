// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "sim/path.h"

// h: high first, l: low first.
static char first(enum sim_path path, int64_t open, int64_t close, int64_t position, bool buys,
                  bool sells) {
    struct bar bar = {
        .open = PRICE(open), .high = PRICE(110), .low = PRICE(90), .close = PRICE(close)};
    struct sim_path_view view = {.position = QTY(position), .buys = buys, .sells = sells};
    price_t points[PATH_POINTS];
    sim_path_walk(path, &bar, &view, points);
    assert_int_equal(points[0].m, open);
    assert_int_equal(points[3].m, close);
    assert_int_equal(points[1].m + points[2].m, 200);
    return points[1].m == 110 ? 'h' : 'l';
}

static void fixed_paths_are_fixed(void **state) {
    assert_int_equal(first(SIM_PATH_OHLC, 91, 91, 5, true, true), 'h');
    assert_int_equal(first(SIM_PATH_OLHC, 109, 109, -5, true, true), 'l');
}

static void the_nearer_extreme_comes_first(void **state) {
    assert_int_equal(first(SIM_PATH_CLOSEST, 105, 100, 0, false, false), 'h');
    assert_int_equal(first(SIM_PATH_CLOSEST, 95, 100, 0, false, false), 'l');
    assert_int_equal(first(SIM_PATH_CLOSEST, 100, 100, 0, false, false), 'l');
}

static void pessimism_walks_against_the_position_and_then_against_the_orders(void **state) {
    assert_int_equal(first(SIM_PATH_PESSIMISTIC, 100, 100, 1, true, false), 'l');
    assert_int_equal(first(SIM_PATH_PESSIMISTIC, 100, 100, -1, false, true), 'h');
    assert_int_equal(first(SIM_PATH_PESSIMISTIC, 100, 100, 0, true, false), 'h');
    assert_int_equal(first(SIM_PATH_PESSIMISTIC, 100, 100, 0, false, true), 'l');
    // A breakout either way: the side that the close hurts more.
    assert_int_equal(first(SIM_PATH_PESSIMISTIC, 100, 95, 0, true, true), 'h');
    assert_int_equal(first(SIM_PATH_PESSIMISTIC, 100, 105, 0, true, true), 'l');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed_paths_are_fixed),
        cmocka_unit_test(the_nearer_extreme_comes_first),
        cmocka_unit_test(pessimism_walks_against_the_position_and_then_against_the_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
