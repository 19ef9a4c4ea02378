// SPDX-License-Identifier: Apache-2.0
// Every sequence of up to six happenings of an order: acknowledged, filled in part, filled, canceled, replaced,
// rejected, lost sight of, and what we ask for; each in any order, any number of times, with any of them missing.
//
// The order machine is compared with a twin that has no table of states: a few facts, and a state read off them. The
// same sequences of reports go through an engine, whose ledger has to hold what was filled, once, and nothing else.
#include "../unit/engine/engine_kit.h"

enum { LENGTH = 6, QTY_ASKED = 10, QTY_REPLACED = 14, PRICE_OF_FILLS = 50 };

enum letter {
    ASK_CANCEL,
    ASK_REPLACE,
    ACCEPTED,
    REJECTED,
    PART, // 3, and 7 are left
    LAST, // 7, and nothing is left
    CANCELED,
    REPLACED,
    CANCEL_REJECTED,
    REPLACE_REJECTED,
    UNKNOWN,
    LETTERS
};

static const enum event_kind kinds[LETTERS] = {
    [ACCEPTED] = EVENT_ORDER_ACCEPTED,
    [REJECTED] = EVENT_ORDER_REJECTED,
    [PART] = EVENT_ORDER_FILLED,
    [LAST] = EVENT_ORDER_FILLED,
    [CANCELED] = EVENT_ORDER_CANCELED,
    [REPLACED] = EVENT_ORDER_REPLACED,
    [CANCEL_REJECTED] = EVENT_ORDER_CANCEL_REJECTED,
    [REPLACE_REJECTED] = EVENT_ORDER_REPLACE_REJECTED,
    [UNKNOWN] = EVENT_ORDER_UNKNOWN,
};

static union event report_of(enum letter letter, uint64_t order_id, uint64_t trade_id) {
    union event event;
    event_init(&event, kinds[letter], 0, NS_PER_DAY);
    event.order.order_id = order_id;
    if (letter == REPLACED) event.order.qty = QTY(QTY_REPLACED);
    if (letter != PART && letter != LAST) return event;
    event.order.trade_id = trade_id;
    event.order.price = PRICE(PRICE_OF_FILLS);
    event.order.qty = QTY(letter == PART ? 3 : 7);
    event.order.leaves_qty = QTY(letter == PART ? 7 : 0);
    return event;
}

// What is known of an order, in words.
struct facts {
    bool accepted;  // the venue said something that only holds of an order it has
    bool canceling; // we asked for its end, and were not answered
    bool unknown;   // the venue went silent
    uint32_t end;   // the state it ended in; 0: it lives
    int64_t qty;    // the latest that the venue has
    int64_t asked;  // that we asked for in its place, 0: nothing
    int64_t filled;
};

static uint32_t state_of(const struct facts *facts) {
    if (facts->end != 0) return facts->end;
    if (facts->unknown) return ORDER_UNKNOWN;
    if (facts->canceling) return ORDER_PENDING_CANCEL;
    if (facts->asked > 0) return ORDER_PENDING_REPLACE;
    if (facts->filled > 0) return ORDER_PARTIALLY_FILLED;
    return facts->accepted ? ORDER_WORKING : ORDER_SUBMITTED;
}

// A report that says no more than we knew, or cannot be.
static bool is_strange(const struct facts *facts, enum letter letter) {
    bool silent = facts->unknown, pending = facts->canceling || facts->asked > 0;
    if (facts->end != 0)
        return letter != CANCEL_REJECTED && letter != REPLACE_REJECTED && letter != UNKNOWN;
    if (silent) return false;
    switch (letter) {
    case ACCEPTED:
        return facts->accepted && facts->filled == 0 && !pending;
    case REJECTED:
        return facts->accepted;
    case CANCEL_REJECTED:
    case REPLACE_REJECTED:
        return !facts->accepted && !pending;
    default:
        return false;
    }
}

static void fill(struct facts *facts, int64_t qty, bool last) {
    facts->filled += qty;
    if (facts->end != 0) return;
    facts->accepted = true;
    facts->unknown = false;
    if (facts->filled > facts->qty && facts->asked > facts->qty) {
        facts->qty = facts->asked;
        facts->asked = 0;
    }
    if (last) facts->end = ORDER_FILLED;
}

