// SPDX-License-Identifier: Apache-2.0
// Netting: targets of an instant on one instrument leave as one order of the account; fills are allocated back.
//
// What strategies want of an instrument is collected until EVENT_CLOCK. The policy may hold some of it back; the rest,
// less what they hold and what is on its way, are deltas. One strategy alone sends an order of its own. Of several the
// sum goes out as the account's order; each fill of it is split in proportion to what each of them still wants, those
// that want the other way with the opposite sign, so that what crosses inside is done at the price of the fill. What
// no order carries (a sum of nothing, or one that was refused) crosses at the board's price. An instrument has one
// order of the account at a time: new wishes take it back and wait for its end, so that no two of our orders for
// targets are ever at work against each other.
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "engine/engine_state.h"

enum { ANY_SIDE = 2 };

static struct slot *const *slots_of(const struct engine *engine, uint32_t instrument,
                                    uint32_t *ret_count) {
    *ret_count = engine->cache[instrument].slot_count;
    return engine->cache[instrument].slots;
}

static int64_t position_of(const struct engine *engine, const struct slot *slot) {
    return ledger_position(engine->ledger, slot->strategy, slot->instrument)->qty.m;
}

static void ask(struct engine *engine, struct slot *slot) {
    if (slot->net->asked) return;
    slot->net->asked = 1;
    engine->net_rows[slot->instrument].asked++;
}

static void answered(struct engine *engine, struct slot *slot) {
    engine->net_rows[slot->instrument].asked -= slot->net->asked;
    slot->net->asked = 0;
}

void engine_net_wish(struct engine *engine, struct slot *slot, int64_t qty, double strength) {
    slot->net->wish = qty;
    slot->net->strength = fabs(strength);
    ask(engine, slot);
}

void engine_net_forget(struct engine *engine, struct slot *slot) {
    if (slot->net == NULL) return;
    answered(engine, slot);
    slot->net->wish = 0;
    slot->net->held_back = 0;
}

// The order's other parts are asked for again.
static void take_back(struct engine *engine, uint32_t instrument, uint32_t handle) {
    uint32_t count;
    struct slot *const *slots = slots_of(engine, instrument, &count);
    for (uint32_t k = 0; k < count; k++)
        if (slots[k]->net->part != 0) ask(engine, slots[k]);
    engine_cancel(engine, handle);
}

void engine_net_leave(struct engine *engine, struct slot *slot) {
    if (slot->net == NULL) return;
    int handle = slot->net->part == 0
                     ? -1
                     : orders_find(&engine->orders, engine->net_rows[slot->instrument].order_id);
    if (handle >= 0) take_back(engine, slot->instrument, (uint32_t)handle);
    engine_net_forget(engine, slot);
}

// floor(weight x amount / total) of each, and the units that are left to the largest remainders, the first of equal
// ones. Weights are signed and add up to total > 0, the results to amount >= 0; none is beyond its weight where amount
// is at most total.
static void apportion(const int64_t *weights, uint32_t count, int64_t total, int64_t amount,
                      int64_t *ret_shares) {
    int64_t left = amount;
    for (uint32_t k = 0; k < count; k++) {
        ret_shares[k] =
            (int64_t)decimal_div_round((int128_t)weights[k] * amount, total, ROUND_FLOOR);
        left -= ret_shares[k];
    }
    for (; left > 0; left--) {
        uint32_t best = count;
        int128_t most = 0;
        for (uint32_t k = 0; k < count; k++) {
            int128_t rest = (int128_t)weights[k] * amount - (int128_t)ret_shares[k] * total;
            if (rest <= most) continue;
            most = rest;
            best = k;
        }
        CHECK(best < count);
        ret_shares[best]++;
    }
}

