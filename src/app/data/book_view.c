// SPDX-License-Identifier: Apache-2.0
#include "app/data/book_view.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/data/feed_view.h"
#include "app/terminal.h"
#include "base/timestamp.h"
#include "market/book_merged.h"

enum { FEED_NAME_SIZE = VENUE_NAME_SIZE + SYMBOL_SIZE };

struct merge {
    struct feed_view *views[BOOK_MERGED_MAX];
    char feeds[BOOK_MERGED_MAX][FEED_NAME_SIZE]; // VENUE/SYMBOL
    const char *names[BOOK_MERGED_MAX]; // for people: venues where each is another, else feeds
    struct book_merged book;
    struct book_merged_level *levels[2]; // bids, asks
    uint32_t count[2];
    uint32_t venue_count;
    int price_decimals, qty_decimals; // of the common units
    int64_t at_ns;
};

static const struct tape_meta *meta_of(const struct merge *merge, uint32_t v) {
    return tape_meta(feed_view_tape(merge->views[v]));
}

// Prices can be compared only where they are of the same money for the same thing.
static int check_same(const struct merge *merge, uint32_t v, const char *name) {
    const struct tape_meta *first = meta_of(merge, 0), *meta = meta_of(merge, v);
    const struct instrument *a = &first->instrument, *b = &meta->instrument;
    if (strcmp(first->currency, meta->currency) != 0)
        return ERR_SET(ERR_ARGUMENT,
                       "%s is in %s and the first feed in %s: their prices cannot be "
                       "merged",
                       name, meta->currency, first->currency);
    if (a->payoff != b->payoff || a->multiplier != b->multiplier ||
        a->multiplier_decimals != b->multiplier_decimals)
        return ERR_SET(ERR_ARGUMENT,
                       "%s is another contract than the first feed (payoff, size): "
                       "their quantities cannot be added",
                       name);
    return 0;
}

// What a feed shows is there once.
static int check_once(const struct merge *merge, uint32_t v) {
    for (uint32_t i = 0; i < v; i++)
        if (strcmp(merge->feeds[i], merge->feeds[v]) == 0)
            return ERR_SET(ERR_ARGUMENT, "%s is named twice: its quantities would count twice",
                           merge->feeds[v]);
    return 0;
}

static void names_choose(struct merge *merge) {
    bool differ = true;
    for (uint32_t v = 0; v < merge->venue_count; v++)
        for (uint32_t i = 0; i < v; i++)
            differ = differ && strcmp(meta_of(merge, i)->instrument.venue,
                                      meta_of(merge, v)->instrument.venue) != 0;
    for (uint32_t v = 0; v < merge->venue_count; v++)
        merge->names[v] = differ ? meta_of(merge, v)->instrument.venue : merge->feeds[v];
}

static int open_feeds(struct merge *merge, const struct args *args, const char *root) {
    if (args->operand_count > BOOK_MERGED_MAX)
        return ERR_SET(ERR_ARGUMENT, "at most %d feeds are merged", BOOK_MERGED_MAX);
    for (uint32_t v = 0; v < args->operand_count; v++) {
        TRY(feed_view_open(root, args->operands[v], &merge->views[v]));
        merge->venue_count++;
        TRY(check_same(merge, v, args->operands[v]));
        const struct instrument *instrument = &meta_of(merge, v)->instrument;
        snprintf(merge->feeds[v], FEED_NAME_SIZE, "%s/%s", instrument->venue, instrument->symbol);
        TRY(check_once(merge, v));
        if (instrument->price_decimals > merge->price_decimals)
            merge->price_decimals = instrument->price_decimals;
        if (instrument->qty_decimals > merge->qty_decimals)
            merge->qty_decimals = instrument->qty_decimals;
        int64_t last_ns = tape_last_ns(feed_view_tape(merge->views[v]));
        if (last_ns > merge->at_ns) merge->at_ns = last_ns;
    }
    names_choose(merge);
    return args_instant(args, "at", &merge->at_ns);
}

static int play(struct merge *merge, const struct args *args, uint32_t max) {
    for (uint32_t v = 0; v < merge->venue_count; v++) {
        const struct instrument *instrument = &meta_of(merge, v)->instrument;
        feed_view_advance(merge->views[v], merge->at_ns, NULL, NULL);
        if (feed_view_state(merge->views[v]).by_order)
            return ERR_SET(ERR_ARGUMENT, "%s is a book by order; only books by price are merged",
                           args->operands[v]);
        TRY(book_merged_add(&merge->book, feed_view_by_price(merge->views[v]),
                            decimal_pow10(merge->price_decimals - instrument->price_decimals),
                            decimal_pow10(merge->qty_decimals - instrument->qty_decimals)));
    }
    for (int s = 0; s < 2; s++) {
        merge->levels[s] = calloc(max, sizeof *merge->levels[s]);
        if (merge->levels[s] == NULL) return ERR_SET(ERR_NOMEM, "no memory for the levels");
        merge->count[s] = book_merged_levels(&merge->book, s == 0 ? 1 : -1, merge->levels[s], max);
    }
    return 0;
}

