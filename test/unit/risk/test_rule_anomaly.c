// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

#include <math.h>

#include "quant/indicator/jump.h"

static struct event_header cause = {.kind = EVENT_BAR};

static enum risk_verdict price(struct risk_kit *kit, double now_s, int64_t cents) {
    kit->view.cause = &cause;
    kit->board.rows[0].last = PRICE(cents);
    return risk_kit_at(kit, now_s, 1000000);
}

static void calm(struct risk_kit *kit, int returns) {
    for (int i = 0; i <= returns; i++)
        assert_int_equal(price(kit, 0, i % 2 == 0 ? 100000 : 101000), RISK_ALLOW);
}

static void after_a_jump_orders_are_cut_for_a_while(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "anomaly");
    calm(&kit, 200);
    assert_int_equal(risk_kit_check(&kit, 0, 100), RISK_ALLOW);
    assert_int_equal(price(&kit, 10, 110000), RISK_WARN);
    assert_true(kit.result.value > kit.result.limit && kit.result.limit > 4);
    const struct risk_case cases[] = {
        {1, RISK_VETO, 0}, {2, RISK_SHRINK, 1}, {100, RISK_SHRINK, 50}, {-101, RISK_SHRINK, 50}};
    risk_kit_cases(&kit, 0, cases, 4);
    assert_int_equal(risk_kit_check(&kit, 1, 100), RISK_ALLOW); // another instrument
    risk_kit_hold(&kit, 0, 50); // half of what was asked for: no more of it
    assert_int_equal(risk_kit_check(&kit, 0, 50), RISK_VETO);
    risk_kit_hold(&kit, 0, -50);
    kit.params[3] = 0;
    assert_int_equal(risk_kit_check(&kit, 0, 100), RISK_VETO);
    kit.params[3] = 1;
    assert_int_equal(risk_kit_check(&kit, 0, 100), RISK_ALLOW);
    kit.params[3] = 0.5;
    kit.view.now_ns = 3610 * INT64_C(1000000000) - 1;
    assert_int_equal(risk_kit_check(&kit, 0, 100), RISK_SHRINK);
    kit.view.now_ns++;
    assert_int_equal(risk_kit_check(&kit, 0, 100), RISK_ALLOW);
    risk_kit_close(&kit);
}

// The statistic at the threshold is none.
static void a_return_at_the_threshold_is_no_jump(void **state) {
    (void)state;
    struct jump_law law = jump_law_of(1000);
    double threshold = jump_threshold(&law, 0.01);
    // Bipower variation of returns that are all as large is their square.
    double edge = 100000 * exp(threshold * log(1.01));
    for (int above = 0; above <= 1; above++) {
        struct risk_kit kit;
        risk_kit_open(&kit, "anomaly");
        calm(&kit, 200);
        assert_int_equal(price(&kit, 0, (int64_t)floor(edge) + above),
                         above ? RISK_WARN : RISK_ALLOW);
        risk_kit_close(&kit);
    }
}

// The level whose threshold is this very statistic: neighbours of the p-value, until one gives it back.
static double level_of(double statistic) {
    struct jump_law law = jump_law_of(1000);
    double level = jump_p_value(&law, statistic) * (1 - 1e-12);
    for (int i = 0; i < 10000000 && jump_threshold(&law, level) != statistic; i++)
        level = nextafter(level, 1);
    return level;
}

static void a_statistic_equal_to_the_threshold_is_no_jump(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "anomaly");
    calm(&kit, 200);
    assert_int_equal(price(&kit, 0, 106000), RISK_WARN);
    double statistic = kit.result.value;
    risk_kit_close(&kit);
    risk_kit_open(&kit, "anomaly");
    calm(&kit, 200);
    kit.params[0] = level_of(statistic);
    assert_int_equal(price(&kit, 0, 106000), RISK_ALLOW);
    assert_true(kit.result.value == statistic && kit.result.limit == statistic);
    risk_kit_close(&kit);
}

static void what_has_no_window_yet_and_what_is_no_price_jumps_not(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "anomaly");
    calm(&kit, 77);
    assert_int_equal(price(&kit, 0, 300000), RISK_WARN); // the first that has a window
    risk_kit_close(&kit);
    risk_kit_open(&kit, "anomaly");
    calm(&kit, 76);
    assert_int_equal(price(&kit, 0, 300000), RISK_ALLOW); // the 77th return of a window of 78
    risk_kit_close(&kit);
    risk_kit_open(&kit, "anomaly");
    calm(&kit, 200);
    struct event_header other = {.kind = EVENT_CLOCK, .instrument = INSTRUMENT_NONE};
    kit.view.cause = &other;
    kit.board.rows[0].last = PRICE(300000);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    kit.view.cause = NULL;
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    assert_int_equal(price(&kit, 0, 0), RISK_ALLOW);
    struct risk_fact split = {.kind = RISK_FACT_SPLIT, .ratio = 2};
    kit.rule->note(&kit.view, kit.params, kit.state, &split);
    assert_int_equal(price(&kit, 0, 50000), RISK_ALLOW);
    kit.params[1] = 5; // a command changes it: the memory is of the start
    cause.kind = EVENT_TRADE;
    assert_int_equal(price(&kit, 0, 100000), RISK_WARN);
    cause.kind = EVENT_QUOTE;
    assert_int_equal(price(&kit, 0, 50000), RISK_WARN);
    cause.kind = EVENT_BAR;
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_jump_orders_are_cut_for_a_while),
        cmocka_unit_test(a_return_at_the_threshold_is_no_jump),
        cmocka_unit_test(a_statistic_equal_to_the_threshold_is_no_jump),
        cmocka_unit_test(what_has_no_window_yet_and_what_is_no_price_jumps_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
