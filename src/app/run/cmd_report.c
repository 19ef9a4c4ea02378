// SPDX-License-Identifier: Apache-2.0
// fulmar report: runs that were kept, on one page.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/run/run_record.h"
#include "base/check.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "report/compare.h"
#include "report/report.h"

struct read_run {
    json_t *manifest;
    json_t *report;
    int32_t *dates;
    double *returns;
    char about[2048];
};

static double statistic(const void *self, const char *name) {
    const struct read_run *run = self;
    const json_t *value = json_object_get(json_object_get(run->report, "statistics"), name);
    if (json_is_number(value)) return json_number_value(value);
    const char *text = json_string_value(value);
    char *end;
    double number = text != NULL ? strtod(text, &end) : NAN;
    return text != NULL && end != text && *end == '\0' ? number : NAN;
}

static void describe(struct read_run *run) {
    size_t i, len = 0;
    json_t *one;
    json_array_foreach(json_object_get(run->manifest, "strategies"), i, one) {
        if (len >= sizeof run->about || json_string_value(one) == NULL) break;
        len += (size_t)snprintf(run->about + len, sizeof run->about - len, "%s%s",
                                i > 0 ? "; " : "", json_string_value(one));
    }
    if (len < sizeof run->about)
        snprintf(run->about + len, sizeof run->about - len, " (made %.16s, state %s)",
                 run_record_text(run->manifest, "made"),
                 run_record_text(run->manifest, "state_hash"));
}

// The table of days.
static int read_days(const char *name, struct read_run *run, size_t *ret_days) {
    const json_t *rows = json_object_get(json_object_get(run->report, "tables"), "equity");
    size_t count = json_array_size(rows), i;
    json_t *row;
    run->dates = calloc(count + 1, sizeof *run->dates);
    run->returns = calloc(count + 1, sizeof *run->returns);
    if (run->dates == NULL || run->returns == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for %zu days", count);
    json_array_foreach(rows, i, row) {
        const char *date = run_record_text(row, "date");
        const json_t *made = json_object_get(row, "return");
        if (date_parse(date, strlen(date), &run->dates[i]) < 0)
            return ERR_SET(ERR_PARSE, "run '%s': its report has a day '%s'", name, date);
        run->returns[i] = json_is_number(made) ? json_number_value(made) : NAN;
    }
    *ret_days = count;
    return 0;
}

static int read_run(const char *root, const char *name, struct read_run *run,
                    struct compare_run *ret_row) {
    size_t days;
    TRY(run_record_read(root, name, &run->manifest));
    TRY(run_record_json(root, name, RUN_RECORD_REPORT, &run->report));
    TRY(read_days(name, run, &days));
    describe(run);
    *ret_row = (struct compare_run){.name = name,
                                    .about = run->about,
                                    .dates = run->dates,
                                    .returns = run->returns,
                                    .days = days,
                                    .statistic = statistic,
                                    .self = run};
    return 0;
}

// Content of data that the first run has otherwise, and the program.
static void tell_differences(const struct read_run *runs, const char *const *names, size_t count,
                             struct text *out) {
    const json_t *first = runs[0].manifest;
    for (size_t r = 1; r < count; r++) {
        const json_t *other = runs[r].manifest;
        if (!json_equal(json_object_get(first, "data"), json_object_get(other, "data")))
            text_printf(
                out, "%s\tother data than %s, or data of other content: fulmar runs diff %s %s\n",
                names[r], names[0], names[0], names[r]);
        if (!json_equal(json_object_get(first, "program"), json_object_get(other, "program")))
            text_printf(out, "%s\tmade by another program than %s\n", names[r], names[0]);
    }
}

static int write_page(const struct args *args, const struct compare_run *rows,
                      const struct read_run *runs, const char *path) {
    struct text page, differences;
    text_init(&page, REPORT_TEXT_MAX);
    text_init(&differences, 1 << 16);
    tell_differences(runs, args->operands, args->operand_count, &differences);
    int rc = compare_html(args_get(args, "title", "Runs side by side"), rows, args->operand_count,
                          text_string(&differences), &page);
    if (rc == 0) rc = io_write_file(path, text_string(&page), page.len);
    text_fini(&page);
    text_fini(&differences);
    return rc;
}

static int run_report_verb(const struct args *args) {
    char root[RUN_STORE_PATH_SIZE];
    static struct read_run runs[COMPARE_RUNS_MAX];
    struct compare_run rows[COMPARE_RUNS_MAX];
    const char *path = args_get(args, "output", NULL);
    if (args->operand_count < 1 || args->operand_count > COMPARE_RUNS_MAX || path == NULL) {
        ERR_SET(ERR_ARGUMENT,
                "give up to %d runs and where the page goes: fulmar report RUN... --output "
                "FILE.html",
                COMPARE_RUNS_MAX);
        return STATUS_USAGE;
    }
    if (run_record_root(args, root, sizeof root) < 0) return STATUS_USAGE;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < args->operand_count; i++)
        rc = read_run(root, args->operands[i], &runs[i], &rows[i]);
    if (rc == 0) rc = write_page(args, rows, runs, path);
    for (size_t i = 0; i < args->operand_count; i++) {
        json_decref(runs[i].manifest);
        json_decref(runs[i].report);
        free(runs[i].dates);
        free(runs[i].returns);
    }
    if (rc == 0 && args->json)
        run_record_dump(
            json_pack("{s:s,s:I}", "page", path, "runs", (json_int_t)args->operand_count));
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option options[] = {
    {"output", "FILE.html", NULL, "The page: one HTML file that opens without a network."},
    {"title", "TEXT", NULL, "Its title; Runs side by side by default."},
    {"runs", "DIR", NULL, "Where runs are kept; $FULMAR_RUNS or the user's data directory."},
};

const struct command command_report = {
    .name = "report",
    .summary = "compare runs that were kept on one page",
    .operands = "RUN...",
    .details = "Draws growth and drawdowns of up to eight runs together, with their statistics, "
               "the correlations of\ntheir daily returns, and what differs in data and program. "
               "fulmar runs diff has the configurations.",
    .example = "fulmar report trend-1 trend-2 --output compared.html",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_report_verb,
};
