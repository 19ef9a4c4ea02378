// SPDX-License-Identifier: Apache-2.0
// What a call of calc prints: a CSV of columns, one JSON object, or numbers and tables for people.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/calc.h"
#include "app/terminal.h"
#include "base/io.h"

#define OUTPUT_MAX ((size_t)8 << 30)

static const struct param number = {.type = PARAM_REAL};

static void add_csv(const struct calc *calc, struct text *out);
static void add_json(const struct calc *calc, bool results, struct text *out);
static void add_people(const struct calc *calc, bool written, struct text *out);
static void tell(const struct calc *calc);

int calc_print(struct calc *calc) {
    const char *path = args_get(calc->args, "output", NULL);
    struct text text;
    int rc = 0;
    text_init(&text, OUTPUT_MAX);
    if (path != NULL) {
        add_csv(calc, &text);
        rc = text_error(&text);
        if (rc == 0) rc = io_write_file(path, text_string(&text), text.len);
        text_clear(&text);
    }
    bool columns = calc->function.indicator != NULL || calc->window > 0;
    if (calc->args->json)
        add_json(calc, path == NULL, &text);
    else if (path == NULL && columns)
        add_csv(calc, &text);
    else if (!columns)
        add_people(calc, path != NULL, &text);
    if (rc == 0 && text_error(&text) < 0)
        rc = ERR_SET(text_error(&text), "no memory for the results");
    if (rc == 0) fwrite(text_string(&text), 1, text.len, stdout);
    text_fini(&text);
    if (rc == 0 && !calc->args->json) tell(calc);
    return rc;
}

static void tell(const struct calc *calc) {
    if (calc->left_out > 0)
        fprintf(stderr, "%zu of %zu rows have an empty cell and were left out\n", calc->left_out,
                calc->row_count);
    if (calc->undefined > 0)
        fprintf(stderr, "%zu windows have no %s: %s\n", calc->undefined, calc->function.name,
                err_story());
}

static void add_number(struct text *out, double value, const char *undefined) {
    if (isfinite(value))
        params_print_value(&number, value, out);
    else
        text_add(out, undefined);
}

// The number of rows that the outputs of a kind have: of the series those that were read, of the vectors the most.
static size_t table_rows(const struct calc *calc, enum statistic_shape shape) {
    size_t rows = shape == STATISTIC_SERIES ? calc->row_count : shape == STATISTIC_NUMBER;
    for (size_t i = 0; i < calc->function.output_count; i++)
        if (shape == STATISTIC_VECTOR && calc_shape(calc, i) == shape &&
            calc->values[i].rows > rows)
            rows = calc->values[i].rows;
    return rows;
}

// An output's number in a row of a table; NaN past the end of a vector.
static double cell_at(const struct calc *calc, size_t output, size_t row) {
    const struct statistic_value *value = &calc->values[output];
    enum statistic_shape shape = calc_shape(calc, output);
    if (shape == STATISTIC_SERIES) return calc->series[output][row];
    if (shape == STATISTIC_NUMBER) return value->number;
    return row < value->rows ? value->values[row] : NAN;
}

// The kind of output that stands in the CSV: the first of these that there is.
static enum statistic_shape csv_shape(const struct calc *calc) {
    static const enum statistic_shape order[] = {STATISTIC_SERIES, STATISTIC_VECTOR,
                                                 STATISTIC_MATRIX, STATISTIC_NUMBER};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (size_t i = 0; i < calc->function.output_count; i++)
            if (calc_shape(calc, i) == order[k]) return order[k];
    return STATISTIC_NUMBER;
}

static bool has_shape(const struct calc *calc, enum statistic_shape shape) {
    for (size_t i = 0; i < calc->function.output_count; i++)
        if (calc_shape(calc, i) == shape) return true;
    return false;
}

