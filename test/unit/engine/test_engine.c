// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "engine_kit.h"

static void a_target_becomes_an_order_for_whole_lots_of_the_budget(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 1, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 1;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 3300); // 10,000 / 33.00 = 303.03 shares
    const struct target_event *target = kit_output(&kit, EVENT_TARGET, 0);
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(target->qty.m, 303);
    assert_int_equal(submit->spec.qty.m, 303);
    assert_int_equal(submit->spec.side, 1);
    assert_int_equal(submit->spec.type, ORDER_MARKET);
    assert_int_equal(kit.outputs->count, 2);
    kit_fill_submit(&kit, 0, 3300);
    assert_int_equal(ledger_quantity(engine_ledger(kit.engine), 0).m, 303);
    kit_bar(&kit, 0, 4300);
    // 303 shares gained 10.00 each.
    assert_true(ledger_equity(engine_ledger(kit.engine)).m == 1000000 + 303 * 1000);
    kit_stop(&kit);
}

static void a_weight_that_stays_is_left_to_run_and_rebalance_sizes_anew(void **state) {
    (void)state;
    static const struct kit_step script[] = {
        {TARGET_SET, 0.5, 0, 0}, {TARGET_SET, 0.5, 0, 0}, {TARGET_REBALANCE, 0.5, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 3;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000); // half of 10,000 at 10.00: 500 shares
    kit_fill_submit(&kit, 0, 1000);
    kit_bar(&kit, 0, 2000); // equity 15,000; nothing is sent: the weight is the same
    assert_int_equal(kit.outputs->count, 0);
    kit_bar(&kit, 0, 2000); // half of 15,000 at 20.00 is 375: sell 125
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(submit->spec.side, -1);
    assert_int_equal(submit->spec.qty.m, 125);
    kit_stop(&kit);
}

static void orders_on_their_way_count_toward_the_target(void **state) {
    (void)state;
    static const struct kit_step script[] = {
        {TARGET_SET, 1, 0, 0}, {TARGET_SET, 0.5, 0, 0}, {TARGET_SET, 0.75, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 3;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000); // buy 1,000, no answer yet
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    uint64_t id = submit->order_id;
    kit_bar(&kit, 0, 1000); // want 500: half of what is on its way is taken back
    const struct replace_event *replace = kit_output(&kit, EVENT_REPLACE, 0);
    assert_non_null(replace);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    assert_int_equal(replace->order_id, id);
    assert_int_equal(replace->qty.m, 500);
    kit_report(&kit, EVENT_ORDER_ACCEPTED, id, 0, 0, 1000);
    union event event;
    event_init(&event, EVENT_ORDER_REPLACED, 0, kit.now_ns);
    event.order.order_id = id;
    event.order.qty = event.order.leaves_qty = QTY(500);
    kit_apply(&kit, &event);
    kit_bar(&kit, 0, 1000); // want 750: 250 more than what is on its way
    submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(submit);
    assert_int_equal(submit->spec.side, 1);
    assert_int_equal(submit->spec.qty.m, 250);
    kit_stop(&kit);
}

// An entry that takes many bars to fill goes when its target turns; only what it bought is sold.
static void a_target_that_turns_takes_its_entry_back(void **state) {
    (void)state;
    static const struct kit_step script[] = {
        {TARGET_SET, 1, 0, 0}, {TARGET_SET, 0, 0, 0}, {TARGET_SET, 0, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 3;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000); // buy 1,000
    uint64_t entry = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
    kit_report(&kit, EVENT_ORDER_ACCEPTED, entry, 0, 0, 1000);
    kit_report(&kit, EVENT_ORDER_FILLED, entry, 300, 1000, 700);
    kit_bar(&kit, 0, 1000); // out: the other 700 are not wanted, the 300 are sold
    const struct cancel_event *cancel = kit_output(&kit, EVENT_CANCEL, 0);
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(cancel);
    assert_int_equal(cancel->order_id, entry);
    assert_int_equal(submit->spec.side, -1);
    assert_int_equal(submit->spec.qty.m, 300);
    uint64_t out = submit->order_id;
    kit_report(&kit, EVENT_ORDER_ACCEPTED, out, 0, 0, 300);
    kit_report(&kit, EVENT_ORDER_FILLED, entry, 50, 1000, 650); // was under way before the cancel
    kit_report(&kit, EVENT_ORDER_CANCELED, entry, 0, 0, 0);
    kit_report(&kit, EVENT_ORDER_FILLED, out, 300, 1000, 0);
    kit_bar(&kit, 0, 1000); // the 50 that came too late are sold as well
    submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(submit);
    assert_int_equal(submit->spec.side, -1);
    assert_int_equal(submit->spec.qty.m, 50);
    kit_stop(&kit);
}

static void an_entry_carries_its_stop_and_target_as_a_bracket(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 1, 9.005, 12}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 1;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    const struct submit_event *entry = kit_output(&kit, EVENT_SUBMIT, 0);
    const struct submit_event *stop = kit_output(&kit, EVENT_SUBMIT, 1);
    const struct submit_event *take = kit_output(&kit, EVENT_SUBMIT, 2);
    assert_non_null(take);
    assert_int_equal(stop->spec.type, ORDER_STOP);
    assert_int_equal(stop->spec.side, -1);
    assert_int_equal(stop->spec.stop_price.m,
                     900); // a sell stop is rounded down, away from the market
    assert_int_equal(stop->spec.parent, entry->order_id);
    assert_int_equal(take->spec.type, ORDER_LIMIT);
    assert_int_equal(take->spec.limit_price.m, 1200);
    assert_int_equal(take->spec.group, stop->spec.group);
    assert_int_equal(stop->spec.group, stop->order_id);
    assert_int_equal(take->spec.qty.m, 1000);
    kit_stop(&kit);
}

// A venue's own cancel is met with a new stop; the end of the data is not.
static void a_stop_that_the_venue_cancels_is_sent_again_unless_the_data_ended(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 1, 9, 0}};
    static const uint16_t reasons[] = {REASON_MARKET_CLOSED, REASON_END_OF_DATA};
    struct kit kit;
    kit_script = script;
    kit_script_length = 1;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    uint64_t stop_id = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 1))->order_id;
    kit_fill_submit(&kit, 0, 1000);
    kit_report(&kit, EVENT_ORDER_ACCEPTED, stop_id, 0, 0, 1000);
    for (int i = 0; i < 2; i++) {
        union event event;
        event_init(&event, EVENT_ORDER_CANCELED, 0, ++kit.now_ns);
        event.order.order_id = stop_id;
        event.order.reason = reasons[i];
        kit_apply(&kit, &event);
        const struct submit_event *again = kit_output(&kit, EVENT_SUBMIT, 0);
        if (i == 1) {
            assert_null(again);
            continue;
        }
        assert_non_null(again);
        assert_int_equal(again->spec.type, ORDER_STOP);
        stop_id = again->order_id;
        kit_report(&kit, EVENT_ORDER_ACCEPTED, stop_id, 0, 0, 1000);
    }
    kit_stop(&kit);
}

