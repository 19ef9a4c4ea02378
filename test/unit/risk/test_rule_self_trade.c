// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void an_order_that_meets_an_own_one_is_refused(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "self_trade");
    risk_kit_work(&kit, 0, -10); // offered at 10.00
    risk_kit_work(&kit, 1, 10);  // bid at 10.00
    static const struct {
        uint32_t instrument;
        int64_t qty, limit;
        uint32_t type, purpose;
        enum risk_verdict verdict;
    } rows[] = {
        {0, 5, 0, ORDER_MARKET, PURPOSE_TARGET, RISK_VETO},
        {0, 5, 0, ORDER_MARKET, PURPOSE_FLATTEN, RISK_ALLOW},
        {0, 5, 0, ORDER_MARKET_TO_LIMIT, PURPOSE_TARGET, RISK_VETO},
        {0, 5, 999, ORDER_LIMIT, PURPOSE_TARGET, RISK_ALLOW},
        {0, 5, 1000, ORDER_LIMIT, PURPOSE_TARGET, RISK_VETO},
        {0, 5, 1001, ORDER_LIMIT, PURPOSE_TARGET, RISK_VETO},
        {0, 5, 1001, ORDER_STOP, PURPOSE_TARGET, RISK_ALLOW},
        {0, -5, 900, ORDER_LIMIT, PURPOSE_TARGET, RISK_ALLOW}, // its own side
        {1, -5, 1001, ORDER_LIMIT, PURPOSE_TARGET, RISK_ALLOW},
        {1, -5, 1000, ORDER_LIMIT, PURPOSE_TARGET, RISK_VETO},
        {1, -5, 999, ORDER_LIMIT, PURPOSE_TARGET, RISK_VETO},
        {1, -5, 0, ORDER_MARKET, PURPOSE_TARGET, RISK_VETO},
        {1, 5, 0, ORDER_MARKET, PURPOSE_TARGET, RISK_ALLOW},
        {2, 5, 0, ORDER_MARKET, PURPOSE_TARGET, RISK_ALLOW},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        risk_kit_order(&kit, rows[i].instrument, rows[i].qty);
        kit.spec.type = (uint16_t)rows[i].type;
        kit.spec.limit_price = PRICE(rows[i].limit);
        kit.spec.purpose = rows[i].purpose;
        assert_int_equal(risk_kit_look(&kit), rows[i].verdict);
    }
    risk_kit_close(&kit);
}

static void what_waits_or_sleeps_is_met_by_nobody(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "self_trade");
    struct order_spec stop = {
        .side = -1, .type = ORDER_STOP, .qty = QTY(1), .stop_price = PRICE(900)};
    assert_true(orders_submit(&kit.orders, &stop, 0) >= 0);
    struct order_spec entry = {.instrument = 1, .side = 1, .type = ORDER_MARKET, .qty = QTY(1)};
    int parent = orders_submit(&kit.orders, &entry, 0);
    struct order_spec take = {
        .side = -1, .type = ORDER_LIMIT, .qty = QTY(1), .limit_price = PRICE(900)};
    take.parent = orders_get(&kit.orders, (uint32_t)parent)->id;
    assert_true(orders_submit(&kit.orders, &take, 0) >= 0);
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_ALLOW);
    struct order_event fill = {
        .order_id = take.parent, .trade_id = 1, .price = PRICE(1000), .qty = QTY(1)};
    fill.header =
        (struct event_header){.kind = EVENT_ORDER_FILLED, .size = sizeof fill, .instrument = 1};
    assert_int_equal(orders_apply(&kit.orders, &fill).outcome, ORDER_APPLIED);
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_VETO); // awake
    kit.spec.parent = 1;
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    risk_kit_close(&kit);
}

static void a_child_of_the_first_order_sleeps_and_no_price_rests_nowhere(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "self_trade");
    struct order_spec entry = {.instrument = 1, .side = 1, .type = ORDER_MARKET, .qty = QTY(1)};
    int parent = orders_submit(&kit.orders, &entry, 0);
    assert_int_equal(parent, 0);
    struct order_spec take = {
        .side = -1, .type = ORDER_LIMIT, .qty = QTY(1), .limit_price = PRICE(900)};
    take.parent = orders_get(&kit.orders, 0)->id;
    assert_true(orders_submit(&kit.orders, &take, 0) >= 0);
    struct order_spec none = {.side = -1, .type = ORDER_LIMIT, .qty = QTY(1)};
    assert_true(orders_submit(&kit.orders, &none, 0) >= 0);
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_that_meets_an_own_one_is_refused),
        cmocka_unit_test(what_waits_or_sleeps_is_met_by_nobody),
        cmocka_unit_test(a_child_of_the_first_order_sleeps_and_no_price_rests_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
