// SPDX-License-Identifier: Apache-2.0
// The evaluation of a call of calc: an indicator over the rows, a statistic of the rows that are whole, or that
// statistic over a window that rolls.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/calc/calc.h"
#include "app/terminal.h"

// Memory that a statistic may touch: reserved, not used until it is.
#define ARENA_BASE ((size_t)1 << 30)
#define ARENA_ROW ((size_t)4096)
enum { STORY_SIZE = 512 };

static int evaluate_indicator(struct calc *calc);
static int evaluate_statistic(struct calc *calc);
static int roll_statistic(struct calc *calc);
static int find_whole(struct calc *calc, bool pack);
static int place_story(const struct calc *calc, int rc, size_t first);
static double *series_new(struct calc *calc, size_t output);

bool calc_is_series(const struct calc *calc, size_t output) {
    return calc_shape(calc, output) == STATISTIC_SERIES;
}

bool calc_has_series(const struct calc *calc) {
    for (size_t i = 0; i < calc->function.output_count; i++)
        if (calc_is_series(calc, i)) return true;
    return false;
}

enum statistic_shape calc_shape(const struct calc *calc, size_t output) {
    const struct statistic *statistic = calc->function.statistic;
    return statistic == NULL || calc->window > 0 ? STATISTIC_SERIES
                                                 : statistic->outputs[output].shape;
}

int calc_evaluate(struct calc *calc) {
    return calc->function.indicator != NULL ? evaluate_indicator(calc) : evaluate_statistic(calc);
}