static void add_header(const struct calc *calc, enum statistic_shape shape, struct text *out) {
    for (size_t i = 0; i < calc->keep_count; i++) {
        csv_add_cell(out, csv_name(&calc->csv, calc->keep[i]));
        text_add_char(out, ',');
    }
    bool first = true;
    for (size_t i = 0; i < calc->function.output_count; i++) {
        if (calc_shape(calc, i) != shape) continue;
        text_printf(out, "%s%s", first ? "" : ",", calc->function.outputs[i]);
        first = false;
    }
    text_add_char(out, '\n');
}

static void add_row(const struct calc *calc, enum statistic_shape shape, size_t row,
                    struct text *out) {
    for (size_t i = 0; i < calc->keep_count; i++) {
        csv_add_cell(out, csv_cell(&calc->csv, calc->first + row, calc->keep[i]));
        text_add_char(out, ',');
    }
    bool first = true;
    for (size_t i = 0; i < calc->function.output_count; i++) {
        if (calc_shape(calc, i) != shape) continue;
        if (!first) text_add_char(out, ',');
        add_number(out, cell_at(calc, i, row), "");
        first = false;
    }
    text_add_char(out, '\n');
}

static void add_matrix_csv(const struct calc *calc, struct text *out) {
    size_t output = 0;
    while (calc_shape(calc, output) != STATISTIC_MATRIX) output++;
    const struct statistic_value *value = &calc->values[output];
    for (size_t i = 0; i < value->rows; i++)
        for (size_t k = 0; k < value->columns; k++) {
            add_number(out, value->values[i * value->columns + k], "");
            text_add_char(out, k + 1 < value->columns ? ',' : '\n');
        }
}

static void add_csv(const struct calc *calc, struct text *out) {
    enum statistic_shape shape = csv_shape(calc);
    if (shape == STATISTIC_MATRIX) {
        add_matrix_csv(calc, out);
        return;
    }
    size_t rows = table_rows(calc, shape);
    add_header(calc, shape, out);
    struct progress progress;
    progress_start(&progress, calc->function.name, "rows", rows);
    for (size_t row = 0; row < rows; row++) {
        if (row % 4096 == 0) progress_update(&progress, row);
        add_row(calc, shape, row, out);
    }
    progress_end(&progress);
}

static void add_json_vector(const double *values, size_t count, struct text *out) {
    text_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) text_add_char(out, ',');
        add_number(out, values[i], "null");
    }
    text_add_char(out, ']');
}

static void add_json_matrix(const struct statistic_value *value, struct text *out) {
    text_add_char(out, '[');
    for (size_t i = 0; i < value->rows; i++) {
        if (i > 0) text_add_char(out, ',');
        add_json_vector(value->values + i * value->columns, value->columns, out);
    }
    text_add_char(out, ']');
}

static void add_json_output(const struct calc *calc, size_t output, struct text *out) {
    const struct statistic_value *value = &calc->values[output];
    switch (calc_shape(calc, output)) {
    case STATISTIC_NUMBER:
        add_number(out, value->number, "null");
        return;
    case STATISTIC_VECTOR:
        add_json_vector(value->values, value->rows, out);
        return;
    case STATISTIC_MATRIX:
        add_json_matrix(value, out);
        return;
    case STATISTIC_SERIES:
        add_json_vector(calc->series[output], calc->row_count, out);
        return;
    }
}

// Names of functions, parameters and outputs are plain words; nothing needs an escape.
static void add_json(const struct calc *calc, bool results, struct text *out) {
    const struct function *function = &calc->function;
    text_printf(out, "{\"function\":\"%s\",\"params\":{", function->name);
    for (size_t i = 0; i < function->param_count; i++) {
        enum param_type type = function->params[i].type;
        bool word = type == PARAM_ENUM || type == PARAM_DURATION;
        text_printf(out, "%s\"%s\":%s", i > 0 ? "," : "", function->params[i].name,
                    word ? "\"" : "");
        params_print_value(&function->params[i], calc->params[i], out);
        if (word) text_add_char(out, '"');
    }
    text_add_char(out, '}');
    if (calc->window > 0) text_printf(out, ",\"window\":%zu", calc->window);
    text_printf(out, ",\"rows\":%zu", calc->row_count);
    if (function->statistic != NULL) text_printf(out, ",\"left_out\":%zu", calc->left_out);
    if (calc->window > 0) text_printf(out, ",\"undefined\":%zu", calc->undefined);
    if (results) text_add(out, ",\"outputs\":{");
    for (size_t i = 0; results && i < function->output_count; i++) {
        text_printf(out, "%s\"%s\":", i > 0 ? "," : "", function->outputs[i]);
        add_json_output(calc, i, out);
    }
    text_add(out, results ? "}}\n" : "}\n");
}

