// SPDX-License-Identifier: Apache-2.0
// A feed by order at the exchange with a book: the levels that the orders make, and our exact place among them.
#include "base/check.h"
#include "sim/tick_state.h"

static bool fifo(const struct tick_exchange *x) {
    return x->config.queue->by_order;
}

// The level went up or down by `delta` because an order of this turn joined or left.
static void change_level(struct tick_exchange *x, int s, int64_t tick, int64_t delta,
                         uint64_t turn) {
    int side = s ? -1 : 1;
    int64_t now = book_l2_qty(&x->book, side, tick), level_x = s ? -tick : tick;
    if (__builtin_add_overflow(now, delta, &now)) now = INT64_MAX;
    if (now < 0) now = 0;
    const struct tick_side *own = &x->state->sides[s];
    if (delta < 0 && fifo(x))
        for (uint32_t at = 0; at < own->count && x->xs[s][at] >= level_x; at++) {
            struct tick_order *order = &x->orders[x->resting[s][at]];
            if (order->x == level_x && turn < order->turn) order->ahead += delta;
        }
    tick_set_level(x, side, tick, now);
}

static void add(struct tick_exchange *x, uint64_t id, int s, int64_t tick, int64_t qty) {
    if (qty == 0) return;
    struct other *other = others_add(&x->others, id, s, tick, qty);
    if (other == NULL)
        x->state->counts.orders_refused++;
    else
        change_level(x, s, tick, qty, other->turn);
}

static void cut(struct tick_exchange *x, struct other *other, int64_t qty) {
    struct other was = *other;
    if (qty > was.qty) qty = was.qty;
    other->qty -= qty;
    if (other->qty == 0) others_remove(&x->others, other);
    change_level(x, (int)was.s, was.tick, -qty, was.turn);
}

static void modify(struct tick_exchange *x, struct other *other, int64_t tick, int64_t qty) {
    if (tick == other->tick && qty <= other->qty) {
        cut(x, other, other->qty - qty);
        return;
    }
    struct other was = *other;
    if (qty == 0) {
        cut(x, other, was.qty);
        return;
    }
    others_move(&x->others, other, tick, qty);
    uint64_t turn = other->turn;
    change_level(x, (int)was.s, was.tick, -was.qty, was.turn);
    change_level(x, (int)was.s, tick, qty, turn);
}

// Orders of ours at the price that stood before the one that was executed: it would have been them.
static void fill_before(struct tick_exchange *x, int s, int64_t level_x, uint64_t turn, int64_t qty,
                        int64_t available) {
    struct tick_side *side = &x->state->sides[s];
    available -= available % x->instrument->lot.m;
    for (uint32_t at = 0; at < side->count && x->xs[s][at] >= level_x;) {
        uint32_t slot = x->resting[s][at], before = side->count;
        const struct tick_order *order = &x->orders[slot];
        at++;
        if (order->x != level_x || order->turn > turn) continue;
        int64_t most = x->config.fills == TICK_FILLS_SHARED ? available
                       : x->config.fills == TICK_FILLS_PART ? qty - qty % x->instrument->lot.m
                                                            : order->leaves;
        if (most == 0) continue;
        available -= tick_fill_resting(x, slot, most);
        at -= side->count < before;
    }
}

static void note_passed(struct tick_exchange *x, int s, int64_t level_x, int64_t qty) {
    const struct tick_side *side = &x->state->sides[s];
    for (uint32_t at = 0; at < side->count && x->xs[s][at] >= level_x; at++)
        if (x->xs[s][at] == level_x) x->orders[x->resting[s][at]].passed += qty;
}

// `qty` of an order of side s at `tick` traded; `turn` 0: an order that was there before the feed began.
static void execute(struct tick_exchange *x, int s, int64_t tick, uint64_t turn, int64_t qty) {
    int64_t level_x = s ? -tick : tick;
    x->state->counts.trades++;
    if (!fifo(x)) {
        tick_on_trade(x, s ? 1 : -1, tick, qty);
        return;
    }
    if (x->state->sides[s].count > 0 && x->xs[s][0] >= level_x) {
        note_passed(x, s, level_x, qty);
        int64_t available = tick_fill_from(x, s, level_x + 1, qty);
        if (turn > 0) fill_before(x, s, level_x, turn, qty, available);
    }
    tick_trigger_stops(x, tick);
}

// Our places after a book was forgotten: behind all that the picture of it told.
static void rejoin(struct tick_exchange *x) {
    x->state->rejoin = 0;
    for (int s = 0; s < 2; s++)
        for (uint32_t at = 0; at < x->state->sides[s].count; at++) {
            struct tick_order *order = &x->orders[x->resting[s][at]];
            if (order->turn == 0) tick_join(x, order);
        }
}

void tick_on_order(struct tick_exchange *x, enum feed_kind kind, int side, int64_t price,
                   int64_t qty, uint64_t id) {
    int s = side < 0;
    int64_t tick = price / x->tick;
    if (x->state->rejoin && kind != FEED_ADD) rejoin(x);
    if (kind == FEED_ADD) {
        add(x, id, s, tick, qty);
        return;
    }
    struct other *other = others_find(&x->others, id);
    if (other == NULL || other->s != (uint32_t)s) {
        x->state->counts.orders_unknown++;
        if (kind == FEED_EXECUTE) execute(x, s, tick, 0, qty);
        return;
    }
    if (kind == FEED_MODIFY) modify(x, other, tick, qty);
    if (kind == FEED_DELETE) cut(x, other, other->qty);
    if (kind == FEED_REDUCE) cut(x, other, qty);
    if (kind == FEED_EXECUTE) {
        execute(x, s, other->tick, other->turn, qty);
        cut(x, other, qty);
    }
}

// A trade of a feed by order. What its executions tell already is no news; a hidden order had its turn after all
// that were shown at its price.
void tick_on_order_trade(struct tick_exchange *x, int aggressor, int64_t tick, int64_t qty,
                         int flags) {
    int s = aggressor > 0;
    int64_t trade_x = s ? -tick : tick;
    if (aggressor != 0 && flags & FEED_HIDDEN && x->state->sides[s].count > 0)
        tick_fill_from(x, s, trade_x, qty);
    tick_trigger_stops(x, tick);
}

void tick_forget_orders(struct tick_exchange *x, int s) {
    others_clear(&x->others, s);
    for (uint32_t at = 0; at < x->state->sides[s].count; at++) {
        struct tick_order *order = &x->orders[x->resting[s][at]];
        order->turn = 0;
        order->ahead = 0;
    }
    x->state->rejoin = 1;
}
