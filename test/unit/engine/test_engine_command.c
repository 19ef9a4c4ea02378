// SPDX-License-Identifier: Apache-2.0
// Strategies are told to pause, drain, stop and start, and get other parameters; one that misbehaves is quarantined
// and the others go on.
#include <math.h>

#include "engine_kit.h"

static void command(struct kit *kit, enum event_kind kind, uint32_t strategy) {
    union event event;
    event_init(&event, kind, INSTRUMENT_NONE, kit->now_ns);
    event.command.scope = HALT_STRATEGY;
    event.command.index = strategy;
    kit_apply(kit, &event);
}

static void set_param(struct kit *kit, uint32_t strategy, uint32_t param, double value) {
    union event event;
    event_init(&event, EVENT_SET_PARAM, INSTRUMENT_NONE, kit->now_ns);
    event.command.index = strategy;
    event.command.param = param;
    event.command.value = value;
    kit_apply(kit, &event);
}

static int64_t held(const struct kit *kit, uint32_t strategy) {
    return ledger_position(engine_ledger(kit->engine), strategy, 0)->qty.m;
}

static uint32_t submits_of(const struct kit *kit, uint32_t strategy) {
    const struct submit_event *submit;
    uint32_t count = 0;
    for (uint32_t n = 0; (submit = kit_output(kit, EVENT_SUBMIT, n)) != NULL; n++)
        count += submit->spec.strategy == strategy;
    return count;
}

// Fills whatever the latest event submitted.
static void fill_all(struct kit *kit, int64_t cents) {
    uint64_t ids[16];
    int64_t qty[16];
    uint32_t count = 0;
    const struct submit_event *submit;
    while (count < 16 && (submit = kit_output(kit, EVENT_SUBMIT, count)) != NULL) {
        ids[count] = submit->order_id;
        qty[count++] = submit->spec.qty.m;
    }
    for (uint32_t i = 0; i < count; i++)
        kit_report(kit, EVENT_ORDER_FILLED, ids[i], qty[i], cents, 0);
}

static const struct kit_step in_and_out[] = {{TARGET_SET, 0.5, 0, 0},
                                             {TARGET_SET, 1, 0, 0},
                                             {TARGET_SET, 0.25, 0, 0},
                                             {TARGET_SET, 1, 0, 0},
                                             {TARGET_SET, 0, 0, 0}};

static void begin(struct kit *kit, uint32_t strategies) {
    kit_script = in_and_out;
    kit_script_length = 5;
    kit_configure(kit, 1, strategies);
    kit_start(kit);
    kit_bar(kit, 0, 1000);
    fill_all(kit, 1000);
}

static void a_paused_strategy_may_reduce_its_own_position_and_nothing_else(void **state) {
    (void)state;
    struct kit kit;
    begin(&kit, 2); // half of 5,000 at 10.00 each
    assert_int_equal(held(&kit, 0), 250);
    command(&kit, EVENT_HALT, 0);
    const struct strategy_event *said = kit_output(&kit, EVENT_STRATEGY, 0);
    assert_non_null(said);
    assert_int_equal(said->cause, CAUSE_PAUSED);
    assert_int_equal(said->mode, STRATEGY_RUNNING);
    kit_bar(&kit, 0, 1000);
    assert_int_equal(submits_of(&kit, 0), 0);
    assert_int_equal(submits_of(&kit, 1), 1);
    fill_all(&kit, 1000);
    kit_bar(&kit, 0, 1000);
    assert_int_equal(submits_of(&kit, 0), 1);
    fill_all(&kit, 1000);
    assert_int_equal(held(&kit, 0), 125);
    command(&kit, EVENT_RESUME, 0);
    said = kit_output(&kit, EVENT_STRATEGY, 0);
    assert_non_null(said);
    assert_int_equal(said->cause, CAUSE_RESUMED);
    assert_int_equal(said->strategy, 0);
    kit_bar(&kit, 0, 1000);
    fill_all(&kit, 1000);
    assert_int_equal(held(&kit, 0), 500);
    kit_stop(&kit);
}