static int evaluate_indicator(struct calc *calc) {
    const struct indicator *indicator = calc->function.indicator;
    for (size_t i = 0; i < indicator->output_count; i++)
        if (series_new(calc, i) == NULL) return ERR_NOMEM;
    if (indicator->gives_rows) TRY(find_whole(calc, false));
    void *state = malloc(indicator->state_size(calc->params));
    if (state == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory", indicator->name);
    indicator_batch(indicator, calc->params, state, (const double *const *)calc->inputs,
                    calc->row_count, calc->series);
    free(state);
    return 0;
}

// Finds the rows in which no input is undefined; a statistic has them moved to the front of its columns.
static int find_whole(struct calc *calc, bool pack) {
    size_t count = 0;
    calc->whole = calloc(calc->row_count + 1, sizeof *calc->whole);
    if (calc->whole == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory", calc->csv.path);
    for (size_t row = 0; row < calc->row_count; row++) {
        bool whole = true;
        for (size_t i = 0; i < calc->input_count; i++) {
            whole = whole && !isnan(calc->inputs[i][row]);
            if (pack) calc->inputs[i][count] = calc->inputs[i][row];
        }
        calc->whole[count] = row;
        count += whole;
    }
    calc->whole_count = count;
    return 0;
}

static int evaluate_all(struct calc *calc) {
    const struct statistic *statistic = calc->function.statistic;
    size_t count = calc->whole_count;
    struct statistic_data data = {
        .column_count = calc->input_count, .count = count, .arena = &calc->arena};
    for (size_t i = 0; i < calc->input_count; i++) data.columns[i] = calc->inputs[i];
    TRY(statistic->evaluate(&data, calc->params, calc->values));
    for (size_t i = 0; i < statistic->output_count; i++) {
        if (statistic->outputs[i].shape != STATISTIC_SERIES) continue;
        double *series = series_new(calc, i);
        if (series == NULL) return ERR_NOMEM;
        for (size_t row = 0; row < count; row++)
            series[calc->whole[row]] = calc->values[i].values[row];
    }
    return 0;
}

static int evaluate_statistic(struct calc *calc) {
    TRY(find_whole(calc, true));
    calc->left_out = calc->row_count - calc->whole_count;
    TRY(arena_init(&calc->arena, ARENA_BASE + calc->whole_count * ARENA_ROW));
    int rc = calc->window > 0 ? roll_statistic(calc) : evaluate_all(calc);
    return rc < 0 && calc->window == 0 ? place_story(calc, rc, 0) : rc;
}

// The header of the input whose name begins these words; NULL: they begin with none.
static const char *header_at(const struct calc *calc, const char *words) {
    size_t len = strcspn(words, " ");
    for (size_t i = 0; i < calc->function.input_count; i++) {
        const char *name = calc->function.inputs[i];
        if (strlen(name) == len && memcmp(name, words, len) == 0)
            return csv_name(&calc->csv, calc->columns[i]);
    }
    return NULL;
}

// Where a story about no row in particular comes from; columns that it counts are named.
static int whole_story(const struct calc *calc, int rc) {
    struct text names;
    text_init(&names, STORY_SIZE);
    for (size_t i = 0; i < calc->input_count; i++)
        text_printf(&names, "%s%s", i > 0 ? ", " : "", csv_name(&calc->csv, calc->columns[i]));
    rc = ERR_APPEND(rc, "in %s of %zu rows of %s, column%s %s", calc->function.name,
                    calc->whole_count, calc->csv.path, calc->input_count > 1 ? "s" : "",
                    text_error(&names) == 0 ? text_string(&names) : "of many names");
    text_fini(&names);
    return rc;
}

// What a statistic that was given the whole rows from `first` on says of row N becomes what the file has there.
static int place_story(const struct calc *calc, int rc, size_t first) {
    char story[STORY_SIZE];
    size_t row = 0;
    int used = 0;
    snprintf(story, sizeof story, "%s", err_story());
    if (sscanf(story, "row %zu: %n", &row, &used) < 1 || used == 0 || row == 0 ||
        first + row > calc->whole_count)
        return whole_story(calc, rc);
    size_t line = calc->csv.list[calc->first + calc->whole[first + row - 1] + 1].line;
    const char *header = header_at(calc, story + used);
    return header != NULL
               ? ERR_SET(rc, "%s:%zu: field '%s': %s", calc->csv.path, line, header, story + used)
               : ERR_SET(rc, "%s:%zu: %s", calc->csv.path, line, story + used);
}

// The statistic of the `window` whole rows that end at each row; undefined where it has no answer.
static int roll_statistic(struct calc *calc) {
    const struct statistic *statistic = calc->function.statistic;
    size_t count = calc->whole_count;
    struct statistic_data data = {
        .column_count = calc->input_count, .count = calc->window, .arena = &calc->arena};
    for (size_t i = 0; i < statistic->output_count; i++)
        if (series_new(calc, i) == NULL) return ERR_NOMEM;
    struct progress progress;
    progress_start(&progress, statistic->name, "windows", count);
    size_t mark = calc->arena.used;
    for (size_t end = calc->window; end <= count; end++) {
        struct statistic_value values[STATISTIC_OUTPUTS_MAX] = {0};
        for (size_t i = 0; i < calc->input_count; i++)
            data.columns[i] = calc->inputs[i] + (end - calc->window);
        int rc = statistic->evaluate(&data, calc->params, values);
        if (rc == ERR_NOMEM) return rc;
        if (rc < 0 && calc->undefined++ == 0) {
            (void)place_story(calc, rc, end - calc->window);
            snprintf(calc->why, sizeof calc->why, "%s", err_story());
        }
        for (size_t i = 0; rc == 0 && i < statistic->output_count; i++)
            calc->series[i][calc->whole[end - 1]] =
                values[i].number +
                (statistic->outputs[i].is_row ? (double)(end - calc->window) : 0);
        arena_rewind(&calc->arena, mark);
        if (end % 256 == 0) progress_update(&progress, end);
    }
    progress_end(&progress);
    return 0;
}

// A column of results, undefined so far.
static double *series_new(struct calc *calc, size_t output) {
    double *series = calloc(calc->row_count + 1, sizeof *series);
    if (series == NULL) (void)ERR_SET(ERR_NOMEM, "%s: no memory for the results", calc->csv.path);
    for (size_t i = 0; series != NULL && i < calc->row_count; i++) series[i] = NAN;
    calc->series[output] = series;
    return series;
}

void calc_free(struct calc *calc) {
    for (size_t i = 0; i < STATISTIC_COLUMNS_MAX; i++) free(calc->inputs[i]);
    for (size_t i = 0; i < STATISTIC_OUTPUTS_MAX; i++) free(calc->series[i]);
    free(calc->times);
    free(calc->whole);
    arena_fini(&calc->arena);
    csv_close(&calc->csv);
}
