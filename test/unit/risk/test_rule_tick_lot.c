// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void prices_are_on_the_tick_quantities_in_lots(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "tick_lot");
    struct instrument *one = &kit.instruments.items[0];
    one->tick = PRICE(5);
    one->lot = QTY(10);
    one->qty_min = QTY(20);
    static const struct {
        int64_t qty, limit, stop, trail;
        enum risk_verdict verdict;
    } rows[] = {
        {20, 0, 0, 0, RISK_ALLOW},      {20, 1000, 0, 0, RISK_ALLOW}, {20, 1001, 0, 0, RISK_VETO},
        {20, 999, 0, 0, RISK_VETO},     {20, 0, 1005, 0, RISK_ALLOW}, {20, 0, 1004, 0, RISK_VETO},
        {20, 1000, 1000, 3, RISK_VETO}, {20, 0, 0, 15, RISK_ALLOW},   {21, 0, 0, 0, RISK_VETO},
        {19, 0, 0, 0, RISK_VETO},       {10, 0, 0, 0, RISK_VETO},     {-30, 0, 0, 0, RISK_ALLOW},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        risk_kit_order(&kit, 0, rows[i].qty);
        kit.spec.limit_price = PRICE(rows[i].limit);
        kit.spec.stop_price = PRICE(rows[i].stop);
        kit.spec.trail = PRICE(rows[i].trail);
        assert_int_equal(risk_kit_look(&kit), rows[i].verdict);
    }
    risk_kit_close(&kit);
}

static void what_closes_a_position_may_be_small_but_in_lots(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "tick_lot");
    kit.instruments.items[0].lot = QTY(10);
    kit.instruments.items[0].qty_min = QTY(100);
    risk_kit_hold(&kit, 0, 50);
    assert_int_equal(risk_kit_check(&kit, 0, -50), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, -45), RISK_VETO);
    assert_int_equal(risk_kit_check(&kit, 0, -60), RISK_VETO); // goes through zero
    assert_int_equal(risk_kit_check(&kit, 0, 50), RISK_VETO);
    risk_kit_close(&kit);
}

static void an_order_is_worth_what_the_venue_takes_at_least(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "tick_lot");
    kit.instruments.items[0].notional_min = 10000; // 100.00: ten shares
    assert_int_equal(risk_kit_check(&kit, 0, 10), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, 9), RISK_VETO);
    assert_int_equal(risk_kit_check(&kit, 0, 11), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices_are_on_the_tick_quantities_in_lots),
        cmocka_unit_test(what_closes_a_position_may_be_small_but_in_lots),
        cmocka_unit_test(an_order_is_worth_what_the_venue_takes_at_least),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