// 64 lots are kept for orders that work: with one of them taken nothing is opened any more, and what closes goes
// through.
static void a_full_pool_of_lots_refuses_what_opens_and_nothing_that_closes(void **state) {
    (void)state;
    struct kit kit;
    kit_script = in_and_out;
    kit_script_length = 3;
    kit_configure(&kit, 1, 1);
    kit.config.lot_max = 64;
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    fill_all(&kit, 1000);
    int64_t half = held(&kit, 0);
    assert_true(half > 0);
    kit_bar(&kit, 0, 1000);
    assert_int_equal(submits_of(&kit, 0), 0);
    const struct veto_event *veto = kit_output(&kit, EVENT_VETO, 0);
    assert_non_null(veto);
    assert_int_equal(veto->code, VETO_LOTS_FULL);
    kit_bar(&kit, 0, 1000);
    assert_int_equal(submits_of(&kit, 0), 1);
    fill_all(&kit, 1000);
    assert_int_equal(held(&kit, 0), half / 2);
    kit_stop(&kit);
}

static void a_strategy_that_drains_closes_what_it_holds_and_stops(void **state) {
    (void)state;
    struct kit kit;
    begin(&kit, 2);
    command(&kit, EVENT_DRAIN, 0);
    assert_int_equal(engine_strategy_mode(kit.engine, 0), STRATEGY_DRAINING);
    const struct submit_event *close = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(close);
    assert_int_equal(close->spec.purpose, PURPOSE_FLATTEN);
    assert_int_equal(close->spec.qty.m, 250);
    fill_all(&kit, 1000);
    assert_int_equal(held(&kit, 0), 0);
    assert_int_equal(engine_strategy_mode(kit.engine, 0), STRATEGY_STOPPED);
    const struct strategy_event *said = kit_output(&kit, EVENT_STRATEGY, 0);
    assert_int_equal(said->cause, CAUSE_DRAINED);
    kit_bar(&kit, 0, 1000);
    assert_int_equal(submits_of(&kit, 0), 0);
    assert_int_equal(submits_of(&kit, 1), 1);
    command(&kit, EVENT_START, 0);
    kit_bar(&kit, 0, 1000); // its second decision: all in
    assert_int_equal(submits_of(&kit, 0), 1);
    kit_stop(&kit);
}

static void a_flat_strategy_that_drains_stops_at_once(void **state) {
    (void)state;
    struct kit kit;
    kit_script_length = 0;
    kit_configure(&kit, 1, 2);
    kit_start(&kit);
    command(&kit, EVENT_DRAIN, 1);
    assert_int_equal(engine_strategy_mode(kit.engine, 1), STRATEGY_STOPPED);
    assert_int_equal(kit.outputs->count, 2);
    kit_stop(&kit);
}

static void an_entry_that_fills_before_its_cancel_is_closed_as_well(void **state) {
    (void)state;
    struct kit kit;
    kit_script = in_and_out;
    kit_script_length = 1;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    uint64_t entry = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
    command(&kit, EVENT_DRAIN, 0);
    assert_non_null(kit_output(&kit, EVENT_CANCEL, 0));
    assert_int_equal(engine_strategy_mode(kit.engine, 0), STRATEGY_DRAINING);
    kit_report(&kit, EVENT_ORDER_FILLED, entry, 500, 1000, 0);
    assert_int_equal(submits_of(&kit, 0), 1);
    fill_all(&kit, 1000);
    assert_int_equal(held(&kit, 0), 0);
    assert_int_equal(engine_strategy_mode(kit.engine, 0), STRATEGY_STOPPED);
    kit_stop(&kit);
}

