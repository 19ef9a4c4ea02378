// SPDX-License-Identifier: Apache-2.0
// Stops that the engine keeps: sent with the entry, moved by replacing, and what comes after one was hit.
// test/property/test_stops_twin.c holds whole runs against a twin.
#include "engine_kit.h"

#include <math.h>

static struct stop_choice stops[2];

static void start(struct kit *kit, const char *rule, double first, double second,
                  const struct kit_step *script, uint32_t length) {
    kit_script = script;
    kit_script_length = length;
    kit_configure(kit, 1, 1);
    stops[0] =
        (struct stop_choice){.rule = (uint32_t)stop_rule_find(rule), .params = {first, second}};
    kit->strategies[0].stops = stops;
    kit->strategies[0].stop_count = 1;
    kit_start(kit);
}

// Accepts both of the bracket and fills the entry; the id of the stop.
static uint64_t enter(struct kit *kit, int64_t cents) {
    const struct submit_event *entry = kit_output(kit, EVENT_SUBMIT, 0);
    const struct submit_event *stop = kit_output(kit, EVENT_SUBMIT, 1);
    assert_non_null(entry);
    assert_non_null(stop);
    uint64_t id = entry->order_id, stop_id = stop->order_id;
    int64_t qty = entry->spec.qty.m;
    kit_report(kit, EVENT_ORDER_ACCEPTED, id, 0, 0, qty);
    kit_report(kit, EVENT_ORDER_ACCEPTED, stop_id, 0, 0, qty);
    kit_report(kit, EVENT_ORDER_FILLED, id, qty, cents, 0);
    return stop_id;
}

static const struct kit_step once[] = {{TARGET_SET, 1, 0, 0}};

static void a_stop_leaves_with_the_entry_and_trails_by_replace(void **state) {
    (void)state;
    struct kit kit;
    start(&kit, "fixed", 0.1, 1, once, 1);
    kit_bar(&kit, 0, 10000);
    const struct submit_event *stop = kit_output(&kit, EVENT_SUBMIT, 1);
    assert_int_equal(stop->spec.purpose, PURPOSE_STOP_LOSS);
    assert_int_equal(stop->spec.stop_price.m, 9000);
    uint64_t id = enter(&kit, 10000);
    kit_bar(&kit, 0, 11000);
    const struct replace_event *move = kit_output(&kit, EVENT_REPLACE, 0);
    assert_non_null(move);
    assert_true(move->order_id == id && move->price.m == 9900 && move->qty.m == 100);
    kit_report(&kit, EVENT_ORDER_REPLACED, id, 100, 9900, 100);
    kit_bar(&kit, 0, 10500); // lower: it stays
    assert_null(kit_output(&kit, EVENT_REPLACE, 0));
    kit_stop(&kit);
}

static void after_a_stop_the_side_waits_until_the_strategy_lets_go(void **state) {
    (void)state;
    static const struct kit_step script[] = {
        {TARGET_SET, 1, 0, 0},       {TARGET_SET, 1, 0, 0},  {TARGET_REBALANCE, 1, 0, 0},
        {TARGET_REBALANCE, 1, 0, 0}, {TARGET_KEEP, 0, 0, 0}, {TARGET_SET, 1, 0, 0}};
    struct kit kit;
    start(&kit, "fixed", 0.1, 0, script, 6);
    kit_bar(&kit, 0, 10000);
    uint64_t id = enter(&kit, 10000);
    kit_bar(&kit, 0, 10000);
    kit_report(&kit, EVENT_ORDER_FILLED, id, 100, 9000, 0);
    for (int i = 0; i < 3; i++) { // asks twice, then keeps still
        kit_bar(&kit, 0, 9000);
        assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    }
    kit_bar(&kit, 0, 9000);
    const struct submit_event *again = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(again);
    assert_int_equal(again->spec.side, 1);
    kit_stop(&kit);
}

