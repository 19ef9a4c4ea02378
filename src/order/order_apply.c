// SPDX-License-Identifier: Apache-2.0
// What a venue's report does to an order: one table of every state and report.
#include "base/check.h"
#include "order/order.h"
#include "order/order_state.h"

enum { REPORT_COUNT = EVENT_ORDER_UNKNOWN - EVENT_ORDER_ACCEPTED + 1 };

// Where a report leads.
enum step {
    ODD = ORDER_FREE, // the state does not allow it
    UNK = ORDER_UNKNOWN,
    CAN = ORDER_CANCELED,
    REJ = ORDER_REJECTED,
    EXP = ORDER_EXPIRED,
    STAY = ORDER_STATE_COUNT, // the state stays, what the report says is taken
    REST,                     // to where the order stands beneath what was pending
    EARLY,                    // REJECTED when it was not accepted before, else odd
    FILL,                     // book it; FILLED when nothing is left
    LATE,                     // book it; the order stays ended
};

// clang-format off
static const uint8_t steps[ORDER_STATE_COUNT][REPORT_COUNT] = {
    //                          accepted | rejected | filled | canceled | expired | replaced | cancel rejected |
    //                          replace rejected | triggered | unknown
    [ORDER_FREE]             = {ODD,  ODD,   ODD,  ODD, ODD, ODD,  ODD,  ODD,  ODD,  ODD},
    [ORDER_SUBMITTED]        = {REST, REJ,   FILL, CAN, EXP, REST, ODD,  ODD,  REST, UNK},
    [ORDER_WORKING]          = {ODD,  ODD,   FILL, CAN, EXP, STAY, STAY, STAY, STAY, UNK},
    [ORDER_PARTIALLY_FILLED] = {STAY, ODD,   FILL, CAN, EXP, STAY, STAY, STAY, STAY, UNK},
    [ORDER_PENDING_CANCEL]   = {STAY, EARLY, FILL, CAN, EXP, STAY, REST, STAY, STAY, UNK},
    [ORDER_PENDING_REPLACE]  = {STAY, EARLY, FILL, CAN, EXP, REST, STAY, REST, STAY, UNK},
    [ORDER_UNKNOWN]          = {REST, REJ,   FILL, CAN, EXP, REST, REST, REST, REST, STAY},
    [ORDER_FILLED]           = {ODD,  ODD,   LATE, ODD, ODD, ODD,  STAY, STAY, ODD,  STAY},
    [ORDER_CANCELED]         = {ODD,  ODD,   LATE, ODD, ODD, ODD,  STAY, STAY, ODD,  STAY},
    [ORDER_REJECTED]         = {ODD,  ODD,   LATE, ODD, ODD, ODD,  STAY, STAY, ODD,  STAY},
    [ORDER_EXPIRED]          = {ODD,  ODD,   LATE, ODD, ODD, ODD,  STAY, STAY, ODD,  STAY},
};
// clang-format on

static struct order_change apply_without_order(struct orders *orders,
                                               const struct order_event *event);
static bool take(struct orders *orders, struct order *order, const struct order_event *event);
static bool fill_can_be(const struct order_event *event);
static bool take_fill(struct orders *orders, struct order *order, const struct order_event *event);
static bool take_replaced(struct orders *orders, struct order *order,
                          const struct order_event *event);
static void set_terms(struct order *order, qty_t qty, price_t price);
static void take_accepted(struct orders *orders, struct order *order);
static uint32_t next_state(const struct order *order, enum step step,
                           const struct order_event *event);
static uint32_t resting_state(const struct order *order);
static bool value_add(int128_t *sum, int64_t price, int64_t qty);

struct order_change orders_apply(struct orders *orders, const struct order_event *event) {
    CHECK(event->header.kind >= EVENT_ORDER_ACCEPTED && event->header.kind <= EVENT_ORDER_UNKNOWN);
    struct orders_counts *counts = orders->counts;
    int found = orders_find(orders, event->order_id);
    if (found < 0) return apply_without_order(orders, event);
    uint32_t handle = (uint32_t)found;
    struct order *order = &orders->items[handle];
    struct order_change change = {
        .handle = handle, .state_from = order->state, .state_to = order->state};
    bool is_fill = event->header.kind == EVENT_ORDER_FILLED;
    // An order without fills has no trade that could be told again.
    if (is_fill && order->fills > 0 &&
        orders_trade_known(orders, event->order_id, event->trade_id)) {
        counts->duplicate_trades++;
        change.outcome = ORDER_DUPLICATE;
        return change;
    }
    enum step step = steps[order->state][event->header.kind - EVENT_ORDER_ACCEPTED];
    if (step == EARLY) step = order->state_before_pending == ORDER_SUBMITTED ? REJ : ODD;
    int64_t worst = order_worst_leaves(order);
    bool other = event->header.instrument != order->spec.instrument;
    if (step == ODD || other || !take(orders, order, event)) {
        counts->illegal++;
        change.outcome = ORDER_STRANGE;
        return change;
    }
    change.is_fill = is_fill;
    if (step == LATE) {
        counts->late_fills++;
        change.outcome = ORDER_LATE_FILL;
    }
    bool was_live = order->live;
    change.state_to = next_state(order, step, event);
    orders_settle(orders, handle, change.state_to, worst, event->header.ts_ns);
    change.ended = was_live && !order->live;
    if (change.ended && order->state != ORDER_FILLED) order->reason = event->reason;
    return change;
}

