// SPDX-License-Identifier: Apache-2.0
// Functions of quant/ over columns in memory.
#include <fulmar/fulmar.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/calc/function.h"
#include "base/arena.h"
#include "base/err.h"

// Memory that a statistic may touch: reserved, not used until it is.
#define ARENA_BASE ((size_t)1 << 30)
#define ARENA_ROW ((size_t)4096)

_Static_assert((int)FULMAR_OUTPUTS_MAX == (int)STATISTIC_OUTPUTS_MAX, "limit of outputs");
_Static_assert((int)FULMAR_SERIES == (int)STATISTIC_SERIES, "shapes");
_Static_assert((int)FULMAR_MATRIX == (int)STATISTIC_MATRIX, "shapes");

struct fulmar_values {
    struct function function;
    double params[PARAMS_MAX];
    const double *const *columns;
    uint32_t column_count;
    uint64_t rows;
    struct fulmar_output outputs[FULMAR_OUTPUTS_MAX];
    double *owned[FULMAR_OUTPUTS_MAX];
};

int fulmar_functions(const char *group, char **ret_json) {
    char *json = function_list_json(group);
    if (json == NULL) return ERR_SET(ERR_NOMEM, "no memory for the list of functions");
    *ret_json = json;
    return 0;
}

static int set_params(struct fulmar_values *values, const char *const *params, uint32_t count) {
    const struct function *function = &values->function;
    params_defaults(function->params, function->param_count, values->params);
    for (uint32_t i = 0; i < count; i++) {
        char name[64];
        const char *equals = strchr(params[i], '=');
        if (equals == NULL || (size_t)(equals - params[i]) >= sizeof name)
            return ERR_SET(ERR_ARGUMENT, "parameter '%s' is not NAME=VALUE", params[i]);
        snprintf(name, sizeof name, "%.*s", (int)(equals - params[i]), params[i]);
        TRY(params_set(function->params, function->param_count, name, equals + 1, values->params));
    }
    return function->indicator != NULL ? indicator_check(function->indicator, values->params)
                                       : statistic_check(function->statistic, values->params);
}

static int check_columns(const struct fulmar_values *values) {
    const struct function *function = &values->function;
    bool repeats = function_repeats(function, function->input_count - 1);
    if (values->column_count == function->input_count) return 0;
    if (repeats && values->column_count > function->input_count &&
        values->column_count <= STATISTIC_COLUMNS_MAX)
        return 0;
    return ERR_SET(ERR_ARGUMENT, "%s reads %zu columns%s, not %u", function->name,
                   function->input_count, repeats ? " or more" : "", values->column_count);
}

static double *column_new(struct fulmar_values *values, size_t output, size_t count) {
    double *column = malloc((count + 1) * sizeof *column);
    values->owned[output] = column;
    if (column == NULL) {
        ERR_SET(ERR_NOMEM, "%s: no memory for %zu values", values->function.name, count);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) column[i] = NAN;
    return column;
}

static void describe(struct fulmar_values *values, size_t output, int32_t shape, uint64_t rows,
                     uint64_t columns) {
    values->outputs[output] = (struct fulmar_output){
        .name = values->function.outputs[output],
        .shape = shape,
        .rows = rows,
        .columns = columns,
        .values = values->owned[output],
    };
}

