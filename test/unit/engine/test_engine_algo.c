// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "engine_kit.h"

#include "base/prng.h"
#include "order/algo.h"

// One instrument at 10.00 and a target of everything: 1,000 shares in `slices` minutes.
static void start_policy(struct kit *kit, const char *name, double duration_s, double slices,
                         uint32_t policy) {
    static const struct kit_step all[] = {{TARGET_SET, 1, 0, 0}};
    kit_script = all;
    kit_script_length = 1;
    kit_configure(kit, 1, 1);
    const struct algo *algo = algo_find(name);
    kit->strategies[0].execution = algo;
    params_defaults(algo->params, algo->param_count, kit->strategies[0].execution_params);
    kit->strategies[0].execution_params[ALGO_DURATION] = duration_s;
    kit->strategies[0].execution_params[ALGO_AT_END] = policy;
    if (algo->slices_param >= 0) kit->strategies[0].execution_params[algo->slices_param] = slices;
    kit_start(kit);
}

static void start(struct kit *kit, const char *name, double duration_s, double slices) {
    start_policy(kit, name, duration_s, slices, ALGO_AT_END_MARKET);
}

static const struct algo_event *told(const struct kit *kit, enum algo_what what) {
    const struct algo_event *event;
    for (uint32_t n = 0; (event = kit_output(kit, EVENT_ALGO, n)) != NULL; n++)
        if (event->what == (uint32_t)what) return event;
    return NULL;
}

static int64_t sent(const struct kit *kit) {
    const struct submit_event *submit = kit_output(kit, EVENT_SUBMIT, 0);
    return submit == NULL ? 0 : submit->spec.qty.m;
}

static void a_target_is_worked_in_slices_and_ends_when_all_is_filled(void **state) {
    struct kit kit;
    start(&kit, "twap", 300, 5);
    kit_bar(&kit, 0, 1000);
    assert_non_null(told(&kit, ALGO_STARTED));
    assert_int_equal(told(&kit, ALGO_STARTED)->qty.m, 1000);
    for (int i = 0; i < 5; i++) {
        if (i > 0) kit_bar(&kit, 0, 1000);
        assert_int_equal(sent(&kit), 200);
        const struct algo_event *child = told(&kit, ALGO_CHILD);
        const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
        assert_int_equal(child->order_id, submit->order_id);
        assert_int_equal(submit->spec.purpose, PURPOSE_TARGET);
        kit_fill_submit(&kit, 0, 1000);
    }
    const struct algo_event *end = told(&kit, ALGO_ENDED);
    assert_non_null(end);
    assert_int_equal(end->reason, ALGO_REASON_FILLED);
    assert_int_equal(end->filled.m, 1000);
    assert_int_equal(end->market_qty.m, 4000); // four bars of 1,000 since the start
    assert_int_equal(end->price_count, 4);
    assert_int_equal(end->price_lo, 4 * 12 * 1000);
    assert_int_equal(end->value_lo, 4000 * 12 * 1000);
    kit_bar(&kit, 0, 1000);
    assert_int_equal(kit.outputs->count, 0);
    kit_stop(&kit);
}

// What is left of 1,000 after each step, where all that is sent fills at once.
static void assert_trajectory(struct kit *kit, int steps, int64_t step_ns, double kappa_step) {
    int64_t left = 1000;
    for (int k = 1; k <= steps; k++) {
        kit->now_ns += k == 1 ? 0 : step_ns - NS_PER_MIN;
        kit_bar(kit, 0, 1000);
        left -= sent(kit);
        if (sent(kit) > 0) kit_fill_submit(kit, 0, 1000);
        double exact = 1000 * sinh(kappa_step * (steps - k)) / sinh(kappa_step * steps);
        if (!(fabs((double)left - exact) <= 1))
            fail_msg("step %d: %lld left, not %g", k, (long long)left, exact);
    }
    assert_int_equal(left, 0);
}

// Almgren and Chriss (2000), closed form: x(t) / X = sinh(kappa (T - t)) / sinh(kappa T).
static void a_shortfall_order_follows_the_closed_form_to_the_share(void **state) {
    (void)state;
    static const struct kit_step all[] = {{TARGET_SET, 1, 0, 0}};
    struct kit kit;
    kit_script = all;
    kit_script_length = 1;
    kit_configure(&kit, 1, 1);
    kit.strategies[0].execution = algo_find("is");
    double *params = kit.strategies[0].execution_params;
    params_defaults(algo_find("is")->params, algo_find("is")->param_count, params);
    params[ALGO_DURATION] = 300;
    params[algo_find("is")->slices_param] = 5;
    params[ALGO_IMPACT_HALF_LIFE] = 100;
    kit_start(&kit);
    assert_trajectory(&kit, 5, NS_PER_MIN, 0.6);
    kit_stop(&kit);
}