static void qty_print(char buf[DECIMAL_TEXT_SIZE], const struct merge *merge, int64_t qty) {
    decimal_print_short(buf, DECIMAL_TEXT_SIZE, qty, merge->qty_decimals);
}

// "BINANCE 1.5, COINBASE 2".
static void venues_cell(struct table *table, const struct merge *merge,
                        const struct book_merged_level *level) {
    char text[BOOK_MERGED_MAX * (FEED_NAME_SIZE + DECIMAL_TEXT_SIZE)];
    size_t len = 0;
    text[0] = '\0';
    for (uint32_t v = 0; v < merge->venue_count; v++) {
        char qty[DECIMAL_TEXT_SIZE];
        if (level->by_venue[v] == 0) continue;
        qty_print(qty, merge, level->by_venue[v]);
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s %s", len > 0 ? ", " : "",
                                merge->names[v], qty);
    }
    table_cell(table, "%s", text);
}

static void side_cells(struct table *table, const struct merge *merge, int side, uint32_t i) {
    if (i >= merge->count[side]) {
        for (int k = 0; k < 3; k++) table_cell(table, "%s", "");
        return;
    }
    const struct book_merged_level *level = &merge->levels[side][i];
    char price[DECIMAL_TEXT_SIZE], qty[DECIMAL_TEXT_SIZE];
    decimal_print_short(price, sizeof price, level->price, merge->price_decimals);
    qty_print(qty, merge, level->qty);
    if (side == 0) venues_cell(table, merge, level);
    table_cell(table, "%s", side == 0 ? qty : price);
    table_cell(table, "%s", side == 0 ? price : qty);
    if (side == 1) venues_cell(table, merge, level);
}

static void print(const struct merge *merge) {
    struct book_merged_touch touch;
    struct table table;
    char time[TIMESTAMP_TEXT_SIZE];
    book_merged_touch(&merge->book, &touch);
    timestamp_print(time, sizeof time, merge->at_ns);
    printf("%u feeds at %s: %s\n", merge->venue_count, time,
           book_merged_state_name((enum book_merged_state)touch.state));
    for (uint32_t v = 0; v < merge->venue_count; v++)
        if (!feed_view_state(merge->views[v]).synced)
            printf("%s is not whole: no picture of the book has come, or there was a gap since\n",
                   merge->names[v]);
    table_init(&table, "venues|>quantity|>bid|>ask|>quantity|venues");
    for (uint32_t i = 0; i < merge->count[0] || i < merge->count[1]; i++) {
        side_cells(&table, merge, 0, i);
        side_cells(&table, merge, 1, i);
    }
    table_print(&table, stdout);
}

static json_t *side_json(const struct merge *merge, int side) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < merge->count[side]; i++) {
        const struct book_merged_level *level = &merge->levels[side][i];
        char price[DECIMAL_TEXT_SIZE], qty[DECIMAL_TEXT_SIZE];
        json_t *feeds = json_object();
        for (uint32_t v = 0; v < merge->venue_count; v++) {
            if (level->by_venue[v] == 0) continue;
            qty_print(qty, merge, level->by_venue[v]);
            json_object_set_new(feeds, merge->feeds[v], json_string(qty));
        }
        decimal_print_short(price, sizeof price, level->price, merge->price_decimals);
        qty_print(qty, merge, level->qty);
        json_array_append_new(
            list, json_pack("{s:s,s:s,s:o}", "price", price, "quantity", qty, "feeds", feeds));
    }
    return list;
}

static void print_json(const struct merge *merge) {
    struct book_merged_touch touch;
    book_merged_touch(&merge->book, &touch);
    json_t *whole = json_object();
    for (uint32_t v = 0; v < merge->venue_count; v++)
        json_object_set_new(whole, merge->feeds[v],
                            json_boolean(feed_view_state(merge->views[v]).synced));
    json_t *root = json_pack("{s:I,s:s,s:o,s:o,s:o}", "at_ns", (json_int_t)merge->at_ns, "state",
                             book_merged_state_name((enum book_merged_state)touch.state), "whole",
                             whole, "bids", side_json(merge, 0), "asks", side_json(merge, 1));
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(root);
}

int book_view_merged(const struct args *args, const char *root, uint32_t levels) {
    struct merge merge = {.at_ns = INT64_MIN};
    int rc = open_feeds(&merge, args, root);
    if (rc == 0) rc = play(&merge, args, levels);
    if (rc == 0 && args->json) print_json(&merge);
    if (rc == 0 && !args->json) print(&merge);
    for (int s = 0; s < 2; s++) free(merge.levels[s]);
    for (uint32_t v = 0; v < merge.venue_count; v++) feed_view_close(merge.views[v]);
    return rc;
}
