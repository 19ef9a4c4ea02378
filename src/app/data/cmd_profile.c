// SPDX-License-Identifier: Apache-2.0
// fulmar data profile: volume by price of trades over a time, by session and rolling.
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/commands.h"
#include "app/data/profile_set.h"
#include "app/terminal.h"
#include "base/io.h"
#include "base/timestamp.h"

enum { ROWS_WANTED = 200, STEPS = 100 };
#define CSV_MAX ((size_t)1 << 30)

static int run_profile(const struct args *args);

static const struct option OPTIONS[] = {
    {"tape", "DIR", NULL,
     "the tape's directory; default $FULMAR_TAPE or the user's data directory"},
    {"session", NULL, NULL, "a profile for each session of the market's calendar"},
    {"rolling", "T", NULL, "profiles of the trades of the last T, as in 5m"},
    {"step", "T", NULL, "from one rolling profile to the next; default: a hundredth of the time"},
    {"from", "TIME", NULL, "first time, by the recorder's clock; default: that of the series"},
    {"to", "TIME", NULL, "end of times, not included; default: that of the series"},
    {"tick-multiple", "N", NULL,
     "ticks a row of prices; default: 1, 2 or 5 times a power of ten, for 200 rows at most"},
    {"value-area", "S", NULL, "share of the volume in the value area; default 0.7"},
    {"smooth", "N", NULL, "rows to either side that nodes are smoothed over; default 2"},
    {"prominence", "S", NULL, "of a high-volume node, of the highest row; default 0.15"},
    {"extended", NULL, NULL, "sessions take in what trades outside them"},
    {"output", "FILE", NULL, "write every row as CSV; rolling: every step"},
    {"plot", "FILE", NULL, "the .svg or .png file to draw"},
};

const struct command command_data_profile = {
    .name = "data profile",
    .summary = "show the volume by price of trades: point of control, value area, nodes",
    .operands = "SERIES",
    .details =
        "One profile over all or a fixed range, one for each session, or rolling over the last so "
        "long. The value area grows from the point of control by pairs of rows, as the exchanges' "
        "market profile does. High-volume nodes are peaks of the smoothed profile by prominence, "
        "low-volume nodes the lowest rows between them. docs/footprint.md defines all of it.",
    .example = "fulmar data profile BINANCE-USDM/BTCUSDT --plot profile.png\n"
               "fulmar data profile BINANCE-USDM/BTCUSDT --rolling 1m --step 5s",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run_profile,
};

static int set_read(const struct args *args, const struct trade_list *list,
                    struct profile_set *set) {
    long smooth = 2;
    set->list = list;
    set->share_ppm = 700000;
    set->prominence = 0.15;
    set->extended = args_has(args, "extended");
    set->kind = args_has(args, "session")   ? PROFILE_SESSION
                : args_has(args, "rolling") ? PROFILE_ROLLING
                                            : PROFILE_FIXED;
    if (args_has(args, "session") && args_has(args, "rolling"))
        return ERR_SET(ERR_ARGUMENT, "give --session or --rolling, not both");
    if (args_has(args, "step") && set->kind != PROFILE_ROLLING)
        return ERR_SET(ERR_ARGUMENT, "--step belongs to --rolling");
    set->step_ns = (list->rows[list->count - 1].ts_ns - list->rows[0].ts_ns) / STEPS + 1;
    TRY(args_duration(args, "rolling", &set->span_ns));
    TRY(args_duration(args, "step", &set->step_ns));
    TRY(args_int(args, "smooth", 0, 1000, &smooth));
    TRY(args_real(args, "prominence", 1e-6, 1, &set->prominence));
    TRY(trade_list_share(args, "value-area", &set->share_ppm));
    set->smooth = (size_t)smooth;
    return 0;
}

static void price_cell(struct table *table, const struct profile_set *set, int64_t price) {
    char text[DECIMAL_TEXT_SIZE];
    decimal_print(text, sizeof text, price, set->list->instrument.price_decimals);
    table_cell(table, "%s", text);
}

static void qty_cell(struct table *table, const struct profile_set *set, int64_t qty) {
    char text[DECIMAL_TEXT_SIZE];
    table_cell(table, "%s", trade_list_qty(set->list, qty, text));
}

static double share_of(const struct profile_print *print) {
    return (double)print->area.held / (double)volume_at_price_sum(&print->all);
}