// The article's own example: five days in five steps, sigma 0.95, eta 2.5e-6, gamma 2.5e-7, lambda 1e-6. eta less
// gamma / 2 is 2.375e-6, and 2 (cosh(kappa) - 1) = 1e-6 x 0.9025 / 2.375e-6 = 0.38: kappa 0.6069, where the article
// says "about 0.61".
static void its_kappa_is_that_of_the_article(void **state) {
    (void)state;
    struct kit kit;
    kit_configure(&kit, 1, 1);
    static const struct kit_step all[] = {{TARGET_SET, 1, 0, 0}};
    kit_script = all;
    kit_script_length = 1;
    kit.strategies[0].execution = algo_find("is");
    double *params = kit.strategies[0].execution_params;
    params_defaults(algo_find("is")->params, algo_find("is")->param_count, params);
    params[ALGO_DURATION] = 5 * 86400;
    params[algo_find("is")->slices_param] = 5;
    params[ALGO_IMPACT_HALF_LIFE] = 0;
    kit_start(&kit);
    double kappa = acosh(1 + 0.38 / 2);
    assert_true(fabs(kappa - 0.61) < 0.005);
    assert_trajectory(&kit, 5, NS_PER_DAY, kappa);
    kit_stop(&kit);
}

static void another_target_takes_over_from_what_is_filled(void **state) {
    static const struct kit_step steps[] = {
        {TARGET_SET, 1, 0, 0}, {TARGET_SET, 1, 0, 0}, {TARGET_SET, 0.5, 0, 0}};
    struct kit kit;
    start(&kit, "twap", 300, 5);
    kit_script = steps;
    kit_script_length = 3;
    kit_bar(&kit, 0, 1000);
    kit_fill_submit(&kit, 0, 1000);
    kit_bar(&kit, 0, 1000); // the same target: it goes on
    assert_null(told(&kit, ALGO_ENDED));
    const struct submit_event *second = kit_output(&kit, EVENT_SUBMIT, 0);
    uint64_t open = second->order_id;
    kit_bar(&kit, 0, 1000);
    assert_int_equal(told(&kit, ALGO_ENDED)->reason, ALGO_REASON_REPLACED);
    const struct cancel_event *cancel = kit_output(&kit, EVENT_CANCEL, 0);
    assert_int_equal(cancel->order_id, open);
    assert_int_equal(told(&kit, ALGO_STARTED)->qty.m, 300); // 500 wanted, 200 held
    assert_int_equal(sent(&kit), 60);
    kit_stop(&kit);
}

static void a_stop_that_fills_ends_the_parent(void **state) {
    static const struct kit_step steps[] = {{TARGET_SET, 1, 9.00, 0}};
    struct kit kit;
    start(&kit, "twap", 300, 5);
    kit_script = steps;
    kit_bar(&kit, 0, 1000);
    kit_fill_submit(&kit, 0, 1000);
    const struct submit_event *stop = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(stop->spec.purpose, PURPOSE_STOP_LOSS);
    assert_int_equal(stop->spec.qty.m, 200); // as much as is held
    uint64_t id = stop->order_id;
    kit_report(&kit, EVENT_ORDER_ACCEPTED, id, 0, 0, 200);
    kit_report(&kit, EVENT_ORDER_FILLED, id, 200, 900, 0);
    assert_int_equal(told(&kit, ALGO_ENDED)->reason, ALGO_REASON_CLOSED);
    for (int i = 0; i < 5; i++) {
        kit_bar(&kit, 0, 900);
        assert_int_equal(sent(&kit), 0);
    }
    kit_stop(&kit);
}

