// SPDX-License-Identifier: Apache-2.0
// A feed by order as who reads a book by price hears it: the level that each change leaves, and a trade for each
// execution.
#include <stdlib.h>

#include "app/run/run_parts.h"
#include "base/check.h"
#include "market/book_l2.h"
#include "sim/others.h"

enum { COLUMNS = 5, ROWS_FIRST = 1 << 16 };

struct levels {
    struct arena arena;
    struct others others;
    struct book_l2 book;
    int64_t tick;
    bool executions, recorded;
    int64_t delay_ns;
    int64_t *rows; // COLUMNS a row: venue, receipt, price, qty, what
    uint64_t count, max;
};

static int put(struct levels *levels, const struct feed_record *record) {
    if (levels->count == levels->max) {
        uint64_t max = levels->max ? 2 * levels->max : ROWS_FIRST;
        int64_t *rows = realloc(levels->rows, max * COLUMNS * sizeof *rows);
        if (rows == NULL)
            return ERR_SET(ERR_NOMEM, "no memory for the levels of %llu records",
                           (unsigned long long)max);
        levels->rows = rows;
        levels->max = max;
    }
    int64_t *row = levels->rows + COLUMNS * levels->count++;
    row[0] = record->venue_ns;
    row[1] = levels->recorded ? record->receipt_ns : record->venue_ns + levels->delay_ns;
    row[2] = record->price;
    row[3] = record->qty;
    row[4] = record->what;
    return 0;
}

static int put_level(struct levels *levels, const struct feed_record *record, int s, int64_t tick,
                     int64_t delta) {
    struct book_l2_change change;
    int side = s ? -1 : 1;
    int64_t qty = book_l2_qty(&levels->book, side, tick);
    if (__builtin_add_overflow(qty, delta, &qty)) qty = INT64_MAX;
    if (qty < 0) qty = 0;
    if (book_l2_set(&levels->book, side, tick, qty, &change) < 0) return 0; // the engine counts it
    struct feed_record level = *record;
    level.price = tick * levels->tick;
    level.qty = qty;
    level.what = feed_what(FEED_LEVEL, side, feed_flags_of(record->what));
    return put(levels, &level);
}

static int put_trade(struct levels *levels, const struct feed_record *record, int64_t price) {
    struct feed_record trade = *record;
    trade.price = price;
    trade.what = feed_what(FEED_TRADE, -feed_side_of(record->what), 0);
    return put(levels, &trade);
}

static int cut(struct levels *levels, const struct feed_record *record, struct other *other,
               int64_t qty) {
    int s = (int)other->s;
    int64_t tick = other->tick, gone = qty < other->qty ? qty : other->qty;
    other->qty -= gone;
    if (other->qty == 0) others_remove(&levels->others, other);
    return put_level(levels, record, s, tick, -gone);
}

static int move(struct levels *levels, const struct feed_record *record, struct other *other) {
    int s = (int)other->s;
    int64_t tick = other->tick, qty = other->qty, to = record->price / levels->tick;
    if (record->qty == 0) return cut(levels, record, other, qty);
    others_move(&levels->others, other, to, record->qty);
    if (to == tick) return put_level(levels, record, s, tick, record->qty - qty);
    TRY(put_level(levels, record, s, tick, -qty));
    return put_level(levels, record, s, to, record->qty);
}

static int take_order(struct levels *levels, const struct feed_record *record) {
    enum feed_kind kind = feed_kind_of(record->what);
    int s = feed_side_of(record->what) < 0;
    if (kind == FEED_ADD) {
        int64_t tick = record->price / levels->tick;
        if (record->qty == 0 ||
            others_add(&levels->others, record->id, s, tick, record->qty) == NULL)
            return 0;
        return put_level(levels, record, s, tick, record->qty);
    }
    struct other *other = others_find(&levels->others, record->id);
    if (kind == FEED_EXECUTE) TRY(put_trade(levels, record, record->price));
    if (other == NULL || other->s != (uint32_t)s) return 0;
    if (kind == FEED_MODIFY) return move(levels, record, other);
    return cut(levels, record, other, kind == FEED_DELETE ? other->qty : record->qty);
}

