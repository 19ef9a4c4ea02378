// SPDX-License-Identifier: Apache-2.0
#include "app/risk/risk_input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/params.h"
#include "quant/math/linalg.h"
#include "quant/risk/risk_contribution.h"
#include "quant/series/covariance.h"

static int read_weights(const struct args *args, struct risk_input *input);
static int read_column_of_returns(const struct args *args, struct risk_input *input);
static int read_returns(struct risk_input *input);
static int read_covariance(struct risk_input *input);
static int make_covariance(struct risk_input *input);
static int missing(const struct csv *csv, const char *name);

enum { SAMPLE, EWMA, SHRUNK };

static int read_estimator(const struct args *args, double *ret_choice, double *ret_lambda) {
    static const struct param row = {
        .name = "--estimator", .type = PARAM_ENUM, .choices = RISK_INPUT_ESTIMATORS};
    *ret_choice = SAMPLE;
    *ret_lambda = 0.94;
    if (args_has(args, "estimator"))
        TRY(params_set(&row, 1, "--estimator", args_get(args, "estimator", NULL), ret_choice));
    return args_real(args, "lambda", 1e-9, 1 - 1e-9, ret_lambda);
}

int risk_input_check(const struct args *args, bool takes_covariance, bool takes_estimator) {
    bool returns = args_has(args, "returns"), weights = args_has(args, "weights");
    bool covariance = takes_covariance && args_has(args, "covariance");
    double choice = SAMPLE, lambda;
    if (!returns && !covariance)
        return ERR_SET(ERR_ARGUMENT, "give --returns FILE%s",
                       takes_covariance ? " or --covariance FILE" : "");
    if (returns && covariance)
        return ERR_SET(ERR_ARGUMENT, "--returns and --covariance exclude each other");
    if (covariance && !weights) return ERR_SET(ERR_ARGUMENT, "give --weights FILE");
    if (weights && args_has(args, "column"))
        return ERR_SET(ERR_ARGUMENT, "--column and --weights exclude each other");
    if (takes_estimator) TRY(read_estimator(args, &choice, &lambda));
    if (covariance && choice != SAMPLE)
        return ERR_SET(ERR_ARGUMENT, "--estimator makes a covariance of --returns");
    return 0;
}

int risk_input_read(const struct args *args, bool takes_covariance, struct risk_input *ret_input) {
    *ret_input = (struct risk_input){0};
    const char *returns = args_get(args, "returns", NULL);
    const char *covariance = takes_covariance ? args_get(args, "covariance", NULL) : NULL;
    const char *weights = args_get(args, "weights", NULL);
    TRY(csv_open(&ret_input->data, returns != NULL ? returns : covariance));
    if (weights == NULL) return read_column_of_returns(args, ret_input);
    TRY(csv_open(&ret_input->weighed, weights));
    TRY(read_weights(args, ret_input));
    return returns != NULL ? read_returns(ret_input) : read_covariance(ret_input);
}

int risk_input_estimate(const struct args *args, struct risk_input *input, bool *ret_other) {
    double choice, lambda, shrinkage;
    TRY(read_estimator(args, &choice, &lambda));
    *ret_other = choice != SAMPLE;
    if (choice == SAMPLE) return 0;
    const double *const *columns = (const double *const *)input->columns;
    if (choice == EWMA) {
        covariance_ewma(columns, input->count, input->rows, lambda, input->covariance);
        return 0;
    }
    double *scratch = calloc(input->count * input->rows + 1, sizeof *scratch);
    if (scratch == NULL) return ERR_SET(ERR_NOMEM, "no memory for a covariance");
    enum covariance_target target = (enum covariance_target)((int)choice - SHRUNK);
    int rc = covariance_shrink(columns, input->count, input->rows, target, scratch,
                               input->covariance, &shrinkage);
    free(scratch);
    return rc < 0 ? ERR_APPEND(rc, "%s", input->data.path) : 0;
}

void risk_input_warn(const struct args *args, const struct risk_input *input, const double *levels,
                     size_t level_count, bool empirical, struct text *out) {
    double choice = SAMPLE, lambda, strictest = 0;
    bool known = read_estimator(args, &choice, &lambda) == 0, plain = choice <= EWMA;
    if (known && plain && input->rows > 0 && input->count > 1 && input->rows <= input->count)
        text_printf(out,
                    "%zu returns of %zu assets: their covariance is singular, and a portfolio may "
                    "look free of risk; give more rows than assets, or --estimator identity\n",
                    input->rows, input->count);
    for (size_t i = 0; i < level_count; i++)
        if (levels[i] > strictest) strictest = levels[i];
    if (empirical && input->rows > 0 && (double)input->rows * (1 - strictest) < 1 - 1e-9)
        text_printf(out,
                    "at the level %g less than one of %zu returns lies beyond: what the past alone "
                    "says of it is its worst return\n",
                    strictest, input->rows);
}