// Nothing can be left of what the venue has, nor of what we asked for.
static void look_whether_full(struct facts *facts) {
    if (facts->end == 0 && facts->filled >= facts->qty && facts->filled >= facts->asked)
        facts->end = ORDER_FILLED;
    if (facts->end != 0) facts->asked = 0;
}

static void hear(struct facts *facts, enum letter letter) {
    bool was_silent = facts->unknown;
    if (letter == PART || letter == LAST) {
        fill(facts, letter == PART ? 3 : 7, letter == LAST);
        look_whether_full(facts);
        return;
    }
    if (facts->end != 0 || is_strange(facts, letter)) return;
    facts->unknown = letter == UNKNOWN;
    if (letter == UNKNOWN) facts->canceling = false; // whether we asked is the venue's to say now
    if (letter == ACCEPTED && was_silent && facts->accepted) facts->asked = 0;
    if (letter == ACCEPTED || letter == REPLACED) facts->accepted = true;
    if (letter == REPLACED) {
        facts->qty = facts->filled > QTY_REPLACED ? facts->filled : QTY_REPLACED;
        facts->asked = 0;
    }
    if (letter == CANCEL_REJECTED) facts->canceling = false;
    if (letter == REPLACE_REJECTED) facts->asked = 0;
    if (letter == REJECTED) facts->end = ORDER_REJECTED;
    if (letter == CANCELED) facts->end = ORDER_CANCELED;
    look_whether_full(facts);
}

static bool may_replace(const struct facts *facts) {
    return facts->end == 0 && !facts->unknown && !facts->canceling && facts->asked == 0 &&
           QTY_REPLACED > facts->filled;
}

struct stage {
    struct arena arena;
    struct orders orders;
    uint64_t plays;
};

static void step(struct stage *stage, uint32_t handle, enum letter letter, uint64_t trade_id,
                 struct facts *facts) {
    int64_t now_ns = NS_PER_DAY;
    if (letter == ASK_CANCEL) {
        bool can = facts->end == 0 && !facts->canceling;
        assert_int_equal(orders_cancel_sent(&stage->orders, handle, now_ns) == 0, can);
        if (can && !facts->unknown) facts->canceling = true;
        return;
    }
    if (letter == ASK_REPLACE) {
        bool can = may_replace(facts);
        assert_int_equal(orders_replace_sent(&stage->orders, handle, QTY(QTY_REPLACED),
                                             PRICE(PRICE_OF_FILLS), now_ns) == 0,
                         can);
        if (can) facts->asked = QTY_REPLACED;
        return;
    }
    union event event = report_of(letter, orders_get(&stage->orders, handle)->id, trade_id);
    bool fills = letter == PART || letter == LAST;
    bool strange = !fills && is_strange(facts, letter), over = facts->end != 0;
    struct order_change change = orders_apply(&stage->orders, &event.order);
    assert_int_equal(change.is_fill, fills);
    assert_int_equal(change.outcome, strange         ? ORDER_STRANGE
                                     : fills && over ? ORDER_LATE_FILL
                                                     : ORDER_APPLIED);
    hear(facts, letter);
}

static void play(struct stage *stage, const enum letter *letters, int count) {
    struct order_spec spec = {
        .side = 1, .type = ORDER_LIMIT, .qty = QTY(QTY_ASKED), .limit_price = PRICE(50)};
    struct facts facts = {.qty = QTY_ASKED};
    int rc = orders_submit(&stage->orders, &spec, 0);
    assert_true(rc >= 0);
    uint32_t handle = (uint32_t)rc;
    for (int i = 0; i < count; i++) step(stage, handle, letters[i], (uint64_t)i + 1, &facts);
    const struct order *order = orders_get(&stage->orders, handle);
    assert_int_equal(order->state, state_of(&facts));
    assert_int_equal(order->filled_qty.m, facts.filled);
    assert_int_equal(order->spec.qty.m, facts.qty);
    int64_t most = facts.asked > facts.qty ? facts.asked : facts.qty;
    int64_t worst = facts.end != 0 || most < facts.filled ? 0 : most - facts.filled;
    assert_int_equal(stage->orders.exposure[0].buy.m, worst);
    orders_check(&stage->orders);
    union event end = report_of(CANCELED, order->id, 0);
    orders_apply(&stage->orders, &end.order);
    stage->plays++;
}

