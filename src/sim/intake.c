// SPDX-License-Identifier: Apache-2.0
#include "sim/intake.h"

#include "base/check.h"
#include "market/calendar.h"
#include "sim/book.h"
#include "sim/margin.h"
#include "sim/outbox.h"

static struct sim_intent *intent_at(const struct sim_exchange *x, uint32_t place);
static uint32_t batch_size(const struct sim_exchange *x);
static void handle_batch(struct sim_exchange *x, uint32_t count);
static bool has_to_wait(const struct sim_exchange *x, const struct sim_intent *intent);
static void handle(struct sim_exchange *x, const struct sim_intent *intent);
static void submit(struct sim_exchange *x, uint32_t slot, int64_t now_ns);
static void cancel(struct sim_exchange *x, const struct sim_intent *intent);
static void replace(struct sim_exchange *x, const struct sim_intent *intent);
static enum order_reason fault_of(const struct sim_exchange *x, const struct sim_order *order,
                                  int64_t now_ns);
static bool spec_is_sound(const struct sim_exchange *x, const struct order_spec *spec);
static bool terms_are_sound(const struct instrument *instrument, const struct order_spec *spec);
static bool prices_are_sound(const struct instrument *instrument, const struct order_spec *spec);
static bool would_take(const struct sim_row *row, const struct order_spec *spec);
static bool group_is_full(const struct sim_exchange *x, const struct order_spec *spec);
static bool has_to_reduce(const struct sim_exchange *x, const struct order_spec *spec);
static enum sim_slot_state first_state(struct sim_exchange *x, struct sim_order *order,
                                       enum order_reason *ret_reason);
static void refuse_replace(struct sim_exchange *x, const struct sim_intent *intent,
                           enum order_reason reason);
static void apply_terms(struct sim_order *order, qty_t qty, price_t price);

int sim_intake_send(struct sim_exchange *x, const struct sim_intent *intent) {
    struct sim_state *state = x->state;
    if (state->intent_count == x->intent_max) return ERR_FULL;
    struct sim_intent sent = *intent;
    if (sent.arrival_ns < state->last_arrival_ns) sent.arrival_ns = state->last_arrival_ns;
    state->last_arrival_ns = sent.arrival_ns;
    state->wake_ns = INT64_MIN;
    x->intents[(state->intent_first + state->intent_count++) % x->intent_max] = sent;
    return 0;
}

void sim_intake_run(struct sim_exchange *x, int64_t until_ns) {
    while (x->state->intent_count > 0) {
        if (intent_at(x, 0)->arrival_ns > until_ns) break;
        handle_batch(x, batch_size(x));
    }
}

void sim_intake_run_of(struct sim_exchange *x, uint32_t instrument, int64_t until_ns) {
    while (x->state->intent_count > 0) {
        if (intent_at(x, 0)->arrival_ns > until_ns) break;
        uint32_t count = batch_size(x);
        for (uint32_t i = 0; i < count; i++)
            if (intent_at(x, i)->instrument != instrument) return;
        handle_batch(x, count);
    }
}

static struct sim_intent *intent_at(const struct sim_exchange *x, uint32_t place) {
    return &x->intents[(x->state->intent_first + place) % x->intent_max];
}

// How many intents arrive at the instant of the first.
static uint32_t batch_size(const struct sim_exchange *x) {
    uint32_t count = 1;
    int64_t arrival_ns = intent_at(x, 0)->arrival_ns;
    while (count < x->state->intent_count && intent_at(x, count)->arrival_ns == arrival_ns) count++;
    return count;
}

// What sets buying power free goes first: the order of strategies and instruments within an instant is ours, not
// the market's.
static void handle_batch(struct sim_exchange *x, uint32_t count) {
    bool waiting = false;
    for (uint32_t i = 0; i < count; i++) {
        struct sim_intent *intent = intent_at(x, i);
        intent->waits = count > 1 && has_to_wait(x, intent);
        waiting |= intent->waits;
        if (!intent->waits) handle(x, intent);
    }
    for (uint32_t i = 0; i < count && waiting; i++)
        if (intent_at(x, i)->waits) handle(x, intent_at(x, i));
    x->state->intent_first = (x->state->intent_first + count) % x->intent_max;
    x->state->intent_count -= count;
    // An empty ring starts over: its front stays in the cache.
    if (x->state->intent_count == 0) x->state->intent_first = 0;
}

