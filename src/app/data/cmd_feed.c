// SPDX-License-Identifier: Apache-2.0
// fulmar data book and data heatmap: the book of a recorded feed, at an instant and over time.
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/data/book_view.h"
#include "app/data/feed_view.h"
#include "app/plot/plot.h"
#include "app/terminal.h"
#include "base/timestamp.h"

enum { PATH_SIZE = 4096, LEVELS = 10, LEVELS_MAX = 5000, COLUMNS = 360, ROWS = 120 };

struct book {
    const struct args *args;
    struct feed_view *view;
    struct book_l3_level *levels[2]; // bids, asks
    uint32_t count[2];
    int64_t at_ns;
};

struct heat {
    struct feed_view *view;
    struct plot_heat plot;
    struct book_l3_level *levels;
    int64_t from_ns;
    int64_t to_ns;
    double *values; // [ROWS * COLUMNS], from the lowest price, row by row
    double *bid;    // [COLUMNS]
    double *ask;
    struct plot_mark *marks;
    uint64_t mark_count;
    uint64_t mark_max;
    double scale; // of a price's mantissa
    double qty_scale;
    int error;
};

static int run_book(const struct args *args);
static int run_heatmap(const struct args *args);

static const struct option BOOK_OPTIONS[] = {
    {"tape", "DIR", NULL,
     "the tape's directory; default $FULMAR_TAPE or the user's data directory"},
    {"at", "TIME", NULL, "when, by the recorder's clock; default: the end of the feed"},
    {"levels", "N", NULL, "levels a side; default 10"},
};

const struct command command_data_book = {
    .name = "data book",
    .summary = "show the order book of a recorded feed at an instant",
    .operands = "SERIES...",
    .details = "Plays the feed up to the instant and shows the best levels of both sides with the "
               "sums of their quantities from the "
               "best on. A book by price is whole from a picture to the next gap, which is told; a "
               "book by order holds the orders "
               "that the feed has told.\n\n"
               "Several feeds by price are shown as one book: the best levels anywhere, what each "
               "venue shows of them, and whether the venues' best prices are apart (open), equal "
               "(locked) or crossed.",
    .example = "fulmar data book BINANCE-USDM/BTCUSDT --at 2024-08-08T23:58:00Z --levels 5\n"
               "fulmar data book BINANCE/BTCUSDT/feed BINANCE-USDM/BTCUSDT/feed",
    .options = BOOK_OPTIONS,
    .option_count = sizeof BOOK_OPTIONS / sizeof BOOK_OPTIONS[0],
    .run = run_book,
};

static const struct option HEATMAP_OPTIONS[] = {
    {"tape", "DIR", NULL,
     "the tape's directory; default $FULMAR_TAPE or the user's data directory"},
    {"plot", "FILE", NULL, "the .svg or .png file to draw"},
    {"from", "TIME", NULL, "first time, by the recorder's clock; default: that of the feed"},
    {"to", "TIME", NULL, "last time; default: that of the feed"},
};

const struct command command_data_heatmap = {
    .name = "data heatmap",
    .summary = "draw the order book of a recorded feed over time",
    .operands = "SERIES",
    .details = "Time to the right, price upwards, the quantity that the book shows at a price as "
               "colour on a logarithmic scale; over "
               "it the best prices and the trades.",
    .example = "fulmar data heatmap BINANCE-USDM/BTCUSDT --plot book.png",
    .options = HEATMAP_OPTIONS,
    .option_count = sizeof HEATMAP_OPTIONS / sizeof HEATMAP_OPTIONS[0],
    .run = run_heatmap,
};

static int view_open(const struct args *args, struct feed_view **ret_view) {
    char root[PATH_SIZE];
    if (args->operand_count != 1)
        return ERR_SET(ERR_ARGUMENT, "give one feed; fulmar data info lists the series");
    TRY(command_tape_root(args, root, sizeof root));
    return feed_view_open(root, args->operands[0], ret_view);
}

static int64_t cumulated(const struct book *book, int side, uint32_t level) {
    int64_t sum = 0;
    for (uint32_t i = 0; i <= level; i++) sum += book->levels[side][i].qty;
    return sum;
}

static void decimal_cell(struct table *table, int64_t mantissa, int decimals) {
    char text[DECIMAL_TEXT_SIZE];
    decimal_print(text, sizeof text, mantissa, decimals);
    table_cell(table, "%s", text);
}

