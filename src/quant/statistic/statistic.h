// SPDX-License-Identifier: Apache-2.0
// The contract of the family "statistic": a function of whole series. It reads columns and gives
// numbers, vectors, matrices and series: a Sharpe ratio, the parameters of a fitted model with their
// errors, a cleaned correlation matrix, the states of a hidden Markov model. `fulmar calc`, the pages
// of docs/ and the API come for free.
//
// Members stand in tables, one file quant/statistic_<theme>.c a theme that defines `const struct
// statistic_table statistic_<theme>`, and a line in quant/statistic/statistic_list.h. A table adapts: the
// mathematics is in headers of its own (quant/series/performance.h, quant/volatility/garch.h ...).
//
// Inputs are finite and all of one length; the caller takes incomplete rows out before. Rows count from 1
// wherever they are told: the story of an error about one row begins "row N: ", and with the name of the input at
// fault behind it ("row 3: close is 0; a price is above 0"), so that a caller can put the row's own place there.
//
// Memory: results and scratch come from the call's arena. What it lacks is ERR_NOMEM.
//
// Same inputs, same bits, on every CPU, compiler and optimisation level.
#ifndef FULMAR_QUANT_STATISTIC_STATISTIC_H
#define FULMAR_QUANT_STATISTIC_STATISTIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/params.h"

enum {
    STATISTIC_INPUTS_MAX = 8,    // named ones
    STATISTIC_COLUMNS_MAX = 512, // with those that repeat the last one
    STATISTIC_OUTPUTS_MAX = 32
};

enum statistic_shape {
    STATISTIC_NUMBER,
    STATISTIC_VECTOR, // of any length; the vectors of one call that are equally long are a table
    STATISTIC_MATRIX, // row by row
    STATISTIC_SERIES  // one value for each input row, NaN where undefined
};

struct statistic_output {
    const char *name; // lower_snake_case; "value" where there is one only
    enum statistic_shape shape;
    const char *help;   // a sentence, with the unit; NULL where the row's summary says it
    bool row_inputs;    // of a matrix: its rows are inputs (the last ones, where there are fewer)
    bool column_inputs; // its columns are
    bool is_row;        // its values are rows of the inputs, counted from 1; 0: before the first
};

// The columns of one call.
struct statistic_data {
    const double *columns[STATISTIC_COLUMNS_MAX]; // [column][row]
    size_t column_count;
    size_t count; // rows
    struct arena *arena;
};

// One result, by its output's shape.
struct statistic_value {
    double number;
    double *values; // rows x columns numbers
    size_t rows;    // of a matrix; the length of a vector
    size_t columns; // of a matrix; 1 for a vector
};

struct statistic {
    const char *name; // lower_snake_case, unique here and among the indicators
    const char *summary;
    const char *source;
    const char *inputs[STATISTIC_INPUTS_MAX]; // "returns", "close", "y" ...
    size_t input_count;
    bool repeats; // the last input may be given more than once: one column for each asset or factor
    const struct statistic_output *outputs;
    size_t output_count;
    const struct param *params;
    size_t param_count;

    // What is wrong with a combination of parameters that are each within their rows' ranges: a
    // sentence, or NULL. The member is NULL where any combination is valid.
    const char *(*fault)(const double *params);

    // Sets every one of ret_values[output_count]; they come zeroed. A number that the formula does
    // not define is NaN. ERR_ARGUMENT (the story says how many rows it needs, or what about them
    // has no answer: all equal, not positive ...), ERR_CONVERGE (an iteration that did not end where
    // it should; the story says where it stood), ERR_NOMEM.
    int (*evaluate)(const struct statistic_data *data, const double *params,
                    struct statistic_value *ret_values);
};

struct statistic_table {
    const char *title; // of the theme, for people: "Performance of one series of returns"
    const struct statistic *rows;
    size_t count;
};

const struct statistic *statistic_find(const char *name); // NULL: not there
size_t statistic_count(void);
// CHECKs the index. Themes in the order of the list, alphabetical within one.
const struct statistic *statistic_at(size_t index);

size_t statistic_table_count(void);
const struct statistic_table *statistic_table_at(size_t index);

// ERR_RANGE, ERR_ARGUMENT, as indicator_check.
int statistic_check(const struct statistic *statistic, const double *params) MUST_USE;

// Zeroed memory for a result, from the call's arena, with its shape noted: a series of data->count, a
// vector, a matrix. NULL with a story: the arena is full.
double *statistic_series(const struct statistic_data *data, struct statistic_value *ret_value);
double *statistic_vector(const struct statistic_data *data, size_t count,
                         struct statistic_value *ret_value);
double *statistic_matrix(const struct statistic_data *data, size_t rows, size_t columns,
                         struct statistic_value *ret_value);

#endif
