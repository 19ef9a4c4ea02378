// SPDX-License-Identifier: Apache-2.0
#include "desk.h"

static int open_desk(void **state) {
    static struct desk desk;
    desk_open(&desk, 128);
    *state = &desk;
    return 0;
}

static int close_desk(void **state) {
    desk_close(*state);
    return 0;
}

// An order of 10, 4 of them filled where the state says so, brought to a state.
static uint32_t bring_to(struct desk *desk, enum order_state state) {
    uint32_t handle = desk_submit(desk, 1, 10);
    if (state == ORDER_SUBMITTED) return handle;
    if (state == ORDER_REJECTED) {
        desk_report(desk, handle, EVENT_ORDER_REJECTED);
        return handle;
    }
    desk_report(desk, handle, EVENT_ORDER_ACCEPTED);
    switch (state) {
    case ORDER_PARTIALLY_FILLED:
        desk_fill(desk, handle, 1000 + handle, 4, 6);
        break;
    case ORDER_PENDING_CANCEL:
        assert_int_equal(orders_cancel_sent(&desk->orders, handle, 0), 0);
        break;
    case ORDER_PENDING_REPLACE:
        assert_int_equal(orders_replace_sent(&desk->orders, handle, QTY(12), PRICE(90), 0), 0);
        break;
    case ORDER_UNKNOWN:
        desk_report(desk, handle, EVENT_ORDER_UNKNOWN);
        break;
    case ORDER_FILLED:
        desk_fill(desk, handle, 1000 + handle, 10, 0);
        break;
    case ORDER_CANCELED:
        desk_report(desk, handle, EVENT_ORDER_CANCELED);
        break;
    case ORDER_EXPIRED:
        desk_report(desk, handle, EVENT_ORDER_EXPIRED);
        break;
    default:
        break;
    }
    assert_int_equal(desk_state(desk, handle), state);
    return handle;
}

static struct order_change report_any(struct desk *desk, uint32_t handle, enum event_kind kind) {
    if (kind == EVENT_ORDER_FILLED) {
        int64_t leaves = desk_leaves(desk, handle);
        return desk_fill(desk, handle, 2000 + handle, 1, leaves > 1 ? leaves - 1 : 0);
    }
    if (kind == EVENT_ORDER_REPLACED) return desk_replaced(desk, handle, 11, 95);
    return desk_report(desk, handle, kind);
}

// The diagram of the header, written down a second time: where each report leads from each state. 0: strange.
static void every_state_takes_the_reports_it_should(void **state) {
    enum { S = ORDER_SUBMITTED, W = ORDER_WORKING, P = ORDER_PARTIALLY_FILLED };
    enum { C = ORDER_PENDING_CANCEL, R = ORDER_PENDING_REPLACE, U = ORDER_UNKNOWN };
    enum { FI = ORDER_FILLED, CA = ORDER_CANCELED, RE = ORDER_REJECTED, EX = ORDER_EXPIRED };
    static const uint32_t to[10][10] = {
        // accepted, rejected, filled, canceled, expired, replaced, both refusals, triggered, unknown
        {W, RE, P, CA, EX, W, 0, 0, W, U},  // submitted
        {0, 0, P, CA, EX, W, W, W, W, U},   // working
        {P, 0, P, CA, EX, P, P, P, P, U},   // partially filled
        {C, 0, C, CA, EX, C, W, C, C, U},   // pending cancel
        {R, 0, R, CA, EX, W, R, W, R, U},   // pending replace
        {W, RE, P, CA, EX, W, W, W, W, U},  // unknown
        {0, 0, FI, 0, 0, 0, FI, FI, 0, FI}, // filled
        {0, 0, CA, 0, 0, 0, CA, CA, 0, CA}, // canceled
        {0, 0, RE, 0, 0, 0, RE, RE, 0, RE}, // rejected
        {0, 0, EX, 0, 0, 0, EX, EX, 0, EX}, // expired
    };
    struct desk *desk = *state;
    for (uint32_t from = S; from <= EX; from++) {
        for (uint32_t r = 0; r < 10; r++) {
            uint32_t handle = bring_to(desk, from);
            uint64_t illegal = desk->orders.counts->illegal;
            bool was_live = order_is_live(orders_get(&desk->orders, handle));
            enum event_kind kind = EVENT_ORDER_ACCEPTED + r;
            struct order before = *orders_get(&desk->orders, handle);
            struct order_change change = report_any(desk, handle, kind);
            uint32_t expected = to[from - S][r];
            bool strange = expected == 0;
            bool late = kind == EVENT_ORDER_FILLED && from >= FI;
            if (strange) expected = from;
            if (desk_state(desk, handle) != expected)
                fail_msg("%s from %s leads to %s", event_kind_name((uint16_t)kind),
                         order_state_name(from), order_state_name(desk_state(desk, handle)));
            assert_int_equal(change.state_from, from);
            assert_int_equal(change.state_to, expected);
            assert_int_equal(change.handle, handle);
            assert_int_equal(change.outcome, strange ? ORDER_STRANGE
                                             : late  ? ORDER_LATE_FILL
                                                     : ORDER_APPLIED);
            assert_int_equal(desk->orders.counts->illegal, illegal + strange);
            assert_int_equal(change.is_fill, kind == EVENT_ORDER_FILLED);
            assert_int_equal(change.ended, was_live && expected >= FI);
            if (strange)
                assert_memory_equal(&before, orders_get(&desk->orders, handle), sizeof before);
            desk_report(desk, handle, EVENT_ORDER_CANCELED);
        }
    }
}

