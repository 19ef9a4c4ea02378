// SPDX-License-Identifier: Apache-2.0
#include "engine_kit.h"

#include "strategy/manual.h"

// Strategy 0 does what a script says, strategy 1 is people.
static const char one[MANUAL_ID_SIZE] = "one";

static void start(struct kit *kit, double orders) {
    kit_script_length = 0;
    kit_configure(kit, 2, 2);
    kit->strategies[1].strategy = &strategy_manual;
    kit->strategies[1].params[MANUAL_ORDERS] = orders;
    kit->strategies[0].share_ppm = 1000000;
    kit->strategies[1].share_ppm = 0;
    kit_start(kit);
    kit_bar(kit, 0, 10000);
    kit_bar(kit, 1, 5000);
}

static union event order_of(struct kit *kit, const char *client_id, int32_t side, int64_t qty,
                            int64_t limit) {
    union event event;
    event_init(&event, EVENT_PLACE, 0, kit->now_ns);
    struct manual_event *manual = (void *)&event;
    snprintf(manual->order.client_id, MANUAL_ID_SIZE, "%s", client_id);
    manual->order.side = side;
    manual->order.type = ORDER_LIMIT;
    manual->order.qty = QTY(qty);
    manual->order.limit_price = PRICE(limit);
    return event;
}

static const struct manual_result_event *place(struct kit *kit, const char *client_id, int32_t side,
                                               int64_t qty, int64_t limit) {
    union event event = order_of(kit, client_id, side, qty, limit);
    kit_apply(kit, &event);
    const struct manual_result_event *result = kit_output(kit, EVENT_MANUAL, 0);
    assert_non_null(result);
    return result;
}

static const struct manual_result_event *take_back(struct kit *kit, uint64_t order_id,
                                                   const char *client_id) {
    union event event = order_of(kit, client_id, 0, 0, 0);
    event.header.kind = EVENT_TAKE_BACK;
    ((struct manual_event *)&event)->order_id = order_id;
    kit_apply(kit, &event);
    return kit_output(kit, EVENT_MANUAL, 0);
}

static const struct manual_result_event *amend(struct kit *kit, uint64_t order_id, int64_t qty,
                                               int64_t limit) {
    union event event = order_of(kit, "", 0, qty, limit);
    event.header.kind = EVENT_AMEND;
    ((struct manual_event *)&event)->order_id = order_id;
    kit_apply(kit, &event);
    return kit_output(kit, EVENT_MANUAL, 0);
}

static void an_order_by_hand_is_the_manual_strategys_and_has_its_own_book(void **state) {
    struct kit kit;
    start(&kit, 8);
    const struct manual_result_event *result = place(&kit, "one", 1, 3, 10000);
    assert_int_equal(result->outcome, MANUAL_DONE);
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(submit);
    assert_int_equal(submit->order_id, result->order_id);
    assert_int_equal(submit->spec.strategy, 1);
    uint64_t id = result->order_id;
    assert_string_equal(engine_manual_client_id(kit.engine, id), "one");
    kit_fill_submit(&kit, 0, 10000);
    assert_int_equal(ledger_position(engine_ledger(kit.engine), 1, 0)->qty.m, 3);
    assert_int_equal(ledger_position(engine_ledger(kit.engine), 0, 0)->qty.m, 0);
    assert_int_equal(engine_manual_strategy(kit.engine), 1);
    kit_stop(&kit);
}

static void a_client_id_is_one_order_however_often_it_is_placed(void **state) {
    struct kit kit;
    start(&kit, 8);
    uint64_t id = place(&kit, "one", 1, 3, 10000)->order_id;
    const struct manual_result_event *again = place(&kit, "one", 1, 5, 9900);
    assert_int_equal(again->outcome, MANUAL_DUPLICATE);
    assert_int_equal(again->order_id, id);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_report(&kit, EVENT_ORDER_REJECTED, id, 0, 0, 0);
    assert_int_equal(place(&kit, "one", 1, 3, 10000)->outcome, MANUAL_DUPLICATE); // its end too
    assert_int_equal(engine_manual_find(kit.engine, one), id);
    kit_stop(&kit);
}

static void client_ids_are_remembered_across_a_snapshot(void **state) {
    struct kit kit, other;
    start(&kit, 8);
    uint64_t id = place(&kit, "one", 1, 3, 10000)->order_id;
    size_t size = engine_state_size(kit.engine);
    unsigned char *bytes = malloc(size);
    engine_snapshot(kit.engine, bytes);
    start(&other, 8);
    assert_ok(engine_restore(other.engine, bytes, size));
    other.seq = kit.seq;
    other.now_ns = kit.now_ns;
    const struct manual_result_event *again = place(&other, "one", 1, 3, 10000);
    assert_int_equal(again->outcome, MANUAL_DUPLICATE);
    assert_int_equal(again->order_id, id);
    free(bytes);
    kit_stop(&kit);
    kit_stop(&other);
}

