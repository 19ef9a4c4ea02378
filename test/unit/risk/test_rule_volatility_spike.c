// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

#include <math.h>

static struct event_header cause = {.kind = EVENT_BAR};

// A price of the first instrument; what the rule says.
static enum risk_verdict price(struct risk_kit *kit, int64_t cents) {
    kit->view.cause = &cause;
    kit->board.rows[0].last = PRICE(cents);
    return risk_kit_at(kit, 0, 1000000);
}

// Moves by 1 % up and down, with so many returns.
static void calm(struct risk_kit *kit, int returns) {
    for (int i = 0; i <= returns; i++)
        assert_int_equal(price(kit, i % 2 == 0 ? 100000 : 101000), RISK_ALLOW);
}

static void begin(struct risk_kit *kit) {
    risk_kit_open(kit, "volatility_spike");
    kit->params[1] = 1; // the latest return has half of the weight
    kit->params[2] = 100;
    kit->params[3] = 1;
}

static void volatility_of_lately_beyond_a_multiple_of_that_of_long_reduces(void **state) {
    (void)state;
    struct risk_kit kit;
    begin(&kit);
    calm(&kit, 1000);
    double usual = log(1.01) * log(1.01), jump = log(1.1) * log(1.1), slow = 1 - pow(0.5, 0.01);
    double ratio = sqrt((usual + jump) / 2 / (usual + slow * (jump - usual)));
    assert_true(ratio > 4);
    kit.params[0] = ratio * (1 + 1e-9);
    assert_int_equal(price(&kit, 110000), RISK_ALLOW);
    risk_kit_close(&kit);
    begin(&kit);
    calm(&kit, 1000);
    kit.params[0] = ratio * (1 - 1e-9);
    assert_int_equal(price(&kit, 110000), RISK_REDUCE);
    assert_true(fabs(kit.result.value / ratio - 1) < 1e-9 && kit.result.limit == kit.params[0]);
    double value = kit.result.value;
    assert_int_equal(risk_kit_at(&kit, 0, 1000000), RISK_ALLOW); // the same price is no move
    risk_kit_close(&kit);
    begin(&kit);
    calm(&kit, 1000);
    kit.params[0] = value; // is not more
    assert_int_equal(price(&kit, 110000), RISK_ALLOW);
    assert_true(kit.result.value == value);
    risk_kit_close(&kit);
}

static void nothing_is_said_before_there_is_a_long(void **state) {
    (void)state;
    for (int returns = 98; returns <= 99; returns++) {
        struct risk_kit kit;
        begin(&kit);
        calm(&kit, returns);
        kit.params[0] = 2;
        enum risk_verdict verdict = price(&kit, 200000); // the 99th return, the 100th
        assert_int_equal(verdict, returns == 99 ? RISK_REDUCE : RISK_ALLOW);
        risk_kit_close(&kit);
    }
}

static void a_price_that_never_moves_has_no_volatility(void **state) {
    (void)state;
    struct risk_kit kit;
    begin(&kit);
    for (int i = 0; i < 300; i++) assert_int_equal(price(&kit, 1000), RISK_ALLOW);
    risk_kit_close(&kit);
}

static void events_without_a_price_and_splits_are_no_moves(void **state) {
    (void)state;
    struct risk_kit kit;
    begin(&kit);
    calm(&kit, 1000);
    kit.params[0] = 2;
    static const uint16_t kinds[] = {EVENT_CLOCK, EVENT_CASH, EVENT_SPLIT, EVENT_ORDER_FILLED};
    for (size_t i = 0; i < 4; i++) {
        struct event_header other = {.kind = kinds[i], .instrument = INSTRUMENT_NONE};
        kit.view.cause = &other;
        kit.board.rows[0].last = PRICE(300000);
        assert_int_equal(risk_kit_at(&kit, 0, 1000000), RISK_ALLOW);
    }
    kit.view.cause = NULL;
    assert_int_equal(risk_kit_at(&kit, 0, 1000000), RISK_ALLOW);
    assert_int_equal(price(&kit, 0), RISK_ALLOW);
    struct risk_fact split = {.kind = RISK_FACT_SPLIT, .ratio = 2};
    kit.rule->note(&kit.view, kit.params, kit.state, &split);
    assert_int_equal(price(&kit, 50500), RISK_ALLOW);
    cause.kind = EVENT_TRADE;
    assert_int_equal(price(&kit, 100000), RISK_REDUCE);
    cause.kind = EVENT_QUOTE;
    assert_int_equal(price(&kit, 50500), RISK_REDUCE);
    cause.kind = EVENT_BAR;
    risk_kit_close(&kit);
}

static void looks_in_a_row_are_of_one_instrument(void **state) {
    (void)state;
    struct risk_kit kit;
    begin(&kit);
    kit.params[0] = 2;
    kit.params[3] = 3;
    calm(&kit, 1000);
    assert_int_equal(price(&kit, 150000), RISK_ALLOW);
    cause.instrument = 1; // a price of another one
    kit.board.rows[1].last = PRICE(5);
    assert_int_equal(risk_kit_at(&kit, 0, 1000000), RISK_ALLOW);
    cause.instrument = 0;
    assert_int_equal(price(&kit, 100000), RISK_ALLOW);
    struct risk_fact resumed = {.kind = RISK_FACT_RESUMED, .strategy = 0}; // a strategy: no matter
    kit.rule->note(&kit.view, kit.params, kit.state, &resumed);
    assert_int_equal(price(&kit, 150000), RISK_REDUCE);
    resumed.strategy = STRATEGY_NONE;
    kit.rule->note(&kit.view, kit.params, kit.state, &resumed);
    for (int i = 0; i < 2; i++) assert_int_equal(price(&kit, i == 0 ? 100000 : 150000), RISK_ALLOW);
    assert_int_equal(price(&kit, 100000), RISK_REDUCE);
    for (int i = 0; i < 40; i++) (void)price(&kit, 100000);
    assert_int_equal(price(&kit, 100000), RISK_ALLOW);
    assert_int_equal(price(&kit, 200000), RISK_ALLOW); // counted from one again
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(volatility_of_lately_beyond_a_multiple_of_that_of_long_reduces),
        cmocka_unit_test(nothing_is_said_before_there_is_a_long),
        cmocka_unit_test(a_price_that_never_moves_has_no_volatility),
        cmocka_unit_test(looks_in_a_row_are_of_one_instrument),
        cmocka_unit_test(events_without_a_price_and_splits_are_no_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
