// SPDX-License-Identifier: Apache-2.0
// fulmar data import, info, export: the tape from the command line.
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "app/commands.h"
#include "app/data/data_export.h"
#include "app/data/feed_info.h"
#include "app/terminal.h"
#include "base/timestamp.h"
#include "edge/store/import.h"
#include "edge/store/tape.h"
#include "market/calendar.h"

enum { PATH_SIZE = 4096 };

static int options_read(const struct args *args, const char *root, struct import_options *options);
static bool import_progress(void *self, uint64_t done, uint64_t total);
static void import_print(const struct import_report *report, const struct import_options *options);
static void series_print(const struct import_report *report);
static void faults_print(const struct import_report *report);
static void gap_print(char *buf, size_t size, int64_t ns);
static void import_print_json(const struct import_report *report);
static json_t *series_json(const struct import_series_report *series);
static void json_print(json_t *root);
static int tape_root_check(const char *root);
static int info_row(void *self, const struct tape_series *series);
static void info_cells(struct table *table, const char *name, const struct tape *tape);
static json_t *info_json(const char *name, const struct tape *tape);
static int info_one(const char *root, const char *name, bool json);
static int run_import(const struct args *args);
static int run_info(const struct args *args);
static int run_export(const struct args *args);

static const struct option IMPORT_OPTIONS[] = {
    {"tape", "DIR", NULL,
     "the tape's directory; default $FULMAR_TAPE or the user's data directory"},
    {"format", "F", "csv|bitfinex|binance|lean|itch|dbn|lobster|ws",
     "the files' format; default: recognised"},
    {"symbol", "S", NULL, "the symbol; default: from the columns or the file's name"},
    {"venue", "V", NULL, "the venue; default: the format's, or LOCAL"},
    {"frame", "T", NULL,
     "the bars' length, as in 1m, 1h, 1d; default: their most frequent spacing"},
    {"calendar", "C", "24/7|XNYS|XNSE", "when the market is open; default: guessed and told"},
    {"asset", "A", "equity|crypto|forex|future|index",
     "the asset class; default: guessed and told"},
    {"currency", "CODE", NULL, "the quote currency; default: guessed and told"},
    {"payoff", "P", "linear|inverse",
     "inverse: a contract on a coin, settled in it (--currency); default: the format's, or linear"},
    {"multiplier", "N", NULL,
     "the contract's size, of an inverse one in what it is quoted in; default 1"},
    {"map", "LIST", NULL, "columns by index from 0 or name: time=0,open=1,high=2,low=3,close=4"},
    {"zone", "Z", NULL, "the zone of times that name none; default UTC"},
    {"price-decimals", "N", NULL,
     "decimals of prices; default: as many as the data have, up to 10"},
    {"qty-decimals", "N", NULL, "decimals of volumes; default: as many as the data have, up to 8"},
    {"adjusted", NULL, NULL, "prices are adjusted for splits or dividends"},
    {"strict", NULL, NULL, "stop at the first bad row and commit nothing"},
    {"replace", NULL, NULL, "rows that differ from the tape's replace them"},
    {"dry-run", NULL, NULL, "report, but commit nothing"},
};

const struct command command_data_import = {
    .name = "data import",
    .summary = "read market data files into the tape",
    .operands = "FILE...",
    .details =
        "Reads CSV bars (one symbol, a symbol column, or a matrix of closes), Bitfinex candles, "
        "Binance klines and QuantConnect Lean zips; recorded WebSocket feeds of Binance, Coinbase, "
        "Kraken, Bitstamp, Gemini and Bybit, NASDAQ ITCH 5.0, LOBSTER and Databento DBN "
        "(docs/feeds.md); plain, .gz, .xz, .zst or .zip.\n\n"
        "A bad row is named by line and reason, counted by kind and left out. What was not said "
        "and "
        "had to be assumed is told. Reading a file twice changes nothing; an import that fails or "
        "is "
        "killed leaves the tape as it was.",
    .example = "fulmar data import btcusd.csv.xz --symbol BTCUSD --venue BITFINEX\n"
               "fulmar data import panel.csv --calendar XNYS --currency USD --dry-run\n"
               "fulmar data import btcusdt_20240808.txt.xz btcusdt_20240809.txt.xz",
    .options = IMPORT_OPTIONS,
    .option_count = sizeof IMPORT_OPTIONS / sizeof IMPORT_OPTIONS[0],
    .run = run_import,
};

