// SPDX-License-Identifier: Apache-2.0
#include "edge/store/order_levels.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/map.h"
#include "market/feed.h"

enum {
    STEPS_MAX = 256,   // changes of levels since a picture that are looked back over
    DIFFER_MAX = 4096, // levels of a picture that differ; both sides of both lists together
    LOOSE_MAX = 256    // levels since a picture whose rest something was told of
};

struct order {
    int64_t price;
    int64_t qty;
    int32_t side;       // 0: free
    uint32_t next_free; // index + 1
};

struct step { // a change of a level
    int64_t price;
    int64_t before;
    int32_t side;
    uint32_t message; // modulo 2^32
};

struct difference {
    int64_t price;
    int64_t more; // the picture's quantity less ours
    int32_t side;
    uint32_t reserved;
};

struct differences {
    struct difference at[DIFFER_MAX];
    uint32_t count;
};

struct order_levels {
    struct arena arena;
    struct book_l2 books
        [2]; // bids and asks apart: aggressors stand in them for a moment, and would run levels over
    struct book_l2 known; // what the known orders hold
    struct map by_id;
    struct order *items;           // [ORDER_LEVELS_MAX]
    struct book_l2_level *scratch; // likewise
    uint32_t count;                // ever used
    uint32_t free;                 // index + 1
    uint32_t message;              // the latest, modulo 2^32
    int64_t sight[2];              // the worst price of a side that a picture has shown
    bool seen[2];
    bool compared;
    struct step steps[STEPS_MAX]; // since the last picture
    uint32_t step_count;          // may be more than are kept: then none is looked back over
    struct difference loose[LOOSE_MAX];
    uint32_t loose_count;
    struct differences now, waiting; // of this picture; of the last one, without a reason
};

static const struct book_l2_config BOOK = {.window = 4096, .level_max = ORDER_LEVELS_MAX};

static bool known_apply(struct order_levels *orders, int64_t what, uint64_t id, uint32_t index,
                        const struct order *next);
static void unknown_apply(struct order_levels *orders, enum feed_kind kind,
                          const struct order *order);
static void order_add(struct order_levels *orders, uint64_t id, const struct order *order);
static void known_add(struct order_levels *orders, int side, int64_t price, int64_t qty);
static void level_add(struct order_levels *orders, int side, int64_t price, int64_t qty);
static void book_add(struct book_l2 *book, int side, int64_t price, int64_t qty);
static void book_put(struct order_levels *orders, int side, int64_t price, int64_t qty);
static void side_scale(struct order_levels *orders, int side, int64_t price_factor,
                       int64_t qty_factor);
static void find(const struct order_levels *orders, const struct book_l2_level *levels[2],
                 const uint32_t counts[2], struct differences *ret_found);
static void side_find(const struct order_levels *orders, int side,
                      const struct book_l2_level *levels, uint32_t count,
                      struct differences *found);
static void differ(struct differences *found, int side, int64_t price, int64_t more);
static bool was_so(struct order_levels *orders, const struct book_l2_level *levels[2],
                   const uint32_t counts[2]);
static bool has_reason(const struct order_levels *orders, const struct difference *difference);
static bool is_among(const struct difference *list, uint32_t count,
                     const struct difference *difference);
static void sight_extend(struct order_levels *orders, const struct book_l2_level *levels[2],
                         const uint32_t counts[2]);

int order_levels_open(struct order_levels **ret_orders) {
    struct order_levels *orders = calloc(1, sizeof *orders);
    if (orders == NULL) return ERR_SET(ERR_NOMEM, "no memory for a feed's orders");
    int rc = arena_init(&orders->arena, (size_t)ORDER_LEVELS_MAX * 112 + 3 * book_l2_size(&BOOK));
    if (rc == 0) rc = map_init(&orders->by_id, &orders->arena, ORDER_LEVELS_MAX);
    if (rc == 0) rc = book_l2_init(&orders->known, &orders->arena, &BOOK);
    for (int s = 0; s < 2 && rc == 0; s++)
        rc = book_l2_init(&orders->books[s], &orders->arena, &BOOK);
    if (rc == 0) orders->items = ARENA_NEW(&orders->arena, struct order, ORDER_LEVELS_MAX);
    if (rc == 0)
        orders->scratch = ARENA_NEW(&orders->arena, struct book_l2_level, ORDER_LEVELS_MAX);
    if (rc == 0 && (orders->items == NULL || orders->scratch == NULL)) rc = ERR_NOMEM;
    if (rc < 0)
        order_levels_close(orders);
    else
        *ret_orders = orders;
    return rc;
}

void order_levels_close(struct order_levels *orders) {
    if (orders == NULL) return;
    if (orders->arena.base != NULL) arena_fini(&orders->arena);
    free(orders);
}

int64_t order_levels_qty(const struct order_levels *orders, int side, int64_t price) {
    return book_l2_qty(&orders->books[side < 0], side, price);
}