static void a_stopped_strategy_keeps_what_it_holds_and_its_protection(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 8, 0}, {TARGET_SET, 0, 0, 0}};
    struct kit kit;
    kit_script = script;
    kit_script_length = 2;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    const struct submit_event *entry = kit_output(&kit, EVENT_SUBMIT, 0);
    uint64_t stop_id = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 1))->order_id;
    kit_report(&kit, EVENT_ORDER_FILLED, entry->order_id, 500, 1000, 0);
    command(&kit, EVENT_STOP, 0);
    assert_null(kit_output(&kit, EVENT_CANCEL, 0));
    kit_bar(&kit, 0, 1000);
    assert_int_equal(kit.outputs->count, 0);
    int handle = orders_find(engine_orders(kit.engine), stop_id);
    assert_true(order_is_live(orders_get(engine_orders(kit.engine), (uint32_t)handle)));
    kit_stop(&kit);
}

// Strategies that misbehave, each in its own way.
enum { BAD_NAN, BAD_WEIGHT, BAD_PLACE, BAD_MANY, BAD_CANCELS, BAD_ORDERS, BAD_COUNT };

static void misbehave(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    (void)state;
    struct strategy_target *target = ret_out->targets;
    if (view->decisions == 0) {
        target->kind = TARGET_SET;
        target->weight = 0.5;
        return;
    }
    if (view->params[0] == BAD_NAN) {
        target->kind = TARGET_SET;
        target->weight = NAN;
    } else if (view->params[0] == BAD_WEIGHT) {
        target->kind = TARGET_SET;
        target->weight = 3;
    } else if (view->params[0] == BAD_PLACE) { // of an instrument that it does not trade
        ret_out->orders[ret_out->order_count++] =
            (struct strategy_order){.instrument = 9, .side = 1, .qty = 1};
    } else if (view->params[0] == BAD_MANY) {
        ret_out->order_count = STRATEGY_ORDERS_MAX + 1;
    } else if (view->params[0] == BAD_CANCELS) { // another one's
        ret_out->cancels[ret_out->cancel_count++] = order_id_make(1, 1);
    } else {
        for (int i = 0; i < 10; i++)
            ret_out->orders[ret_out->order_count++] =
                (struct strategy_order){.side = 1, .type = ORDER_LIMIT, .qty = 1, .limit_price = 5};
    }
}
static const struct param bad_params[] = {
    {.name = "how", .type = PARAM_INT, .min = 0, .max = BAD_COUNT, .help = "How it misbehaves."}};
static const struct strategy bad_strategy = {.name = "bad",
                                             .summary = "Misbehaves.",
                                             .params = bad_params,
                                             .param_count = 1,
                                             .decide = misbehave};

// The bad one is strategy 0, a good one strategy 1.
static void begin_badly(struct kit *kit, double how, enum conduct_limit row, double limit) {
    kit_script = in_and_out;
    kit_script_length = 5;
    kit_configure(kit, 1, 2);
    kit->strategies[0].strategy = &bad_strategy;
    kit->strategies[0].params[0] = how;
    kit->strategies[0].conduct[row] = limit;
    kit->strategies[0].conduct[CONDUCT_CLOSE] = 1;
    kit_start(kit);
    kit_bar(kit, 0, 1000);
    fill_all(kit, 1000);
    assert_int_equal(held(kit, 0), 250);
}

static void quarantined(struct kit *kit, enum strategy_cause cause) {
    const struct strategy_event *said = kit_output(kit, EVENT_STRATEGY, 0);
    assert_non_null(said);
    assert_int_equal(said->strategy, 0);
    assert_int_equal(said->mode, STRATEGY_QUARANTINED);
    assert_int_equal(said->cause, cause);
    assert_int_equal(engine_strategy_mode(kit->engine, 0), STRATEGY_QUARANTINED);
    assert_int_equal(engine_strategy_mode(kit->engine, 1), STRATEGY_RUNNING);
    assert_false(engine_halted(kit->engine));
    fill_all(kit, 1000);
    assert_int_equal(held(kit, 0), 0); // closed
    uint64_t before = engine_counts(kit->engine)->decisions;
    kit_bar(kit, 0, 1000);
    assert_int_equal(engine_counts(kit->engine)->decisions, before + 1); // the good one alone
    assert_int_equal(submits_of(kit, 0), 0);
    assert_int_equal(submits_of(kit, 1), 1);
    kit_stop(kit);
}

