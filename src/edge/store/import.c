// SPDX-License-Identifier: Apache-2.0
#include "edge/store/import.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/io.h"
#include "base/params.h"
#include "edge/store/import_job.h"
#include "edge/store/import_list.h"
#include "edge/store/import_stream.h"

#define DECLARE(name) extern const struct importer import_##name;
IMPORT_LIST(DECLARE)

#define ENTRY(name) &import_##name,
static const struct importer *const IMPORTERS[] = {IMPORT_LIST(ENTRY)};

enum { IMPORTER_COUNT = sizeof IMPORTERS / sizeof IMPORTERS[0] };
static const size_t TEXT_MAX = 1 << 20;

static const char *const FAULT_NAMES[IMPORT_FAULT_COUNT] = {
    [IMPORT_SYNTAX] = "syntax",
    [IMPORT_MISSING] = "missing_field",
    [IMPORT_BAD_TIME] = "bad_time",
    [IMPORT_NON_FINITE] = "non_finite",
    [IMPORT_OVERFLOW] = "overflow",
    [IMPORT_BAD_PRICE] = "price_not_positive",
    [IMPORT_BAD_VOLUME] = "volume_negative",
    [IMPORT_HIGH_LOW] = "high_below_low",
    [IMPORT_OUTSIDE] = "outside_range",
    [IMPORT_CROSSED] = "bid_above_ask",
    [IMPORT_SUSPICIOUS] = "suspicious",
    [IMPORT_DUPLICATE] = "duplicate",
    [IMPORT_CONFLICT] = "conflict",
    [IMPORT_OUT_OF_ORDER] = "out_of_order",
    [IMPORT_SYMBOL] = "bad_symbol",
};
static const char *const FAULT_REASONS[IMPORT_FAULT_COUNT] = {
    [IMPORT_SYNTAX] = "not of the form of this column",
    [IMPORT_MISSING] = "blank, and the row needs it",
    [IMPORT_BAD_TIME] = "not a time, or one that does not exist",
    [IMPORT_NON_FINITE] = "not a finite number",
    [IMPORT_OVERFLOW] = "too large for a 64-bit mantissa at the series' decimals",
    [IMPORT_BAD_PRICE] = "a price is zero or negative",
    [IMPORT_BAD_VOLUME] = "a quantity is negative, or zero in a trade",
    [IMPORT_HIGH_LOW] = "high is below low",
    [IMPORT_OUTSIDE] = "open or close is outside [low, high]",
    [IMPORT_CROSSED] = "bid is above ask",
    [IMPORT_SUSPICIOUS] = "marked as suspect by the source",
    [IMPORT_DUPLICATE] = "equal to the row before",
    [IMPORT_CONFLICT] = "of the row before's time, with other values",
    [IMPORT_OUT_OF_ORDER] = "against the file's direction of time",
    [IMPORT_SYMBOL] = "a symbol that is blank or too long",
};
static const char *const NOTE_NAMES[IMPORT_NOTE_COUNT] = {
    [IMPORT_GAP] = "gap",
    [IMPORT_ROUNDED] = "rounded",
    [IMPORT_OFF_CALENDAR] = "off_calendar",
    [IMPORT_UNKNOWN_ORDER] = "unknown_order",
    [IMPORT_TWICE_ADDED] = "order_added_twice",
    [IMPORT_BESIDE] = "not_of_a_feed",
    [IMPORT_OLD_NEWS] = "old_news",
    [IMPORT_OFF_MARKET] = "not_a_market_trade",
    [IMPORT_FEED_GAP] = "feed_gap",
    [IMPORT_BOOK_CROSSED] = "book_crossed",
    [IMPORT_BOOK_WRONG] = "book_not_as_the_venue_says",
    [IMPORT_BOOK_RIGHT] = "book_as_the_venue_says",
    [IMPORT_BOOK_EXPLAINED] = "book_row_explained",
};

static int options_check(const struct import_options *options);
static int files_measure(struct import_job *job, const char *const *paths, size_t count);
static int file_run(struct import_job *job, const char *path);
static int file_read(struct import_job *job, const struct importer **ret_importer);
static int importer_choose(struct import_job *job, const struct importer **ret_importer);
static int importer_named(const char *name, const struct importer **ret_importer);
static int file_note(struct import_job *job, const struct importer *importer);
static void source_name(const char *path, char *buf, size_t size);
static void faults_print(const struct import_target *target, char *buf, size_t size);
static int targets_prepare(struct import_job *job);
static int targets_commit(struct import_job *job);
static int series_report(struct import_job *job);
static void job_fini(struct import_job *job);

