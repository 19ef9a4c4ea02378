// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

#include <math.h>

static void day(struct risk_kit *kit, int64_t from, int64_t to) {
    struct risk_fact fact = {.kind = RISK_FACT_DAY};
    kit->view.equity_day = MONEY(from);
    kit->view.equity = MONEY(to);
    kit->rule->note(&kit->view, kit->params, kit->state, &fact);
}

static void orders_shrink_as_the_drawdown_nears_its_limit(void **state) {
    (void)state;
    static const struct {
        int64_t equity; // of a peak of 10,000.00
        enum risk_verdict verdict;
        int64_t left;
    } rows[] = {{1100000, RISK_ALLOW, 0},   {1000000, RISK_ALLOW, 0},   {999999, RISK_SHRINK, 999},
                {950000, RISK_SHRINK, 750}, {900000, RISK_SHRINK, 500}, {800200, RISK_SHRINK, 1},
                {800199, RISK_VETO, 0},     {800000, RISK_VETO, 0},     {700000, RISK_VETO, 0}};
    struct risk_kit kit;
    risk_kit_open(&kit, "drawdown_scale");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        kit.view.equity = MONEY(rows[i].equity);
        assert_int_equal(risk_kit_check(&kit, 0, 1000), rows[i].verdict);
        if (rows[i].left > 0) assert_int_equal(kit.result.qty.m, rows[i].left);
        if (rows[i].verdict != RISK_ALLOW) assert_true(kit.result.limit == 0.2);
    }
    risk_kit_close(&kit);
}

// Days of 1 % up and down are 19.1 % a year.
static void an_equity_that_moves_more_is_allowed_less(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "drawdown_scale");
    day(&kit, 0, 1000000); // the first day has no day before
    for (int i = 0; i < 10; i++) {
        kit.view.equity = MONEY(900000);
        assert_int_equal(risk_kit_check(&kit, 0, 1000), RISK_SHRINK);
        assert_true(kit.result.limit == 0.2); // before the tenth day
        day(&kit, 1000000, i % 2 == 0 ? 1010000 : 990000);
    }
    double volatility = 0.01 * sqrt(365), allowed = 0.2 * 0.15 / volatility;
    kit.view.equity = MONEY(900000);
    assert_int_equal(risk_kit_check(&kit, 0, 1000), RISK_SHRINK);
    assert_true(fabs(kit.result.limit - allowed) < 1e-12);
    assert_int_equal(kit.result.qty.m, (int64_t)(1000 * (1 - 0.1 / allowed)));
    kit.params[1] = volatility * (1 + 1e-9);
    assert_int_equal(risk_kit_check(&kit, 0, 1000), RISK_SHRINK);
    assert_true(kit.result.limit == 0.2 && kit.result.qty.m == 500);
    kit.params[1] = 0.15;
    for (int i = 0; i < 20; i++) day(&kit, 1000000, 1000000); // a half-life of calm
    double weight = 1 - pow(0.5, 0.05), square = 1e-4;
    for (int i = 11; i <= 30; i++) square -= fmax(weight, 1.0 / i) * square;
    kit.params[1] = 0.001;
    kit.view.equity = MONEY(990000);
    assert_int_equal(risk_kit_check(&kit, 0, 1000), RISK_VETO);
    assert_true(fabs(kit.result.limit - 0.2 * 0.001 / sqrt(square * 365)) < 1e-12);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_shrink_as_the_drawdown_nears_its_limit),
        cmocka_unit_test(an_equity_that_moves_more_is_allowed_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
