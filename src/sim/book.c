// SPDX-License-Identifier: Apache-2.0
// Ending one order can end others, so no loop here keeps its place in a list across an end: it looks again from
// the head until nothing is left to do.
#include "sim/book.h"

#include "base/check.h"
#include "sim/outbox.h"

static void feed_children(struct sim_exchange *x, const struct sim_order *parent, qty_t qty,
                          price_t price, int64_t match_open_ns);
static void settle_children(struct sim_exchange *x, const struct sim_order *parent, int64_t ts_ns);
static void settle_child(struct sim_exchange *x, uint32_t slot, bool parent_filled, int64_t ts_ns);
static void take_from_group(struct sim_exchange *x, const struct sim_order *filled, qty_t qty,
                            int64_t ts_ns);
static uint32_t next_emptied(const struct sim_exchange *x, uint32_t instrument, uint64_t group,
                             uint64_t except_id);
static void make_reusable(struct sim_exchange *x, uint32_t slot);

void sim_book_init(struct sim_exchange *x) {
    x->state->reusable_first = SLOT_NONE;
    x->state->reusable_last = SLOT_NONE;
    for (uint32_t i = 0; i < x->slot_max; i++) {
        x->orders[i].prev = SLOT_NONE;
        make_reusable(x, i);
    }
    for (uint32_t i = 0; i < x->config.instruments->count; i++)
        x->rows[i].first = x->rows[i].tail = SLOT_NONE;
}

uint32_t sim_book_take(struct sim_exchange *x, uint64_t id, const struct order_spec *spec) {
    struct sim_state *state = x->state;
    if (state->live == x->config.order_max) return SLOT_NONE;
    uint32_t slot = state->reusable_first;
    CHECK(slot != SLOT_NONE);
    struct sim_order *order = &x->orders[slot];
    state->reusable_first = order->next;
    if (state->reusable_first == SLOT_NONE) state->reusable_last = SLOT_NONE;
    x->by_id.count = state->id_count;
    uint32_t known;
    if (order->state == SLOT_DONE && map_get(&x->by_id, order->id, &known) && known == slot)
        map_remove(&x->by_id, order->id);
    int rc = map_put(&x->by_id, id, slot);
    CHECK(rc == 0);
    state->id_count = x->by_id.count;
    *order = (struct sim_order){
        .id = id,
        .spec = *spec,
        .expire_ns = TIME_NEVER,
        .allowed = QTY(INT64_MAX),
        .state = SLOT_SENT,
        .next = SLOT_NONE,
        .prev = SLOT_NONE,
    };
    state->live++;
    return slot;
}

uint32_t sim_book_find(const struct sim_exchange *x, uint64_t id) {
    uint32_t slot;
    return map_get(&x->by_id, id, &slot) ? slot : SLOT_NONE;
}

void sim_book_enter(struct sim_exchange *x, uint32_t slot, enum sim_slot_state state) {
    struct sim_order *order = &x->orders[slot];
    CHECK(order->state == SLOT_SENT);
    struct sim_row *row = &x->rows[order->spec.instrument];
    order->state = state;
    order->rank = ++x->state->next_rank;
    order->prev = row->tail;
    order->next = SLOT_NONE;
    if (row->tail != SLOT_NONE)
        x->orders[row->tail].next = slot;
    else
        row->first = slot;
    row->tail = slot;
    row->children += order->spec.parent != 0;
    if (order->expire_ns < x->state->next_expiry_ns) x->state->next_expiry_ns = order->expire_ns;
    sim_account_stale(&x->account, order->spec.instrument);
}

void sim_book_leave(struct sim_exchange *x, uint32_t slot) {
    struct sim_order *order = &x->orders[slot];
    CHECK(order->state == SLOT_SENT || order->state == SLOT_DORMANT ||
          order->state == SLOT_WORKING);
    if (order->state != SLOT_SENT) {
        struct sim_row *row = &x->rows[order->spec.instrument];
        if (order->prev != SLOT_NONE)
            x->orders[order->prev].next = order->next;
        else
            row->first = order->next;
        if (order->next != SLOT_NONE)
            x->orders[order->next].prev = order->prev;
        else
            row->tail = order->prev;
        row->children -= order->spec.parent != 0;
        sim_account_stale(&x->account, order->spec.instrument);
    }
    order->state = SLOT_DONE;
    x->state->live--;
    make_reusable(x, slot);
}

void sim_book_end(struct sim_exchange *x, uint32_t slot, enum event_kind kind,
                  enum order_reason reason, int64_t ts_ns) {
    struct sim_order *order = &x->orders[slot];
    sim_outbox_order(x, kind, order, ts_ns, ts_ns)->reason = (uint16_t)reason;
    x->state->counts.canceled += kind == EVENT_ORDER_CANCELED;
    x->state->counts.expired += kind == EVENT_ORDER_EXPIRED;
    x->state->counts.rejected += kind == EVENT_ORDER_REJECTED;
    sim_book_leave(x, slot);
    settle_children(x, order, ts_ns);
}

void sim_book_filled(struct sim_exchange *x, uint32_t slot, qty_t qty, price_t price,
                     int64_t match_open_ns, int64_t ts_ns) {
    struct sim_order *order = &x->orders[slot];
    feed_children(x, order, qty, price, match_open_ns);
    take_from_group(x, order, qty, ts_ns);
    if (order->filled.m < order->spec.qty.m) return;
    sim_book_leave(x, slot);
    settle_children(x, order, ts_ns);
}