static void nodes_cell(struct table *table, const struct profile_set *set,
                       const struct profile_print *print, const size_t *nodes, size_t count) {
    char text[DECIMAL_TEXT_SIZE];
    struct text list;
    text_init(&list, (size_t)1 << 20);
    for (size_t i = 0; i < count; i++) {
        int64_t price = profile_set_bottom(set, print->low + (int64_t)nodes[i]);
        text_printf(&list, "%s%s", i > 0 ? " " : "", trade_list_price(set->list, price, text));
    }
    table_cell(table, "%s", count > 0 ? text_string(&list) : "");
    text_fini(&list);
}

static void profile_print(struct table *table, const struct profile_set *set,
                          const struct profile_print *print) {
    char time[TIMESTAMP_TEXT_SIZE];
    timestamp_print(time, sizeof time,
                    set->kind == PROFILE_ROLLING ? print->to_ns : print->from_ns);
    table_cell(table, "%s", time);
    qty_cell(table, set, volume_at_price_sum(&print->all));
    qty_cell(table, set, volume_at_price_delta(&print->all));
    price_cell(table, set, profile_set_bottom(set, print->area.control));
    price_cell(table, set, profile_set_top(set, print->area.high));
    price_cell(table, set, profile_set_bottom(set, print->area.low));
    table_cell(table, "%.4f", share_of(print));
    table_cell(table, "%u", print->rows);
    if (set->kind == PROFILE_ROLLING) return;
    nodes_cell(table, set, print, print->high_nodes, print->high_count);
    nodes_cell(table, set, print, print->low_nodes, print->low_count);
}

static void set_print(const struct profile_set *set) {
    char sides[256], height[DECIMAL_TEXT_SIZE];
    struct table table;
    trade_list_sides_print(set->list, sides, sizeof sides);
    printf("%s: %s, rows of %s (%" PRId64 " ticks)\n", set->list->name, sides,
           trade_list_price(set->list, set->list->height, height), set->list->ticks);
    if (set->outside > 0) printf("%" PRIu64 " trades are outside sessions\n", set->outside);
    table_init(&table, set->kind == PROFILE_ROLLING
                           ? "until|>volume|>delta|>poc|>vah|>val|>share|>rows"
                           : "from|>volume|>delta|>poc|>vah|>val|>share|>rows|hvn|lvn");
    for (size_t i = 0; i < set->count; i++) profile_print(&table, set, &set->profiles[i]);
    table_print(&table, stdout);
}

static void json_price(json_t *object, const char *key, const struct profile_set *set,
                       int64_t price) {
    char text[DECIMAL_TEXT_SIZE];
    json_object_set_new(object, key, json_string(trade_list_price(set->list, price, text)));
}

static void json_qty(json_t *object, const char *key, const struct profile_set *set, int64_t qty) {
    char text[DECIMAL_TEXT_SIZE];
    json_object_set_new(object, key, json_string(trade_list_qty(set->list, qty, text)));
}

static json_t *nodes_json(const struct profile_set *set, const struct profile_print *print,
                          const size_t *nodes, size_t count) {
    char text[DECIMAL_TEXT_SIZE];
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        int64_t price = profile_set_bottom(set, print->low + (int64_t)nodes[i]);
        json_array_append_new(list, json_string(trade_list_price(set->list, price, text)));
    }
    return list;
}

static json_t *rows_json(const struct profile_set *set, const struct profile_print *print) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < print->rows; i++) {
        json_t *row = json_object();
        json_price(row, "price", set, profile_set_bottom(set, print->low + i));
        json_qty(row, "bid", set, print->cells[i].bid);
        json_qty(row, "ask", set, print->cells[i].ask);
        json_qty(row, "neither", set, print->cells[i].neither);
        json_object_set_new(row, "trades", json_integer(print->cells[i].trades));
        json_array_append_new(list, row);
    }
    return list;
}

static json_t *profile_json(const struct profile_set *set, const struct profile_print *print) {
    json_t *object = json_object();
    json_object_set_new(object, "from_ns", json_integer(print->from_ns));
    json_object_set_new(object, "to_ns", json_integer(print->to_ns));
    json_qty(object, "volume", set, volume_at_price_sum(&print->all));
    json_qty(object, "bid", set, print->all.bid);
    json_qty(object, "ask", set, print->all.ask);
    json_qty(object, "delta", set, volume_at_price_delta(&print->all));
    json_object_set_new(object, "trades", json_integer(print->all.trades));
    json_price(object, "poc", set, profile_set_bottom(set, print->area.control));
    json_price(object, "vah", set, profile_set_top(set, print->area.high));
    json_price(object, "val", set, profile_set_bottom(set, print->area.low));
    json_object_set_new(object, "share", json_real(share_of(print)));
    if (print->cells == NULL) return object;
    json_object_set_new(object, "hvn",
                        nodes_json(set, print, print->high_nodes, print->high_count));
    json_object_set_new(object, "lvn", nodes_json(set, print, print->low_nodes, print->low_count));
    json_object_set_new(object, "rows", rows_json(set, print));
    return object;
}

