// SPDX-License-Identifier: Apache-2.0
// Targets of several strategies on one instrument become one order; its fills go back to who wanted them.
#include <math.h>

#include "engine_kit.h"

// Holds its first parameter with the confidence of its second, from its first decision on.
static void hold(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    (void)state;
    ret_out->targets->kind = TARGET_SET;
    ret_out->targets->weight = view->params[0];
    ret_out->targets->confidence = view->params[1];
}
static const struct param hold_params[] = {
    {.name = "weight", .type = PARAM_REAL, .min = -1, .max = 1, .help = "Held."},
    {.name = "confidence", .type = PARAM_REAL, .max = 1, .help = "In it."}};
static const struct strategy hold_strategy = {
    .name = "hold", .summary = "Holds.", .params = hold_params, .param_count = 2, .decide = hold};

static void clock_tick(struct kit *kit) {
    union event event;
    event_init(&event, EVENT_CLOCK, INSTRUMENT_NONE, kit->now_ns);
    kit_apply(kit, &event);
}

// Strategies with 10,000.00 in equal parts hold these weights at 10.00.
static void begin(struct kit *kit, uint32_t netting, const double *weights, uint32_t count) {
    kit_configure(kit, 1, count);
    kit->config.netting = netting;
    for (uint32_t s = 0; s < count; s++) {
        kit->strategies[s].strategy = &hold_strategy;
        kit->strategies[s].params[0] = weights[s];
        kit->strategies[s].params[1] = 1;
    }
    kit_start(kit);
    kit_bar(kit, 0, 1000);
    assert_null(kit_output(kit, EVENT_SUBMIT, 0)); // targets wait for the clock
}

static int64_t held(const struct kit *kit, uint32_t strategy) {
    return ledger_position(engine_ledger(kit->engine), strategy, 0)->qty.m;
}

static void set_weight(struct kit *kit, uint32_t strategy, double weight) {
    union event event;
    event_init(&event, EVENT_SET_PARAM, INSTRUMENT_NONE, kit->now_ns);
    event.command.index = strategy;
    event.command.value = weight;
    kit_apply(kit, &event);
}

static void the_sum_leaves_as_one_order_and_its_fill_goes_to_both(void **state) {
    (void)state;
    static const double weights[] = {1, -0.6}; // of 5,000: 500 and -300 shares
    struct kit kit;
    begin(&kit, NETTING_NET, weights, 2);
    clock_tick(&kit);
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(submit->spec.qty.m, 200);
    assert_int_equal(submit->spec.side, 1);
    assert_int_equal(submit->spec.strategy, 2);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 1));
    kit_fill_submit(&kit, 0, 1001);
    const struct allocation_event *first = kit_output(&kit, EVENT_ALLOCATION, 0);
    const struct allocation_event *second = kit_output(&kit, EVENT_ALLOCATION, 1);
    assert_int_equal(first->side * first->qty.m, 500);
    assert_int_equal(second->side * second->qty.m, -300);
    assert_int_equal(second->price.m, 1001);
    assert_int_equal(held(&kit, 0), 500);
    assert_int_equal(held(&kit, 1), -300);
    kit_bar(&kit, 0, 1000);
    clock_tick(&kit);
    assert_int_equal(kit.outputs->count, 0);
    kit_stop(&kit);
}

// The second may not be short, the third not send a market order: of both nothing is in the sum. What only closes may
// always.
static void a_strategy_has_no_part_in_what_it_is_not_permitted(void **state) {
    (void)state;
    static const double weights[] = {1, -0.6, 0.9, 0.5}; // of 2,500: 250, -150, 225 and 125 shares
    static uint32_t permissions[] = {UINT32_MAX, UINT32_MAX & ~(uint32_t)RISK_MAY_SHORT,
                                     UINT32_MAX & ~RISK_MAY_SEND(ORDER_MARKET), UINT32_MAX};
    struct kit kit;
    kit_configure(&kit, 1, 4);
    kit.config.netting = NETTING_NET;
    kit.config.permissions = permissions;
    for (uint32_t s = 0; s < 4; s++) {
        kit.strategies[s].strategy = &hold_strategy;
        kit.strategies[s].params[0] = weights[s];
        kit.strategies[s].params[1] = 1;
    }
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    clock_tick(&kit);
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(submit->spec.strategy, 4);
    assert_int_equal(submit->spec.side * submit->spec.qty.m, 250 + 125);
    for (int k = 0; k < 2; k++) {
        const struct veto_event *veto = kit_output(&kit, EVENT_VETO, k);
        assert_int_equal(veto->rule, risk_rule_find("permissions"));
        assert_int_equal(veto->strategy, 1 + k);
        assert_int_equal(veto->value, k == 0 ? RISK_MAY_SHORT : RISK_MAY_SEND(ORDER_MARKET));
    }
    assert_null(kit_output(&kit, EVENT_VETO, 2));
    kit_fill_submit(&kit, 0, 1000);
    assert_true(held(&kit, 0) == 250 && held(&kit, 1) == 0 && held(&kit, 2) == 0);
    set_weight(&kit, 1, 0.4); // long it may be
    kit_bar(&kit, 0, 1000);
    clock_tick(&kit);
    kit_fill_submit(&kit, 0, 1000);
    assert_int_equal(held(&kit, 1), 100);
    set_weight(&kit, 1, -1); // not turned round: the whole of it is refused
    kit_bar(&kit, 0, 1000);
    clock_tick(&kit);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    set_weight(&kit, 1, 0);
    kit_bar(&kit, 0, 1000);
    clock_tick(&kit);
    kit_fill_submit(&kit, 0, 1000);
    assert_int_equal(held(&kit, 1), 0);
    kit_stop(&kit);
}