// As many decimals as the shown levels need: a series may have more, for the sake of a trade. The unit is the last
// of them.
static int places_needed(const struct book *book, bool price, int decimals, int64_t *ret_unit) {
    for (int64_t unit = 1;; unit *= 10, decimals--) {
        *ret_unit = unit;
        if (decimals == 0) return 0;
        for (int side = 0; side < 2; side++)
            for (uint32_t i = 0; i < book->count[side]; i++) {
                const struct book_l3_level *at = &book->levels[side][i];
                if ((price ? at->price : at->qty) % (unit * 10) != 0) return decimals;
            }
    }
}

static void side_cells(struct table *table, const struct book *book, int side, uint32_t level,
                       const struct instrument *instrument) {
    if (level >= book->count[side]) {
        for (int i = 0; i < 3; i++) table_cell(table, "%s", "");
        return;
    }
    const struct book_l3_level *at = &book->levels[side][level];
    int64_t price_unit, qty_unit;
    int price = places_needed(book, true, instrument->price_decimals, &price_unit);
    int qty = places_needed(book, false, instrument->qty_decimals, &qty_unit);
    if (side == 0) decimal_cell(table, cumulated(book, side, level) / qty_unit, qty);
    if (side == 0) decimal_cell(table, at->qty / qty_unit, qty);
    decimal_cell(table, at->price / price_unit, price);
    if (side == 1) decimal_cell(table, at->qty / qty_unit, qty);
    if (side == 1) decimal_cell(table, cumulated(book, side, level) / qty_unit, qty);
}

static void state_print(const struct book *book, const struct instrument *instrument) {
    struct feed_view_state state = feed_view_state(book->view);
    char name[TAPE_NAME_SIZE], time[TIMESTAMP_TEXT_SIZE], ago[TIMESTAMP_TEXT_SIZE];
    tape_series_print(tape_series_of(feed_view_tape(book->view)), name);
    timestamp_print(time, sizeof time, book->at_ns);
    printf("%s at %s", name, time);
    if (state.receipt_ns != 0) {
        double ms = (double)(book->at_ns - state.receipt_ns) / 1e6;
        snprintf(ago, sizeof ago, "%.3g %s", ms < 1000 ? ms : ms / 1000, ms < 1000 ? "ms" : "s");
        timestamp_print(time, sizeof time, state.venue_ns);
        printf(", last changed %s before (venue %s)", ago, time);
    }
    putchar('\n');
    if (state.by_order)
        printf("by order; %" PRIu64 " changes were of orders that are not known\n", state.unknown);
    else if (!state.synced)
        printf("not whole: no picture of the book has come, or there was a gap since\n");
    if (book->count[0] == 0 || book->count[1] == 0) return;
    int64_t bid = book->levels[0][0].price, ask = book->levels[1][0].price;
    char spread[DECIMAL_TEXT_SIZE];
    decimal_print_short(spread, sizeof spread, ask - bid, instrument->price_decimals);
    printf("spread %s", spread);
    if (bid + ask > 0) printf(" (%.3g bp)", 2e4 * (double)(ask - bid) / (double)(ask + bid));
    printf(", %u bid and %u ask levels\n", feed_view_level_count(book->view, 1),
           feed_view_level_count(book->view, -1));
}

static void book_print(const struct book *book, const struct instrument *instrument) {
    struct table table;
    state_print(book, instrument);
    table_init(&table, ">sum|>quantity|>bid|>ask|>quantity|>sum");
    for (uint32_t i = 0; i < book->count[0] || i < book->count[1]; i++) {
        side_cells(&table, book, 0, i, instrument);
        side_cells(&table, book, 1, i, instrument);
    }
    table_print(&table, stdout);
}

static json_t *side_json(const struct book *book, int side, const struct instrument *instrument) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < book->count[side]; i++) {
        char price[DECIMAL_TEXT_SIZE], qty[DECIMAL_TEXT_SIZE], sum[DECIMAL_TEXT_SIZE];
        const struct book_l3_level *at = &book->levels[side][i];
        decimal_print(price, sizeof price, at->price, instrument->price_decimals);
        decimal_print(qty, sizeof qty, at->qty, instrument->qty_decimals);
        decimal_print(sum, sizeof sum, cumulated(book, side, i), instrument->qty_decimals);
        json_array_append_new(
            list, json_pack("{s:s,s:s,s:s}", "price", price, "quantity", qty, "sum", sum));
    }
    return list;
}