void risk_input_free(struct risk_input *input) {
    for (size_t i = 0; input->columns != NULL && i < input->count; i++) free(input->columns[i]);
    free(input->columns);
    free(input->names);
    free(input->weights);
    free(input->series);
    free(input->covariance);
    csv_close(&input->data);
    csv_close(&input->weighed);
}

static int make_room(struct risk_input *input, size_t count) {
    input->names = calloc(count + 1, sizeof *input->names);
    input->weights = calloc(count + 1, sizeof *input->weights);
    input->columns = calloc(count + 1, sizeof *input->columns);
    input->covariance = calloc(count * count + 1, sizeof *input->covariance);
    bool full = input->names != NULL && input->weights != NULL && input->columns != NULL &&
                input->covariance != NULL;
    if (!full) return ERR_SET(ERR_NOMEM, "no memory for %zu assets", count);
    input->count = count;
    return 0;
}

static int read_weights(const struct args *args, struct risk_input *input) {
    const struct csv *csv = &input->weighed;
    int found = csv_find(csv, "asset");
    size_t asset = found >= 0 ? (size_t)found : 0, column = asset == 0 ? 1 : 0;
    const char *portfolio = args_get(args, "portfolio", NULL);
    if (portfolio != NULL) {
        if (csv_find(csv, portfolio) < 0) return missing(csv, portfolio);
        column = (size_t)csv_find(csv, portfolio);
    }
    if (column >= csv->columns || csv->rows == 0 || column == asset)
        return ERR_SET(ERR_PARSE,
                       "%s: has no weights; it takes a column of names and one of "
                       "weights, a row an asset",
                       csv->path);
    input->portfolio = csv_name(csv, column);
    TRY(make_room(input, csv->rows));
    TRY(csv_numbers(csv, column, input->weights));
    double sum = 0;
    for (size_t i = 0; i < csv->rows; i++) {
        size_t line = csv->list[i + 1].line;
        input->names[i] = csv_cell(csv, i, asset);
        if (!isfinite(input->weights[i]))
            return ERR_SET(ERR_PARSE, "%s:%zu: field '%s': '%s' is not a finite number", csv->path,
                           line, input->portfolio, csv_cell(csv, i, column));
        for (size_t j = 0; j < i; j++)
            if (strcmp(input->names[i], input->names[j]) == 0)
                return ERR_SET(ERR_PARSE, "%s:%zu: '%s' has a weight already, in line %zu",
                               csv->path, line, input->names[i], csv->list[j + 1].line);
        sum += input->weights[i];
    }
    if (!args_has(args, "amounts") && !(fabs(sum - 1) <= 1e-6))
        return ERR_SET(ERR_ARGUMENT,
                       "%s: the weights '%s' add up to %.9g, not to 1; --amounts takes them as "
                       "they are",
                       csv->path, input->portfolio, sum);
    return 0;
}

static bool is_time(const char *name) {
    static const char *const names[] = {"date", "day", "time", "timestamp", "ts"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(names[i], name) == 0) return true;
    return false;
}

