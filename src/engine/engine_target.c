// SPDX-License-Identifier: Apache-2.0
// Targets become orders; positions get and keep their protection.
//
// A target is a weight; sizing makes it a fraction of the strategy's equity; that many lots (rounded toward
// zero) are the target position; what differs from the position and the orders already on their way
// goes out as a market order. A stop and a take-profit go with an entry as its bracket, so that they
// protect from the first fill on; afterwards they follow the position's quantity. All orders that close
// the same position share a one-cancels-other group: two of them never fill for the same shares.
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "engine/engine_algo.h"

static const struct instrument *instrument_of(const struct engine *engine,
                                              const struct slot *slot) {
    return &engine->config.instruments->items[slot->instrument];
}

static qty_t slot_position(const struct engine *engine, const struct slot *slot) {
    return ledger_position(engine->ledger, slot->strategy, slot->instrument)->qty;
}

static void emit_target(struct engine *engine, const struct slot *slot,
                        const struct strategy_target *target, double fraction, int64_t qty) {
    struct target_event *event =
        engine_emit(engine, EVENT_TARGET, sizeof(struct target_event), slot->instrument);
    event->strategy = slot->strategy;
    event->reason = target->reason;
    event->weight = target->weight;
    event->confidence = target->confidence;
    event->fraction = fraction;
    event->stop = target->stop;
    event->take = target->take;
    event->qty = QTY(qty);
    event->position = slot_position(engine, slot);
    engine->core->counts.targets++;
    if (engine_hears(engine, RISK_FACT_PARENT))
        engine_note(engine, &(struct risk_fact){.kind = RISK_FACT_PARENT,
                                                .strategy = slot->strategy,
                                                .instrument = slot->instrument,
                                                .qty = QTY(qty - event->position.m),
                                                .confidence = target->confidence});
}

// A view's price back to the instrument's own units, at a tick; 0 = none or out of range. A price within a
// millionth of a tick means that tick: the double 9.20 lies below 9.20 and is not 9.19.
static price_t raw_price(const struct engine *engine, const struct slot *slot, double price,
                         enum rounding mode) {
    const struct instrument *instrument = instrument_of(engine, slot);
    double tick = decimal_to_double(instrument->tick.m, instrument->price_decimals);
    double ticks = price / tick, nearest = floor(ticks + 0.5);
    int64_t whole, mantissa;
    if (!(price > 0) || !(ticks < 9e18)) return PRICE(0);
    if (fabs(ticks - nearest) < 1e-6) ticks = nearest;
    if (decimal_from_double(ticks, 0, mode, &whole) < 0 ||
        decimal_narrow((int128_t)whole * instrument->tick.m, &mantissa) < 0)
        return PRICE(0);
    return PRICE(mantissa);
}

static struct order_spec closing_spec(const struct engine *engine, const struct slot *slot,
                                      int64_t position, bool stop) {
    enum rounding mode = position > 0 ? ROUND_FLOOR : ROUND_CEIL;
    struct order_spec spec = {
        .instrument = slot->instrument,
        .strategy = slot->strategy,
        .side = position > 0 ? -1 : 1,
        .type = stop ? ORDER_STOP : ORDER_LIMIT,
        .tif = TIF_GTC,
        .purpose = stop ? PURPOSE_STOP_LOSS : PURPOSE_TAKE_PROFIT,
        .qty = QTY(position > 0 ? position : -position),
    };
    if (stop)
        spec.stop_price = raw_price(engine, slot, slot->state->stop, mode);
    else
        spec.limit_price = raw_price(engine, slot, slot->state->take, mode);
    return spec;
}

static int live_handle(const struct engine *engine, uint64_t order_id) {
    int handle = order_id == 0 ? -1 : orders_find(&engine->orders, order_id);
    return handle >= 0 && order_is_live(orders_get(&engine->orders, (uint32_t)handle)) ? handle
                                                                                       : -1;
}

