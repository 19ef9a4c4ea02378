// SPDX-License-Identifier: Apache-2.0
#include "quant/micro/micro_feed.h"

#include "base/check.h"
#include "quant/stream/slots.h"

static const int64_t PRICE_MAX = INT64_C(1) << 60;

static enum micro_feed_event level_take(struct micro_feed *feed, const struct feed_record *record,
                                        int64_t now_ns);
static enum micro_feed_event order_take(struct micro_feed *feed, const struct feed_record *record,
                                        int64_t now_ns);
static enum micro_feed_event lost(struct micro_feed *feed, const struct feed_record *record,
                                  int64_t now_ns);
static bool trade_take(struct micro_feed *feed, const struct feed_record *record, int64_t now_ns);
static bool is_told(struct micro_feed *feed, const struct feed_record *record, bool execution);
static void commit(struct micro_feed *feed, int64_t now_ns);
static void level_told(struct micro_feed *feed, int side, int64_t price);

int micro_feed_init(struct micro_feed *feed, struct arena *arena, const struct micro_set *set,
                    const struct micro_feed_config *config) {
    *feed = (struct micro_feed){.set = set,
                                .hidden = config->hidden,
                                .unpictured = config->unpictured,
                                .orders = config->by_order.order_max > 0};
    TRY(feed_book_init(&feed->by_price, arena, &config->by_price));
    if (feed->orders) TRY(book_l3_init(&feed->by_order, arena, &config->by_order));
    feed->state = arena_alloc(arena, micro_set_size(set), 64);
    if (feed->state == NULL) return ERR_NOMEM;
    micro_set_begin(set, feed->state);
    return 0;
}

// An order takes its node, its place in an index twice as large, and the same of its level.
size_t micro_feed_size(const struct micro_set *set, const struct micro_feed_config *config) {
    size_t orders = config->by_order.order_max, levels = config->by_order.level_max;
    return feed_book_size(&config->by_price) + micro_set_size(set) + 128 * (orders + levels) +
           (1 << 16);
}

enum micro_feed_event micro_feed_apply(struct micro_feed *feed, const struct feed_record *record,
                                       int64_t now_ns) {
    if (record->price > PRICE_MAX || record->price < -PRICE_MAX) return MICRO_FEED_NOTHING;
    switch (feed_kind_of(record->what)) {
    case FEED_LEVEL:
    case FEED_SNAPSHOT:
        if (feed->is_by_order) return MICRO_FEED_NOTHING;
        return level_take(feed, record, now_ns);
    case FEED_CLEAR:
    case FEED_FAULT:
        return lost(feed, record, now_ns);
    case FEED_TRADE:
        return trade_take(feed, record, now_ns) ? MICRO_FEED_TRADE : MICRO_FEED_NOTHING;
    case FEED_ADD:
    case FEED_MODIFY:
    case FEED_REDUCE:
    case FEED_DELETE:
    case FEED_EXECUTE:
        return order_take(feed, record, now_ns);
    default:
        return MICRO_FEED_NOTHING;
    }
}

static enum micro_feed_event level_take(struct micro_feed *feed, const struct feed_record *record,
                                        int64_t now_ns) {
    bool picture = feed_kind_of(record->what) == FEED_SNAPSHOT;
    if (picture) micro_set_begin_book(feed->set, feed->state);
    feed_book_apply(&feed->by_price, record);
    feed->source.l2 = &feed->by_price.l2;
    if (!picture) level_told(feed, feed_side_of(record->what), record->price);
    if ((feed_flags_of(record->what) & FEED_LAST) == 0) return MICRO_FEED_NOTHING;
    if (!feed->by_price.synced && !feed->unpictured) return MICRO_FEED_NOTHING;
    commit(feed, now_ns);
    return MICRO_FEED_BOOK;
}

// The level as the book has it: it may have passed over what is older than its picture.
static void level_told(struct micro_feed *feed, int side, int64_t price) {
    micro_set_level(feed->set, feed->state, side, price,
                    book_l2_qty(&feed->by_price.l2, side, price));
}