static void a_life_from_submission_to_the_last_fill(void **state) {
    struct desk *desk = *state;
    uint32_t handle = desk_submit(desk, 1, 10);
    desk_report(desk, handle, EVENT_ORDER_ACCEPTED);
    assert_true(desk_fill(desk, handle, 1, 4, 6).is_fill);
    assert_int_equal(desk_leaves(desk, handle), 6);
    assert_int_equal(desk_working(desk, 1), 6);
    struct order_change last = desk_fill(desk, handle, 2, 6, 0);
    assert_int_equal(last.state_to, ORDER_FILLED);
    assert_true(last.ended);
    const struct order *order = orders_get(&desk->orders, handle);
    assert_int_equal(order->filled_qty.m, 10);
    assert_int_equal((int64_t)order->filled_value, 1000);
    assert_int_equal(order->fills, 2);
    assert_int_equal(order->updated_ns, desk->now_ns);
    assert_int_equal(desk_working(desk, 1), 0);
    assert_int_equal(desk->orders.counts->accepted, 1);
    assert_int_equal(desk->orders.counts->filled, 1);
    assert_int_equal(desk->orders.counts->live, 0);
}

static void a_fill_before_the_acknowledgement_is_booked(void **state) {
    struct desk *desk = *state;
    uint32_t handle = desk_submit(desk, 1, 10);
    assert_int_equal(desk_fill(desk, handle, 1, 4, 6).state_to, ORDER_PARTIALLY_FILLED);
    assert_int_equal(desk_report(desk, handle, EVENT_ORDER_ACCEPTED).outcome, ORDER_APPLIED);
    assert_int_equal(desk_state(desk, handle), ORDER_PARTIALLY_FILLED);
    assert_int_equal(desk->orders.counts->accepted, 1);
}

static void fills_after_cancel_was_sent_are_booked(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_PENDING_CANCEL);
    assert_int_equal(desk_fill(desk, handle, 1, 4, 6).state_to, ORDER_PENDING_CANCEL);
    assert_int_equal(desk_working(desk, 1), 6);
    // The last fill wins the race: the cancel comes too late, and its refusal changes nothing.
    assert_int_equal(desk_fill(desk, handle, 2, 6, 0).state_to, ORDER_FILLED);
    struct order_change refused = desk_report(desk, handle, EVENT_ORDER_CANCEL_REJECTED);
    assert_int_equal(refused.outcome, ORDER_APPLIED);
    assert_int_equal(refused.state_to, ORDER_FILLED);
    assert_int_equal(orders_get(&desk->orders, handle)->reason, REASON_NONE);
}

static void a_refused_cancel_returns_the_order_to_where_it_stood(void **state) {
    struct desk *desk = *state;
    uint32_t handle = desk_submit(desk, 1, 10);
    assert_int_equal(orders_cancel_sent(&desk->orders, handle, 0), 0);
    assert_int_equal(desk_report(desk, handle, EVENT_ORDER_CANCEL_REJECTED).state_to,
                     ORDER_SUBMITTED);
    assert_int_equal(orders_cancel_sent(&desk->orders, handle, 0), 0);
    desk_report(desk, handle, EVENT_ORDER_ACCEPTED);
    assert_int_equal(desk_report(desk, handle, EVENT_ORDER_CANCEL_REJECTED).state_to,
                     ORDER_WORKING);
    assert_int_equal(orders_cancel_sent(&desk->orders, handle, 0), 0);
    desk_fill(desk, handle, 1, 1, 9);
    assert_int_equal(desk_report(desk, handle, EVENT_ORDER_CANCEL_REJECTED).state_to,
                     ORDER_PARTIALLY_FILLED);
}