// The venue's answer would be the same for ever within the instant.
static void a_stop_that_the_venue_refuses_is_tried_again_with_the_next_bar(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 1, 9, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 1;
    kit_configure(&kit, 2, 1);
    kit.strategies[0].instrument_count = 1;
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    uint64_t stop_id = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 1))->order_id;
    kit_fill_submit(&kit, 0, 1000);
    for (int i = 0; i < 3; i++) {
        kit_report(&kit, EVENT_ORDER_REJECTED, stop_id, 0, 0, 0);
        assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
        kit_bar(&kit, 1, 1000); // another instrument's
        assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
        kit_bar(&kit, 0, 1000);
        const struct submit_event *again = kit_output(&kit, EVENT_SUBMIT, 0);
        assert_non_null(again);
        assert_int_equal(again->spec.type, ORDER_STOP);
        assert_int_equal(again->spec.qty.m, 1000);
        stop_id = again->order_id;
    }
    kit_report(&kit, EVENT_ORDER_ACCEPTED, stop_id, 0, 0, 1000);
    kit_bar(&kit, 0, 1000);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_stop(&kit);
}

static void a_stopped_out_position_stays_out_until_the_weight_changes(void **state) {
    (void)state;
    static const struct kit_step script[] = {
        {TARGET_SET, 1, 9, 0}, {TARGET_SET, 1, 9, 0}, {TARGET_SET, 0, 0, 0}, {TARGET_SET, 1, 7, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 4;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    const struct submit_event *stop = kit_output(&kit, EVENT_SUBMIT, 1);
    uint64_t stop_id = stop->order_id;
    kit_fill_submit(&kit, 0, 1000);
    kit_report(&kit, EVENT_ORDER_ACCEPTED, stop_id, 0, 0, 1000);
    kit_report(&kit, EVENT_ORDER_FILLED, stop_id, 1000, 900, 0);
    assert_int_equal(ledger_quantity(engine_ledger(kit.engine), 0).m, 0);
    kit_bar(&kit, 0, 800); // same weight: out it stays
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_bar(&kit, 0, 800); // weight 0, already flat
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_bar(&kit, 0, 800); // 9,000 at 8.00: 1,125 shares
    const struct submit_event *again = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(again->spec.qty.m, 1125);
    kit_stop(&kit);
}

static void an_exit_by_target_joins_the_group_of_its_stop_which_goes_when_flat(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 1, 9, 0}, {TARGET_SET, 0, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 2;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    uint64_t stop_id = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 1))->order_id;
    kit_fill_submit(&kit, 0, 1000);
    kit_report(&kit, EVENT_ORDER_ACCEPTED, stop_id, 0, 0, 1000);
    kit_bar(&kit, 0, 1100);
    const struct submit_event *exit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(exit->spec.group, stop_id);
    kit_fill_submit(&kit, 0, 1100);
    const struct cancel_event *cancel = kit_output(&kit, EVENT_CANCEL, 0);
    assert_non_null(cancel);
    assert_int_equal(cancel->order_id, stop_id);
    kit_stop(&kit);
}

