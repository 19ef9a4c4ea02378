// SPDX-License-Identifier: Apache-2.0
// What the feed does to our orders, and our orders to what is left of the book.
#include "base/check.h"
#include "sim/tick_state.h"

// What an order may fill of `qty`: a reduce-only order no more than the strategy holds against it.
static int64_t allowed(const struct tick_exchange *x, const struct tick_order *order, int64_t qty) {
    if (qty > order->leaves) qty = order->leaves;
    if (!(order->spec.flags & ORDER_REDUCE_ONLY)) return qty;
    int64_t held = sim_account_quantity(&x->account, order->spec.strategy, x->config.instrument)->m;
    int64_t most = -order->spec.side * held;
    if (most < 0) most = 0;
    return qty < most ? qty : most;
}

int64_t tick_fill_resting(struct tick_exchange *x, uint32_t slot, int64_t qty) {
    const struct tick_order *order = &x->orders[slot];
    qty = allowed(x, order, qty);
    if (qty == 0) {
        tick_order_end(x, slot, EVENT_ORDER_CANCELED, REASON_REDUCE_ONLY);
        return 0;
    }
    int64_t tick = order->spec.limit_price.m / x->tick;
    tick_order_fill(x, slot, qty, tick, LIQUIDITY_MAKER);
    return qty;
}

int64_t tick_fill_from(struct tick_exchange *x, int s, int64_t from, int64_t available) {
    struct tick_side *side = &x->state->sides[s];
    bool shared = x->config.fills == TICK_FILLS_SHARED;
    available -= available % x->instrument->lot.m;
    for (uint32_t at = 0; at < side->count && x->xs[s][at] >= from;) {
        uint32_t slot = x->resting[s][at], before = side->count;
        struct tick_order *order = &x->orders[slot];
        if (shared && available <= 0) break;
        if (order->place.front > 0) order->place.front = 0;
        available -= tick_fill_resting(x, slot, shared ? available : order->leaves);
        at += side->count == before;
    }
    return available > 0 ? available : 0;
}

// Whether others have brought back what ours took.
static bool is_back(const struct tick_exchange *x, const struct tick_taken *taken) {
    int64_t after_ns = x->config.resilience_ns;
    return after_ns > 0 && x->state->now_ns - taken->since_ns >= after_ns;
}

// False: there is no room to remember it.
static bool note_taken(struct tick_exchange *x, int s, int64_t tick, int64_t qty) {
    struct tick_side *side = &x->state->sides[s];
    int64_t level_x = s ? -tick : tick;
    for (uint32_t i = 0; i < side->taken_count; i++)
        if (side->taken[i].x == level_x) {
            if (is_back(x, &side->taken[i])) side->taken[i].qty = 0;
            side->taken[i].qty += qty;
            side->taken[i].since_ns = x->state->now_ns;
            return true;
        }
    if (side->taken_count == TICK_TAKEN_MAX) return false;
    side->taken[side->taken_count++] = (struct tick_taken){level_x, qty, x->state->now_ns};
    return true;
}

// What we took of a level is gone until the level itself shows less.
static void forget_taken(struct tick_exchange *x, int s, int64_t level_x, int64_t previous,
                         int64_t qty) {
    struct tick_side *side = &x->state->sides[s];
    for (uint32_t i = 0; i < side->taken_count; i++) {
        struct tick_taken *taken = &side->taken[i];
        if (taken->x != level_x) continue;
        if (qty < previous) taken->qty -= previous - qty;
        if (qty == 0 || taken->qty <= 0) {
            *taken = side->taken[--side->taken_count];
            side->taken[side->taken_count] = (struct tick_taken){0, 0, 0};
        }
        return;
    }
}

void tick_on_clear(struct tick_exchange *x, int s) {
    struct tick_side *side = &x->state->sides[s];
    for (uint32_t i = 0; i < side->taken_count; i++) side->taken[i] = (struct tick_taken){0, 0, 0};
    side->taken_count = 0;
}

// `shown` came to a level of side s that meets our orders on the other: what they have of it nobody else of ours has.
static void fill_shown(struct tick_exchange *x, int s, int64_t level_x, int64_t shown) {
    if (x->state->sides[s].taken_count == TICK_TAKEN_MAX) return;
    shown -= shown % x->instrument->lot.m;
    int64_t had = shown - tick_fill_from(x, !s, -level_x, shown);
    if (had > 0) note_taken(x, s, s ? -level_x : level_x, had);
}