bool order_levels_apply(struct order_levels *orders, int64_t what, uint64_t id, int64_t price,
                        int64_t qty) {
    enum feed_kind kind = feed_kind_of(what);
    const struct order next = {price, qty, feed_side_of(what), 0};
    uint32_t index;
    orders->message++;
    if (map_get(&orders->by_id, id, &index)) return known_apply(orders, what, id, index, &next);
    if (kind == FEED_ADD)
        order_add(orders, id, &next);
    else
        unknown_apply(orders, kind, &next);
    return kind == FEED_ADD;
}

enum order_picture order_levels_compare(struct order_levels *orders,
                                        const struct book_l2_level *levels[2],
                                        const uint32_t counts[2], uint32_t *ret_differ) {
    struct differences *now = &orders->now, *waiting = &orders->waiting;
    uint32_t left = 0;
    *ret_differ = 0;
    find(orders, levels, counts, now);
    bool equal = now->count == 0;
    bool behind = !equal && orders->compared && was_so(orders, levels, counts);
    for (uint32_t i = 0; i < now->count && !behind; i++) {
        const struct difference *difference = &now->at[i];
        bool reason = !orders->compared || has_reason(orders, difference);
        *ret_differ += !reason;
        if (reason || is_among(waiting->at, waiting->count, difference))
            book_add(&orders->books[difference->side < 0], difference->side, difference->price,
                     difference->more);
        else
            now->at[left++] = *difference;
    }
    for (uint32_t i = 0; i < left; i++) waiting->at[i] = now->at[i];
    waiting->count = left;
    equal = equal || !orders->compared;
    sight_extend(orders, levels, counts);
    orders->compared = true;
    orders->step_count = orders->loose_count = 0;
    if (equal) return ORDER_PICTURE_EQUAL;
    return *ret_differ > 0 ? ORDER_PICTURE_DIFFERS : ORDER_PICTURE_EXPLAINED;
}

void order_levels_scale(struct order_levels *orders, int64_t price_factor, int64_t qty_factor) {
    for (int s = 0; s < 2; s++) side_scale(orders, s ? -1 : 1, price_factor, qty_factor);
    book_l2_clear(&orders->known, 0);
    for (uint32_t i = 0; i < orders->count; i++) {
        struct order *order = &orders->items[i];
        order->price *= price_factor;
        order->qty *= qty_factor;
        if (order->side != 0) book_add(&orders->known, order->side, order->price, order->qty);
    }
    for (uint32_t i = 0; i < orders->step_count && i < STEPS_MAX; i++) {
        orders->steps[i].price *= price_factor;
        orders->steps[i].before *= qty_factor;
    }
    for (uint32_t i = 0; i < orders->loose_count; i++) orders->loose[i].price *= price_factor;
    for (uint32_t i = 0; i < orders->waiting.count; i++) {
        orders->waiting.at[i].price *= price_factor;
        orders->waiting.at[i].more *= qty_factor;
    }
    for (int s = 0; s < 2; s++) orders->sight[s] *= price_factor;
}

static void side_scale(struct order_levels *orders, int side, int64_t price_factor,
                       int64_t qty_factor) {
    struct book_l2 *book = &orders->books[side < 0];
    uint32_t count = book_l2_levels(book, side, orders->scratch, ORDER_LEVELS_MAX);
    book_l2_clear(book, 0);
    for (uint32_t i = 0; i < count; i++)
        book_put(orders, side, orders->scratch[i].tick * price_factor,
                 orders->scratch[i].qty * qty_factor);
}

static bool known_apply(struct order_levels *orders, int64_t what, uint64_t id, uint32_t index,
                        const struct order *next) {
    struct order *order = &orders->items[index];
    if (feed_kind_of(what) == FEED_ADD || order->side != next->side) return false;
    known_add(orders, order->side, order->price, -order->qty);
    if (feed_kind_of(what) == FEED_DELETE) {
        (void)map_remove(&orders->by_id, id);
        *order = (struct order){.next_free = orders->free};
        orders->free = index + 1;
        return true;
    }
    *order = *next;
    known_add(orders, next->side, next->price, next->qty);
    return true;
}

// Out of the rest, where there is so much: what was deleted twice has nothing there.
static void unknown_apply(struct order_levels *orders, enum feed_kind kind,
                          const struct order *order) {
    int64_t rest = order_levels_qty(orders, order->side, order->price) -
                   book_l2_qty(&orders->known, order->side, order->price);
    int64_t taken = order->qty < rest ? order->qty : rest;
    if (kind == FEED_DELETE && taken > 0) level_add(orders, order->side, order->price, -taken);
    if (orders->loose_count == LOOSE_MAX) return;
    orders->loose[orders->loose_count++] =
        (struct difference){.price = order->price, .side = order->side};
}

static void order_add(struct order_levels *orders, uint64_t id, const struct order *order) {
    if (orders->free == 0 && orders->count == ORDER_LEVELS_MAX) return;
    uint32_t index = orders->free != 0 ? orders->free - 1 : orders->count++;
    if (orders->free != 0) orders->free = orders->items[index].next_free;
    orders->items[index] = *order;
    CHECK(map_put(&orders->by_id, id, index) == 0);
    known_add(orders, order->side, order->price, order->qty);
}

