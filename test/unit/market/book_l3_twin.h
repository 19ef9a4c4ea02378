// SPDX-License-Identifier: Apache-2.0
// The naive twin of market/book_l3.h: an array of orders in order of arrival, searched from the start. It answers every
// record and has the hash that the book has to have.
#ifndef FULMAR_TEST_MARKET_BOOK_L3_TWIN_H
#define FULMAR_TEST_MARKET_BOOK_L3_TWIN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "market/book_l3.h"

struct twin_order {
    uint64_t id;
    int64_t price;
    int64_t qty;
    int side;
};

struct twin {
    struct twin_order *orders; // from calloc, the oldest in its place first
    uint32_t count;
    struct book_l3_config config;
};

static inline void twin_init(struct twin *twin, const struct book_l3_config *config) {
    *twin = (struct twin){.config = *config};
    twin->orders = calloc(config->order_max + (size_t)1, sizeof *twin->orders);
}

static inline void twin_fini(struct twin *twin) {
    free(twin->orders);
}

static inline void twin_remove(struct twin *twin, uint32_t at) {
    memmove(twin->orders + at, twin->orders + at + 1,
            (twin->count - at - 1) * sizeof *twin->orders);
    twin->count--;
}

static inline uint32_t twin_find(const struct twin *twin, uint64_t id) {
    uint32_t at = twin->count; // from the youngest, which most changes are about
    while (at > 0 && twin->orders[at - 1].id != id) at--;
    return at > 0 ? at - 1 : twin->count;
}

// How many orders there are at a price.
static inline uint32_t twin_at(const struct twin *twin, int side, int64_t price) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < twin->count; i++)
        count += twin->orders[i].side == side && twin->orders[i].price == price;
    return count;
}

static inline uint32_t twin_levels(const struct twin *twin) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < twin->count; i++) {
        bool first = true;
        for (uint32_t k = 0; k < i && first; k++)
            first = twin->orders[k].side != twin->orders[i].side ||
                    twin->orders[k].price != twin->orders[i].price;
        count += first;
    }
    return count;
}

// Whether a price is one too many.
static inline bool twin_is_full(const struct twin *twin, int side, int64_t price) {
    return twin->count >= twin->config.level_max && twin_at(twin, side, price) == 0 &&
           twin_levels(twin) == twin->config.level_max;
}

// The best price of a side; false: none.
static inline bool twin_best(const struct twin *twin, int side, int64_t *ret_price) {
    bool found = false;
    for (uint32_t i = 0; i < twin->count; i++) {
        const struct twin_order *order = &twin->orders[i];
        if (order->side != side) continue;
        if (!found || (order->price - *ret_price) * side > 0) *ret_price = order->price;
        found = true;
    }
    return found;
}

static inline enum book_l3_outcome twin_change(struct twin *twin, const struct feed_record *record,
                                               int side) {
    uint32_t at = twin_find(twin, record->id);
    struct twin_order *order = &twin->orders[at];
    bool known = at < twin->count && order->side == side;
    bool in_range = record->qty <= INT64_MAX / twin->config.order_max &&
                    record->price < INT64_C(1) << 62 && record->price > -(INT64_C(1) << 62);
    struct twin_order next = {record->id, record->price, record->qty, side};
    switch (feed_kind_of(record->what)) {
    case FEED_ADD:
        if (!in_range) return BOOK_L3_RANGE;
        if (at < twin->count) return BOOK_L3_DUPLICATE;
        if (twin->count == twin->config.order_max) return BOOK_L3_FULL;
        if (twin_is_full(twin, side, record->price)) return BOOK_L3_FULL;
        twin->orders[twin->count++] = next;
        return BOOK_L3_APPLIED;
    case FEED_MODIFY:
        if (!known) return BOOK_L3_UNKNOWN;
        if (!in_range) return BOOK_L3_RANGE;
        if (order->price == record->price && order->qty >= record->qty) {
            order->qty = record->qty;
            return BOOK_L3_APPLIED;
        }
        if (twin_is_full(twin, side, record->price) && twin_at(twin, side, order->price) > 1)
            return BOOK_L3_FULL;
        twin_remove(twin, at);
        twin->orders[twin->count++] = next;
        return BOOK_L3_APPLIED;
    default:
        if (!known) return BOOK_L3_UNKNOWN;
        if (feed_kind_of(record->what) != FEED_DELETE && record->qty < order->qty) {
            order->qty -= record->qty;
            return BOOK_L3_APPLIED;
        }
        bool excess = feed_kind_of(record->what) != FEED_DELETE && record->qty > order->qty;
        twin_remove(twin, at);
        return excess ? BOOK_L3_EXCESS : BOOK_L3_APPLIED;
    }
}

static inline enum book_l3_outcome twin_apply(struct twin *twin, const struct feed_record *record) {
    int kind = feed_kind_of(record->what), side = feed_side_of(record->what);
    enum book_l3_outcome outcome = BOOK_L3_APPLIED;
    if (kind == FEED_CLEAR) {
        for (uint32_t at = twin->count; at-- > 0;)
            if (side == 0 || twin->orders[at].side == side) twin_remove(twin, at);
    } else if (kind >= FEED_ADD && kind <= FEED_EXECUTE) {
        outcome = twin_change(twin, record, side);
    } else {
        return BOOK_L3_BESIDE;
    }
    int64_t bid, ask;
    bool crossed = twin_best(twin, 1, &bid) && twin_best(twin, -1, &ask) && bid >= ask;
    bool whole = (feed_flags_of(record->what) & FEED_LAST) != 0;
    return outcome == BOOK_L3_APPLIED && crossed && whole ? BOOK_L3_CROSSED : outcome;
}

// The orders sorted by side, price from the best, and place.
static inline int twin_compare(const void *a, const void *b) {
    const struct twin_order *x = *(struct twin_order *const *)a;
    const struct twin_order *y = *(struct twin_order *const *)b;
    if (x->side != y->side) return x->side > y->side ? -1 : 1;
    if (x->price != y->price) return (x->price > y->price) == (x->side > 0) ? -1 : 1;
    return (x > y) - (x < y);
}

static inline uint64_t twin_hash(const struct twin *twin) {
    const struct twin_order **sorted = calloc(twin->count + (size_t)1, sizeof *sorted);
    uint64_t hash = 0;
    for (uint32_t i = 0; i < twin->count; i++) sorted[i] = &twin->orders[i];
    qsort(sorted, twin->count, sizeof *sorted, twin_compare);
    for (uint32_t i = 0; i < twin->count; i++) {
        const int64_t row[] = {sorted[i]->side, sorted[i]->price, (int64_t)sorted[i]->id,
                               sorted[i]->qty};
        hash = hash64(hash, row, sizeof row);
    }
    free(sorted);
    return hash;
}

#endif
