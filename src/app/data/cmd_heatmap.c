// SPDX-License-Identifier: Apache-2.0
// fulmar data heatmap: the book of a recorded feed over time, as a picture or as numbers.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/commands.h"
#include "app/data/feed_view.h"
#include "app/plot/plot.h"
#include "app/terminal.h"
#include "base/jout.h"
#include "base/timestamp.h"

enum {
    PATH_SIZE = 4096,
    COLUMNS = 360,
    ROWS = 120,
    COLUMNS_MAX = 4000,
    ROWS_MAX = 2000,
    TRADES_TOLD = 2000 // the largest ones
};
#define OUTPUT_MAX ((size_t)256 << 20)

struct heat {
    struct feed_view *view;
    struct plot_heat plot;
    struct book_l3_level *levels;
    int64_t from_ns;
    int64_t to_ns;
    long columns, rows;
    double *values; // [rows * columns], from the lowest price, row by row
    double *bid;    // [columns]
    double *ask;
    struct plot_mark *marks;
    uint64_t mark_count;
    uint64_t mark_max;
    double scale; // of a price's mantissa
    double qty_scale;
    int error;
};

static int run_heatmap(const struct args *args);

static const struct option HEATMAP_OPTIONS[] = {
    {"tape", "DIR", NULL,
     "the tape's directory; default $FULMAR_TAPE or the user's data directory"},
    {"plot", "FILE", NULL, "the .svg or .png file to draw"},
    {"columns", "N", NULL, "columns of time; default 360"},
    {"rows", "N", NULL, "rows of prices; default 120"},
    {"from", "TIME", NULL, "first time, by the recorder's clock; default: that of the feed"},
    {"to", "TIME", NULL, "last time; default: that of the feed"},
};

const struct command command_data_heatmap = {
    .name = "data heatmap",
    .summary = "draw the order book of a recorded feed over time, or tell it as numbers",
    .operands = "SERIES",
    .details =
        "Time to the right, price upwards, the quantity that the book shows at a price as colour "
        "on a logarithmic scale; over it the best prices and the trades.\n\n"
        "--json without --plot prints the same as numbers: `values` row by row from the lowest "
        "price, the quantity shown at the end of each column's time; best prices by column; the "
        "largest 2,000 trades.",
    .example = "fulmar data heatmap BINANCE-USDM/BTCUSDT --plot book.png\n"
               "fulmar data heatmap BINANCE-USDM/BTCUSDT --columns 100 --rows 40 --json",
    .options = HEATMAP_OPTIONS,
    .option_count = sizeof HEATMAP_OPTIONS / sizeof HEATMAP_OPTIONS[0],
    .run = run_heatmap,
};

// The end of a column's time; the first begins at from_ns.
static int64_t column_ns(const struct heat *heat, int column) {
    double share = (double)(column + 1) / (double)heat->columns;
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
    for (int column = 0; column < heat->columns; column++) {
        feed_view_advance(heat->view, column_ns(heat, column), mark_add, heat);
        bool bid = feed_view_levels(heat->view, 1, &best, 1) == 1;
        heat->bid[column] = bid ? (double)best.price * heat->scale : NAN;
        bool ask = feed_view_levels(heat->view, -1, &best, 1) == 1;
        heat->ask[column] = ask ? (double)best.price * heat->scale : NAN;
    }
}

