// SPDX-License-Identifier: Apache-2.0
// One call of `fulmar calc`: a function of quant/, the rows of a CSV file that it reads, and what it gave.
#ifndef FULMAR_APP_CALC_H
#define FULMAR_APP_CALC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/command.h"
#include "app/csv.h"
#include "app/function.h"
#include "base/arena.h"

enum { CALC_KEEP_MAX = 64 };

struct calc {
    const struct args *args;
    struct function function;
    double params[PARAMS_MAX];
    size_t window; // rows of a rolling statistic; 0: the whole

    struct csv csv;
    size_t first;     // of the file's rows, the first one that is read
    size_t row_count; // and how many
    int64_t *times;   // [row_count] of the time column; NULL: it has none, or nobody asks
    size_t columns[STATISTIC_COLUMNS_MAX]; // of the file, one an input
    double *inputs[STATISTIC_COLUMNS_MAX]; // [row_count]; NaN where a cell is empty
    size_t input_count;
    size_t keep[CALC_KEEP_MAX];
    size_t keep_count;

    // Results by output: series[row_count] where calc_is_series, else in values.
    struct statistic_value values[STATISTIC_OUTPUTS_MAX];
    double *series[STATISTIC_OUTPUTS_MAX];
    struct arena arena; // of a statistic
    size_t left_out;    // rows that a statistic could not use
    size_t undefined;   // rolling windows that had no answer
};

// Whether an output is a column beside the rows that were read.
bool calc_is_series(const struct calc *calc, size_t output);
bool calc_has_series(const struct calc *calc);
enum statistic_shape calc_shape(const struct calc *calc, size_t output);

// Parameters and options that can be judged without the file. ERR_ARGUMENT, ERR_NOT_FOUND, ERR_PARSE, ERR_RANGE.
int calc_read_options(struct calc *calc) MUST_USE;

// Reads the file, the rows of --from and --to, and the columns. Errors name file, line and field.
int calc_read(struct calc *calc) MUST_USE;

// Fills values and series. ERR_ARGUMENT, ERR_CONVERGE, ERR_NOMEM.
int calc_evaluate(struct calc *calc) MUST_USE;

// Writes --output and prints the rest.
int calc_print(struct calc *calc) MUST_USE;

// Draws the results into a file by its ending, .svg or .png.
int calc_plot(const struct calc *calc, const char *path) MUST_USE;

void calc_free(struct calc *calc);

#endif