// The same in whole lots, where everything is.
static void apportion_lots(const struct engine *engine, uint32_t instrument, int64_t *weights,
                           uint32_t count, int64_t total, int64_t amount, int64_t *ret_shares) {
    int64_t lot = engine->config.instruments->items[instrument].lot.m;
    bool whole = amount % lot == 0;
    for (uint32_t k = 0; k < count; k++) whole = whole && weights[k] % lot == 0;
    int64_t unit = whole ? lot : 1;
    for (uint32_t k = 0; k < count; k++) weights[k] /= unit;
    apportion(weights, count, total / unit, amount / unit, ret_shares);
    for (uint32_t k = 0; k < count; k++) ret_shares[k] *= unit;
}

// A part of a fill, or of what crosses inside (order_id 0), becomes the strategy's.
static void allocate(struct engine *engine, struct slot *slot, uint64_t order_id, int64_t qty,
                     price_t price, int64_t fee, uint32_t fee_currency) {
    struct allocation_event *event =
        engine_emit(engine, EVENT_ALLOCATION, sizeof(struct allocation_event), slot->instrument);
    event->order_id = order_id;
    event->strategy = slot->strategy;
    event->side = qty > 0 ? 1 : -1;
    event->qty = QTY(qty > 0 ? qty : -qty);
    event->price = price;
    event->fee = fee;
    event->fee_currency = fee_currency;
    struct order_event fill = {.header = *engine->cause,
                               .order_id = order_id,
                               .price = price,
                               .qty = event->qty,
                               .fee = fee,
                               .fee_currency = fee_currency};
    fill.header.instrument = slot->instrument;
    int handle = order_id != 0 ? orders_find(&engine->orders, order_id) : -1;
    const struct order_spec *spec =
        handle >= 0 ? &orders_get(&engine->orders, (uint32_t)handle)->spec : NULL;
    engine_book_fill(engine, slot->strategy, event->side, &fill, spec);
}

// After a strategy's part was booked.
static void follow(struct engine *engine, struct slot *slot) {
    engine_protect(engine, slot);
    if (engine_closes(engine, slot->strategy)) engine_follow_drain(engine, slot->strategy);
}

// Deltas that add up to nothing change hands at the board's price, free of charge.
static void cross(struct engine *engine, uint32_t instrument, const int64_t *deltas) {
    uint32_t count, currency = engine->config.instruments->items[instrument].currency;
    struct slot *const *slots = slots_of(engine, instrument, &count);
    price_t price = engine->board.rows[instrument].last;
    for (uint32_t k = 0; k < count; k++)
        if (deltas[k] != 0) allocate(engine, slots[k], 0, deltas[k], price, 0, currency);
    for (uint32_t k = 0; k < count; k++)
        if (deltas[k] != 0) follow(engine, slots[k]);
}

// Takes `excess` from the deltas of the side that has it; who loses something is asked again.
static void cut(struct engine *engine, uint32_t instrument, int64_t *deltas, int32_t side,
                int64_t excess, bool denied) {
    uint32_t count;
    struct slot *const *slots = slots_of(engine, instrument, &count);
    int64_t total = 0, *weights = engine->net_weights, *shares = engine->net_shares;
    for (uint32_t k = 0; k < count; k++) {
        weights[k] = side * deltas[k] > 0 ? side * deltas[k] : 0;
        total += weights[k];
    }
    apportion_lots(engine, instrument, weights, count, total, excess, shares);
    for (uint32_t k = 0; k < count; k++) {
        if (shares[k] == 0) continue;
        deltas[k] -= side * shares[k];
        slots[k]->state->denied = denied;
        if (!denied) slots[k]->state->weight = NAN;
    }
}

// Protection of a position that is about to shrink covers what will be left.
static void shrink_protection(struct engine *engine, uint32_t instrument, const int64_t *deltas) {
    uint32_t count;
    struct slot *const *slots = slots_of(engine, instrument, &count);
    for (uint32_t k = 0; k < count; k++) {
        int64_t position = position_of(engine, slots[k]);
        if (deltas[k] == 0 || position == 0 || (position > 0) == (deltas[k] > 0)) continue;
        int64_t left = position + deltas[k];
        engine_protect_at(engine, slots[k], (left > 0) == (position > 0) ? left : 0);
    }
}