static void a_part_of_it_is_split_in_proportion_and_what_ends_unfilled_crosses(void **state) {
    (void)state;
    static const double weights[] = {1, -0.6};
    struct kit kit;
    begin(&kit, NETTING_NET, weights, 2);
    clock_tick(&kit);
    uint64_t id = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
    kit_report(&kit, EVENT_ORDER_FILLED, id, 50, 1000, 150); // a quarter
    assert_int_equal(held(&kit, 0), 125);
    assert_int_equal(held(&kit, 1), -75);
    // 375 are wanted and 225 offered: 225 change hands at the last price.
    kit_report(&kit, EVENT_ORDER_CANCELED, id, 0, 0, 0);
    const struct allocation_event *crossed = kit_output(&kit, EVENT_ALLOCATION, 0);
    assert_int_equal(crossed->order_id, 0);
    assert_int_equal(crossed->price.m, 1000);
    assert_int_equal(held(&kit, 0), 350);
    assert_int_equal(held(&kit, 1), -300);
    kit_stop(&kit);
}

// The venue closed by itself 90 of what the account's order had filled before it heard who has it.
static void force(struct kit *kit, uint32_t strategy, int32_t side, int64_t qty, int64_t fee) {
    union event event;
    event_init(&event, EVENT_ORDER_FILLED, 0, kit->now_ns);
    event.order.order_id = order_id_venue_make(strategy, 1);
    event.order.trade_id = 999;
    event.order.price = PRICE(980);
    event.order.qty = QTY(qty);
    event.order.fee = fee;
    event.order.side = side;
    kit_apply(kit, &event);
}

static void what_the_venue_closes_of_the_account_is_who_holds_it(void **state) {
    (void)state;
    static const double weights[] = {1, 0.5, -0.6}; // of 3,333.33: 333, 166, -199
    struct kit kit;
    begin(&kit, NETTING_NET, weights, 3);
    clock_tick(&kit);
    kit_fill_submit(&kit, 0, 1000);
    force(&kit, 3, -1, 90, 10);
    // 90 x 333 / 499 = 60.06 and 29.94; the short takes no part. Fees 6.67 and 3.33 down, the rest to the first.
    const struct allocation_event *first = kit_output(&kit, EVENT_ALLOCATION, 0);
    assert_int_equal(first->order_id, order_id_venue_make(3, 1));
    assert_int_equal(first->side, -1);
    assert_int_equal(first->fee, 7);
    assert_int_equal(held(&kit, 0), 333 - 60);
    assert_int_equal(held(&kit, 1), 166 - 30);
    assert_int_equal(held(&kit, 2), -199);
    force(&kit, 3, -1, 90, 10); // told again
    assert_null(kit_output(&kit, EVENT_ALLOCATION, 0));
    kit_stop(&kit);
}

static void a_report_without_a_side_closes_what_the_account_opened(void **state) {
    (void)state;
    static const double weights[] = {-1, -0.5};
    struct kit kit;
    begin(&kit, NETTING_NET, weights, 2);
    clock_tick(&kit);
    kit_fill_submit(&kit, 0, 1000);
    assert_int_equal(held(&kit, 0), -500);
    force(&kit, 2, 0, 800, 0); // 50 more than there are: the order's first wanted them
    assert_int_equal(held(&kit, 0), 50);
    assert_int_equal(held(&kit, 1), 0);
    kit_stop(&kit);
}

