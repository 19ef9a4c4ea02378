// SPDX-License-Identifier: Apache-2.0
#include "edge/store/order_levels.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/map.h"
#include "market/feed.h"

struct order {
    int64_t price;
    int64_t qty;
    int32_t side;
    uint32_t next_free; // index + 1
};

struct order_levels {
    struct arena arena;
    struct book_l2 *book;
    struct map by_id;
    struct order *items; // [ORDER_LEVELS_MAX]
    uint32_t count;      // ever used
    uint32_t free;       // index + 1
};

static bool known_apply(struct order_levels *orders, int64_t what, uint64_t id, uint32_t index,
                        const struct order *next);
static void order_add(struct order_levels *orders, uint64_t id, const struct order *order);

int order_levels_open(struct book_l2 *book, struct order_levels **ret_orders) {
    struct order_levels *orders = calloc(1, sizeof *orders);
    if (orders == NULL) return ERR_SET(ERR_NOMEM, "no memory for a feed's orders");
    orders->book = book;
    int rc = arena_init(&orders->arena, (size_t)ORDER_LEVELS_MAX * 96);
    if (rc == 0) rc = map_init(&orders->by_id, &orders->arena, ORDER_LEVELS_MAX);
    if (rc == 0) orders->items = ARENA_NEW(&orders->arena, struct order, ORDER_LEVELS_MAX);
    if (rc == 0 && orders->items == NULL) rc = ERR_NOMEM;
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

bool order_levels_apply(struct order_levels *orders, int64_t what, uint64_t id, int64_t price,
                        int64_t qty) {
    enum feed_kind kind = feed_kind_of(what);
    const struct order next = {price, qty, feed_side_of(what), 0};
    uint32_t index;
    if (map_get(&orders->by_id, id, &index)) return known_apply(orders, what, id, index, &next);
    if (kind == FEED_DELETE) order_levels_add(orders->book, next.side, price, -qty);
    if (kind == FEED_ADD) order_add(orders, id, &next);
    return kind == FEED_ADD;
}

void order_levels_add(struct book_l2 *book, int side, int64_t price, int64_t qty) {
    struct book_l2_change change;
    int64_t sum = book_l2_qty(book, side, price) + qty;
    (void)!book_l2_set(book, side, price, sum > 0 ? sum : 0, &change);
}

void order_levels_scale(struct order_levels *orders, int64_t price_factor, int64_t qty_factor) {
    for (uint32_t i = 0; i < orders->count; i++) {
        orders->items[i].price *= price_factor;
        orders->items[i].qty *= qty_factor;
    }
}

static bool known_apply(struct order_levels *orders, int64_t what, uint64_t id, uint32_t index,
                        const struct order *next) {
    struct order *order = &orders->items[index];
    if (feed_kind_of(what) == FEED_ADD || order->side != next->side) return false;
    order_levels_add(orders->book, order->side, order->price, -order->qty);
    if (feed_kind_of(what) == FEED_DELETE) {
        (void)map_remove(&orders->by_id, id);
        order->next_free = orders->free;
        orders->free = index + 1;
        return true;
    }
    *order = *next;
    order_levels_add(orders->book, next->side, next->price, next->qty);
    return true;
}

static void order_add(struct order_levels *orders, uint64_t id, const struct order *order) {
    if (orders->free == 0 && orders->count == ORDER_LEVELS_MAX) return;
    uint32_t index = orders->free != 0 ? orders->free - 1 : orders->count++;
    if (orders->free != 0) orders->free = orders->items[index].next_free;
    orders->items[index] = *order;
    CHECK(map_put(&orders->by_id, id, index) == 0);
    order_levels_add(orders->book, order->side, order->price, order->qty);
}
