// SPDX-License-Identifier: Apache-2.0
// The evaluation of a call of calc: an indicator over the rows, a statistic of the rows that are whole, or that
// statistic over a window that rolls.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/calc.h"
#include "app/terminal.h"

// Memory that a statistic may touch: reserved, not used until it is.
#define ARENA_BASE ((size_t)1 << 30)
#define ARENA_ROW ((size_t)4096)

static int evaluate_indicator(struct calc *calc);
static int evaluate_statistic(struct calc *calc);
static int roll_statistic(struct calc *calc, const size_t *rows, size_t count);
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
    bool rolls = args_has(calc->args, "window");
    return statistic == NULL || rolls ? STATISTIC_SERIES : statistic->outputs[output].shape;
}

int calc_evaluate(struct calc *calc) {
    return calc->function.indicator != NULL ? evaluate_indicator(calc) : evaluate_statistic(calc);
}

static int evaluate_indicator(struct calc *calc) {
    const struct indicator *indicator = calc->function.indicator;
    for (size_t i = 0; i < indicator->output_count; i++)
        if (series_new(calc, i) == NULL) return ERR_NOMEM;
    void *state = malloc(indicator->state_size(calc->params));
    if (state == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory", indicator->name);
    indicator_batch(indicator, calc->params, state, (const double *const *)calc->inputs,
                    calc->row_count, calc->series);
    free(state);
    return 0;
}

// Moves the rows in which no input is undefined to the front of the columns; rows[i] tells where row i stood.
static size_t pack_rows(struct calc *calc, size_t *rows) {
    size_t count = 0;
    for (size_t row = 0; row < calc->row_count; row++) {
        bool whole = true;
        for (size_t i = 0; i < calc->input_count; i++) {
            whole = whole && !isnan(calc->inputs[i][row]);
            calc->inputs[i][count] = calc->inputs[i][row];
        }
        rows[count] = row;
        count += whole;
    }
    calc->left_out = calc->row_count - count;
    return count;
}

static int evaluate_whole(struct calc *calc, const size_t *rows, size_t count) {
    const struct statistic *statistic = calc->function.statistic;
    struct statistic_data data = {
        .column_count = calc->input_count, .count = count, .arena = &calc->arena};
    for (size_t i = 0; i < calc->input_count; i++) data.columns[i] = calc->inputs[i];
    TRY(statistic->evaluate(&data, calc->params, calc->values));
    for (size_t i = 0; i < statistic->output_count; i++) {
        if (statistic->outputs[i].shape != STATISTIC_SERIES) continue;
        double *series = series_new(calc, i);
        if (series == NULL) return ERR_NOMEM;
        for (size_t row = 0; row < count; row++) series[rows[row]] = calc->values[i].values[row];
    }
    return 0;
}

static int evaluate_statistic(struct calc *calc) {
    size_t *rows = calloc(calc->row_count + 1, sizeof *rows);
    if (rows == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory", calc->csv.path);
    size_t count = pack_rows(calc, rows);
    int rc = arena_init(&calc->arena, ARENA_BASE + count * ARENA_ROW);
    if (rc == 0)
        rc = calc->window > 0 ? roll_statistic(calc, rows, count)
                              : evaluate_whole(calc, rows, count);
    free(rows);
    return rc < 0 ? ERR_APPEND(rc, "in %s of %zu rows", calc->function.name, count) : 0;
}

// The statistic of the `window` whole rows that end at each row; undefined where it has no answer.
static int roll_statistic(struct calc *calc, const size_t *rows, size_t count) {
    const struct statistic *statistic = calc->function.statistic;
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
        calc->undefined += rc < 0;
        for (size_t i = 0; rc == 0 && i < statistic->output_count; i++)
            calc->series[i][rows[end - 1]] = values[i].number;
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
    arena_fini(&calc->arena);
    csv_close(&calc->csv);
}
