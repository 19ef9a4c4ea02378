// SPDX-License-Identifier: Apache-2.0
#include "app/calc/function.h"

#include <string.h>
#include <strings.h>

#include "base/check.h"

enum { NAMES_MAX = 1024 };

static const char *const groups[] = {INDICATOR_GROUPS};
static const char FEATURES[] = "microstructure of recorded feeds";
enum { GROUP_COUNT = sizeof groups / sizeof *groups };

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

static struct function of_micro(const struct micro *row) {
    static const char *const reads[] = {"book", "trades"};
    bool book = row->book != NULL, trades = row->trade != NULL;
    struct function function = {.name = row->name,
                                .group = FEATURES,
                                .summary = row->summary,
                                .source = row->source,
                                .inputs = book ? reads : reads + 1,
                                .input_count = (size_t)book + trades,
                                .output_count = row->output_count,
                                .params = row->params,
                                .param_count = row->param_count,
                                .micro = row};
    for (size_t i = 0; i < row->output_count; i++) function.outputs[i] = row->outputs[i];
    return function;
}

const char *function_kind(const struct function *function) {
    if (function->micro != NULL) return "feature";
    return function->indicator != NULL ? "indicator" : "statistic";
}

size_t function_count(void) {
    return indicator_count() + statistic_count() + micro_count();
}

struct function function_at(size_t index) {
    if (index < indicator_count()) return of_indicator(indicator_at(index));
    index -= indicator_count();
    if (index >= statistic_count()) return of_micro(micro_at(index - statistic_count()));
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

size_t function_group_count(void) {
    return GROUP_COUNT + 1 + statistic_table_count();
}

const char *function_group_at(size_t index) {
    if (index == GROUP_COUNT) return FEATURES;
    return index < GROUP_COUNT ? groups[index] : statistic_table_at(index - GROUP_COUNT - 1)->title;
}

bool function_in_group(const char *group, const char *word) {
    return word == NULL || strcasestr(group, word) != NULL;
}

bool function_is_group(const char *word, bool exact) {
    for (size_t i = 0; i < function_group_count(); i++)
        if (exact ? strcasecmp(function_group_at(i), word) == 0
                  : function_in_group(function_group_at(i), word))
            return true;
    return false;
}

bool function_repeats(const struct function *function, size_t input) {
    return function->statistic != NULL && function->statistic->repeats &&
           input + 1 == function->input_count;
}

enum statistic_shape function_shape(const struct function *function, size_t output) {
    return function->statistic != NULL ? function->statistic->outputs[output].shape
                                       : STATISTIC_SERIES;
}

const char *function_output_help(const struct function *function, size_t output) {
    return function->statistic != NULL ? function->statistic->outputs[output].help : NULL;
}

size_t function_warm_up(const struct function *function) {
    double defaults[PARAMS_MAX];
    if (function->indicator == NULL) return 0;
    params_defaults(function->params, function->param_count, defaults);
    return function->indicator->lookback(defaults);
}
