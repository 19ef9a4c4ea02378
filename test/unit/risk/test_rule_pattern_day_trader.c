// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

enum { MONDAY = 19723 }; // 2024-01-01, a holiday; sessions from Tuesday on

static void begin(struct risk_kit *kit) {
    risk_kit_open(kit, "pattern_day_trader"); // 10,000.00
    for (int i = 0; i < RISK_KIT_INSTRUMENTS; i++)
        kit->instruments.items[i].asset = i < 3 ? ASSET_EQUITY : ASSET_CRYPTO;
}

static void day(struct risk_kit *kit, int32_t number) {
    struct risk_fact fact = {.kind = RISK_FACT_DAY};
    kit->view.day_ns = (int64_t)number * 86400 * 1000000000;
    kit->rule->note(&kit->view, kit->params, kit->state, &fact);
}

// A fill, told before it is booked.
static void fill(struct risk_kit *kit, uint32_t instrument, int64_t qty) {
    struct risk_fact fact = {.kind = RISK_FACT_EXECUTED,
                             .instrument = instrument,
                             .side = qty < 0 ? -1 : 1,
                             .qty = QTY(qty < 0 ? -qty : qty)};
    kit->rule->note(&kit->view, kit->params, kit->state, &fact);
    risk_kit_hold(kit, instrument, qty);
}

static void a_fourth_day_trade_in_five_business_days_is_not_begun(void **state) {
    (void)state;
    struct risk_kit kit;
    begin(&kit);
    day(&kit, MONDAY + 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_ALLOW);
        fill(&kit, 0, 5);
        fill(&kit, 0, -5);
    }
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_VETO);
    assert_true(kit.result.limit == 3 && kit.result.value == 4);
    assert_int_equal(risk_kit_check(&kit, 3, 5), RISK_ALLOW); // no stock
    kit.view.equity = MONEY(2499999);
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_VETO);
    kit.view.equity = MONEY(2500000);
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_ALLOW);
    kit.view.equity = MONEY(1000000);
    kit.params[2] = 20240103; // another rule took its place
    kit.view.now_ns = (MONDAY + 2) * INT64_C(86400000000000) - 1;
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_VETO);
    kit.view.now_ns++;
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_ALLOW);
    kit.params[2] = 20260604;
    static const int32_t days[] = {2, 3, 4, 5, 6, 7}; // to Monday the 8th: four business days on
    for (size_t i = 0; i < 6; i++) {
        day(&kit, MONDAY + days[i]);
        assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_VETO);
    }
    day(&kit, MONDAY + 8); // the sixth
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_ALLOW);
    fill(&kit, 1, 5);
    fill(&kit, 2, 5);
    kit.params[1] = 2;
    assert_int_equal(risk_kit_check(&kit, 1, 5), RISK_ALLOW); // two, and none of the days before
    kit.params[1] = 3;
    fill(&kit, 1, 5); // more of it is no day trade
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_ALLOW);
    risk_kit_close(&kit);
}

static void what_was_opened_today_may_become_one(void **state) {
    (void)state;
    struct risk_kit kit;
    begin(&kit);
    day(&kit, MONDAY + 1);
    for (uint32_t i = 0; i < 2; i++) fill(&kit, i, i == 0 ? 5 : -5);
    assert_int_equal(risk_kit_check(&kit, 2, 5), RISK_ALLOW); // the third to come
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_ALLOW); // counted already
    fill(&kit, 0, -2);
    fill(&kit, 0, -2); // one day trade so far, and a share that is held yet
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 2, 5), RISK_VETO);
    fill(&kit, 0, -1);
    assert_int_equal(risk_kit_check(&kit, 2, 5), RISK_ALLOW);
    fill(&kit, 0, 1);
    fill(&kit, 0, -1); // a second
    assert_int_equal(risk_kit_check(&kit, 2, 5), RISK_VETO);
    assert_true(kit.result.value == 4); // and the third and the fourth to come
    risk_kit_close(&kit);
}

static void what_is_older_than_today_makes_none(void **state) {
    (void)state;
    struct risk_kit kit;
    begin(&kit);
    kit.params[1] = 0;
    day(&kit, MONDAY + 1);
    fill(&kit, 0, 10);
    day(&kit, MONDAY + 2);
    kit.params[1] = 1;
    fill(&kit, 0, -5); // bought yesterday
    assert_int_equal(risk_kit_check(&kit, 1, 1), RISK_ALLOW);
    fill(&kit, 0, -8); // turns: 3 short since today
    assert_int_equal(risk_kit_check(&kit, 0, -1), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 1, 1), RISK_VETO);
    fill(&kit, 0, 3);
    assert_int_equal(risk_kit_check(&kit, 1, 1), RISK_VETO); // one made
    assert_true(kit.result.value == 2);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fourth_day_trade_in_five_business_days_is_not_begun),
        cmocka_unit_test(what_was_opened_today_may_become_one),
        cmocka_unit_test(what_is_older_than_today_makes_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
