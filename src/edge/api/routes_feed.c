// SPDX-License-Identifier: Apache-2.0
// What a recorded feed or a series of trades shows: its book at an instant, the book over time, footprints, profiles.
// fulmar data has it all; it is asked (edge/api/asks.h).
#include <stdio.h>
#include <string.h>

#include "edge/api/api_state.h"
#include "edge/api/asks.h"
#include "edge/api/routes.h"

enum { GRID_COLUMNS_MAX = 1000, GRID_ROWS_MAX = 400, GRID_TRADES_MAX = 2000, LEVELS_MAX = 1000 };

#define AMOUNT(name_, help_)                                                                       \
    { name_, FIELD_STRING, FIELD_REQUIRED, .form = &form_decimal, .max = 64, .help = (help_) }
#define RANGE_QUERY                                                                                \
    {"from", FIELD_STRING, 0, .form = &form_time,                                                  \
     .help = "The first instant, by the recorder's clock; the series' first."},                    \
    {                                                                                              \
        "to", FIELD_STRING, 0, .form = &form_time, .example = "\"2024-08-09T00:00:00Z\"",          \
                               .help = "The end; the series' end."                                 \
    }
#define TICKS_QUERY                                                                                \
    {                                                                                              \
        "tick_multiple", FIELD_INTEGER, 0, .min = 1, .max = 1000000,                               \
                                           .help = "Ticks of a row of prices; so many that a "     \
                                                   "picture has room for the rows."                \
    }
#define SHARE_QUERY                                                                                \
    {                                                                                              \
        "value_area", FIELD_NUMBER, 0, .min = 0.01, .max = 1, .example = "0.7",                    \
                                       .help = "Share of the volume in a value area; 0.7."         \
    }

static bool check_bar(const char *text, size_t len) {
    static const char *const kinds[] = {"volume=", "trades=", "delta=", "range="};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t size = strlen(kinds[i]);
        if (len > size && memcmp(text, kinds[i], size) == 0)
            return text[size] != '-' && form_decimal.check(text + size, len - size);
    }
    return form_length.check(text, len);
}
static const struct form form_bar = {
    "bar",
    "^([1-9][0-9]{0,5}(s|m|h|d|w)|(volume|trades|delta|range)=[0-9]{1,18}(\\.[0-9]{1,18})?)$",
    "is a duration like 1m, or volume=, trades=, delta= or range= and a number", "1m", check_bar};

// "data book VENUE/SYMBOL/kind": the series is one word, and never an option.
static int ask_of(struct call *call, const char *verb, struct question **ret_question) {
    const char *venue = call_param(call, "venue");
    if (venue[0] == '-') return ERR_SET(ERR_NOT_FOUND, "there is no venue %s", venue);
    TRY(asks_make(call, ret_question));
    asks_word(*ret_question, "data");
    asks_word(*ret_question, "%s", verb);
    asks_word(*ret_question, "%s/%s/%s", venue, call_param(call, "symbol"),
              call_param(call, "kind"));
    asks_word(*ret_question, "--tape=%s", call->api->options.tape_root);
    return 0;
}

// With every parameter of the query.
static int ask(struct call *call, const char *verb) {
    struct question *question;
    TRY(ask_of(call, verb, &question));
    for (size_t i = 0; i < call->route->query_count; i++)
        asks_option(question, call->route->query[i].name);
    return asks_send(question);
}

#define FEED_ROUTE(id_, end_, summary_)                                                            \
    const struct route route_##id_ = {.method = "GET",                                             \
                                      .path = "/api/v1/series/{venue}/{symbol}/{kind}/" end_,      \
                                      .id = #id_,                                                  \
                                      .tag = "Market data",                                        \
                                      .summary = summary_,                                         \
                                      .role = ROUTE_VIEWER,                                        \
                                      .scope = "read",                                             \
                                      .rate = "analysis",                                          \
                                      .flags = ROUTE_BUSY,                                         \
                                      ROUTE_QUERY(id_##_query),                                    \
                                      .response = &id_##_object,                                   \
                                      .status = 200,                                               \
                                      .handle = id_}