static void what_cannot_be_an_order_is_refused_before_any_rule(void **state) {
    struct kit kit;
    start(&kit, 8);
    for (int row = 0; row < 12; row++) {
        union event event = order_of(&kit, "bad", 1, 3, 10000);
        struct manual_order *order = &((struct manual_event *)&event)->order;
        switch (row) {
        case 0:
            order->side = 0;
            break;
        case 1:
            order->side = 2;
            break;
        case 2:
            order->type = ORDER_TYPE_COUNT;
            break;
        case 3:
            order->tif = TIF_COUNT;
            break;
        case 4:
            order->flags = 4;
            break;
        case 5:
            order->qty = QTY(0);
            break;
        case 6:
            order->qty = QTY(-3);
            break;
        case 7:
            order->limit_price = PRICE(0);
            break;
        case 8:
            order->type = ORDER_STOP; // without a trigger
            break;
        case 9:
            order->type = ORDER_TRAILING_STOP; // without a distance
            break;
        case 10:
            order->instrument = 2; // there is none
            break;
        case 11:
            order->tif = TIF_GTD;
            order->expire_ns = kit.now_ns; // over already
            break;
        }
        kit_apply(&kit, &event);
        const struct manual_result_event *result = kit_output(&kit, EVENT_MANUAL, 0);
        if (result->outcome != MANUAL_INVALID || kit.outputs->count != 1) fail_msg("row %d", row);
    }
    assert_int_equal(place(&kit, "", 1, 3, 10000)->outcome, MANUAL_INVALID);
    assert_int_equal(engine_counts(kit.engine)->submits, 0);
    kit_stop(&kit);
}

static void a_rule_refuses_an_order_by_hand_as_any_other(void **state) {
    struct kit kit;
    start(&kit, 8);
    union event limit;
    event_init(&limit, EVENT_SET_LIMIT, INSTRUMENT_NONE, kit.now_ns);
    limit.command.rule = (uint32_t)risk_rule_find("order_size");
    limit.command.param = 0;
    limit.command.value = 2;
    kit_apply(&kit, &limit);
    const struct manual_result_event *result = place(&kit, "one", 1, 3, 10000);
    const struct veto_event *veto = kit_output(&kit, EVENT_VETO, 0);
    assert_non_null(veto);
    assert_int_equal(veto->rule, risk_rule_find("order_size"));
    bool shrunk = veto->verdict == RISK_SHRINK;
    assert_int_equal(result->outcome, shrunk ? MANUAL_DONE : MANUAL_VETOED);
    if (!shrunk) assert_int_equal(engine_manual_find(kit.engine, one), 0);
    kit_stop(&kit);
}

static void more_orders_than_may_be_open_are_refused_and_room_comes_back(void **state) {
    struct kit kit;
    start(&kit, 2);
    uint64_t first = place(&kit, "1", 1, 1, 9000)->order_id;
    assert_int_equal(place(&kit, "2", 1, 1, 9001)->outcome, MANUAL_DONE);
    assert_int_equal(place(&kit, "3", 1, 1, 9002)->outcome, MANUAL_VETOED);
    const struct veto_event *veto = kit_output(&kit, EVENT_VETO, 0);
    assert_int_equal(veto->code, VETO_ORDERS_FULL);
    kit_report(&kit, EVENT_ORDER_REJECTED, first, 0, 0, 0);
    assert_int_equal(place(&kit, "3", 1, 1, 9002)->outcome, MANUAL_DONE);
    kit_stop(&kit);
}

static void an_order_is_taken_back_by_its_id_or_by_the_clients(void **state) {
    struct kit kit;
    start(&kit, 8);
    uint64_t first = place(&kit, "one", 1, 1, 9000)->order_id;
    place(&kit, "two", 1, 1, 9000);
    assert_int_equal(take_back(&kit, first, "")->outcome, MANUAL_DONE);
    assert_non_null(kit_output(&kit, EVENT_CANCEL, 0));
    assert_int_equal(take_back(&kit, first, "")->outcome, MANUAL_TOO_LATE);
    assert_int_equal(take_back(&kit, 0, "two")->outcome, MANUAL_DONE);
    assert_int_equal(take_back(&kit, 0, "three")->outcome, MANUAL_NOT_FOUND);
    assert_int_equal(take_back(&kit, 999, "")->outcome, MANUAL_NOT_FOUND);
    kit_stop(&kit);
}

