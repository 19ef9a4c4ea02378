// SPDX-License-Identifier: Apache-2.0
// fulmar score: how good an entry in the direction of the trend would be, with its strengths and weaknesses in words.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "app/commands.h"
#include "app/csv.h"
#include "base/timestamp.h"
#include "quant/indicator/indicator.h"

enum { COLUMNS_MAX = 5, COLUMN_TIME = 4, FACTORS = 6, OUT_SCORE = 0, OUT_SIDE, OUT_FACTORS };
enum { OWN_PARAMS = 10 }; // of score_frames, those of the frames follow
// Of a factor, in points of 100.
enum { STRONG = 70, WEAK = 35 };

struct factor_words {
    const char *strong, *weak;
};

// In the order of the indicator's outputs.
static const struct factor_words words[FACTORS] = {
    {"the trend is clear: the averages are apart and the way is straight",
     "the trend is thin: the averages are close or the way is crooked"},
    {"volume confirms: it is above its mean and goes with the trend",
     "volume does not confirm: it is low or goes against the trend"},
    {"volatility is ordinary for its own past", "volatility is near the top of its own past"},
    {"momentum goes with the trend", "momentum has faded or turned"},
    {"the goal is far and the stop is near", "the goal is near for the distance of the stop"},
    {"the price is near its fast average and closed well",
     "the price has run away from its fast average, or closed badly"},
};

struct scoring {
    const struct args *args;
    const struct indicator *indicator;
    double params[PARAMS_MAX];
    struct csv csv;
    double *columns[COLUMNS_MAX];
    size_t row; // that is told
    double outputs[INDICATOR_OUTPUTS_MAX];
    bool with_frames;
    double frames[INDICATOR_OUTPUTS_MAX]; // what they show, as indicator timeframes gives it
};

static const char *class_of(double score) {
    return score >= 80   ? "excellent"
           : score >= 65 ? "good"
           : score >= 50 ? "fair"
           : score >= 35 ? "weak"
                         : "poor";
}

static int read_params(struct scoring *scoring) {
    const struct indicator *indicator = scoring->indicator;
    params_defaults(indicator->params, indicator->param_count, scoring->params);
    if (scoring->with_frames) // bars of files are stamped where they begin
        TRY(params_set(indicator->params, indicator->param_count, "frame_stamp", "begin",
                       scoring->params));
    for (size_t i = 0; i < scoring->args->operand_count; i++) {
        const char *word = scoring->args->operands[i], *equals = strchr(word, '=');
        char name[64];
        if (equals == NULL || (size_t)(equals - word) >= sizeof name)
            return ERR_SET(ERR_ARGUMENT, "'%s' is not of the form name=value", word);
        snprintf(name, sizeof name, "%.*s", (int)(equals - word), word);
        TRY(params_set(indicator->params, indicator->param_count, name, equals + 1,
                       scoring->params));
    }
    return indicator_check(indicator, scoring->params);
}

static int time_column(const struct csv *csv);

static int read_columns(struct scoring *scoring) {
    for (size_t c = 0; c < scoring->indicator->input_count; c++) {
        const char *name = scoring->indicator->inputs[c];
        int column = c == COLUMN_TIME ? time_column(&scoring->csv) : csv_find(&scoring->csv, name);
        if (column < 0)
            return ERR_SET(ERR_NOT_FOUND, "%s has no column '%s'; a score reads high, low, close%s",
                           scoring->csv.path, name,
                           scoring->with_frames ? ", volume and time" : " and volume");
        scoring->columns[c] = calloc(scoring->csv.rows + 1, sizeof(double));
        if (scoring->columns[c] == NULL)
            return ERR_SET(ERR_NOMEM, "no memory for %zu rows", scoring->csv.rows);
        if (c == COLUMN_TIME)
            TRY(csv_seconds(&scoring->csv, (size_t)column, scoring->columns[c]));
        else
            TRY(csv_numbers(&scoring->csv, (size_t)column, scoring->columns[c]));
    }
    return 0;
}

static int time_column(const struct csv *csv) {
    static const char *const names[] = {"time", "date", "timestamp", "datetime", "open_time"};
    int column = -1;
    for (size_t i = 0; column < 0 && i < sizeof names / sizeof *names; i++)
        column = csv_find(csv, names[i]);
    return column;
}