// The book.

static const struct field level_fields[] = {
    AMOUNT("price", "Of the level."),
    AMOUNT("quantity", "That it shows."),
    AMOUNT("sum", "Of quantities from the best level on."),
};
static OBJECT(level_object, "BookLevel", level_fields, "A level of a book.");
static const struct field get_book_fields[] = {
    {"series", FIELD_STRING, FIELD_REQUIRED, .help = "VENUE/SYMBOL/feed."},
    {"at_ns", FIELD_INTEGER, FIELD_REQUIRED, .help = "When."},
    {"receipt_ns", FIELD_INTEGER, FIELD_REQUIRED,
     .help = "Of the latest change; 0: there was none."},
    {"venue_ns", FIELD_INTEGER, FIELD_REQUIRED, .help = "The same by the venue's clock."},
    {"by_order", FIELD_BOOLEAN, FIELD_REQUIRED, .help = "The feed tells of single orders."},
    {"whole", FIELD_BOOLEAN, FIELD_REQUIRED,
     .help = "A picture of the book has come, and no gap since; false of a feed by order."},
    {"bid_levels", FIELD_INTEGER, FIELD_REQUIRED, .help = "How many there are."},
    {"ask_levels", FIELD_INTEGER, FIELD_REQUIRED, .help = "How many there are."},
    {"bids", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &level_object, .items = LEVELS_MAX,
     .help = "The best first."},
    {"asks", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &level_object, .items = LEVELS_MAX,
     .help = "The best first."},
};
static OBJECT(get_book_object, "Book", get_book_fields, "The book of a feed at an instant.");
static const struct field get_book_query[] = {
    {"at", FIELD_STRING, 0, .form = &form_time, .help = "When, by the recorder's clock; the end."},
    {"levels", FIELD_INTEGER, 0, .min = 1, .max = LEVELS_MAX, .help = "Of a side; 10."},
};
static int get_book(struct call *call) {
    return ask(call, "book");
}
FEED_ROUTE(get_book, "book", "The book of a recorded feed at an instant.");

// The book over time.

#define GRID_NUMBERS(name_, flags_, items_, help_)                                                 \
    {                                                                                              \
        name_, FIELD_NUMBER, FIELD_REQUIRED | FIELD_LIST | (flags_), .items = (items_),            \
                                                                     .help = (help_)               \
    }
static const struct field get_heatmap_fields[] = {
    {"series", FIELD_STRING, FIELD_REQUIRED, .help = "VENUE/SYMBOL/feed."},
    {"from_ns", FIELD_INTEGER, FIELD_REQUIRED, .help = "Where the first column begins."},
    {"to_ns", FIELD_INTEGER, FIELD_REQUIRED, .help = "Where the last one ends."},
    {"columns", FIELD_INTEGER, FIELD_REQUIRED, .help = "Of time."},
    {"rows", FIELD_INTEGER, FIELD_REQUIRED, .help = "Of prices."},
    {"low", FIELD_NUMBER, FIELD_REQUIRED, .help = "Price at the lower end of the lowest row."},
    {"high", FIELD_NUMBER, FIELD_REQUIRED, .help = "Price at the upper end of the highest."},
    GRID_NUMBERS("values", 0, GRID_COLUMNS_MAX *GRID_ROWS_MAX,
                 "Quantity shown at the end of a column's time, row by row from the lowest price."),
    {"bid", FIELD_ANY, FIELD_REQUIRED | FIELD_LIST, .items = GRID_COLUMNS_MAX,
     .help = "Best bid at the end of a column; null where there is none."},
    {"ask", FIELD_ANY, FIELD_REQUIRED | FIELD_LIST, .items = GRID_COLUMNS_MAX,
     .help = "Best ask, likewise."},
    {"trades", FIELD_INTEGER, FIELD_REQUIRED, .help = "How many there were."},
    GRID_NUMBERS("trade_x", 0, GRID_TRADES_MAX,
                 "Of the largest trades: when, from 0 (from_ns) to 1 (to_ns)."),
    GRID_NUMBERS("trade_price", 0, GRID_TRADES_MAX, "At what price."),
    GRID_NUMBERS("trade_qty", 0, GRID_TRADES_MAX, "How much."),
    GRID_NUMBERS("trade_side", 0, GRID_TRADES_MAX,
                 "1: a buyer took it; -1: a seller; 0: not told."),
};
static OBJECT(get_heatmap_object, "BookHeatMap", get_heatmap_fields,
              "Quantities of a book over time and price; numbers to draw, not to count with.");
