// SPDX-License-Identifier: Apache-2.0
// fulmar data footprint: bars of trades with the volume at the bid and the ask of every price.
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/data/footprint_set.h"
#include "app/terminal.h"
#include "base/io.h"
#include "base/timestamp.h"

enum { ROWS_WANTED = 100 };
#define CSV_MAX ((size_t)1 << 30)

static int run_footprint(const struct args *args);

static const struct option OPTIONS[] = {
    {"tape", "DIR", NULL,
     "the tape's directory; default $FULMAR_TAPE or the user's data directory"},
    {"bar", "B", NULL,
     "what ends a bar: a duration, volume=Q, trades=N, delta=Q or range=P; default 1m"},
    {"tick-multiple", "N", NULL,
     "ticks a row of prices; default: 1, 2 or 5 times a power of ten, for 100 rows at most"},
    {"from", "TIME", NULL, "first time, by the recorder's clock; default: that of the series"},
    {"to", "TIME", NULL, "end of times, not included; default: that of the series"},
    {"ratio", "R", NULL, "of an imbalance on the diagonal; default 3"},
    {"min-volume", "Q", NULL, "least volume of an imbalance; default 0"},
    {"zeros", NULL, NULL, "an imbalance against no volume counts"},
    {"stack", "N", NULL, "rows of a stacked imbalance; default 3"},
    {"exhaustion", "N", NULL, "rows of falling volume at an end; default 3"},
    {"absorption", "N", NULL, "rows at an end that absorb; default 3"},
    {"absorption-share", "S", NULL, "of the side's volume that is in them; default 0.4"},
    {"lookback", "N", NULL, "bars before that a divergence looks at; default 10"},
    {"value-area", "S", NULL, "share of a bar's volume in its value area; default 0.7"},
    {"cumulative", "C", "session|start", "where cumulative delta begins; default session"},
    {"extended", NULL, NULL, "take in what trades outside sessions"},
    {"output", "FILE", NULL, "write every cell of every bar as CSV"},
    {"plot", "FILE", NULL, "the .svg or .png file to draw"},
};

const struct command command_data_footprint = {
    .name = "data footprint",
    .summary = "show bars of trades with the volume at bid and ask of every price",
    .operands = "SERIES",
    .details =
        "Bars by time, volume, trades, delta or range, from the trades of a feed or of a series of "
        "trades. Delta is the volume at the ask less that at the bid; min and max are its extremes "
        "within the bar. The series' side of a trade counts; where it has none, that of the "
        "quotes, "
        "and else of the last change of price (Lee and Ready).\n\n"
        "Signals: stacked imbalances, an unfinished auction, exhaustion and absorption at the high "
        "or the low, divergence of cumulative delta, a delta against the bar. docs/footprint.md "
        "defines them.",
    .example = "fulmar data footprint BINANCE-USDM/BTCUSDT --bar 1m --tick-multiple 50 --plot "
               "footprint.png",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run_footprint,
};

// "volume=2.5" and its kin.
static int amount_parse(const struct trade_list *list, const char *text, enum footprint_kind kind,
                        int64_t *ret_limit) {
    int decimals = kind == FOOTPRINT_TRADES  ? 0
                   : kind == FOOTPRINT_RANGE ? list->instrument.price_decimals
                                             : list->instrument.qty_decimals;
    if (decimal_parse(text, strlen(text), decimals, ret_limit) == 0 && *ret_limit >= 1) return 0;
    return ERR_SET(ERR_ARGUMENT,
                   "'%s' is no limit of a bar: a number above 0 with at most %d decimals", text,
                   decimals);
}

static int bar_parse(const struct trade_list *list, const char *text,
                     struct footprint_config *config) {
    for (int kind = FOOTPRINT_VOLUME; kind < FOOTPRINT_KIND_COUNT; kind++) {
        const char *name = footprint_kind_name((enum footprint_kind)kind);
        size_t len = strlen(name);
        if (strncmp(text, name, len) != 0 || text[len] != '=') continue;
        config->kind = (uint32_t)kind;
        return amount_parse(list, text + len + 1, (enum footprint_kind)kind, &config->limit);
    }
    int64_t ns;
    int rc = duration_parse(text, strlen(text), &ns);
    if (rc < 0 || ns % NS_PER_S != 0)
        return ERR_SET(
            ERR_ARGUMENT,
            "'%s' is no bar: give whole seconds as in 1m, or volume=, trades=, delta=, range=",
            text);
    config->kind = FOOTPRINT_TIME;
    config->limit = ns / NS_PER_S;
    return 0;
}

