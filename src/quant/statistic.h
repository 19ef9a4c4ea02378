// SPDX-License-Identifier: Apache-2.0
// The functions of whole series by name: what quant/performance.h, drawdown.h, relative.h and
// significance.h compute, with their parameters as tables, for the command line and the API. Each
// reads one column of simple returns, or that and a benchmark's, and gives a few numbers; NaN where
// there is none.
#ifndef FULMAR_QUANT_STATISTIC_H
#define FULMAR_QUANT_STATISTIC_H

#include <stddef.h>

#include "base/err.h"
#include "base/params.h"

enum { STATISTIC_INPUTS_MAX = 2, STATISTIC_OUTPUTS_MAX = 4 };

// The columns of one call: returns[count], and benchmark[count] where the row reads it.
struct statistic_data {
    const double *returns;
    const double *benchmark;
    size_t count;
    double *scratch; // count + 1 numbers
};

struct statistic {
    const char *name; // lower_snake_case, unique here and among the indicators
    const char *summary;
    const char *source;
    const char *inputs[STATISTIC_INPUTS_MAX]; // "returns", "benchmark"
    size_t input_count;
    const char *outputs[STATISTIC_OUTPUTS_MAX];
    size_t output_count;
    const struct param *params;
    size_t param_count;
    void (*evaluate)(const struct statistic_data *data, const double *params, double *ret_outputs);
};

const struct statistic *statistic_find(const char *name); // NULL: not there
size_t statistic_count(void);
const struct statistic *statistic_at(size_t index); // CHECKs the index; alphabetical order

#endif
