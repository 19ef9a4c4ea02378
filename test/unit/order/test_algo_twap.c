// SPDX-License-Identifier: Apache-2.0
#include "algo_kit.h"

// The closed form: by slice k, (k + 1) / n of the quantity, rounded down.
static void each_slice_brings_its_share_to_the_lot(void **state) {
    static const int64_t quantities[] = {1, 7, 10, 99, 1000, 123457, 5000000000};
    for (size_t q = 0; q < sizeof quantities / sizeof *quantities; q++)
        for (uint32_t n = 1; n <= 40; n++) {
            struct algo_kit kit;
            algo_kit_init(&kit, "twap", quantities[q]);
            algo_kit_even(&kit, n);
            int64_t slice_ns = 10 * NS_PER_MIN / n + 1;
            for (uint32_t k = 0; k < n; k++) {
                algo_kit_step(&kit, k * slice_ns);
                int64_t exact = quantities[q] * (k + 1) / n;
                assert_in_range(kit.view.filled.m - exact, 0, quantities[q] / 1000000000 + 0);
                assert_int_equal(algo_kit_step(&kit, k * slice_ns + 1), 0);
            }
            assert_int_equal(kit.view.filled.m, quantities[q]);
        }
}

static void what_was_missed_comes_with_the_next_step(void **state) {
    struct algo_kit kit;
    algo_kit_init(&kit, "twap", 100);
    algo_kit_even(&kit, 10);
    assert_int_equal(algo_kit_step(&kit, 0), 10);
    assert_int_equal(algo_kit_step(&kit, 5 * NS_PER_MIN), 50);
}

static void what_works_is_not_sent_again(void **state) {
    struct algo_kit kit;
    algo_kit_init(&kit, "twap", 100);
    algo_kit_even(&kit, 10);
    kit.view.working = QTY(25);
    assert_int_equal(algo_kit_step(&kit, 0), 0);
    assert_int_equal(algo_kit_step(&kit, 2 * NS_PER_MIN), 5);
}

static void less_than_the_smallest_order_waits_until_the_end(void **state) {
    struct algo_kit kit;
    algo_kit_init(&kit, "twap", 100);
    algo_kit_even(&kit, 10);
    kit.view.qty_min = QTY(35);
    assert_int_equal(algo_kit_step(&kit, 0), 0);
    assert_int_equal(algo_kit_step(&kit, 3 * NS_PER_MIN), 40);
    assert_int_equal(algo_kit_step(&kit, 7 * NS_PER_MIN), 40);
    assert_int_equal(algo_kit_step(&kit, 9 * NS_PER_MIN), 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slice_brings_its_share_to_the_lot),
        cmocka_unit_test(what_was_missed_comes_with_the_next_step),
        cmocka_unit_test(what_works_is_not_sent_again),
        cmocka_unit_test(less_than_the_smallest_order_waits_until_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