void tick_on_level(struct tick_exchange *x, int s, int64_t level_x,
                   const struct book_l2_change *change, int64_t qty) {
    struct tick_side *own = &x->state->sides[s], *other = &x->state->sides[!s];
    if (own->taken_count > 0) forget_taken(x, s, level_x, change->previous, qty);
    if (own->count > 0 && !x->config.queue->by_order && level_x <= x->xs[s][0] &&
        level_x >= x->xs[s][own->count - 1])
        for (uint32_t at = 0; at < own->count && x->xs[s][at] >= level_x; at++) {
            if (x->xs[s][at] != level_x) continue;
            queue_change(x->config.queue, x->config.queue_params,
                         &x->orders[x->resting[s][at]].place, tick_units(x, change->previous),
                         tick_units(x, qty));
        }
    if (other->count == 0) return;
    if (x->config.fills == TICK_FILLS_SHARED) {
        if (qty > change->previous && level_x + x->xs[!s][0] >= 0)
            fill_shown(x, s, level_x, qty - change->previous);
        return;
    }
    bool better =
        s ? change->best_after < change->best_before : change->best_after > change->best_before;
    if (better) tick_fill_from(x, !s, s ? change->best_after : -change->best_after, 0);
}

// Our orders at the price of a trade: the queue moves on.
static void fill_queue(struct tick_exchange *x, int s, int64_t trade_x, int64_t qty,
                       int64_t available) {
    struct tick_side *side = &x->state->sides[s];
    int64_t lot = x->instrument->lot.m;
    for (uint32_t at = 0; at < side->count && x->xs[s][at] >= trade_x;) {
        uint32_t slot = x->resting[s][at], before = side->count;
        struct tick_order *order = &x->orders[slot];
        at++;
        if (order->x != trade_x) continue;
        queue_trade(&order->place, tick_units(x, qty));
        order->passed += qty;
        int64_t lots = queue_take(&order->place, x->lot);
        if (lots == 0) continue;
        int64_t turn = lots > order->leaves / lot ? order->leaves : lots * lot;
        if (x->config.fills == TICK_FILLS_WHOLE) turn = order->leaves;
        if (x->config.fills == TICK_FILLS_SHARED && turn > available) turn = available;
        if (turn == 0) continue;
        available -= tick_fill_resting(x, slot, turn);
        at -= side->count < before;
    }
}

// Of a trade whose aggressor is not told either side may have been hit: nothing of ours fills.
void tick_on_trade(struct tick_exchange *x, int aggressor, int64_t tick, int64_t qty) {
    int s = aggressor > 0;
    int64_t trade_x = s ? -tick : tick;
    if (aggressor != 0 && x->state->sides[s].count > 0 && x->xs[s][0] >= trade_x) {
        int64_t available = tick_fill_from(x, s, trade_x + 1, qty);
        fill_queue(x, s, trade_x, qty, available);
    }
    tick_trigger_stops(x, tick);
}

// What takers may still have of a level of side s.
static int64_t offered(const struct tick_exchange *x, int s, int64_t tick) {
    const struct tick_side *side = &x->state->sides[s];
    int64_t qty = book_l2_qty(&x->book, s ? -1 : 1, tick), level_x = s ? -tick : tick;
    for (uint32_t i = 0; i < side->taken_count; i++)
        if (side->taken[i].x == level_x && !is_back(x, &side->taken[i])) qty -= side->taken[i].qty;
    return qty > 0 ? qty : 0;
}

static bool reaches(const struct tick_order *order, int s, int64_t tick) {
    bool market = order->spec.type == ORDER_MARKET || order->spec.type == ORDER_STOP;
    return market || order->x + (s ? -tick : tick) >= 0;
}

static bool is_none(int64_t tick) {
    return tick == BOOK_L2_NO_BID || tick == BOOK_L2_NO_ASK;
}

static int64_t best_of(const struct tick_exchange *x, int s) {
    return s ? book_l2_best_ask(&x->book) : book_l2_best_bid(&x->book);
}

// What a taker may have of a level: whole lots.
static int64_t lots_of(const struct tick_exchange *x, int s, int64_t tick) {
    int64_t there = offered(x, s, tick);
    return there - there % x->instrument->lot.m;
}

// Whether an order could fill now as far as it may: reduce-only no further than to flat. Every level needs a place
// among those that gave something.
static bool fills_whole(const struct tick_exchange *x, const struct tick_order *order) {
    int s = order->spec.side > 0;
    uint32_t room = TICK_TAKEN_MAX - x->state->sides[s].taken_count;
    int64_t sum = 0, want = allowed(x, order, order->leaves);
    for (int64_t tick = best_of(x, s); sum < want && !is_none(tick) && reaches(order, s, tick);
         tick = book_l2_next(&x->book, s ? -1 : 1, tick)) {
        int64_t there = lots_of(x, s, tick);
        if (there == 0) continue;
        if (room-- == 0) break;
        sum += there;
    }
    return want > 0 && sum >= want;
}