static void known_add(struct order_levels *orders, int side, int64_t price, int64_t qty) {
    book_add(&orders->known, side, price, qty);
    level_add(orders, side, price, qty);
}

static void level_add(struct order_levels *orders, int side, int64_t price, int64_t qty) {
    if (orders->step_count < STEPS_MAX)
        orders->steps[orders->step_count] =
            (struct step){.price = price,
                          .before = order_levels_qty(orders, side, price),
                          .message = orders->message,
                          .side = side};
    if (orders->step_count <= STEPS_MAX) orders->step_count++;
    book_add(&orders->books[side < 0], side, price, qty);
}

// To what a level of a book shows, which does not fall below 0. A book that is full does not follow one level more.
static void book_add(struct book_l2 *book, int side, int64_t price, int64_t qty) {
    struct book_l2_change change;
    int64_t sum = book_l2_qty(book, side, price) + qty;
    (void)!book_l2_set(book, side, price, sum > 0 ? sum : 0, &change);
}

static void book_put(struct order_levels *orders, int side, int64_t price, int64_t qty) {
    struct book_l2_change change;
    (void)!book_l2_set(&orders->books[side < 0], side, price, qty, &change);
}

static void find(const struct order_levels *orders, const struct book_l2_level *levels[2],
                 const uint32_t counts[2], struct differences *ret_found) {
    ret_found->count = 0;
    for (int s = 0; s < 2; s++)
        if (counts[s] > 0) side_find(orders, s ? -1 : 1, levels[s], counts[s], ret_found);
}

// Of the picture's levels, and of ours that are not worse than its last and not in it.
static void side_find(const struct order_levels *orders, int side,
                      const struct book_l2_level *levels, uint32_t count,
                      struct differences *found) {
    struct book_l2_level ours[ORDER_PICTURE_MAX];
    for (uint32_t i = 0; i < count; i++)
        differ(found, side, levels[i].tick,
               levels[i].qty - order_levels_qty(orders, side, levels[i].tick));
    uint32_t held = book_l2_levels(&orders->books[side < 0], side, ours, ORDER_PICTURE_MAX), at = 0;
    for (uint32_t i = 0; i < held; i++) {
        if ((ours[i].tick - levels[count - 1].tick) * side < 0) return;
        while (at < count && (levels[at].tick - ours[i].tick) * side > 0) at++;
        if (at == count || levels[at].tick != ours[i].tick)
            differ(found, side, ours[i].tick, -ours[i].qty);
    }
}

static void differ(struct differences *found, int side, int64_t price, int64_t more) {
    if (more == 0 || found->count == DIFFER_MAX) return;
    found->at[found->count++] = (struct difference){.price = price, .more = more, .side = side};
}

// Whether the book was the picture before one of the messages since the last. It is walked back, and then again.
static bool was_so(struct order_levels *orders, const struct book_l2_level *levels[2],
                   const uint32_t counts[2]) {
    int64_t after[STEPS_MAX];
    uint32_t at = orders->step_count, count = at;
    struct differences *found = &orders->now;
    bool so = false;
    if (count > STEPS_MAX) return false;
    while (at > 0 && !so) {
        uint32_t message = orders->steps[at - 1].message;
        for (; at > 0 && orders->steps[at - 1].message == message; at--) {
            const struct step *step = &orders->steps[at - 1];
            after[at - 1] = order_levels_qty(orders, step->side, step->price);
            book_put(orders, step->side, step->price, step->before);
        }
        find(orders, levels, counts, found);
        so = found->count == 0;
    }
    for (; at < count; at++)
        book_put(orders, orders->steps[at].side, orders->steps[at].price, after[at]);
    find(orders, levels, counts, found);
    return so;
}

static bool has_reason(const struct order_levels *orders, const struct difference *difference) {
    int s = difference->side < 0;
    if (!orders->seen[s] || (difference->price - orders->sight[s]) * difference->side < 0)
        return true;
    for (uint32_t i = 0; i < orders->loose_count; i++)
        if (orders->loose[i].side == difference->side &&
            orders->loose[i].price == difference->price)
            return true;
    return false;
}

static bool is_among(const struct difference *list, uint32_t count,
                     const struct difference *difference) {
    for (uint32_t i = 0; i < count; i++)
        if (list[i].side == difference->side && list[i].price == difference->price &&
            list[i].more == difference->more)
            return true;
    return false;
}

static void sight_extend(struct order_levels *orders, const struct book_l2_level *levels[2],
                         const uint32_t counts[2]) {
    for (int s = 0; s < 2; s++) {
        if (counts[s] == 0) continue;
        int64_t worst = levels[s][counts[s] - 1].tick;
        bool farther = s ? worst > orders->sight[s] : worst < orders->sight[s];
        if (!orders->seen[s] || farther) orders->sight[s] = worst;
        orders->seen[s] = true;
    }
}