static int rules_read(const struct args *args, const struct trade_list *list,
                      struct footprint_rules *rules) {
    double ratio = 3;
    long stack = rules->stack_rows, exhaustion = rules->exhaustion_rows;
    long absorption = rules->absorption_rows, lookback = rules->lookback;
    const char *least = args_get(args, "min-volume", "0");
    TRY(args_real(args, "ratio", 1, 10000, &ratio));
    TRY(args_int(args, "stack", 2, 1000, &stack));
    TRY(args_int(args, "exhaustion", 2, 1000, &exhaustion));
    TRY(args_int(args, "absorption", 1, 1000, &absorption));
    TRY(args_int(args, "lookback", 1, FOOTPRINT_LOOKBACK_MAX, &lookback));
    TRY(trade_list_share(args, "absorption-share", &rules->absorption_ppm));
    if (decimal_parse(least, strlen(least), list->instrument.qty_decimals, &rules->imbalance_min) <
        0)
        return ERR_SET(ERR_ARGUMENT, "--min-volume: '%s' is no quantity with at most %d decimals",
                       least, list->instrument.qty_decimals);
    rules->ratio_pct = llround(ratio * 100);
    rules->zeros = args_has(args, "zeros");
    rules->stack_rows = (uint32_t)stack;
    rules->exhaustion_rows = (uint32_t)exhaustion;
    rules->absorption_rows = (uint32_t)absorption;
    rules->lookback = (uint32_t)lookback;
    return footprint_rules_check(rules);
}

static int set_read(const struct args *args, const struct trade_list *list,
                    struct footprint_set *set) {
    const char *cumulative = args_get(args, "cumulative", "session");
    bool session = strcmp(cumulative, "session") == 0;
    if (!session && strcmp(cumulative, "start") != 0)
        return ERR_SET(ERR_ARGUMENT, "--cumulative is session or start, not '%s'", cumulative);
    set->list = list;
    set->rules = footprint_rules_default;
    set->share_ppm = 700000;
    set->config = (struct footprint_config){
        .height = list->height,
        .calendar = list->instrument.calendar,
        .flags = (session ? FOOTPRINT_SESSIONS : 0) |
                 (args_has(args, "extended") ? FOOTPRINT_EXTENDED : 0),
        .rows_max = TRADE_LIST_ROWS_MAX,
    };
    if (bar_parse(list, args_get(args, "bar", "1m"), &set->config) < 0)
        return ERR_APPEND(ERR_ARGUMENT, "--bar");
    TRY(trade_list_share(args, "value-area", &set->share_ppm));
    return rules_read(args, list, &set->rules);
}

static void price_cell(struct table *table, const struct footprint_set *set, int64_t price) {
    char text[DECIMAL_TEXT_SIZE];
    decimal_print(text, sizeof text, price, set->list->instrument.price_decimals);
    table_cell(table, "%s", text);
}

static void qty_cell(struct table *table, const struct footprint_set *set, int64_t qty) {
    char text[DECIMAL_TEXT_SIZE];
    table_cell(table, "%s", trade_list_qty(set->list, qty, text));
}

static void signals_print(uint32_t signals, char *buf, size_t size) {
    size_t len = 0;
    buf[0] = '\0';
    for (uint32_t bit = 1; bit < FOOTPRINT_SIGNAL_END && len < size; bit <<= 1)
        if (signals & bit)
            len += (size_t)snprintf(buf + len, size - len, "%s%s", len > 0 ? " " : "",
                                    footprint_signal_name((enum footprint_signal)bit));
}

