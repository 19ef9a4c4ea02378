// SPDX-License-Identifier: Apache-2.0
// Calls a row of the registry of statistics the way `fulmar calc` does.
#ifndef FULMAR_TEST_QUANT_CALL_H
#define FULMAR_TEST_QUANT_CALL_H

#include "harness.h"
#include "quant/statistic/statistic.h"

struct call {
    const struct statistic *row;
    struct arena arena;
    struct statistic_value values[STATISTIC_OUTPUTS_MAX];
};

// Evaluates `name` with parameters "a=1 b=2", over column_count columns of `count` rows, and returns what it
// returned. call_end gives the memory back.
static inline int call_begin(struct call *call, const char *name, const char *settings,
                             const double *const *columns, size_t column_count, size_t count) {
    *call = (struct call){.row = statistic_find(name)};
    if (call->row == NULL) fail_msg("no statistic %s", name);
    assert_ok(arena_init(&call->arena, (size_t)64 << 20));
    double params[PARAMS_MAX];
    params_defaults(call->row->params, call->row->param_count, params);
    char text[256];
    snprintf(text, sizeof text, "%s", settings);
    for (char *rest = text, *part; rest[0] != '\0' && (part = strsep(&rest, " ")) != NULL;) {
        char *value = strchr(part, '=');
        assert_non_null(value);
        *value = '\0';
        assert_ok(params_set(call->row->params, call->row->param_count, part, value + 1, params));
        if (rest == NULL) break;
    }
    assert_ok(statistic_check(call->row, params));
    struct statistic_data data = {
        .column_count = column_count, .count = count, .arena = &call->arena};
    assert_true(column_count == call->row->input_count ||
                (call->row->repeats && column_count > call->row->input_count));
    for (size_t j = 0; j < column_count; j++) data.columns[j] = columns[j];
    int rc = call->row->evaluate(&data, params, call->values);
    for (size_t i = 0; rc == 0 && i < call->row->output_count; i++) {
        const struct statistic_value *value = &call->values[i];
        bool series = call->row->outputs[i].shape == STATISTIC_SERIES;
        if (call->row->outputs[i].shape != STATISTIC_NUMBER) assert_non_null(value->values);
        if (series) assert_int_equal(value->rows, count);
    }
    return rc;
}

static inline void call_end(struct call *call) {
    arena_fini(&call->arena);
}

// The output of that name.
static inline const struct statistic_value *call_value(const struct call *call, const char *name) {
    for (size_t i = 0; i < call->row->output_count; i++)
        if (strcmp(call->row->outputs[i].name, name) == 0) return &call->values[i];
    fail_msg("%s has no output %s", call->row->name, name);
    return NULL;
}

static inline double call_number(const struct call *call, const char *name) {
    return call_value(call, name)->number;
}

#endif
