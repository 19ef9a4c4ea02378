// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/check.h"
#include "edge/store/tape.h"

enum { ROWS_PER_LINE = 64 / sizeof(int64_t) }; // of the cache

struct tape_source {
    struct tape *tape;
    int64_t from_ns;
    int64_t to_ns;
    uint64_t row; // next row of the partition
    uint64_t end; // one past its last row in range
    const int64_t *column[7];
    uint32_t column_count;
    uint32_t partition; // next partition to load
    uint32_t kind;      // enum tape_kind
    uint32_t reserved;
    union event model; // what all events share
};

static int source_fill(void *self, union event *ret_events, int max);
static int64_t source_remaining(void *self);
static void partition_load(struct tape_source *source);
static uint64_t columns_load(struct tape_source *source);
static uint64_t lower_bound(const int64_t *column, uint64_t count, int64_t ns);
static void rows_call(const struct tape_source *source, uint64_t count);
static void bars_fill(struct tape_source *source, union event *events, int count);
static void trades_fill(struct tape_source *source, union event *events, int count);
static void quotes_fill(struct tape_source *source, union event *events, int count);

struct tape_source *tape_source_new(struct arena *arena, struct tape *tape, uint32_t instrument,
                                    int64_t from_ns, int64_t to_ns) {
    struct tape_source *source = ARENA_NEW(arena, struct tape_source, 1);
    if (source == NULL) return NULL;
    const struct tape_series *series = tape_series_of(tape);
    CHECK(series->kind != TAPE_FEED);
    enum event_kind kind = series->kind == TAPE_TRADES   ? EVENT_TRADE
                           : series->kind == TAPE_QUOTES ? EVENT_QUOTE
                                                         : EVENT_BAR;
    *source = (struct tape_source){
        .tape = tape, .from_ns = from_ns, .to_ns = to_ns, .kind = series->kind};
    event_init(&source->model, kind, instrument, 0);
    if (kind == EVENT_BAR) {
        source->model.bar.bar.frame_s = series->frame_s;
        source->model.bar.bar.flags = tape_meta(tape)->bar_flags;
    }
    return source;
}

struct event_source tape_source_port(struct tape_source *source) {
    return (struct event_source){source_fill, source_remaining, source};
}

static int source_fill(void *self, union event *ret_events, int max) {
    struct tape_source *source = self;
    while (source->row == source->end) {
        if (source->partition == tape_partition_count(source->tape)) return 0;
        partition_load(source);
    }
    uint64_t left = source->end - source->row;
    int count = left < (uint64_t)max ? (int)left : max;
    if (source->kind == TAPE_TRADES)
        trades_fill(source, ret_events, count);
    else if (source->kind == TAPE_QUOTES)
        quotes_fill(source, ret_events, count);
    else
        bars_fill(source, ret_events, count);
    source->row += (uint64_t)count;
    rows_call(source, (uint64_t)count);
    return count;
}

static int64_t source_remaining(void *self) {
    const struct tape_source *source = self;
    if (source->partition == 0) return (int64_t)tape_count(source->tape);
    int64_t left = (int64_t)(source->end - source->row);
    for (uint32_t i = source->partition; i < tape_partition_count(source->tape); i++)
        left += (int64_t)tape_partition_rows(source->tape, i);
    return left;
}

static void partition_load(struct tape_source *source) {
    uint64_t count = columns_load(source);
    const int64_t *known =
        source->column[source->kind == TAPE_BARS || source->kind == TAPE_MIDS ? 1 : 0];
    source->partition++;
    source->row = lower_bound(known, count, source->from_ns);
    source->end = lower_bound(known, count, source->to_ns);
    if (source->end < source->row) source->end = source->row;
}

static void columns_take(struct tape_source *source, const int64_t *const *columns,
                         uint32_t count) {
    memcpy(source->column, columns, count * sizeof *columns);
    source->column_count = count;
}

static uint64_t columns_load(struct tape_source *source) {
    if (source->kind == TAPE_TRADES) {
        struct tape_trades trades = tape_trades(source->tape, source->partition);
        const int64_t *columns[] = {trades.ts_ns, trades.price, trades.qty, trades.trade_id,
                                    trades.side};
        columns_take(source, columns, sizeof columns / sizeof *columns);
        return trades.count;
    }
    if (source->kind == TAPE_QUOTES) {
        struct tape_quotes quotes = tape_quotes(source->tape, source->partition);
        const int64_t *columns[] = {quotes.ts_ns, quotes.bid, quotes.bid_qty, quotes.ask,
                                    quotes.ask_qty};
        columns_take(source, columns, sizeof columns / sizeof *columns);
        return quotes.count;
    }
    struct tape_bars bars = tape_bars(source->tape, source->partition);
    const int64_t *columns[] = {bars.open_ns, bars.close_ns, bars.open,  bars.high,
                                bars.low,     bars.close,    bars.volume};
    columns_take(source, columns, sizeof columns / sizeof *columns);
    return bars.count;
}

static uint64_t lower_bound(const int64_t *column, uint64_t count, int64_t ns) {
    uint64_t lo = 0, hi = count;
    while (lo < hi) {
        uint64_t mid = lo + (hi - lo) / 2;
        if (column[mid] < ns)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

// Calls the next rows into the cache while the ones before them are worked on: so many columns at once, a few rows
// at a time, are more than the processor foresees.
static void rows_call(const struct tape_source *source, uint64_t count) {
    uint64_t left = source->end - source->row;
    if (count > left) count = left;
    for (uint32_t c = 0; c < source->column_count; c++) {
        const int64_t *rows = source->column[c] + source->row;
        for (uint64_t i = 0; i < count; i += ROWS_PER_LINE) __builtin_prefetch(rows + i);
    }
}

static void bars_fill(struct tape_source *source, union event *events, int count) {
    struct bar_event model = source->model.bar;
    const int64_t *const *column = source->column;
    for (int i = 0; i < count; i++) {
        uint64_t row = source->row + (uint64_t)i;
        model.header.ts_ns = model.header.venue_ts_ns = column[1][row];
        model.bar.open_ns = column[0][row];
        model.bar.close_ns = column[1][row];
        model.bar.open.m = column[2][row];
        model.bar.high.m = column[3][row];
        model.bar.low.m = column[4][row];
        model.bar.close.m = column[5][row];
        model.bar.volume.m = column[6][row];
        events[i].bar = model;
    }
}

static void trades_fill(struct tape_source *source, union event *events, int count) {
    struct trade_event model = source->model.trade;
    const int64_t *const *column = source->column;
    for (int i = 0; i < count; i++) {
        uint64_t row = source->row + (uint64_t)i;
        model.header.ts_ns = model.header.venue_ts_ns = column[0][row];
        model.price.m = column[1][row];
        model.qty.m = column[2][row];
        model.trade_id = (uint64_t)column[3][row];
        model.side = (int32_t)column[4][row];
        events[i].trade = model;
    }
}

static void quotes_fill(struct tape_source *source, union event *events, int count) {
    struct quote_event model = source->model.quote;
    const int64_t *const *column = source->column;
    for (int i = 0; i < count; i++) {
        uint64_t row = source->row + (uint64_t)i;
        model.header.ts_ns = model.header.venue_ts_ns = column[0][row];
        model.bid.m = column[1][row];
        model.bid_qty.m = column[2][row];
        model.ask.m = column[3][row];
        model.ask_qty.m = column[4][row];
        events[i].quote = model;
    }
}
