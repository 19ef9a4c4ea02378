// SPDX-License-Identifier: Apache-2.0
// A change of an order: what it asks, whether it may, and whether the order keeps its time.
#include "sim/matching/matching_state.h"

struct change {
    uint32_t slot;
    uint32_t limit; // level, as in matching_terms
    int64_t total;
    int64_t leaves;
    int64_t stop;
    int64_t display;
};

static uint32_t judge(const struct matching *m, const struct matching_command *command,
                      struct change *ret_change);
static uint32_t judge_price(const struct matching *m, const struct matching_command *command,
                            struct change *change);
static uint32_t judge_display(const struct matching *m, const struct matching_command *command,
                              struct change *change);
static void make(struct matching *m, const struct change *change);

void matching_order_replace(struct matching *m, const struct matching_command *command) {
    struct change change;
    uint32_t reason = judge(m, command, &change);
    if (reason != REASON_NONE)
        matching_event_refused(m, MATCHING_REPLACE_REJECTED, command, reason);
    else
        make(m, &change);
}

// Of several faults the first here is told.
static uint32_t judge(const struct matching *m, const struct matching_command *command,
                      struct change *ret_change) {
    uint32_t slot = matching_book_find(m, command->order_id), phase = m->state->phase;
    const struct matching_node *node = &m->nodes[slot];
    if (slot == 0 || node->owner != command->owner) return REASON_UNKNOWN_ORDER;
    if (phase == MATCHING_CLOSED) return REASON_MARKET_CLOSED;
    if (phase == MATCHING_HALTED) return REASON_HALTED;
    int64_t total = command->qty != 0 ? command->qty : node->filled + node->leaves;
    if (total < 0 || total > m->qty_max || total % m->config.lot != 0) return REASON_BAD_ORDER;
    if (total <= node->filled) return REASON_TOO_LATE;
    *ret_change = (struct change){.slot = slot, .total = total, .leaves = total - node->filled};
    uint32_t reason = judge_price(m, command, ret_change);
    if (reason == REASON_NONE) reason = judge_display(m, command, ret_change);
    if (reason != REASON_NONE) return reason;
    bool takes = crosses(node->side, ret_change->limit, m->state->best[ladder_of(-node->side)]);
    if ((node->flags & MATCHING_POST_ONLY) != 0 && phase == MATCHING_CONTINUOUS && takes)
        return REASON_POST_ONLY_WOULD_TAKE;
    return REASON_NONE;
}

static uint32_t judge_price(const struct matching *m, const struct matching_command *command,
                            struct change *change) {
    const struct matching_node *node = &m->nodes[change->slot];
    const struct matching_terms *terms = &m->terms[change->slot];
    bool has_limit = level_has_price(m, terms->limit);
    uint32_t level = 0;
    change->limit = terms->limit;
    change->stop = terms->stop;
    if (!has_limit && node->type != ORDER_STOP)
        return command->price == 0 ? REASON_NONE : REASON_BAD_ORDER;
    if (command->price < m->config.price_min || command->price > m->config.price_max)
        return REASON_PRICE_BAND;
    if (!level_of(m, command->price, &level)) return REASON_BAD_ORDER;
    if (has_limit)
        change->limit = level;
    else
        change->stop = command->price;
    return REASON_NONE;
}

static uint32_t judge_display(const struct matching *m, const struct matching_command *command,
                              struct change *change) {
    int64_t display = m->terms[change->slot].display, asked = command->display_qty;
    change->display = display;
    if (asked != 0) {
        if (display == 0 || asked < 0 || asked % m->config.lot != 0) return REASON_BAD_ORDER;
        change->display = asked;
    }
    bool many =
        change->display != 0 && (change->leaves - 1) / change->display >= MATCHING_SLICES_MAX;
    return many ? REASON_BAD_ORDER : REASON_NONE;
}

// Back in its place, as the last of it.
static void again(struct matching *m, const struct change *change, uint32_t place) {
    struct matching_node *node = &m->nodes[change->slot];
    if (place == PLACE_CLOSE)
        matching_book_append(m, &m->state->close, PLACE_CLOSE, change->slot);
    else if (place == PLACE_WAITING)
        matching_book_append(m, &m->state->waiting, PLACE_WAITING, change->slot);
    else if (place_ladder(place) <= ASKS)
        matching_order_enter(m, change->slot);
    else if (node->type == ORDER_STOP)
        matching_stop_place(m, change->slot);
    else
        matching_book_link(m, place_ladder(place), place_level(place), change->slot);
}

static void make(struct matching *m, const struct change *change) {
    struct matching_node *node = &m->nodes[change->slot];
    struct matching_terms *terms = &m->terms[change->slot];
    uint32_t place = node->place;
    bool in_stops = place_is_level(place) && place_ladder(place) > ASKS;
    bool stays = change->leaves <= node->leaves && change->stop == terms->stop &&
                 (change->limit == terms->limit || in_stops);
    m->state->accepted += (uint64_t)(change->leaves - node->leaves);
    terms->limit = change->limit;
    terms->stop = change->stop;
    terms->display = change->display;
    if (stays) {
        matching_book_reduce(m, change->slot, node->leaves - change->leaves);
    } else {
        matching_book_unlink(m, change->slot);
        node->leaves = change->leaves;
        if (in_stops) node->shown = node->leaves;
    }
    matching_event_order(m, MATCHING_REPLACED, change->slot, change->total, REASON_NONE);
    if (!stays) again(m, change, place);
}