// The row that --at means: the last one at or before it; without it the last of the file.
static int find_row(struct scoring *scoring) {
    const struct csv *csv = &scoring->csv;
    int64_t at, ns;
    if (csv->rows == 0) return ERR_SET(ERR_ARGUMENT, "%s has no rows", csv->path);
    scoring->row = csv->rows - 1;
    if (!args_has(scoring->args, "at")) return 0;
    TRY(args_instant(scoring->args, "at", &at));
    int column = time_column(csv);
    if (column < 0)
        return ERR_SET(ERR_NOT_FOUND, "--at: %s has no column of times: time, date or timestamp",
                       csv->path);
    for (size_t row = csv->rows; row-- > 0;) {
        const char *cell = csv_cell(csv, row, (size_t)column);
        if (timestamp_parse(cell, strlen(cell), &ns) < 0)
            return ERR_SET(ERR_PARSE, "%s:%zu: '%s' is not an instant such as 2018-01-31",
                           csv->path, csv->list[row + 1].line, cell);
        scoring->row = row;
        if (ns <= at) return 0;
    }
    return ERR_SET(ERR_ARGUMENT, "--at: %s begins later", csv->path);
}

// The indicator's outputs at the row that is told; columns in its own order.
static int fold(const struct scoring *scoring, const struct indicator *indicator,
                const double *params, const double *const *columns, double *ret_outputs) {
    void *state = calloc(1, indicator->state_size(params));
    if (state == NULL) return ERR_SET(ERR_NOMEM, "no memory for %s", indicator->name);
    indicator->init(state, params);
    for (size_t row = 0; row <= scoring->row; row++) {
        double inputs[COLUMNS_MAX];
        for (size_t c = 0; c < indicator->input_count; c++) inputs[c] = columns[c][row];
        indicator_apply(indicator, state, inputs, ret_outputs);
    }
    free(state);
    return 0;
}

static int evaluate(struct scoring *scoring) {
    const struct indicator *indicator = scoring->indicator;
    double *const *own = scoring->columns;
    TRY(fold(scoring, indicator, scoring->params, (const double *const *)own, scoring->outputs));
    if (scoring->with_frames)
        TRY(fold(scoring, indicator_find("timeframes"), scoring->params + OWN_PARAMS,
                 (const double *[]){own[0], own[1], own[2], own[COLUMN_TIME]}, scoring->frames));
    if (!isnan(scoring->outputs[OUT_SCORE])) return 0;
    size_t needed = indicator->lookback(scoring->params) + 1;
    if (scoring->row + 1 < needed)
        return ERR_SET(ERR_ARGUMENT, "a score takes %zu rows, and there are %zu", needed,
                       scoring->row + 1);
    return ERR_SET(
        ERR_ARGUMENT,
        "the row has no score: a cell is empty, the averages are equal or nothing moved");
}

static void print_words(const struct scoring *scoring, bool strong) {
    const char *title = strong ? "strengths" : "weaknesses";
    for (size_t i = 0; i < FACTORS; i++) {
        double factor = scoring->outputs[OUT_FACTORS + i];
        if (strong ? factor < STRONG : factor > WEAK) continue;
        printf("%-12s %s\n", title, strong ? words[i].strong : words[i].weak);
        title = "";
    }
}

// Outputs of indicator timeframes.
enum { ALIGNMENT, AGREEMENT, CONFLUENCE, SUPPORT, RESISTANCE, FRAME_COUNT = 7 };

static void print_level(const char *title, double price) {
    if (!isnan(price)) printf("  %-12s %g\n", title, price);
}

static void print_frames(const struct scoring *scoring) {
    const double *frames = scoring->frames;
    printf("%-12s %.0f known, alignment %+.2f, %.0f %% of their weight agrees, confluence %.1f\n",
           "frames", frames[FRAME_COUNT], frames[ALIGNMENT], 100 * frames[AGREEMENT],
           frames[CONFLUENCE]);
    print_level("support", frames[SUPPORT]);
    print_level("resistance", frames[RESISTANCE]);
}

static json_t *frames_json(const struct scoring *scoring) {
    const struct indicator *indicator = indicator_find("timeframes");
    json_t *object = json_object();
    for (size_t i = 0; i < indicator->output_count; i++)
        json_object_set_new(object, indicator->outputs[i],
                            isnan(scoring->frames[i]) ? json_null()
                                                      : json_real(scoring->frames[i]));
    return object;
}

static const char *time_of(const struct scoring *scoring) {
    int column = time_column(&scoring->csv);
    return column < 0 ? NULL : csv_cell(&scoring->csv, scoring->row, (size_t)column);
}