static void a_halt_takes_children_back_and_the_parent_goes_on_after_it(void **state) {
    static const struct kit_step steps[] = {
        {TARGET_SET, 1, 0, 0}, {TARGET_SET, 1, 0, 0}, {TARGET_SET, 1, 0, 0}, {TARGET_SET, 1, 0, 0}};
    struct kit kit;
    start(&kit, "twap", 300, 5);
    kit_script = steps;
    kit_script_length = 4;
    kit_bar(&kit, 0, 1000);
    uint64_t id = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
    union event command;
    event_init(&command, EVENT_HALT, INSTRUMENT_NONE, kit.now_ns);
    kit_apply(&kit, &command);
    assert_non_null(kit_output(&kit, EVENT_CANCEL, 0));
    kit_report(&kit, EVENT_ORDER_CANCELED, id, 0, 0, 0);
    kit_bar(&kit, 0, 1000);
    assert_int_equal(told(&kit, ALGO_ENDED)->reason, ALGO_REASON_HALTED);
    assert_null(kit_output(&kit, EVENT_VETO, 0));
    kit_bar(&kit, 0, 1000);
    assert_int_equal(kit.outputs->count, 0); // told once
    event_init(&command, EVENT_RESUME, INSTRUMENT_NONE, kit.now_ns);
    kit_apply(&kit, &command);
    kit_bar(&kit, 0, 1000);
    assert_int_equal(told(&kit, ALGO_STARTED)->qty.m, 1000);
    kit_stop(&kit);
}

static void children_that_are_refused_again_and_again_end_the_parent(void **state) {
    struct kit kit;
    start(&kit, "twap", 3600, 60);
    kit_bar(&kit, 0, 1000);
    for (int i = 1; i <= 8; i++) {
        const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
        assert_non_null(submit);
        kit_report(&kit, EVENT_ORDER_REJECTED, submit->order_id, 0, 0, 0);
        if (i < 8) {
            assert_null(told(&kit, ALGO_ENDED));
            kit_bar(&kit, 0, 1000);
        }
    }
    assert_int_equal(told(&kit, ALGO_ENDED)->reason, ALGO_REASON_REFUSED);
    kit_stop(&kit);
}

// The second and last child works still when the time is over; half of it has filled.
static void the_end_sends_what_is_left_gives_it_up_or_leaves_it(void **state) {
    for (uint32_t policy = ALGO_AT_END_MARKET; policy <= ALGO_AT_END_LEAVE; policy++) {
        struct kit kit;
        start_policy(&kit, "twap", 120, 2, policy);
        kit_bar(&kit, 0, 1000);
        kit_fill_submit(&kit, 0, 1000);
        kit_bar(&kit, 0, 1000);
        uint64_t id = ((const struct submit_event *)kit_output(&kit, EVENT_SUBMIT, 0))->order_id;
        kit_report(&kit, EVENT_ORDER_ACCEPTED, id, 0, 0, 500);
        kit_report(&kit, EVENT_ORDER_FILLED, id, 250, 1000, 250);
        kit_bar(&kit, 0, 1000);
        assert_int_equal(told(&kit, ALGO_ENDED) != NULL, policy == ALGO_AT_END_LEAVE);
        assert_int_equal(kit_output(&kit, EVENT_CANCEL, 0) != NULL, policy == ALGO_AT_END_CANCEL);
        kit_report(&kit, EVENT_ORDER_CANCELED, id, 0, 0, 0);
        kit_bar(&kit, 0, 1000);
        assert_int_equal(sent(&kit), policy == ALGO_AT_END_MARKET ? 250 : 0);
        if (policy == ALGO_AT_END_MARKET) kit_fill_submit(&kit, 0, 1000);
        if (policy != ALGO_AT_END_LEAVE)
            assert_int_equal(told(&kit, ALGO_ENDED)->reason,
                             policy == ALGO_AT_END_MARKET ? ALGO_REASON_FILLED : ALGO_REASON_TIME);
        kit_bar(&kit, 0, 1000);
        assert_int_equal(kit.outputs->count, 0); // what was given up stays given up
        kit_stop(&kit);
    }
}

// Half of each child fills and the rest is canceled: what is left comes with later slices, never more than all.
static void a_snapshot_in_the_middle_goes_on_as_if_nothing_had_happened(void **state) {
    struct kit one, two;
    start(&one, "twap", 300, 5);
    start(&two, "twap", 300, 5);
    kit_bar(&one, 0, 1000);
    kit_fill_submit(&one, 0, 1000);
    kit_bar(&one, 0, 1000);
    size_t size = engine_state_size(one.engine);
    void *bytes = malloc(size);
    engine_snapshot(one.engine, bytes);
    assert_ok(engine_restore(two.engine, bytes, size));
    free(bytes);
    two.seq = one.seq;
    two.now_ns = one.now_ns;
    two.next_trade = one.next_trade;
    assert_int_equal(engine_state_hash(one.engine), engine_state_hash(two.engine));
    uint64_t open = order_id_make(0, 2);
    for (int i = 0; i < 6; i++) {
        struct kit *both[] = {&one, &two};
        uint64_t next = 0;
        for (int k = 0; k < 2; k++) {
            if (open != 0) {
                kit_report(both[k], EVENT_ORDER_ACCEPTED, open, 0, 0, 100);
                kit_report(both[k], EVENT_ORDER_FILLED, open, 50, 1000, 50);
                kit_report(both[k], EVENT_ORDER_CANCELED, open, 0, 0, 0);
            }
            kit_bar(both[k], 0, 1000);
            const struct submit_event *submit = kit_output(both[k], EVENT_SUBMIT, 0);
            next = submit == NULL ? 0 : submit->order_id;
        }
        open = next;
        assert_int_equal(engine_state_hash(one.engine), engine_state_hash(two.engine));
    }
    kit_stop(&one);
    kit_stop(&two);
}