static const struct option INFO_OPTIONS[] = {
    {"tape", "DIR", NULL,
     "the tape's directory; default $FULMAR_TAPE or the user's data directory"},
    {"verify", NULL, NULL, "read every byte and check the checksums"},
};

const struct command command_data_info = {
    .name = "data info",
    .summary = "list the series of the tape",
    .operands = "[SERIES]",
    .details =
        "A series is VENUE/SYMBOL/KIND, where the kind is bar-FRAME, mid-FRAME, trade, quote or "
        "feed; "
        "parts that are clear without may be left out.",
    .example = "fulmar data info\nfulmar data info BTCUSD --verify",
    .options = INFO_OPTIONS,
    .option_count = sizeof INFO_OPTIONS / sizeof INFO_OPTIONS[0],
    .run = run_info,
};

static const struct option EXPORT_OPTIONS[] = {
    {"tape", "DIR", NULL,
     "the tape's directory; default $FULMAR_TAPE or the user's data directory"},
    {"format", "F", "csv", "the form of the output; default csv"},
    {"from", "TIME", NULL, "first time, as in 2018-01-01 or 2018-01-01T12:00:00Z; default: all"},
    {"to", "TIME", NULL, "end of times, not included; default: all"},
    {"output", "FILE", NULL, "where to write; default: standard output"},
};

const struct command command_data_export = {
    .name = "data export",
    .summary = "write a series of the tape as CSV",
    .operands = "SERIES",
    .details = "Bars are written with the time they opened, prices and volumes exactly as they are "
               "kept. Reading the file in again changes nothing.",
    .example = "fulmar data export BITFINEX/BTCUSD/bar-1m --from 2018-01-01 --to 2018-02-01 "
               "--output january.csv",
    .options = EXPORT_OPTIONS,
    .option_count = sizeof EXPORT_OPTIONS / sizeof EXPORT_OPTIONS[0],
    .run = run_export,
};

