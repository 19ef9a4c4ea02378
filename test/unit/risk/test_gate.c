// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

struct gate_kit {
    struct risk_kit risk;
    struct risk_config config;
    struct risk_gate gate;
    uint32_t rule;
};

static void start(struct gate_kit *kit) {
    struct risk_setup setup = {
        .config = &kit->config, .instrument_count = RISK_KIT_INSTRUMENTS, .strategy_count = 1};
    assert_ok(risk_gate_init(&kit->gate, &kit->risk.arena, &kit->risk.arena, &setup));
}

static void open_kit(struct gate_kit *kit) {
    risk_kit_open(&kit->risk, NULL);
    risk_config_defaults(&kit->config);
}

static enum risk_verdict check(struct gate_kit *kit, int64_t qty) {
    risk_kit_order(&kit->risk, 0, qty);
    return risk_gate_check(&kit->gate, &kit->risk.view, &kit->risk.order, &kit->rule,
                           &kit->risk.result);
}

static void set(struct gate_kit *kit, const char *rule, double value) {
    int index = risk_rule_find(rule);
    kit->config.enabled[index] = 1;
    kit->config.params[index][0] = value;
}

static void each_rule_sees_what_the_one_before_left(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    set(&kit, "order_notional", 0.5); // 500 shares
    set(&kit, "position", 0.3);       // 300 shares
    start(&kit);
    assert_int_equal(check(&kit, 300), RISK_ALLOW);
    assert_int_equal(check(&kit, 1000), RISK_SHRINK);
    assert_int_equal(kit.risk.result.qty.m, 300);
    assert_string_equal(risk_rule_at(kit.rule)->name, "position");
    risk_kit_close(&kit.risk);
}

static void the_first_refusal_ends_it(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    set(&kit, "order_size", 100);
    set(&kit, "position", 0.3);
    start(&kit);
    assert_int_equal(check(&kit, 1000), RISK_VETO);
    assert_string_equal(risk_rule_at(kit.rule)->name, "order_size");
    risk_kit_close(&kit.risk);
}

static void what_only_reduces_passes_all_but_the_price_band(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    set(&kit, "order_size", 10);
    start(&kit);
    risk_kit_hold(&kit.risk, 0, 500);
    assert_int_equal(check(&kit, -500), RISK_ALLOW);
    assert_int_equal(check(&kit, -501), RISK_VETO); // goes through zero
    kit.risk.board.rows[0].last = PRICE(0);
    assert_int_equal(check(&kit, -500), RISK_VETO);
    assert_string_equal(risk_rule_at(kit.rule)->name, "price_band");
    risk_kit_close(&kit.risk);
}

static void a_command_sets_a_limit_and_turns_its_rule_on(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    start(&kit);
    assert_int_equal(check(&kit, 900), RISK_ALLOW);
    struct command_event command = {.rule = (uint32_t)risk_rule_find("position"), .value = 0.2};
    assert_ok(risk_gate_set_limit(&kit.gate, &command));
    assert_int_equal(check(&kit, 900), RISK_SHRINK);
    command.value = -1;
    assert_int_equal(risk_gate_set_limit(&kit.gate, &command), ERR_ARGUMENT);
    command.param = 5;
    assert_int_equal(risk_gate_set_limit(&kit.gate, &command), ERR_ARGUMENT);
    command.rule = 999;
    assert_int_equal(risk_gate_set_limit(&kit.gate, &command), ERR_ARGUMENT);
    risk_kit_close(&kit.risk);
}

static void breakers_watch_once_they_are_on(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    start(&kit);
    kit.risk.view.equity = MONEY(700000);
    enum risk_verdict verdict =
        risk_gate_watch(&kit.gate, &kit.risk.view, &kit.rule, &kit.risk.result);
    assert_int_equal(verdict, RISK_ALLOW); // off by default
    struct command_event command = {.rule = (uint32_t)risk_rule_find("drawdown"), .value = 0.3};
    assert_ok(risk_gate_set_limit(&kit.gate, &command));
    verdict = risk_gate_watch(&kit.gate, &kit.risk.view, &kit.rule, &kit.risk.result);
    assert_int_equal(verdict, RISK_HALT);
    assert_string_equal(risk_rule_at(kit.rule)->name, "drawdown");
    risk_kit_close(&kit.risk);
}

static enum risk_verdict watch(struct gate_kit *kit, int64_t equity) {
    kit->risk.view.equity = MONEY(equity);
    return risk_gate_watch(&kit->gate, &kit->risk.view, &kit->rule, &kit->risk.result);
}

static void a_breaker_speaks_once_for_each_step(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    set(&kit, "drawdown", 0.3);
    start(&kit);
    assert_int_equal(watch(&kit, 700001), RISK_ALLOW);
    assert_int_equal(watch(&kit, 700000), RISK_HALT);
    assert_int_equal(watch(&kit, 600000), RISK_ALLOW);
    assert_true(risk_gate_until_ns(&kit.gate) == 0);
    risk_gate_resumed(&kit.gate, &kit.risk.view, STRATEGY_NONE);
    assert_int_equal(watch(&kit, 600000), RISK_HALT);
    risk_kit_close(&kit.risk);
}

