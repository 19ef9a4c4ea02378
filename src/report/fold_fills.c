// SPDX-License-Identifier: Apache-2.0
// Every fill against the book that it met.
#include <math.h>
#include <stdlib.h>

#include "report/fold.h"

enum {
    TIME,
    HEARD,
    STRATEGY,
    SIDE,
    LIQUIDITY,
    QTY_COLUMN,
    PRICE_COLUMN,
    BID,
    ASK,
    MIDDLE,
    KNOWN_BID,
    KNOWN_ASK,
    BETTER_TICKS,
    BETTER_BPS,
    EFFECTIVE,
    AGE,
    AHEAD,
    PASSED,
    POSITION,
    FEE,
    SEQUENCE,
    INSTRUMENT
};

struct row {
    int64_t heard_ns;
    int64_t venue_ns;
    uint64_t order_id;
    struct ledger_fill fill;
    struct venue_fill venue;
    uint32_t liquidity;
};

struct fills {
    const struct fold_view *view;
    struct row *rows; // [REPORT_FILLS_MAX], reserved
    size_t count;
    struct arena memory;
    uint64_t left_out;
};

static const struct fold_column columns[] = {
    {"time", "Time", FOLD_INSTANT, "UTC, at the venue"},
    {"heard", "Known", FOLD_INSTANT, "UTC, when its report reached us"},
    {"strategy", "Strategy", FOLD_TEXT, NULL},
    {"side", "Side", FOLD_TEXT, NULL},
    {"liquidity", "As", FOLD_TEXT, "maker: it rested; taker: it took"},
    {"qty", "Quantity", FOLD_EXACT, NULL},
    {"price", "Price", FOLD_EXACT, NULL},
    {"bid", "Bid", FOLD_EXACT,
     "the best at the venue: a maker's just before the instant of the fill, a taker's at it"},
    {"ask", "Ask", FOLD_EXACT, "as the bid"},
    {"mid", "Middle", FOLD_EXACT, "of bid and ask"},
    {"known_bid", "Our bid", FOLD_EXACT,
     "the best that we knew of at that instant: the quote of our latest step"},
    {"known_ask", "Our ask", FOLD_EXACT, "as our bid"},
    {"better_ticks", "Better, ticks", FOLD_NUMBER,
     "how much better than the middle the fill was for us; negative: worse"},
    {"better_bps", "Better, bp", FOLD_NUMBER, "the same in basis points of the middle"},
    {"effective_spread_bps", "Effective spread, bp", FOLD_NUMBER,
     "twice the distance of price and middle, as the aggressor paid it: ours to earn where we "
     "rested, to pay where we took"},
    {"age", "Age", FOLD_SECONDS, "of the order since it arrived at the venue"},
    {"ahead", "Ahead", FOLD_EXACT, "quantity in front of the order when it joined its queue"},
    {"passed", "Passed", FOLD_EXACT, "quantity that traded at its price since then"},
    {"position", "Position", FOLD_EXACT, "of the strategy, after the fill"},
    {"fee", "Fee", FOLD_MONEY, "negative: a rebate"},
    {"sequence", "Order", FOLD_COUNT, "the number of the order within its strategy"},
    {"instrument", "Instrument", FOLD_TEXT, NULL},
};

static void *open_fills(const struct fold_view *view) {
    struct fills *self = calloc(1, sizeof *self);
    if (self != NULL) self->view = view;
    return self;
}

static void close_fills(void *fold) {
    struct fills *self = fold;
    if (self != NULL) arena_fini(&self->memory);
    free(self);
}

static int put(void *fold, const struct fold_view *view, const struct fold_step *step) {
    (void)view;
    struct fills *self = fold;
    if (step->venue == NULL) return 0;
    if (self->count == REPORT_FILLS_MAX) {
        self->left_out++;
        return 0;
    }
    if (self->rows == NULL) {
        TRY(arena_init(&self->memory, REPORT_FILLS_MAX * sizeof *self->rows));
        self->rows = ARENA_NEW(&self->memory, struct row, REPORT_FILLS_MAX);
    }
    const struct order_event *event = (const void *)step->event;
    self->rows[self->count++] = (struct row){.heard_ns = event->header.ts_ns,
                                             .venue_ns = event->header.venue_ts_ns,
                                             .order_id = event->order_id,
                                             .fill = step->fill,
                                             .venue = *step->venue,
                                             .liquidity = event->liquidity};
    return 0;
}

static size_t rows(const void *fold) {
    const struct fills *self = fold;
    return self->count;
}