static void a_refused_order_is_tried_again_at_the_next_decision(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 1, 0, 0}, {TARGET_SET, 1, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 2;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    kit_report(&kit, EVENT_ORDER_REJECTED, submit->order_id, 0, 0, 0);
    kit_bar(&kit, 0, 1000);
    assert_non_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_stop(&kit);
}

static void a_halt_refuses_new_risk_and_lets_positions_close(void **state) {
    (void)state;
    static const struct kit_step script[] = {
        {TARGET_SET, 0.5, 0, 0}, {TARGET_SET, 1, 0, 0}, {TARGET_SET, 0, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 3;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    kit_fill_submit(&kit, 0, 1000);
    union event halt;
    event_init(&halt, EVENT_HALT, INSTRUMENT_NONE, kit.now_ns);
    kit_apply(&kit, &halt);
    assert_true(engine_halted(kit.engine));
    kit_bar(&kit, 0, 1000);
    const struct veto_event *veto = kit_output(&kit, EVENT_VETO, 0);
    assert_non_null(veto);
    assert_int_equal(veto->rule, RISK_RULE_ENGINE);
    assert_int_equal(veto->code, VETO_HALTED);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_bar(&kit, 0, 1000);
    const struct submit_event *exit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(exit);
    assert_int_equal(exit->spec.side, -1);
    kit_stop(&kit);
}

static uint64_t kit_reason;

static void kit_command(struct kit *kit, enum event_kind kind) {
    union event command;
    event_init(&command, kind, INSTRUMENT_NONE, kit->now_ns);
    command.command.reason = kit_reason;
    kit_apply(kit, &command);
}

// One target and one veto for each weight that is wanted, not one a decision.
static void a_halt_is_told_once_for_each_wanted_weight(void **state) {
    (void)state;
    static const enum target_kind kinds[] = {TARGET_SET, TARGET_REBALANCE};
    for (int k = 0; k < 2; k++) {
        struct kit_step script[32];
        struct kit kit;
        for (uint32_t i = 0; i < 32; i++)
            script[i] = (struct kit_step){kinds[k], i < 10 ? 0.5 : 0.25, 0, 0};
        kit_script = script;
        kit_script_length = 32;
        kit_configure(&kit, 1, 1);
        kit_start(&kit);
        kit_command(&kit, EVENT_HALT);
        const struct engine_counts *counts = engine_counts(kit.engine);
        for (int i = 0; i < 20; i++) {
            kit_bar(&kit, 0, 1000);
            bool first = i == 0 || i == 10;
            assert_int_equal(kit_output(&kit, EVENT_VETO, 0) != NULL, first);
            assert_int_equal(kit_output(&kit, EVENT_TARGET, 0) != NULL, first);
        }
        assert_int_equal(counts->vetoes, 2);
        assert_int_equal(counts->targets, 2);
        kit_command(&kit, EVENT_RESUME); // what was refused is asked for again
        kit_bar(&kit, 0, 1000);
        assert_int_equal(
            ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->spec.qty.m, 250);
        kit_command(&kit, EVENT_HALT); // and takes it back
        uint64_t id = ((const struct cancel_event *)kit_output(&kit, EVENT_CANCEL, 0))->order_id;
        kit_report(&kit, EVENT_ORDER_CANCELED, id, 0, 0, 0);
        kit_bar(&kit, 0, 1000);
        assert_non_null(kit_output(&kit, EVENT_VETO, 0));
        kit_bar(&kit, 0, 1000);
        assert_int_equal(kit.outputs->count, 0);
        kit_stop(&kit);
    }
}

// 500 shares held, 600 refused; at twice the price 0.6 of the equity is less than what is held.
static void a_rebalance_that_no_longer_raises_risk_passes_a_halt(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 0, 0},
                                             {TARGET_REBALANCE, 0.6, 0, 0},
                                             {TARGET_REBALANCE, 0.6, 0, 0},
                                             {TARGET_REBALANCE, 0.6, 9, 0},
                                             {TARGET_REBALANCE, 0.6, 9, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 5;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    kit_fill_submit(&kit, 0, 1000); // 500 shares
    kit_command(&kit, EVENT_HALT);
    kit_bar(&kit, 0, 1000);
    assert_non_null(kit_output(&kit, EVENT_VETO, 0));
    kit_bar(&kit, 0, 1000);
    assert_int_equal(kit.outputs->count, 0);
    kit_bar(&kit, 0, 1000); // a stop is protection, whatever the halt refuses
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(kit.outputs->count, 1);
    assert_int_equal(submit->spec.type, ORDER_STOP);
    kit_report(&kit, EVENT_ORDER_ACCEPTED, submit->order_id, 0, 0, 500);
    kit_bar(&kit, 0, 2000); // worth 15,000; 0.6 of it is 450 shares
    submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(submit);
    assert_int_equal(submit->spec.side, -1);
    assert_int_equal(submit->spec.qty.m, 50);
    kit_stop(&kit);
}

// Long 500 and 0.6 refused; the stop sells 200, and the same weight is asked for anew, once.
static void a_fill_during_a_halt_lets_the_weight_be_asked_for_again(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 9, 0},
                                             {TARGET_SET, 0.6, 9, 0},
                                             {TARGET_SET, 0.6, NAN, 0},
                                             {TARGET_SET, 0.6, NAN, 0},
                                             {TARGET_SET, 0.6, NAN, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 5;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    uint64_t stop = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 1))->order_id;
    kit_fill_submit(&kit, 0, 1000);
    kit_report(&kit, EVENT_ORDER_ACCEPTED, stop, 0, 0, 500);
    kit_command(&kit, EVENT_HALT);
    kit_bar(&kit, 0, 1000);
    assert_non_null(kit_output(&kit, EVENT_VETO, 0));
    kit_bar(&kit, 0, 1000);
    assert_null(kit_output(&kit, EVENT_VETO, 0));
    kit_report(&kit, EVENT_ORDER_FILLED, stop, 200, 900, 300);
    kit_bar(&kit, 0, 1000);
    assert_non_null(kit_output(&kit, EVENT_VETO, 0));
    kit_bar(&kit, 0, 1000);
    assert_null(kit_output(&kit, EVENT_VETO, 0));
    kit_stop(&kit);
}