static void of_a_strategy_the_side_is_the_report_s(void **state) {
    (void)state;
    static const double weights[] = {1, 0};
    struct kit kit;
    begin(&kit, NETTING_NET, weights, 2);
    clock_tick(&kit);
    kit_fill_submit(&kit, 0, 1000);
    force(&kit, 0, 1, 10, 0);
    assert_int_equal(held(&kit, 0), 510);
    kit_stop(&kit);
}

// 4 lots of 7 over remaining parts 3, 3, 1: 1.71, 1.71, 0.57. Floors 1, 1, 0; the two largest remainders are the
// first two.
static void remainders_go_to_the_largest_and_then_to_the_first(void **state) {
    (void)state;
    static const double weights[] = {0.0091, 0.0091, 0.0031}; // of 3,333.33 at 10.00
    struct kit kit;
    begin(&kit, NETTING_NET, weights, 3);
    clock_tick(&kit);
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(submit->spec.qty.m, 7);
    uint64_t id = submit->order_id;
    kit_report(&kit, EVENT_ORDER_FILLED, id, 4, 1000, 3);
    assert_int_equal(held(&kit, 0), 2);
    assert_int_equal(held(&kit, 1), 2);
    assert_int_equal(held(&kit, 2), 0);
    // 1, 1, 1 are left of 3: 2 lots are 0.67 each, to the first two.
    kit_report(&kit, EVENT_ORDER_FILLED, id, 2, 1000, 1);
    assert_int_equal(held(&kit, 0), 3);
    assert_int_equal(held(&kit, 1), 3);
    kit_report(&kit, EVENT_ORDER_FILLED, id, 1, 1000, 0);
    assert_int_equal(held(&kit, 2), 1);
    kit_stop(&kit);
}

static void wishes_that_cancel_out_change_hands_without_an_order(void **state) {
    (void)state;
    static const double weights[] = {0.5, -0.5};
    struct kit kit;
    begin(&kit, NETTING_NET, weights, 2);
    clock_tick(&kit);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    assert_int_equal(held(&kit, 0), 250);
    assert_int_equal(held(&kit, 1), -250);
    assert_true(engine_equity(kit.engine).m == 1000000);
    kit_stop(&kit);
}

static void one_that_is_alone_sends_an_order_of_its_own(void **state) {
    (void)state;
    static const double weights[] = {0.5, 0};
    struct kit kit;
    begin(&kit, NETTING_NET, weights, 2);
    clock_tick(&kit);
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(submit->spec.strategy, 0);
    assert_int_equal(submit->spec.qty.m, 250);
    kit_stop(&kit);
}

static void opposite_wishes_are_settled_by_the_policy(void **state) {
    (void)state;
    static const struct {
        uint32_t netting;
        double weights[3];
        int64_t wanted; // of the account
    } rows[] = {
        {NETTING_NET, {0.3, -0.9, 0.3}, 99 - 299 + 99}, // a third of 10,000 each, rounded to zero
        {NETTING_PRIORITY, {0.3, -0.9, 0.3}, 99 + 99},  // the first buys
        {NETTING_PRIORITY, {-0.3, 0.9, 0.3}, -99},      // the first sells
        {NETTING_STRONGEST, {0.3, -0.9, 0.3}, -299},    // the second is the strongest
        {NETTING_STRONGEST, {0.9, -0.9, 0}, 299},       // of equal ones the first
        {NETTING_VETO, {0.3, -0.9, 0.3}, 0},            // nobody
        {NETTING_VETO, {0.3, 0.9, 0}, 99 + 299},        // nobody is against it
    };
    struct kit kit;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(&kit, rows[i].netting, rows[i].weights, 3);
        clock_tick(&kit);
        const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
        assert_int_equal(submit == NULL ? 0 : submit->spec.side * submit->spec.qty.m,
                         rows[i].wanted);
        assert_null(kit_output(&kit, EVENT_SUBMIT, 1));
        kit_stop(&kit);
    }
}

static void who_was_held_back_gets_what_it_wants_when_the_other_leaves(void **state) {
    (void)state;
    static const double weights[] = {0.5, -0.5};
    struct kit kit;
    begin(&kit, NETTING_PRIORITY, weights, 2);
    clock_tick(&kit);
    kit_fill_submit(&kit, 0, 1000);
    assert_int_equal(held(&kit, 0), 250);
    assert_int_equal(held(&kit, 1), 0);
    set_weight(&kit, 0, 0);
    kit_bar(&kit, 0, 1000);
    clock_tick(&kit);
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(submit->spec.strategy, 2);
    assert_int_equal(submit->spec.side * submit->spec.qty.m, -500);
    kit_fill_submit(&kit, 0, 1000);
    assert_int_equal(held(&kit, 0), 0);
    assert_int_equal(held(&kit, 1), -250);
    kit_stop(&kit);
}