const char *import_fault_name(enum import_fault fault) {
    return FAULT_NAMES[fault];
}

const char *import_note_name(enum import_note note) {
    return NOTE_NAMES[note];
}

void import_options_init(struct import_options *ret_options, const char *tape) {
    *ret_options = (struct import_options){.tape = tape,
                                           .calendar = -1,
                                           .asset = -1,
                                           .payoff = -1,
                                           .price_decimals = -1,
                                           .qty_decimals = -1,
                                           .samples_max = IMPORT_SAMPLES};
}

int import_run(const struct import_options *options, const char *const *paths, size_t count,
               struct import_report *ret_report) {
    struct import_report *report = ret_report;
    *report = (struct import_report){0};
    text_init(&report->samples, TEXT_MAX);
    text_init(&report->guesses, TEXT_MAX);
    struct import_job job = {.options = options, .report = report};
    int rc = options_check(options);
    if (rc == 0) rc = files_measure(&job, paths, count);
    for (size_t i = 0; i < count && rc == 0; i++) rc = file_run(&job, paths[i]);
    if (rc == 0) rc = targets_prepare(&job);
    if (rc == 0 && !options->dry_run) rc = targets_commit(&job);
    report->committed = rc == 0 && !options->dry_run;
    int reported = series_report(&job);
    job_fini(&job);
    return rc < 0 ? rc : reported;
}

void import_report_fini(struct import_report *report) {
    free(report->series);
    text_fini(&report->samples);
    text_fini(&report->guesses);
    *report = (struct import_report){0};
}

const struct importer_info *import_format_get(size_t index) {
    return index < IMPORTER_COUNT ? &IMPORTERS[index]->info : NULL;
}

int import_reject(struct import_job *job, struct import_target *target, enum import_fault fault,
                  const char *field, const char *at, size_t len) {
    struct import_report *report = job->report;
    uint64_t faults = 0;
    for (int i = 0; i < IMPORT_FAULT_COUNT; i++) faults += report->faults[i];
    report->faults[fault]++;
    if (target != NULL) target->file_faults[fault]++;
    bool strict = job->options->strict;
    if (!strict && faults >= job->options->samples_max) return 0;
    struct text line;
    text_init(&line, 1024);
    text_printf(&line, "%s", import_input_path(job->input));
    if (import_input_is_zip(job->input))
        text_printf(&line, "(%s)", import_input_entry_name(job->input));
    text_printf(&line, ":%" PRIu64 ": ", job->line);
    if (field != NULL) text_printf(&line, "%s: ", field);
    if (at != NULL && len > 0) text_printf(&line, "'%.*s' is ", len > 40 ? 40 : (int)len, at);
    text_printf(&line, "%s (%s)", FAULT_REASONS[fault], FAULT_NAMES[fault]);
    text_printf(&report->samples, "%s\n", text_string(&line));
    int rc = strict ? ERR_SET(ERR_PARSE, "%s", text_string(&line)) : 0;
    text_fini(&line);
    return rc;
}

void import_note(struct import_job *job, struct import_target *target, enum import_note note) {
    job->report->notes[note]++;
    if (target != NULL) target->file_notes[note]++;
}

void import_guess(struct import_job *job, const char *format, ...) {
    char line[256];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line - 1, format, args);
    va_end(args);
    size_t len = strlen(line);
    memcpy(line + len, "\n", 2);
    if (strstr(text_string(&job->report->guesses), line) == NULL)
        text_add(&job->report->guesses, line);
}

int import_tick(struct import_job *job) {
    const struct import_options *options = job->options;
    if (options->progress == NULL) return 0;
    uint64_t done = job->bytes_before + import_input_bytes_read(job->input);
    if (options->progress(options->progress_self, done, job->bytes_total)) return 0;
    return ERR_SET(ERR_INTERRUPTED, "the import was stopped; nothing was committed");
}

