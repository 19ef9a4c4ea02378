// SPDX-License-Identifier: Apache-2.0
// fulmar data micro: features of a recorded feed's book and trades, as columns.
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/data/micro_fit.h"
#include "app/plot/plot.h"
#include "app/terminal.h"
#include "base/timestamp.h"

enum { PATH_SIZE = 4096, NAME_SIZE = 160, PLOT_ROWS = 1000 };

static const char DEFAULTS[] = "spread,imbalance,ofi,microprice,trade_flow";
static const struct param number = {.type = PARAM_REAL};

struct column {
    char name[NAME_SIZE];
    uint64_t defined;
    double last, least, most, sum;
};

struct sheet {
    const struct args *args;
    struct tape *tape;
    struct micro_play play;
    struct column *columns; // [set.output_count]
    FILE *stream;           // NULL: rows are not written
    // For the picture:
    int64_t *times;
    double *values; // [output][plot_max]
    size_t plot_count, plot_max;
};

static int run_micro(const struct args *args);

static const struct option OPTIONS[] = {
    {"tape", "DIR", NULL,
     "the tape's directory; default $FULMAR_TAPE or the user's data directory"},
    {"features", "LIST", NULL,
     "names with their parameters, as in ofi:window=5s,imbalance:levels=10; all; default "
     "spread,imbalance,ofi,microprice,trade_flow"},
    {"every", "T", NULL, "a row each span of time, as in 1s, in place of a row an event"},
    {"from", "TIME", NULL, "first row; what came before is heard all the same"},
    {"to", "TIME", NULL, "last row"},
    {"clock", "C", "receipt|venue", "the times of rows and spans; default receipt, the recorder's"},
    {"fit", "FEATURE", NULL,
     "in place of rows: microprice, with parameters as in microprice:states=10, fitted to all of "
     "it"},
    {"hidden", NULL, NULL, "trades against hidden orders count as trades"},
    {"output", "FILE", NULL, "the CSV file to write; default: standard output"},
    {"plot", "FILE", NULL, "the .svg or .png file to draw, a panel a feature"},
};

const struct command command_data_micro = {
    .name = "data micro",
    .summary = "compute features of a recorded feed's book and trades",
    .operands = "SERIES",
    .details =
        "Plays the feed through the features, event by event, and writes their values as columns: "
        "a "
        "row for each change of the book and each trade, or for each span of time. A book by price "
        "counts from its picture on, and not after a gap.\n\n"
        "fulmar calc --list microstructure names the features with their parameters; "
        "docs/microstructure.md has the formulas.",
    .example =
        "fulmar data micro BINANCE-USDM/BTCUSDT --features ofi,imbalance:levels=10 --every 1s\n"
        "fulmar data micro AMZN --features all --output micro.csv --json\n"
        "fulmar data micro BINANCE/BTCUSDT --fit microprice:states=10 --to 2024-08-09T00:00Z",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run_micro,
};

// "imbalance", with what differs from the defaults where the name alone is not one call's: "imbalance:levels=10".
static void call_print(const struct micro_set *set, uint32_t index, struct text *out) {
    const struct micro_call *call = &set->calls[index];
    int same = 0;
    for (uint32_t i = 0; i < set->count; i++) same += set->calls[i].feature == call->feature;
    text_add(out, call->feature->name);
    char mark = ':';
    for (size_t i = 0; same > 1 && i < call->feature->param_count; i++) {
        const struct param *row = &call->feature->params[i];
        if (call->params[i] == row->def) continue;
        text_printf(out, "%c%s=", mark, row->name);
        params_print_value(row, call->params[i], out);
        mark = ' ';
    }
}

static int columns_make(struct sheet *sheet) {
    const struct micro_set *set = &sheet->play.set;
    sheet->columns = calloc(set->output_count, sizeof *sheet->columns);
    if (sheet->columns == NULL) return ERR_SET(ERR_NOMEM, "no memory for the columns");
    for (uint32_t i = 0; i < set->count; i++) {
        const struct micro_call *call = &set->calls[i];
        struct text name;
        text_init(&name, NAME_SIZE);
        call_print(set, i, &name);
        for (size_t k = 0; k < call->feature->output_count; k++) {
            struct column *column = &sheet->columns[call->output_at + k];
            bool alone = call->feature->output_count == 1;
            *column = (struct column){.last = NAN, .least = INFINITY, .most = -INFINITY};
            snprintf(column->name, sizeof column->name, "%.100s%s%s", text_string(&name),
                     alone ? "" : ".", alone ? "" : call->feature->outputs[k]);
        }
        text_fini(&name);
    }
    return 0;
}

