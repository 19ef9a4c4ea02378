// SPDX-License-Identifier: Apache-2.0
// Orders: they come, change and end.
#include "sim/matching/matching_state.h"

static uint32_t slot_new(struct matching *m, const struct matching_command *command,
                         const struct matching_taker *taker, uint32_t limit);
static void new_continuous(struct matching *m, const struct matching_command *command,
                           struct matching_taker *taker, uint32_t limit);
static void end_rest(struct matching *m, struct matching_taker *taker, uint32_t reason);
static uint32_t reach(const struct matching *m, int32_t side, uint32_t limit);
static void place(struct matching *m, uint32_t slot);

void matching_order_new(struct matching *m, const struct matching_command *command) {
    uint32_t reason = REASON_NONE, limit = market_level(m, command->side);
    if (!matching_order_command_good(m, command, &reason)) {
        matching_event_refused(m, MATCHING_REJECTED, command, reason);
        return;
    }
    if (command->type == ORDER_LIMIT || command->type == ORDER_STOP_LIMIT)
        CHECK(level_of(m, command->price, &limit));
    struct matching_taker taker = {
        .id = command->order_id,
        .leaves = command->qty,
        .owner = command->owner,
        .limit = reach(m, command->side, limit),
        .side = command->side,
        .stp = command->stp == MATCHING_STP_DEFAULT ? m->config.stp : command->stp,
    };
    bool stop = command->type == ORDER_STOP || command->type == ORDER_STOP_LIMIT ||
                command->type == ORDER_TRAILING_STOP;
    m->state->accepted += (uint64_t)command->qty;
    matching_event_taker(m, MATCHING_ACCEPTED, &taker, command->qty, REASON_NONE)->price =
        stop ? command->stop_price : command->price;
    bool late = command->tif == TIF_AT_CLOSE || command->type == ORDER_MARKET_ON_CLOSE;
    bool waits = late && m->state->phase != MATCHING_CLOSING_CALL;
    if (m->state->phase == MATCHING_CONTINUOUS && !stop && !waits) {
        new_continuous(m, command, &taker, limit);
        return;
    }
    uint32_t slot = slot_new(m, command, &taker, limit);
    if (stop)
        matching_stop_place(m, slot);
    else if (waits)
        matching_book_append(m, &m->state->close, PLACE_CLOSE, slot);
    else
        place(m, slot);
}

static void new_continuous(struct matching *m, const struct matching_command *command,
                           struct matching_taker *taker, uint32_t limit) {
    uint32_t other = ladder_of(-taker->side), best = m->state->best[other];
    bool at_once = command->tif == TIF_IOC || command->tif == TIF_FOK;
    bool empty = best == empty_best(m, other);
    int64_t need = command->tif == TIF_FOK ? command->qty : command->min_qty;
    if (command->type == ORDER_MARKET_TO_LIMIT) taker->limit = limit = best;
    bool none = command->type == ORDER_MARKET_TO_LIMIT && empty;
    if (none || (need > 0 && !matching_take_can(m, taker, need))) {
        end_rest(m, taker, REASON_NO_LIQUIDITY);
        return;
    }
    matching_take(m, taker);
    if (taker->leaves == 0) return;
    bool waits = command->type != ORDER_MARKET || m->state->phase != MATCHING_CONTINUOUS;
    uint32_t reason = taker->stopped != REASON_NONE ? taker->stopped : REASON_NO_LIQUIDITY;
    if (m->state->free == 0) reason = REASON_FULL; // a market order was to need no place
    if (taker->stopped != REASON_NONE || at_once || !waits || m->state->free == 0) {
        end_rest(m, taker, reason);
        return;
    }
    place(m, slot_new(m, command, taker, limit));
}

static uint32_t slot_new(struct matching *m, const struct matching_command *command,
                         const struct matching_taker *taker, uint32_t limit) {
    uint32_t slot = matching_book_slot_take(m, command->order_id, command->owner);
    struct matching_node *node = &m->nodes[slot];
    struct matching_terms *terms = &m->terms[slot];
    node->leaves = taker->leaves;
    node->filled = taker->filled;
    node->side = command->side;
    node->type = (uint8_t)command->type;
    node->tif = (uint8_t)command->tif;
    node->flags = (uint16_t)command->flags;
    node->stp = (uint8_t)taker->stp;
    if (command->type == ORDER_MARKET_ON_CLOSE) {
        node->type = ORDER_MARKET;
        node->tif = TIF_AT_CLOSE;
    }
    terms->display = command->display_qty;
    terms->stop = command->stop_price;
    terms->trail = command->trail;
    terms->expire_ns = command->expire_ns;
    terms->limit = limit;
    if (command->tif == TIF_GTD) matching_book_timed_add(m, slot);
    if (command->type == ORDER_TRAILING_STOP) matching_book_trailing_add(m, slot);
    return slot;
}