static void print_people(const struct scoring *scoring) {
    const char *when = time_of(scoring);
    if (when != NULL) printf("%-12s %s\n", "row", when);
    printf("%-12s %.1f of 100, %s, %s\n", "score", scoring->outputs[OUT_SCORE],
           class_of(scoring->outputs[OUT_SCORE]),
           scoring->outputs[OUT_SIDE] > 0 ? "long" : "short");
    for (size_t i = 0; i < FACTORS; i++)
        printf("  %-12s %5.1f\n", scoring->indicator->outputs[OUT_FACTORS + i],
               scoring->outputs[OUT_FACTORS + i]);
    if (scoring->with_frames) print_frames(scoring);
    print_words(scoring, true);
    print_words(scoring, false);
}

static json_t *words_json(const struct scoring *scoring, bool strong) {
    json_t *list = json_array();
    for (size_t i = 0; i < FACTORS; i++) {
        double factor = scoring->outputs[OUT_FACTORS + i];
        if (strong ? factor >= STRONG : factor <= WEAK)
            json_array_append_new(
                list, json_pack("{s:s,s:s}", "factor", scoring->indicator->outputs[OUT_FACTORS + i],
                                "words", strong ? words[i].strong : words[i].weak));
    }
    return list;
}

static void print_json(const struct scoring *scoring) {
    json_t *factors = json_object();
    for (size_t i = 0; i < FACTORS; i++)
        json_object_set_new(factors, scoring->indicator->outputs[OUT_FACTORS + i],
                            json_real(scoring->outputs[OUT_FACTORS + i]));
    json_t *object =
        json_pack("{s:f,s:s,s:s,s:o,s:o,s:o}", "score", scoring->outputs[OUT_SCORE], "class",
                  class_of(scoring->outputs[OUT_SCORE]), "side",
                  scoring->outputs[OUT_SIDE] > 0 ? "long" : "short", "factors", factors,
                  "strengths", words_json(scoring, true), "weaknesses", words_json(scoring, false));
    if (scoring->with_frames) json_object_set_new(object, "frames", frames_json(scoring));
    const char *when = time_of(scoring);
    if (when != NULL) json_object_set_new(object, "row", json_string(when));
    json_dumpf(object, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(object);
}

static int make(struct scoring *scoring) {
    TRY(csv_open(&scoring->csv, args_get(scoring->args, "input", NULL)));
    TRY(read_columns(scoring));
    TRY(find_row(scoring));
    return evaluate(scoring);
}

static int run_score(const struct args *args) {
    bool with_frames = args_has(args, "frames");
    struct scoring scoring = {.args = args,
                              .with_frames = with_frames,
                              .indicator = indicator_find(with_frames ? "score_frames" : "score")};
    int64_t at;
    if (args_get(args, "input", NULL) == NULL) {
        ERR_SET(ERR_ARGUMENT, "--input FILE is needed: bars as CSV, with high, low, close and "
                              "volume");
        return STATUS_USAGE;
    }
    if (args_instant(args, "at", &at) < 0 || read_params(&scoring) < 0) return STATUS_USAGE;
    int rc = make(&scoring);
    if (rc == 0 && args->json) print_json(&scoring);
    if (rc == 0 && !args->json) print_people(&scoring);
    for (size_t c = 0; c < COLUMNS_MAX; c++) free(scoring.columns[c]);
    csv_close(&scoring.csv);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option options[] = {
    {"input", "FILE", NULL, "Bars as CSV with high, low, close, volume; - is standard input."},
    {"at", "TIME", NULL,
     "Score the last row at or before this instant; the file's last by default."},
    {"frames", NULL, NULL, "Look at M1 to D1 together: trends, support, resistance; needs times."},
};

const struct command command_score = {
    .name = "score",
    .summary = "score an entry in the direction of the trend, 0 to 100, with reasons",
    .operands = "[NAME=VALUE...]",
    .details =
        "Six factors, each 0 to 100: technical, volume, volatility, momentum, reward and risk,\n"
        "timing; their weighted mean is the score. docs/score.md defines them. Parameters are "
        "those\n"
        "of fulmar calc score, which gives the score of every row; with --frames those of\n"
        "score_frames, such as frame_row=5m for bars of five minutes (docs/timeframes.md).",
    .example = "fulmar score --input bars.csv --at 2018-03-01 fast=10 slow=40",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_score,
};
