// SPDX-License-Identifier: Apache-2.0
// Test builds compare each answer with the sum over all orders (DCHECK in engine_order.c): here are the sights.
#include "engine_kit.h"

#include "strategy/manual.h"

static uint64_t place(struct kit *kit, int number, int32_t side, int64_t qty, int64_t limit) {
    union event event;
    event_init(&event, EVENT_PLACE, 0, kit->now_ns);
    struct manual_event *manual = (void *)&event;
    snprintf(manual->order.client_id, MANUAL_ID_SIZE, "order-%d", number);
    manual->order.side = side;
    manual->order.type = ORDER_LIMIT;
    manual->order.qty = QTY(qty);
    manual->order.limit_price = PRICE(limit);
    kit_apply(kit, &event);
    const struct manual_result_event *result = kit_output(kit, EVENT_MANUAL, 0);
    assert_int_equal(result->outcome, MANUAL_DONE);
    return result->order_id;
}

// Ten shares are held and thirty are for sale, one by one, and twenty bid for.
static void start(struct kit *kit) {
    kit_script_length = 0;
    kit_configure(kit, 1, 2);
    kit->strategies[1].strategy = &strategy_manual;
    kit->strategies[1].params[MANUAL_ORDERS] = 100;
    kit_start(kit);
    kit_bar(kit, 0, 1000);
    uint64_t id = place(kit, 0, 1, 10, 1000);
    kit_report(kit, EVENT_ORDER_ACCEPTED, id, 0, 0, 10);
    kit_report(kit, EVENT_ORDER_FILLED, id, 10, 1000, 0);
    for (int i = 1; i <= 30; i++) {
        id = place(kit, i, -1, 1, 1100);
        kit_report(kit, EVENT_ORDER_ACCEPTED, id, 0, 0, 1);
        if (i > 20) continue;
        id = place(kit, 100 + i, 1, 1, 900);
        kit_report(kit, EVENT_ORDER_ACCEPTED, id, 0, 0, 1);
    }
}

static uint32_t left(const struct kit *kit, int32_t side) {
    const struct orders *orders = engine_orders(kit->engine);
    uint32_t count = 0;
    for (uint32_t i = orders->exposure[0].first; i != UINT32_MAX; i = orders_next_live(orders, i)) {
        const struct order *order = orders_get(orders, i);
        count += order->spec.side == side && order->state != ORDER_PENDING_CANCEL;
    }
    return count;
}

static void a_halt_leaves_as_many_orders_as_reduce_what_is_held(void **state) {
    struct kit kit;
    start(&kit);
    union event halt;
    event_init(&halt, EVENT_HALT, INSTRUMENT_NONE, kit.now_ns);
    kit_apply(&kit, &halt);
    assert_int_equal(left(&kit, -1), 10); // of thirty
    assert_int_equal(left(&kit, 1), 0);
    kit_stop(&kit);
}

static void a_pause_of_a_strategy_is_held_against_its_own_position(void **state) {
    struct kit kit;
    start(&kit);
    union event pause;
    event_init(&pause, EVENT_HALT, INSTRUMENT_NONE, kit.now_ns);
    pause.command.scope = HALT_STRATEGY;
    pause.command.index = 1;
    kit_apply(&kit, &pause);
    assert_int_equal(left(&kit, -1), 10);
    assert_int_equal(left(&kit, 1), 0);
    kit_stop(&kit);
}

static void a_kill_takes_them_all(void **state) {
    struct kit kit;
    start(&kit);
    union event kill;
    event_init(&kill, EVENT_KILL, INSTRUMENT_NONE, kit.now_ns);
    kit_apply(&kit, &kill);
    assert_int_equal(left(&kit, -1) + left(&kit, 1), 0);
    kit_stop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_halt_leaves_as_many_orders_as_reduce_what_is_held),
        cmocka_unit_test(a_pause_of_a_strategy_is_held_against_its_own_position),
        cmocka_unit_test(a_kill_takes_them_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