// A cancel refused because the order has filled arrives before the fill itself: the order counts until it does.
static void a_cancel_refused_ahead_of_the_fill_keeps_the_order_alive(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_PENDING_CANCEL);
    struct order_event more = {.reason = REASON_TOO_LATE};
    desk_report_with(desk, orders_get(&desk->orders, handle)->id, EVENT_ORDER_CANCEL_REJECTED,
                     &more);
    assert_int_equal(desk_working(desk, 1), 10);
    assert_int_equal(desk_fill(desk, handle, 1, 10, 0).state_to, ORDER_FILLED);
}

static void a_cancel_sent_before_the_rejection_ends_rejected(void **state) {
    struct desk *desk = *state;
    uint32_t handle = desk_submit(desk, 1, 10);
    assert_int_equal(orders_cancel_sent(&desk->orders, handle, 0), 0);
    struct order_event more = {.reason = REASON_BAD_ORDER};
    struct order_change change =
        desk_report_with(desk, orders_get(&desk->orders, handle)->id, EVENT_ORDER_REJECTED, &more);
    assert_int_equal(change.state_to, ORDER_REJECTED);
    assert_int_equal(orders_get(&desk->orders, handle)->reason, REASON_BAD_ORDER);
}

static void late_fills_are_booked_and_do_not_revive(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_CANCELED);
    struct order_change change = desk_fill(desk, handle, 1, 10, 0);
    assert_int_equal(change.outcome, ORDER_LATE_FILL);
    assert_true(change.is_fill && !change.ended);
    assert_int_equal(desk_state(desk, handle), ORDER_CANCELED);
    assert_int_equal(orders_get(&desk->orders, handle)->filled_qty.m, 10);
    assert_int_equal(desk_working(desk, 1), 0);
    assert_int_equal(desk_fill(desk, handle, 1, 10, 0).outcome, ORDER_DUPLICATE);
    assert_int_equal(desk->orders.counts->late_fills, 1);
    assert_int_equal(desk->orders.counts->overfills, 0);
    assert_int_equal(desk_fill(desk, handle, 2, 1, 0).outcome, ORDER_LATE_FILL);
    assert_int_equal(desk->orders.counts->overfills, 1);
}

static void a_trade_is_booked_once(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_WORKING);
    uint32_t other = bring_to(desk, ORDER_WORKING);
    assert_int_equal(desk_fill(desk, handle, 1, 4, 6).outcome, ORDER_APPLIED);
    struct order_change again = desk_fill(desk, handle, 1, 4, 6);
    assert_int_equal(again.outcome, ORDER_DUPLICATE);
    assert_false(again.is_fill);
    assert_int_equal(orders_get(&desk->orders, handle)->filled_qty.m, 4);
    assert_int_equal(desk->orders.counts->duplicate_trades, 1);
    // Both sides of a trade with oneself carry one id.
    assert_int_equal(desk_fill(desk, other, 1, 4, 6).outcome, ORDER_APPLIED);
    // Trade id 0 is no id.
    assert_int_equal(desk_fill(desk, handle, 0, 1, 5).outcome, ORDER_APPLIED);
    assert_int_equal(desk_fill(desk, handle, 0, 1, 4).outcome, ORDER_APPLIED);
}

// The pool is of 128: 1,024 trades are remembered. The oldest is forgotten with the 1,025th.
static void the_latest_trades_are_remembered(void **state) {
    struct desk *desk = *state;
    uint32_t handle = desk_submit(desk, 1, 1000000);
    for (uint64_t id = 1; id <= 1024; id++) desk_fill(desk, handle, id, 1, 1000);
    assert_int_equal(desk_fill(desk, handle, 1, 1, 1000).outcome, ORDER_DUPLICATE);
    assert_int_equal(desk_fill(desk, handle, 1025, 1, 1000).outcome, ORDER_APPLIED);
    assert_int_equal(desk_fill(desk, handle, 2, 1, 1000).outcome, ORDER_DUPLICATE);
    assert_int_equal(desk_fill(desk, handle, 1, 1, 1000).outcome, ORDER_APPLIED);
}