static void one_bad_tick_does_not_trip_and_time_ends_a_stop(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    int rule = risk_rule_find("daily_loss");
    set(&kit, "daily_loss", 0.05);
    kit.config.params[rule][3] = 3;  // confirmations
    kit.config.params[rule][4] = 10; // seconds
    start(&kit);
    for (int i = 0; i < 2; i++) assert_int_equal(watch(&kit, 900000), RISK_ALLOW);
    assert_int_equal(watch(&kit, 1000000), RISK_ALLOW); // the next is good
    for (int i = 0; i < 2; i++) assert_int_equal(watch(&kit, 900000), RISK_ALLOW);
    assert_int_equal(watch(&kit, 970000), RISK_REDUCE); // all three were as bad as that
    assert_true(risk_gate_until_ns(&kit.gate) == 10000000000);
    for (int i = 0; i < 2; i++) assert_int_equal(watch(&kit, 900000), RISK_ALLOW);
    assert_int_equal(watch(&kit, 900000), RISK_HALT);
    risk_kit_close(&kit.risk);
}

static void a_rule_that_keeps_count_cannot_be_turned_on_later(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    start(&kit);
    struct command_event command = {.rule = (uint32_t)risk_rule_find("message_rate"), .value = 5};
    assert_int_equal(risk_gate_set_limit(&kit.gate, &command), ERR_ARGUMENT);
    kit.config.enabled[command.rule] = 1;
    start(&kit);
    assert_ok(risk_gate_set_limit(&kit.gate, &command));
    risk_kit_close(&kit.risk);
}

static void orders_meet_the_rules_in_order_of_precedence(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    for (size_t i = 0; i < risk_rule_count(); i++) kit.config.enabled[i] = 1;
    start(&kit);
    for (uint32_t k = 1; k < kit.gate.check_count; k++)
        assert_true(risk_rule_at(kit.gate.check[k - 1])->rank <
                    risk_rule_at(kit.gate.check[k])->rank);
    risk_kit_close(&kit.risk);
}

static void what_a_rule_cuts_leaves_in_lots_and_no_less_than_the_least(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    set(&kit, "child_orders", 0.5);
    set(&kit, "position", 0.3);
    kit.risk.instruments.items[0].lot = QTY(20);
    kit.risk.instruments.items[0].qty_min = QTY(100);
    start(&kit);
    assert_int_equal(check(&kit, 500), RISK_SHRINK);
    assert_int_equal(kit.risk.result.qty.m, 300);
    risk_kit_hold(&kit.risk, 0, 210);
    assert_int_equal(check(&kit, 500), RISK_VETO); // of 90 left 80, less than the venue takes
    assert_string_equal(risk_rule_at(kit.rule)->name, "tick_lot");
    kit.risk.instruments.items[0].qty_min = QTY(80);
    assert_int_equal(check(&kit, 500), RISK_SHRINK);
    assert_int_equal(kit.risk.result.qty.m, 80);
    assert_string_equal(risk_rule_at(kit.rule)->name, "position");
    risk_kit_close(&kit.risk);
}

static void an_event_that_shows_a_breaker_nothing_leaves_its_looks_in_a_row(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    set(&kit, "clock_skew", 1); // three looks
    start(&kit);
    struct event_header trade = {.kind = EVENT_TRADE, .ts_ns = 2000000000};
    struct event_header clock = {.kind = EVENT_CLOCK};
    for (int i = 0; i < 3; i++) {
        kit.risk.view.cause = &trade;
        assert_int_equal(watch(&kit, 1000000), i == 2 ? RISK_REDUCE : RISK_ALLOW);
        kit.risk.view.cause = &clock;
        assert_int_equal(watch(&kit, 1000000), RISK_ALLOW);
    }
    risk_kit_close(&kit.risk);
}

static void rules_that_look_at_returns_share_a_model_and_keep_what_it_is_made_of(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    set(&kit, "var_limit", 0.01);
    set(&kit, "es_limit", 0.02);
    set(&kit, "correlation", 0.7);
    start(&kit);
    assert_int_equal(kit.gate.model_count, 1);
    assert_true(kit.gate.models[0].spec.window == 250 && kit.gate.models[0].spec.decay == 0.97);
    struct command_event command = {.rule = (uint32_t)risk_rule_find("var_limit"), .value = 0.5};
    assert_ok(risk_gate_set_limit(&kit.gate, &command));
    command.param = 2; // window
    command.value = 100;
    assert_int_equal(risk_gate_set_limit(&kit.gate, &command), ERR_ARGUMENT);
    kit.config.params[command.rule][2] = 100;
    start(&kit);
    assert_int_equal(kit.gate.model_count, 2);
    assert_int_equal(kit.gate.models[0].spec.window + kit.gate.models[1].spec.window, 350);
    risk_kit_close(&kit.risk);
}