static struct order_change apply_without_order(struct orders *orders,
                                               const struct order_event *event) {
    struct order_change change = {.outcome = ORDER_STRANGE, .handle = UINT32_MAX};
    uint64_t id = event->order_id;
    if (event->header.kind != EVENT_ORDER_FILLED || !order_id_is_venue(id) ||
        order_id_strategy(id) >= orders->strategy_count ||
        event->header.instrument >= orders->instrument_count) {
        orders->counts->unknown_ids++;
    } else if (orders_trade_known(orders, id, event->trade_id)) {
        orders->counts->duplicate_trades++;
        change.outcome = ORDER_DUPLICATE;
    } else if (!fill_can_be(event)) {
        orders->counts->illegal++;
    } else {
        orders->counts->venue_fills++;
        orders_trade_remember(orders, id, event->trade_id);
        change.outcome = ORDER_APPLIED;
        change.is_fill = true;
    }
    return change;
}

// Takes what a report says into the order, its state aside. False: it cannot be, nothing changed.
static bool take(struct orders *orders, struct order *order, const struct order_event *event) {
    switch (event->header.kind) {
    case EVENT_ORDER_FILLED:
        return take_fill(orders, order, event);
    case EVENT_ORDER_REPLACED:
        return take_replaced(orders, order, event);
    case EVENT_ORDER_ACCEPTED:
        // The venue's word on an order it had accepted before: it works as we know it.
        if (order->state == ORDER_UNKNOWN && order->state_before_pending != ORDER_SUBMITTED)
            order->replace_qty = QTY(0);
        take_accepted(orders, order);
        return true;
    case EVENT_ORDER_TRIGGERED:
        take_accepted(orders, order);
        return true;
    case EVENT_ORDER_REPLACE_REJECTED:
        order->replace_qty = QTY(0);
        return true;
    default:
        return true;
    }
}

static bool fill_can_be(const struct order_event *event) {
    return event->qty.m > 0 && event->price.m > 0 && event->leaves_qty.m >= 0;
}

static bool take_fill(struct orders *orders, struct order *order, const struct order_event *event) {
    int64_t filled;
    int128_t value = order->filled_value;
    if (!fill_can_be(event)) return false;
    if (__builtin_add_overflow(order->filled_qty.m, event->qty.m, &filled)) return false;
    if (!value_add(&value, event->price.m, event->qty.m)) return false;
    if (order_is_live(order)) {
        take_accepted(orders, order);
        order->state_before_pending = ORDER_PARTIALLY_FILLED;
    }
    // More than the old quantity can only have filled under the one that was asked for.
    if (filled > order->spec.qty.m && order->replace_qty.m > order->spec.qty.m)
        set_terms(order, order->replace_qty, order->replace_price);
    COUNT_IF(orders->counts->overfills, filled > order->spec.qty.m);
    order->filled_qty = QTY(filled);
    order->filled_value = value;
    order->fills++;
    orders_trade_remember(orders, event->order_id, event->trade_id);
    return true;
}

static bool take_replaced(struct orders *orders, struct order *order,
                          const struct order_event *event) {
    if (event->qty.m <= 0 || event->price.m < 0) return false;
    int64_t filled = order->filled_qty.m;
    int64_t qty = event->qty.m > filled ? event->qty.m : filled;
    int64_t more = qty - filled - order_worst_leaves(order);
    if (more > 0 && !orders_exposure_fits(orders, &order->spec, more)) return false;
    take_accepted(orders, order);
    set_terms(order, QTY(qty), event->price);
    return true;
}

// Price 0 leaves the price.
static void set_terms(struct order *order, qty_t qty, price_t price) {
    uint32_t type = order->spec.type;
    order->spec.qty = qty;
    order->replace_qty = QTY(0);
    if (price.m == 0) return;
    if (type == ORDER_STOP || type == ORDER_TRAILING_STOP) order->spec.stop_price = price;
    if (type == ORDER_LIMIT || type == ORDER_STOP_LIMIT) order->spec.limit_price = price;
}

static void take_accepted(struct orders *orders, struct order *order) {
    if (order->state_before_pending != ORDER_SUBMITTED) return;
    order->state_before_pending = ORDER_WORKING;
    orders->counts->accepted++;
}

static uint32_t next_state(const struct order *order, enum step step,
                           const struct order_event *event) {
    uint32_t next = step;
    if (step == LATE || step == STAY) next = order->state;
    if (step == REST) next = resting_state(order);
    if (step == FILL) {
        if (event->leaves_qty.m == 0) return ORDER_FILLED;
        next = order->state == ORDER_PENDING_CANCEL ? order->state : resting_state(order);
    }
    // A larger quantity that was asked for keeps a full order alive until the venue answers.
    bool live = next >= ORDER_SUBMITTED && next <= ORDER_UNKNOWN;
    bool full =
        order->filled_qty.m >= order->spec.qty.m && order->filled_qty.m >= order->replace_qty.m;
    return live && full ? ORDER_FILLED : next;
}

static uint32_t resting_state(const struct order *order) {
    if (order->replace_qty.m > 0) return ORDER_PENDING_REPLACE;
    return order->state_before_pending;
}

static bool value_add(int128_t *sum, int64_t price, int64_t qty) {
    int128_t product = (int128_t)price * qty;
    int128_t limit = ((int128_t)INT64_MAX << 64) - product;
    if (*sum > limit) return false;
    *sum += product;
    return true;
}