static void book_print_json(const struct book *book, const struct instrument *instrument) {
    struct feed_view_state state = feed_view_state(book->view);
    char name[TAPE_NAME_SIZE];
    tape_series_print(tape_series_of(feed_view_tape(book->view)), name);
    json_t *root =
        json_pack("{s:s,s:I,s:I,s:I,s:b,s:b,s:I,s:I,s:o,s:o}", "series", name, "at_ns",
                  (json_int_t)book->at_ns, "receipt_ns", (json_int_t)state.receipt_ns, "venue_ns",
                  (json_int_t)state.venue_ns, "by_order", state.by_order, "whole", state.synced,
                  "bid_levels", (json_int_t)feed_view_level_count(book->view, 1), "ask_levels",
                  (json_int_t)feed_view_level_count(book->view, -1), "bids",
                  side_json(book, 0, instrument), "asks", side_json(book, 1, instrument));
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(root);
}

static int run_merged(const struct args *args, uint32_t levels) {
    char root[PATH_SIZE];
    if (command_tape_root(args, root, sizeof root) < 0) return STATUS_USAGE;
    int rc = book_view_merged(args, root, levels);
    return rc == 0 ? STATUS_DONE : rc == ERR_ARGUMENT ? STATUS_USAGE : STATUS_FAILED;
}

static int run_book(const struct args *args) {
    struct book book = {.args = args};
    long levels = LEVELS;
    if (args_int(args, "levels", 1, LEVELS_MAX, &levels) < 0) return STATUS_USAGE;
    if (args->operand_count > 1) return run_merged(args, (uint32_t)levels);
    int rc = view_open(args, &book.view);
    if (rc < 0) return rc == ERR_ARGUMENT ? STATUS_USAGE : STATUS_FAILED;
    book.at_ns = tape_last_ns(feed_view_tape(book.view));
    rc = args_instant(args, "at", &book.at_ns);
    if (rc < 0) {
        feed_view_close(book.view);
        return STATUS_USAGE;
    }
    feed_view_advance(book.view, book.at_ns, NULL, NULL);
    for (int side = 0; side < 2 && rc == 0; side++) {
        book.levels[side] = calloc((size_t)levels, sizeof *book.levels[side]);
        if (book.levels[side] == NULL)
            rc = ERR_SET(ERR_NOMEM, "no memory for the levels");
        else
            book.count[side] = feed_view_levels(book.view, side == 0 ? 1 : -1, book.levels[side],
                                                (uint32_t)levels);
    }
    const struct instrument *instrument = &tape_meta(feed_view_tape(book.view))->instrument;
    if (rc == 0 && args->json) book_print_json(&book, instrument);
    if (rc == 0 && !args->json) book_print(&book, instrument);
    free(book.levels[0]);
    free(book.levels[1]);
    feed_view_close(book.view);
    return rc < 0 ? STATUS_FAILED : STATUS_DONE;
}

// The end of a column's time; the first begins at from_ns.
static int64_t column_ns(const struct heat *heat, int column) {
    double share = (double)(column + 1) / COLUMNS;
    return heat->from_ns + (int64_t)((double)(heat->to_ns - heat->from_ns) * share);
}

static void mark_add(void *self, const struct feed_record *record) {
    struct heat *heat = self;
    if (record->receipt_ns < heat->from_ns) return;
    if (heat->mark_count == heat->mark_max) {
        uint64_t max = heat->mark_max == 0 ? 1024 : 2 * heat->mark_max;
        struct plot_mark *grown = realloc(heat->marks, max * sizeof *grown);
        if (grown == NULL) {
            heat->error = ERR_SET(ERR_NOMEM, "no memory for the trades");
            return;
        }
        heat->marks = grown;
        heat->mark_max = max;
    }
    heat->marks[heat->mark_count++] = (struct plot_mark){
        .x = (double)(record->receipt_ns - heat->from_ns) / (double)(heat->to_ns - heat->from_ns),
        .y = (double)record->price * heat->scale,
        .size = (double)record->qty * heat->qty_scale,
        .side = feed_side_of(record->what)};
}

// First the best prices and the trades, which say what prices to show.
static void best_read(struct heat *heat) {
    struct book_l3_level best;
    for (int column = 0; column < COLUMNS; column++) {
        feed_view_advance(heat->view, column_ns(heat, column), mark_add, heat);
        bool bid = feed_view_levels(heat->view, 1, &best, 1) == 1;
        heat->bid[column] = bid ? (double)best.price * heat->scale : NAN;
        bool ask = feed_view_levels(heat->view, -1, &best, 1) == 1;
        heat->ask[column] = ask ? (double)best.price * heat->scale : NAN;
    }
}

static int range_find(struct heat *heat) {
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < COLUMNS; i++) {
        if (heat->bid[i] < low) low = heat->bid[i];
        if (heat->ask[i] > high) high = heat->ask[i];
    }
    if (!(low < high)) return ERR_SET(ERR_UNSUPPORTED, "the feed tells no book in this time");
    double room = (high - low) * 0.25;
    if (room < 20 * heat->scale) room = 20 * heat->scale;
    heat->plot.low = low - room;
    heat->plot.high = high + room;
    return 0;
}