static int options_check(const struct import_options *options) {
    if (options->tape == NULL || options->tape[0] == '\0')
        return ERR_SET(ERR_ARGUMENT, "no tape directory is given");
    if (options->price_decimals > DECIMALS_MAX || options->qty_decimals > DECIMALS_MAX)
        return ERR_SET(ERR_ARGUMENT, "decimals are 0 to %d", DECIMALS_MAX);
    return 0;
}

static int files_measure(struct import_job *job, const char *const *paths, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int fd;
        uint64_t size = 0;
        TRY(io_open(paths[i], O_RDONLY, 0, &fd));
        int rc = io_size(fd, paths[i], &size);
        int closed = io_close(fd, paths[i]);
        TRY(rc);
        TRY(closed);
        job->bytes_total += size;
    }
    return 0;
}

static int file_run(struct import_job *job, const char *path) {
    const struct importer *importer = NULL;
    for (uint32_t i = 0; i < job->target_count; i++) {
        struct import_target *target = job->targets[i];
        target->file_rows = target->file_accepted = 0;
        memset(target->file_faults, 0, sizeof target->file_faults);
        memset(target->file_notes, 0, sizeof target->file_notes);
    }
    TRY(import_input_open(path, &job->input));
    int rc = file_read(job, &importer);
    if (rc == 0) rc = file_note(job, importer);
    job->report->files++;
    job->report->bytes_read += import_input_bytes_read(job->input);
    job->report->bytes_text += import_input_bytes_text(job->input);
    job->bytes_before += import_input_bytes_read(job->input);
    import_input_close(job->input);
    job->input = NULL;
    return rc;
}

static int file_read(struct import_job *job, const struct importer **ret_importer) {
    int rc = import_input_next_entry(job->input);
    if (rc == ERR_END)
        return ERR_SET(ERR_UNSUPPORTED, "%s holds no file", import_input_path(job->input));
    TRY(rc);
    TRY(importer_choose(job, ret_importer));
    rc = (*ret_importer)->run(job, job->input);
    if (rc < 0 && rc != ERR_PARSE && rc != ERR_INTERRUPTED && job->line > 0)
        return ERR_APPEND(rc,
                          "after %" PRIu64 " lines%s%s, %" PRIu64 " rows in all; nothing was "
                          "committed",
                          job->line, import_input_is_zip(job->input) ? " of " : "",
                          import_input_is_zip(job->input) ? import_input_entry_name(job->input)
                                                          : "",
                          job->report->rows);
    return rc;
}

static int importer_choose(struct import_job *job, const struct importer **ret_importer) {
    if (job->options->format != NULL) return importer_named(job->options->format, ret_importer);
    const char *data;
    size_t size;
    int rc = import_input_peek(job->input, &data, &size);
    if (rc == ERR_END)
        return ERR_SET(ERR_UNSUPPORTED, "%s is empty", import_input_path(job->input));
    TRY(rc);
    int best = 0;
    for (size_t i = 0; i < IMPORTER_COUNT; i++) {
        int score = IMPORTERS[i]->sniff(import_input_path(job->input),
                                        import_input_entry_name(job->input), data, size);
        if (score <= best) continue;
        best = score;
        *ret_importer = IMPORTERS[i];
    }
    if (best > 0) return 0;
    return ERR_SET(ERR_UNSUPPORTED,
                   "%s: no importer knows this file; if it is CSV, --format csv --map "
                   "time=0,open=1,high=2,low=3,close=4,volume=5 names its columns",
                   import_input_path(job->input));
}

static int importer_named(const char *name, const struct importer **ret_importer) {
    const char *names[IMPORTER_COUNT];
    for (size_t i = 0; i < IMPORTER_COUNT; i++) {
        names[i] = IMPORTERS[i]->info.name;
        if (strcmp(names[i], name) != 0) continue;
        *ret_importer = IMPORTERS[i];
        return 0;
    }
    char all[256] = "";
    for (size_t i = 0, used = 0; i < IMPORTER_COUNT && used < sizeof all; i++)
        used +=
            (size_t)snprintf(all + used, sizeof all - used, "%s%s", i == 0 ? "" : ", ", names[i]);
    const char *near = nearest_name(name, names, IMPORTER_COUNT);
    return ERR_SET(ERR_ARGUMENT, "no format '%s'%s%s%s; there are %s", name,
                   near == NULL ? "" : " (did you mean '", near == NULL ? "" : near,
                   near == NULL ? "" : "'?)", all);
}