static enum micro_feed_event order_take(struct micro_feed *feed, const struct feed_record *record,
                                        int64_t now_ns) {
    struct book_l3 *book = &feed->by_order;
    struct book_l3_level old = {0}, now;
    CHECK(feed->orders);
    if (!feed->is_by_order) micro_set_begin_book(feed->set, feed->state);
    feed->is_by_order = true;
    feed->source = (struct micro_source){.l3 = book};
    int side = feed_side_of(record->what);
    enum feed_kind kind = feed_kind_of(record->what);
    bool moves = kind != FEED_ADD && book_l3_level_of(book, side, record->id, &old);
    bool trade = kind == FEED_EXECUTE && moves && trade_take(feed, record, now_ns);
    (void)book_l3_apply(book, record);
    if (moves) {
        int64_t qty = book_l3_level_find(book, side, old.price, &now) ? now.qty : 0;
        micro_set_level(feed->set, feed->state, side, old.price, qty);
    }
    if (kind == FEED_ADD || (kind == FEED_MODIFY && record->price != old.price)) {
        int64_t qty = book_l3_level_find(book, side, record->price, &now) ? now.qty : 0;
        micro_set_level(feed->set, feed->state, side, record->price, qty);
    }
    if ((feed_flags_of(record->what) & FEED_LAST) != 0)
        commit(feed, now_ns);
    else if (!trade)
        return MICRO_FEED_NOTHING;
    return trade ? MICRO_FEED_TRADE : MICRO_FEED_BOOK;
}

// What was known of the book ends.
static enum micro_feed_event lost(struct micro_feed *feed, const struct feed_record *record,
                                  int64_t now_ns) {
    bool gap = feed_kind_of(record->what) == FEED_FAULT;
    if (gap && record->qty != FEED_GAP) return MICRO_FEED_NOTHING;
    feed_book_apply(&feed->by_price, record);
    if (feed->is_by_order && !gap) (void)book_l3_apply(&feed->by_order, record);
    micro_set_begin_book(feed->set, feed->state);
    if (!feed->was_whole) return MICRO_FEED_NOTHING;
    feed->was_whole = false;
    struct micro_source nothing = {0};
    bool keeps = feed->is_by_order || feed->unpictured;
    micro_set_commit(feed->set, feed->state, keeps ? &feed->source : &nothing, now_ns);
    micro_set_begin_book(feed->set, feed->state);
    return MICRO_FEED_BOOK;
}

static void commit(struct micro_feed *feed, int64_t now_ns) {
    micro_set_commit(feed->set, feed->state, &feed->source, now_ns);
    feed->was_whole = true;
}

static bool trade_take(struct micro_feed *feed, const struct feed_record *record, int64_t now_ns) {
    int flags = feed_flags_of(record->what), side = feed_side_of(record->what);
    bool execution = feed_kind_of(record->what) == FEED_EXECUTE;
    bool hidden = (flags & FEED_HIDDEN) != 0;
    if ((flags & FEED_CROSS) != 0 || (hidden && !feed->hidden)) return false;
    if (!hidden && is_told(feed, record, execution)) return false;
    struct micro_trade trade = {.price = record->price,
                                .qty = record->qty,
                                .side = execution ? -side : side,
                                .hidden = hidden};
    micro_set_trade(feed->set, feed->state, &trade, now_ns);
    return true;
}

// Whether the other kind of record has told this trade: of the same venue time, as much as that kind told.
static bool is_told(struct micro_feed *feed, const struct feed_record *record, bool execution) {
    if (record->venue_ns != feed->told_ns) feed->told_qty = 0;
    feed->told_ns = record->venue_ns;
    int64_t balance = execution ? -feed->told_qty : feed->told_qty; // > 0: this kind is ahead
    int64_t after = slots_plus(balance, record->qty < MICRO_QTY_MAX ? record->qty : MICRO_QTY_MAX);
    feed->told_qty = execution ? -after : after;
    return after <= 0;
}
