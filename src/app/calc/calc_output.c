// SPDX-License-Identifier: Apache-2.0
// Where the results of a call of calc go: CSV into --output or, of columns, to standard output, else the forms of
// calc_json.c and calc_people.c.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/calc/calc.h"
#include "app/terminal.h"
#include "base/io.h"

#define OUTPUT_MAX ((size_t)8 << 30)
#define WARNINGS_MAX ((size_t)1 << 16)

enum { PRICES_ROWS_MIN = 30 };

static const struct param number = {.type = PARAM_REAL};

static void add_warnings(const struct calc *calc, struct text *out);
static void add_csv(const struct calc *calc, struct text *out);

static int write_output(const struct calc *calc, const char *path, struct text *text) {
    add_csv(calc, text);
    TRY(text_error(text));
    TRY(io_write_file(path, text_string(text), text->len));
    text_clear(text);
    return 0;
}

int calc_print(struct calc *calc) {
    const char *path = args_get(calc->args, "output", NULL);
    bool columns = calc->function.indicator != NULL || calc->window > 0;
    struct text text, warnings;
    text_init(&text, OUTPUT_MAX);
    text_init(&warnings, WARNINGS_MAX);
    add_warnings(calc, &warnings);
    int rc = path != NULL ? write_output(calc, path, &text) : 0;
    if (rc == 0 && calc->args->json)
        calc_add_json(calc, path != NULL, text_string(&warnings), &text);
    else if (rc == 0 && path == NULL && columns)
        add_csv(calc, &text);
    if (rc == 0 && text_error(&text) < 0)
        rc = ERR_SET(text_error(&text), "no memory for the results");
    if (rc == 0) fwrite(text_string(&text), 1, text.len, stdout);
    if (rc == 0 && !calc->args->json && !columns) calc_print_people(calc, path != NULL);
    if (rc == 0) fputs(text_string(&warnings), stderr);
    text_fini(&warnings);
    text_fini(&text);
    return rc;
}

// Whether any number or row has a value.
static bool has_value(const struct calc *calc) {
    for (size_t i = 0; i < calc->function.output_count; i++) {
        enum statistic_shape shape = calc_shape(calc, i);
        if (shape == STATISTIC_VECTOR || shape == STATISTIC_MATRIX) return true;
        if (shape == STATISTIC_NUMBER && isfinite(calc->values[i].number)) return true;
        for (size_t row = 0; shape == STATISTIC_SERIES && row < calc->row_count; row++)
            if (isfinite(calc->series[i][row])) return true;
    }
    return false;
}

static const double *input_find(const struct calc *calc, const char *name) {
    for (size_t i = 0; i < calc->function.input_count; i++)
        if (strcmp(calc->function.inputs[i], name) == 0) return calc->inputs[i];
    return NULL;
}

// TA-Lib's indicators take bars as they come, and so do these; columns that were swapped should not go unseen. In
// mathematics and statistics high and low are the names of any two columns.
static void warn_crossed(const struct calc *calc, struct text *out) {
    const struct function *function = &calc->function;
    const double *high = input_find(calc, "high"), *low = input_find(calc, "low");
    if (function->indicator == NULL || high == NULL || low == NULL) return;
    if (strcmp(function->group, "math") == 0 || strcmp(function->group, "statistic") == 0) return;
    size_t count = 0, first = 0;
    for (size_t row = 0; row < calc->row_count; row++)
        if (high[row] < low[row] && count++ == 0) first = row;
    if (count > 0)
        text_printf(out,
                    "%s:%zu: high %.15g is below low %.15g, the first of %zu such rows; are the "
                    "columns right?\n",
                    calc->csv.path, calc->csv.list[calc->first + first + 1].line, high[first],
                    low[first], count);
}

// Returns none of which is a loss, or zero, are most likely prices.
static void warn_prices(const struct calc *calc, struct text *out) {
    const double *returns = input_find(calc, "returns");
    if (returns == NULL || args_get(calc->args, "returns", NULL) != NULL) return;
    if (calc->row_count < PRICES_ROWS_MIN) return;
    for (size_t row = 0; row < calc->row_count; row++)
        if (returns[row] <= 0) return;
    text_printf(out,
                "all %zu returns of %s are above 0; if they are prices, add --returns simple or "
                "--returns log\n",
                calc->row_count, calc->csv.path);
}