// Orders that open, and cancels and replaces of these.
static bool has_to_wait(const struct sim_exchange *x, const struct sim_intent *intent) {
    if (intent->kind != INTENT_SUBMIT) {
        uint32_t slot = sim_book_find(x, intent->order_id);
        return slot != SLOT_NONE && x->orders[slot].state == SLOT_SENT;
    }
    const struct order_spec *spec = &x->orders[intent->slot].spec;
    int64_t held = sim_holding(x, spec->instrument)->qty.m;
    return spec->side > 0 ? held >= 0 : held <= 0;
}

static void handle(struct sim_exchange *x, const struct sim_intent *intent) {
    if (intent->kind == INTENT_SUBMIT)
        submit(x, intent->slot, intent->arrival_ns);
    else if (intent->kind == INTENT_CANCEL)
        cancel(x, intent);
    else
        replace(x, intent);
}

static void submit(struct sim_exchange *x, uint32_t slot, int64_t now_ns) {
    struct sim_order *order = &x->orders[slot];
    enum order_reason reason = fault_of(x, order, now_ns);
    enum sim_slot_state state = SLOT_WORKING;
    qty_t asked = order->spec.qty;
    if (reason == REASON_NONE && !(order->flags & (SIM_LOST | SIM_REFUSED)))
        state = first_state(x, order, &reason);
    if (reason != REASON_NONE || (order->flags & (SIM_LOST | SIM_REFUSED))) {
        sim_book_end(x, slot, EVENT_ORDER_REJECTED, reason, now_ns);
        return;
    }
    sim_margin_settle(x);
    money_t base = sim_holding(x, order->spec.instrument)->required;
    order->live_ns = now_ns;
    if (order->spec.flags & ORDER_POST_ONLY) order->flags |= SIM_RESTING;
    if (order->spec.tif == TIF_GTD) order->expire_ns = order->spec.expire_ns;
    if (order->spec.tif == TIF_DAY || order->spec.type == ORDER_MARKET_ON_CLOSE)
        order->expire_ns =
            calendar_next_close(sim_instrument(x, order->spec.instrument)->calendar, now_ns);
    sim_book_enter(x, slot, state);
    reason = sim_margin_check(x, slot, base);
    if (reason != REASON_NONE) {
        sim_book_end(x, slot, EVENT_ORDER_REJECTED, reason, now_ns);
        return;
    }
    x->state->counts.accepted++;
    sim_outbox_order(x, EVENT_ORDER_ACCEPTED, order, now_ns, now_ns)->leaves_qty = asked;
    if (order->spec.qty.m != asked.m) sim_book_report_terms(x, order, now_ns);
}

static void cancel(struct sim_exchange *x, const struct sim_intent *intent) {
    uint32_t slot = sim_book_find(x, intent->order_id);
    bool alive = slot != SLOT_NONE &&
                 (x->orders[slot].state == SLOT_WORKING || x->orders[slot].state == SLOT_DORMANT);
    if (alive) {
        sim_book_end(x, slot, EVENT_ORDER_CANCELED, REASON_REQUESTED, intent->arrival_ns);
        return;
    }
    struct sim_order gone = {.id = intent->order_id, .spec.instrument = intent->instrument};
    sim_outbox_order(x, EVENT_ORDER_CANCEL_REJECTED, &gone, intent->arrival_ns, intent->arrival_ns)
        ->reason = REASON_TOO_LATE;
}