static void send_account_order(struct engine *engine, uint32_t instrument, int64_t *deltas,
                               int64_t sum) {
    uint32_t count, heir = 0;
    struct slot *const *slots = slots_of(engine, instrument, &count);
    struct order_spec spec = {.instrument = instrument,
                              .strategy = engine->config.strategy_count,
                              .side = sum > 0 ? 1 : -1,
                              .type = ORDER_MARKET,
                              .tif = TIF_GTC,
                              .purpose = PURPOSE_TARGET,
                              .qty = QTY(sum > 0 ? sum : -sum)};
    shrink_protection(engine, instrument, deltas);
    int64_t least = engine->config.instruments->items[instrument].qty_min.m, taken = 0;
    uint64_t id = spec.qty.m < least ? 0 : engine_submit(engine, &spec);
    if (id != 0)
        taken = orders_get(&engine->orders, (uint32_t)orders_find(&engine->orders, id))->spec.qty.m;
    if (taken < spec.qty.m)
        cut(engine, instrument, deltas, spec.side, spec.qty.m - taken,
            id == 0 && engine_denies(engine, &spec));
    if (id == 0) {
        cross(engine, instrument, deltas);
    } else {
        while (heir < count && deltas[heir] * spec.side <= 0) heir++;
        engine->net_rows[instrument].order_id = id;
        engine->net_rows[instrument].heir = heir;
        for (uint32_t k = 0; k < count; k++) slots[k]->net->part = deltas[k];
    }
    if (taken < spec.qty.m)
        for (uint32_t k = 0; k < count; k++) engine_protect(engine, slots[k]);
}

// The side that may be held: 1, -1, 0 for none, ANY_SIDE.
static int32_t policy_side(const struct engine *engine, uint32_t instrument) {
    uint32_t count;
    struct slot *const *slots = slots_of(engine, instrument, &count);
    const struct net_slot *best = NULL;
    bool buys = false, sells = false;
    for (uint32_t k = 0; k < count; k++) {
        const struct net_slot *net = slots[k]->net;
        buys = buys || net->wish > 0;
        sells = sells || net->wish < 0;
        bool first = net->wish != 0 && best == NULL;
        bool better = net->wish != 0 && best != NULL && net->strength > best->strength;
        if (first || (better && engine->config.netting == NETTING_STRONGEST)) best = net;
    }
    if (engine->config.netting == NETTING_NET || !buys || !sells) return ANY_SIDE;
    if (engine->config.netting == NETTING_VETO) return 0;
    return best->wish > 0 ? 1 : -1;
}

// What a halt leaves of a goal: nothing that adds to the position.
static int64_t allowed(struct engine *engine, struct slot *slot, int64_t position, int64_t goal) {
    if (LIKELY(!engine_slot_halted(engine, slot->strategy, slot->instrument))) return goal;
    int64_t left = (goal > 0) != (position > 0) ? 0 : goal;
    if (position > 0 ? left > position : left < position) left = position;
    if (left == goal) return goal;
    struct order_spec spec = {.instrument = slot->instrument,
                              .strategy = slot->strategy,
                              .side = goal > position ? 1 : -1,
                              .purpose = PURPOSE_TARGET,
                              .qty = QTY(goal > position ? goal - position : position - goal)};
    if (!slot->state->denied) engine_veto(engine, &spec, VETO_HALTED);
    slot->state->denied = 1;
    return left;
}

// What a strategy's permissions leave of a change toward a goal: all of it, or nothing. What only reduces passes.
static int64_t permitted(struct engine *engine, struct slot *slot, int64_t position, int64_t goal,
                         int64_t delta) {
    struct order_spec spec = {.instrument = slot->instrument,
                              .strategy = slot->strategy,
                              .side = delta > 0 ? 1 : -1,
                              .type = ORDER_MARKET,
                              .purpose = PURPOSE_TARGET,
                              .qty = QTY(delta > 0 ? delta : -delta)};
    uint32_t rule;
    struct risk_result result;
    bool reduces = position > 0 ? delta < 0 && goal >= 0 : delta > 0 && goal <= 0;
    if (reduces || risk_gate_permits(&engine->gate, &spec, goal, &rule, &result)) return delta;
    engine_veto_by(engine, &spec, rule, &result);
    slot->state->weight = NAN; // the next decision tries again
    return 0;
}

