// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

#include <math.h>

// 10,000.00 at 10.00 a share.
static void open_with(struct risk_kit *kit, uint32_t first, uint32_t second) {
    risk_kit_open(kit, "buying_power");
    kit->instruments.items[0].asset = first;
    kit->instruments.items[1].asset = second;
}

static void stocks_need_half_of_their_value_long_or_short(void **state) {
    (void)state;
    struct risk_kit kit;
    open_with(&kit, ASSET_EQUITY, ASSET_EQUITY);
    static const struct risk_case cases[] = {{1999, RISK_ALLOW, 0},
                                             {2000, RISK_ALLOW, 0},
                                             {2001, RISK_SHRINK, 2000},
                                             {-2000, RISK_ALLOW, 0},
                                             {-2001, RISK_SHRINK, 2000}};
    risk_kit_cases(&kit, 0, cases, 5);
    assert_true(kit.result.limit == 1 && kit.result.value == 1.0005);
    kit.params[0] = 1; // a move of 15 %
    static const struct risk_case portfolio[] = {
        {6666, RISK_ALLOW, 0}, {6667, RISK_SHRINK, 6666}, {-6667, RISK_SHRINK, 6666}};
    risk_kit_cases(&kit, 0, portfolio, 3);
    kit.params[0] = 2; // cash
    static const struct risk_case cash[] = {{1000, RISK_ALLOW, 0}, {1001, RISK_SHRINK, 1000}};
    risk_kit_cases(&kit, 0, cash, 2);
    risk_kit_close(&kit);
}

static void classes_share_the_equity_each_with_its_own_margin(void **state) {
    (void)state;
    struct risk_kit kit;
    open_with(&kit, ASSET_EQUITY, ASSET_CRYPTO);
    kit.params[1] = 5;
    kit.instruments.items[2].asset = ASSET_FUTURE;
    kit.params[2] = 10;
    risk_kit_hold(&kit, 1, 2500); // takes half
    static const struct risk_case stocks[] = {{1000, RISK_ALLOW, 0}, {1001, RISK_SHRINK, 1000}};
    risk_kit_cases(&kit, 0, stocks, 2);
    static const struct risk_case coins[] = {{2500, RISK_ALLOW, 0}, {2501, RISK_SHRINK, 2500}};
    risk_kit_cases(&kit, 1, coins, 2);
    static const struct risk_case futures[] = {{5000, RISK_ALLOW, 0}, {5001, RISK_SHRINK, 5000}};
    risk_kit_cases(&kit, 2, futures, 2);
    risk_kit_work(&kit, 2, -2500); // an open order takes a quarter
    static const struct risk_case less[] = {{500, RISK_ALLOW, 0}, {501, RISK_SHRINK, 500}};
    risk_kit_cases(&kit, 0, less, 2);
    risk_kit_close(&kit);
}

static void above_the_equity_what_adds_nothing_passes(void **state) {
    (void)state;
    struct risk_kit kit;
    open_with(&kit, ASSET_CRYPTO, ASSET_CRYPTO);
    risk_kit_hold(&kit, 0, 1500);
    static const struct risk_case cases[] = {
        {1, RISK_VETO, 0}, {-3000, RISK_ALLOW, 0}, {-3001, RISK_SHRINK, 3000}};
    risk_kit_cases(&kit, 0, cases, 3);
    assert_int_equal(risk_kit_check(&kit, 1, 1), RISK_VETO);
    kit.view.equity = MONEY(0);
    assert_int_equal(risk_kit_check(&kit, 0, -3000), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    assert_true(isinf(kit.result.value));
    kit.view.equity = MONEY(1000000000);
    kit.board.rows[0].last = PRICE(0);
    assert_int_equal(risk_kit_check(&kit, 1, 1), RISK_VETO);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stocks_need_half_of_their_value_long_or_short),
        cmocka_unit_test(classes_share_the_equity_each_with_its_own_margin),
        cmocka_unit_test(above_the_equity_what_adds_nothing_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
