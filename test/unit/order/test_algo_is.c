// SPDX-License-Identifier: Apache-2.0
#include "algo_kit.h"

static void it_follows_its_curve_to_the_lot(void **state) {
    struct algo_kit kit;
    algo_kit_init(&kit, "is", 12345);
    for (uint32_t k = 0; k < 10; k++) kit.curve[k] = (k + 1) * (k + 1) * (ALGO_WHOLE / 100);
    kit.view.curve = kit.curve;
    kit.view.slices = 10;
    for (int64_t k = 0; k < 10; k++) {
        algo_kit_step(&kit, k * NS_PER_MIN);
        assert_int_equal(kit.view.filled.m, 12345 * (k + 1) * (k + 1) / 100);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_follows_its_curve_to_the_lot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