// Walks the other side from its best. Returns false when the order has come to its end.
static bool take(struct tick_exchange *x, uint32_t slot) {
    struct tick_order *order = &x->orders[slot];
    uint64_t id = order->id;
    int s = order->spec.side > 0;
    for (int64_t tick = best_of(x, s); !is_none(tick) && reaches(order, s, tick);
         tick = book_l2_next(&x->book, s ? -1 : 1, tick)) {
        int64_t there = lots_of(x, s, tick);
        if (there == 0) continue;
        int64_t qty = allowed(x, order, there);
        if (qty == 0 || !note_taken(x, s, tick, qty)) break;
        tick_order_fill(x, slot, qty, tick, LIQUIDITY_TAKER);
        if (order->id != id || order->leaves == 0) return false;
    }
    return true;
}

void tick_close_position(struct tick_exchange *x, uint32_t strategy) {
    const qty_t *held = sim_account_quantity(&x->account, strategy, x->config.instrument);
    int32_t side = held->m > 0 ? -1 : 1;
    int s = side > 0;
    for (int64_t tick = best_of(x, s); held->m != 0 && !is_none(tick);
         tick = book_l2_next(&x->book, s ? -1 : 1, tick)) {
        int64_t there = lots_of(x, s, tick), want = -side * held->m;
        if (there == 0) continue;
        int64_t qty = there < want ? there : want;
        if (!note_taken(x, s, tick, qty)) break;
        tick_forced_fill(x, strategy, side, qty, tick);
    }
}

// An order that is new, triggered or moved: takes what it may, then rests or ends. One that was accepted before can
// be refused no more: it ends as canceled.
static void enter(struct tick_exchange *x, uint32_t slot, bool accepted) {
    struct tick_order *order = &x->orders[slot];
    bool limit = order->spec.type == ORDER_LIMIT || order->spec.type == ORDER_STOP_LIMIT;
    bool at_once = order->spec.tif == TIF_IOC || order->spec.tif == TIF_FOK || !limit;
    int s = order->spec.side > 0;
    bool crosses = !is_none(best_of(x, s)) && reaches(order, s, best_of(x, s));
    if (crosses && order->spec.flags & ORDER_POST_ONLY) {
        enum event_kind kind = accepted ? EVENT_ORDER_CANCELED : EVENT_ORDER_REJECTED;
        tick_order_end(x, slot, kind, REASON_POST_ONLY_WOULD_TAKE);
        return;
    }
    bool none = order->spec.tif == TIF_FOK && !fills_whole(x, order);
    if (crosses && !none && !take(x, slot)) return;
    if (at_once)
        tick_order_end(x, slot, EVENT_ORDER_CANCELED, REASON_NO_LIQUIDITY);
    else
        tick_order_rest(x, slot);
}

static bool is_stop(const struct order_spec *spec) {
    return spec->type == ORDER_STOP || spec->type == ORDER_STOP_LIMIT;
}

void tick_trigger_stops(struct tick_exchange *x, int64_t tick) {
    for (uint32_t at = 0; at < x->state->stop_count;) {
        uint32_t slot = x->stops[at];
        struct tick_order *order = &x->orders[slot];
        int64_t stop = order->spec.stop_price.m / x->tick;
        if (order->spec.side > 0 ? tick < stop : tick > stop) {
            at++;
            continue;
        }
        tick_order_unrest(x, slot);
        tick_report(x, EVENT_ORDER_TRIGGERED, order->id)->leaves_qty = QTY(order->leaves);
        x->state->counts.triggered++;
        enter(x, slot, true);
    }
}

static bool on_grid(int64_t value, int64_t step) {
    return value > 0 && value % step == 0;
}

static bool is_good(const struct tick_exchange *x, const struct order_spec *spec) {
    bool limit = spec->type == ORDER_LIMIT || spec->type == ORDER_STOP_LIMIT;
    if (spec->type > ORDER_STOP_LIMIT || spec->tif > TIF_GTD) return false;
    if (spec->group != 0 || spec->parent != 0) return false;
    if (!on_grid(spec->qty.m, x->instrument->lot.m)) return false;
    if (spec->qty.m < x->instrument->qty_min.m && !(spec->flags & ORDER_REDUCE_ONLY)) return false;
    if (limit && !on_grid(spec->limit_price.m, x->tick)) return false;
    if (is_stop(spec) && !on_grid(spec->stop_price.m, x->tick)) return false;
    return limit || !(spec->flags & ORDER_POST_ONLY);
}