// How far an order goes: one without a price takes at any.
static uint32_t reach(const struct matching *m, int32_t side, uint32_t limit) {
    if (level_has_price(m, limit)) return limit;
    return side > 0 ? m->ticks : 1;
}

// At the end of its level's queue.
static void place(struct matching *m, uint32_t slot) {
    struct matching_node *node = &m->nodes[slot];
    const struct matching_terms *terms = &m->terms[slot];
    uint32_t ladder = ladder_of(node->side), best = m->state->best[ladder];
    bool all = terms->display == 0 || node->leaves < terms->display;
    bool better = ladder == BIDS ? terms->limit > best : terms->limit < best;
    node->shown = is_hidden(node) ? 0 : all ? node->leaves : terms->display;
    matching_book_link(m, ladder, terms->limit, slot);
    if (better && m->config.algorithm == MATCHING_PRO_RATA && !is_hidden(node) &&
        m->state->phase == MATCHING_CONTINUOUS)
        m->state->top[ladder] = slot;
}

static void end_rest(struct matching *m, struct matching_taker *taker, uint32_t reason) {
    int64_t qty = taker->leaves;
    taker->leaves = 0;
    m->state->canceled += (uint64_t)qty;
    matching_event_taker(m, MATCHING_CANCELED, taker, qty, reason);
}

void matching_order_enter(struct matching *m, uint32_t slot) {
    struct matching_node *node = &m->nodes[slot];
    if (m->state->phase != MATCHING_CONTINUOUS) {
        place(m, slot);
        return;
    }
    bool priced = level_has_price(m, m->terms[slot].limit);
    struct matching_taker taker = {
        .id = node->id,
        .leaves = node->leaves,
        .filled = node->filled,
        .owner = node->owner,
        .limit = reach(m, node->side, m->terms[slot].limit),
        .side = node->side,
        .stp = node->stp,
    };
    matching_take(m, &taker);
    bool waits = priced || m->state->phase != MATCHING_CONTINUOUS;
    if (taker.leaves > 0 && taker.stopped == REASON_NONE && waits) {
        node->leaves = taker.leaves;
        node->filled = taker.filled;
        place(m, slot);
        return;
    }
    if (taker.leaves > 0)
        end_rest(m, &taker, taker.stopped != REASON_NONE ? taker.stopped : REASON_NO_LIQUIDITY);
    matching_book_slot_free(m, slot);
}

void matching_order_end(struct matching *m, uint32_t slot, uint32_t kind, uint32_t reason) {
    int64_t qty = m->nodes[slot].leaves;
    m->state->canceled += (uint64_t)qty;
    matching_event_order(m, kind, slot, qty, reason)->leaves = 0;
    matching_book_unlink(m, slot);
    matching_book_slot_free(m, slot);
}

void matching_order_cancel(struct matching *m, const struct matching_command *command) {
    uint32_t slot = matching_book_find(m, command->order_id);
    if (slot == 0 || m->nodes[slot].owner != command->owner)
        matching_event_refused(m, MATCHING_CANCEL_REJECTED, command, REASON_UNKNOWN_ORDER);
    else
        matching_order_end(m, slot, MATCHING_CANCELED, REASON_REQUESTED);
}

void matching_order_mass_cancel(struct matching *m, const struct matching_command *command) {
    int64_t count = 0;
    uint32_t slot = 0;
    if (command->owner < m->config.owner_max) slot = m->owners[2 * (size_t)command->owner];
    for (uint32_t next; slot != 0; slot = next) {
        next = m->terms[slot].owner_next;
        if (command->side != 0 && m->nodes[slot].side != command->side) continue;
        matching_order_end(m, slot, MATCHING_CANCELED, REASON_REQUESTED);
        count++;
    }
    struct matching_event *event = matching_event_push(m, MATCHING_MASS_CANCELED);
    event->owner = command->owner;
    event->side = command->side;
    event->qty = count;
}

void matching_order_expire(struct matching *m) {
    struct matching_state *state = m->state;
    while (state->timed.first != 0 && m->terms[state->timed.first].expire_ns <= state->now_ns)
        matching_order_end(m, state->timed.first, MATCHING_EXPIRED, REASON_TIME);
}