static void one_whose_answer_is_none_is_quarantined_alone(void **state) {
    (void)state;
    struct kit kit;
    for (int how = BAD_NAN; how <= BAD_MANY; how++) {
        begin_badly(&kit, how, CONDUCT_FAULTS, 2);
        kit_bar(&kit, 0, 1000);
        assert_null(kit_output(&kit, EVENT_STRATEGY, 0)); // once is allowed
        fill_all(&kit, 1000);
        kit_bar(&kit, 0, 1000);
        quarantined(&kit, CAUSE_FAULTS);
    }
}

static void nobody_cancels_what_is_another_s(void **state) {
    (void)state;
    struct kit kit;
    kit_script = in_and_out;
    kit_script_length = 5;
    kit_configure(&kit, 1, 2);
    kit.strategies[0].strategy = &bad_strategy;
    kit.strategies[0].params[0] = BAD_CANCELS;
    kit_start(&kit);
    kit_bar(&kit, 0, 1000); // both have an order out
    kit_bar(&kit, 0, 1000);
    assert_null(kit_output(&kit, EVENT_CANCEL, 0));
    assert_int_equal(submits_of(&kit, 1), 1);
    kit_stop(&kit);
}

static void one_that_sends_too_many_orders_is_quarantined_alone(void **state) {
    (void)state;
    struct kit kit;
    begin_badly(&kit, BAD_ORDERS, CONDUCT_ORDERS, 8);
    kit_bar(&kit, 0, 1000); // one before, seven of ten now
    const struct veto_event *veto = kit_output(&kit, EVENT_VETO, 0);
    assert_int_equal(veto->code, VETO_CONDUCT);
    assert_non_null(kit_output(&kit, EVENT_CANCEL, 6)); // and those are taken back
    assert_int_equal(submits_of(&kit, 0), 8);           // seven, and what closes
    const struct submit_event *submit;
    uint64_t close = 0;
    for (uint32_t n = 0; (submit = kit_output(&kit, EVENT_SUBMIT, n)) != NULL; n++)
        if (submit->spec.purpose == PURPOSE_FLATTEN) close = submit->order_id;
    assert_int_equal(engine_strategy_mode(kit.engine, 0), STRATEGY_QUARANTINED);
    kit_report(&kit, EVENT_ORDER_FILLED, close, 250, 1000, 0);
    assert_int_equal(held(&kit, 0), 0);
    kit_stop(&kit);
}

static void one_that_loses_more_than_its_limit_is_quarantined_alone(void **state) {
    (void)state;
    struct kit kit;
    begin_badly(&kit, BAD_WEIGHT, CONDUCT_LOSS, 0.1);
    kit_bar(&kit, 0, 801); // 250 x 1.99 of 5,000
    assert_int_equal(engine_strategy_mode(kit.engine, 0), STRATEGY_RUNNING);
    fill_all(&kit, 801);
    kit_bar(&kit, 0, 800);
    quarantined(&kit, CAUSE_LOSS);
}

static void one_that_is_asked_too_often_in_a_day_is_quarantined_alone(void **state) {
    (void)state;
    struct kit kit;
    begin_badly(&kit, BAD_WEIGHT, CONDUCT_DECISIONS, 2);
    kit_bar(&kit, 0, 1000);
    fill_all(&kit, 1000);
    kit_bar(&kit, 0, 1000);
    quarantined(&kit, CAUSE_DECISIONS);
}

static void follow_param(const struct strategy_view *view, void *state,
                         struct strategy_out *ret_out) {
    (void)state;
    ret_out->targets->kind = TARGET_SET;
    ret_out->targets->weight = view->params[0];
}
static int check_param(const double *params) {
    return params[0] == 0.75 ? ERR_SET(ERR_ARGUMENT, "not this one") : 0;
}
static const struct param followed[] = {
    {.name = "weight", .type = PARAM_REAL, .def = 0.5, .min = 0, .max = 1, .help = "Its weight."},
    {.name = "length", .type = PARAM_INT, .def = 5, .min = 1, .max = 9, .help = "Of its average."}};
