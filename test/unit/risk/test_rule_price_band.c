// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static enum risk_verdict check(struct risk_kit *kit, int64_t limit, int64_t stop) {
    risk_kit_order(kit, 0, 10);
    kit->spec.limit_price = PRICE(limit);
    kit->spec.stop_price = PRICE(stop);
    return kit->rule->check(&kit->view, kit->params, NULL, &kit->order, &kit->result);
}

static void prices_at_the_edge_pass_and_a_tick_beyond_do_not(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "price_band");
    kit.params[0] = 0.1; // of 10.00: 9.00 to 11.00
    assert_int_equal(check(&kit, 900, 0), RISK_ALLOW);
    assert_int_equal(check(&kit, 899, 0), RISK_VETO);
    assert_int_equal(check(&kit, 1100, 0), RISK_ALLOW);
    assert_int_equal(check(&kit, 1101, 0), RISK_VETO);
    assert_int_equal(check(&kit, 0, 1101), RISK_VETO);
    assert_int_equal(check(&kit, 1000, 899), RISK_VETO);
    assert_int_equal(check(&kit, 0, 0), RISK_ALLOW); // a market order names no price
    risk_kit_close(&kit);
}

static void without_a_last_price_nothing_passes(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "price_band");
    kit.board.rows[0].last = PRICE(0);
    assert_int_equal(check(&kit, 1000, 0), RISK_VETO);
    assert_int_equal(check(&kit, 0, 0), RISK_VETO);
    risk_kit_close(&kit);
}

static void a_stale_price_lets_nothing_raise_risk(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "price_band");
    kit.params[1] = 5;
    kit.view.now_ns = 5000000000;
    assert_int_equal(check(&kit, 1000, 0), RISK_ALLOW);
    kit.view.now_ns++;
    assert_int_equal(check(&kit, 1000, 0), RISK_VETO);
    assert_true(kit.result.limit == 5 && kit.result.value > 5);
    risk_kit_hold(&kit, 0, -10);
    assert_int_equal(check(&kit, 1000, 0), RISK_ALLOW); // covers
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices_at_the_edge_pass_and_a_tick_beyond_do_not),
        cmocka_unit_test(a_stale_price_lets_nothing_raise_risk),
        cmocka_unit_test(without_a_last_price_nothing_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
