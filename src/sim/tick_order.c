// SPDX-License-Identifier: Apache-2.0
// Orders of ours at the exchange with a book: their slots, the sorted sides, what is told of them.
#include <string.h>

#include "base/check.h"
#include "market/calendar.h"
#include "sim/tick_state.h"

struct order_event *tick_report(struct tick_exchange *x, enum event_kind kind, uint64_t order_id) {
    struct tick_state *state = x->state;
    CHECK(state->report_tail - state->report_head <= x->report_mask);
    union tick_report *report = &x->reports[state->report_tail++ & x->report_mask];
    const struct tick_config *config = &x->config;
    int64_t report_ns = config->latency->by_series
                            ? lag_series_report_ns(config->series, state->now_ns)
                            : config->latency->report_ns(config->latency_params, &state->prng);
    int64_t known_ns = state->now_ns + report_ns;
    if (known_ns < state->last_report_ns) known_ns = state->last_report_ns;
    state->last_report_ns = known_ns;
    memset(report, 0, sizeof *report);
    report->header = (struct event_header){
        .ts_ns = known_ns,
        .venue_ts_ns = state->now_ns,
        .instrument = x->config.instrument,
        .kind = (uint16_t)kind,
        .size = sizeof report->order,
    };
    report->order.order_id = order_id;
    return &report->order;
}

void tick_report_cash(struct tick_exchange *x, uint32_t strategy, enum cash_reason reason,
                      money_t amount) {
    struct cash_event *cash = &((union tick_report *)tick_report(x, EVENT_CASH, 0))->cash;
    cash->header.size = sizeof *cash;
    cash->amount = amount;
    cash->currency = x->instrument->currency;
    cash->reason = reason;
    cash->strategy = strategy;
}

void tick_reject(struct tick_exchange *x, const struct tick_message *message,
                 enum order_reason reason) {
    static const enum event_kind kinds[] = {
        [TICK_SUBMIT] = EVENT_ORDER_REJECTED,
        [TICK_CANCEL] = EVENT_ORDER_CANCEL_REJECTED,
        [TICK_REPLACE] = EVENT_ORDER_REPLACE_REJECTED,
    };
    struct order_event *report = tick_report(x, kinds[message->kind], message->order_id);
    report->reason = (uint16_t)reason;
    uint32_t slot;
    if (message->kind != TICK_SUBMIT && map_get(&x->by_id, message->order_id, &slot))
        report->leaves_qty = QTY(x->orders[slot].leaves);
    if (message->kind == TICK_CANCEL)
        x->state->counts.cancel_rejected++;
    else
        x->state->counts.rejected++;
}

static int64_t expiry_of(const struct tick_exchange *x, const struct order_spec *spec) {
    if (spec->tif == TIF_GTD) return spec->expire_ns;
    if (spec->tif != TIF_DAY) return TICK_NEVER;
    return calendar_next_close((enum calendar_id)x->instrument->calendar, x->state->now_ns);
}

// An order that stays.
static void keep(struct tick_exchange *x, const struct tick_order *order) {
    if (order->expiry_ns < x->state->expiry_ns) x->state->expiry_ns = order->expiry_ns;
}

uint32_t tick_order_add(struct tick_exchange *x, const struct tick_message *message) {
    uint32_t slot = x->state->slot_first;
    if (slot == UINT32_MAX) return UINT32_MAX;
    struct tick_order *order = &x->orders[slot];
    x->state->slot_first = order->slot_next;
    const struct order_spec *spec = &message->spec;
    *order = (struct tick_order){
        .expiry_ns = expiry_of(x, spec),
        .id = message->order_id,
        .spec = *spec,
        .x = spec->side * (spec->limit_price.m / x->tick),
        .leaves = spec->qty.m,
        .use = TICK_HELD,
    };
    int rc = map_put(&x->by_id, order->id, slot);
    CHECK(rc == 0);
    x->state->id_count = x->by_id.count;
    return slot;
}

static void free_slot(struct tick_exchange *x, uint32_t slot) {
    struct tick_order *order = &x->orders[slot];
    map_remove(&x->by_id, order->id);
    x->state->id_count = x->by_id.count;
    *order = (struct tick_order){.slot_next = x->state->slot_first};
    x->state->slot_first = slot;
}

void tick_join(struct tick_exchange *x, struct tick_order *order) {
    int64_t level = book_l2_qty(&x->book, order->spec.side, order->spec.limit_price.m / x->tick);
    queue_join(&order->place, tick_units(x, level));
    if (!x->config.queue->by_order) return;
    order->turn = others_turn(&x->others);
    order->ahead = level;
}