static int read_asset(struct risk_input *input, size_t asset, size_t column) {
    const struct csv *csv = &input->data;
    double *values = calloc(csv->rows + 1, sizeof *values);
    if (values == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu returns", csv->rows);
    input->columns[asset] = values;
    TRY(csv_numbers(csv, column, values));
    for (size_t t = 0; t < csv->rows; t++)
        if (!isfinite(values[t]))
            return ERR_SET(
                ERR_PARSE, "%s:%zu: field '%s': '%s' is no return; every row needs a finite number",
                csv->path, csv->list[t + 1].line, csv_name(csv, column), csv_cell(csv, t, column));
    return 0;
}

static int finish(struct risk_input *input) {
    input->rows = input->data.rows;
    input->series = calloc(input->rows + 1, sizeof *input->series);
    if (input->series == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu rows", input->rows);
    if (input->rows < 2)
        return ERR_SET(ERR_PARSE, "%s: %zu rows are too few; risk needs 2 or more",
                       input->data.path, input->rows);
    for (size_t i = 0; i < input->count; i++)
        linalg_add(input->weights[i], input->columns[i], input->rows, input->series);
    return make_covariance(input);
}

static int read_column_of_returns(const struct args *args, struct risk_input *input) {
    const struct csv *csv = &input->data;
    const char *name = args_get(args, "column", NULL);
    int column = name != NULL ? csv_find(csv, name) : -1;
    if (name != NULL && column < 0) return missing(csv, name);
    for (size_t c = 0; name == NULL && c < csv->columns; c++) {
        if (is_time(csv_name(csv, c))) continue;
        if (column >= 0)
            return ERR_SET(ERR_ARGUMENT,
                           "%s: has several series: give --weights FILE, or --column NAME for one",
                           csv->path);
        column = (int)c;
    }
    if (column < 0) return ERR_SET(ERR_PARSE, "%s: has no column of returns", csv->path);
    TRY(make_room(input, 1));
    input->portfolio = input->names[0] = csv_name(csv, (size_t)column);
    input->weights[0] = 1;
    TRY(read_asset(input, 0, (size_t)column));
    return finish(input);
}

static int unknown_asset(const struct risk_input *input, size_t asset) {
    return ERR_APPEND(missing(&input->data, input->names[asset]), "%s:%zu names it",
                      input->weighed.path, input->weighed.list[asset + 1].line);
}

static int read_returns(struct risk_input *input) {
    for (size_t i = 0; i < input->count; i++) {
        int column = csv_find(&input->data, input->names[i]);
        if (column < 0) return unknown_asset(input, i);
        TRY(read_asset(input, i, (size_t)column));
    }
    return finish(input);
}

// Rows stand in the order of the columns behind the first.
static int read_covariance(struct risk_input *input) {
    const struct csv *csv = &input->data;
    if (csv->rows + 1 != csv->columns)
        return ERR_SET(ERR_PARSE,
                       "%s: %zu rows and %zu columns are no covariance; it takes a column of "
                       "names and one for each row",
                       csv->path, csv->rows, csv->columns);
    for (size_t i = 0; i < csv->rows; i++)
        if (strcmp(csv_cell(csv, i, 0), csv_name(csv, i + 1)) != 0)
            return ERR_SET(ERR_PARSE,
                           "%s:%zu: '%s' stands where '%s' should: rows have the "
                           "order of the columns",
                           csv->path, csv->list[i + 1].line, csv_cell(csv, i, 0),
                           csv_name(csv, i + 1));
    double *column = calloc(csv->rows + 1, sizeof *column);
    if (column == NULL) return ERR_SET(ERR_NOMEM, "no memory for a covariance");
    int rc = 0;
    for (size_t j = 0; rc == 0 && j < input->count; j++) {
        int at = csv_find(csv, input->names[j]);
        rc = at < 1 ? unknown_asset(input, j) : csv_numbers(csv, (size_t)at, column);
        for (size_t i = 0; rc == 0 && i < input->count; i++) {
            int row = csv_find(csv, input->names[i]);
            if (row < 1) {
                rc = unknown_asset(input, i);
            } else if (!isfinite(column[row - 1])) {
                rc = ERR_SET(ERR_PARSE, "%s:%zu: field '%s': is not a finite number", csv->path,
                             csv->list[row].line, input->names[j]);
            } else {
                input->covariance[i * input->count + j] = column[row - 1];
            }
        }
    }
    free(column);
    double *scratch = calloc(2 * input->count * input->count + 3 * input->count, sizeof *scratch);
    if (rc == 0 && scratch == NULL) rc = ERR_SET(ERR_NOMEM, "no memory for a covariance");
    size_t worst = SIZE_MAX;
    if (rc == 0) rc = risk_contribution_check(input->covariance, input->count, scratch, &worst);
    if (rc < 0 && worst < input->count)
        rc = ERR_APPEND(rc, "%s: most of it lies on '%s'", csv->path, input->names[worst]);
    free(scratch);
    return rc;
}

static int make_covariance(struct risk_input *input) {
    double *scratch = calloc(input->count * input->rows + 1, sizeof *scratch);
    if (scratch == NULL) return ERR_SET(ERR_NOMEM, "no memory for a covariance");
    covariance_of((const double *const *)input->columns, input->count, input->rows, 1, scratch,
                  input->covariance);
    free(scratch);
    return 0;
}

static int missing(const struct csv *csv, const char *name) {
    struct text names;
    text_init(&names, 65536);
    csv_names(csv, &names);
    int rc = ERR_SET(ERR_NOT_FOUND, "%s:%zu: has no column '%s'; it has %s", csv->path,
                     csv->list[0].line, name, text_string(&names));
    text_fini(&names);
    return rc;
}