static void an_overfill_is_booked_and_counted(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_WORKING);
    struct order_change change = desk_fill(desk, handle, 1, 13, 0);
    assert_true(change.is_fill);
    assert_int_equal(change.state_to, ORDER_FILLED);
    assert_int_equal(orders_get(&desk->orders, handle)->filled_qty.m, 13);
    assert_int_equal(desk->orders.counts->overfills, 1);
}

static void the_venue_s_empty_leaves_end_the_order(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_WORKING);
    assert_int_equal(desk_fill(desk, handle, 2, 6, 0).state_to, ORDER_FILLED);
    assert_int_equal(desk_working(desk, 1), 0);
    // The fill that was lost on the way comes after all.
    assert_int_equal(desk_fill(desk, handle, 1, 4, 6).outcome, ORDER_LATE_FILL);
    assert_int_equal(orders_get(&desk->orders, handle)->filled_qty.m, 10);
    assert_int_equal(desk->orders.counts->overfills, 0);
}

static void a_replace_acknowledged_after_a_partial_fill_keeps_what_filled(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_PENDING_REPLACE);
    desk_fill(desk, handle, 1, 4, 6);
    assert_int_equal(desk_replaced(desk, handle, 12, 90).state_to, ORDER_PARTIALLY_FILLED);
    assert_int_equal(desk_leaves(desk, handle), 8);
    assert_int_equal(orders_get(&desk->orders, handle)->replace_qty.m, 0);
}

static void a_replace_below_what_filled_ends_the_order(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_PARTIALLY_FILLED);
    assert_int_equal(orders_replace_sent(&desk->orders, handle, QTY(6), PRICE(90), 0), 0);
    desk_fill(desk, handle, 1, 3, 3);
    struct order_change change = desk_replaced(desk, handle, 6, 90);
    assert_int_equal(change.state_to, ORDER_FILLED);
    assert_true(change.ended);
    assert_int_equal(orders_get(&desk->orders, handle)->spec.qty.m, 7);
    assert_int_equal(desk->orders.counts->overfills, 0);
}

// All of the old quantity fills while more was asked for: what the venue leaves working tells whether it is over.
static void a_full_order_waits_for_its_larger_replacement(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_PENDING_REPLACE);
    assert_int_equal(desk_fill(desk, handle, 1, 10, 2).state_to, ORDER_PENDING_REPLACE);
    assert_int_equal(desk_leaves(desk, handle), 0);
    assert_int_equal(desk_working(desk, 1), 2);
    assert_int_equal(desk_replaced(desk, handle, 12, 90).state_to, ORDER_PARTIALLY_FILLED);
    assert_int_equal(desk_fill(desk, handle, 2, 2, 0).state_to, ORDER_FILLED);

    uint32_t refused = bring_to(desk, ORDER_PENDING_REPLACE);
    desk_fill(desk, refused, 1, 10, 2);
    assert_int_equal(desk_report(desk, refused, EVENT_ORDER_REPLACE_REJECTED).state_to,
                     ORDER_FILLED);

    uint32_t late = bring_to(desk, ORDER_PENDING_REPLACE);
    assert_int_equal(desk_fill(desk, late, 1, 10, 0).state_to, ORDER_FILLED);
    assert_int_equal(desk_report(desk, late, EVENT_ORDER_REPLACE_REJECTED).outcome, ORDER_APPLIED);
}

// 11 filled of 10 with 12 asked for: the venue has replaced it, whatever came of the answer.
static void a_fill_beyond_the_old_quantity_proves_the_replace(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_PENDING_REPLACE);
    assert_int_equal(desk_fill(desk, handle, 1, 11, 1).state_to, ORDER_PARTIALLY_FILLED);
    assert_int_equal(orders_get(&desk->orders, handle)->spec.qty.m, 12);
    assert_int_equal(orders_get(&desk->orders, handle)->spec.limit_price.m, 90);
    assert_int_equal(desk_working(desk, 1), 1);
    assert_int_equal(desk->orders.counts->overfills, 0);
    assert_int_equal(desk_replaced(desk, handle, 12, 90).outcome, ORDER_APPLIED);
    assert_int_equal(desk_fill(desk, handle, 2, 2, 0).state_to, ORDER_FILLED);
    assert_int_equal(desk->orders.counts->overfills, 1);
}

