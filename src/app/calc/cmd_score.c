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

enum { COLUMNS = 4, FACTORS = 6, OUT_SCORE = 0, OUT_SIDE, OUT_FACTORS };
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
    double *columns[COLUMNS];
    size_t row; // that is told
    double outputs[INDICATOR_OUTPUTS_MAX];
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

static int read_columns(struct scoring *scoring) {
    for (size_t c = 0; c < COLUMNS; c++) {
        const char *name = scoring->indicator->inputs[c];
        int column = csv_find(&scoring->csv, name);
        if (column < 0)
            return ERR_SET(ERR_NOT_FOUND,
                           "%s has no column '%s'; a score reads high, low, close "
                           "and volume",
                           scoring->csv.path, name);
        scoring->columns[c] = calloc(scoring->csv.rows + 1, sizeof(double));
        if (scoring->columns[c] == NULL)
            return ERR_SET(ERR_NOMEM, "no memory for %zu rows", scoring->csv.rows);
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

static int evaluate(struct scoring *scoring) {
    const struct indicator *indicator = scoring->indicator;
    void *state = calloc(1, indicator->state_size(scoring->params));
    if (state == NULL) return ERR_SET(ERR_NOMEM, "no memory for the score");
    indicator->init(state, scoring->params);
    for (size_t row = 0; row <= scoring->row; row++) {
        double inputs[COLUMNS];
        for (size_t c = 0; c < COLUMNS; c++) inputs[c] = scoring->columns[c][row];
        indicator_apply(indicator, state, inputs, scoring->outputs);
    }
    free(state);
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
    struct scoring scoring = {.args = args, .indicator = indicator_find("score")};
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
    for (size_t c = 0; c < COLUMNS; c++) free(scoring.columns[c]);
    csv_close(&scoring.csv);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option options[] = {
    {"input", "FILE", NULL, "Bars as CSV with high, low, close, volume; - is standard input."},
    {"at", "TIME", NULL,
     "Score the last row at or before this instant; the file's last by default."},
};

const struct command command_score = {
    .name = "score",
    .summary = "score an entry in the direction of the trend, 0 to 100, with reasons",
    .operands = "[NAME=VALUE...]",
    .details =
        "Six factors, each 0 to 100: technical, volume, volatility, momentum, reward and risk,\n"
        "timing; their weighted mean is the score. docs/score.md defines them. Parameters are "
        "those\n"
        "of fulmar calc score, which gives the score of every row.",
    .example = "fulmar score --input bars.csv --at 2018-03-01 fast=10 slow=40",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_score,
};