static void each_strategy_is_paused_by_itself_and_time_starts_no_other_measure_anew(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    int rule = risk_rule_find("consecutive_losses");
    set(&kit, "consecutive_losses", 1);
    set(&kit, "daily_loss", 0.5);
    kit.config.params[rule][2] = 10; // seconds
    struct risk_setup setup = {
        .config = &kit.config, .instrument_count = RISK_KIT_INSTRUMENTS, .strategy_count = 3};
    assert_ok(risk_gate_init(&kit.gate, &kit.risk.arena, &kit.risk.arena, &setup));
    for (uint32_t i = 0; i < 3; i += 2) {
        struct risk_fact loss = {
            .kind = RISK_FACT_FILLED, .strategy = i, .closed = true, .realised = MONEY(-1)};
        risk_gate_note(&kit.gate, &kit.risk.view, &loss);
    }
    assert_int_equal(watch(&kit, 1000000), RISK_PAUSE);
    assert_int_equal(kit.risk.result.strategy, 0);
    assert_true(kit.risk.result.until_ns == 10000000000);
    assert_int_equal(watch(&kit, 1000000), RISK_PAUSE);
    assert_int_equal(kit.risk.result.strategy, 2);
    assert_int_equal(watch(&kit, 1000000), RISK_ALLOW);
    assert_true(risk_gate_until_ns(&kit.gate) == 0); // the account goes on
    risk_gate_resumed(&kit.gate, &kit.risk.view, 2);
    struct risk_fact again = {
        .kind = RISK_FACT_FILLED, .strategy = 2, .closed = true, .realised = MONEY(-1)};
    risk_gate_note(&kit.gate, &kit.risk.view, &again);
    assert_int_equal(watch(&kit, 1000000), RISK_PAUSE);
    assert_int_equal(kit.risk.result.strategy, 2);
    assert_false(risk_gate_expired(&kit.gate, &kit.risk.view)); // nothing of the account stopped
    assert_int_equal(watch(&kit, 500000), RISK_HALT);
    assert_true(risk_gate_expired(&kit.gate, &kit.risk.view)); // of the day's equity
    assert_int_equal(watch(&kit, 500000), RISK_HALT);
    risk_kit_close(&kit.risk);
}

// 100,000 random orders: what the gate lets through never breaks a limit, and what it cuts could not have been
// a lot larger.
static void no_random_order_passes_a_limit(void **state) {
    (void)state;
    struct gate_kit kit;
    open_kit(&kit);
    set(&kit, "order_notional", 0.4);
    set(&kit, "position", 0.6);
    start(&kit);
    uint64_t seed = 1;
    for (int i = 0; i < 100000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        int64_t qty = (int64_t)(seed >> 33) % 2000 - 1000;
        if (qty == 0) continue;
        enum risk_verdict verdict = check(&kit, qty);
        int64_t left = verdict == RISK_ALLOW    ? kit.risk.spec.qty.m
                       : verdict == RISK_SHRINK ? kit.risk.result.qty.m
                                                : 0;
        int64_t most = 600 - kit.risk.spec.side * kit.risk.order.position.m;
        bool reduces = kit.risk.order.reducing_qty.m == kit.risk.spec.qty.m;
        if (!reduces) {
            int64_t allowed = most < 400 ? most : 400;
            int64_t wanted = kit.risk.spec.qty.m < allowed ? kit.risk.spec.qty.m : allowed;
            assert_int_equal(left, wanted > 0 ? wanted : 0);
        } else {
            assert_int_equal(left, kit.risk.spec.qty.m);
        }
        if (left > 0 && i % 7 == 0) risk_kit_hold(&kit.risk, 0, kit.risk.spec.side * left);
    }
    risk_kit_close(&kit.risk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_sees_what_the_one_before_left),
        cmocka_unit_test(the_first_refusal_ends_it),
        cmocka_unit_test(what_only_reduces_passes_all_but_the_price_band),
        cmocka_unit_test(a_command_sets_a_limit_and_turns_its_rule_on),
        cmocka_unit_test(breakers_watch_once_they_are_on),
        cmocka_unit_test(a_breaker_speaks_once_for_each_step),
        cmocka_unit_test(one_bad_tick_does_not_trip_and_time_ends_a_stop),
        cmocka_unit_test(a_rule_that_keeps_count_cannot_be_turned_on_later),
        cmocka_unit_test(orders_meet_the_rules_in_order_of_precedence),
        cmocka_unit_test(what_a_rule_cuts_leaves_in_lots_and_no_less_than_the_least),
        cmocka_unit_test(an_event_that_shows_a_breaker_nothing_leaves_its_looks_in_a_row),
        cmocka_unit_test(rules_that_look_at_returns_share_a_model_and_keep_what_it_is_made_of),
        cmocka_unit_test(each_strategy_is_paused_by_itself_and_time_starts_no_other_measure_anew),
        cmocka_unit_test(no_random_order_passes_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