// The one-cancels-other group of whatever closes the position now; 0 = no protection is out.
static uint64_t closing_group(const struct engine *engine, const struct slot *slot) {
    int handle = live_handle(engine, slot->state->stop_order);
    if (handle < 0) handle = live_handle(engine, slot->state->take_order);
    return handle < 0 ? 0 : orders_get(&engine->orders, (uint32_t)handle)->spec.group;
}

static void drop_protection(struct engine *engine, const struct slot *slot) {
    int stop = live_handle(engine, slot->state->stop_order);
    int take = live_handle(engine, slot->state->take_order);
    if (stop >= 0) engine_cancel(engine, (uint32_t)stop);
    if (take >= 0) engine_cancel(engine, (uint32_t)take);
}

// Sends the protection of a position of `qty` (signed), as children of `parent` when it is not 0.
static void send_protection(struct engine *engine, struct slot *slot, int64_t qty, uint64_t parent,
                            bool stop) {
    struct order_spec spec = closing_spec(engine, slot, qty, stop);
    if (spec.stop_price.m <= 0 && spec.limit_price.m <= 0) return;
    uint64_t group = closing_group(engine, slot);
    uint64_t next_id = order_id_make(slot->strategy, engine->orders.next_sequence[slot->strategy]);
    spec.group = group != 0 ? group : next_id;
    spec.parent = parent;
    uint64_t id = engine_submit(engine, &spec);
    *(stop ? &slot->state->stop_order : &slot->state->take_order) = id;
}

// Brings one protecting order to the position's side, quantity and price.
static void adjust_protection(struct engine *engine, struct slot *slot, int64_t position,
                              bool stop) {
    uint64_t id = stop ? slot->state->stop_order : slot->state->take_order;
    double wish = stop ? slot->state->stop : slot->state->take;
    int handle = live_handle(engine, id);
    if (isnan(wish)) {
        if (handle >= 0) engine_cancel(engine, (uint32_t)handle);
        return;
    }
    if (handle < 0) {
        send_protection(engine, slot, position, 0, stop);
        return;
    }
    const struct order *order = orders_get(&engine->orders, (uint32_t)handle);
    struct order_spec spec = closing_spec(engine, slot, position, stop);
    if (order->spec.side != spec.side) {
        engine_cancel(engine, (uint32_t)handle);
        send_protection(engine, slot, position, 0, stop);
        return;
    }
    price_t now = stop ? order->spec.stop_price : order->spec.limit_price;
    price_t want = stop ? spec.stop_price : spec.limit_price;
    if (order->spec.parent != 0 && order_leaves(order).m != spec.qty.m &&
        live_handle(engine, order->spec.parent) >= 0)
        spec.qty = order->spec.qty; // still growing with its parent: the venue keeps its quantity
    if (want.m <= 0 || (now.m == want.m && order_leaves(order).m == spec.qty.m)) return;
    engine_replace(engine, (uint32_t)handle, QTY(order->filled_qty.m + spec.qty.m), want);
}

void engine_protect(struct engine *engine, struct slot *slot) {
    int64_t position = slot_position(engine, slot).m, left = position;
    if (slot->net != NULL && slot->net->part != 0 && (slot->net->part > 0) != (position > 0))
        left += slot->net->part;
    engine_protect_at(engine, slot, (left > 0) == (position > 0) ? left : 0);
}

void engine_protect_at(struct engine *engine, struct slot *slot, int64_t position) {
    if (position == 0) {
        if (live_handle(engine, slot->state->entry_order) < 0) drop_protection(engine, slot);
        return;
    }
    adjust_protection(engine, slot, position, true);
    adjust_protection(engine, slot, position, false);
}

static struct order_spec moving_spec(const struct slot *slot, int64_t delta) {
    return (struct order_spec){
        .instrument = slot->instrument,
        .strategy = slot->strategy,
        .side = delta > 0 ? 1 : -1,
        .type = ORDER_MARKET,
        .tif = TIF_GTC,
        .purpose = PURPOSE_TARGET,
        .qty = QTY(delta > 0 ? delta : -delta),
    };
}