// What a user should know of these results, a line each.
static void add_warnings(const struct calc *calc, struct text *out) {
    const char *name = calc->function.name;
    warn_crossed(calc, out);
    warn_prices(calc, out);
    if (!has_value(calc))
        text_printf(
            out,
            "%s has no value for these %zu rows: they are too few, or all equal where it divides "
            "by how they vary; fulmar calc %s --help tells what it needs\n",
            name, calc->row_count, name);
    if (calc->left_out > 0)
        text_printf(out, "%zu of %zu rows have an empty cell and were left out\n", calc->left_out,
                    calc->row_count);
    if (calc->undefined > 0)
        text_printf(out, "%zu windows have no %s; the first: %s\n", calc->undefined,
                    calc->function.name, calc->why);
}

// The kind of output that stands in the CSV: the first of these that there is.
static enum statistic_shape csv_shape(const struct calc *calc) {
    static const enum statistic_shape order[] = {STATISTIC_SERIES, STATISTIC_VECTOR,
                                                 STATISTIC_MATRIX};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        if (calc_has_shape(calc, order[k])) return order[k];
    return STATISTIC_NUMBER;
}

static void add_header(const struct calc *calc, enum statistic_shape shape, struct text *out) {
    for (size_t i = 0; i < calc->keep_count; i++) {
        csv_add_cell(out, csv_name(&calc->csv, calc->keep[i]));
        text_add_char(out, ',');
    }
    bool first = true;
    for (size_t i = 0; i < calc->field_count; i++) {
        if (calc_shape(calc, calc->fields[i].output) != shape) continue;
        text_printf(out, "%s%s", first ? "" : ",", calc->fields[i].name);
        first = false;
    }
    text_add_char(out, '\n');
}

// A line without anything is skipped by most readers, and the rows behind it would move up: an empty
// cell that is alone is written as "".
static void end_row(size_t start, struct text *out) {
    if (out->len == start) text_add(out, "\"\"");
    text_add_char(out, '\n');
}

static void add_row(const struct calc *calc, enum statistic_shape shape, size_t row,
                    struct text *out) {
    size_t start = out->len;
    for (size_t i = 0; i < calc->keep_count; i++) {
        csv_add_cell(out, csv_cell(&calc->csv, calc->first + row, calc->keep[i]));
        text_add_char(out, ',');
    }
    bool first = true;
    for (size_t i = 0; i < calc->field_count; i++) {
        if (calc_shape(calc, calc->fields[i].output) != shape) continue;
        if (!first) text_add_char(out, ',');
        calc_add_value(calc, &calc->fields[i], row, "", false, out);
        first = false;
    }
    end_row(start, out);
}

static void add_matrix(const struct calc *calc, struct text *out) {
    size_t output = 0;
    while (calc_shape(calc, output) != STATISTIC_MATRIX) output++;
    const struct statistic_value *value = &calc->values[output];
    for (size_t row = 0; row < value->rows; row++) {
        size_t start = out->len;
        for (size_t i = 0; i < value->columns; i++) {
            double cell = value->values[row * value->columns + i];
            if (i > 0) text_add_char(out, ',');
            if (isfinite(cell)) params_print_value(&number, cell, out);
        }
        end_row(start, out);
    }
}

static void add_csv(const struct calc *calc, struct text *out) {
    enum statistic_shape shape = csv_shape(calc);
    if (shape == STATISTIC_MATRIX) {
        add_matrix(calc, out);
        return;
    }
    size_t rows = calc_length(calc, shape);
    add_header(calc, shape, out);
    struct progress progress;
    progress_start(&progress, calc->function.name, "rows", rows);
    for (size_t row = 0; row < rows; row++) {
        if (row % 4096 == 0) progress_update(&progress, row);
        add_row(calc, shape, row, out);
    }
    progress_end(&progress);
}
