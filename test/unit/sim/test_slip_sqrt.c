// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "sim/model.h"

static int64_t offset(int64_t qty, int64_t before, double sigma, double volume,
                      double half_spread) {
    const struct slip_model *model = slip_model_at((size_t)slip_model_find("sqrt"));
    double params[] = {1, 20, half_spread, 30};
    struct slip_view view = {.price = PRICE(10000000), // 100.00000
                             .tick = PRICE(1),
                             .qty = QTY(qty),
                             .before = QTY(before),
                             .sigma_daily = sigma,
                             .volume_daily = volume};
    return model->offset(&view, params);
}

// One percent of the daily volume at 2 % volatility: 0.02 x sqrt(0.01) = 0.002.
static void impact_is_volatility_times_the_root_of_the_share(void **state) {
    assert_int_equal(offset(100, 0, 0.02, 10000, 0), 20000);
    assert_int_equal(offset(400, 0, 0.02, 10000, 0), 40000);
    assert_int_equal(offset(300, 100, 0.02, 10000, 0), 40000);
}

static void the_half_spread_is_always_lost(void **state) {
    assert_int_equal(offset(100, 0, 0.02, 10000, 5), 25000);
    assert_int_equal(offset(100, 0, 0, 0, 5), 5000 + 30000);
}

static void what_is_not_known_is_not_free(void **state) {
    assert_int_equal(offset(100, 0, 0.02, 0, 0), 30000);
    assert_int_equal(offset(100, 0, 0, 10000, 0), 30000);
}

static void it_reads_as_many_days_as_it_says(void **state) {
    const struct slip_model *model = slip_model_at((size_t)slip_model_find("sqrt"));
    double params[] = {1, 20, 0, 0};
    assert_int_equal(model->history(params), 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(impact_is_volatility_times_the_root_of_the_share),
        cmocka_unit_test(the_half_spread_is_always_lost),
        cmocka_unit_test(what_is_not_known_is_not_free),
        cmocka_unit_test(it_reads_as_many_days_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