static void every_sequence(struct stage *stage, enum letter *letters, int count) {
    play(stage, letters, count);
    for (int next = 0; next < LETTERS && count < LENGTH; next++) {
        letters[count] = (enum letter)next;
        every_sequence(stage, letters, count + 1);
    }
}

// 1 + 11 + ... + 11^6.
static void every_sequence_leaves_the_state_that_its_facts_say(void **state) {
    (void)state;
    struct stage stage = {0};
    struct orders_config config = {.max = 2, .instrument_count = 1, .strategy_count = 1};
    enum letter letters[LENGTH];
    assert_ok(arena_init(&stage.arena, orders_memory(&config)));
    assert_ok(orders_init(&stage.orders, &stage.arena, &config));
    every_sequence(&stage, letters, 0);
    assert_int_equal(stage.plays, 1948717);
    arena_fini(&stage.arena);
}

// Sends a limit order of 10 at 0.50, buying and selling in turn.
static void alternate(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    (void)state;
    ret_out->order_count = 1;
    ret_out->orders[0] = (struct strategy_order){.side = view->decisions % 2 == 0 ? 1 : -1,
                                                 .type = ORDER_LIMIT,
                                                 .qty = QTY_ASKED,
                                                 .limit_price = 0.5};
}
static const struct strategy alternating = {
    .name = "alternate", .summary = "Sends orders.", .decide = alternate};

struct desk {
    struct kit kit;
    int64_t held;
    int64_t paid; // cents
    uint64_t trades;
    uint64_t plays;
};

// What the venue says, of which an engine's ledger is to keep the fills.
static const enum letter reports[] = {ACCEPTED, REJECTED, PART, LAST, CANCELED, REPLACED};
enum { REPORTS = sizeof reports / sizeof *reports };

static void trade(struct desk *desk, const enum letter *letters, int count) {
    struct kit *kit = &desk->kit;
    kit_bar(kit, 0, PRICE_OF_FILLS);
    const struct submit_event *submit = kit_output(kit, EVENT_SUBMIT, 0);
    assert_non_null(submit);
    uint64_t id = submit->order_id;
    int32_t side = submit->spec.side;
    for (int i = 0; i < count; i++) {
        union event event = report_of(letters[i], id, ++desk->trades);
        event.header.ts_ns = kit->now_ns;
        bool fills = letters[i] == PART || letters[i] == LAST;
        // Each fill is told twice.
        for (int again = 0; again < 1 + fills; again++) kit_apply(kit, &event);
        if (!fills) continue;
        desk->held += side * event.order.qty.m;
        desk->paid += side * event.order.qty.m * PRICE_OF_FILLS;
    }
    const struct ledger *ledger = engine_ledger(kit->engine);
    ledger_check(ledger);
    assert_int_equal(ledger_quantity(ledger, 0).m, desk->held);
    assert_int_equal(ledger_position(ledger, 0, 0)->qty.m, desk->held);
    assert_true(ledger_balance(ledger, ACCOUNT_CASH, 0).m == 100000000 - desk->paid);
    assert_true(ledger_equity(ledger).m == 100000000);
    union event end = report_of(CANCELED, id, 0);
    end.header.ts_ns = kit->now_ns;
    kit_apply(kit, &end);
    desk->plays++;
}

static void every_trade(struct desk *desk, enum letter *letters, int count) {
    trade(desk, letters, count);
    for (int next = 0; next < REPORTS && count < LENGTH; next++) {
        letters[count] = reports[next];
        every_trade(desk, letters, count + 1);
    }
}

// 1 + 6 + ... + 6^6. All is traded at one price: equity stays what it was.
static void the_ledger_holds_what_was_filled_and_nothing_else(void **state) {
    (void)state;
    static struct desk desk;
    enum letter letters[LENGTH];
    kit_configure(&desk.kit, 1, 1);
    desk.kit.strategies[0].strategy = &alternating;
    desk.kit.config.order_max = 4;
    for (size_t rule = 0; rule < risk_rule_count(); rule++) desk.kit.risk.enabled[rule] = 0;
    kit_start(&desk.kit);
    kit_deposit(&desk.kit, 99000000);
    every_trade(&desk, letters, 0);
    assert_int_equal(desk.plays, 55987);
    assert_int_equal(engine_counts(desk.kit.engine)->ledger_errors, 0);
    kit_stop(&desk.kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sequence_leaves_the_state_that_its_facts_say),
        cmocka_unit_test(the_ledger_holds_what_was_filled_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