static void a_breaker_halts_and_cancels_what_would_raise_risk(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 0, 0}, {TARGET_SET, 1, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 2;
    kit_configure(&kit, 1, 1);
    kit.risk.enabled[risk_rule_find("drawdown")] = 1; // 20 %
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    kit_fill_submit(&kit, 0, 1000); // 500 shares
    kit_bar(&kit, 0, 1000);         // 500 more, on their way
    uint64_t more = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
    kit_report(&kit, EVENT_ORDER_ACCEPTED, more, 0, 0, 500);
    kit_bar(&kit, 0, 600); // 10,000 - 500 x 4.00 = 8,000: exactly 20 % down
    assert_non_null(kit_output(&kit, EVENT_HALTED, 0));
    const struct cancel_event *cancel = kit_output(&kit, EVENT_CANCEL, 0);
    assert_non_null(cancel);
    assert_int_equal(cancel->order_id, more);
    assert_true(engine_halted(kit.engine));
    kit_stop(&kit);
}

static void a_breaker_closes_what_is_held_unless_told_not_to(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 0, 0}};
    for (int flatten = 0; flatten < 2; flatten++) {
        struct kit kit;
        kit_script = script;
        kit_script_length = 1;
        kit_configure(&kit, 1, 1);
        int rule = risk_rule_find("drawdown");
        kit.risk.enabled[rule] = 1;
        kit.risk.params[rule][1] = flatten;
        kit_start(&kit);
        kit_bar(&kit, 0, 1000);
        kit_fill_submit(&kit, 0, 1000); // 500 shares
        kit_bar(&kit, 0, 500);          // 25 % down
        assert_non_null(kit_output(&kit, EVENT_HALTED, 0));
        const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
        assert_int_equal(submit != NULL, flatten);
        if (flatten) {
            assert_int_equal(submit->spec.side, -1);
            assert_int_equal(submit->spec.qty.m, 500);
            assert_int_equal(submit->spec.purpose, PURPOSE_FLATTEN);
            kit_fill_submit(&kit, 0, 500);
            assert_int_equal(ledger_quantity(engine_ledger(kit.engine), 0).m, 0);
        }
        kit_stop(&kit);
    }
}

static void a_breaker_takes_an_exit_on_its_way_back_before_it_closes(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 0, 0}, {TARGET_SET, 0, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 2;
    kit_configure(&kit, 1, 1);
    kit.risk.enabled[risk_rule_find("drawdown")] = 1;
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    kit_fill_submit(&kit, 0, 1000); // 500 shares
    kit_bar(&kit, 0, 1000);         // sells them; the order works
    uint64_t exit = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
    kit_report(&kit, EVENT_ORDER_ACCEPTED, exit, 0, 0, 500);
    kit_bar(&kit, 0, 500); // 25 % down
    const struct cancel_event *cancel = kit_output(&kit, EVENT_CANCEL, 0);
    const struct submit_event *close = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(cancel);
    assert_int_equal(cancel->order_id, exit);
    assert_int_equal(close->spec.qty.m, 500);
    assert_int_equal(close->spec.flags, ORDER_REDUCE_ONLY); // the exit may still fill
    assert_null(kit_output(&kit, EVENT_SUBMIT, 1));
    kit_stop(&kit);
}