static void bar_print(struct table *table, const struct footprint_set *set,
                      const struct footprint_print *print) {
    char time[TIMESTAMP_TEXT_SIZE], signals[512];
    const struct footprint_bar *bar = &print->bar;
    timestamp_print(time, sizeof time, bar->open_ns);
    signals_print(print->signals, signals, sizeof signals);
    table_cell(table, "%s", time);
    price_cell(table, set, bar->open);
    price_cell(table, set, bar->high);
    price_cell(table, set, bar->low);
    price_cell(table, set, bar->close);
    qty_cell(table, set, volume_at_price_sum(&print->all));
    qty_cell(table, set, volume_at_price_delta(&print->all));
    qty_cell(table, set, bar->delta_low);
    qty_cell(table, set, bar->delta_high);
    qty_cell(table, set, bar->cumulative);
    price_cell(table, set, footprint_set_bottom(set, print->area.control));
    price_cell(table, set, footprint_set_top(set, print->area.high));
    price_cell(table, set, footprint_set_bottom(set, print->area.low));
    table_cell(table, "%s", signals);
}

static void set_print(const struct footprint_set *set) {
    char sides[256], height[DECIMAL_TEXT_SIZE];
    struct table table;
    trade_list_sides_print(set->list, sides, sizeof sides);
    printf("%s: %zu bars of %s, rows of %s (%" PRId64 " ticks)\n", set->list->name, set->count,
           sides, trade_list_price(set->list, set->config.height, height), set->list->ticks);
    if (set->outside > 0) printf("%" PRIu64 " trades are outside sessions\n", set->outside);
    table_init(&table, "time|>open|>high|>low|>close|>volume|>delta|>min|>max|>cumulative|>poc|"
                       ">vah|>val|signals");
    for (size_t i = 0; i < set->count; i++) bar_print(&table, set, &set->bars[i]);
    table_print(&table, stdout);
}

static void json_price(json_t *object, const char *key, const struct footprint_set *set,
                       int64_t price) {
    char text[DECIMAL_TEXT_SIZE];
    json_object_set_new(object, key, json_string(trade_list_price(set->list, price, text)));
}

static void json_qty(json_t *object, const char *key, const struct footprint_set *set,
                     int64_t qty) {
    char text[DECIMAL_TEXT_SIZE];
    json_object_set_new(object, key, json_string(trade_list_qty(set->list, qty, text)));
}

static json_t *signals_json(uint32_t signals) {
    json_t *list = json_array();
    for (uint32_t bit = 1; bit < FOOTPRINT_SIGNAL_END; bit <<= 1)
        if (signals & bit)
            json_array_append_new(list,
                                  json_string(footprint_signal_name((enum footprint_signal)bit)));
    return list;
}

static const char *imbalance_name(uint8_t bits) {
    bool buy = bits & FOOTPRINT_STACK_BUY, sell = bits & FOOTPRINT_STACK_SELL;
    return buy && sell ? "both" : buy ? "buy" : sell ? "sell" : "";
}

static json_t *cells_json(const struct footprint_set *set, const struct footprint_print *print) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < print->rows; i++) {
        json_t *cell = json_object();
        json_price(cell, "price", set, footprint_set_bottom(set, print->low + i));
        json_qty(cell, "bid", set, print->cells[i].bid);
        json_qty(cell, "ask", set, print->cells[i].ask);
        if (print->cells[i].neither > 0) json_qty(cell, "neither", set, print->cells[i].neither);
        json_object_set_new(cell, "trades", json_integer(print->cells[i].trades));
        if (print->imbalances[i] & 3)
            json_object_set_new(cell, "imbalance",
                                json_string(imbalance_name(print->imbalances[i])));
        json_object_set_new(cell, "stacked", json_boolean(print->imbalances[i] >= 4));
        json_array_append_new(list, cell);
    }
    return list;
}