// A series that is written holds its directory open as a lock, and a panel may have thousands.
static void open_files_raise(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int run_import(const struct args *args) {
    char root[PATH_SIZE];
    struct import_options options;
    struct import_report report;
    struct progress progress;
    if (args->operand_count == 0) {
        ERR_SET(ERR_ARGUMENT, "give the files to import");
        return STATUS_USAGE;
    }
    if (command_tape_root(args, root, sizeof root) < 0) return STATUS_USAGE;
    if (options_read(args, root, &options) < 0) return STATUS_USAGE;
    open_files_raise();
    progress_start(&progress, "import", "bytes", 0);
    options.progress = import_progress;
    options.progress_self = &progress;
    int rc = import_run(&options, args->operands, args->operand_count, &report);
    progress_end(&progress);
    if (rc < 0) {
        if (options.samples_max > 1 && !options.strict) fputs(text_string(&report.samples), stderr);
        import_report_fini(&report);
        return rc == ERR_ARGUMENT ? STATUS_USAGE : STATUS_FAILED;
    }
    if (args->json)
        import_print_json(&report);
    else
        import_print(&report, &options);
    import_report_fini(&report);
    return STATUS_DONE;
}

static int contract_read(const struct args *args, struct import_options *options) {
    const char *payoff = args_get(args, "payoff", NULL);
    const char *size = args_get(args, "multiplier", NULL);
    if (payoff != NULL && (options->payoff = payoff_find(payoff)) < 0)
        return ERR_SET(ERR_ARGUMENT, "--payoff is linear or inverse, not '%s'", payoff);
    if (size == NULL) return 0;
    int decimals = decimal_text_decimals(size, strlen(size));
    if (decimals < 0 || decimals > DECIMALS_MAX ||
        decimal_parse(size, strlen(size), decimals, &options->multiplier) < 0 ||
        options->multiplier <= 0)
        return ERR_SET(ERR_ARGUMENT, "--multiplier is a contract's size above 0, not '%s'", size);
    options->multiplier_decimals = decimals;
    return 0;
}

static int options_read(const struct args *args, const char *root, struct import_options *options) {
    import_options_init(options, root);
    options->format = args_get(args, "format", NULL);
    options->symbol = args_get(args, "symbol", NULL);
    options->venue = args_get(args, "venue", NULL);
    options->currency = args_get(args, "currency", NULL);
    options->map = args_get(args, "map", NULL);
    options->zone = args_get(args, "zone", NULL);
    options->adjusted = args_has(args, "adjusted");
    options->strict = args_has(args, "strict");
    options->replace = args_has(args, "replace");
    options->dry_run = args_has(args, "dry-run");
    const char *calendar = args_get(args, "calendar", NULL);
    const char *asset = args_get(args, "asset", NULL);
    if (calendar != NULL && (options->calendar = calendar_find(calendar)) < 0)
        return ERR_SET(ERR_ARGUMENT, "--calendar is 24/7, XNYS or XNSE, not '%s'", calendar);
    if (asset != NULL && (options->asset = asset_class_find(asset)) < 0)
        return ERR_SET(ERR_ARGUMENT, "--asset is equity, crypto, forex, future or index, not '%s'",
                       asset);
    TRY(contract_read(args, options));
    int64_t frame_ns = 0;
    long price_decimals = -1, qty_decimals = -1;
    TRY(args_duration(args, "frame", &frame_ns));
    if (frame_ns % NS_PER_S != 0 || frame_ns / NS_PER_S > UINT32_MAX)
        return ERR_SET(ERR_ARGUMENT, "--frame is whole seconds");
    options->frame_s = (uint32_t)(frame_ns / NS_PER_S);
    TRY(args_int(args, "price-decimals", 0, DECIMALS_MAX, &price_decimals));
    TRY(args_int(args, "qty-decimals", 0, DECIMALS_MAX, &qty_decimals));
    options->price_decimals = (int)price_decimals;
    options->qty_decimals = (int)qty_decimals;
    return 0;
}

static bool import_progress(void *self, uint64_t done, uint64_t total) {
    struct progress *progress = self;
    progress->total = total;
    progress_update(progress, done);
    return true;
}

static void import_print(const struct import_report *report, const struct import_options *options) {
    fputs(text_string(&report->samples), stderr);
    series_print(report);
    faults_print(report);
    for (const char *at = text_string(&report->guesses); *at != '\0';) {
        int len = (int)strcspn(at, "\n");
        printf("assumed: %.*s\n", len, at);
        at += len + 1;
    }
    char rows[32], added[32], duplicates[32], conflicts[32];
    printf("%s rows read, %s new on the tape, %s there already, %s in conflict%s\n",
           thousands(rows, (int64_t)report->rows), thousands(added, (int64_t)report->added.rows),
           thousands(duplicates, (int64_t)report->added.duplicates),
           thousands(conflicts, (int64_t)report->added.conflicts),
           report->added.conflicts == 0 ? ""
           : options->replace           ? " (replaced)"
                                        : " (the tape's were kept; --replace takes the new ones)");
    if (!report->committed) printf("dry run: nothing was committed\n");
}

static void series_print(const struct import_report *report) {
    enum { SERIES_SHOWN = 40 };
    struct table table;
    table_init(&table, "series|>rows|>sound|>new|first|last");
    for (uint32_t i = 0; i < report->series_count && i < SERIES_SHOWN; i++) {
        const struct import_series_report *series = &report->series[i];
        char name[TAPE_NAME_SIZE], number[32], time[TIMESTAMP_TEXT_SIZE];
        tape_series_print(&series->series, name);
        table_cell(&table, "%s", name);
        table_cell(&table, "%s", thousands(number, (int64_t)series->rows));
        table_cell(&table, "%s", thousands(number, (int64_t)series->accepted));
        table_cell(&table, "%s", thousands(number, (int64_t)series->added.rows));
        timestamp_print(time, sizeof time, series->first_ns);
        table_cell(&table, "%s", series->accepted == 0 ? "" : time);
        timestamp_print(time, sizeof time, series->last_ns);
        table_cell(&table, "%s", series->accepted == 0 ? "" : time);
    }
    table_print(&table, stdout);
    if (report->series_count > SERIES_SHOWN)
        printf("... and %u more series (--json lists all)\n", report->series_count - SERIES_SHOWN);
}

static void faults_print(const struct import_report *report) {
    char number[32];
    for (int i = 0; i < IMPORT_FAULT_COUNT; i++)
        if (report->faults[i] > 0)
            printf("left out: %s %s\n", thousands(number, (int64_t)report->faults[i]),
                   import_fault_name((enum import_fault)i));
    for (int i = 0; i < IMPORT_NOTE_COUNT; i++) {
        if (report->notes[i] == 0) continue;
        printf("kept: %s %s", thousands(number, (int64_t)report->notes[i]),
               import_note_name((enum import_note)i));
        char longest[TIMESTAMP_TEXT_SIZE];
        if (i == IMPORT_GAP) {
            gap_print(longest, sizeof longest, report->gap_longest_ns);
            printf(", the longest %s", longest);
        }
        putchar('\n');
    }
}

// For people, who do not divide 55295h: days from two on, years of 365.25 days from two on.
static void gap_print(char *buf, size_t size, int64_t ns) {
    double days = (double)ns / (double)NS_PER_DAY;
    if (days < 2)
        duration_print(buf, size, ns);
    else if (days < 2 * 365.25)
        snprintf(buf, size, "%.4g days", days);
    else
        snprintf(buf, size, "%.1f years", days / 365.25);
}

static void import_print_json(const struct import_report *report) {
    json_t *faults = json_object(), *notes = json_object(), *series = json_array();
    for (int i = 0; i < IMPORT_FAULT_COUNT; i++)
        json_object_set_new(faults, import_fault_name((enum import_fault)i),
                            json_integer((json_int_t)report->faults[i]));
    for (int i = 0; i < IMPORT_NOTE_COUNT; i++)
        json_object_set_new(notes, import_note_name((enum import_note)i),
                            json_integer((json_int_t)report->notes[i]));
    for (uint32_t i = 0; i < report->series_count; i++)
        json_array_append_new(series, series_json(&report->series[i]));
    json_print(json_pack(
        "{s:b,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o,s:o,s:s,s:s,s:o}", "committed",
        report->committed, "files", (json_int_t)report->files, "bytes_read",
        (json_int_t)report->bytes_read, "bytes_text", (json_int_t)report->bytes_text, "rows",
        (json_int_t)report->rows, "accepted", (json_int_t)report->accepted, "rows_new",
        (json_int_t)report->added.rows, "rows_duplicate", (json_int_t)report->added.duplicates,
        "rows_conflict", (json_int_t)report->added.conflicts, "gap_longest_ns",
        (json_int_t)report->gap_longest_ns, "faults", faults, "notes", notes, "samples",
        text_string(&report->samples), "assumed", text_string(&report->guesses), "series", series));
}

static json_t *series_json(const struct import_series_report *series) {
    char name[TAPE_NAME_SIZE], first[TIMESTAMP_TEXT_SIZE], last[TIMESTAMP_TEXT_SIZE];
    tape_series_print(&series->series, name);
    timestamp_print(first, sizeof first, series->first_ns);
    timestamp_print(last, sizeof last, series->last_ns);
    return json_pack("{s:s,s:I,s:I,s:I,s:I,s:I,s:s,s:s}", "series", name, "rows",
                     (json_int_t)series->rows, "accepted", (json_int_t)series->accepted, "rows_new",
                     (json_int_t)series->added.rows, "rows_duplicate",
                     (json_int_t)series->added.duplicates, "rows_conflict",
                     (json_int_t)series->added.conflicts, "first", first, "last", last);
}

static void json_print(json_t *root) {
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(root);
}

struct info {
    const char *root;
    struct table table;
    json_t *json; // NULL: a table is printed
    uint32_t count;
    bool verify;
};

static int run_info(const struct args *args) {
    char root[PATH_SIZE];
    if (command_tape_root(args, root, sizeof root) < 0 || args->operand_count > 1) {
        if (args->operand_count > 1) ERR_SET(ERR_ARGUMENT, "give one series at most");
        return STATUS_USAGE;
    }
    if (tape_root_check(root) < 0) return STATUS_FAILED;
    if (args->operand_count == 1) {
        struct tape_series series;
        char name[TAPE_NAME_SIZE];
        struct tape *tape;
        if (tape_find(root, args->operands[0], &series) < 0) return STATUS_FAILED;
        if (tape_open(root, &series, &tape) < 0) return STATUS_FAILED;
        int rc = args_has(args, "verify") ? tape_verify(tape) : 0;
        tape_close(tape);
        tape_series_print(&series, name);
        return rc < 0 || info_one(root, name, args->json) < 0 ? STATUS_FAILED : STATUS_DONE;
    }
    struct info info = {.root = root, .verify = args_has(args, "verify")};
    if (args->json) info.json = json_array();
    struct tape_visitor visitor = {info_row, &info};
    int rc = tape_list(root, &visitor);
    if (args->json)
        json_print(json_pack("{s:s,s:o}", "tape", root, "series", info.json));
    else if (info.count > 0)
        table_print(&info.table, stdout);
    else if (rc == 0)
        fprintf(stderr, "no series on the tape %s; fulmar data import adds some\n", root);
    return rc < 0 ? STATUS_FAILED : STATUS_DONE;
}

static int tape_root_check(const char *root) {
    struct stat status;
    if (stat(root, &status) == 0 && S_ISDIR(status.st_mode)) return 0;
    return ERR_SET(ERR_NOT_FOUND,
                   "there is no tape at %s: --tape or $FULMAR_TAPE names another, fulmar data "
                   "import makes one",
                   root);
}

static int info_row(void *self, const struct tape_series *series) {
    struct info *info = self;
    char name[TAPE_NAME_SIZE];
    struct tape *tape;
    if (info->count++ == 0 && info->json == NULL)
        table_init(&info->table, "series|>rows|first|last|>gaps|>longest gap|>decimals|>bytes");
    TRY(tape_open(info->root, series, &tape));
    int rc = info->verify ? tape_verify(tape) : 0;
    tape_series_print(series, name);
    if (rc == 0 && info->json != NULL)
        json_array_append_new(info->json, info_json(name, tape));
    else if (rc == 0)
        info_cells(&info->table, name, tape);
    tape_close(tape);
    return rc;
}

static void info_cells(struct table *table, const char *name, const struct tape *tape) {
    const struct instrument *instrument = &tape_meta(tape)->instrument;
    char text[TIMESTAMP_TEXT_SIZE], number[32];
    uint32_t kind = tape_series_of(tape)->kind;
    bool bars = kind == TAPE_BARS || kind == TAPE_MIDS;
    table_cell(table, "%s", name);
    table_cell(table, "%s", thousands(number, (int64_t)tape_count(tape)));
    timestamp_print(text, sizeof text, tape_first_ns(tape));
    table_cell(table, "%s", text);
    timestamp_print(text, sizeof text, tape_last_ns(tape));
    table_cell(table, "%s", text);
    struct tape_gaps gaps = bars ? tape_gaps(tape) : (struct tape_gaps){0};
    table_cell(table, "%s", bars ? thousands(number, (int64_t)gaps.count) : "");
    if (gaps.count > 0) gap_print(text, sizeof text, gaps.longest_ns);
    table_cell(table, "%s", gaps.count > 0 ? text : "");
    table_cell(table, "%d/%d", instrument->price_decimals, instrument->qty_decimals);
    table_cell(table, "%s", thousands(number, (int64_t)tape_bytes(tape)));
}

static json_t *info_json(const char *name, const struct tape *tape) {
    const struct tape_meta *meta = tape_meta(tape);
    char first[TIMESTAMP_TEXT_SIZE], last[TIMESTAMP_TEXT_SIZE];
    uint32_t kind = tape_series_of(tape)->kind;
    bool bars = kind == TAPE_BARS || kind == TAPE_MIDS;
    struct tape_gaps gaps = bars ? tape_gaps(tape) : (struct tape_gaps){0};
    timestamp_print(first, sizeof first, tape_first_ns(tape));
    timestamp_print(last, sizeof last, tape_last_ns(tape));
    return json_pack("{s:s,s:I,s:s,s:s,s:I,s:I,s:i,s:i,s:s,s:s,s:s,s:I,s:i}", "series", name,
                     "rows", (json_int_t)tape_count(tape), "first", first, "last", last, "gaps",
                     (json_int_t)gaps.count, "gap_longest_ns", (json_int_t)gaps.longest_ns,
                     "price_decimals", (int)meta->instrument.price_decimals, "qty_decimals",
                     (int)meta->instrument.qty_decimals, "currency", meta->currency, "asset",
                     asset_class_name(meta->instrument.asset), "calendar",
                     calendar_name(meta->instrument.calendar), "bytes",
                     (json_int_t)tape_bytes(tape), "partitions", (int)tape_partition_count(tape));
}

static int info_one(const char *root, const char *name, bool json) {
    struct tape_series series;
    struct tape *tape;
    TRY(tape_series_parse(name, &series));
    TRY(tape_open(root, &series, &tape));
    json_t *object = info_json(name, tape);
    int rc = series.kind == TAPE_FEED ? feed_info_add(tape, object) : 0;
    tape_close(tape);
    if (rc < 0) {
        json_decref(object);
        return rc;
    }
    if (json) {
        json_print(object);
        return 0;
    }
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        char number[32];
        if (json_is_string(value))
            printf("%-16s %s\n", key, json_string_value(value));
        else
            printf("%-16s %s\n", key, thousands(number, json_integer_value(value)));
    }
    json_decref(object);
    return 0;
}

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal) {
    (void)signal;
    interrupted = 1;
}