static const struct field get_heatmap_query[] = {
    RANGE_QUERY,
    {"columns", FIELD_INTEGER, 0, .min = 10, .max = GRID_COLUMNS_MAX, .help = "Of time; 360."},
    {"rows", FIELD_INTEGER, 0, .min = 10, .max = GRID_ROWS_MAX, .help = "Of prices; 120."},
};
static int get_heatmap(struct call *call) {
    return ask(call, "heatmap");
}
FEED_ROUTE(get_heatmap, "heatmap", "The book of a recorded feed over time, as a grid.");

// Footprints.

static const struct object get_footprint_object = {
    .name = "Footprint",
    .help = "What fulmar data footprint --json prints (docs/footprint.md).",
    .open = true};
static const struct field get_footprint_query[] = {
    {"bar", FIELD_STRING, 0, .form = &form_bar, .help = "What ends a bar; 1m."},
    RANGE_QUERY,
    TICKS_QUERY,
    {"ratio", FIELD_NUMBER, 0, .min = 1, .max = 10000, .example = "3",
     .help = "Of an imbalance on the diagonal; 3."},
    {"min_volume", FIELD_STRING, 0, .form = &form_decimal, .help = "Least volume of an imbalance."},
    {"stack", FIELD_INTEGER, 0, .min = 2, .max = 1000, .help = "Rows of a stacked imbalance; 3."},
    SHARE_QUERY,
    {"cumulative", FIELD_STRING, 0, .choices = "session|start",
     .help = "Where cumulative delta begins; session."},
};
static int get_footprint(struct call *call) {
    return ask(call, "footprint");
}
FEED_ROUTE(get_footprint, "footprint",
           "Bars of trades with the volume at bid and ask of every price.");

// Profiles.

static const struct object get_profile_object = {
    .name = "VolumeProfile",
    .help = "What fulmar data profile --json prints (docs/footprint.md).",
    .open = true};
static const struct field get_profile_query[] = {
    {"by", FIELD_STRING, 0, .choices = "whole|session|rolling",
     .help = "One profile, one for each session, or rolling ones; whole."},
    {"rolling", FIELD_STRING, 0, .form = &form_length, .help = "By rolling: of the last so long."},
    {"step", FIELD_STRING, 0, .form = &form_length,
     .help = "From one rolling profile to the next."},
    RANGE_QUERY,
    TICKS_QUERY,
    SHARE_QUERY,
    {"smooth", FIELD_INTEGER, 0, .min = 0, .max = 1000,
     .help = "Rows to either side that nodes are smoothed over; 2."},
    {"prominence", FIELD_NUMBER, 0, .min = 1e-6, .max = 1, .example = "0.15",
     .help = "Of a high-volume node, of the highest row; 0.15."},
};
static int get_profile(struct call *call) {
    static const char *const names[] = {"rolling",       "step",       "from",   "to",
                                        "tick_multiple", "value_area", "smooth", "prominence"};
    const char *by = call_query(call, "by") != NULL ? call_query(call, "by") : "whole";
    bool rolling = strcmp(by, "rolling") == 0;
    struct question *question;
    if (rolling != (call_query(call, "rolling") != NULL))
        return call_refuse(call, "rolling", "goes with by=rolling, and by=rolling with it");
    TRY(ask_of(call, "profile", &question));
    if (strcmp(by, "session") == 0) asks_word(question, "--session");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) asks_option(question, names[i]);
    return asks_send(question);
}
FEED_ROUTE(get_profile, "profile", "The volume by price of trades: point of control, value area.");
