// SPDX-License-Identifier: Apache-2.0
// Tapes as columns.
#include <fulmar/fulmar.h>
#include <stdlib.h>

#include "base/err.h"
#include "edge/store/tape.h"

struct fulmar_tape {
    struct tape *tape;
    char name[TAPE_NAME_SIZE];
};

struct visit {
    int (*visit)(void *self, const char *series);
    void *self;
};

static int visit_series(void *self, const struct tape_series *series) {
    const struct visit *visit = self;
    char name[TAPE_NAME_SIZE];
    tape_series_print(series, name);
    return visit->visit(visit->self, name);
}

int fulmar_tape_list(const char *root, int (*visit)(void *self, const char *series), void *self) {
    struct visit one = {visit, self};
    return tape_list(root, &(struct tape_visitor){.visit = visit_series, .self = &one});
}

int fulmar_tape_open(const char *root, const char *series, struct fulmar_tape **ret_tape) {
    struct tape_series found;
    TRY(tape_find(root, series, &found));
    struct fulmar_tape *tape = calloc(1, sizeof *tape);
    if (tape == NULL) return ERR_SET(ERR_NOMEM, "no memory for the tape of %s", series);
    int rc = tape_open(root, &found, &tape->tape);
    if (rc < 0) {
        free(tape);
        return rc;
    }
    tape_series_print(&found, tape->name);
    *ret_tape = tape;
    return 0;
}

void fulmar_tape_close(struct fulmar_tape *tape) {
    if (tape == NULL) return;
    tape_close(tape->tape);
    free(tape);
}

const char *fulmar_tape_series(const struct fulmar_tape *tape) {
    return tape->name;
}

uint32_t fulmar_tape_partitions(const struct fulmar_tape *tape) {
    return tape_partition_count(tape->tape);
}

static void add(struct fulmar_columns *columns, const char *name, const int64_t *values,
                int32_t unit) {
    columns->names[columns->count] = name;
    columns->values[columns->count] = values;
    columns->units[columns->count++] = unit;
}

static void add_bars(struct fulmar_columns *columns, const struct tape_bars *bars, int32_t price,
                     int32_t qty) {
    columns->rows = bars->count;
    add(columns, "open_time", bars->open_ns, FULMAR_NANOSECONDS);
    add(columns, "close_time", bars->close_ns, FULMAR_NANOSECONDS);
    add(columns, "open", bars->open, price);
    add(columns, "high", bars->high, price);
    add(columns, "low", bars->low, price);
    add(columns, "close", bars->close, price);
    add(columns, "volume", bars->volume, qty);
}

static void add_trades(struct fulmar_columns *columns, const struct tape_trades *trades,
                       int32_t price, int32_t qty) {
    columns->rows = trades->count;
    add(columns, "time", trades->ts_ns, FULMAR_NANOSECONDS);
    add(columns, "price", trades->price, price);
    add(columns, "quantity", trades->qty, qty);
    add(columns, "trade_id", trades->trade_id, FULMAR_INTEGER);
    add(columns, "side", trades->side, FULMAR_INTEGER);
}

static void add_quotes(struct fulmar_columns *columns, const struct tape_quotes *quotes,
                       int32_t price, int32_t qty) {
    columns->rows = quotes->count;
    add(columns, "time", quotes->ts_ns, FULMAR_NANOSECONDS);
    add(columns, "bid", quotes->bid, price);
    add(columns, "bid_quantity", quotes->bid_qty, qty);
    add(columns, "ask", quotes->ask, price);
    add(columns, "ask_quantity", quotes->ask_qty, qty);
}

static void add_feed(struct fulmar_columns *columns, const struct tape_feed *feed, int32_t price,
                     int32_t qty) {
    columns->rows = feed->count;
    add(columns, "receipt_time", feed->receipt_ns, FULMAR_NANOSECONDS);
    add(columns, "venue_time", feed->venue_ns, FULMAR_NANOSECONDS);
    add(columns, "price", feed->price, price);
    add(columns, "quantity", feed->qty, qty);
    add(columns, "id", feed->id, FULMAR_INTEGER);
    add(columns, "what", feed->what, FULMAR_INTEGER);
}

int fulmar_tape_columns(const struct fulmar_tape *self, uint32_t partition,
                        struct fulmar_columns *ret_columns) {
    const struct tape *tape = self->tape;
    const struct instrument *instrument = &tape_meta(tape)->instrument;
    int32_t price = instrument->price_decimals, qty = instrument->qty_decimals;
    struct fulmar_columns columns = {0};
    if (partition >= tape_partition_count(tape))
        return ERR_SET(ERR_ARGUMENT, "%s has %u partitions, numbered from 0; there is no %u",
                       self->name, tape_partition_count(tape), partition);
    switch (tape_series_of(tape)->kind) {
    case TAPE_TRADES: {
        struct tape_trades trades = tape_trades(tape, partition);
        add_trades(&columns, &trades, price, qty);
        break;
    }
    case TAPE_QUOTES: {
        struct tape_quotes quotes = tape_quotes(tape, partition);
        add_quotes(&columns, &quotes, price, qty);
        break;
    }
    case TAPE_FEED: {
        struct tape_feed feed = tape_feed(tape, partition);
        add_feed(&columns, &feed, price, qty);
        break;
    }
    default: {
        struct tape_bars bars = tape_bars(tape, partition);
        add_bars(&columns, &bars, price, qty);
    }
    }
    *ret_columns = columns;
    return 0;
}