// Refused, or canceled after a part has filled: each time the rest goes out with the next bar.
static void a_closing_order_that_is_refused_goes_out_again_with_the_next_bar(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 1;
    kit_configure(&kit, 2, 1);
    kit.strategies[0].instrument_count = 1;
    kit.risk.enabled[risk_rule_find("drawdown")] = 1;
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    kit_fill_submit(&kit, 0, 1000); // 500 shares
    kit_bar(&kit, 0, 500);          // 25 % down
    static const int64_t filled[] = {0, 200, 0};
    int64_t held = 500;
    for (int i = 0; i < 3; i++) {
        uint64_t id = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
        if (filled[i] > 0) {
            kit_report(&kit, EVENT_ORDER_ACCEPTED, id, 0, 0, held);
            kit_report(&kit, EVENT_ORDER_FILLED, id, filled[i], 500, held - filled[i]);
            kit_bar(&kit, 0, 500); // it still works
            assert_int_equal(kit.outputs->count, 0);
            kit_report(&kit, EVENT_ORDER_CANCELED, id, 0, 0, 0);
        } else {
            kit_report(&kit, EVENT_ORDER_REJECTED, id, 0, 0, 0);
        }
        assert_int_equal(kit.outputs->count, 0); // not within the instant
        kit_bar(&kit, 1, 500);                   // another instrument's
        assert_int_equal(kit.outputs->count, 0);
        held -= filled[i];
        kit_bar(&kit, 0, 500);
        const struct submit_event *again = kit_output(&kit, EVENT_SUBMIT, 0);
        assert_non_null(again);
        assert_int_equal(again->spec.purpose, PURPOSE_FLATTEN);
        assert_int_equal(again->spec.side, -1);
        assert_int_equal(again->spec.qty.m, held);
    }
    kit_fill_submit(&kit, 0, 500);
    kit_bar(&kit, 0, 500);
    assert_int_equal(kit.outputs->count, 0);
    kit_stop(&kit);
}

static void the_end_of_a_halt_ends_its_closing(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 1;
    kit_configure(&kit, 1, 1);
    kit.risk.enabled[risk_rule_find("drawdown")] = 1;
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    kit_fill_submit(&kit, 0, 1000);
    kit_bar(&kit, 0, 500);
    uint64_t id = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
    kit_report(&kit, EVENT_ORDER_REJECTED, id, 0, 0, 0);
    kit_command(&kit, EVENT_RESUME); // without a reason a breaker stays
    assert_int_equal(((const struct veto_event *)kit_output(&kit, EVENT_VETO, 0))->code,
                     VETO_NO_REASON);
    assert_true(engine_halted(kit.engine));
    kit_reason = 7;
    kit_command(&kit, EVENT_RESUME);
    kit_reason = 0;
    assert_false(engine_halted(kit.engine));
    kit_bar(&kit, 0, 500);
    assert_int_equal(kit.outputs->count, 0);
    kit_stop(&kit);
}

static void ladder_decide(const struct strategy_view *view, void *strategy_state,
                          struct strategy_out *ret_out) {
    (void)strategy_state;
    if (view->decisions >= 20) return;
    ret_out->order_count = 50;
    for (uint32_t i = 0; i < 50; i++)
        ret_out->orders[i] = (struct strategy_order){
            .side = 1, .type = ORDER_LIMIT, .tif = TIF_GTC, .qty = 1, .limit_price = 9 - 0.01 * i};
}

static const struct strategy kit_ladder = {
    .name = "ladder", .summary = "Many orders.", .decide = ladder_decide};

// With a position held as well: all orders are canceled and the position is closed within the command's own event.
static void a_kill_cancels_a_thousand_orders_and_closes_in_its_own_event(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 0, 0}};
    for (uint32_t closes = 0; closes < 2; closes++) {
        struct kit kit;
        kit_script = script;
        kit_script_length = 1;
        kit_configure(&kit, 1, 2);
        kit.strategies[1].strategy = &kit_ladder;
        kit.config.order_max = 2048;
        kit_start(&kit);
        kit_bar(&kit, 0, 1000);
        kit_fill_submit(&kit, 0, 1000);
        for (int i = 0; i < 20; i++) kit_bar(&kit, 0, 1000);
        assert_int_equal(engine_orders(kit.engine)->counts->live, 1000);
        union event kill;
        event_init(&kill, EVENT_KILL, INSTRUMENT_NONE, kit.now_ns);
        kill.command.param = closes;
        kit_apply(&kit, &kill);
        assert_int_equal(engine_counts(kit.engine)->cancels, 1000);
        assert_true(engine_halted(kit.engine));
        const struct submit_event *close = kit_output(&kit, EVENT_SUBMIT, 0);
        assert_int_equal(close != NULL, closes);
        if (closes) assert_int_equal(close->spec.purpose, PURPOSE_FLATTEN);
        kit_bar(&kit, 0, 1000);
        assert_null(kit_output(&kit, EVENT_SUBMIT, 0)); // nothing new leaves
        kit_stop(&kit);
    }
}