void engine_move(struct engine *engine, struct slot *slot, int64_t position, int64_t delta) {
    struct order_spec spec = moving_spec(slot, delta);
    bool closes = (position > 0 && delta < 0) || (position < 0 && delta > 0);
    if (closes) spec.group = closing_group(engine, slot);
    slot->state->entry_order = engine_submit(engine, &spec);
    if (slot->state->entry_order == 0) {
        slot->state->denied = engine_denies(engine, &spec);
        if (!slot->state->denied) slot->state->weight = NAN; // the next decision tries again
        return;
    }
    if (position != 0) return;
    int handle = orders_find(&engine->orders, slot->state->entry_order);
    const struct order *entry = orders_get(&engine->orders, (uint32_t)handle);
    int64_t entry_qty = entry->spec.side * entry->spec.qty.m;
    uint64_t parent = entry->id;
    if (!isnan(slot->state->stop)) send_protection(engine, slot, entry_qty, parent, true);
    if (!isnan(slot->state->take)) send_protection(engine, slot, entry_qty, parent, false);
}

static bool target_is_sane(const struct strategy_target *target) {
    return fabs(target->weight) <= 1 && target->confidence >= 0 && target->confidence <= 1 &&
           !isinf(target->stop) && !isinf(target->take);
}

static void refuse_target(struct engine *engine, const struct slot *slot, double weight) {
    struct order_spec spec = {.instrument = slot->instrument,
                              .strategy = slot->strategy,
                              .side = weight < 0 ? -1 : 1,
                              .purpose = PURPOSE_TARGET};
    engine_veto(engine, &spec, VETO_BAD_TARGET);
}

// Moves protection alone: the weight is the one already held.
static void hold(struct engine *engine, struct slot *slot, const struct strategy_target *target) {
    double stop = target->stop / slot->state->factor, take = target->take / slot->state->factor;
    bool same_stop = isnan(stop) || stop == slot->state->stop;
    bool same_take = isnan(take) || take == slot->state->take;
    if (same_stop && same_take) return;
    if (!isnan(stop)) slot->state->stop = stop;
    if (!isnan(take)) slot->state->take = take;
    engine_protect(engine, slot);
}

// Takes back what earlier targets have at work against `delta`, so that a target that turns does not wait
// for an order that it no longer wants. Returns the part of delta that is done by it.
static int64_t withdraw(struct engine *engine, const struct slot *slot, int64_t delta) {
    int64_t left = delta < 0 ? -delta : delta;
    uint32_t handle = engine->orders.exposure[slot->instrument].first;
    while (handle != UINT32_MAX && left > 0) {
        uint32_t next = orders_next_live(&engine->orders, handle);
        const struct order *order = orders_get(&engine->orders, handle);
        int64_t leaves = order_leaves(order).m;
        bool against = order->spec.strategy == slot->strategy &&
                       order->spec.purpose == PURPOSE_TARGET &&
                       (order->spec.side > 0) != (delta > 0) && order->state != ORDER_UNKNOWN &&
                       order->state != ORDER_PENDING_CANCEL;
        if (against && leaves <= left) {
            engine_cancel(engine, handle);
            left -= leaves;
        } else if (against && order->state != ORDER_PENDING_REPLACE) {
            engine_replace(engine, handle, QTY(order->filled_qty.m + leaves - left),
                           order->spec.limit_price);
            left = 0;
        }
        handle = next;
    }
    return delta < 0 ? delta + left : delta - left;
}

// A rebalance to the weight that a halt refused, which would still raise risk.
static bool denied_again(const struct engine *engine, const struct slot *slot,
                         const struct strategy_target *target, int64_t delta) {
    if (!slot->state->denied || target->weight != slot->state->weight || delta == 0) return false;
    struct order_spec spec = moving_spec(slot, delta);
    return engine_denies(engine, &spec);
}