static int run_export(const struct args *args) {
    char root[PATH_SIZE];
    struct data_export export = {.from_ns = INT64_MIN, .to_ns = INT64_MAX};
    if (command_tape_root(args, root, sizeof root) < 0) return STATUS_USAGE;
    if (args->operand_count != 1) {
        ERR_SET(ERR_ARGUMENT, "give one series; fulmar data info lists them");
        return STATUS_USAGE;
    }
    if (strcmp(args_get(args, "format", "csv"), "csv") != 0) {
        ERR_SET(ERR_ARGUMENT, "--format is csv");
        return STATUS_USAGE;
    }
    if (args_instant(args, "from", &export.from_ns) < 0 ||
        args_instant(args, "to", &export.to_ns) < 0)
        return STATUS_USAGE;
    export.output = args_get(args, "output", NULL);
    struct tape_series series;
    struct tape *tape;
    if (tape_find(root, args->operands[0], &series) < 0) return STATUS_FAILED;
    if (tape_open(root, &series, &tape) < 0) return STATUS_FAILED;
    if (export.output != NULL) {
        export.stop = &interrupted;
        signal(SIGINT, on_interrupt);
        signal(SIGTERM, on_interrupt);
    }
    int rc = data_export_csv(tape, &export);
    tape_close(tape);
    if (rc == 0 && args->json)
        json_print(json_pack("{s:s,s:I}", "output", export.output == NULL ? "" : export.output,
                             "rows", (json_int_t) export.rows));
    return rc < 0 ? STATUS_FAILED : STATUS_DONE;
}