static void a_breakers_stop_ends_by_time_where_it_says_so(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 1;
    kit_configure(&kit, 1, 1);
    int rule = risk_rule_find("daily_loss");
    kit.risk.enabled[rule] = 1;
    kit.risk.params[rule][4] = 120; // two bars
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    kit_fill_submit(&kit, 0, 1000); // 500 shares
    kit_bar(&kit, 0, 900);          // 5 %
    assert_int_equal(((const struct veto_event *)kit_output(&kit, EVENT_HALTED, 0))->verdict,
                     RISK_HALT);
    kit_bar(&kit, 0, 900);
    assert_true(engine_halted(kit.engine));
    kit_bar(&kit, 0, 900);
    assert_false(engine_halted(kit.engine));
    assert_int_equal(((const struct veto_event *)kit_output(&kit, EVENT_HALTED, 0))->verdict,
                     RISK_ALLOW);
    kit_stop(&kit);
}

static void opposite_decide(const struct strategy_view *view, void *strategy_state,
                            struct strategy_out *ret_out) {
    (void)strategy_state;
    if (view->decisions > 0) return;
    ret_out->targets[0].kind = TARGET_SET;
    ret_out->targets[0].weight = -1;
}

static const struct strategy kit_opposite = {
    .name = "opposite", .summary = "Short with everything.", .decide = opposite_decide};

// Long 250 and short 500 of one share: the account is short, and the long's order to sell does not reduce that.
static void a_breaker_closes_positions_of_strategies_that_are_opposed(void **state) {
    (void)state;
    struct kit kit;
    kit_configure(&kit, 1, 2);
    kit.strategies[1].strategy = &kit_opposite;
    kit.risk.enabled[risk_rule_find("drawdown")] = 1;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 0, 0}};
    kit_script = script;
    kit_script_length = 1;
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    uint64_t sell = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 1))->order_id;
    kit_fill_submit(&kit, 0, 1000);
    kit_report(&kit, EVENT_ORDER_ACCEPTED, sell, 0, 0, 500);
    kit_report(&kit, EVENT_ORDER_FILLED, sell, 500, 1000, 0);
    kit_bar(&kit, 0, 2000); // 2,500 lost
    assert_non_null(kit_output(&kit, EVENT_HALTED, 0));
    assert_null(kit_output(&kit, EVENT_VETO, 0));
    const struct submit_event *close = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(close->spec.side * close->spec.qty.m, -250);
    close = kit_output(&kit, EVENT_SUBMIT, 1);
    assert_int_equal(close->spec.side * close->spec.qty.m, 500);
    kit_stop(&kit);
}

static void a_stop_at_a_decimal_price_is_that_price(void **state) {
    (void)state;
    // The doubles nearest to these lie on either side of them.
    static const double stops[] = {9.20, 9.21, 8.03, 7.77, 9.95};
    static const int64_t cents[] = {920, 921, 803, 777, 995};
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        struct kit_step script[] = {{TARGET_SET, 0.5, stops[i], 0}};
        struct kit kit;
        kit_script = script;
        kit_script_length = 1;
        kit_configure(&kit, 1, 1);
        kit_start(&kit);
        kit_bar(&kit, 0, 1000);
        const struct submit_event *stop = kit_output(&kit, EVENT_SUBMIT, 1);
        assert_int_equal(stop->spec.stop_price.m, cents[i]);
        kit_stop(&kit);
    }
}

static void an_unanswered_order_becomes_unknown_and_still_counts(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 1, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 1;
    kit_configure(&kit, 1, 1);
    kit.config.order_timeout_ns = NS_PER_MIN / 2;
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    uint64_t id = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
    kit_bar(&kit, 0, 1000);
    const struct orders *orders = engine_orders(kit.engine);
    int handle = orders_find(orders, id);
    assert_int_equal(orders_get(orders, (uint32_t)handle)->state, ORDER_UNKNOWN);
    assert_int_equal(orders->exposure[0].buy.m, 1000);
    kit_report(&kit, EVENT_ORDER_FILLED, id, 1000, 1000, 0); // the venue's word settles it
    assert_int_equal(orders_get(orders, (uint32_t)handle)->state, ORDER_FILLED);
    kit_stop(&kit);
}