static void a_cancel_may_follow_a_replace(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_PENDING_REPLACE);
    assert_int_equal(orders_cancel_sent(&desk->orders, handle, 0), 0);
    assert_int_equal(desk_working(desk, 1), 12);
    // The cancel is refused first: the replace is still on its way.
    assert_int_equal(desk_report(desk, handle, EVENT_ORDER_CANCEL_REJECTED).state_to,
                     ORDER_PENDING_REPLACE);
    assert_int_equal(orders_cancel_sent(&desk->orders, handle, 0), 0);
    assert_int_equal(desk_replaced(desk, handle, 12, 90).state_to, ORDER_PENDING_CANCEL);
    assert_int_equal(desk_leaves(desk, handle), 12);
    assert_int_equal(desk_report(desk, handle, EVENT_ORDER_CANCELED).state_to, ORDER_CANCELED);
}

static void the_venue_may_replace_on_its_own(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_WORKING);
    assert_int_equal(desk_replaced(desk, handle, 3, 0).state_to, ORDER_WORKING);
    assert_int_equal(desk_working(desk, 1), 3);
    assert_int_equal(orders_get(&desk->orders, handle)->spec.limit_price.m, 100);
    struct order_spec spec = desk_spec(1, 5);
    spec.type = ORDER_STOP;
    spec.limit_price = PRICE(0);
    spec.stop_price = PRICE(200);
    uint32_t stop = (uint32_t)orders_submit(&desk->orders, &spec, 0);
    desk_replaced(desk, stop, 5, 210);
    assert_int_equal(orders_get(&desk->orders, stop)->spec.stop_price.m, 210);
    assert_int_equal(orders_get(&desk->orders, stop)->spec.limit_price.m, 0);
}

static void an_unknown_order_counts_in_full_until_the_venue_answers(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_PENDING_REPLACE);
    desk_report(desk, handle, EVENT_ORDER_UNKNOWN);
    assert_int_equal(desk->orders.counts->unknown, 1);
    assert_int_equal(desk_working(desk, 1), 12);
    desk_report(desk, handle, EVENT_ORDER_UNKNOWN);
    assert_int_equal(desk->orders.counts->unknown, 1);
    assert_int_equal(orders_cancel_sent(&desk->orders, handle, 0), 0);
    assert_int_equal(desk_state(desk, handle), ORDER_UNKNOWN);
    // A fill does not tell what became of the replace.
    assert_int_equal(desk_fill(desk, handle, 1, 1, 9).state_to, ORDER_PENDING_REPLACE);
    assert_int_equal(desk_working(desk, 1), 11);
    assert_int_equal(desk->orders.counts->unknown, 0);
    // The venue's word that it works as we know it does.
    desk_report(desk, handle, EVENT_ORDER_UNKNOWN);
    assert_int_equal(desk_report(desk, handle, EVENT_ORDER_ACCEPTED).state_to,
                     ORDER_PARTIALLY_FILLED);
    assert_int_equal(desk_working(desk, 1), 9);
}

// The first acknowledgement says nothing of a replace that was sent after the order.
static void an_acknowledgement_that_comes_late_leaves_the_replace_pending(void **state) {
    struct desk *desk = *state;
    uint32_t handle = desk_submit(desk, 1, 10);
    assert_int_equal(orders_replace_sent(&desk->orders, handle, QTY(15), PRICE(90), 0), 0);
    desk_report(desk, handle, EVENT_ORDER_UNKNOWN);
    assert_int_equal(desk_report(desk, handle, EVENT_ORDER_ACCEPTED).state_to,
                     ORDER_PENDING_REPLACE);
    assert_int_equal(desk_working(desk, 1), 15);
    assert_int_equal(desk_replaced(desk, handle, 15, 90).state_to, ORDER_WORKING);
}

static void reports_on_orders_that_are_not_ours_are_counted(void **state) {
    struct desk *desk = *state;
    struct order_change change = desk_report_with(desk, 999, EVENT_ORDER_ACCEPTED, NULL);
    assert_int_equal(change.outcome, ORDER_STRANGE);
    assert_int_equal(change.handle, UINT32_MAX);
    assert_false(change.is_fill || change.ended);
    assert_int_equal(desk->orders.counts->unknown_ids, 1);
}

