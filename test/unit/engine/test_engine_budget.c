// SPDX-License-Identifier: Apache-2.0
// Capital moves among strategies: to the last unit, and without touching what they earned.
#include "engine_kit.h"

#include "ledger/budget.h"

static const struct kit_step buy[] = {{TARGET_SET, 1, 0, 0}, {TARGET_SET, 1, 0, 0}};

static void begin(struct kit *kit, const char *method, double band, uint32_t first_ppm,
                  uint32_t second_ppm) {
    kit_script = buy;
    kit_script_length = 1;
    kit_configure(kit, 1, 2);
    kit->strategies[0].share_ppm = first_ppm;
    kit->strategies[1].share_ppm = second_ppm;
    const struct allocation *allocation = allocation_find(method);
    double *params = kit->config.allocation_params;
    kit->config.allocation = allocation;
    params_defaults(allocation->params, allocation->param_count, params);
    params[ALLOCATION_EVERY] = 1;
    params[ALLOCATION_BAND] = band;
    kit_start(kit);
}

static void next_day(struct kit *kit, int64_t cents) {
    kit->now_ns += NS_PER_DAY;
    kit_bar(kit, 0, cents);
}

static money_t budget(const struct kit *kit, uint32_t strategy) {
    return ledger_budget(engine_ledger(kit->engine), strategy);
}

static money_t equity(const struct kit *kit, uint32_t strategy) {
    return ledger_strategy_equity(engine_ledger(kit->engine), strategy);
}

static void assert_moved(const struct kit *kit, uint32_t index, uint32_t strategy, int64_t cents) {
    const struct budget_event *event = kit_output(kit, EVENT_BUDGET, index);
    assert_non_null(event);
    assert_int_equal(event->strategy, strategy);
    assert_true(budget_moved(event).m == cents);
}

// The first buys 500 at 10.00, the second is paused. At 11.00 they have 5,500 and 5,000: 250 go over.
static void profits_are_divided_and_stay_who_earned_them(void **state) {
    (void)state;
    struct kit kit;
    begin(&kit, "equal", 0, 500000, 500000);
    union event event;
    event_init(&event, EVENT_HALT, INSTRUMENT_NONE, kit.now_ns);
    event.command.scope = HALT_STRATEGY;
    event.command.index = 1;
    kit_apply(&kit, &event);
    kit_bar(&kit, 0, 1000);
    kit_fill_submit(&kit, 0, 1000);
    next_day(&kit, 1100);
    assert_null(
        kit_output(&kit, EVENT_BUDGET, 0)); // of the day that ended nothing is known before it
    next_day(&kit, 1100);
    assert_moved(&kit, 0, 0, -25000);
    assert_moved(&kit, 1, 1, 25000);
    assert_moved(&kit, 2, STRATEGY_NONE, 0);
    assert_true(budget(&kit, 0).m == 475000 && budget(&kit, 1).m == 525000);
    assert_true(equity(&kit, 0).m == 525000 && equity(&kit, 1).m == 525000);
    next_day(&kit, 1100);
    assert_null(kit_output(&kit, EVENT_BUDGET, 0)); // nothing is away from where it should be
    kit_stop(&kit);
}

static void within_the_band_nothing_moves(void **state) {
    (void)state;
    struct kit kit;
    begin(&kit, "equal", 0.2, 700000, 300000);
    for (int i = 0; i < 5; i++) next_day(&kit, 1000);
    assert_true(budget(&kit, 0).m == 700000);
    kit_stop(&kit);
    begin(&kit, "equal", 0.19, 700000, 300000); // 0.2 away
    for (int i = 0; i < 2; i++) next_day(&kit, 1000);
    assert_true(budget(&kit, 0).m == 500000 && budget(&kit, 1).m == 500000);
    kit_stop(&kit);
}

