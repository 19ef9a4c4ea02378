// SPDX-License-Identifier: Apache-2.0
// Phases and the auctions between them.
#include "sim/matching/matching_state.h"

struct candidates {
    int64_t volume;
    int64_t surplus; // the least without its sign; -1: none yet
    uint32_t low;
    uint32_t high;
    bool all_bought; // more is bought than sold at each
    bool all_sold;
};

static bool reference_of(const struct matching *m, int64_t *ret_price);
static void consider(struct candidates *found, uint32_t level, int64_t bought, int64_t sold);
static int64_t settle(const struct matching *m, const struct candidates *found);
static struct matching_auction at_price(const struct matching *m, int64_t price);
static bool allowed(const struct matching *m, uint32_t to);
static void uncross(struct matching *m);
static void after_auction(struct matching *m, bool traded, int64_t price);
static void end_where(struct matching *m, bool closing);
static void enter_close(struct matching *m);

bool matching_equilibrium(const struct matching *m, struct matching_auction *ret_auction) {
    struct candidates found = {.surplus = -1};
    int64_t bought = level_get(m, BIDS, m->ticks + 1)->total, sold = level_get(m, ASKS, 0)->total;
    int64_t price = 0;
    for (uint32_t at = matching_book_at_or_above(m, BIDS, 1); at <= m->ticks;
         at = matching_book_at_or_above(m, BIDS, at + 1))
        bought += level_get(m, BIDS, at)->total;
    for (uint32_t at = 0;;) {
        uint32_t bid = matching_book_at_or_above(m, BIDS, at + 1);
        uint32_t ask = matching_book_at_or_above(m, ASKS, at + 1);
        at = bid < ask ? bid : ask;
        if (at > m->ticks) break;
        sold += level_get(m, ASKS, at)->total;
        consider(&found, at, bought, sold);
        bought -= level_get(m, BIDS, at)->total;
    }
    if (found.surplus >= 0)
        price = settle(m, &found);
    else if (!reference_of(m, &price))
        return false;
    struct matching_auction auction = at_price(m, price);
    if (auction.volume == 0) return false;
    *ret_auction = auction;
    return true;
}

static bool reference_of(const struct matching *m, int64_t *ret_price) {
    bool known = m->state->has_last || m->config.reference_price != 0;
    *ret_price = m->state->has_last ? m->state->last : m->config.reference_price;
    return known;
}

static void consider(struct candidates *found, uint32_t level, int64_t bought, int64_t sold) {
    int64_t volume = bought < sold ? bought : sold;
    int64_t surplus = bought < sold ? sold - bought : bought - sold;
    bool better = found->surplus < 0 || volume > found->volume ||
                  (volume == found->volume && surplus < found->surplus);
    if (better)
        *found = (struct candidates){volume, surplus, level, level, true, true};
    else if (volume < found->volume || surplus > found->surplus)
        return;
    found->high = level;
    found->all_bought = found->all_bought && bought > sold;
    found->all_sold = found->all_sold && sold > bought;
}

static int64_t settle(const struct matching *m, const struct candidates *found) {
    int64_t low = price_of(m, found->low), high = price_of(m, found->high), price;
    if (found->all_bought) return high;
    if (found->all_sold) return low;
    if (!reference_of(m, &price)) return price_of(m, found->low + (found->high - found->low) / 2);
    return price < low ? low : price > high ? high : price;
}

static struct matching_auction at_price(const struct matching *m, int64_t price) {
    int64_t bought = 0, sold = 0;
    uint32_t level;
    CHECK(level_of(m, price, &level));
    for (uint32_t at = matching_book_at_or_above(m, BIDS, level); at <= m->ticks + 1;
         at = matching_book_at_or_above(m, BIDS, at + 1))
        bought += level_get(m, BIDS, at)->total;
    for (uint32_t at = matching_book_at_or_above(m, ASKS, 0); at <= level;
         at = matching_book_at_or_above(m, ASKS, at + 1))
        sold += level_get(m, ASKS, at)->total;
    return (struct matching_auction){price, bought < sold ? bought : sold, bought - sold};
}

void matching_auction_indicate(struct matching *m) {
    struct matching_auction now = {0}, *told = &m->state->told;
    uint32_t phase = m->state->phase;
    if ((m->config.report & MATCHING_REPORT_INDICATIVE) == 0) return;
    if (!phase_collects(phase) || phase == MATCHING_PRE_OPEN) return;
    (void)matching_equilibrium(m, &now);
    if (now.price == told->price && now.volume == told->volume && now.surplus == told->surplus)
        return;
    *told = now;
    struct matching_event *event = matching_event_push(m, MATCHING_INDICATIVE);
    event->price = now.price;
    event->qty = now.volume;
    event->other_leaves = now.surplus;
}

void matching_auction_phase(struct matching *m, const struct matching_command *command) {
    struct matching_state *state = m->state;
    uint32_t to = command->phase, from = state->phase;
    if (!allowed(m, to)) {
        matching_event_refused(m, MATCHING_PHASE_REJECTED, command,
                               to < MATCHING_PHASE_COUNT ? REASON_PHASE : REASON_BAD_ORDER);
        return;
    }
    uint64_t trades = state->trades;
    if (phase_collects(from) && !phase_collects(to) && to != MATCHING_HALTED) uncross(m);
    if (to == MATCHING_CLOSED) end_where(m, true);
    state->phase = to;
    state->told = (struct matching_auction){0};
    matching_event_push(m, MATCHING_PHASE_CHANGED)->number = to;
    if (to == MATCHING_CLOSING_CALL) enter_close(m);
    if (to == MATCHING_CONTINUOUS && state->has_last) matching_stop_look(m, state->last);
    if (state->trades != trades) matching_stop_trail(m, state->last);
}