static void strategies_share_an_account_and_keep_their_own_books(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 1, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 1;
    kit_configure(&kit, 2, 2); // two instruments, half of half the money each: 2,500
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    uint64_t first = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
    uint64_t second = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 1))->order_id;
    assert_int_equal(order_id_strategy(first), 0);
    assert_int_equal(order_id_strategy(second), 1);
    kit_report(&kit, EVENT_ORDER_FILLED, first, 250, 1000, 0);
    const struct ledger *ledger = engine_ledger(kit.engine);
    assert_int_equal(ledger_position(ledger, 0, 0)->qty.m, 250);
    assert_int_equal(ledger_position(ledger, 1, 0)->qty.m, 0);
    kit_bar(&kit, 0, 1100);
    assert_true(ledger_strategy_equity(ledger, 0).m == 500000 + 250 * 100);
    assert_true(ledger_strategy_equity(ledger, 1).m == 500000);
    kit_stop(&kit);
}

static void drive(struct kit *kit, uint64_t bars) {
    for (uint64_t i = 0; i < bars; i++) {
        kit_bar(kit, 0, 1000 + (int64_t)(kit->seq * 7919 % 100));
        const struct submit_event *submit = kit_output(kit, EVENT_SUBMIT, 0);
        if (submit != NULL) kit_fill_submit(kit, 0, 1000);
    }
}

static void start_sma(struct kit *kit) {
    kit_configure(kit, 1, 1);
    kit->strategies[0].strategy = strategy_find("sma_cross");
    kit->strategies[0].params[0] = 3;
    kit->strategies[0].params[1] = 5;
    kit_start(kit);
}

static void equal_events_give_equal_states_whatever_the_addresses(void **state) {
    (void)state;
    struct kit a, b;
    start_sma(&a);
    start_sma(&b);
    drive(&a, 200);
    drive(&b, 200);
    assert_true(engine_counts(a.engine)->fills > 5);
    assert_ptr_not_equal(a.state.base, b.state.base);
    assert_int_equal(engine_state_hash(a.engine), engine_state_hash(b.engine));
    kit_bar(&b, 0, 1234);
    assert_int_not_equal(engine_state_hash(a.engine), engine_state_hash(b.engine));
    kit_stop(&a);
    kit_stop(&b);
}

static void a_restored_engine_goes_on_as_if_it_had_never_stopped(void **state) {
    (void)state;
    struct kit a, b;
    start_sma(&a);
    drive(&a, 100);
    size_t size = engine_state_size(a.engine);
    void *bytes = malloc(size);
    engine_snapshot(a.engine, bytes);
    start_sma(&b);
    assert_ok(engine_restore(b.engine, bytes, size));
    assert_int_equal(engine_state_hash(a.engine), engine_state_hash(b.engine));
    b.seq = a.seq;
    b.now_ns = a.now_ns;
    b.next_trade = a.next_trade;
    drive(&a, 100);
    drive(&b, 100);
    assert_int_equal(engine_state_hash(a.engine), engine_state_hash(b.engine));
    free(bytes);
    kit_stop(&a);
    kit_stop(&b);
}

static void a_snapshot_of_another_configuration_is_refused(void **state) {
    (void)state;
    struct kit a, b;
    start_sma(&a);
    size_t size = engine_state_size(a.engine);
    void *bytes = malloc(size);
    engine_snapshot(a.engine, bytes);
    kit_configure(&b, 1, 1);
    b.strategies[0].strategy = strategy_find("sma_cross");
    b.strategies[0].params[0] = 3;
    b.strategies[0].params[1] = 5;
    b.config.run_id = 8;
    kit_start(&b);
    assert_int_equal(engine_restore(b.engine, bytes, size), ERR_ARGUMENT);
    assert_int_equal(engine_restore(b.engine, bytes, size - 8), ERR_ARGUMENT);
    free(bytes);
    kit_stop(&a);
    kit_stop(&b);
}

static void a_split_keeps_signals_whole_and_scales_stops(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 1, 9, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 1;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    kit_fill_submit(&kit, 0, 1000);
    union event split;
    event_init(&split, EVENT_SPLIT, 0, kit.now_ns);
    split.split.numerator = 2;
    split.split.denominator = 1;
    split.split.price = PRICE(1000);
    kit_apply(&kit, &split);
    assert_int_equal(ledger_quantity(engine_ledger(kit.engine), 0).m, 2000);
    assert_true(ledger_equity(engine_ledger(kit.engine)).m == 1000000);
    kit_bar(&kit, 0, 500);
    assert_true(ledger_equity(engine_ledger(kit.engine)).m == 1000000);
    kit_stop(&kit);
}

