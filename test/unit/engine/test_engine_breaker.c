// SPDX-License-Identifier: Apache-2.0
// Breakers and limits as the engine lets them see the account: strategies apart, fills once, exits together.
#include "engine_kit.h"

static void turn_on(struct kit *kit, const char *rule, double first) {
    int index = risk_rule_find(rule);
    assert_true(index >= 0);
    kit->risk.enabled[index] = 1;
    kit->risk.params[index][0] = first;
}

static void command(struct kit *kit, enum event_kind kind, uint32_t scope, uint32_t index,
                    uint64_t reason) {
    union event event;
    event_init(&event, kind, INSTRUMENT_NONE, kit->now_ns);
    event.command.scope = scope;
    event.command.index = index;
    event.command.reason = reason;
    kit_apply(kit, &event);
}

static const struct veto_event *halted(const struct kit *kit) {
    return kit_output(kit, EVENT_HALTED, 0);
}

// Two strategies buy at 10.00 what they sell at 9.00.
static void lose(struct kit *kit, double reset_s) {
    static const struct kit_step script[] = {
        {TARGET_SET, 1, 0, 0}, {TARGET_SET, 0, 0, 0}, {TARGET_SET, 1, 0, 0}, {TARGET_SET, 0, 0, 0}};
    kit_script = script;
    kit_script_length = 4;
    kit_configure(kit, 1, 2);
    turn_on(kit, "consecutive_losses", 1);
    kit->risk.params[risk_rule_find("consecutive_losses")][2] = reset_s;
    kit_start(kit);
    for (int round = 0; round < 2; round++) {
        kit_bar(kit, 0, round == 0 ? 1000 : 900);
        uint64_t ids[2];
        int64_t qty[2];
        for (uint32_t n = 0; n < 2; n++) {
            const struct submit_event *submit = kit_output(kit, EVENT_SUBMIT, n);
            ids[n] = submit->order_id;
            qty[n] = submit->spec.qty.m;
        }
        for (uint32_t n = 0; n < 2; n++) {
            kit_report(kit, EVENT_ORDER_FILLED, ids[n], qty[n], round == 0 ? 1000 : 900, 0);
            if (round == 0) continue;
            assert_int_equal(halted(kit)->verdict, RISK_PAUSE);
            assert_int_equal(halted(kit)->strategy, n);
        }
    }
}

static void each_strategy_that_lost_is_paused_and_resumes_with_its_losses_forgotten(void **state) {
    (void)state;
    struct kit kit;
    lose(&kit, 0);
    assert_false(engine_halted(kit.engine));
    kit_bar(&kit, 0, 900);
    for (uint32_t n = 0; n < 2; n++) {
        const struct veto_event *veto = kit_output(&kit, EVENT_VETO, n);
        assert_int_equal(veto->code, VETO_HALTED);
    }
    command(&kit, EVENT_RESUME, HALT_STRATEGY, 1, 0); // a breaker's pause needs a reason
    assert_int_equal(((const struct veto_event *)kit_output(&kit, EVENT_VETO, 0))->code,
                     VETO_NO_REASON);
    command(&kit, EVENT_RESUME, HALT_STRATEGY, 1, 5);
    assert_int_equal(kit.outputs->count, 1);
    assert_int_equal(((const struct strategy_event *)kit_output(&kit, EVENT_STRATEGY, 0))->cause,
                     CAUSE_RESUMED);
    kit_script_length = 1; // of later decisions nothing but KEEP
    kit_bar(&kit, 0, 900);
    assert_null(halted(&kit));
    kit_stop(&kit);
}

static void a_pause_ends_by_time_for_its_strategy_and_the_day_goes_on(void **state) {
    (void)state;
    struct kit kit;
    lose(&kit, 90);
    kit_bar(&kit, 0, 900); // 60 s
    assert_null(halted(&kit));
    kit_bar(&kit, 0, 900); // 120 s
    for (uint32_t n = 0; n < 2; n++) {
        const struct veto_event *step = kit_output(&kit, EVENT_HALTED, n);
        assert_true(step->verdict == RISK_ALLOW && step->strategy == n);
    }
    kit_stop(&kit);
}

static void an_operators_halt_of_a_paused_strategy_has_no_end_by_time(void **state) {
    (void)state;
    struct kit kit;
    lose(&kit, 90);
    command(&kit, EVENT_HALT, HALT_STRATEGY, 1, 0);
    for (int i = 0; i < 2; i++) kit_bar(&kit, 0, 900);
    assert_int_equal(halted(&kit)->strategy, 0);
    assert_null(kit_output(&kit, EVENT_HALTED, 1));
    kit_stop(&kit);
}

static void a_netted_fill_slips_once(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 1, 0, 0}};
    kit_script = script;
    kit_script_length = 1;
    for (int fills = 1; fills <= 2; fills++) {
        struct kit kit;
        kit_configure(&kit, 1, 3);
        kit.config.netting = NETTING_NET;
        turn_on(&kit, "slippage", 0.01);
        kit.risk.params[risk_rule_find("slippage")][1] = 2;
        kit_start(&kit);
        kit_bar(&kit, 0, 1000);
        union event clock;
        event_init(&clock, EVENT_CLOCK, INSTRUMENT_NONE, kit.now_ns);
        kit_apply(&kit, &clock);
        const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
        uint64_t id = submit->order_id;
        int64_t qty = submit->spec.qty.m;
        assert_int_equal(submit->spec.strategy, 3);
        kit_report(&kit, EVENT_ORDER_FILLED, id, qty / 2, 1020, qty - qty / 2);
        assert_non_null(kit_output(&kit, EVENT_ALLOCATION, 2));
        assert_null(halted(&kit));
        if (fills == 2) kit_report(&kit, EVENT_ORDER_FILLED, id, qty - qty / 2, 1020, 0);
        assert_true((halted(&kit) != NULL) == (fills == 2));
        kit_stop(&kit);
    }
}