static void new_wishes_take_the_order_back_and_wait_for_its_end(void **state) {
    (void)state;
    static const double weights[] = {0.5, 0.5};
    struct kit kit;
    begin(&kit, NETTING_NET, weights, 2);
    clock_tick(&kit);
    uint64_t id = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
    set_weight(&kit, 1, -0.5);
    kit_bar(&kit, 0, 1000);
    clock_tick(&kit);
    assert_non_null(kit_output(&kit, EVENT_CANCEL, 0));
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_report(&kit, EVENT_ORDER_FILLED, id, 100, 1000, 400); // overtakes the cancel: 50 each
    assert_int_equal(held(&kit, 0), 50);
    assert_int_equal(held(&kit, 1), 50);
    kit_report(&kit, EVENT_ORDER_CANCELED, id, 0, 0, 0);
    assert_null(kit_output(&kit, EVENT_ALLOCATION, 0));
    kit_bar(&kit, 0, 1000);
    clock_tick(&kit); // +200 and -300
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(submit->spec.side * submit->spec.qty.m, -100);
    kit_fill_submit(&kit, 0, 1000);
    assert_int_equal(held(&kit, 0), 250);
    assert_int_equal(held(&kit, 1), -250);
    kit_stop(&kit);
}

static void netting_does_not_go_with_what_it_does_not_know(void **state) {
    (void)state;
    struct kit kit;
    kit_configure(&kit, 1, 1);
    kit.config.netting = NETTING_COUNT;
    assert_int_equal(engine_new(&kit.wiring, &kit.state, &kit.config, &kit.engine), ERR_ARGUMENT);
    kit_stop(&kit);
}

// What it shares with nobody an execution works beside others that are netted.
static void an_execution_needs_instruments_of_its_own(void **state) {
    (void)state;
    static const uint32_t first[] = {0}, second[] = {1};
    struct kit kit;
    kit_configure(&kit, 2, 3);
    kit.config.netting = NETTING_NET;
    kit.strategies[1].execution = algo_find("twap");
    params_defaults(kit.strategies[1].execution->params, kit.strategies[1].execution->param_count,
                    kit.strategies[1].execution_params);
    assert_int_equal(engine_new(&kit.wiring, &kit.state, &kit.config, &kit.engine),
                     ERR_UNSUPPORTED);
    assert_non_null(strstr(err_story(), "has no schedule of script's twap"));
    for (uint32_t s = 0; s < 3; s++) {
        kit.strategies[s].strategy = &hold_strategy;
        kit.strategies[s].params[0] = s == 2 ? 0.5 : 1;
        kit.strategies[s].params[1] = 1;
        kit.strategies[s].instruments = s == 1 ? second : first;
        kit.strategies[s].instrument_count = 1;
    }
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_bar(&kit, 1, 1000);
    const struct algo_event *algo = kit_output(&kit, EVENT_ALGO, 0);
    assert_int_equal(algo->strategy, 1);
    clock_tick(&kit);
    assert_int_equal(
        ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->spec.strategy, 3);
    kit_stop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sum_leaves_as_one_order_and_its_fill_goes_to_both),
        cmocka_unit_test(a_strategy_has_no_part_in_what_it_is_not_permitted),
        cmocka_unit_test(a_part_of_it_is_split_in_proportion_and_what_ends_unfilled_crosses),
        cmocka_unit_test(what_the_venue_closes_of_the_account_is_who_holds_it),
        cmocka_unit_test(a_report_without_a_side_closes_what_the_account_opened),
        cmocka_unit_test(of_a_strategy_the_side_is_the_report_s),
        cmocka_unit_test(remainders_go_to_the_largest_and_then_to_the_first),
        cmocka_unit_test(wishes_that_cancel_out_change_hands_without_an_order),
        cmocka_unit_test(one_that_is_alone_sends_an_order_of_its_own),
        cmocka_unit_test(opposite_wishes_are_settled_by_the_policy),
        cmocka_unit_test(who_was_held_back_gets_what_it_wants_when_the_other_leaves),
        cmocka_unit_test(new_wishes_take_the_order_back_and_wait_for_its_end),
        cmocka_unit_test(netting_does_not_go_with_what_it_does_not_know),
        cmocka_unit_test(an_execution_needs_instruments_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
