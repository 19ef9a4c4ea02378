// SPDX-License-Identifier: Apache-2.0
#include "edge/store/lobster_mend.h"

#include <stdlib.h>

enum { ORDERS_MAX = 1 << 20, PRICES_MAX = 1 << 17, ARENA_SIZE = 1 << 27 };
enum { QUEUE_MAX = 1 << 12, LEVELS_MAX = 256, MORE = 8 };
static const int64_t VALUE_MAX = 1000000000000; // of prices and sizes: sums stay far from overflow

struct lobster_mend {
    struct arena arena;
    struct book_l3 book; // what the feed so far makes
    uint64_t remainders; // so far
    struct feed_record held;
    bool holds; // a record waits until it is known whether it is the last of its message
    struct book_l3_order queue[QUEUE_MAX];
};

static int message_take(struct lobster_mend *mend, const struct feed_record *message,
                        const struct lobster_mend_sink *sink);
static bool order_choose(struct lobster_mend *mend, const struct feed_record *message,
                         struct book_l3_order *ret_order);
static int side_mend(struct lobster_mend *mend, int side, const struct book_l3_level *levels,
                     uint32_t count, const struct lobster_mend_sink *sink);
static int level_mend(struct lobster_mend *mend, int side, int64_t price, int64_t qty,
                      const struct lobster_mend_sink *sink);
static int unshown_mend(struct lobster_mend *mend, int side, const struct book_l3_level *levels,
                        uint32_t count, const struct lobster_mend_sink *sink);
static int level_cut(struct lobster_mend *mend, int side, int64_t price, int64_t excess,
                     const struct lobster_mend_sink *sink);
static int order_cut(struct lobster_mend *mend, const struct book_l3_order *order, int64_t *left,
                     const struct lobster_mend_sink *sink);
static int emit(struct lobster_mend *mend, enum feed_kind kind, int side, int64_t price,
                int64_t qty, uint64_t id, const struct lobster_mend_sink *sink);
static int pass_on(struct lobster_mend *mend, const struct feed_record *record,
                   const struct lobster_mend_sink *sink);

int lobster_mend_open(struct lobster_mend **ret_mend) {
    const struct book_l3_config config = {ORDERS_MAX, PRICES_MAX};
    struct lobster_mend *mend = calloc(1, sizeof *mend);
    if (mend == NULL) return ERR_SET(ERR_NOMEM, "no memory for an order book");
    int rc = arena_init(&mend->arena, ARENA_SIZE);
    if (rc == 0) rc = book_l3_init(&mend->book, &mend->arena, &config);
    if (rc < 0)
        lobster_mend_close(mend);
    else
        *ret_mend = mend;
    return rc;
}

void lobster_mend_close(struct lobster_mend *mend) {
    if (mend == NULL) return;
    if (mend->arena.base != NULL) arena_fini(&mend->arena);
    free(mend);
}

int lobster_mend_row(struct lobster_mend *mend, const struct feed_record *message,
                     const struct book_l3_level *levels[2], uint32_t count,
                     const struct lobster_mend_sink *sink) {
    mend->held = *message; // its times are those of all
    mend->holds = false;
    TRY(message_take(mend, message, sink));
    for (int s = 0; s < 2; s++)
        if (count > 0) TRY(side_mend(mend, s ? -1 : 1, levels[s], count, sink));
    mend->held.what |= (int64_t)FEED_LAST << 16;
    return sink->put(sink->self, &mend->held);
}

// Of the order that it names, or else of one whose number is not known; what that does not have, of the others at its
// price. An execution stays one record, of all that was traded.
static int message_take(struct lobster_mend *mend, const struct feed_record *message,
                        const struct lobster_mend_sink *sink) {
    enum feed_kind kind = feed_kind_of(message->what);
    int side = feed_side_of(message->what);
    struct book_l3_order order;
    bool moves = kind == FEED_REDUCE || kind == FEED_DELETE || kind == FEED_EXECUTE;
    bool sound = message->qty > 0 && message->qty <= VALUE_MAX;
    if (kind == FEED_ADD && sound) (void)book_l3_apply(&mend->book, message);
    if (!moves || !sound || !order_choose(mend, message, &order))
        return pass_on(mend, message, sink);
    int64_t left = message->qty - (order.qty < message->qty ? order.qty : message->qty);
    if (kind == FEED_REDUCE && order.qty <= message->qty) kind = FEED_DELETE;
    if (kind == FEED_DELETE && order.qty > message->qty && order.id != message->id)
        kind = FEED_REDUCE;
    TRY(emit(mend, kind, side, message->price, message->qty, order.id, sink));
    return left > 0 ? level_cut(mend, side, message->price, left, sink) : 0;
}