static int take_record(struct levels *levels, const struct feed_record *record) {
    enum feed_kind kind = feed_kind_of(record->what);
    struct book_l2_change change;
    int side = feed_side_of(record->what);
    if (kind >= FEED_ADD && kind <= FEED_EXECUTE) return take_order(levels, record);
    if (kind == FEED_TRADE && levels->executions && !(feed_flags_of(record->what) & FEED_HIDDEN))
        return 0; // told by its executions
    if (kind == FEED_CLEAR) {
        if (side >= 0) others_clear(&levels->others, 0);
        if (side <= 0) others_clear(&levels->others, 1);
        book_l2_clear(&levels->book, side);
    }
    if ((kind == FEED_LEVEL || kind == FEED_SNAPSHOT) &&
        book_l2_set(&levels->book, side, record->price / levels->tick, record->qty, &change) < 0)
        return 0;
    return put(levels, record);
}

// The rows as columns, which the caller frees.
static int columns_of(const struct levels *levels, struct feed_rows *ret_rows, void **ret_owned) {
    uint64_t count = levels->count;
    int64_t *columns = malloc((count ? count : 1) * COLUMNS * sizeof *columns);
    if (columns == NULL) return ERR_SET(ERR_NOMEM, "no memory for what is heard of the feed");
    for (uint64_t i = 0; i < count; i++)
        for (uint64_t c = 0; c < COLUMNS; c++)
            columns[c * count + i] = levels->rows[COLUMNS * i + c];
    *ret_rows = (struct feed_rows){.venue_ns = columns,
                                   .receipt_ns = columns + count,
                                   .price = columns + 2 * count,
                                   .qty = columns + 3 * count,
                                   .what = columns + 4 * count,
                                   .count = count};
    *ret_owned = columns;
    return 0;
}

static int convert(struct levels *levels, struct run_feed *feed, uint32_t part) {
    const struct feed_rows *rows = levels->recorded ? &feed->heard[part] : &feed->parts[part];
    levels->count = 0;
    for (uint64_t i = 0; i < rows->count; i++) {
        const struct feed_record record = {
            .venue_ns = rows->venue_ns[i],
            .receipt_ns = rows->receipt_ns != NULL ? rows->receipt_ns[i] : rows->venue_ns[i],
            .price = rows->price[i],
            .qty = rows->qty[i],
            .id = rows->id[i],
            .what = rows->what[i]};
        TRY(take_record(levels, &record));
    }
    return columns_of(levels, &feed->heard[part], &feed->levels[part]);
}

static int convert_all(struct levels *levels, struct run_feed *feed) {
    const struct tick_config *tick = &feed->config;
    size_t room = book_l2_size(&tick->book) + (size_t)tick->other_max * 96 + (1 << 20);
    TRY(arena_init(&levels->arena, room));
    TRY(others_init(&levels->others, &levels->arena, tick->other_max));
    TRY(book_l2_init(&levels->book, &levels->arena, &tick->book));
    for (uint32_t part = 0; part < feed->count; part++) TRY(convert(levels, feed, part));
    return 0;
}

int run_hear_levels(struct run *run, struct run_feed *feed) {
    struct levels levels = {
        .tick = run->instruments.items[feed->instrument].tick.m,
        .executions = feed->config.executions,
        .recorded = run->feed_params[RUN_FEED_HEARD] == RUN_FEED_RECORDED,
        .delay_ns = (int64_t)(run->feed_params[RUN_FEED_DELAY] * 1e9 + 0.5),
    };
    int rc = convert_all(&levels, feed);
    if (levels.arena.base != NULL) arena_fini(&levels.arena);
    free(levels.rows);
    return rc;
}