static uint64_t left_out(const void *fold) {
    const struct fills *self = fold;
    return self->left_out;
}

static void text_cell(const struct fills *self, const struct row *row, size_t column,
                      struct fold_cell *ret_cell) {
    ret_cell->text = column == STRATEGY ? self->view->config->strategies[row->fill.strategy].name
                     : column == INSTRUMENT ? self->view->instrument_names[row->fill.instrument]
                     : column == SIDE       ? (row->fill.side > 0 ? "buy" : "sell")
                     : row->liquidity == LIQUIDITY_MAKER ? "maker"
                                                         : "taker";
}

static void price_cell(const struct row *row, size_t column, int32_t decimals,
                       struct fold_cell *ret_cell) {
    const struct venue_fill *venue = &row->venue;
    int64_t price = column == PRICE_COLUMN ? row->fill.price.m
                    : column == BID        ? venue->met.bid.m
                    : column == ASK        ? venue->met.ask.m
                    : column == KNOWN_BID  ? venue->known.bid.m
                                           : venue->known.ask.m;
    *ret_cell = (struct fold_cell){.exact = price, .decimals = decimals, .missing = price == 0};
    if (column != MIDDLE) return;
    ret_cell->exact = ((int128_t)venue->met.bid.m + venue->met.ask.m) * 5;
    ret_cell->decimals = decimals + 1;
    ret_cell->missing = ret_cell->exact == 0;
}

static void qty_cell(const struct row *row, size_t column, int32_t decimals,
                     struct fold_cell *ret_cell) {
    const struct quoting_fill *queue = &row->venue.queue;
    ret_cell->decimals = decimals;
    ret_cell->missing = (column == AHEAD || column == PASSED) && !queue->known;
    ret_cell->exact = column == QTY_COLUMN ? row->fill.qty.m
                      : column == AHEAD    ? queue->ahead.m
                      : column == PASSED   ? queue->passed.m
                                           : row->venue.position.m;
}

// How much better than the middle, in ticks or basis points of it; NaN where it is not known.
static double better(const struct row *row, const struct instrument *instrument, size_t column) {
    double twice = (double)row->venue.met.bid.m + (double)row->venue.met.ask.m;
    if (twice == 0) return NAN;
    double by = row->fill.side * (twice - 2 * (double)row->fill.price.m); // twice as much
    if (column == BETTER_TICKS) return by / 2 / (double)instrument->tick.m;
    double bps = by / twice * 1e4;
    if (column == BETTER_BPS) return bps;
    return (row->liquidity == LIQUIDITY_MAKER ? 2 : -2) * bps;
}

static void cell(const void *fold, size_t index, size_t column, struct fold_cell *ret_cell) {
    const struct fills *self = fold;
    const struct row *row = &self->rows[index];
    const struct instruments *instruments = self->view->instruments;
    const struct instrument *instrument = &instruments->items[row->fill.instrument];
    *ret_cell = (struct fold_cell){0};
    switch (column) {
    case TIME:
    case HEARD:
        ret_cell->integer = column == TIME ? row->venue_ns : row->heard_ns;
        break;
    case STRATEGY:
    case INSTRUMENT:
    case SIDE:
    case LIQUIDITY:
        text_cell(self, row, column, ret_cell);
        break;
    case QTY_COLUMN:
    case AHEAD:
    case PASSED:
    case POSITION:
        qty_cell(row, column, instrument->qty_decimals, ret_cell);
        break;
    case BETTER_TICKS:
    case BETTER_BPS:
    case EFFECTIVE:
        ret_cell->number = better(row, instrument, column);
        break;
    case AGE:
        ret_cell->integer = row->venue.age_ns;
        ret_cell->missing = row->venue.age_ns < 0;
        break;
    case FEE:
        ret_cell->exact = row->fill.fee;
        ret_cell->cost = true;
        ret_cell->decimals = instruments->currencies[row->fill.fee_currency].decimals;
        break;
    case SEQUENCE:
        ret_cell->integer = (int64_t)order_id_sequence(row->order_id);
        break;
    default:
        price_cell(row, column, instrument->price_decimals, ret_cell);
        break;
    }
}

extern const struct fold fold_fills;
const struct fold fold_fills = {
    .name = "fills",
    .title = "Fills against the book",
    .summary = "Every fill with the best prices at the venue that it met, and those that we knew "
               "of then.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .venue_side = true,
    .open = open_fills,
    .close = close_fills,
    .put = put,
    .rows = rows,
    .cell = cell,
    .left_out = left_out,
};
