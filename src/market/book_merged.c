// SPDX-License-Identifier: Apache-2.0
#include "market/book_merged.h"

#include "base/check.h"
#include "base/err.h"

static const char *const state_names[] = {
    [BOOK_MERGED_ONE_SIDED] = "one_sided",
    [BOOK_MERGED_OPEN] = "open",
    [BOOK_MERGED_LOCKED] = "locked",
    [BOOK_MERGED_CROSSED] = "crossed",
};

int book_merged_add(struct book_merged *merged, const struct book_l2 *book, int64_t tick_units,
                    int64_t qty_units) {
    if (tick_units <= 0 || qty_units <= 0)
        return ERR_SET(ERR_ARGUMENT, "a tick and a quantity are at least one common unit");
    if (merged->count == BOOK_MERGED_MAX)
        return ERR_SET(ERR_FULL, "more than %d venues", BOOK_MERGED_MAX);
    merged->venues[merged->count++] = (struct book_merged_venue){book, tick_units, qty_units};
    return 0;
}

const char *book_merged_state_name(enum book_merged_state state) {
    CHECK((unsigned)state <= BOOK_MERGED_CROSSED);
    return state_names[state];
}

static int64_t none_of(int side) {
    return side > 0 ? BOOK_L2_NO_BID : BOOK_L2_NO_ASK;
}

static int64_t times(int64_t a, int64_t b) {
    int64_t product;
    return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

// A venue's tick as a price; prices near the ends of 64 bits stand for none.
static int64_t price_of(const struct book_merged_venue *venue, int side, int64_t tick) {
    int64_t price;
    if (tick == none_of(side) || __builtin_mul_overflow(tick, venue->tick_units, &price))
        return none_of(side);
    return price;
}

static int64_t best_tick(const struct book_merged_venue *venue, int side) {
    return side > 0 ? book_l2_best_bid(venue->book) : book_l2_best_ask(venue->book);
}

// Takes the best of the ticks at which the venues stand, and what they show there; those venues step on.
static bool take_level(const struct book_merged *merged, int side, int64_t *ticks,
                       struct book_merged_level *ret_level) {
    int64_t best = none_of(side);
    for (uint32_t v = 0; v < merged->count; v++) {
        int64_t price = price_of(&merged->venues[v], side, ticks[v]);
        if (side > 0 ? price > best : price < best) best = price;
    }
    if (best == none_of(side)) return false;
    struct book_merged_level level = {.price = best};
    for (uint32_t v = 0; v < merged->count; v++) {
        const struct book_merged_venue *venue = &merged->venues[v];
        if (price_of(venue, side, ticks[v]) != best) continue;
        level.by_venue[v] = times(book_l2_qty(venue->book, side, ticks[v]), venue->qty_units);
        if (__builtin_add_overflow(level.qty, level.by_venue[v], &level.qty)) level.qty = INT64_MAX;
        ticks[v] = book_l2_next(venue->book, side, ticks[v]);
    }
    *ret_level = level;
    return true;
}

uint32_t book_merged_levels(const struct book_merged *merged, int side,
                            struct book_merged_level *ret_levels, uint32_t max) {
    int64_t ticks[BOOK_MERGED_MAX];
    uint32_t count = 0;
    for (uint32_t v = 0; v < merged->count; v++) ticks[v] = best_tick(&merged->venues[v], side);
    while (count < max && take_level(merged, side, ticks, &ret_levels[count])) count++;
    return count;
}

static uint32_t venues_of(const struct book_merged_level *level) {
    uint32_t venues = 0;
    for (uint32_t v = 0; v < BOOK_MERGED_MAX; v++)
        venues |= (uint32_t)(level->by_venue[v] > 0) << v;
    return venues;
}

void book_merged_touch(const struct book_merged *merged, struct book_merged_touch *ret_touch) {
    struct book_merged_level bid = {.price = BOOK_L2_NO_BID}, ask = {.price = BOOK_L2_NO_ASK};
    uint32_t sides = book_merged_levels(merged, 1, &bid, 1);
    sides += book_merged_levels(merged, -1, &ask, 1);
    enum book_merged_state state = sides < 2               ? BOOK_MERGED_ONE_SIDED
                                   : bid.price < ask.price ? BOOK_MERGED_OPEN
                                   : bid.price > ask.price ? BOOK_MERGED_CROSSED
                                                           : BOOK_MERGED_LOCKED;
    *ret_touch = (struct book_merged_touch){.bid = bid.price,
                                            .ask = ask.price,
                                            .bid_qty = bid.qty,
                                            .ask_qty = ask.qty,
                                            .bid_venues = venues_of(&bid),
                                            .ask_venues = venues_of(&ask),
                                            .state = (uint32_t)state};
}
