// SPDX-License-Identifier: Apache-2.0
#include "app/function.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "app/terminal.h"
#include "base/check.h"

enum { TEXT_MAX = 1 << 20, NAMES_MAX = 1024 };

static struct function of_indicator(const struct indicator *row) {
    struct function function = {.name = row->name,
                                .group = row->group,
                                .summary = row->summary,
                                .source = row->source,
                                .inputs = row->inputs,
                                .input_count = row->input_count,
                                .output_count = row->output_count,
                                .params = row->params,
                                .param_count = row->param_count,
                                .indicator = row};
    for (size_t i = 0; i < row->output_count; i++) function.outputs[i] = row->outputs[i];
    return function;
}

static struct function of_statistic(const struct statistic *row, const char *theme) {
    struct function function = {.name = row->name,
                                .group = theme,
                                .summary = row->summary,
                                .source = row->source,
                                .inputs = row->inputs,
                                .input_count = row->input_count,
                                .output_count = row->output_count,
                                .params = row->params,
                                .param_count = row->param_count,
                                .statistic = row};
    for (size_t i = 0; i < row->output_count; i++) function.outputs[i] = row->outputs[i].name;
    return function;
}

size_t function_count(void) {
    return indicator_count() + statistic_count();
}

struct function function_at(size_t index) {
    if (index < indicator_count()) return of_indicator(indicator_at(index));
    index -= indicator_count();
    size_t theme = 0;
    const struct statistic_table *table = statistic_table_at(0);
    while (index >= table->count) {
        index -= table->count;
        table = statistic_table_at(++theme);
    }
    return of_statistic(&table->rows[index], table->title);
}

int function_find(const char *name, struct function *ret_function) {
    const char *names[NAMES_MAX];
    size_t count = function_count();
    CHECK(count <= NAMES_MAX);
    for (size_t i = 0; i < count; i++) {
        struct function function = function_at(i);
        names[i] = function.name;
        if (strcmp(function.name, name) != 0) continue;
        *ret_function = function;
        return 0;
    }
    const char *near = nearest_name(name, names, count);
    return near != NULL
               ? ERR_SET(ERR_NOT_FOUND, "there is no function '%s'; did you mean '%s'?", name, near)
               : ERR_SET(ERR_NOT_FOUND, "there is no function '%s'; fulmar calc --list shows all",
                         name);
}

static void add_names(struct text *out, const char *const *names, size_t count) {
    text_clear(out);
    for (size_t i = 0; i < count; i++) text_printf(out, "%s%s", i > 0 ? "," : "", names[i]);
}

// "period=20 width=2"
static void add_params(struct text *out, const struct function *function) {
    text_clear(out);
    for (size_t i = 0; i < function->param_count; i++) {
        text_printf(out, "%s%s=", i > 0 ? " " : "", function->params[i].name);
        params_print_value(&function->params[i], function->params[i].def, out);
    }
}

static void print_table(const char *group) {
    struct table table;
    struct text text;
    printf("\n%c%s\n\n", toupper((unsigned char)group[0]), group + 1);
    table_init(&table, "function|reads|parameters and defaults|gives");
    text_init(&text, TEXT_MAX);
    for (size_t i = 0; i < function_count(); i++) {
        struct function function = function_at(i);
        if (strcmp(function.group, group) != 0) continue;
        table_cell(&table, "%s", function.name);
        add_names(&text, function.inputs, function.input_count);
        table_cell(&table, "%s", text_string(&text));
        add_params(&text, &function);
        table_cell(&table, "%s", text_string(&text));
        add_names(&text, function.outputs, function.output_count);
        table_cell(&table, "%s", text_string(&text));
    }
    text_fini(&text);
    table_print(&table, stdout);
}

static bool is_used(const char *group) {
    for (size_t i = 0; i < indicator_count(); i++)
        if (strcmp(indicator_at(i)->group, group) == 0) return true;
    return false;
}

void function_print_list(void) {
    static const char *const groups[] = {INDICATOR_GROUPS};
    printf("Indicators: a row out for each row in.\n");
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (is_used(groups[i])) print_table(groups[i]);
    printf("\nStatistics: numbers, tables and series of whole columns.\n");
    for (size_t i = 0; i < statistic_table_count(); i++) print_table(statistic_table_at(i)->title);
    printf("\nfulmar calc --list FUNCTION tells more about one.\n");
}

// Outputs that say more than their name.
static void print_outputs(const struct function *function) {
    for (size_t i = 0; function->statistic != NULL && i < function->output_count; i++) {
        const struct statistic_output *output = &function->statistic->outputs[i];
        if (output->help != NULL) printf("          %-12s %s\n", output->name, output->help);
    }
}

int function_print(const struct function *function) {
    struct text text;
    text_init(&text, TEXT_MAX);
    printf("%s: %s\n\nSource: %s\n", function->name, function->summary, function->source);
    add_names(&text, function->inputs, function->input_count);
    printf("Reads:  %s\n", text_string(&text));
    add_names(&text, function->outputs, function->output_count);
    printf("Gives:  %s\n", text_string(&text));
    print_outputs(function);
    text_clear(&text);
    params_help(function->params, function->param_count, &text);
    if (function->param_count > 0) printf("\nParameters:\n%s", text_string(&text));
    int rc = text_error(&text);
    text_fini(&text);
    return rc < 0 ? ERR_SET(rc, "no memory for the help of %s", function->name) : 0;
}

static json_t *names_json(const char *const *names, size_t count) {
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) json_array_append_new(array, json_string(names[i]));
    return array;
}

static json_t *shapes_json(const struct function *function) {
    static const char *const names[] = {"number", "vector", "matrix", "series"};
    json_t *array = json_array();
    for (size_t i = 0; i < function->output_count; i++) {
        enum statistic_shape shape =
            function->statistic != NULL ? function->statistic->outputs[i].shape : STATISTIC_SERIES;
        json_array_append_new(array, json_string(names[shape]));
    }
    return array;
}

static json_t *function_json(const struct function *function) {
    struct text schema;
    text_init(&schema, TEXT_MAX);
    params_json_schema(function->params, function->param_count, &schema);
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:b, s:o, s:o, s:o}", "name", function->name, "group",
        function->group, "kind", function->indicator != NULL ? "indicator" : "statistic", "summary",
        function->summary, "source", function->source, "inputs",
        names_json(function->inputs, function->input_count), "repeats",
        function->statistic != NULL && function->statistic->repeats, "outputs",
        names_json(function->outputs, function->output_count), "shapes", shapes_json(function),
        "parameters", json_loads(text_string(&schema), 0, NULL));
    text_fini(&schema);
    return object;
}

static int print_json(json_t *object) {
    int rc = object == NULL || json_dumpf(object, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_decref(object);
    if (rc != 0) return ERR_SET(ERR_IO, "the JSON object could not be written");
    putchar('\n');
    return 0;
}

int function_print_json(const struct function *function) {
    return print_json(function_json(function));
}

int function_print_list_json(void) {
    json_t *list = json_array();
    for (size_t i = 0; i < function_count(); i++) {
        struct function function = function_at(i);
        json_array_append_new(list, function_json(&function));
    }
    return print_json(json_pack("{s:o}", "functions", list));
}
