// SPDX-License-Identifier: Apache-2.0
// Every order of arrival of what a venue may say about one order, and every subset of it that gets lost.
//
// A story is at most six happenings: requests of ours and reports. All permutations of all its subsets are played;
// after each happening the order machine's own check runs and the order is compared with a naive account of it
// that keeps sets of trades and nothing else.
#include "harness.h"

#include "order/order.h"

enum { STORY_MAX = 6 };

enum happening_kind { REQUEST_CANCEL, REQUEST_REPLACE, REPORT };

struct happening {
    enum happening_kind what;
    enum event_kind report;
    uint64_t trade_id;
    int64_t qty;
    int64_t leaves;
};

struct story {
    const char *name;
    int count;
    struct happening happenings[STORY_MAX];
};

static const struct story stories[] = {
    {"filled in three while acknowledged and canceled",
     6,
     {{REPORT, EVENT_ORDER_ACCEPTED, 0, 0, 0},
      {REPORT, EVENT_ORDER_FILLED, 1, 3, 7},
      {REPORT, EVENT_ORDER_FILLED, 2, 3, 4},
      {REPORT, EVENT_ORDER_FILLED, 3, 4, 0},
      {REQUEST_CANCEL, 0, 0, 0, 0},
      {REPORT, EVENT_ORDER_CANCELED, 0, 0, 0}}},
    {"replaced upward while it fills",
     6,
     {{REPORT, EVENT_ORDER_ACCEPTED, 0, 0, 0},
      {REQUEST_REPLACE, 0, 0, 14, 0},
      {REPORT, EVENT_ORDER_FILLED, 1, 6, 4},
      {REPORT, EVENT_ORDER_FILLED, 2, 4, 4},
      {REPORT, EVENT_ORDER_REPLACED, 0, 14, 0},
      {REPORT, EVENT_ORDER_FILLED, 3, 4, 0}}},
    {"replaced downward while it fills, and canceled",
     6,
     {{REQUEST_REPLACE, 0, 0, 5, 0},
      {REPORT, EVENT_ORDER_FILLED, 1, 4, 6},
      {REPORT, EVENT_ORDER_FILLED, 2, 3, 3},
      {REPORT, EVENT_ORDER_REPLACED, 0, 5, 0},
      {REQUEST_CANCEL, 0, 0, 0, 0},
      {REPORT, EVENT_ORDER_CANCEL_REJECTED, 0, 0, 0}}},
    {"unknown, a duplicate, and refusals",
     6,
     {{REPORT, EVENT_ORDER_UNKNOWN, 0, 0, 0},
      {REPORT, EVENT_ORDER_FILLED, 1, 3, 7},
      {REPORT, EVENT_ORDER_FILLED, 1, 3, 7},
      {REQUEST_REPLACE, 0, 0, 12, 0},
      {REPORT, EVENT_ORDER_REPLACE_REJECTED, 0, 0, 0},
      {REPORT, EVENT_ORDER_EXPIRED, 0, 0, 0}}},
    {"rejected, yet it was not",
     6,
     {{REPORT, EVENT_ORDER_REJECTED, 0, 0, 0},
      {REPORT, EVENT_ORDER_ACCEPTED, 0, 0, 0},
      {REPORT, EVENT_ORDER_TRIGGERED, 0, 0, 0},
      {REPORT, EVENT_ORDER_UNKNOWN, 0, 0, 0},
      {REPORT, EVENT_ORDER_FILLED, 1, 11, 0},
      {REQUEST_CANCEL, 0, 0, 0, 0}}},
};

// What is known without any machine: the trades reported so far, whether it ended, and with which state.
struct account {
    uint64_t trades; // bit by trade id
    int64_t filled;
    int64_t value;
    uint32_t fills;
    bool ended;
    uint32_t end_state;
};

struct stage {
    struct arena arena;
    struct orders orders;
    uint64_t plays;
};

enum { PRICE_OF_TRADE = 50 };

static bool is_terminal(uint32_t state) {
    return state == ORDER_FILLED || state == ORDER_CANCELED || state == ORDER_REJECTED ||
           state == ORDER_EXPIRED;
}