// Whether a target asks for the other side of what is held or on its way.
static bool turns(const struct engine *engine, const struct slot *slot,
                  const struct strategy_target *target) {
    int64_t position = slot_position(engine, slot).m + engine_pending(engine, slot, PURPOSE_TARGET);
    return position != 0 && (position > 0) != (target->weight > 0);
}

// Sends what differs from the position and what is on its way, by whoever sends this strategy's orders.
static void go(struct engine *engine, struct slot *slot, int64_t qty, int64_t delta,
               double strength) {
    int64_t position = slot_position(engine, slot).m;
    if (slot->net != NULL) {
        engine_net_wish(engine, slot, qty, strength);
        return;
    }
    if (slot->parent != NULL) {
        if (delta != 0) engine_algo_target(engine, slot, qty);
        if (position != 0) engine_protect(engine, slot);
        return;
    }
    delta -= withdraw(engine, slot, delta);
    if ((qty == 0 && delta != 0) || engine_size_is_worth(engine, slot, delta))
        engine_move(engine, slot, position, delta);
    if (position != 0 && qty != 0 && (position > 0) == (qty > 0)) engine_protect(engine, slot);
}

void engine_target(struct engine *engine, struct slot *slot, const struct strategy_target *target) {
    struct slot_state *state = slot->state;
    bool same = target->kind == TARGET_SET && target->weight == state->weight;
    if (engine_holds(state, target)) return;
    if (!target_is_sane(target)) {
        engine->strategies[slot->strategy].faults++;
        refuse_target(engine, slot, target->weight);
        return;
    }
    struct strategy_target armed = *target, leave;
    if (slot->stops != NULL) {
        if (!engine_stop_arm(engine, slot, &armed)) return;
        target = &armed;
    }
    if (same) {
        hold(engine, slot, target);
        return;
    }
    if (slot->gates != NULL && !engine_gates_open(engine, slot, target)) {
        if (!turns(engine, slot, target)) return; // what is held stays
        leave = (struct strategy_target){.kind = TARGET_SET,
                                         .reason = target->reason,
                                         .confidence = target->confidence,
                                         .stop = NAN,
                                         .take = NAN};
        target = &leave;
        if (state->weight == 0) return;
    }
    double fraction = engine_size_fraction(engine, slot, target);
    int64_t qty;
    if (!(fabs(fraction) < 1e6) || !engine_size_quantity(engine, slot, fraction, &qty)) {
        refuse_target(engine, slot, target->weight);
        return;
    }
    int64_t position = slot_position(engine, slot).m;
    int64_t pending = engine_pending(engine, slot, PURPOSE_TARGET) +
                      engine_algo_unsent(engine, slot) + (slot->net != NULL ? slot->net->part : 0);
    int64_t delta = qty - position - pending;
    bool unsized =
        fraction == 0 && target->weight != 0; // sizing has too little to go by: ask again
    if (unsized && position == 0 && pending == 0) return;
    if (denied_again(engine, slot, target, delta)) {
        hold(engine, slot, target);
        return;
    }
    state->denied = 0;
    state->weight = unsized ? NAN : target->weight;
    state->stop = target->stop / state->factor;
    state->take = target->take / state->factor;
    emit_target(engine, slot, target, fraction, qty);
    go(engine, slot, qty, delta, target->weight * target->confidence);
}

void engine_target_leave(struct engine *engine, struct slot *slot) {
    struct strategy_target none = {.kind = TARGET_SET, .confidence = 1, .stop = NAN, .take = NAN};
    emit_target(engine, slot, &none, 0, 0);
    go(engine, slot, 0, -slot_position(engine, slot).m, 0);
}