static json_t *bar_json(const struct footprint_set *set, const struct footprint_print *print) {
    const struct footprint_bar *bar = &print->bar;
    json_t *object = json_object();
    json_object_set_new(object, "open_ns", json_integer(bar->open_ns));
    json_object_set_new(object, "close_ns", json_integer(bar->close_ns));
    json_price(object, "open", set, bar->open);
    json_price(object, "high", set, bar->high);
    json_price(object, "low", set, bar->low);
    json_price(object, "close", set, bar->close);
    json_qty(object, "volume", set, volume_at_price_sum(&print->all));
    json_qty(object, "bid", set, print->all.bid);
    json_qty(object, "ask", set, print->all.ask);
    json_object_set_new(object, "trades", json_integer(print->all.trades));
    json_qty(object, "delta", set, volume_at_price_delta(&print->all));
    json_qty(object, "delta_min", set, bar->delta_low);
    json_qty(object, "delta_max", set, bar->delta_high);
    json_qty(object, "cumulative_delta", set, bar->cumulative);
    json_price(object, "poc", set, footprint_set_bottom(set, print->area.control));
    json_price(object, "vah", set, footprint_set_top(set, print->area.high));
    json_price(object, "val", set, footprint_set_bottom(set, print->area.low));
    json_object_set_new(object, "signals", signals_json(print->signals));
    json_object_set_new(object, "cells", cells_json(set, print));
    return object;
}

static void set_print_json(const struct footprint_set *set) {
    json_t *root = json_object(), *bars = json_array();
    const struct aggressor *sides = &set->list->sides;
    json_object_set_new(root, "series", json_string(set->list->name));
    json_price(root, "row", set, set->config.height);
    json_object_set_new(root, "ticks", json_integer(set->list->ticks));
    json_object_set_new(root, "trades", json_integer((json_int_t)set->list->count));
    json_object_set_new(root, "outside_sessions", json_integer((json_int_t)set->outside));
    json_object_set_new(root, "sides",
                        json_pack("{s:I,s:I,s:I,s:I}", "told", (json_int_t)sides->told, "by_quotes",
                                  (json_int_t)sides->quoted, "by_ticks", (json_int_t)sides->ticked,
                                  "unknown", (json_int_t)sides->unknown));
    for (size_t i = 0; i < set->count; i++)
        json_array_append_new(bars, bar_json(set, &set->bars[i]));
    json_object_set_new(root, "bars", bars);
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(root);
}

static void cell_add(struct text *out, const struct footprint_set *set,
                     const struct footprint_print *print, uint32_t i) {
    char time[TIMESTAMP_TEXT_SIZE], price[DECIMAL_TEXT_SIZE], numbers[4][DECIMAL_TEXT_SIZE];
    const struct volume_at_price_cell *cell = &print->cells[i];
    timestamp_print(time, sizeof time, print->bar.open_ns);
    text_printf(out, "%s,%s,%s,%s,%s,%s,%" PRId64 ",%s,%d\n", time,
                trade_list_price(set->list, footprint_set_bottom(set, print->low + i), price),
                trade_list_qty(set->list, cell->bid, numbers[0]),
                trade_list_qty(set->list, cell->ask, numbers[1]),
                trade_list_qty(set->list, cell->neither, numbers[2]),
                trade_list_qty(set->list, volume_at_price_delta(cell), numbers[3]), cell->trades,
                imbalance_name(print->imbalances[i]), print->imbalances[i] >= 4);
}

static int set_write(const struct footprint_set *set, const char *path) {
    struct text out;
    text_init(&out, CSV_MAX);
    text_add(&out, "time,price,bid,ask,neither,delta,trades,imbalance,stacked\n");
    for (size_t i = 0; i < set->count; i++)
        for (uint32_t k = 0; k < set->bars[i].rows; k++) cell_add(&out, set, &set->bars[i], k);
    int rc = text_error(&out);
    if (rc == 0) rc = io_write_file(path, text_string(&out), out.len);
    text_fini(&out);
    return rc;
}

static int run(const struct args *args, struct trade_list *list, struct footprint_set *set) {
    const char *output = args_get(args, "output", NULL), *plot = args_get(args, "plot", NULL);
    TRY(trade_list_read(args, ROWS_WANTED, list));
    TRY(set_read(args, list, set));
    TRY(footprint_set_make(set));
    if (output != NULL) TRY(set_write(set, output));
    if (plot != NULL) TRY(footprint_set_draw(set, plot));
    if (args->json)
        set_print_json(set);
    else
        set_print(set);
    return 0;
}

static int run_footprint(const struct args *args) {
    struct trade_list list;
    struct footprint_set set = {0};
    int rc = run(args, &list, &set);
    footprint_set_fini(&set);
    trade_list_fini(&list);
    return rc == 0 ? STATUS_DONE : rc == ERR_ARGUMENT ? STATUS_USAGE : STATUS_FAILED;
}
