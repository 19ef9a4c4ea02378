// SPDX-License-Identifier: Apache-2.0
// What a call of a statistic gave, for people: the parameters of a fit with their errors, numbers, matrices, vectors.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/calc/calc.h"
#include "app/terminal.h"

enum { TEXT_SIZE = 1 << 20, ROWS_SHOWN = 64 };

static const struct calc_field *error_of(const struct calc *calc, const struct calc_field *field,
                                         const char *prefix);
static bool is_error(const struct calc *calc, const struct calc_field *field);
static void print_fit(const struct calc *calc);
static void print_numbers(const struct calc *calc, bool fit);
static void print_matrix(const struct calc *calc, size_t output, bool apart);
static void print_vectors(const struct calc *calc);

void calc_print_people(const struct calc *calc, bool written) {
    bool fit = false;
    for (size_t i = 0; i < calc->field_count; i++)
        fit = fit || error_of(calc, &calc->fields[i], "se_") != NULL;
    if (fit) print_fit(calc);
    print_numbers(calc, fit);
    bool apart = calc_has_shape(calc, STATISTIC_NUMBER);
    for (size_t i = 0; i < calc->function.output_count; i++) {
        if (calc_shape(calc, i) != STATISTIC_MATRIX || calc->values[i].values == NULL) continue;
        print_matrix(calc, i, apart);
        apart = true;
    }
    bool series = calc_has_shape(calc, STATISTIC_SERIES);
    if (calc_has_shape(calc, STATISTIC_VECTOR) && (series || !written)) print_vectors(calc);
    if (written || !series) return;
    printf("\n%zu rows of", calc->row_count);
    for (size_t i = 0; i < calc->field_count; i++)
        if (calc_is_series(calc, calc->fields[i].output)) printf(" %s", calc->fields[i].name);
    printf(" go to a file with --output FILE\n");
}

static double number_of(const struct calc *calc, const struct calc_field *field) {
    return field != NULL ? calc->values[field->output].number : NAN;
}

// The number that is the error of another: se_mu of mu.
static const struct calc_field *error_of(const struct calc *calc, const struct calc_field *field,
                                         const char *prefix) {
    size_t len = strlen(prefix);
    for (size_t i = 0; i < calc->field_count; i++) {
        const struct calc_field *other = &calc->fields[i];
        if (calc_shape(calc, other->output) == STATISTIC_NUMBER &&
            strncmp(other->name, prefix, len) == 0 && strcmp(other->name + len, field->name) == 0)
            return other;
    }
    return NULL;
}

static bool is_error(const struct calc *calc, const struct calc_field *field) {
    for (size_t i = 0; i < calc->field_count; i++)
        if (error_of(calc, &calc->fields[i], "se_") == field ||
            error_of(calc, &calc->fields[i], "robust_se_") == field)
            return true;
    return false;
}

static void add_cell(struct table *table, double value) {
    if (isfinite(value))
        table_cell(table, "%.6g", value);
    else
        table_cell(table, "-");
}

static void print_fit(const struct calc *calc) {
    struct table table;
    table_init(&table, "parameter|>estimate|>std error|>robust error|>t");
    for (size_t i = 0; i < calc->field_count; i++) {
        const struct calc_field *field = &calc->fields[i];
        const struct calc_field *error = error_of(calc, field, "se_");
        double estimate = number_of(calc, field), deviation = number_of(calc, error);
        if (error == NULL || !isfinite(estimate)) continue;
        table_cell(&table, "%s", field->name);
        add_cell(&table, estimate);
        add_cell(&table, deviation);
        add_cell(&table, number_of(calc, error_of(calc, field, "robust_se_")));
        if (isfinite(deviation) && deviation > 0)
            table_cell(&table, "%.2f", estimate / deviation);
        else
            table_cell(&table, "-");
    }
    table_print(&table, stdout);
    putchar('\n');
}

// One alone for a shell to read, several with their names.
static void print_numbers(const struct calc *calc, bool fit) {
    struct text text;
    int width = 10;
    text_init(&text, TEXT_SIZE);
    for (size_t i = 0; i < calc->field_count; i++)
        if (calc_shape(calc, calc->fields[i].output) == STATISTIC_NUMBER &&
            (int)strlen(calc->fields[i].name) > width)
            width = (int)strlen(calc->fields[i].name);
    for (size_t i = 0; i < calc->field_count; i++) {
        const struct calc_field *field = &calc->fields[i];
        if (calc_shape(calc, field->output) != STATISTIC_NUMBER) continue;
        if (fit && (error_of(calc, field, "se_") != NULL || is_error(calc, field))) continue;
        text_clear(&text);
        if (calc->field_count > 1) text_printf(&text, "%-*s ", width, field->name);
        calc_add_value(calc, field, 0, "undefined", false, &text);
        puts(text_string(&text));
    }
    text_fini(&text);
}

// The header of a matrix's row or column where it is an input, else its number, from 0.
static void print_label(const struct calc *calc, bool input, bool left, size_t index,
                        size_t count) {
    char label[24];
    snprintf(label, sizeof label, "%zu", index);
    const char *name =
        input ? csv_name(&calc->csv, calc->columns[calc->input_count - count + index]) : label;
    printf(left ? "%-12.12s" : " %12.12s", name);
}

static void print_matrix(const struct calc *calc, size_t output, bool apart) {
    const struct statistic_value *value = &calc->values[output];
    const struct statistic_output *row = &calc->function.statistic->outputs[output];
    printf("%s%-12s", apart ? "\n" : "", calc->function.outputs[output]);
    for (size_t k = 0; k < value->columns; k++)
        print_label(calc, row->column_inputs, false, k, value->columns);
    putchar('\n');
    for (size_t i = 0; i < value->rows && i < ROWS_SHOWN; i++) {
        print_label(calc, row->row_inputs, true, i, value->rows);
        for (size_t k = 0; k < value->columns; k++) {
            double cell = value->values[i * value->columns + k];
            if (isfinite(cell))
                printf(" %12.6g", cell);
            else
                printf(" %12s", "-");
        }
        putchar('\n');
    }
    if (value->rows > ROWS_SHOWN) printf("... %zu rows in all; --json has them\n", value->rows);
}

// Ten digits are enough to look at.
static void add_element(const struct calc *calc, const struct calc_field *field, size_t index,
                        struct text *out) {
    const struct statistic_value *value = &calc->values[field->output];
    if (field->kind != CALC_NUMBER)
        calc_add_value(calc, field, index, "", false, out);
    else if (index < value->rows && isfinite(value->values[index]))
        text_printf(out, "%.10g", value->values[index]);
}

static void print_vectors(const struct calc *calc) {
    struct table table;
    struct text text;
    text_init(&text, TEXT_SIZE);
    for (size_t i = 0; i < calc->field_count; i++)
        if (calc_shape(calc, calc->fields[i].output) == STATISTIC_VECTOR)
            text_printf(&text, "%s>%s", text.len > 0 ? "|" : "", calc->fields[i].name);
    table_init(&table, text_string(&text));
    for (size_t row = 0; row < calc_length(calc, STATISTIC_VECTOR); row++)
        for (size_t i = 0; i < calc->field_count; i++) {
            if (calc_shape(calc, calc->fields[i].output) != STATISTIC_VECTOR) continue;
            text_clear(&text);
            add_element(calc, &calc->fields[i], row, &text);
            table_cell(&table, "%s", text_string(&text));
        }
    if (calc_has_shape(calc, STATISTIC_NUMBER) || calc_has_shape(calc, STATISTIC_MATRIX))
        putchar('\n');
    table_print(&table, stdout);
    text_fini(&text);
}