static void arrive_submit(struct tick_exchange *x, const struct tick_message *message) {
    uint32_t slot;
    bool known = map_get(&x->by_id, message->order_id, &slot);
    enum order_reason limit = tick_limit_rate(x);
    if (limit == REASON_NONE && is_good(x, &message->spec))
        limit = tick_limit_order(x, &message->spec);
    if (limit == REASON_NONE && is_good(x, &message->spec) && message->spec.tif == TIF_GTD &&
        message->spec.expire_ns <= x->state->now_ns)
        limit = REASON_TIME;
    if (limit == REASON_NONE && !known && is_good(x, &message->spec))
        limit = tick_margin_check(x, &message->spec, message->spec.qty.m, NULL);
    if (limit != REASON_NONE) {
        tick_reject(x, message, limit);
        return;
    }
    if (known || !is_good(x, &message->spec) || (slot = tick_order_add(x, message)) == UINT32_MAX) {
        tick_reject(x, message, REASON_BAD_ORDER);
        return;
    }
    const struct tick_order *order = &x->orders[slot];
    int s = order->spec.side > 0;
    bool post = order->spec.flags & ORDER_POST_ONLY && !is_stop(&order->spec);
    bool accepted = !post || is_none(best_of(x, s)) || !reaches(order, s, best_of(x, s));
    if (accepted) {
        x->state->counts.accepted++;
        tick_report(x, EVENT_ORDER_ACCEPTED, order->id)->leaves_qty = QTY(order->leaves);
    }
    if (is_stop(&order->spec))
        tick_order_wait(x, slot);
    else
        enter(x, slot, accepted);
}

static void arrive_replace(struct tick_exchange *x, const struct tick_message *message,
                           uint32_t slot) {
    struct tick_order *order = &x->orders[slot];
    int64_t filled = order->spec.qty.m - order->leaves, leaves = message->qty.m - filled;
    bool stop = order->use == TICK_STOP;
    price_t *price = stop ? &order->spec.stop_price : &order->spec.limit_price;
    if (!on_grid(message->qty.m, x->instrument->lot.m) || leaves <= 0 ||
        !on_grid(message->price.m, x->tick)) {
        tick_reject(x, message, REASON_BAD_ORDER);
        return;
    }
    struct order_spec changed = order->spec;
    *(stop ? &changed.stop_price : &changed.limit_price) = message->price;
    int64_t limit_price = changed.limit_price.m;
    enum order_reason limit = tick_limit_change(x, &changed, limit_price, message->qty.m);
    if (limit == REASON_NONE) limit = tick_margin_check(x, &changed, leaves, order);
    if (limit != REASON_NONE) {
        tick_reject(x, message, limit);
        return;
    }
    bool stays = stop || (message->price.m == price->m && leaves <= order->leaves);
    if (!stays) tick_order_unrest(x, slot);
    *price = message->price;
    order->spec.qty = message->qty;
    order->leaves = leaves;
    struct order_event *report = tick_report(x, EVENT_ORDER_REPLACED, order->id);
    report->price = message->price;
    report->qty = message->qty;
    report->leaves_qty = QTY(leaves);
    x->state->counts.replaced++;
    if (stays) return;
    order->x = order->spec.side * (order->spec.limit_price.m / x->tick);
    enter(x, slot, true);
}

void tick_arrive(struct tick_exchange *x, const struct tick_message *message) {
    uint32_t slot;
    if (x->state->closed && message->kind != TICK_CANCEL) {
        tick_reject(x, message, REASON_MARKET_CLOSED);
        return;
    }
    if (message->kind == TICK_SUBMIT) {
        arrive_submit(x, message);
        return;
    }
    if (!map_get(&x->by_id, message->order_id, &slot)) {
        tick_reject(x, message, REASON_TOO_LATE);
        return;
    }
    enum order_reason limit = message->kind == TICK_REPLACE ? tick_limit_rate(x) : REASON_NONE;
    if (limit != REASON_NONE)
        tick_reject(x, message, limit);
    else if (message->kind == TICK_REPLACE)
        arrive_replace(x, message, slot);
    else
        tick_order_end(x, slot, EVENT_ORDER_CANCELED, REASON_REQUESTED);
}
