// SPDX-License-Identifier: Apache-2.0
// TA-Lib's C library as a peer in this process: the shared object of its Python package, through its abstract
// interface (functions by name, their inputs, parameters and outputs described by tables of its own).
#ifndef FULMAR_BENCH_TALIB_H
#define FULMAR_BENCH_TALIB_H

#include <stdbool.h>
#include <stddef.h>

#include "quant/indicator/indicator.h"

enum {
    TALIB_FUNCTIONS_MAX = 256,
    TALIB_NAME_SIZE = 32,
    TALIB_COLUMNS_MAX = 8,
    TALIB_PARAMS_MAX = 12
};

struct talib_param {
    char name[TALIB_NAME_SIZE]; // as the Python package writes it: "fastk_period"
    bool real;
    double def;
    double min;
};

struct talib_function {
    char name[TALIB_NAME_SIZE]; // lower case: "cdl2crows"
    const unsigned *handle;     // theirs
    // Columns in the order in which ours takes them; an input without a name of its own is "close", of two the
    // first is "high" and the second "low", and mavp's second is "periods".
    const char *inputs[TALIB_COLUMNS_MAX];
    size_t input_count;
    struct talib_param params[TALIB_PARAMS_MAX];
    size_t param_count;
    char outputs[TALIB_COLUMNS_MAX]
                [TALIB_NAME_SIZE]; // as the package names them; "value" for the only one
    bool whole[TALIB_COLUMNS_MAX]; // outputs that are int
    size_t output_count;
};

// One call's memory: what TA-Lib wrote, from its first row on.
struct talib_result {
    double *reals[TALIB_COLUMNS_MAX];
    int *wholes[TALIB_COLUMNS_MAX];
    size_t first; // row of the first output
    size_t count;
};

// Finds, loads and initialises the library; false where there is none (told on stderr). ret_version: of the C library.
bool talib_open(const char **ret_version);
void talib_close(void);

size_t talib_count(void);
const struct talib_function *talib_at(size_t index); // in alphabetical order

// columns[i] is inputs[i]. Binds what talib_call then runs; NULL when the library refuses.
struct talib_call *talib_bind(const struct talib_function *function, const double *params,
                              const double *const *columns, struct talib_result *result);
// Rows 0 .. count - 1; false when the library refuses.
bool talib_call(struct talib_call *call, size_t count, struct talib_result *ret_result);
void talib_unbind(struct talib_call *call);

#endif