static bool order_choose(struct lobster_mend *mend, const struct feed_record *message,
                         struct book_l3_order *ret_order) {
    int side = feed_side_of(message->what);
    if (book_l3_order(&mend->book, message->id, ret_order) && ret_order->side == side &&
        ret_order->price == message->price)
        return true;
    uint32_t count = book_l3_orders(&mend->book, side, message->price, mend->queue, QUEUE_MAX);
    if (count == 0) return false;
    *ret_order = mend->queue[0];
    for (uint32_t i = count; i > 0; i--)
        if (mend->queue[i - 1].id >= LOBSTER_REMAINDER) *ret_order = mend->queue[i - 1];
    return true;
}

static int side_mend(struct lobster_mend *mend, int side, const struct book_l3_level *levels,
                     uint32_t count, const struct lobster_mend_sink *sink) {
    for (uint32_t i = 0; i < count; i++)
        if (levels[i].qty > 0) TRY(level_mend(mend, side, levels[i].price, levels[i].qty, sink));
    return unshown_mend(mend, side, levels, count, sink);
}

static int level_mend(struct lobster_mend *mend, int side, int64_t price, int64_t qty,
                      const struct lobster_mend_sink *sink) {
    struct book_l3_level level;
    int64_t held = book_l3_level_find(&mend->book, side, price, &level) ? level.qty : 0;
    if (held > qty) return level_cut(mend, side, price, held - qty, sink);
    if (held == qty) return 0;
    return emit(mend, FEED_ADD, side, price, qty - held, LOBSTER_REMAINDER + mend->remainders++,
                sink);
}

// Levels that are not worse than the row's last, and not in it.
static int unshown_mend(struct lobster_mend *mend, int side, const struct book_l3_level *levels,
                        uint32_t count, const struct lobster_mend_sink *sink) {
    struct book_l3_level near[LEVELS_MAX + MORE];
    bool more = count > 0 && count <= LEVELS_MAX;
    const struct book_l3_level *last = &levels[more ? count - 1 : 0];
    while (more) {
        uint32_t held = book_l3_levels(&mend->book, side, near, count + MORE), shown = 0;
        more = false;
        for (uint32_t i = 0; i < held; i++) {
            int64_t price = near[i].price;
            if (last->qty > 0 && (price - last->price) * side < 0) return 0;
            while (shown < count && (levels[shown].price - price) * side > 0) shown++;
            if (shown < count && levels[shown].price == price && levels[shown].qty > 0) continue;
            TRY(level_cut(mend, side, price, near[i].qty, sink));
            more = true;
        }
    }
    return 0;
}

static int level_cut(struct lobster_mend *mend, int side, int64_t price, int64_t excess,
                     const struct lobster_mend_sink *sink) {
    while (excess > 0) {
        uint32_t queue = book_l3_orders(&mend->book, side, price, mend->queue, QUEUE_MAX);
        int64_t before = excess;
        for (uint32_t i = queue; i > 0 && excess > 0; i--)
            if (mend->queue[i - 1].id >= LOBSTER_REMAINDER)
                TRY(order_cut(mend, &mend->queue[i - 1], &excess, sink));
        for (uint32_t i = queue; i > 0 && excess > 0; i--)
            if (mend->queue[i - 1].id < LOBSTER_REMAINDER)
                TRY(order_cut(mend, &mend->queue[i - 1], &excess, sink));
        if (excess == before) return 0;
    }
    return 0;
}

// Takes of an order what is left to take, or all of it.
static int order_cut(struct lobster_mend *mend, const struct book_l3_order *order, int64_t *left,
                     const struct lobster_mend_sink *sink) {
    int64_t part = order->qty < *left ? order->qty : *left;
    enum feed_kind kind = part == order->qty ? FEED_DELETE : FEED_REDUCE;
    *left -= part;
    return emit(mend, kind, order->side, order->price, part, order->id, sink);
}

// A change of the book by ourselves, which passes on.
static int emit(struct lobster_mend *mend, enum feed_kind kind, int side, int64_t price,
                int64_t qty, uint64_t id, const struct lobster_mend_sink *sink) {
    struct feed_record record = {.venue_ns = mend->held.venue_ns,
                                 .receipt_ns = mend->held.receipt_ns,
                                 .price = price,
                                 .qty = qty,
                                 .id = id,
                                 .what = feed_what(kind, side, 0)};
    struct feed_record change = record;
    if (kind == FEED_REDUCE || kind == FEED_DELETE) change.price = 0;
    if (kind == FEED_DELETE) change.qty = 0;
    (void)book_l3_apply(&mend->book, &change);
    return pass_on(mend, &record, sink);
}

static int pass_on(struct lobster_mend *mend, const struct feed_record *record,
                   const struct lobster_mend_sink *sink) {
    if (mend->holds) TRY(sink->put(sink->self, &mend->held));
    mend->held = *record;
    mend->held.what &= ~((int64_t)FEED_LAST << 16);
    mend->holds = true;
    return 0;
}