void tick_order_rest(struct tick_exchange *x, uint32_t slot) {
    struct tick_order *order = &x->orders[slot];
    int s = order->spec.side < 0;
    struct tick_side *side = &x->state->sides[s];
    uint32_t at = side->count++;
    for (; at > 0 && x->xs[s][at - 1] < order->x; at--) {
        x->xs[s][at] = x->xs[s][at - 1];
        x->resting[s][at] = x->resting[s][at - 1];
    }
    x->xs[s][at] = order->x;
    x->resting[s][at] = slot;
    order->use = TICK_RESTING;
    keep(x, order);
    tick_join(x, order);
    order->passed = 0;
    tick_tell_queue(x, order, TICK_QUEUE_JOINED, 0);
}

void tick_tell_queue(const struct tick_exchange *x, const struct tick_order *order,
                     enum tick_queue_kind kind, uint64_t trade_id) {
    if (x->watch.queue == NULL || order->use != TICK_RESTING) return;
    double front = order->place.front > 0 ? order->place.front : 0;
    int64_t ahead =
        x->config.queue->by_order ? order->ahead : (int64_t)(front * x->qty_scale + 0.5);
    const struct tick_queue_note note = {.venue_ns = x->state->now_ns,
                                         .order_id = order->id,
                                         .trade_id = trade_id,
                                         .ahead = QTY(ahead),
                                         .passed = QTY(order->passed),
                                         .kind = kind,
                                         .instrument = x->config.instrument};
    x->watch.queue(x->watch.self, &note);
}

static void remove_at(uint32_t *slots, uint32_t *count, uint32_t at) {
    memmove(slots + at, slots + at + 1, (*count - at - 1) * sizeof *slots);
    slots[--*count] = 0;
}

static uint32_t place_of(const uint32_t *slots, uint32_t count, uint32_t slot) {
    uint32_t at = 0;
    while (at < count && slots[at] != slot) at++;
    CHECK(at < count);
    return at;
}

void tick_order_unrest(struct tick_exchange *x, uint32_t slot) {
    struct tick_order *order = &x->orders[slot];
    if (order->use == TICK_STOP) {
        uint32_t at = place_of(x->stops, x->state->stop_count, slot);
        remove_at(x->stops, &x->state->stop_count, at);
    } else if (order->use == TICK_RESTING) {
        int s = order->spec.side < 0;
        struct tick_side *side = &x->state->sides[s];
        uint32_t at = place_of(x->resting[s], side->count, slot);
        memmove(x->xs[s] + at, x->xs[s] + at + 1, (side->count - at - 1) * sizeof *x->xs[s]);
        x->xs[s][side->count - 1] = 0;
        remove_at(x->resting[s], &side->count, at);
    }
    order->use = TICK_HELD;
}

void tick_order_wait(struct tick_exchange *x, uint32_t slot) {
    x->stops[x->state->stop_count++] = slot;
    x->orders[slot].use = TICK_STOP;
    keep(x, &x->orders[slot]);
}

void tick_order_end(struct tick_exchange *x, uint32_t slot, enum event_kind kind,
                    enum order_reason reason) {
    tick_tell_queue(x, &x->orders[slot], TICK_QUEUE_LEFT, 0);
    tick_order_unrest(x, slot);
    struct order_event *report = tick_report(x, kind, x->orders[slot].id);
    report->reason = (uint16_t)reason;
    struct tick_counts *counts = &x->state->counts;
    counts->canceled += kind == EVENT_ORDER_CANCELED;
    counts->expired += kind == EVENT_ORDER_EXPIRED;
    counts->rejected += kind == EVENT_ORDER_REJECTED;
    free_slot(x, slot);
}

// Of a list of slots, those that are over; returns when the next one will be.
static int64_t expire_list(struct tick_exchange *x, const uint32_t *slots, const uint32_t *count) {
    int64_t next_ns = TICK_NEVER;
    for (uint32_t at = 0; at < *count;) {
        const struct tick_order *order = &x->orders[slots[at]];
        if (order->expiry_ns <= x->state->now_ns) {
            bool day = order->spec.tif == TIF_DAY;
            tick_order_end(x, slots[at], EVENT_ORDER_EXPIRED,
                           day ? REASON_END_OF_SESSION : REASON_TIME);
            continue;
        }
        if (order->expiry_ns < next_ns) next_ns = order->expiry_ns;
        at++;
    }
    return next_ns;
}

void tick_orders_expire(struct tick_exchange *x) {
    int64_t next_ns = expire_list(x, x->stops, &x->state->stop_count);
    for (int s = 0; s < 2; s++) {
        int64_t ns = expire_list(x, x->resting[s], &x->state->sides[s].count);
        if (ns < next_ns) next_ns = ns;
    }
    x->state->expiry_ns = next_ns;
}