static void set_print_json(const struct profile_set *set) {
    json_t *root = json_object(), *profiles = json_array();
    json_object_set_new(root, "series", json_string(set->list->name));
    json_price(root, "row", set, set->list->height);
    json_object_set_new(root, "trades", json_integer((json_int_t)set->list->count));
    json_object_set_new(root, "outside_sessions", json_integer((json_int_t)set->outside));
    for (size_t i = 0; i < set->count; i++)
        json_array_append_new(profiles, profile_json(set, &set->profiles[i]));
    json_object_set_new(root, "profiles", profiles);
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(root);
}

static bool is_node(const size_t *nodes, size_t count, size_t row) {
    for (size_t i = 0; i < count; i++)
        if (nodes[i] == row) return true;
    return false;
}

static void row_add(struct text *out, const struct profile_set *set,
                    const struct profile_print *print, uint32_t i) {
    char time[TIMESTAMP_TEXT_SIZE], price[DECIMAL_TEXT_SIZE], numbers[3][DECIMAL_TEXT_SIZE];
    const struct volume_at_price_cell *cell = &print->cells[i];
    bool high = is_node(print->high_nodes, print->high_count, i);
    bool low = is_node(print->low_nodes, print->low_count, i);
    timestamp_print(time, sizeof time, print->from_ns);
    text_printf(out, "%s,%s,%s,%s,%s,%" PRId64 ",%s\n", time,
                trade_list_price(set->list, profile_set_bottom(set, print->low + i), price),
                trade_list_qty(set->list, cell->bid, numbers[0]),
                trade_list_qty(set->list, cell->ask, numbers[1]),
                trade_list_qty(set->list, cell->neither, numbers[2]), cell->trades,
                high  ? "hvn"
                : low ? "lvn"
                      : "");
}

static void step_add(struct text *out, const struct profile_set *set,
                     const struct profile_print *print) {
    char time[TIMESTAMP_TEXT_SIZE], prices[3][DECIMAL_TEXT_SIZE], qtys[2][DECIMAL_TEXT_SIZE];
    timestamp_print(time, sizeof time, print->to_ns);
    text_printf(
        out, "%s,%s,%s,%s,%s,%s\n", time,
        trade_list_price(set->list, profile_set_bottom(set, print->area.control), prices[0]),
        trade_list_price(set->list, profile_set_top(set, print->area.high), prices[1]),
        trade_list_price(set->list, profile_set_bottom(set, print->area.low), prices[2]),
        trade_list_qty(set->list, volume_at_price_sum(&print->all), qtys[0]),
        trade_list_qty(set->list, volume_at_price_delta(&print->all), qtys[1]));
}

static int set_write(const struct profile_set *set, const char *path) {
    struct text out;
    bool rolling = set->kind == PROFILE_ROLLING;
    text_init(&out, CSV_MAX);
    text_add(&out, rolling ? "time,poc,vah,val,volume,delta\n"
                           : "from,price,bid,ask,neither,trades,node\n");
    for (size_t i = 0; i < set->count; i++) {
        const struct profile_print *print = &set->profiles[i];
        if (rolling) step_add(&out, set, print);
        for (uint32_t k = 0; !rolling && k < print->rows; k++) row_add(&out, set, print, k);
    }
    int rc = text_error(&out);
    if (rc == 0) rc = io_write_file(path, text_string(&out), out.len);
    text_fini(&out);
    return rc;
}

static int run(const struct args *args, struct trade_list *list, struct profile_set *set) {
    const char *output = args_get(args, "output", NULL), *plot = args_get(args, "plot", NULL);
    TRY(trade_list_read(args, ROWS_WANTED, list));
    TRY(set_read(args, list, set));
    TRY(profile_set_make(set));
    if (output != NULL) TRY(set_write(set, output));
    if (plot != NULL) TRY(profile_set_draw(set, plot));
    if (args->json)
        set_print_json(set);
    else
        set_print(set);
    return 0;
}

static int run_profile(const struct args *args) {
    struct trade_list list;
    struct profile_set set = {0};
    int rc = run(args, &list, &set);
    profile_set_fini(&set);
    trade_list_fini(&list);
    return rc == 0 ? STATUS_DONE : rc == ERR_ARGUMENT ? STATUS_USAGE : STATUS_FAILED;
}
