// SPDX-License-Identifier: Apache-2.0
#include "pit.h"

static int64_t fee(enum liquidity liquidity, double volume_30d, double volume_total,
                   double window) {
    const struct fee_model *model = fee_model_at((size_t)fee_model_find("tiered"));
    double params[PARAMS_MAX];
    params_defaults(model->params, model->param_count, params);
    params[0] = window;
    struct fee_view view = {.value = MONEY(1000000),
                            .volume_30d = volume_30d,
                            .volume_total = volume_total,
                            .money_decimals = 2,
                            .liquidity = liquidity};
    return model->fee(&view, params);
}

static void a_tier_holds_from_its_volume_on(void **state) {
    assert_int_equal(fee(LIQUIDITY_TAKER, 0, 0, 0), 4000);
    assert_int_equal(fee(LIQUIDITY_TAKER, 9999.99, 0, 0), 4000);
    assert_int_equal(fee(LIQUIDITY_TAKER, 10000, 0, 0), 3500);
    assert_int_equal(fee(LIQUIDITY_MAKER, 50000, 0, 0), 1400);
    assert_int_equal(fee(LIQUIDITY_MAKER, 100000, 0, 0), 1200);
    assert_int_equal(fee(LIQUIDITY_MAKER, 1e12, 0, 0), 1000);
}

static void the_window_says_which_volume_counts(void **state) {
    assert_int_equal(fee(LIQUIDITY_TAKER, 0, 250000, 0), 4000);
    assert_int_equal(fee(LIQUIDITY_TAKER, 0, 250000, 1), 2000);
}

// 100 shares of 100.00 a day. Taker rates are 40, 35 from 10,000, 24 from 50,000. After 31 days without a trade
// the window is empty.
static void a_venue_counts_the_volume_of_thirty_days(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.frame_ns = NS_PER_DAY;
    assert_ok(sim_config_set_fee(&pit.config, "tiered"));
    pit_open(&pit);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    static const int64_t expected[] = {4000, 3500, 3500, 3500, 3500, 2400};
    for (int day = 0; day < 6; day++) {
        int128_t before = sim_exchange_cash(pit.exchange, 0).m;
        pit_send(&pit, pit_market(1, 100));
        pit_bar(&pit, 10000, 10000, 10000, 10000);
        assert_true(before - sim_exchange_cash(pit.exchange, 0).m == 1000000 + expected[day]);
    }
    pit.now_ns += 31 * NS_PER_DAY;
    int128_t before = sim_exchange_cash(pit.exchange, 0).m;
    pit_send(&pit, pit_market(1, 100));
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    assert_true(before - sim_exchange_cash(pit.exchange, 0).m == 1000000 + 4000);
    pit_close(&pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tier_holds_from_its_volume_on),
        cmocka_unit_test(the_window_says_which_volume_counts),
        cmocka_unit_test(a_venue_counts_the_volume_of_thirty_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