static int range_find(struct heat *heat) {
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < heat->columns; i++) {
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
    double step = (heat->plot.high - heat->plot.low) / (double)heat->rows;
    for (int side = 1; side >= -1; side -= 2) {
        uint32_t count = feed_view_levels(heat->view, side, heat->levels, FEED_VIEW_LEVELS_MAX);
        for (uint32_t i = 0; i < count; i++) {
            double row = ((double)heat->levels[i].price * heat->scale - heat->plot.low) / step;
            if (!(row >= 0 && row < (double)heat->rows)) break; // from the best outwards
            heat->values[(size_t)row * (size_t)heat->columns + (size_t)column] +=
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
    for (int column = 0; column < heat->columns; column++) {
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
    heat->plot.columns = (size_t)heat->columns;
    heat->plot.rows = (size_t)heat->rows;
    heat->plot.lower = heat->bid;
    heat->plot.upper = heat->ask;
    heat->plot.marks = heat->marks;
    heat->plot.mark_count = heat->mark_count;
    heat->plot.from_ns = heat->from_ns;
    heat->plot.to_ns = heat->to_ns;
    return plot_write_heat(&heat->plot, path);
}

static void numbers_tell(const char *key, const double *numbers, size_t count, struct text *out) {
    jout_key(out, key);
    jout_array(out);
    for (size_t i = 0; i < count; i++) jout_real(out, numbers[i]);
    jout_end_array(out);
}

static int by_size(const void *left, const void *right) {
    const struct plot_mark *a = left, *b = right;
    if (a->size != b->size) return a->size < b->size ? 1 : -1;
    return (a->x > b->x) - (a->x < b->x);
}

static void trades_tell(struct heat *heat, struct text *out) {
    static const char *const keys[] = {"trade_x", "trade_price", "trade_qty", "trade_side"};
    size_t count = heat->mark_count < TRADES_TOLD ? heat->mark_count : TRADES_TOLD;
    if (heat->mark_count > 0) qsort(heat->marks, heat->mark_count, sizeof *heat->marks, by_size);
    jout_key_int(out, "trades", (int64_t)heat->mark_count);
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        jout_key(out, keys[k]);
        jout_array(out);
        for (size_t i = 0; i < count; i++) {
            const struct plot_mark *mark = &heat->marks[i];
            const double values[] = {mark->x, mark->y, mark->size, mark->side};
            jout_real(out, values[k]);
        }
        jout_end_array(out);
    }
}

static int heat_tell(struct heat *heat) {
    char name[TAPE_NAME_SIZE];
    struct text out;
    tape_series_print(tape_series_of(feed_view_tape(heat->view)), name);
    text_init(&out, OUTPUT_MAX);
    jout_object(&out);
    jout_key_string(&out, "series", name);
    jout_key_int(&out, "from_ns", heat->from_ns);
    jout_key_int(&out, "to_ns", heat->to_ns);
    jout_key_int(&out, "columns", heat->columns);
    jout_key_int(&out, "rows", heat->rows);
    jout_key_real(&out, "low", heat->plot.low);
    jout_key_real(&out, "high", heat->plot.high);
    numbers_tell("values", heat->values, (size_t)(heat->rows * heat->columns), &out);
    numbers_tell("bid", heat->bid, (size_t)heat->columns, &out);
    numbers_tell("ask", heat->ask, (size_t)heat->columns, &out);
    trades_tell(heat, &out);
    jout_end_object(&out);
    text_add_char(&out, '\n');
    int rc = text_error(&out);
    if (rc == 0) fwrite(text_string(&out), 1, out.len, stdout);
    text_fini(&out);
    return rc < 0 ? ERR_SET(rc, "no memory for the grid") : 0;
}

static int view_open(const struct args *args, struct feed_view **ret_view) {
    char root[PATH_SIZE];
    if (args->operand_count != 1)
        return ERR_SET(ERR_ARGUMENT, "give one feed; fulmar data info lists the series");
    TRY(command_tape_root(args, root, sizeof root));
    return feed_view_open(root, args->operands[0], ret_view);
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
    heat->values = calloc((size_t)(heat->rows * heat->columns), sizeof *heat->values);
    heat->bid = calloc((size_t)heat->columns, sizeof *heat->bid);
    heat->ask = calloc((size_t)heat->columns, sizeof *heat->ask);
    heat->levels = calloc(FEED_VIEW_LEVELS_MAX, sizeof *heat->levels);
    if (heat->values == NULL || heat->bid == NULL || heat->ask == NULL || heat->levels == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for a heat map");
    TRY(heat_read(heat, args));
    return path != NULL ? heat_draw(heat, path) : heat_tell(heat);
}

static int run_heatmap(const struct args *args) {
    struct heat heat = {.columns = COLUMNS, .rows = ROWS};
    const char *path = args_get(args, "plot", NULL);
    if (path == NULL && !args->json) {
        ERR_SET(ERR_ARGUMENT, "--plot names the .svg or .png file to draw; or give --json");
        return STATUS_USAGE;
    }
    if (args_int(args, "columns", 1, COLUMNS_MAX, &heat.columns) < 0 ||
        args_int(args, "rows", 1, ROWS_MAX, &heat.rows) < 0)
        return STATUS_USAGE;
    int rc = view_open(args, &heat.view);
    if (rc == 0) rc = heat_make(&heat, args, path);
    free(heat.values);
    free(heat.bid);
    free(heat.ask);
    free(heat.levels);
    free(heat.marks);
    feed_view_close(heat.view);
    if (rc < 0) return rc == ERR_ARGUMENT ? STATUS_USAGE : STATUS_FAILED;
    if (args->json && path != NULL) printf("{\"output\": \"%s\"}\n", path);
    return STATUS_DONE;
}