static void an_amendment_passes_the_rules_where_it_adds(void **state) {
    struct kit kit;
    start(&kit, 8);
    uint64_t id = place(&kit, "one", 1, 10, 9000)->order_id;
    kit_report(&kit, EVENT_ORDER_ACCEPTED, id, 0, 0, 10);
    assert_int_equal(amend(&kit, id, 12, 9100)->outcome, MANUAL_DONE);
    const struct replace_event *replace = kit_output(&kit, EVENT_REPLACE, 0);
    assert_int_equal(replace->qty.m, 12);
    assert_int_equal(replace->price.m, 9100);
    kit_report(&kit, EVENT_ORDER_REPLACED, id, 12, 9100, 12);

    union event halt;
    event_init(&halt, EVENT_SET_LIMIT, INSTRUMENT_NONE, kit.now_ns);
    halt.command.rule = (uint32_t)risk_rule_find("order_size");
    halt.command.param = 0;
    halt.command.value = 12;
    kit_apply(&kit, &halt);
    assert_int_equal(amend(&kit, id, 13, 0)->outcome, MANUAL_VETOED);
    assert_null(kit_output(&kit, EVENT_REPLACE, 0));
    assert_int_equal(amend(&kit, id, 5, 9000)->outcome, MANUAL_DONE); // less, and cheaper
    kit_stop(&kit);
}

static void without_the_strategy_there_are_no_orders_by_hand_and_no_bytes_for_them(void **state) {
    struct kit kit;
    kit_script_length = 0;
    kit_configure(&kit, 1, 1);
    kit_start(&kit);
    kit_bar(&kit, 0, 10000);
    assert_int_equal(place(&kit, "one", 1, 1, 9000)->outcome, MANUAL_INVALID);
    assert_int_equal(engine_manual_strategy(kit.engine), STRATEGY_NONE);
    kit_stop(&kit);
}

static void a_drained_manual_strategy_closes_what_people_bought(void **state) {
    struct kit kit;
    start(&kit, 8);
    place(&kit, "one", 1, 3, 10000);
    kit_fill_submit(&kit, 0, 10000);
    union event drain;
    event_init(&drain, EVENT_DRAIN, INSTRUMENT_NONE, kit.now_ns);
    drain.command.index = 1;
    kit_apply(&kit, &drain);
    const struct submit_event *close = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(close);
    assert_int_equal(close->spec.side, -1);
    kit_fill_submit(&kit, 0, 10000);
    assert_int_equal(engine_strategy_mode(kit.engine, 1), STRATEGY_STOPPED);
    assert_int_equal(place(&kit, "two", 1, 1, 10000)->outcome, MANUAL_VETOED);
    kit_stop(&kit);
}

static void the_latest_ids_are_remembered_when_older_ones_are_pushed_out(void **state) {
    struct kit kit;
    char id[MANUAL_ID_SIZE];
    start(&kit, 1);
    for (int i = 0; i < 5000; i++) {
        snprintf(id, sizeof id, "order-%d", i);
        const struct manual_result_event *result = place(&kit, id, 1, 1, 9000);
        assert_int_equal(result->outcome, MANUAL_DONE);
        kit_report(&kit, EVENT_ORDER_REJECTED, result->order_id, 0, 0, 0);
    }
    char first[MANUAL_ID_SIZE] = "order-0", kept[MANUAL_ID_SIZE] = "order-904",
         last[MANUAL_ID_SIZE] = "order-4999";
    assert_int_equal(engine_manual_find(kit.engine, first), 0);
    assert_true(engine_manual_find(kit.engine, kept) != 0);
    assert_true(engine_manual_find(kit.engine, last) != 0);
    kit_stop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_by_hand_is_the_manual_strategys_and_has_its_own_book),
        cmocka_unit_test(a_client_id_is_one_order_however_often_it_is_placed),
        cmocka_unit_test(client_ids_are_remembered_across_a_snapshot),
        cmocka_unit_test(what_cannot_be_an_order_is_refused_before_any_rule),
        cmocka_unit_test(a_rule_refuses_an_order_by_hand_as_any_other),
        cmocka_unit_test(more_orders_than_may_be_open_are_refused_and_room_comes_back),
        cmocka_unit_test(an_order_is_taken_back_by_its_id_or_by_the_clients),
        cmocka_unit_test(an_amendment_passes_the_rules_where_it_adds),
        cmocka_unit_test(without_the_strategy_there_are_no_orders_by_hand_and_no_bytes_for_them),
        cmocka_unit_test(a_drained_manual_strategy_closes_what_people_bought),
        cmocka_unit_test(the_latest_ids_are_remembered_when_older_ones_are_pushed_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