static void replace(struct sim_exchange *x, const struct sim_intent *intent) {
    uint32_t slot = sim_book_find(x, intent->order_id);
    struct sim_order *order = slot == SLOT_NONE ? NULL : &x->orders[slot];
    if (order == NULL || (order->state != SLOT_WORKING && order->state != SLOT_DORMANT)) {
        refuse_replace(x, intent, REASON_TOO_LATE);
        return;
    }
    sim_margin_settle(x);
    money_t base = sim_holding(x, order->spec.instrument)->required;
    struct sim_order before = *order;
    apply_terms(order, intent->qty, intent->price);
    const struct instrument *instrument = sim_instrument(x, order->spec.instrument);
    enum order_reason reason = REASON_NONE;
    if (order->spec.qty.m <= order->filled.m || !terms_are_sound(instrument, &order->spec))
        reason = REASON_BAD_ORDER;
    else if ((order->spec.flags & ORDER_POST_ONLY) &&
             would_take(&x->rows[order->spec.instrument], &order->spec))
        reason = REASON_POST_ONLY_WOULD_TAKE;
    if (reason == REASON_NONE) {
        sim_account_stale(&x->account, order->spec.instrument);
        reason = sim_margin_check(x, slot, base);
    }
    if (reason != REASON_NONE) {
        order->spec = before.spec;
        sim_account_stale(&x->account, order->spec.instrument);
        refuse_replace(x, intent, reason);
        return;
    }
    bool worse_place = order->spec.qty.m > before.spec.qty.m ||
                       sim_order_price(order).m != sim_order_price(&before).m;
    if (worse_place) {
        order->rank = ++x->state->next_rank;
        order->live_ns = intent->arrival_ns;
        if (!(order->spec.flags & ORDER_POST_ONLY)) order->flags &= ~(uint32_t)SIM_RESTING;
    }
    struct order_event *report =
        sim_outbox_order(x, EVENT_ORDER_REPLACED, order, intent->arrival_ns, intent->arrival_ns);
    report->qty = order->spec.qty;
    report->price = sim_order_price(order);
    report->leaves_qty = QTY(sim_order_leaves(order));
    x->state->counts.replaced++;
}

static enum order_reason fault_of(const struct sim_exchange *x, const struct sim_order *order,
                                  int64_t now_ns) {
    const struct order_spec *spec = &order->spec;
    const struct sim_row *row = &x->rows[spec->instrument];
    if (row->flags & ROW_DELISTED) return REASON_DELISTED;
    if (!spec_is_sound(x, spec)) return REASON_BAD_ORDER;
    if (spec->tif == TIF_GTD && spec->expire_ns <= now_ns) return REASON_TIME;
    if (row->flags & ROW_FORCED) return REASON_LIQUIDATION;
    if (spec->group != 0 && group_is_full(x, spec)) return REASON_BAD_ORDER;
    price_t reference = sim_margin_reference(x, order);
    if (reference.m == 0) return REASON_NO_LIQUIDITY;
    const struct instrument *instrument = sim_instrument(x, spec->instrument);
    if (instrument->notional_min > 0 && !(spec->flags & ORDER_REDUCE_ONLY) &&
        sim_account_size(&x->account, spec->instrument, reference, spec->qty).m <
            instrument->notional_min)
        return REASON_BAD_ORDER;
    if ((spec->flags & ORDER_POST_ONLY) && would_take(row, spec))
        return REASON_POST_ONLY_WOULD_TAKE;
    return REASON_NONE;
}

static bool spec_is_sound(const struct sim_exchange *x, const struct order_spec *spec) {
    const struct instrument *instrument = sim_instrument(x, spec->instrument);
    if (instrument->asset == ASSET_INDEX && !x->allow_index) return false;
    if (spec->side != 1 && spec->side != -1) return false;
    if (spec->type > ORDER_MARKET_ON_CLOSE || spec->tif > TIF_GTD) return false; // without auctions
    if (spec->flags & ~(uint32_t)(ORDER_POST_ONLY | ORDER_REDUCE_ONLY)) return false;
    if (spec->qty.m < instrument->qty_min.m && !(spec->flags & ORDER_REDUCE_ONLY)) return false;
    bool at_once = spec->tif == TIF_IOC || spec->tif == TIF_FOK;
    if ((spec->flags & ORDER_POST_ONLY) && (spec->type != ORDER_LIMIT || at_once)) return false;
    if (spec->type == ORDER_MARKET_ON_CLOSE && at_once) return false;
    return terms_are_sound(instrument, spec);
}

static bool terms_are_sound(const struct instrument *instrument, const struct order_spec *spec) {
    if (spec->qty.m <= 0 || spec->qty.m % instrument->lot.m != 0) return false;
    return prices_are_sound(instrument, spec);
}

