// SPDX-License-Identifier: Apache-2.0
// fulmar data book: the book of a recorded feed at an instant.
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/commands.h"
#include "app/data/book_view.h"
#include "app/data/feed_view.h"
#include "app/terminal.h"
#include "base/timestamp.h"

enum { PATH_SIZE = 4096, LEVELS = 10, LEVELS_MAX = 5000 };

struct book {
    const struct args *args;
    struct feed_view *view;
    struct book_l3_level *levels[2]; // bids, asks
    uint32_t count[2];
    int64_t at_ns;
};

static int run_book(const struct args *args);

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