static bool is_held_back(const struct net_slot *net, int32_t side) {
    return side != ANY_SIDE && net->wish != 0 && (net->wish > 0 ? 1 : -1) != side;
}

// What each slot is short of, and the sum; how many want something.
static uint32_t find_deltas(struct engine *engine, uint32_t instrument, int32_t side,
                            int64_t *deltas, int128_t *ret_sum) {
    uint32_t count, wanting = 0;
    struct slot *const *slots = slots_of(engine, instrument, &count);
    int64_t least = engine->config.instruments->items[instrument].qty_min.m;
    *ret_sum = 0;
    for (uint32_t k = 0; k < count; k++) {
        struct slot *slot = slots[k];
        bool held_back = is_held_back(slot->net, side);
        deltas[k] = 0;
        if (!slot->net->asked && held_back == (slot->net->held_back != 0)) continue;
        int64_t position = position_of(engine, slot);
        int64_t goal = allowed(engine, slot, position, held_back ? 0 : slot->net->wish);
        int64_t delta = goal - position - engine_pending(engine, slot, PURPOSE_TARGET);
        if (goal != 0 && delta < least && -delta < least) continue;
        if (delta != 0) delta = permitted(engine, slot, position, goal, delta);
        deltas[k] = delta;
        *ret_sum += delta;
        wanting += delta != 0;
    }
    return wanting;
}

// Whether orders for targets are at work that new ones have to wait for; those that can be are taken back.
static bool has_to_wait(struct engine *engine, uint32_t instrument, int128_t sum) {
    bool waits = false;
    uint32_t handle = engine->orders.exposure[instrument].first;
    while (handle != UINT32_MAX) {
        uint32_t next = orders_next_live(&engine->orders, handle);
        const struct order *order = orders_get(&engine->orders, handle);
        bool ours = order->spec.strategy == engine->config.strategy_count;
        bool against = sum != 0 && (order->spec.side > 0) != (sum > 0);
        bool pending = order->state == ORDER_PENDING_CANCEL || order->state == ORDER_UNKNOWN;
        if (order->spec.purpose == PURPOSE_TARGET && (ours || against || pending)) {
            waits = true;
            if (!pending && ours) take_back(engine, instrument, handle);
            if (!pending && !ours) {
                ask(engine, engine_slot(engine, order->spec.strategy, instrument));
                engine_cancel(engine, handle);
            }
        }
        handle = next;
    }
    return waits;
}

static void net_instrument(struct engine *engine, uint32_t instrument) {
    uint32_t count;
    struct slot *const *slots = slots_of(engine, instrument, &count);
    int64_t *deltas = engine->net_deltas;
    int32_t side = policy_side(engine, instrument);
    int128_t sum;
    uint32_t wanting = find_deltas(engine, instrument, side, deltas, &sum);
    if (has_to_wait(engine, instrument, sum)) return;
    for (uint32_t k = 0; k < count; k++) {
        answered(engine, slots[k]);
        slots[k]->net->held_back = is_held_back(slots[k]->net, side);
    }
    if (sum > INT64_MAX || sum < -INT64_MAX || wanting == 0) return;
    if (wanting == 1) {
        for (uint32_t k = 0; k < count; k++)
            if (deltas[k] != 0)
                engine_move(engine, slots[k], position_of(engine, slots[k]), deltas[k]);
    } else {
        for (uint32_t k = 0; k < count; k++)
            if (deltas[k] != 0) (void)!engine_may_order(engine, slots[k]->strategy);
        if (sum == 0)
            cross(engine, instrument, deltas);
        else
            send_account_order(engine, instrument, deltas, (int64_t)sum);
    }
}