static bool allowed(const struct matching *m, uint32_t to) {
    uint32_t from = m->state->phase;
    if (to >= MATCHING_PHASE_COUNT || to == from) return false;
    if (to == MATCHING_CONTINUOUS || from == MATCHING_CLOSED)
        return phase_collects(to == MATCHING_CONTINUOUS ? from : to);
    return true;
}

// An order of the auction gives all it has: icebergs count whole, and show a new slice of what is left.
static void auction_take(struct matching *m, uint32_t slot, int64_t qty) {
    struct matching_node *node = &m->nodes[slot];
    int64_t display = m->terms[slot].display, rest = node->leaves - qty;
    int64_t shown = is_hidden(node) ? 0 : display == 0 || rest < display ? rest : display;
    struct matching_level *level =
        level_get(m, place_ladder(node->place), place_level(node->place));
    level->total -= qty;
    level->shown += shown - node->shown;
    node->leaves = rest;
    node->shown = shown;
    node->filled += qty;
    if (!is_hidden(node)) matching_event_dirty(m, node->place);
    if (rest > 0) return;
    matching_book_unlink(m, slot);
    matching_book_slot_free(m, slot);
}

static int64_t auction_fill(struct matching *m, int64_t most, int64_t price) {
    uint32_t buyer = level_get(m, BIDS, m->state->best[BIDS])->first;
    uint32_t seller = level_get(m, ASKS, m->state->best[ASKS])->first;
    const struct matching_node *buy = &m->nodes[buyer], *sell = &m->nodes[seller];
    int64_t qty = buy->leaves < sell->leaves ? buy->leaves : sell->leaves;
    if (qty > most) qty = most;
    struct matching_event *event = matching_event_push(m, MATCHING_FILL);
    event->order_id = buy->id;
    event->other_id = sell->id;
    event->price = price;
    event->qty = qty;
    event->leaves = buy->leaves - qty;
    event->other_leaves = sell->leaves - qty;
    event->number = ++m->state->trades;
    event->owner = buy->owner;
    event->other_owner = sell->owner;
    m->state->traded += (uint64_t)qty;
    auction_take(m, buyer, qty);
    auction_take(m, seller, qty);
    return qty;
}

static void uncross(struct matching *m) {
    struct matching_auction auction = {0};
    bool trades = matching_equilibrium(m, &auction);
    if (trades) {
        struct matching_event *event = matching_event_push(m, MATCHING_UNCROSSED);
        event->price = auction.price;
        event->qty = auction.volume;
        event->other_leaves = auction.surplus;
        for (int64_t left = auction.volume; left > 0;) left -= auction_fill(m, left, auction.price);
        m->state->last = auction.price;
        m->state->has_last = 1;
    }
    after_auction(m, trades, auction.price);
}

// What the auction left of market-to-limit orders stays at its price; of other orders without a price, and of those
// for an auction, nothing stays.
static void after_auction(struct matching *m, bool traded, int64_t price) {
    uint32_t level = 0;
    bool priced = traded && level_of(m, price, &level);
    for (int32_t side = 1; priced && side >= -1; side -= 2) {
        uint32_t ladder = ladder_of(side), at = market_level(m, side);
        for (uint32_t slot = level_get(m, ladder, at)->first, next; slot != 0; slot = next) {
            next = m->nodes[slot].next;
            if (m->nodes[slot].type != ORDER_MARKET_TO_LIMIT) continue;
            matching_book_unlink(m, slot);
            m->terms[slot].limit = level;
            matching_book_link(m, ladder, level, slot);
        }
    }
    end_where(m, false);
}

// After an auction the orders of the book that were for it, owner by owner in order of arrival; at the close
// also what waits for an auction, and DAY orders.
static void end_where(struct matching *m, bool closing) {
    for (uint32_t owner = 0; owner < m->config.owner_max; owner++) {
        for (uint32_t slot = m->owners[2 * (size_t)owner], next; slot != 0; slot = next) {
            const struct matching_node *node = &m->nodes[slot];
            next = m->terms[slot].owner_next;
            bool in_book = place_is_level(node->place) && place_ladder(node->place) <= ASKS;
            bool unpriced = in_book && !level_has_price(m, place_level(node->place));
            bool once = node->tif == TIF_AT_OPEN || node->tif == TIF_AT_CLOSE;
            if (unpriced || (once && (in_book || closing)))
                matching_order_end(m, slot, MATCHING_CANCELED, REASON_AUCTION);
            else if (closing && node->tif == TIF_DAY)
                matching_order_end(m, slot, MATCHING_EXPIRED, REASON_END_OF_SESSION);
        }
    }
}

static void enter_close(struct matching *m) {
    while (m->state->close.first != 0) {
        uint32_t slot = m->state->close.first;
        matching_book_unlink(m, slot);
        matching_order_enter(m, slot);
    }
}