static bool prices_are_sound(const struct instrument *instrument, const struct order_spec *spec) {
    int64_t tick = instrument->tick.m;
    bool limit = spec->type == ORDER_LIMIT || spec->type == ORDER_STOP_LIMIT;
    bool stop = spec->type == ORDER_STOP || spec->type == ORDER_STOP_LIMIT;
    bool trails = spec->type == ORDER_TRAILING_STOP;
    if (limit ? spec->limit_price.m <= 0 : spec->limit_price.m != 0) return false;
    if (stop && spec->stop_price.m <= 0) return false;
    if (!stop && !trails && spec->stop_price.m != 0) return false;
    if (spec->stop_price.m < 0) return false;
    if (trails ? spec->trail.m <= 0 : spec->trail.m != 0) return false;
    return spec->limit_price.m % tick == 0 && spec->stop_price.m % tick == 0 &&
           spec->trail.m % tick == 0;
}

static bool would_take(const struct sim_row *row, const struct order_spec *spec) {
    price_t quote = spec->side > 0 ? row->ask : row->bid;
    price_t other = quote.m > 0 ? quote : row->last;
    if (other.m == 0) return false;
    return spec->side > 0 ? spec->limit_price.m >= other.m : spec->limit_price.m <= other.m;
}

static bool group_is_full(const struct sim_exchange *x, const struct order_spec *spec) {
    uint32_t members = 0;
    for (uint32_t at = x->rows[spec->instrument].first; at != SLOT_NONE; at = x->orders[at].next)
        members += x->orders[at].spec.group == spec->group;
    return members >= SIM_GROUP_MAX;
}

static bool has_to_reduce(const struct sim_exchange *x, const struct order_spec *spec) {
    int64_t qty = sim_account_quantity(&x->account, spec->strategy, spec->instrument)->m;
    return spec->side > 0 ? qty < 0 : qty > 0;
}

// How a sound order begins: dormant behind a parent that works, or at work. Sets a reason when it cannot.
static enum sim_slot_state first_state(struct sim_exchange *x, struct sim_order *order,
                                       enum order_reason *ret_reason) {
    struct order_spec *spec = &order->spec;
    if (spec->parent != 0) {
        uint32_t at = sim_book_find(x, spec->parent);
        const struct sim_order *parent = at == SLOT_NONE ? NULL : &x->orders[at];
        if (parent == NULL || parent->spec.instrument != spec->instrument || parent == order ||
            (parent->state == SLOT_DONE && parent->filled.m == 0)) {
            *ret_reason = REASON_PARENT;
            return SLOT_WORKING;
        }
        if (parent->state != SLOT_DONE) order->allowed = parent->filled;
        if (parent->filled.m == 0) return SLOT_DORMANT;
        if (parent->state == SLOT_DONE) {
            spec->parent = 0;
            if (spec->qty.m > parent->filled.m) spec->qty = parent->filled;
        }
    }
    if ((spec->flags & ORDER_REDUCE_ONLY) && !has_to_reduce(x, spec))
        *ret_reason = REASON_REDUCE_ONLY;
    if (spec->type == ORDER_TRAILING_STOP && spec->stop_price.m == 0) {
        int64_t first = x->rows[spec->instrument].last.m + spec->side * spec->trail.m;
        spec->stop_price = PRICE(first);
    }
    return SLOT_WORKING;
}

static void refuse_replace(struct sim_exchange *x, const struct sim_intent *intent,
                           enum order_reason reason) {
    struct sim_order named = {.id = intent->order_id, .spec.instrument = intent->instrument};
    uint32_t slot = sim_book_find(x, intent->order_id);
    struct order_event *report = sim_outbox_order(x, EVENT_ORDER_REPLACE_REJECTED, &named,
                                                  intent->arrival_ns, intent->arrival_ns);
    report->reason = (uint16_t)reason;
    if (slot != SLOT_NONE && x->orders[slot].state == SLOT_WORKING)
        report->leaves_qty = QTY(sim_order_leaves(&x->orders[slot]));
}

static void apply_terms(struct sim_order *order, qty_t qty, price_t price) {
    order->spec.qty = qty;
    if (order->spec.type == ORDER_LIMIT || order->spec.type == ORDER_STOP_LIMIT)
        order->spec.limit_price = price;
    else if (order->spec.type == ORDER_STOP || order->spec.type == ORDER_TRAILING_STOP)
        order->spec.stop_price = price;
}