static void header_write(const struct sheet *sheet) {
    fputs(sheet->play.every_ns > 0 ? "time" : "time,event", sheet->stream);
    for (uint32_t i = 0; i < sheet->play.set.output_count; i++)
        fprintf(sheet->stream, ",%s", sheet->columns[i].name);
    fputc('\n', sheet->stream);
}

static void row_write(const struct sheet *sheet, int64_t ns, enum micro_feed_event event,
                      const double *outputs) {
    char time[TIMESTAMP_TEXT_SIZE];
    timestamp_print(time, sizeof time, ns);
    fputs(time, sheet->stream);
    if (sheet->play.every_ns == 0)
        fputs(event == MICRO_FEED_TRADE ? ",trade" : ",book", sheet->stream);
    for (uint32_t i = 0; i < sheet->play.set.output_count; i++)
        fprintf(sheet->stream, isnan(outputs[i]) ? "," : ",%.15g", outputs[i]);
    fputc('\n', sheet->stream);
}

static int row_take(void *self, int64_t ns, enum micro_feed_event event, const double *outputs) {
    struct sheet *sheet = self;
    for (uint32_t i = 0; i < sheet->play.set.output_count; i++) {
        struct column *column = &sheet->columns[i];
        column->last = outputs[i];
        if (isnan(outputs[i])) continue;
        column->defined++;
        column->sum += outputs[i];
        if (outputs[i] < column->least) column->least = outputs[i];
        if (outputs[i] > column->most) column->most = outputs[i];
    }
    if (sheet->stream != NULL) row_write(sheet, ns, event, outputs);
    if (sheet->stream != NULL && ferror(sheet->stream))
        return ERR_SET(ERR_IO, "the rows could not be written");
    if (sheet->plot_count == sheet->plot_max) return 0;
    sheet->times[sheet->plot_count] = ns;
    for (uint32_t i = 0; i < sheet->play.set.output_count; i++)
        sheet->values[i * sheet->plot_max + sheet->plot_count] = outputs[i];
    sheet->plot_count++;
    return 0;
}

static int options_read(struct sheet *sheet) {
    const struct args *args = sheet->args;
    struct micro_play *play = &sheet->play;
    char root[PATH_SIZE];
    struct tape_series series;
    TRY(command_tape_root(args, root, sizeof root));
    TRY(tape_find(root, args->operands[0], &series));
    if (series.kind != TAPE_FEED)
        return ERR_SET(ERR_ARGUMENT, "%s is no feed; fulmar data info lists the series",
                       args->operands[0]);
    TRY(tape_open(root, &series, &sheet->tape));
    const struct instrument *instrument = &tape_meta(sheet->tape)->instrument;
    micro_set_init(&play->set, 1 / pow(10, instrument->price_decimals),
                   1 / pow(10, instrument->qty_decimals));
    bool fits = args_has(args, "fit");
    int rc = fits ? 0 : micro_set_parse(&play->set, args_get(args, "features", DEFAULTS));
    if (rc < 0) return ERR_APPEND(ERR_ARGUMENT, "in --features");
    play->tape = sheet->tape;
    play->to_ns = INT64_MAX;
    TRY(args_instant(args, "from", &play->from_ns));
    TRY(args_instant(args, "to", &play->to_ns));
    TRY(args_duration(args, "every", &play->every_ns));
    if (play->from_ns > play->to_ns) return ERR_SET(ERR_ARGUMENT, "--from is after --to");
    if (args_has(args, "every") && play->every_ns <= 0)
        return ERR_SET(ERR_ARGUMENT, "--every is a span of time such as 100ms, 1s or 1m");
    const char *clock = args_get(args, "clock", "receipt");
    play->venue_clock = strcmp(clock, "venue") == 0;
    if (!play->venue_clock && strcmp(clock, "receipt") != 0)
        return ERR_SET(ERR_ARGUMENT, "--clock is receipt or venue, not '%s'", clock);
    play->hidden = args_has(args, "hidden");
    return 0;
}