// Sells its whole position by a limit order at every decision but the first, at which it buys.
static void sell_twice(const struct strategy_view *view, void *state,
                       struct strategy_out *ret_out) {
    (void)state;
    if (view->decisions == 0) {
        ret_out->targets[0].kind = TARGET_SET;
        ret_out->targets[0].weight = 0.5;
        return;
    }
    ret_out->order_count = 1;
    ret_out->orders[0] = (struct strategy_order){
        .side = -1, .type = ORDER_LIMIT, .tif = TIF_GTC, .qty = 500, .limit_price = 11};
}
static const struct strategy sell_twice_strategy = {
    .name = "sell_twice", .summary = "Sells.", .decide = sell_twice};

static void two_orders_that_close_the_same_do_not_both_reduce(void **state) {
    (void)state;
    struct kit kit;
    kit_configure(&kit, 1, 1);
    kit.strategies[0].strategy = &sell_twice_strategy;
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    kit_fill_submit(&kit, 0, 1000);
    command(&kit, EVENT_HALT, HALT_ALL, 0, 0);
    kit_bar(&kit, 0, 1000); // a halt lets an exit pass, once
    const struct submit_event *exit = kit_output(&kit, EVENT_SUBMIT, 0);
    uint64_t id = exit->order_id;
    assert_int_equal(exit->spec.qty.m, 500);
    kit_bar(&kit, 0, 1000);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    assert_int_equal(((const struct veto_event *)kit_output(&kit, EVENT_VETO, 0))->code,
                     VETO_HALTED);
    kit_report(&kit, EVENT_ORDER_CANCELED, id, 0, 0, 0);
    kit_bar(&kit, 0, 1000); // it ended: another may go
    assert_non_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_stop(&kit);
}

static void of_two_exits_that_would_turn_the_position_a_halt_keeps_one(void **state) {
    (void)state;
    struct kit kit;
    kit_configure(&kit, 1, 1);
    kit.strategies[0].strategy = &sell_twice_strategy;
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    kit_fill_submit(&kit, 0, 1000);
    kit_bar(&kit, 0, 1000);
    uint64_t first = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
    kit_bar(&kit, 0, 1000);
    uint64_t second = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
    command(&kit, EVENT_HALT, HALT_ALL, 0, 0);
    const struct cancel_event *cancel = kit_output(&kit, EVENT_CANCEL, 0);
    assert_non_null(cancel);
    assert_int_equal(cancel->order_id, second);
    assert_null(kit_output(&kit, EVENT_CANCEL, 1));
    assert_true(first != second);
    kit_stop(&kit);
}

// Two instruments, VaR, ES and correlation kept by the minute.
static void start_limited(struct kit *kit) {
    static const char *const rules[] = {"var_limit", "es_limit", "correlation"};
    kit_configure(kit, 2, 1);
    kit->strategies[0].strategy = strategy_find("sma_cross");
    kit->strategies[0].params[0] = 3;
    kit->strategies[0].params[1] = 5;
    for (size_t i = 0; i < 3; i++) {
        int rule = risk_rule_find(rules[i]);
        const struct risk_rule *row = risk_rule_at((size_t)rule);
        turn_on(kit, rules[i], 0.9);
        kit->risk.params[rule][params_find(row->params, row->param_count, "step_s")] = 60;
        kit->risk.params[rule][params_find(row->params, row->param_count, "min_returns")] = 5;
    }
    kit_start(kit);
}

static uint64_t drive(struct kit *kit, int bars) {
    uint64_t submits = 0;
    for (int i = 0; i < bars; i++)
        for (uint32_t n = 0; n < 2; n++) {
            kit_bar(kit, n, 1000 + (int64_t)(kit->seq * 7919 % 100));
            const struct submit_event *submit = kit_output(kit, EVENT_SUBMIT, 0);
            if (submit == NULL) continue;
            submits++;
            kit_fill_submit(kit, 0, 1000);
        }
    return submits;
}

static void a_restored_engine_keeps_returns_and_what_is_weighed(void **state) {
    (void)state;
    struct kit a, b;
    start_limited(&a);
    assert_true(drive(&a, 100) > 5);
    size_t size = engine_state_size(a.engine);
    void *bytes = malloc(size);
    engine_snapshot(a.engine, bytes);
    start_limited(&b);
    assert_ok(engine_restore(b.engine, bytes, size));
    b.seq = a.seq;
    b.now_ns = a.now_ns;
    b.next_trade = a.next_trade;
    assert_true(drive(&a, 100) > 5);
    assert_true(drive(&b, 100) > 5);
    assert_int_equal(engine_state_hash(a.engine), engine_state_hash(b.engine));
    free(bytes);
    kit_stop(&a);
    kit_stop(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_strategy_that_lost_is_paused_and_resumes_with_its_losses_forgotten),
        cmocka_unit_test(a_pause_ends_by_time_for_its_strategy_and_the_day_goes_on),
        cmocka_unit_test(an_operators_halt_of_a_paused_strategy_has_no_end_by_time),
        cmocka_unit_test(a_netted_fill_slips_once),
        cmocka_unit_test(two_orders_that_close_the_same_do_not_both_reduce),
        cmocka_unit_test(of_two_exits_that_would_turn_the_position_a_halt_keeps_one),
        cmocka_unit_test(a_restored_engine_keeps_returns_and_what_is_weighed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