static void capital_to_come_follows_the_latest_move(void **state) {
    (void)state;
    struct kit kit;
    begin(&kit, "equal", 0, 700000, 300000);
    for (int i = 0; i < 3; i++) next_day(&kit, 1000);
    kit_deposit(&kit, 100001);
    assert_true(budget(&kit, 0).m == 550000 && budget(&kit, 1).m == 550000);
    next_day(&kit, 1000); // the cent that nobody got stays in the reserve
    assert_null(kit_output(&kit, EVENT_BUDGET, 0));
    kit_stop(&kit);
}

static void capital_that_nobody_was_given_stays_out(void **state) {
    (void)state;
    struct kit kit;
    begin(&kit, "equal", 0, 400000, 200000);
    for (int i = 0; i < 2; i++) next_day(&kit, 1000);
    assert_true(budget(&kit, 0).m == 300000 && budget(&kit, 1).m == 300000);
    assert_moved(&kit, 2, STRATEGY_NONE, 0);
    kit_stop(&kit);
}

static void who_is_stopped_keeps_what_it_has(void **state) {
    (void)state;
    struct kit kit;
    begin(&kit, "equal", 0, 700000, 300000);
    union event event;
    event_init(&event, EVENT_STOP, INSTRUMENT_NONE, kit.now_ns);
    kit_apply(&kit, &event);
    for (int i = 0; i < 3; i++) next_day(&kit, 1000);
    assert_true(budget(&kit, 0).m == 700000 && budget(&kit, 1).m == 300000);
    kit_stop(&kit);
}

static void a_position_is_sized_anew_on_what_is_left(void **state) {
    (void)state;
    struct kit kit;
    kit_script = buy;
    begin(&kit, "equal", 0, 700000, 300000);
    kit_script_length = UINT32_MAX; // the same wish at every bar
    static const struct kit_step always[8] = {{TARGET_SET, 1, 0, 0}, {TARGET_SET, 1, 0, 0},
                                              {TARGET_SET, 1, 0, 0}, {TARGET_SET, 1, 0, 0},
                                              {TARGET_SET, 1, 0, 0}, {TARGET_SET, 1, 0, 0}};
    kit_script = always;
    kit_bar(&kit, 0, 1000);
    assert_int_equal(((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->spec.qty.m,
                     700);
    uint64_t ids[2];
    for (uint32_t i = 0; i < 2; i++)
        ids[i] = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, i))->order_id;
    kit_report(&kit, EVENT_ORDER_FILLED, ids[0], 700, 1000, 0);
    kit_report(&kit, EVENT_ORDER_FILLED, ids[1], 300, 1000, 0);
    next_day(&kit, 1000);
    next_day(&kit, 1000);
    const struct submit_event *less = kit_output(&kit, EVENT_SUBMIT, 0);
    const struct submit_event *more = kit_output(&kit, EVENT_SUBMIT, 1);
    assert_int_equal(less->spec.side * less->spec.qty.m, -200);
    assert_int_equal(more->spec.side * more->spec.qty.m, 200);
    kit_stop(&kit);
}

static void contradictions_are_refused(void **state) {
    (void)state;
    struct kit kit;
    kit_configure(&kit, 1, 2);
    const struct allocation *allocation = allocation_find("equal");
    kit.config.allocation = allocation;
    params_defaults(allocation->params, allocation->param_count, kit.config.allocation_params);
    kit.config.allocation_params[ALLOCATION_FLOOR] = 0.6;
    assert_int_equal(engine_new(&kit.wiring, &kit.state, &kit.config, &kit.engine), ERR_ARGUMENT);
    kit_stop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profits_are_divided_and_stay_who_earned_them),
        cmocka_unit_test(within_the_band_nothing_moves),
        cmocka_unit_test(capital_to_come_follows_the_latest_move),
        cmocka_unit_test(capital_that_nobody_was_given_stays_out),
        cmocka_unit_test(who_is_stopped_keeps_what_it_has),
        cmocka_unit_test(a_position_is_sized_anew_on_what_is_left),
        cmocka_unit_test(contradictions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