void sim_book_cancel_all(struct sim_exchange *x, uint32_t instrument, enum order_reason reason,
                         int64_t ts_ns) {
    while (x->rows[instrument].first != SLOT_NONE)
        sim_book_end(x, x->rows[instrument].first, EVENT_ORDER_CANCELED, reason, ts_ns);
}

void sim_book_drop_reducers(struct sim_exchange *x, uint32_t strategy, uint32_t instrument,
                            int64_t ts_ns) {
    int64_t qty = sim_account_quantity(&x->account, strategy, instrument)->m;
    uint32_t slot = x->rows[instrument].first;
    while (slot != SLOT_NONE) {
        const struct sim_order *order = &x->orders[slot];
        bool reduces = order->spec.side > 0 ? qty < 0 : qty > 0;
        bool mine = order->state == SLOT_WORKING && order->spec.strategy == strategy &&
                    (order->spec.flags & ORDER_REDUCE_ONLY);
        if (mine && !reduces) {
            sim_book_end(x, slot, EVENT_ORDER_CANCELED, REASON_REDUCE_ONLY, ts_ns);
            slot = x->rows[instrument].first;
        } else {
            slot = order->next;
        }
    }
}

void sim_book_report_terms(struct sim_exchange *x, const struct sim_order *order, int64_t ts_ns) {
    struct order_event *report = sim_outbox_order(x, EVENT_ORDER_REPLACED, order, ts_ns, ts_ns);
    report->price = sim_order_price(order);
    report->qty = order->spec.qty;
    report->leaves_qty = QTY(sim_order_leaves(order));
    x->state->counts.replaced++;
}

static void feed_children(struct sim_exchange *x, const struct sim_order *parent, qty_t qty,
                          price_t price, int64_t match_open_ns) {
    if (x->rows[parent->spec.instrument].children == 0) return;
    for (uint32_t at = x->rows[parent->spec.instrument].first; at != SLOT_NONE;
         at = x->orders[at].next) {
        struct sim_order *child = &x->orders[at];
        if (child->spec.parent != parent->id) continue;
        child->allowed.m += qty.m;
        if (child->state != SLOT_DORMANT) continue;
        child->state = SLOT_WORKING;
        child->live_ns = match_open_ns;
        child->born = x->state->match;
        if (child->spec.type == ORDER_TRAILING_STOP && child->spec.stop_price.m == 0)
            child->spec.stop_price.m = price.m + child->spec.side * child->spec.trail.m;
    }
}

// The parent has ended: its children stand on their own, for what it filled.
static void settle_children(struct sim_exchange *x, const struct sim_order *parent, int64_t ts_ns) {
    uint64_t id = parent->id;
    bool filled = parent->filled.m > 0;
    uint32_t instrument = parent->spec.instrument;
    uint32_t slot = x->rows[instrument].first;
    if (x->rows[instrument].children == 0) return;
    while (slot != SLOT_NONE) {
        if (x->orders[slot].spec.parent == id) {
            settle_child(x, slot, filled, ts_ns);
            slot = x->rows[instrument].first;
        } else {
            slot = x->orders[slot].next;
        }
    }
}

static void settle_child(struct sim_exchange *x, uint32_t slot, bool parent_filled, int64_t ts_ns) {
    struct sim_order *child = &x->orders[slot];
    child->spec.parent = 0;
    x->rows[child->spec.instrument].children--;
    int64_t most = child->allowed.m;
    child->allowed = QTY(INT64_MAX);
    if (!parent_filled || most <= child->filled.m) {
        sim_book_end(x, slot, EVENT_ORDER_CANCELED, REASON_PARENT, ts_ns);
    } else if (most < child->spec.qty.m) {
        child->spec.qty = QTY(most);
        sim_book_report_terms(x, child, ts_ns);
    }
}

static void take_from_group(struct sim_exchange *x, const struct sim_order *filled, qty_t qty,
                            int64_t ts_ns) {
    uint64_t group = filled->spec.group;
    uint64_t id = filled->id;
    uint32_t instrument = filled->spec.instrument;
    if (group == 0) return;
    for (uint32_t at = x->rows[instrument].first; at != SLOT_NONE; at = x->orders[at].next) {
        struct sim_order *other = &x->orders[at];
        if (other->spec.group != group || other->id == id) continue;
        int64_t gone = qty.m < sim_order_leaves(other) ? qty.m : sim_order_leaves(other);
        other->spec.qty.m -= gone;
        if (other->allowed.m != INT64_MAX) other->allowed.m -= gone;
        if (sim_order_leaves(other) > 0) sim_book_report_terms(x, other, ts_ns);
    }
    sim_account_stale(&x->account, instrument);
    uint32_t emptied;
    while ((emptied = next_emptied(x, instrument, group, id)) != SLOT_NONE)
        sim_book_end(x, emptied, EVENT_ORDER_CANCELED, REASON_OCO, ts_ns);
}

static uint32_t next_emptied(const struct sim_exchange *x, uint32_t instrument, uint64_t group,
                             uint64_t except_id) {
    for (uint32_t at = x->rows[instrument].first; at != SLOT_NONE; at = x->orders[at].next) {
        const struct sim_order *order = &x->orders[at];
        if (order->spec.group == group && order->id != except_id && sim_order_leaves(order) == 0)
            return at;
    }
    return SLOT_NONE;
}

static void make_reusable(struct sim_exchange *x, uint32_t slot) {
    struct sim_state *state = x->state;
    x->orders[slot].next = SLOT_NONE;
    x->orders[slot].prev = SLOT_NONE;
    if (state->reusable_last != SLOT_NONE)
        x->orders[state->reusable_last].next = slot;
    else
        state->reusable_first = slot;
    state->reusable_last = slot;
}
