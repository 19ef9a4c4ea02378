// SPDX-License-Identifier: Apache-2.0
// The values that a call of calc shows. An output that is a row of the input becomes the line of the file that the row
// stands in, whatever was cut off or left out before it, and its time.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/calc/calc.h"
#include "base/check.h"

static const struct param number = {.type = PARAM_REAL};

static void add_field(struct calc *calc, size_t output, enum calc_kind kind);
static bool find_row(const struct calc *calc, size_t output, double value, size_t *ret_row);
static void add_text(const char *string, bool json, struct text *out);

static bool is_row(const struct calc *calc, size_t output) {
    const struct function *function = &calc->function;
    return function->statistic != NULL ? function->statistic->outputs[output].is_row
                                       : function->indicator->gives_rows;
}

static void add_place(struct calc *calc, size_t output) {
    add_field(calc, output, CALC_LINE);
    if (calc->time_column >= 0) add_field(calc, output, CALC_TIME);
}

// An indicator's own outputs come first, in the order that its row has them.
void calc_make_fields(struct calc *calc) {
    bool indicator = calc->function.indicator != NULL;
    for (size_t i = 0; i < calc->function.output_count; i++) {
        if (!is_row(calc, i) || indicator) add_field(calc, i, CALC_NUMBER);
        if (is_row(calc, i) && !indicator) add_place(calc, i);
    }
    for (size_t i = 0; indicator && i < calc->function.output_count; i++)
        if (is_row(calc, i)) add_place(calc, i);
}

// "peak_line"; an output that is called row, or is the only one, becomes "line".
static void add_field(struct calc *calc, size_t output, enum calc_kind kind) {
    static const char *const words[] = {"", "line", "time"};
    CHECK(calc->field_count < CALC_FIELDS_MAX);
    struct calc_field *field = &calc->fields[calc->field_count++];
    const char *name = calc->function.outputs[output];
    bool plain = strcmp(name, "row") == 0 || strcmp(name, "value") == 0;
    *field = (struct calc_field){.output = output, .kind = kind};
    if (kind == CALC_NUMBER)
        snprintf(field->name, CALC_NAME_SIZE, "%s", name);
    else
        snprintf(field->name, CALC_NAME_SIZE, "%s%s%s", plain ? "" : name, plain ? "" : "_",
                 words[kind]);
}

bool calc_has_shape(const struct calc *calc, enum statistic_shape shape) {
    for (size_t i = 0; i < calc->function.output_count; i++)
        if (calc_shape(calc, i) == shape) return true;
    return false;
}

size_t calc_length(const struct calc *calc, enum statistic_shape shape) {
    size_t length = shape == STATISTIC_SERIES ? calc->row_count : shape == STATISTIC_NUMBER;
    for (size_t i = 0; i < calc->function.output_count; i++)
        if (shape == STATISTIC_VECTOR && calc_shape(calc, i) == shape &&
            calc->values[i].rows > length)
            length = calc->values[i].rows;
    return length;
}

// NaN past the end of a vector.
static double value_at(const struct calc *calc, size_t output, size_t index) {
    const struct statistic_value *value = &calc->values[output];
    enum statistic_shape shape = calc_shape(calc, output);
    if (shape == STATISTIC_SERIES) return calc->series[output][index];
    if (shape == STATISTIC_NUMBER) return value->number;
    return index < value->rows ? value->values[index] : NAN;
}

void calc_add_value(const struct calc *calc, const struct calc_field *field, size_t index,
                    const char *undefined, bool json, struct text *out) {
    double value = value_at(calc, field->output, index);
    size_t row = 0;
    if (!isfinite(value) ||
        (field->kind != CALC_NUMBER && !find_row(calc, field->output, value, &row)))
        text_add(out, undefined);
    else if (field->kind == CALC_NUMBER)
        params_print_value(&number, value, out);
    else if (field->kind == CALC_LINE)
        text_printf(out, "%zu", calc->csv.list[row + 1].line);
    else
        add_text(csv_cell(&calc->csv, row, (size_t)calc->time_column), json, out);
}

// The row before the first whole one: with --returns that of the price from which the first return starts.
static bool find_start(const struct calc *calc, size_t *ret_row) {
    bool prices = args_has(calc->args, "returns");
    for (size_t row = calc->whole_count > 0 ? calc->whole[0] : 0; row-- > 0;) {
        *ret_row = calc->first + row;
        if (!prices || !csv_is_empty(&calc->csv, *ret_row, calc->columns[0])) return true;
    }
    return false;
}

// Statistics count rows from 1 and mean the one before them by 0, indicators count from 0. False: there is no such
// row.
static bool find_row(const struct calc *calc, size_t output, double value, size_t *ret_row) {
    bool statistic = calc->function.statistic != NULL;
    size_t at = (size_t)value;
    CHECK(is_row(calc, output) && value >= 0 && calc->whole != NULL);
    if (statistic && at == 0) return find_start(calc, ret_row);
    at -= statistic;
    CHECK(at < calc->whole_count);
    *ret_row = calc->first + calc->whole[at];
    return true;
}

static void add_text(const char *string, bool json, struct text *out) {
    if (!json) {
        csv_add_cell(out, string);
        return;
    }
    text_add_char(out, '"');
    for (const char *c = string; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20)
            text_printf(out, "\\u%04x", (unsigned)*c);
        else if (*c == '"' || *c == '\\')
            text_printf(out, "\\%c", *c);
        else
            text_add_char(out, *c);
    }
    text_add_char(out, '"');
}