// The numbers: one alone for a shell to read, several with their names.
static void add_scalars(const struct calc *calc, struct text *out) {
    const struct function *function = &calc->function;
    int width = 10;
    for (size_t i = 0; i < function->output_count; i++)
        if (calc_shape(calc, i) == STATISTIC_NUMBER && (int)strlen(function->outputs[i]) > width)
            width = (int)strlen(function->outputs[i]);
    for (size_t i = 0; i < function->output_count; i++) {
        if (calc_shape(calc, i) != STATISTIC_NUMBER) continue;
        if (function->output_count > 1) text_printf(out, "%-*s ", width, function->outputs[i]);
        add_number(out, calc->values[i].number, "undefined");
        text_add_char(out, '\n');
    }
}

enum { MATRIX_ROWS_MAX = 64 }; // that people are shown

// The header of a matrix's row or column where it is an input, else its number, from 0.
static void add_label(const struct calc *calc, bool input, size_t index, size_t count,
                      struct text *out) {
    if (input)
        text_printf(out, "%.12s",
                    csv_name(&calc->csv, calc->columns[calc->input_count - count + index]));
    else
        text_printf(out, "%zu", index);
}

static void add_matrix(const struct calc *calc, size_t output, struct text *out) {
    const struct statistic_value *value = &calc->values[output];
    const struct statistic_output *row = &calc->function.statistic->outputs[output];
    struct text label;
    text_init(&label, 64);
    text_printf(out, "%s\n%-12s", calc->function.outputs[output], "");
    for (size_t k = 0; k < value->columns; k++) {
        text_clear(&label);
        add_label(calc, row->column_inputs, k, value->columns, &label);
        text_printf(out, " %12s", text_string(&label));
    }
    for (size_t i = 0; i < value->rows && i < MATRIX_ROWS_MAX; i++) {
        text_clear(&label);
        add_label(calc, row->row_inputs, i, value->rows, &label);
        text_printf(out, "\n%-12s", text_string(&label));
        for (size_t k = 0; k < value->columns; k++)
            text_printf(out, " %12.6g", value->values[i * value->columns + k]);
    }
    if (value->rows > MATRIX_ROWS_MAX)
        text_printf(out, "\n... %zu rows in all; --json has them", value->rows);
    text_add_char(out, '\n');
    text_fini(&label);
}

// Numbers, then matrices, then the vectors as one CSV table; of series only that they are there.
static void add_people(const struct calc *calc, bool written, struct text *out) {
    add_scalars(calc, out);
    for (size_t i = 0; i < calc->function.output_count; i++)
        if (calc_shape(calc, i) == STATISTIC_MATRIX && calc->values[i].values != NULL)
            add_matrix(calc, i, out);
    if (has_shape(calc, STATISTIC_VECTOR)) {
        add_header(calc, STATISTIC_VECTOR, out);
        for (size_t row = 0; row < table_rows(calc, STATISTIC_VECTOR); row++)
            add_row(calc, STATISTIC_VECTOR, row, out);
    }
    if (!written && has_shape(calc, STATISTIC_SERIES))
        text_printf(out, "%zu rows of", calc->row_count);
    for (size_t i = 0; !written && i < calc->function.output_count; i++)
        if (calc_is_series(calc, i)) text_printf(out, " %s", calc->function.outputs[i]);
    if (!written && has_shape(calc, STATISTIC_SERIES))
        text_add(out, " go to a file with --output FILE\n");
}