// Rows for a picture are so many at most: without --every, the span is cut into them.
static int plot_prepare(struct sheet *sheet) {
    struct micro_play *play = &sheet->play;
    if (!args_has(sheet->args, "plot")) return 0;
    if (play->set.count > PLOT_PANELS_MAX)
        return ERR_SET(ERR_ARGUMENT,
                       "--plot shows %d features at most, not %u; name them with "
                       "--features",
                       PLOT_PANELS_MAX, play->set.count);
    int64_t first = tape_first_ns(sheet->tape), last = tape_last_ns(sheet->tape);
    if (play->from_ns > first) first = play->from_ns;
    if (play->to_ns < last) last = play->to_ns;
    if (play->every_ns == 0) play->every_ns = (last - first) / PLOT_ROWS + 1;
    sheet->plot_max = last > first ? (size_t)((last - first) / play->every_ns) + 2 : 2;
    sheet->times = calloc(sheet->plot_max, sizeof *sheet->times);
    sheet->values = calloc(sheet->plot_max * play->set.output_count, sizeof *sheet->values);
    if (sheet->times == NULL || sheet->values == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for the picture");
    return 0;
}

static int plot_draw(const struct sheet *sheet, const char *path) {
    const struct micro_set *set = &sheet->play.set;
    char name[TAPE_NAME_SIZE], subtitle[128];
    tape_series_print(tape_series_of(sheet->tape), name);
    snprintf(subtitle, sizeof subtitle, "%" PRIu64 " changes of the book, %" PRIu64 " trades",
             sheet->play.changes, sheet->play.trades);
    struct plot *plot = calloc(1, sizeof *plot);
    if (plot == NULL) return ERR_SET(ERR_NOMEM, "no memory for the picture");
    *plot = (struct plot){.title = name,
                          .subtitle = subtitle,
                          .count = sheet->plot_count,
                          .times = sheet->times,
                          .panel_count = set->count};
    for (uint32_t i = 0; i < set->count; i++) {
        const struct micro_call *call = &set->calls[i];
        for (size_t k = 0; k < call->feature->output_count; k++) {
            uint32_t at = call->output_at + (uint32_t)k;
            struct plot_panel *panel = &plot->panels[i];
            if (sheet->columns[at].defined == 0) continue;
            panel->lines[panel->line_count++] =
                (struct plot_line){.name = sheet->columns[at].name,
                                   .values = sheet->values + at * sheet->plot_max,
                                   .style = PLOT_LINE};
        }
    }
    int rc = plot_write(plot, path);
    free(plot);
    return rc;
}

static json_t *real_or_null(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static void print_json(const struct sheet *sheet) {
    char name[TAPE_NAME_SIZE];
    tape_series_print(tape_series_of(sheet->tape), name);
    json_t *columns = json_array();
    for (uint32_t i = 0; i < sheet->play.set.output_count; i++) {
        const struct column *column = &sheet->columns[i];
        double mean = column->defined > 0 ? column->sum / (double)column->defined : NAN;
        json_array_append_new(
            columns, json_pack("{s:s,s:I,s:o,s:o,s:o,s:o}", "name", column->name, "defined",
                               (json_int_t)column->defined, "last", real_or_null(column->last),
                               "mean", real_or_null(mean), "min", real_or_null(column->least),
                               "max", real_or_null(column->most)));
    }
    json_t *root = json_pack(
        "{s:s,s:b,s:b,s:I,s:I,s:I,s:I,s:I,s:o}", "series", name, "by_order", sheet->play.by_order,
        "pictures", sheet->play.pictures, "records", (json_int_t)sheet->play.records, "changes",
        (json_int_t)sheet->play.changes, "crossed", (json_int_t)sheet->play.crossed, "trades",
        (json_int_t)sheet->play.trades, "rows", (json_int_t)sheet->play.rows, "columns", columns);
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(root);
}

static void cell(struct table *table, bool defined, double value) {
    struct text text;
    text_init(&text, 64);
    if (defined && isfinite(value)) params_print_value(&number, value, &text);
    table_cell(table, "%s", text_string(&text));
    text_fini(&text);
}

static double rounded(double value) {
    char text[32];
    snprintf(text, sizeof text, "%.6g", value);
    return strtod(text, NULL);
}

static void print_people(const struct sheet *sheet) {
    const struct micro_play *play = &sheet->play;
    struct table table;
    printf("%" PRIu64 " changes of the book, %" PRIu64 " trades, %" PRIu64 " rows\n", play->changes,
           play->trades, play->rows);
    table_init(&table, "column|>defined|>last|>mean|>least|>most");
    for (uint32_t i = 0; i < play->set.output_count; i++) {
        const struct column *column = &sheet->columns[i];
        bool any = column->defined > 0;
        table_cell(&table, "%s", column->name);
        table_cell(&table, "%" PRIu64, column->defined);
        cell(&table, any, rounded(column->last));
        cell(&table, any, rounded(column->sum / (double)(any ? column->defined : 1)));
        cell(&table, any, rounded(column->least));
        cell(&table, any, rounded(column->most));
    }
    table_print(&table, stdout);
}

// Rows go beside their file and take its name at the end, so that a failure leaves what bore it.
static int play_into(struct sheet *sheet, const char *path) {
    char part[PATH_SIZE];
    snprintf(part, sizeof part, "%s.part", path);
    sheet->stream = fopen(part, "w");
    if (sheet->stream == NULL) return ERR_SET(ERR_IO, "%s: cannot be written", part);
    header_write(sheet);
    int rc = micro_play_run(&sheet->play);
    if (fclose(sheet->stream) != 0 && rc == 0) rc = ERR_SET(ERR_IO, "%s: cannot be written", part);
    sheet->stream = NULL;
    if (rc == 0 && rename(part, path) != 0)
        rc = ERR_SET(ERR_IO, "%s: cannot be given its name", path);
    if (rc < 0) unlink(part);
    return rc;
}

// A fit is one table of all that came, however rows would have been.
static int fit_run(struct sheet *sheet, const char *spec) {
    static const char *const ROWS[] = {"features", "every", "from", "output", "plot"};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        if (args_has(sheet->args, ROWS[i]))
            return ERR_SET(ERR_ARGUMENT, "--fit has no rows, so it has no use for --%s", ROWS[i]);
    int rc = micro_fit_run(&sheet->play, spec, sheet->args->json);
    bool wrong = rc == ERR_PARSE || rc == ERR_RANGE || rc == ERR_NOT_FOUND;
    return wrong ? ERR_APPEND(ERR_ARGUMENT, "in --fit") : rc;
}

static int micro_run(struct sheet *sheet) {
    const struct args *args = sheet->args;
    const char *path = args_get(args, "output", NULL), *picture = args_get(args, "plot", NULL);
    TRY(options_read(sheet));
    if (args_has(args, "fit")) return fit_run(sheet, args_get(args, "fit", NULL));
    TRY(columns_make(sheet));
    TRY(plot_prepare(sheet));
    sheet->play.row = row_take;
    sheet->play.self = sheet;
    bool summary = args->json || path != NULL || picture != NULL;
    if (path != NULL) {
        TRY(play_into(sheet, path));
    } else {
        sheet->stream = summary ? NULL : stdout;
        if (!summary) header_write(sheet);
        TRY(micro_play_run(&sheet->play));
    }
    if (picture != NULL) TRY(plot_draw(sheet, picture));
    if (args->json) print_json(sheet);
    if (summary && !args->json) print_people(sheet);
    if (sheet->play.rows == 0)
        fputs("note: no row; the feed has no whole book in this time, nor a trade\n", stderr);
    if (sheet->play.crossed * 100 > sheet->play.changes)
        fprintf(stderr,
                "note: the book is crossed after %" PRIu64 " of %" PRIu64
                " changes: the feed does not "
                "tell of every order that leaves it, or the venue is in an auction\n",
                sheet->play.crossed, sheet->play.changes);
    return 0;
}

static int run_micro(const struct args *args) {
    struct sheet *sheet = calloc(1, sizeof *sheet);
    if (sheet == NULL) {
        ERR_SET(ERR_NOMEM, "no memory to play a feed");
        return STATUS_FAILED;
    }
    sheet->args = args;
    int rc = args->operand_count == 1
                 ? micro_run(sheet)
                 : ERR_SET(ERR_ARGUMENT, "give one feed; fulmar data info lists the series");
    tape_close(sheet->tape);
    free(sheet->columns);
    free(sheet->times);
    free(sheet->values);
    free(sheet);
    if (rc < 0) return rc == ERR_ARGUMENT ? STATUS_USAGE : STATUS_FAILED;
    return STATUS_DONE;
}