static const char *const follow_inputs[] = {"sma(close, $length)"};
static const struct strategy follow_strategy = {.name = "follow",
                                                .summary = "Holds its parameter.",
                                                .params = followed,
                                                .param_count = 2,
                                                .inputs = follow_inputs,
                                                .input_count = 1,
                                                .check = check_param,
                                                .decide = follow_param};

static void a_parameter_changes_where_its_range_and_the_strategy_allow_it(void **state) {
    (void)state;
    static const struct {
        uint32_t param;
        double value;
        enum strategy_cause cause;
    } rows[] = {
        {2, 0.25, CAUSE_PARAM_REFUSED},  // there is none
        {99, 0.25, CAUSE_PARAM_REFUSED}, // beyond any table
        {1, 6, CAUSE_PARAM_REFUSED},     // an input depends on it
        {0, 1.5, CAUSE_PARAM_REFUSED},   // out of range
        {0, NAN, CAUSE_PARAM_REFUSED},   // no number
        {0, 0.75, CAUSE_PARAM_REFUSED},  // the strategy says no
        {0, 0.25, CAUSE_PARAM},
    };
    struct kit kit;
    kit_configure(&kit, 1, 1);
    kit.strategies[0].strategy = &follow_strategy;
    kit.strategies[0].params[0] = 0.5;
    kit.strategies[0].params[1] = 5;
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    fill_all(&kit, 1000);
    assert_int_equal(held(&kit, 0), 500);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        set_param(&kit, 0, rows[i].param, rows[i].value);
        const struct strategy_event *said = kit_output(&kit, EVENT_STRATEGY, 0);
        assert_int_equal(said->cause, rows[i].cause);
        assert_int_equal(said->mode, STRATEGY_RUNNING);
        assert_int_equal(kit.outputs->count, 1);
    }
    kit_bar(&kit, 0, 1000);
    fill_all(&kit, 1000);
    assert_int_equal(held(&kit, 0), 250);
    kit_stop(&kit);
}

static void commands_to_a_strategy_that_is_none_change_nothing(void **state) {
    (void)state;
    struct kit kit;
    begin(&kit, 1);
    for (int kind = EVENT_STOP; kind <= EVENT_SET_PARAM; kind++) {
        command(&kit, (enum event_kind)kind, 7);
        assert_int_equal(kit.outputs->count, 0);
    }
    assert_int_equal(engine_strategy_mode(kit.engine, 0), STRATEGY_RUNNING);
    kit_stop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_pool_of_lots_refuses_what_opens_and_nothing_that_closes),
        cmocka_unit_test(a_paused_strategy_may_reduce_its_own_position_and_nothing_else),
        cmocka_unit_test(a_strategy_that_drains_closes_what_it_holds_and_stops),
        cmocka_unit_test(a_flat_strategy_that_drains_stops_at_once),
        cmocka_unit_test(an_entry_that_fills_before_its_cancel_is_closed_as_well),
        cmocka_unit_test(a_stopped_strategy_keeps_what_it_holds_and_its_protection),
        cmocka_unit_test(one_whose_answer_is_none_is_quarantined_alone),
        cmocka_unit_test(nobody_cancels_what_is_another_s),
        cmocka_unit_test(one_that_sends_too_many_orders_is_quarantined_alone),
        cmocka_unit_test(one_that_loses_more_than_its_limit_is_quarantined_alone),
        cmocka_unit_test(one_that_is_asked_too_often_in_a_day_is_quarantined_alone),
        cmocka_unit_test(a_parameter_changes_where_its_range_and_the_strategy_allow_it),
        cmocka_unit_test(commands_to_a_strategy_that_is_none_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