// One report that a venue might make of a live order.
static int64_t random_report(struct kit *kit, struct prng *prng, const struct order *order) {
    uint64_t id = order->id;
    int64_t leaves = order_leaves(order).m, price = 990 + (int64_t)prng_below(prng, 20);
    switch (prng_below(prng, 5)) {
    case 0:
        if (order->state == ORDER_SUBMITTED) {
            kit_report(kit, EVENT_ORDER_REJECTED, id, 0, 0, 0);
            return 0;
        }
        kit_report(kit, EVENT_ORDER_CANCELED, id, 0, 0, 0);
        return 0;
    case 1:
        kit_report(kit, EVENT_ORDER_ACCEPTED, id, 0, 0, leaves);
        return 0;
    default: {
        int64_t qty = 1 + (int64_t)prng_below(prng, (uint64_t)leaves);
        kit_report(kit, EVENT_ORDER_FILLED, id, qty, price, leaves - qty);
        return qty;
    }
    }
}

// A venue that fills in parts, late, rejects and cancels as it likes: what is held and may still come is never more
// than was wanted, what the parent says is filled is what its children filled, and its end says what is held.
static void no_algorithm_trades_more_than_its_parent_whatever_the_venue_does(void **state) {
    for (size_t a = 0; a < algo_count(); a++)
        for (uint64_t seed = 0; seed < 12; seed++) {
            struct kit kit;
            struct prng prng;
            prng_seed(&prng, seed * 100 + a);
            start_policy(&kit, algo_at(a)->name, 1200, 7, (uint32_t)(seed % 3));
            int64_t filled = 0, wanted = 0;
            for (int i = 0; i < 60; i++) {
                kit_bar(&kit, 0, 990 + (int64_t)prng_below(&prng, 20));
                const struct algo_event *began = told(&kit, ALGO_STARTED);
                if (began != NULL && wanted == 0) wanted = began->qty.m;
                const struct orders *orders = engine_orders(kit.engine);
                for (int k = 0; k < 4; k++) {
                    uint32_t handle = orders->exposure[0].first;
                    for (uint64_t skip = prng_below(&prng, 3); skip > 0 && handle != UINT32_MAX;
                         skip--)
                        handle = orders_next_live(orders, handle);
                    if (handle == UINT32_MAX) continue;
                    filled += random_report(&kit, &prng, orders_get(orders, handle));
                    const struct algo_event *end = told(&kit, ALGO_ENDED);
                    if (end != NULL) assert_int_equal(end->filled.m, filled);
                }
                assert_true(filled + orders->exposure[0].buy.m <= wanted);
                assert_int_equal(orders->exposure[0].sell.m, 0);
                assert_int_equal(ledger_position(engine_ledger(kit.engine), 0, 0)->qty.m, filled);
            }
            assert_true(wanted > 0);
            kit_stop(&kit);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_is_worked_in_slices_and_ends_when_all_is_filled),
        cmocka_unit_test(a_shortfall_order_follows_the_closed_form_to_the_share),
        cmocka_unit_test(its_kappa_is_that_of_the_article),
        cmocka_unit_test(another_target_takes_over_from_what_is_filled),
        cmocka_unit_test(a_stop_that_fills_ends_the_parent),
        cmocka_unit_test(a_halt_takes_children_back_and_the_parent_goes_on_after_it),
        cmocka_unit_test(children_that_are_refused_again_and_again_end_the_parent),
        cmocka_unit_test(the_end_sends_what_is_left_gives_it_up_or_leaves_it),
        cmocka_unit_test(no_algorithm_trades_more_than_its_parent_whatever_the_venue_does),
        cmocka_unit_test(a_snapshot_in_the_middle_goes_on_as_if_nothing_had_happened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