static int run_indicator(struct fulmar_values *values) {
    const struct indicator *indicator = values->function.indicator;
    double *outputs[INDICATOR_OUTPUTS_MAX];
    for (size_t i = 0; i < indicator->output_count; i++) {
        outputs[i] = column_new(values, i, values->rows);
        if (outputs[i] == NULL) return ERR_NOMEM;
        describe(values, i, FULMAR_SERIES, values->rows, 1);
    }
    void *state = malloc(indicator->state_size(values->params));
    if (state == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory", indicator->name);
    indicator_batch(indicator, values->params, state, values->columns, values->rows, outputs);
    free(state);
    return 0;
}

// A statistic's rows: those in which every column is finite.
struct whole {
    double **columns; // [column_count], in one piece
    size_t *rows;     // [count] where they stood
    size_t count;
};

static int take_whole(const struct fulmar_values *values, struct whole *whole) {
    size_t rows = values->rows, columns = values->column_count;
    whole->rows = malloc((rows + 1) * sizeof *whole->rows);
    whole->columns = malloc((columns + 1) * sizeof *whole->columns);
    double *memory = malloc((rows * columns + 1) * sizeof *memory);
    if (whole->columns != NULL) whole->columns[0] = memory;
    if (whole->rows == NULL || whole->columns == NULL || memory == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for %zu rows of %zu columns", rows, columns);
    for (size_t c = 0; c < columns; c++) whole->columns[c] = memory + c * rows;
    for (size_t row = 0; row < rows; row++) {
        bool finite = true;
        for (size_t c = 0; c < columns; c++) {
            finite = finite && isfinite(values->columns[c][row]);
            whole->columns[c][whole->count] = values->columns[c][row];
        }
        whole->rows[whole->count] = row;
        whole->count += finite;
    }
    return 0;
}

static void whole_free(struct whole *whole) {
    if (whole->columns != NULL) free(whole->columns[0]);
    free(whole->columns);
    free(whole->rows);
}

static int take_output(struct fulmar_values *values, size_t output,
                       const struct statistic_value *value, const struct whole *whole) {
    enum statistic_shape shape = values->function.statistic->outputs[output].shape;
    size_t rows = 1, columns = 1;
    if (shape == STATISTIC_SERIES) rows = values->rows;
    if (shape == STATISTIC_VECTOR || shape == STATISTIC_MATRIX) rows = value->rows;
    if (shape == STATISTIC_MATRIX) columns = value->columns;
    double *to = column_new(values, output, rows * columns);
    if (to == NULL) return ERR_NOMEM;
    if (shape == STATISTIC_NUMBER)
        to[0] = value->number;
    else if (shape == STATISTIC_SERIES)
        for (size_t i = 0; i < whole->count; i++) to[whole->rows[i]] = value->values[i];
    else
        memcpy(to, value->values, rows * columns * sizeof *to);
    describe(values, output, (int32_t)shape, rows, columns);
    return 0;
}

static int run_whole(struct fulmar_values *values, const struct whole *whole, struct arena *arena) {
    const struct statistic *statistic = values->function.statistic;
    struct statistic_value results[STATISTIC_OUTPUTS_MAX] = {0};
    struct statistic_data data = {
        .column_count = values->column_count, .count = whole->count, .arena = arena};
    for (uint32_t i = 0; i < values->column_count; i++) data.columns[i] = whole->columns[i];
    TRY(statistic->evaluate(&data, values->params, results));
    for (size_t i = 0; i < statistic->output_count; i++)
        TRY(take_output(values, i, &results[i], whole));
    return 0;
}

static int run_statistic(struct fulmar_values *values) {
    struct whole whole = {0};
    struct arena arena;
    int rc = take_whole(values, &whole);
    if (rc == 0) rc = arena_init(&arena, ARENA_BASE + whole.count * ARENA_ROW);
    if (rc == 0) {
        rc = run_whole(values, &whole, &arena);
        arena_fini(&arena);
    }
    whole_free(&whole);
    return rc < 0 ? ERR_APPEND(rc, "in %s of %llu rows", values->function.name,
                               (unsigned long long)values->rows)
                  : 0;
}

static int evaluate(struct fulmar_values *values, const char *const *params, uint32_t count) {
    if (values->function.micro != NULL)
        return ERR_SET(ERR_ARGUMENT, "%s is a feature of recorded feeds, not of columns",
                       values->function.name);
    TRY(set_params(values, params, count));
    TRY(check_columns(values));
    return values->function.indicator != NULL ? run_indicator(values) : run_statistic(values);
}

int fulmar_calc(const char *name, const char *const *params, uint32_t param_count,
                const double *const *columns, uint32_t column_count, uint64_t rows,
                struct fulmar_values **ret_values) {
    struct function function;
    TRY(function_find(name, &function));
    struct fulmar_values *values = calloc(1, sizeof *values);
    if (values == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory", name);
    values->function = function;
    values->columns = columns;
    values->column_count = column_count;
    values->rows = rows;
    int rc = evaluate(values, params, param_count);
    if (rc < 0) {
        fulmar_values_free(values);
        return rc;
    }
    *ret_values = values;
    return 0;
}

void fulmar_values_free(struct fulmar_values *values) {
    if (values == NULL) return;
    for (size_t i = 0; i < FULMAR_OUTPUTS_MAX; i++) free(values->owned[i]);
    free(values);
}

uint32_t fulmar_values_count(const struct fulmar_values *values) {
    return (uint32_t)values->function.output_count;
}

int fulmar_values_get(const struct fulmar_values *values, uint32_t output,
                      struct fulmar_output *ret_output) {
    if (output >= values->function.output_count)
        return ERR_SET(ERR_ARGUMENT, "%s has %zu outputs, numbered from 0; there is no %u",
                       values->function.name, values->function.output_count, output);
    *ret_output = values->outputs[output];
    return 0;
}