static void time_closes_at_the_market_and_once(void **state) {
    (void)state;
    struct kit kit;
    start(&kit, "time", 2, 0, once, 1);
    kit_bar(&kit, 0, 10000);
    kit_fill_submit(&kit, 0, 10000);
    kit_bar(&kit, 0, 10000);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_bar(&kit, 0, 10000);
    const struct submit_event *close = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(close);
    assert_true(close->spec.side == -1 && close->spec.qty.m == 100 &&
                close->spec.type == ORDER_MARKET);
    uint64_t id = close->order_id;
    kit_bar(&kit, 0, 10000); // it is on its way
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_report(&kit, EVENT_ORDER_ACCEPTED, id, 0, 0, 100);
    kit_report(&kit, EVENT_ORDER_FILLED, id, 100, 10000, 0);
    kit_bar(&kit, 0, 10000);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_stop(&kit);
}

static void the_strategys_own_stop_counts_where_it_is_tighter(void **state) {
    (void)state;
    static const struct kit_step tight[] = {{TARGET_SET, 1, 95, 0}};
    static const struct kit_step loose[] = {{TARGET_SET, 1, 80, 0}};
    struct kit kit;
    start(&kit, "fixed", 0.1, 0, tight, 1);
    kit_bar(&kit, 0, 10000);
    assert_int_equal(
        ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 1))->spec.stop_price.m, 9500);
    kit_stop(&kit);
    start(&kit, "fixed", 0.1, 0, loose, 1);
    kit_bar(&kit, 0, 10000);
    assert_int_equal(
        ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 1))->spec.stop_price.m, 9000);
    kit_stop(&kit);
}

// 1 % of 10,000 at risk and a stop an eighth away: 8 % of the equity, 8 shares at 100.
static void sizing_by_risk_sees_the_stop(void **state) {
    (void)state;
    struct kit kit;
    kit_script = once;
    kit_script_length = 1;
    kit_configure(&kit, 1, 1);
    stops[0] =
        (struct stop_choice){.rule = (uint32_t)stop_rule_find("fixed"), .params = {0.125, 0}};
    kit.strategies[0].stops = stops;
    kit.strategies[0].stop_count = 1;
    kit.strategies[0].sizing = sizing_find("risk_to_stop");
    params_defaults(kit.strategies[0].sizing->params, kit.strategies[0].sizing->param_count,
                    kit.strategies[0].sizing_params);
    kit_start(&kit);
    kit_bar(&kit, 0, 10000);
    const struct submit_event *entry = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(entry);
    assert_int_equal(entry->spec.qty.m, 8);
    kit_stop(&kit);
}

static void a_trailing_stop_is_state(void **state) {
    (void)state;
    struct kit kit, other;
    start(&kit, "fixed", 0.1, 1, once, 1);
    start(&other, "fixed", 0.1, 1, once, 1);
    kit_bar(&kit, 0, 10000);
    uint64_t id = enter(&kit, 10000);
    kit_bar(&kit, 0, 12000);
    kit_report(&kit, EVENT_ORDER_REPLACED, id, 100, 10800, 100);
    size_t size = engine_state_size(kit.engine);
    void *bytes = malloc(size);
    engine_snapshot(kit.engine, bytes);
    assert_ok(engine_restore(other.engine, bytes, size));
    other.seq = kit.seq;
    other.now_ns = kit.now_ns;
    static const int64_t prices[] = {11000, 12500, 12400, 13000};
    for (int i = 0; i < 4; i++) {
        kit_bar(&kit, 0, prices[i]);
        kit_bar(&other, 0, prices[i]);
        assert_int_equal(kit.outputs->size, other.outputs->size);
        assert_memory_equal(kit.outputs->bytes, other.outputs->bytes, kit.outputs->size);
        assert_true(engine_state_hash(kit.engine) == engine_state_hash(other.engine));
    }
    free(bytes);
    kit_stop(&kit);
    kit_stop(&other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_leaves_with_the_entry_and_trails_by_replace),
        cmocka_unit_test(after_a_stop_the_side_waits_until_the_strategy_lets_go),
        cmocka_unit_test(time_closes_at_the_market_and_once),
        cmocka_unit_test(the_strategys_own_stop_counts_where_it_is_tighter),
        cmocka_unit_test(sizing_by_risk_sees_the_stop),
        cmocka_unit_test(a_trailing_stop_is_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
