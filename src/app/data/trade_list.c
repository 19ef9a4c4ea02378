// SPDX-License-Identifier: Apache-2.0
#include "app/data/trade_list.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/terminal.h"

enum { PATH_SIZE = 4096, PPM = 1000000 };

static int64_t divisor_of(int64_t a, int64_t b) {
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static int64_t tick_of(const struct trade_list *list) {
    static const int64_t steps[] = {50, 25, 20, 10}; // tenths
    int64_t least = list->instrument.tick.m;
    if (list->changes < TRADE_LIST_CHANGES_MIN) return least;
    for (int64_t power = INT64_C(100000000000000000); power >= 1; power /= 10)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
            int64_t step = steps[i] * power / 10;
            bool whole = steps[i] * power % 10 == 0 && step % least == 0;
            if (whole && step >= least && list->divisor % step == 0) return step;
        }
    return least;
}

static int list_add(struct trade_list *list, int64_t ts_ns, int64_t price, int64_t qty, int told) {
    if (price != list->sides.last) {
        list->divisor = divisor_of(price, list->divisor);
        list->changes++;
    }
    int side = told == 2 ? 0 : aggressor_side(&list->sides, price, told);
    if (ts_ns < list->from_ns || ts_ns >= list->to_ns) return 0;
    if (list->count == list->max) {
        size_t max = list->max == 0 ? 4096 : 2 * list->max;
        struct trade_row *grown = realloc(list->rows, max * sizeof *grown);
        if (grown == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu trades", max);
        list->rows = grown;
        list->max = max;
    }
    list->rows[list->count++] = (struct trade_row){ts_ns, price, qty, side};
    return 0;
}

static bool has_plain_trades(const struct tape *tape) {
    for (uint32_t part = 0; part < tape_partition_count(tape); part++) {
        struct tape_feed feed = tape_feed(tape, part);
        for (uint64_t row = 0; row < feed.count; row++) {
            int flags = feed_flags_of(feed.what[row]);
            if (feed_kind_of(feed.what[row]) == FEED_TRADE && !(flags & (FEED_HIDDEN | FEED_CROSS)))
                return true;
        }
    }
    return false;
}

static int record_take(struct trade_list *list, const struct feed_record *record, bool executions) {
    enum feed_kind kind = feed_kind_of(record->what);
    int side = feed_side_of(record->what);
    if (kind == FEED_BEST) aggressor_quote(&list->sides, side, record->qty > 0 ? record->price : 0);
    if (kind == FEED_TRADE) {
        enum { NO_AGGRESSOR = 2 };
        int told = feed_flags_of(record->what) & FEED_CROSS ? NO_AGGRESSOR : side;
        return list_add(list, record->receipt_ns, record->price, record->qty, told);
    }
    if (kind == FEED_EXECUTE && executions)
        return list_add(list, record->receipt_ns, record->price, record->qty, -side);
    return 0;
}

static int feed_read(struct trade_list *list, const struct tape *tape) {
    bool executions = !has_plain_trades(tape);
    for (uint32_t part = 0; part < tape_partition_count(tape); part++) {
        struct tape_feed feed = tape_feed(tape, part);
        for (uint64_t row = 0; row < feed.count && feed.receipt_ns[row] < list->to_ns; row++) {
            struct feed_record record = tape_feed_record(&feed, row);
            TRY(record_take(list, &record, executions));
        }
    }
    return 0;
}

static int trades_read(struct trade_list *list, const struct tape *tape) {
    for (uint32_t part = 0; part < tape_partition_count(tape); part++) {
        struct tape_trades trades = tape_trades(tape, part);
        for (uint64_t row = 0; row < trades.count && trades.ts_ns[row] < list->to_ns; row++)
            TRY(list_add(list, trades.ts_ns[row], trades.price[row], trades.qty[row],
                         (int)trades.side[row]));
    }
    return 0;
}

// 1, 2, 5, 10, 20, ... ticks, the first by which all prices fit into the wanted rows.
static int64_t ticks_wanted(const struct trade_list *list, int64_t rows) {
    int64_t low = list->rows[0].price, high = low, tick = list->tick;
    for (size_t i = 1; i < list->count; i++) {
        low = list->rows[i].price < low ? list->rows[i].price : low;
        high = list->rows[i].price > high ? list->rows[i].price : high;
    }
    int64_t needed = (high - low) / tick / rows + 1, ticks = 1;
    for (int turn = 0; ticks < needed && ticks < INT64_MAX / 10; turn++)
        ticks = turn % 3 == 1 ? ticks / 2 * 5 : ticks * 2;
    return ticks;
}

static int rows_set(struct trade_list *list, const struct args *args, int64_t rows_wanted) {
    enum { TICKS_MAX = 1000000000 };
    long ticks = 0;
    list->tick = tick_of(list);
    TRY(args_int(args, "tick-multiple", 1, TICKS_MAX, &ticks));
    list->ticks = ticks > 0 ? ticks : ticks_wanted(list, rows_wanted);
    if (__builtin_mul_overflow(list->ticks, list->tick, &list->height))
        return ERR_SET(ERR_ARGUMENT, "--tick-multiple: a row of %" PRId64 " ticks is too high",
                       list->ticks);
    return 0;
}

static int tape_read(struct trade_list *list, const struct tape *tape) {
    const struct tape_series *series = tape_series_of(tape);
    list->instrument = tape_meta(tape)->instrument;
    tape_series_print(series, list->name);
    if (series->kind == TAPE_FEED) return feed_read(list, tape);
    if (series->kind == TAPE_TRADES) return trades_read(list, tape);
    return ERR_SET(ERR_ARGUMENT, "%s has no trades: give a feed or a series of trades", list->name);
}

int trade_list_read(const struct args *args, int64_t rows_wanted, struct trade_list *ret_list) {
    char root[PATH_SIZE];
    struct tape_series series;
    struct tape *tape;
    *ret_list = (struct trade_list){.from_ns = INT64_MIN, .to_ns = INT64_MAX};
    if (args->operand_count != 1)
        return ERR_SET(ERR_ARGUMENT,
                       "give one feed or series of trades; fulmar data info lists the series");
    TRY(command_tape_root(args, root, sizeof root));
    TRY(args_instant(args, "from", &ret_list->from_ns));
    TRY(args_instant(args, "to", &ret_list->to_ns));
    if (ret_list->from_ns >= ret_list->to_ns)
        return ERR_SET(ERR_ARGUMENT, "--from is not before --to");
    TRY(tape_find(root, args->operands[0], &series));
    TRY(tape_open(root, &series, &tape));
    int rc = tape_read(ret_list, tape);
    tape_close(tape);
    if (rc < 0) return rc;
    if (ret_list->count == 0)
        return ERR_SET(ERR_NOT_FOUND, "%s has no trade in this time", ret_list->name);
    return rows_set(ret_list, args, rows_wanted);
}

void trade_list_fini(struct trade_list *list) {
    free(list->rows);
    list->rows = NULL;
}

int trade_list_share(const struct args *args, const char *name, int64_t *ret_ppm) {
    double share = (double)*ret_ppm / PPM;
    TRY(args_real(args, name, 1e-6, 1, &share));
    *ret_ppm = llround(share * PPM);
    return 0;
}

const char *trade_list_price(const struct trade_list *list, int64_t price,
                             char buf[DECIMAL_TEXT_SIZE]) {
    decimal_print_short(buf, DECIMAL_TEXT_SIZE, price, list->instrument.price_decimals);
    return buf;
}

const char *trade_list_qty(const struct trade_list *list, int64_t qty,
                           char buf[DECIMAL_TEXT_SIZE]) {
    decimal_print_short(buf, DECIMAL_TEXT_SIZE, qty, list->instrument.qty_decimals);
    return buf;
}

void trade_list_sides_print(const struct trade_list *list, char *buf, size_t size) {
    const struct aggressor *sides = &list->sides;
    char number[32];
    uint64_t found = sides->quoted + sides->ticked;
    int len = snprintf(buf, size, "%s trades", thousands(number, (int64_t)list->count));
    if (found > 0 && len > 0 && (size_t)len < size)
        snprintf(buf + len, size - (size_t)len,
                 "; of the sides read, %" PRIu64 " were told, %" PRIu64 " found by quotes, %" PRIu64
                 " by ticks, %" PRIu64 " not found",
                 sides->told, sides->quoted, sides->ticked, sides->unknown);
}