static void cancel_explicit(struct engine *engine, const struct slot *slot) {
    uint32_t handle = engine->orders.exposure[slot->instrument].first;
    while (handle != UINT32_MAX) {
        uint32_t next = orders_next_live(&engine->orders, handle);
        const struct order *order = orders_get(&engine->orders, handle);
        if (order->spec.strategy == slot->strategy && order->spec.purpose == PURPOSE_STRATEGY)
            engine_cancel(engine, handle);
        handle = next;
    }
}

// A quantity in whole lots, rounded down; what a decimal fraction's binary form lacks to a lot is not missed. 0
// where it is none.
static qty_t whole_lots(const struct engine *engine, const struct slot *slot, double qty) {
    const struct instrument *instrument = instrument_of(engine, slot);
    double lots = qty * engine->cache[slot->instrument].lot_per_unit, nearest = floor(lots + 0.5);
    if (!(lots > 0 && lots < 9e18)) return QTY(0);
    if (fabs(lots - nearest) > 1e-6) nearest = floor(lots);
    int64_t mantissa;
    if (decimal_narrow((int128_t)nearest * instrument->lot.m, &mantissa) < 0) return QTY(0);
    return QTY(mantissa);
}

static void explicit_order(struct engine *engine, const struct slot *slot,
                           const struct strategy_order *wish) {
    const struct instrument *instrument = instrument_of(engine, slot);
    double factor = slot->state->factor;
    enum rounding mode = wish->side > 0 ? ROUND_FLOOR : ROUND_CEIL;
    struct order_spec spec = {
        .instrument = slot->instrument,
        .strategy = slot->strategy,
        .side = wish->side,
        .type = wish->type,
        .tif = wish->tif,
        .flags = wish->flags,
        .purpose = PURPOSE_STRATEGY,
        .limit_price = raw_price(engine, slot, wish->limit_price / factor, mode),
        .stop_price = raw_price(engine, slot, wish->stop_price / factor, mode),
        .trail = raw_price(engine, slot, wish->trail / factor, ROUND_HALF_AWAY),
    };
    spec.qty = whole_lots(engine, slot, wish->qty);
    bool valid = spec.qty.m >= instrument->qty_min.m && wish->type < ORDER_TYPE_COUNT &&
                 wish->tif < TIF_COUNT && (wish->side == 1 || wish->side == -1);
    if (valid)
        engine_submit(engine, &spec);
    else
        engine_veto(engine, &spec, VETO_BAD_TARGET);
}

// An answer that is none: the strategy is at fault, never the engine.
static void refuse_answer(struct engine *engine, const struct instance *instance) {
    struct order_spec spec = {.instrument = instance->slots->instrument,
                              .strategy = instance->strategy,
                              .purpose = PURPOSE_STRATEGY};
    engine->strategies[instance->strategy].faults++;
    engine_veto(engine, &spec, VETO_BAD_TARGET);
}

// Of an order of its own alone.
static void cancel_own(struct engine *engine, const struct instance *instance, uint64_t order_id) {
    int handle = orders_find(&engine->orders, order_id);
    if (handle < 0) return;
    const struct order *order = orders_get(&engine->orders, (uint32_t)handle);
    if (order->spec.strategy == instance->strategy) engine_cancel(engine, (uint32_t)handle);
}

void engine_explicit(struct engine *engine, struct instance *instance,
                     const struct strategy_out *out) {
    if (out->order_count > STRATEGY_ORDERS_MAX || out->cancel_count > STRATEGY_WORKING_MAX) {
        refuse_answer(engine, instance);
        return;
    }
    if (out->cancel_orders)
        for (uint32_t i = 0; i < instance->slot_count; i++)
            cancel_explicit(engine, &instance->slots[i]);
    for (uint32_t i = 0; i < out->cancel_count; i++) cancel_own(engine, instance, out->cancels[i]);
    for (uint32_t i = 0; i < out->order_count; i++) {
        if (out->orders[i].instrument < instance->slot_count)
            explicit_order(engine, &instance->slots[out->orders[i].instrument], &out->orders[i]);
        else
            refuse_answer(engine, instance);
    }
}
