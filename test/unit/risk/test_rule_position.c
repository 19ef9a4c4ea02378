// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void a_position_and_its_working_orders_stay_within_their_share(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "position");
    kit.params[0] = 0.5; // 5,000.00: 500 shares
    assert_int_equal(risk_kit_check(&kit, 0, 500), RISK_ALLOW);
    risk_kit_hold(&kit, 0, 200);
    assert_int_equal(risk_kit_check(&kit, 0, 300), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, 301), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 300);
    risk_kit_work(&kit, 0, 100); // counts as filled
    assert_int_equal(risk_kit_check(&kit, 0, 300), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 200);
    assert_int_equal(risk_kit_check(&kit, 1, 500), RISK_ALLOW); // another instrument has its own
    risk_kit_close(&kit);
}

static void a_full_position_lets_nothing_more_in_and_everything_out(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "position");
    kit.params[0] = 0.5;
    risk_kit_hold(&kit, 0, 500);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    assert_int_equal(risk_kit_check(&kit, 0, -500), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, -1000), RISK_ALLOW); // to 500 short
    assert_int_equal(risk_kit_check(&kit, 0, -1001), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 1000);
    risk_kit_close(&kit);
}

static void lots_worth_less_than_a_cent_count_all_the_same(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open_parts(&kit, "position", 8);
    kit.params[0] = 0.5;
    int64_t share = 100000000;
    assert_int_equal(risk_kit_check(&kit, 0, 500 * share), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, 501 * share), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 500 * share);
    risk_kit_hold(&kit, 0, 200 * share);
    assert_int_equal(risk_kit_check(&kit, 0, 300 * share), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, 400 * share), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 300 * share);
    risk_kit_hold(&kit, 0, 300 * share);
    assert_int_equal(risk_kit_check(&kit, 0, share), RISK_VETO);
    risk_kit_close(&kit);
}

static void a_limit_of_nothing_lets_nothing_in_and_everything_out(void **state) {
    (void)state;
    static const char *const rules[] = {"position",     "leverage",      "gross_exposure",
                                        "net_exposure", "concentration", "order_notional"};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct risk_kit kit;
        risk_kit_open(&kit, rules[i]);
        kit.params[0] = 0;
        assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
        assert_int_equal(risk_kit_check(&kit, 0, -1), RISK_VETO);
        risk_kit_hold(&kit, 0, 10);
        bool flips = strcmp(rules[i], "order_notional") != 0;
        if (flips) assert_int_equal(risk_kit_check(&kit, 0, -10), RISK_ALLOW);
        assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
        risk_kit_close(&kit);
    }
}

static void a_quantity_that_no_number_holds_is_refused(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "position");
    risk_kit_work(&kit, 0, INT64_MAX);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    assert_false(kit.result.value > 1e300);
    risk_kit_hold(&kit, 0, 1);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    assert_true(kit.result.value > 1e300);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_position_and_its_working_orders_stay_within_their_share),
        cmocka_unit_test(a_full_position_lets_nothing_more_in_and_everything_out),
        cmocka_unit_test(lots_worth_less_than_a_cent_count_all_the_same),
        cmocka_unit_test(a_limit_of_nothing_lets_nothing_in_and_everything_out),
        cmocka_unit_test(a_quantity_that_no_number_holds_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