void engine_net(struct engine *engine) {
    for (uint32_t i = 0; i < engine->config.instruments->count; i++)
        if (engine->net_rows[i].asked > 0) net_instrument(engine, i);
    for (uint32_t s = 0; s < engine->config.strategy_count; s++) engine_judge(engine, s);
}

// A fee, or a rebate, is of those on the order's side, by what they got.
static void share_fee(const int64_t *shares, uint32_t count, int64_t fee, int64_t *weights,
                      int64_t *ret_fees) {
    int64_t total = 0;
    for (uint32_t k = 0; k < count; k++) {
        weights[k] = shares[k] > 0 ? shares[k] : 0;
        total += weights[k];
    }
    memset(ret_fees, 0, count * sizeof *ret_fees);
    if (fee == 0) return;
    // The fee is divided by quantity: a part of it for each, the remainder to the first.
    int64_t left = fee;
    uint32_t first = count;
    for (uint32_t k = 0; k < count; k++) {
        if (weights[k] == 0) continue;
        if (first == count) first = k;
        ret_fees[k] = (int64_t)decimal_div_round((int128_t)fee * weights[k], total, ROUND_TO_ZERO);
        left -= ret_fees[k];
    }
    ret_fees[first] += left;
}

// Books what each gets of a fill of the account's, `shares` of the order's side, and lets their protection follow.
static void hand_out(struct engine *engine, const struct order_event *event, int64_t side) {
    uint32_t count;
    struct slot *const *slots = slots_of(engine, event->header.instrument, &count);
    const int64_t *shares = engine->net_shares, *fees = engine->net_fees;
    share_fee(shares, count, event->fee, engine->net_weights, engine->net_fees);
    for (uint32_t k = 0; k < count; k++)
        if (shares[k] != 0)
            allocate(engine, slots[k], event->order_id, side * shares[k], event->price, fees[k],
                     event->fee_currency);
    int64_t *booked = engine->net_deltas;
    memcpy(booked, shares, count * sizeof *booked);
    for (uint32_t k = 0; k < count; k++)
        if (booked[k] != 0) follow(engine, slots[k]);
}

void engine_net_fill(struct engine *engine, const struct order *order,
                     const struct order_event *event) {
    uint32_t count, instrument = order->spec.instrument;
    struct slot *const *slots = slots_of(engine, instrument, &count);
    const struct net_row *row = &engine->net_rows[instrument];
    bool known = row->order_id == order->id;
    int64_t *weights = engine->net_weights, *shares = engine->net_shares;
    int64_t left = 0, qty = event->qty.m, side = order->spec.side;
    for (uint32_t k = 0; k < count; k++) {
        weights[k] = known ? side * slots[k]->net->part : 0;
        left += weights[k];
    }
    int64_t part = qty < left ? qty : left;
    if (part > 0)
        apportion_lots(engine, instrument, weights, count, left, part, shares);
    else
        memset(shares, 0, count * sizeof *shares);
    for (uint32_t k = 0; k < count; k++) slots[k]->net->part -= side * shares[k];
    // More than was asked for, or after the order's end: somebody has to own it.
    shares[known ? row->heir : 0] += qty - part;
    hand_out(engine, event, side);
}

// The venue changed what is left of the account's order, as a split does: everybody's part of it follows in proportion.
void engine_net_replaced(struct engine *engine, const struct order *order) {
    uint32_t count, instrument = order->spec.instrument;
    struct slot *const *slots = slots_of(engine, instrument, &count);
    int64_t *weights = engine->net_weights, *shares = engine->net_shares;
    int64_t left = 0, leaves = order_leaves(order).m, side = order->spec.side;
    if (engine->net_rows[instrument].order_id != order->id) return;
    for (uint32_t k = 0; k < count; k++) {
        weights[k] = side * slots[k]->net->part;
        left += weights[k];
    }
    if (left <= 0 || left == leaves) return;
    apportion_lots(engine, instrument, weights, count, left, leaves, shares);
    for (uint32_t k = 0; k < count; k++) slots[k]->net->part = side * shares[k];
}