// What the manifests will say of this file.
static int file_note(struct import_job *job, const struct importer *importer) {
    struct tape_import import = {0};
    TRY(import_input_digest(job->input, import.sha256));
    source_name(import_input_path(job->input), import.source, sizeof import.source);
    snprintf(import.importer, sizeof import.importer, "%s", importer->info.name);
    for (uint32_t i = 0; i < job->target_count; i++) {
        struct import_target *target = job->targets[i];
        target->report.rows += target->file_rows;
        if (target->file_rows == 0) continue;
        struct tape_import own = import;
        own.rows = target->file_rows;
        own.accepted = target->file_accepted;
        faults_print(target, own.faults, sizeof own.faults);
        TRY(tape_writer_note_import(target->writer, &own));
    }
    return 0;
}

// The last part of the path, with bytes that are not printable ASCII replaced: manifests are JSON.
static void source_name(const char *path, char *buf, size_t size) {
    const char *slash = strrchr(path, '/');
    snprintf(buf, size, "%s", slash == NULL ? path : slash + 1);
    for (char *c = buf; *c != '\0'; c++)
        if (*c < ' ' || *c > '~') *c = '?';
}

static void faults_print(const struct import_target *target, char *buf, size_t size) {
    size_t used = 0;
    for (int i = 0; i < IMPORT_FAULT_COUNT; i++)
        if (target->file_faults[i] > 0)
            used += (size_t)snprintf(buf + used, size - used, "%s%s=%" PRIu64, used == 0 ? "" : " ",
                                     FAULT_NAMES[i], target->file_faults[i]);
    for (int i = 0; i < IMPORT_NOTE_COUNT; i++)
        if (target->file_notes[i] > 0)
            used += (size_t)snprintf(buf + used, size - used, "%s%s=%" PRIu64, used == 0 ? "" : " ",
                                     NOTE_NAMES[i], target->file_notes[i]);
    CHECK(used < size);
}

static int targets_prepare(struct import_job *job) {
    struct import_report *report = job->report;
    if (report->rows == 0)
        return ERR_SET(
            ERR_UNSUPPORTED,
            "nothing of what was read makes a series, and nothing was committed; %" PRIu64
            " messages are of other things",
            report->notes[IMPORT_BESIDE]);
    if (report->accepted == 0)
        return ERR_SET(ERR_UNSUPPORTED,
                       "not one of %" PRIu64 " rows is sound; nothing was "
                       "committed%s%s",
                       report->rows, text_string(&report->samples)[0] == '\0' ? "" : ":\n",
                       text_string(&report->samples));
    for (uint32_t i = 0; i < job->target_count; i++) {
        struct import_target *target = job->targets[i];
        struct tape_added_counts *added = &target->report.added;
        TRY(tape_writer_prepare(target->writer, added));
        report->added.rows += added->rows;
        report->added.duplicates += added->duplicates;
        if (added->conflicts > 0 && report->added.conflicts == 0)
            report->added.conflict_ns = added->conflict_ns;
        report->added.conflicts += added->conflicts;
    }
    if (job->options->strict && !job->options->replace && report->added.conflicts > 0)
        return ERR_SET(ERR_PARSE,
                       "%" PRIu64 " rows differ from what the tape holds; --replace lets "
                       "the new ones win",
                       report->added.conflicts);
    return 0;
}

static int targets_commit(struct import_job *job) {
    for (uint32_t i = 0; i < job->target_count; i++)
        TRY(tape_writer_commit(job->targets[i]->writer));
    return 0;
}

static int series_report(struct import_job *job) {
    struct import_report *report = job->report;
    report->series = calloc(job->target_count + 1, sizeof *report->series);
    if (report->series == NULL) return ERR_SET(ERR_NOMEM, "no memory for a report");
    for (uint32_t i = 0; i < job->target_count; i++) report->series[i] = job->targets[i]->report;
    report->series_count = job->target_count;
    return 0;
}

static void job_fini(struct import_job *job) {
    for (uint32_t i = 0; i < job->target_count; i++) {
        tape_writer_close(job->targets[i]->writer);
        import_stream_close(job->targets[i]->stream);
        free(job->targets[i]);
    }
    free(job->targets);
    free(job->slots);
}
