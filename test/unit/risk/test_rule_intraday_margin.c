// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

#include <math.h>

// 10,000.00 of equity, orders worth 10.00 a share, from the first day on.
static void begin(struct risk_kit *kit) {
    risk_kit_open(kit, "intraday_margin");
    for (int i = 0; i < RISK_KIT_INSTRUMENTS; i++) {
        kit->instruments.items[i].asset = i < 3 ? ASSET_EQUITY : ASSET_CRYPTO;
        kit->instruments.items[i].price_decimals = 2;
    }
    kit->params[0] = 19700101;
}

static void stocks_need_a_quarter_long_and_more_short(void **state) {
    (void)state;
    struct risk_kit kit;
    begin(&kit);
    static const struct risk_case at_10[] = {{4000, RISK_ALLOW, 0},
                                             {4001, RISK_SHRINK, 4000},
                                             {-2000, RISK_ALLOW, 0}, // $5 a share
                                             {-2001, RISK_SHRINK, 2000}};
    risk_kit_cases(&kit, 0, at_10, 4);
    assert_true(kit.result.limit == 1 && kit.result.value == 1.0005);
    static const struct {
        int64_t last, most;
    } rows[] = {{2000, 3333}, {1667, 3333}, {1666, 3331}, {500, 1000},
                {499, 1000},  {250, 1000},  {249, 995},   {200, 800}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct risk_case cases[] = {{-rows[i].most, RISK_ALLOW, 0},
                                          {-rows[i].most - 1, RISK_SHRINK, rows[i].most}};
        kit.board.rows[0].last = PRICE(rows[i].last);
        risk_kit_cases(&kit, 0, cases, 2);
    }
    kit.board.rows[0].last = PRICE(1000);
    static const struct risk_case coins[] = {{1000, RISK_ALLOW, 0}, {1001, RISK_SHRINK, 1000}};
    risk_kit_cases(&kit, 3, coins, 2);
    kit.params[1] = 2; // twice what is asked
    static const struct risk_case twice[] = {{2000, RISK_ALLOW, 0}, {2001, RISK_SHRINK, 2000}};
    risk_kit_cases(&kit, 0, twice, 2);
    risk_kit_close(&kit);
}

static void what_is_held_and_worked_takes_its_part(void **state) {
    (void)state;
    struct risk_kit kit;
    begin(&kit);
    risk_kit_hold(&kit, 1, 2000); // a half
    risk_kit_work(&kit, 2, -500); // and a quarter
    static const struct risk_case cases[] = {{1000, RISK_ALLOW, 0}, {1001, RISK_SHRINK, 1000}};
    risk_kit_cases(&kit, 0, cases, 2);
    kit.board.rows[2].last = PRICE(0);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    assert_true(isinf(kit.result.value));
    risk_kit_close(&kit);
}

// 5,000 held need 12,500: nothing is added, and sold round as much as needs no more.
static void in_a_deficit_what_does_not_deepen_it_passes(void **state) {
    (void)state;
    struct risk_kit kit;
    begin(&kit);
    risk_kit_hold(&kit, 0, 5000);
    static const struct risk_case cases[] = {
        {1, RISK_VETO, 0}, {-7500, RISK_ALLOW, 0}, {-7501, RISK_SHRINK, 7500}};
    risk_kit_cases(&kit, 0, cases, 3);
    assert_int_equal(risk_kit_check(&kit, 1, 1), RISK_VETO);
    risk_kit_close(&kit);
}

static void it_holds_from_its_day_on(void **state) {
    (void)state;
    struct risk_kit kit;
    begin(&kit);
    kit.params[0] = 20260604;
    kit.view.now_ns = INT64_C(1780531200) * 1000000000 - 1; // 2026-06-04 00:00
    assert_int_equal(risk_kit_check(&kit, 0, 4001), RISK_ALLOW);
    kit.view.now_ns++;
    assert_int_equal(risk_kit_check(&kit, 0, 4001), RISK_SHRINK);
    kit.params[0] = 20260699;                           // no day: the last of June
    kit.view.now_ns = INT64_C(1782777600) * 1000000000; // 2026-06-30
    assert_int_equal(risk_kit_check(&kit, 0, 4001), RISK_SHRINK);
    kit.params[0] = 20261399;
    assert_int_equal(risk_kit_check(&kit, 0, 4001), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stocks_need_a_quarter_long_and_more_short),
        cmocka_unit_test(what_is_held_and_worked_takes_its_part),
        cmocka_unit_test(in_a_deficit_what_does_not_deepen_it_passes),
        cmocka_unit_test(it_holds_from_its_day_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