static void a_fill_of_the_venue_s_own_order_is_booked_once(void **state) {
    struct desk *desk = *state;
    uint64_t id = order_id_venue_make(1, 5);
    struct order_event fill = {.trade_id = 9, .price = PRICE(100), .qty = QTY(3)};
    struct order_change change = desk_report_with(desk, id, EVENT_ORDER_FILLED, &fill);
    assert_int_equal(change.outcome, ORDER_APPLIED);
    assert_int_equal(change.handle, UINT32_MAX);
    assert_true(change.is_fill && !change.ended);
    change = desk_report_with(desk, id, EVENT_ORDER_FILLED, &fill);
    assert_int_equal(change.outcome, ORDER_DUPLICATE);
    assert_false(change.is_fill);
    assert_int_equal(desk->orders.counts->venue_fills, 1);
    assert_int_equal(desk->orders.counts->unknown_ids, 0);
    // Not a fill, no such strategy, a quantity that cannot be.
    change = desk_report_with(desk, id, EVENT_ORDER_CANCELED, NULL);
    assert_int_equal(change.outcome, ORDER_STRANGE);
    id = order_id_venue_make(DESK_STRATEGIES, 5);
    change = desk_report_with(desk, id, EVENT_ORDER_FILLED, &fill);
    assert_int_equal(change.outcome, ORDER_STRANGE);
    assert_int_equal(desk->orders.counts->unknown_ids, 2);
    fill.qty = QTY(0);
    fill.trade_id = 10;
    change = desk_report_with(desk, order_id_venue_make(1, 6), EVENT_ORDER_FILLED, &fill);
    assert_int_equal(change.outcome, ORDER_STRANGE);
    assert_false(change.is_fill);
    assert_int_equal(desk->orders.counts->illegal, 1);
}

static void numbers_that_cannot_be_are_strange(void **state) {
    struct desk *desk = *state;
    uint32_t handle = bring_to(desk, ORDER_PARTIALLY_FILLED);
    struct order before = *orders_get(&desk->orders, handle);
    static const struct order_event rows[] = {
        {.trade_id = 1, .price = {100}, .qty = {0}, .leaves_qty = {1}},
        {.trade_id = 1, .price = {100}, .qty = {-1}, .leaves_qty = {1}},
        {.trade_id = 1, .price = {0}, .qty = {1}, .leaves_qty = {1}},
        {.trade_id = 1, .price = {-5}, .qty = {1}, .leaves_qty = {1}},
        {.trade_id = 1, .price = {100}, .qty = {1}, .leaves_qty = {-1}},
        {.trade_id = 1, .price = {100}, .qty = {INT64_MAX}, .leaves_qty = {1}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(desk_report_with(desk, before.id, EVENT_ORDER_FILLED, &rows[i]).outcome,
                         ORDER_STRANGE);
    assert_int_equal(desk_replaced(desk, handle, 0, 1).outcome, ORDER_STRANGE);
    assert_int_equal(desk_replaced(desk, handle, 5, -1).outcome, ORDER_STRANGE);
    assert_memory_equal(&before, orders_get(&desk->orders, handle), sizeof before);
    assert_int_equal(desk->orders.counts->illegal, 8);
    assert_int_equal(desk_fill(desk, handle, 1, 1, 5).outcome, ORDER_APPLIED);
}

int main(void) {
#define DESK(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        DESK(every_state_takes_the_reports_it_should),
        DESK(a_life_from_submission_to_the_last_fill),
        DESK(a_fill_before_the_acknowledgement_is_booked),
        DESK(fills_after_cancel_was_sent_are_booked),
        DESK(a_refused_cancel_returns_the_order_to_where_it_stood),
        DESK(a_cancel_refused_ahead_of_the_fill_keeps_the_order_alive),
        DESK(a_cancel_sent_before_the_rejection_ends_rejected),
        DESK(late_fills_are_booked_and_do_not_revive),
        DESK(a_trade_is_booked_once),
        DESK(the_latest_trades_are_remembered),
        DESK(an_overfill_is_booked_and_counted),
        DESK(the_venue_s_empty_leaves_end_the_order),
        DESK(a_replace_acknowledged_after_a_partial_fill_keeps_what_filled),
        DESK(a_replace_below_what_filled_ends_the_order),
        DESK(a_full_order_waits_for_its_larger_replacement),
        DESK(a_fill_beyond_the_old_quantity_proves_the_replace),
        DESK(a_cancel_may_follow_a_replace),
        DESK(the_venue_may_replace_on_its_own),
        DESK(an_unknown_order_counts_in_full_until_the_venue_answers),
        DESK(an_acknowledgement_that_comes_late_leaves_the_replace_pending),
        DESK(reports_on_orders_that_are_not_ours_are_counted),
        DESK(a_fill_of_the_venue_s_own_order_is_booked_once),
        DESK(numbers_that_cannot_be_are_strange),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