static void a_faulty_configuration_is_an_error_that_names_the_fault(void **state) {
    (void)state;
    struct kit kit;
    kit_configure(&kit, 1, 1);
    kit.strategies[0].frame_s = 90;
    assert_int_equal(engine_new(&kit.wiring, &kit.state, &kit.config, &kit.engine), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "no multiple"));
    kit_stop(&kit);
    kit_configure(&kit, 1, 2);
    kit.strategies[0].share_ppm = 900000;
    assert_int_equal(engine_new(&kit.wiring, &kit.state, &kit.config, &kit.engine), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "add up"));
    kit_stop(&kit);
    kit_configure(&kit, 1, 1);
    kit.strategies[0].strategy = strategy_find("sma_cross");
    kit.strategies[0].params[0] = 50;
    kit.strategies[0].params[1] = 20;
    assert_int_equal(engine_new(&kit.wiring, &kit.state, &kit.config, &kit.engine), ERR_ARGUMENT);
    kit_stop(&kit);
}

static void a_size_that_is_not_known_yet_is_asked_for_again(void **state) {
    (void)state;
    struct kit kit;
    kit_configure(&kit, 1, 1);
    kit.strategies[0].strategy = strategy_find("buy_and_hold");
    kit.strategies[0].sizing = sizing_find("volatility_target"); // needs 20 returns
    params_defaults(kit.strategies[0].sizing->params, kit.strategies[0].sizing->param_count,
                    kit.strategies[0].sizing_params);
    kit_start(&kit);
    int submitted_at = -1;
    for (int i = 0; i < 30 && submitted_at < 0; i++) {
        kit_bar(&kit, 0, 1000 + i % 3);
        if (kit_output(&kit, EVENT_SUBMIT, 0) != NULL) submitted_at = i;
    }
    assert_int_equal(submitted_at, 20); // the 21st close makes the 20th return
    assert_int_equal(engine_counts(kit.engine)->targets, 1);
    kit_stop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_becomes_an_order_for_whole_lots_of_the_budget),
        cmocka_unit_test(a_weight_that_stays_is_left_to_run_and_rebalance_sizes_anew),
        cmocka_unit_test(orders_on_their_way_count_toward_the_target),
        cmocka_unit_test(a_target_that_turns_takes_its_entry_back),
        cmocka_unit_test(an_entry_carries_its_stop_and_target_as_a_bracket),
        cmocka_unit_test(a_stop_that_the_venue_cancels_is_sent_again_unless_the_data_ended),
        cmocka_unit_test(a_stop_that_the_venue_refuses_is_tried_again_with_the_next_bar),
        cmocka_unit_test(a_stopped_out_position_stays_out_until_the_weight_changes),
        cmocka_unit_test(an_exit_by_target_joins_the_group_of_its_stop_which_goes_when_flat),
        cmocka_unit_test(a_refused_order_is_tried_again_at_the_next_decision),
        cmocka_unit_test(a_halt_refuses_new_risk_and_lets_positions_close),
        cmocka_unit_test(a_halt_is_told_once_for_each_wanted_weight),
        cmocka_unit_test(a_rebalance_that_no_longer_raises_risk_passes_a_halt),
        cmocka_unit_test(a_fill_during_a_halt_lets_the_weight_be_asked_for_again),
        cmocka_unit_test(a_breaker_halts_and_cancels_what_would_raise_risk),
        cmocka_unit_test(a_breaker_closes_what_is_held_unless_told_not_to),
        cmocka_unit_test(a_breaker_takes_an_exit_on_its_way_back_before_it_closes),
        cmocka_unit_test(a_closing_order_that_is_refused_goes_out_again_with_the_next_bar),
        cmocka_unit_test(the_end_of_a_halt_ends_its_closing),
        cmocka_unit_test(a_kill_cancels_a_thousand_orders_and_closes_in_its_own_event),
        cmocka_unit_test(a_breakers_stop_ends_by_time_where_it_says_so),
        cmocka_unit_test(a_breaker_closes_positions_of_strategies_that_are_opposed),
        cmocka_unit_test(a_stop_at_a_decimal_price_is_that_price),
        cmocka_unit_test(an_unanswered_order_becomes_unknown_and_still_counts),
        cmocka_unit_test(strategies_share_an_account_and_keep_their_own_books),
        cmocka_unit_test(equal_events_give_equal_states_whatever_the_addresses),
        cmocka_unit_test(a_restored_engine_goes_on_as_if_it_had_never_stopped),
        cmocka_unit_test(a_snapshot_of_another_configuration_is_refused),
        cmocka_unit_test(a_split_keeps_signals_whole_and_scales_stops),
        cmocka_unit_test(a_size_that_is_not_known_yet_is_asked_for_again),
        cmocka_unit_test(a_faulty_configuration_is_an_error_that_names_the_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
