// SPDX-License-Identifier: Apache-2.0
#include "report/holding.h"

#include <math.h>

#include "harness.h"

// +4 at 10, -6 at 20 (to -2), +2 at 50 (flat), until 100.
static void times_and_sizes_are_those_of_the_path(void **state) {
    struct holding holding;
    holding_init(&holding, 0, 1, 4);
    holding_fill(&holding, 10, 1, QTY(4));
    holding_fill(&holding, 20, -1, QTY(6));
    holding_fill(&holding, 50, 1, QTY(2));
    holding_end(&holding, 100);
    assert_int_equal(holding.long_ns, 10);
    assert_int_equal(holding.short_ns, 30);
    assert_int_equal(holding.limit_ns, 10);
    assert_true(holding.size_time == 4 * 10 + 2 * 30);
    assert_true(holding.net_time == 4 * 10 - 2 * 30);
    assert_true(holding.bought == 6 && holding.sold == 6 && holding.opened == 6);
    assert_int_equal(holding.highest, 4);
    assert_int_equal(holding.lowest, -2);
    assert_int_equal(holding_mean_ns(&holding), 17); // 100 / 6
    assert_int_equal(holding.times[HOLDING_BUCKETS], 60);
    assert_int_equal(holding.times[HOLDING_BUCKETS + 4], 10);
    assert_int_equal(holding.times[HOLDING_BUCKETS - 2], 30);
}

static void buckets_widen_and_lose_no_time(void **state) {
    struct holding holding;
    holding_init(&holding, 0, 5, 0);
    uint64_t roll = 7;
    int64_t now = 0;
    for (int i = 0; i < 500; i++) {
        roll = roll * 6364136223846793005U + 1442695040888963407U;
        holding_fill(&holding, now += 3, roll >> 63 ? 1 : -1,
                     QTY(5 * (1 + (int64_t)(roll >> 58 & 15))));
    }
    holding_end(&holding, now += 100);
    int64_t sum = 0, longs = 0;
    for (int i = 0; i <= 2 * HOLDING_BUCKETS; i++) sum += holding.times[i];
    for (int i = HOLDING_BUCKETS + 1; i <= 2 * HOLDING_BUCKETS; i++) longs += holding.times[i];
    assert_int_equal(sum, now);
    assert_int_equal(longs, holding.long_ns);
    assert_true(holding.width > 5);
}

// x(t) = x(t - 1) / 2 without noise: half of it is gone after one step.
static void a_position_that_halves_each_step_has_a_half_life_of_one(void **state) {
    struct holding holding;
    holding_init(&holding, 0, 1, 0);
    assert_true(isnan(holding_half_life_steps(&holding)));
    holding.qty = 1 << 20;
    for (int i = 0; i <= 20; i++, holding.qty /= 2) holding_step(&holding);
    assert_float_equal(holding_half_life_steps(&holding), 1, 1e-6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_and_sizes_are_those_of_the_path),
        cmocka_unit_test(buckets_widen_and_lose_no_time),
        cmocka_unit_test(a_position_that_halves_each_step_has_a_half_life_of_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
