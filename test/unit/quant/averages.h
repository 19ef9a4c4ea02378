// SPDX-License-Identifier: Apache-2.0
// Moving averages and the dominant cycle written from their definitions over whole columns, for the twins of
// indicators that are made of them.
#ifndef FULMAR_TEST_QUANT_AVERAGES_H
#define FULMAR_TEST_QUANT_AVERAGES_H

#include <stddef.h>

// `type` is an enum average_type. Leading NaNs of x are before the series: they stay undefined and are not counted.
void naive_average(int type, const double *x, size_t count, size_t period, double *ret);

// T3 with another volume factor than the 0.7 of naive_average.
void naive_t3(const double *x, size_t count, size_t period, double factor, double *ret);

// Both outputs; NaN before row 32.
void naive_mama(const double *x, size_t count, double fast, double slow, double *ret_mama,
                double *ret_fama);

// Columns of `count`; the transform starts at row `first` with zeros before it.
struct naive_cycle {
    double *smooth;
    double *inphase;
    double *quadrature;
    double *period; // smoothed twice
};
void naive_cycle(const double *x, size_t count, size_t first, const struct naive_cycle *ret);

// How many NaNs x begins with.
size_t naive_first(const double *x, size_t count);

#endif
