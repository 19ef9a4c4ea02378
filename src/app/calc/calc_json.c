// SPDX-License-Identifier: Apache-2.0
// What a call of calc gave, as one JSON object.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/calc/calc.h"
#include "report/print.h"

enum { WARNING_MAX = 8192 };

static const struct param number = {.type = PARAM_REAL};

static void add_head(const struct calc *calc, struct text *out);
static void add_warnings(const char *lines, struct text *out);
static void add_field(const struct calc *calc, const struct calc_field *field, struct text *out);

// Names of functions, parameters and outputs are plain words; nothing needs an escape.
void calc_add_json(const struct calc *calc, bool written, const char *warnings, struct text *out) {
    add_head(calc, out);
    bool first = true;
    for (size_t i = 0; i < calc->field_count; i++) {
        const struct calc_field *field = &calc->fields[i];
        if (written && calc_is_series(calc, field->output)) continue;
        text_printf(out, "%s\"%s\":", first ? ",\"outputs\":{" : ",", field->name);
        add_field(calc, field, out);
        first = false;
    }
    if (!first) text_add_char(out, '}');
    add_warnings(warnings, out);
    text_add(out, "}\n");
}

static void add_warnings(const char *lines, struct text *out) {
    for (const char *at = lines, *end; *at != '\0'; at = end + 1) {
        end = strchrnul(at, '\n');
        char line[WARNING_MAX];
        snprintf(line, sizeof line, "%.*s", (int)(end - at), at);
        text_add(out, at == lines ? ",\"warnings\":[" : ",");
        print_json_string(out, line);
        if (*end == '\0' || end[1] == '\0') return text_add_char(out, ']');
    }
}

static void add_head(const struct calc *calc, struct text *out) {
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
}

static void add_vector(const struct calc *calc, const struct calc_field *field, size_t count,
                       struct text *out) {
    text_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) text_add_char(out, ',');
        calc_add_value(calc, field, i, "null", true, out);
    }
    text_add_char(out, ']');
}

static void add_matrix(const struct statistic_value *value, struct text *out) {
    text_add_char(out, '[');
    for (size_t i = 0; i < value->rows; i++) {
        text_add(out, i > 0 ? ",[" : "[");
        for (size_t k = 0; k < value->columns; k++) {
            double cell = value->values[i * value->columns + k];
            if (k > 0) text_add_char(out, ',');
            if (isfinite(cell))
                params_print_value(&number, cell, out);
            else
                text_add(out, "null");
        }
        text_add_char(out, ']');
    }
    text_add_char(out, ']');
}

static void add_field(const struct calc *calc, const struct calc_field *field, struct text *out) {
    const struct statistic_value *value = &calc->values[field->output];
    switch (calc_shape(calc, field->output)) {
    case STATISTIC_NUMBER:
        calc_add_value(calc, field, 0, "null", true, out);
        return;
    case STATISTIC_VECTOR:
        add_vector(calc, field, value->rows, out);
        return;
    case STATISTIC_MATRIX:
        add_matrix(value, out);
        return;
    case STATISTIC_SERIES:
        add_vector(calc, field, calc->row_count, out);
        return;
    }
}