// A report that does not say its side closes what the account's latest order opened.
static int64_t forced_side(const struct engine *engine, const struct order_event *event) {
    uint32_t instrument = event->header.instrument;
    if (event->side != 0) return event->side;
    int handle = orders_find(&engine->orders, engine->net_rows[instrument].order_id);
    if (handle >= 0) return -orders_get(&engine->orders, (uint32_t)handle)->spec.side;
    return ledger_quantity(engine->ledger, instrument).m > 0 ? -1 : 1;
}

// What was filled is allocated by now: whoever holds something that way loses in proportion, and what nobody holds is
// the heir's.
int engine_net_forced(struct engine *engine, const struct order_event *event) {
    uint32_t count, instrument = event->header.instrument;
    struct slot *const *slots = slots_of(engine, instrument, &count);
    int64_t *weights = engine->net_weights, *shares = engine->net_shares;
    int64_t side = forced_side(engine, event), held = 0;
    if (count == 0) return ERR_NOT_FOUND;
    for (uint32_t k = 0; k < count; k++) {
        int64_t against = -side * position_of(engine, slots[k]);
        weights[k] = against > 0 ? against : 0;
        held += weights[k];
    }
    int64_t part = event->qty.m < held ? event->qty.m : held;
    if (part > 0)
        apportion_lots(engine, instrument, weights, count, held, part, shares);
    else
        memset(shares, 0, count * sizeof *shares);
    shares[engine->net_rows[instrument].heir] += event->qty.m - part;
    hand_out(engine, event, side);
    return 0;
}

// What an order that ended leaves: where nobody waits to ask anew, what crosses inside still does, and who lost
// something is asked again.
void engine_net_end(struct engine *engine, const struct order *order) {
    uint32_t count, instrument = order->spec.instrument;
    struct slot *const *slots = slots_of(engine, instrument, &count);
    struct net_row *row = &engine->net_rows[instrument];
    int64_t *deltas = engine->net_deltas, *parted = engine->net_fees, left = 0;
    if (row->order_id != order->id) return;
    for (uint32_t k = 0; k < count; k++) {
        parted[k] = deltas[k] = slots[k]->net->part;
        slots[k]->net->part = 0;
        left += order->spec.side * deltas[k];
    }
    bool crosses = row->asked == 0 && !engine->board.rows[instrument].delisted;
    if (left > 0 && crosses) {
        cut(engine, instrument, deltas, order->spec.side, left, false);
        cross(engine, instrument, deltas);
    }
    for (uint32_t k = 0; k < count; k++)
        if (parted[k] != 0) engine_protect(engine, slots[k]);
}

void engine_net_split(struct engine *engine, const struct split_event *split) {
    uint32_t count, instrument = split->header.instrument;
    struct slot *const *slots = slots_of(engine, instrument, &count);
    int64_t lot = engine->config.instruments->items[instrument].lot.m;
    for (uint32_t k = 0; k < count; k++) {
        if (slots[k]->net == NULL) continue;
        int128_t lots =
            (int128_t)slots[k]->net->wish * split->numerator / ((int128_t)split->denominator * lot);
        if (decimal_narrow(lots * lot, &slots[k]->net->wish) < 0) slots[k]->net->wish = 0;
    }
}

void engine_net_check(const struct engine *engine) {
    for (uint32_t i = 0; i < engine->config.instruments->count; i++) {
        uint32_t count;
        struct slot *const *slots = slots_of(engine, i, &count);
        int64_t parts = 0;
        uint64_t asked = 0;
        for (uint32_t k = 0; k < count; k++) {
            if (slots[k]->net == NULL) continue;
            parts += slots[k]->net->part;
            asked += slots[k]->net->asked;
        }
        CHECK(asked == engine->net_rows[i].asked);
        uint64_t id = engine->net_rows[i].order_id;
        int handle = id == 0 ? -1 : orders_find(&engine->orders, id);
        const struct order *order =
            handle < 0 ? NULL : orders_get(&engine->orders, (uint32_t)handle);
        CHECK(parts == (order == NULL ? 0 : order->spec.side * order_leaves(order).m));
    }
}
