// SPDX-License-Identifier: Apache-2.0
// What the tests of indicators share. A twin is an indicator written from its definition over whole
// columns, with no state and no regard for speed; twin_check runs it and the real one over the same
// rows and compares, and checks what the contract promises of every indicator.
#ifndef FULMAR_TEST_QUANT_TWIN_H
#define FULMAR_TEST_QUANT_TWIN_H

#include <stddef.h>

#include "quant/indicator/indicator.h"

enum { BARS_MAX = 4096 };

struct bars {
    size_t count;
    double open[BARS_MAX];
    double high[BARS_MAX];
    double low[BARS_MAX];
    double close[BARS_MAX];
    double volume[BARS_MAX];
    double periods[BARS_MAX]; // lengths of 0.5 to 36.5, for mavp
};

// A seeded random walk with gaps, runs of equal closes and zero volumes.
void bars_make(struct bars *ret_bars, size_t count, unsigned seed);
const double *bars_column(const struct bars *bars, const char *name);

// Writes every output of every row, NaN where undefined.
typedef void twin_fn(const double *const *inputs, size_t count, const double *params,
                     double *const *ret_outputs);

// `text` sets parameters, "period=5 width=1.5"; the others have their defaults. Fails the test
// unless, on several series: every output is within 1e-12 max(1, |expected|) of the twin's and NaN
// exactly where it is; the first row with all outputs is row lookback(); the batch equals the fold
// in every bit; a copy taken mid-way goes on identically; the state's bytes do not depend on what
// was in memory; a non-finite row changes nothing.
void twin_check(const char *name, const char *text, twin_fn *twin);

// The same with another tolerance, for differences of numbers much larger than themselves.
void twin_check_within(const char *name, const char *text, twin_fn *twin, double tolerance);

// Rows of golden/indicators/ref252: the indicator's output against the reference's column, cell by
// cell; empty cells must be NaN. |x - e| <= tolerance max(1, |e|). `file` is "expected" or
// "independent".
void golden_check(const char *name, const char *text, const char *output, const char *file,
                  const char *column, double tolerance);

// The largest difference, relative to max(1, |expected|), between the indicator over `count` rows
// of a random walk in `close` and the twin applied afresh to the rows that end at each of 50
// sampled rows and begin `span` before.
double drift(const char *name, const char *text, twin_fn *twin, size_t count, size_t span);

// Mean and sum of squared deviations of x[0..n), in two passes, from x[0] on so that the level
// costs no digits.
double twin_mean(const double *x, size_t n);
double twin_squares(const double *x, size_t n);

#endif