static void column_read(struct heat *heat, int column) {
    double step = (heat->plot.high - heat->plot.low) / ROWS;
    for (int side = 1; side >= -1; side -= 2) {
        uint32_t count = feed_view_levels(heat->view, side, heat->levels, FEED_VIEW_LEVELS_MAX);
        for (uint32_t i = 0; i < count; i++) {
            double row = ((double)heat->levels[i].price * heat->scale - heat->plot.low) / step;
            if (!(row >= 0 && row < ROWS)) break; // from the best outwards
            heat->values[(size_t)row * COLUMNS + (size_t)column] +=
                (double)heat->levels[i].qty * heat->qty_scale;
        }
    }
}

static int heat_read(struct heat *heat, const struct args *args) {
    char root[PATH_SIZE];
    best_read(heat);
    TRY(heat->error);
    TRY(range_find(heat));
    struct feed_view *again;
    TRY(command_tape_root(args, root, sizeof root));
    TRY(feed_view_open(root, args->operands[0], &again));
    feed_view_close(heat->view);
    heat->view = again;
    for (int column = 0; column < COLUMNS; column++) {
        feed_view_advance(heat->view, column_ns(heat, column), NULL, NULL);
        column_read(heat, column);
    }
    return 0;
}

static int heat_draw(struct heat *heat, const char *path) {
    char name[TAPE_NAME_SIZE], from[TIMESTAMP_TEXT_SIZE], to[TIMESTAMP_TEXT_SIZE], subtitle[256];
    tape_series_print(tape_series_of(feed_view_tape(heat->view)), name);
    timestamp_print(from, sizeof from, heat->from_ns);
    timestamp_print(to, sizeof to, heat->to_ns);
    snprintf(subtitle, sizeof subtitle, "%s to %s, recorder's clock; %" PRIu64 " trades", from, to,
             heat->mark_count);
    heat->plot.title = name;
    heat->plot.subtitle = subtitle;
    heat->plot.values = heat->values;
    heat->plot.columns = COLUMNS;
    heat->plot.rows = ROWS;
    heat->plot.lower = heat->bid;
    heat->plot.upper = heat->ask;
    heat->plot.marks = heat->marks;
    heat->plot.mark_count = heat->mark_count;
    heat->plot.from_ns = heat->from_ns;
    heat->plot.to_ns = heat->to_ns;
    return plot_write_heat(&heat->plot, path);
}

static int heat_make(struct heat *heat, const struct args *args, const char *path) {
    const struct tape *tape = feed_view_tape(heat->view);
    const struct instrument *instrument = &tape_meta(tape)->instrument;
    heat->from_ns = tape_first_ns(tape);
    heat->to_ns = tape_last_ns(tape);
    TRY(args_instant(args, "from", &heat->from_ns));
    TRY(args_instant(args, "to", &heat->to_ns));
    if (heat->from_ns >= heat->to_ns) return ERR_SET(ERR_ARGUMENT, "--from is not before --to");
    heat->scale = pow(10, -instrument->price_decimals);
    heat->qty_scale = pow(10, -instrument->qty_decimals);
    heat->values = calloc((size_t)ROWS * COLUMNS, sizeof *heat->values);
    heat->bid = calloc(COLUMNS, sizeof *heat->bid);
    heat->ask = calloc(COLUMNS, sizeof *heat->ask);
    heat->levels = calloc(FEED_VIEW_LEVELS_MAX, sizeof *heat->levels);
    if (heat->values == NULL || heat->bid == NULL || heat->ask == NULL || heat->levels == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for a heat map");
    TRY(heat_read(heat, args));
    return heat_draw(heat, path);
}

static int run_heatmap(const struct args *args) {
    struct heat heat = {0};
    const char *path = args_get(args, "plot", NULL);
    if (path == NULL) {
        ERR_SET(ERR_ARGUMENT, "--plot names the .svg or .png file to draw");
        return STATUS_USAGE;
    }
    int rc = view_open(args, &heat.view);
    if (rc == 0) rc = heat_make(&heat, args, path);
    free(heat.values);
    free(heat.bid);
    free(heat.ask);
    free(heat.levels);
    free(heat.marks);
    feed_view_close(heat.view);
    if (rc < 0) return rc == ERR_ARGUMENT ? STATUS_USAGE : STATUS_FAILED;
    if (args->json) printf("{\"output\": \"%s\"}\n", path);
    return STATUS_DONE;
}
