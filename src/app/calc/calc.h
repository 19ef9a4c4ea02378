// SPDX-License-Identifier: Apache-2.0
// One call of `fulmar calc`: a function of quant/, the rows of a CSV file that it reads, and what it gave.
#ifndef FULMAR_APP_CALC_CALC_H
#define FULMAR_APP_CALC_CALC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/calc/function.h"
#include "app/command.h"
#include "app/csv.h"
#include "base/arena.h"

enum { CALC_KEEP_MAX = 64, CALC_FIELDS_MAX = 3 * STATISTIC_OUTPUTS_MAX, CALC_NAME_SIZE = 48 };

// What people and programs are shown of an output: its numbers, or where they are rows, the lines of the file that
// these rows stand in, and its times.
enum calc_kind { CALC_NUMBER, CALC_LINE, CALC_TIME };
struct calc_field {
    char name[CALC_NAME_SIZE];
    size_t output;
    enum calc_kind kind;
};

struct calc {
    const struct args *args;
    struct function function;
    double params[PARAMS_MAX];
    size_t window; // rows of a rolling statistic; 0: the whole

    struct csv csv;
    size_t first;     // of the file's rows, the first one that is read
    size_t row_count; // and how many
    int64_t *times;   // [row_count] of the time column; NULL: it has none, or nobody asks
    int time_column;  // of the file; -1: it has none
    size_t columns[STATISTIC_COLUMNS_MAX]; // of the file, one an input
    double *inputs[STATISTIC_COLUMNS_MAX]; // [row_count]; NaN where a cell is empty
    size_t input_count;
    size_t keep[CALC_KEEP_MAX];
    size_t keep_count;

    // Results by output: series[row_count] where calc_is_series, else in values.
    struct statistic_value values[STATISTIC_OUTPUTS_MAX];
    double *series[STATISTIC_OUTPUTS_MAX];
    struct arena arena; // of a statistic
    size_t *
        whole; // [whole_count] where the rows without an empty cell stand among those read; may be NULL
    size_t whole_count;
    struct calc_field fields[CALC_FIELDS_MAX];
    size_t field_count;
    size_t left_out;  // rows that a statistic could not use
    size_t undefined; // rolling windows that had no answer
    char why[512];    // of the first of them
};

// Whether an output is a column beside the rows that were read.
bool calc_is_series(const struct calc *calc, size_t output);
bool calc_has_series(const struct calc *calc);
enum statistic_shape calc_shape(const struct calc *calc, size_t output);

// Fills `fields`, once the file is read.
void calc_make_fields(struct calc *calc);
// One value of a field: of a series that of a row, of a vector that of an element, of a number the only one.
// `undefined` stands for what is none; text is in quotes in JSON.
void calc_add_value(const struct calc *calc, const struct calc_field *field, size_t index,
                    const char *undefined, bool json, struct text *out);
// The number of values that the outputs of a shape have: of series the rows read, of vectors those of the longest.
size_t calc_length(const struct calc *calc, enum statistic_shape shape);
bool calc_has_shape(const struct calc *calc, enum statistic_shape shape);

// Parameters and options that can be judged without the file. ERR_ARGUMENT, ERR_NOT_FOUND, ERR_PARSE, ERR_RANGE.
int calc_read_options(struct calc *calc) MUST_USE;

// Reads the file, the rows of --from and --to, and the columns. Errors name file, line and field.
int calc_read(struct calc *calc) MUST_USE;

// Fills values and series. ERR_ARGUMENT, ERR_CONVERGE, ERR_NOMEM.
int calc_evaluate(struct calc *calc) MUST_USE;

// Writes --output and prints the rest.
int calc_print(struct calc *calc) MUST_USE;
// The parts of it: one JSON object, without the series where they are `written` already, with the lines of `warnings`
// where there are some; numbers and tables for people.
void calc_add_json(const struct calc *calc, bool written, const char *warnings, struct text *out);
void calc_print_people(const struct calc *calc, bool written);

// Draws the results into a file by its ending, .svg or .png.
int calc_plot(const struct calc *calc, const char *path) MUST_USE;

void calc_free(struct calc *calc);

#endif
