// SPDX-License-Identifier: Apache-2.0
// Functions as JSON, for programs that call them.
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "app/calc/function.h"

enum { TEXT_MAX = 1 << 20 };

static json_t *names_json(const char *const *names, size_t count) {
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) json_array_append_new(array, json_string(names[i]));
    return array;
}

static json_t *shapes_json(const struct function *function) {
    static const char *const names[] = {"number", "vector", "matrix", "series"};
    json_t *array = json_array();
    for (size_t i = 0; i < function->output_count; i++)
        json_array_append_new(array, json_string(names[function_shape(function, i)]));
    return array;
}

static json_t *help_json(const struct function *function) {
    json_t *array = json_array();
    for (size_t i = 0; i < function->output_count; i++) {
        const char *help = function_output_help(function, i);
        json_array_append_new(array, help != NULL ? json_string(help) : json_null());
    }
    return array;
}

static json_t *function_json(const struct function *function) {
    struct text schema, example;
    text_init(&schema, TEXT_MAX);
    text_init(&example, TEXT_MAX);
    function_example(function, &example);
    params_json_schema(function->params, function->param_count, &schema);
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:b, s:o, s:o, s:o, s:o, s:I, s:s}", "name", function->name,
        "group", function->group, "kind", function_kind(function), "summary", function->summary,
        "source", function->source, "inputs", names_json(function->inputs, function->input_count),
        "repeats", function_repeats(function, function->input_count - 1), "outputs",
        names_json(function->outputs, function->output_count), "shapes", shapes_json(function),
        "output_help", help_json(function), "parameters", json_loads(text_string(&schema), 0, NULL),
        "warm_up", (json_int_t)function_warm_up(function), "example", text_string(&example));
    text_fini(&schema);
    text_fini(&example);
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

static json_t *list_json(const char *word) {
    json_t *list = json_array();
    for (size_t i = 0; i < function_count(); i++) {
        struct function function = function_at(i);
        if (function_in_group(function.group, word))
            json_array_append_new(list, function_json(&function));
    }
    return json_pack("{s:o}", "functions", list);
}

int function_print_list_json(const char *word) {
    return print_json(list_json(word));
}

char *function_list_json(const char *word) {
    json_t *list = list_json(word);
    char *text = list == NULL ? NULL : json_dumps(list, JSON_REAL_PRECISION(15));
    json_decref(list);
    return text;
}