// The order as it is when the fill is counted in.
static int64_t fee_of(struct tick_exchange *x, const struct tick_order *order, qty_t qty,
                      money_t value, enum liquidity liquidity) {
    struct fee_view view = {
        .order_value = order->value,
        .order_qty = QTY(order->spec.qty.m - order->leaves),
        .order_fees = order->fees,
        .value = value,
        .qty = qty,
        .money_decimals = x->config.instruments->currencies[x->instrument->currency].decimals,
        .qty_decimals = x->instrument->qty_decimals,
        .liquidity = liquidity,
    };
    sim_account_volumes(&x->account, x->config.instrument, x->state->now_ns, &view.volume_30d,
                        &view.volume_total);
    return x->config.fee->fee(&view, x->config.fee_params);
}

void tick_order_fill(struct tick_exchange *x, uint32_t slot, int64_t qty, int64_t tick,
                     enum liquidity liquidity) {
    struct tick_order *order = &x->orders[slot];
    struct tick_counts *counts = &x->state->counts;
    price_t price = PRICE(tick * x->tick);
    CHECK(qty > 0 && qty <= order->leaves);
    money_t value = sim_account_size(&x->account, x->config.instrument, price, QTY(qty));
    order->leaves -= qty;
    order->value = money_add(order->value, value);
    int64_t fee = fee_of(x, order, QTY(qty), value, liquidity);
    order->fees += fee;
    sim_account_fill(&x->account, order->spec.strategy, x->config.instrument, order->spec.side,
                     QTY(qty), price, fee, x->state->now_ns);
    if (x->account.holdings[x->config.instrument].mark.m == 0)
        sim_account_mark(&x->account, x->config.instrument, price);
    struct order_event *report = tick_report(x, EVENT_ORDER_FILLED, order->id);
    report->trade_id = ++x->state->next_trade;
    tick_tell_queue(x, order, TICK_QUEUE_FILLED, report->trade_id);
    report->price = price;
    report->qty = QTY(qty);
    report->leaves_qty = QTY(order->leaves);
    report->fee = fee;
    report->fee_currency = x->instrument->currency;
    report->liquidity = (uint16_t)liquidity;
    x->state->margin_due = 1;
    counts->fills++;
    counts->partial_fills += order->leaves > 0;
    counts->maker_fills += liquidity == LIQUIDITY_MAKER;
    counts->taker_fills += liquidity == LIQUIDITY_TAKER;
    if (order->leaves > 0) return;
    tick_order_unrest(x, slot);
    free_slot(x, slot);
}

void tick_forced_fill(struct tick_exchange *x, uint32_t strategy, int32_t side, int64_t qty,
                      int64_t tick) {
    price_t price = PRICE(tick * x->tick);
    money_t value = sim_account_size(&x->account, x->config.instrument, price, QTY(qty));
    const struct tick_order order = {.value = value, .spec = {.qty = QTY(qty)}};
    int64_t fee = fee_of(x, &order, QTY(qty), value, LIQUIDITY_TAKER);
    sim_account_fill(&x->account, strategy, x->config.instrument, side, QTY(qty), price, fee,
                     x->state->now_ns);
    uint64_t id = order_id_venue_make(strategy, ++x->state->next_forced);
    struct order_event *report = tick_report(x, EVENT_ORDER_FILLED, id);
    report->trade_id = ++x->state->next_trade;
    report->price = price;
    report->qty = QTY(qty);
    report->fee = fee;
    report->fee_currency = x->instrument->currency;
    report->liquidity = LIQUIDITY_TAKER;
    report->reason = REASON_LIQUIDATION;
    report->side = side;
    x->state->counts.forced_fills++;
}

void tick_order_check(const struct tick_exchange *x) {
    uint32_t used = 0;
    for (uint32_t slot = 0; slot < x->config.order_max; slot++) {
        const struct tick_order *order = &x->orders[slot];
        if (order->use == TICK_FREE) continue;
        uint32_t found;
        CHECK(order->use != TICK_HELD && order->leaves > 0);
        CHECK(order->leaves <= order->spec.qty.m && map_get(&x->by_id, order->id, &found));
        CHECK(found == slot);
        used++;
    }
    CHECK(used == x->state->sides[0].count + x->state->sides[1].count + x->state->stop_count);
    for (int s = 0; s < 2; s++)
        for (uint32_t i = 0; i < x->state->sides[s].count; i++) {
            const struct tick_order *order = &x->orders[x->resting[s][i]];
            CHECK(order->use == TICK_RESTING && (order->spec.side < 0) == s);
            CHECK(order->x == x->xs[s][i] && (i == 0 || x->xs[s][i - 1] >= order->x));
        }
}
