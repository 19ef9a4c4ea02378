// SPDX-License-Identifier: Apache-2.0
#include "algo_kit.h"

#include "order/volume_profile.h"

#define QUARTER (15 * NS_PER_MIN)

static void today_changes_nothing_until_it_is_over(void **state) {
    struct volume_profile profile = {0};
    uint32_t curve[4];
    volume_profile_add(&profile, NS_PER_DAY + 1, 100);
    volume_profile_add(&profile, NS_PER_DAY + QUARTER, 300);
    volume_profile_curve(&profile, NS_PER_DAY, NS_PER_DAY + 2 * QUARTER, 4, curve);
    assert_int_equal(curve[1], 500000000); // even: nothing is known
    volume_profile_add(&profile, 2 * NS_PER_DAY, 1);
    volume_profile_curve(&profile, 2 * NS_PER_DAY, 2 * NS_PER_DAY + 2 * QUARTER, 4, curve);
    assert_int_equal(curve[0], 125000000); // a quarter in the first half, evenly within it
    assert_int_equal(curve[1], 250000000);
    assert_int_equal(curve[2], 625000000);
    assert_int_equal(curve[3], ALGO_WHOLE);
}

static void the_curve_is_the_mean_of_the_days_before_and_goes_over_midnight(void **state) {
    struct volume_profile profile = {0};
    uint32_t curve[2];
    for (int64_t day = 1; day <= 2; day++) {
        volume_profile_add(&profile, day * NS_PER_DAY, day == 1 ? 1 : 30); // 1/2, then 3/4
        volume_profile_add(&profile, day * NS_PER_DAY + 95 * QUARTER, day == 1 ? 1 : 10);
    }
    volume_profile_add(&profile, 3 * NS_PER_DAY, 1);
    volume_profile_curve(&profile, 4 * NS_PER_DAY - QUARTER, 4 * NS_PER_DAY + QUARTER, 2, curve);
    assert_int_equal(curve[0], 375000000);
    assert_int_equal(curve[1], ALGO_WHOLE);
}

static void the_u_is_its_integral(void **state) {
    uint32_t curve[ALGO_SLICES_MAX];
    volume_profile_u_shape(ALGO_SLICES_MAX, curve);
    for (int k = 0; k < ALGO_SLICES_MAX; k++) {
        double x = (double)(k + 1) / ALGO_SLICES_MAX, y = x - 0.5;
        double exact = x / 2 + 2 * y * y * y + 0.25;
        assert_true(curve[k] <= exact * 1e9 + 1e-3 && curve[k] >= exact * 1e9 - 1.001);
    }
    assert_int_equal(curve[ALGO_SLICES_MAX - 1], ALGO_WHOLE);
    assert_int_equal(curve[ALGO_SLICES_MAX / 2 - 1], 500000000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(today_changes_nothing_until_it_is_over),
        cmocka_unit_test(the_curve_is_the_mean_of_the_days_before_and_goes_over_midnight),
        cmocka_unit_test(the_u_is_its_integral),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