static void happen(struct stage *stage, uint32_t handle, const struct happening *happening,
                   int64_t now_ns, struct account *account) {
    const struct order *order = orders_get(&stage->orders, handle);
    if (happening->what == REQUEST_CANCEL) {
        (void)!orders_cancel_sent(&stage->orders, handle, now_ns);
        return;
    }
    if (happening->what == REQUEST_REPLACE) {
        int rc = orders_replace_sent(&stage->orders, handle, QTY(happening->qty), PRICE(7), now_ns);
        assert_true(rc == 0 || rc == ERR_STATE);
        return;
    }
    union event event;
    event_init(&event, happening->report, 0, now_ns);
    event.order.order_id = order->id;
    event.order.trade_id = happening->trade_id;
    event.order.qty = QTY(happening->qty);
    event.order.leaves_qty = QTY(happening->leaves);
    if (happening->report == EVENT_ORDER_FILLED) event.order.price = PRICE(PRICE_OF_TRADE);
    uint32_t before = order->state;
    struct order_change change = orders_apply(&stage->orders, &event.order);
    assert_int_equal(change.state_from, before);
    assert_int_equal(change.state_to, order->state);
    assert_int_equal(change.ended, !is_terminal(before) && is_terminal(order->state));

    // O5: booked exactly when this trade was not seen before, whatever the state.
    bool fresh =
        happening->report == EVENT_ORDER_FILLED && !(account->trades >> happening->trade_id & 1);
    assert_int_equal(change.is_fill, fresh);
    if (!fresh) return;
    assert_int_equal(change.outcome, account->ended ? ORDER_LATE_FILL : ORDER_APPLIED);
    account->trades |= UINT64_C(1) << happening->trade_id;
    account->filled += happening->qty;
    account->value += happening->qty * PRICE_OF_TRADE;
    account->fills++;
}

static void assert_consistent(const struct stage *stage, uint32_t handle, struct account *account) {
    const struct order *order = orders_get(&stage->orders, handle);
    const struct order_exposure *exposure = &stage->orders.exposure[0];
    orders_check(&stage->orders);
    assert_int_equal(order->filled_qty.m, account->filled);
    assert_int_equal((int64_t)order->filled_value, account->value);
    assert_int_equal(order->fills, account->fills);
    // O1
    if (order->filled_qty.m > order->spec.qty.m) assert_true(stage->orders.counts->overfills > 0);
    // O2
    int64_t leaves = order->spec.qty.m - order->filled_qty.m;
    if (is_terminal(order->state) || leaves < 0) leaves = 0;
    assert_int_equal(order_leaves(order).m, leaves);
    // O3
    if (account->ended) assert_int_equal(order->state, account->end_state);
    if (is_terminal(order->state) && !account->ended) {
        account->ended = true;
        account->end_state = order->state;
    }
    // O4
    int64_t asked = order->replace_qty.m - order->filled_qty.m;
    int64_t worst = asked > leaves ? asked : leaves;
    assert_int_equal(exposure->buy.m, account->ended ? 0 : worst);
    assert_int_equal(exposure->count, !account->ended);
}

static void play(struct stage *stage, const struct story *story, const int *sequence, int count) {
    struct order_spec spec = {
        .side = 1, .type = ORDER_LIMIT, .qty = QTY(10), .limit_price = PRICE(50)};
    struct account account = {0};
    int handle = orders_submit(&stage->orders, &spec, 0);
    assert_true(handle >= 0);
    for (int i = 0; i < count; i++) {
        happen(stage, (uint32_t)handle, &story->happenings[sequence[i]], i + 1, &account);
        assert_consistent(stage, (uint32_t)handle, &account);
    }
    union event end;
    event_init(&end, EVENT_ORDER_CANCELED, 0, count + 1);
    end.order.order_id = orders_get(&stage->orders, (uint32_t)handle)->id;
    struct order_change change = orders_apply(&stage->orders, &end.order);
    assert_int_equal(change.outcome, account.ended ? ORDER_STRANGE : ORDER_APPLIED);
    stage->plays++;
}

// Every sequence without repetition of the story's happenings, of every length from none to all.
static void play_from(struct stage *stage, const struct story *story, int *sequence, int count,
                      unsigned used) {
    play(stage, story, sequence, count);
    for (int next = 0; next < story->count; next++) {
        if (used >> next & 1) continue;
        sequence[count] = next;
        play_from(stage, story, sequence, count + 1, used | 1u << next);
    }
}

// 6! / 0! + 6! / 1! + ... + 6! / 6! = 1,957 sequences a story.
static void every_arrival_of_every_subset_keeps_the_invariants(void **state) {
    struct stage stage = {0};
    struct orders_config config = {.max = 3, .instrument_count = 1, .strategy_count = 1};
    assert_ok(arena_init(&stage.arena, orders_memory(&config)));
    assert_ok(orders_init(&stage.orders, &stage.arena, &config));
    size_t count = sizeof stories / sizeof stories[0];
    for (size_t i = 0; i < count; i++) {
        int sequence[STORY_MAX];
        play_from(&stage, &stories[i], sequence, 0, 0);
    }
    assert_int_equal(stage.plays, 1957 * count);
    arena_fini(&stage.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_arrival_of_every_subset_keeps_the_invariants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
