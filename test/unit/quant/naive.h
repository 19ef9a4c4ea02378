// SPDX-License-Identifier: Apache-2.0
// The parts of which twins are made: averages and extremes over whole columns, from their
// definitions. A column may begin with NaN; what is made of it begins where it can.
#ifndef FULMAR_TEST_QUANT_NAIVE_H
#define FULMAR_TEST_QUANT_NAIVE_H

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

enum { NAIVE_ROWS_MAX = 4096 };

// A column that lives until the program ends: twins are short of neither memory nor time.
static inline double *naive_column(size_t count) {
    static double memory[64][NAIVE_ROWS_MAX];
    static size_t next;
    double *column = memory[next++ % 64];
    for (size_t i = 0; i < count; i++) column[i] = NAN;
    return column;
}

static inline size_t naive_first(const double *x, size_t count) {
    size_t first = 0;
    while (first < count && isnan(x[first])) first++;
    return first;
}

// Seeded with the mean of the first `period` values, then (1 - alpha) old + alpha new.
static inline double *naive_smooth(const double *x, size_t count, size_t period, double alpha) {
    double *out = naive_column(count);
    size_t first = naive_first(x, count);
    long double value = 0;
    for (size_t i = first; i < count; i++) {
        if (i < first + period)
            value += (long double)x[i] / (long double)period;
        else
            value = (1 - (long double)alpha) * value + (long double)alpha * x[i];
        if (i + 1 >= first + period) out[i] = (double)value;
    }
    return out;
}

static inline double *naive_ema(const double *x, size_t count, size_t period) {
    return naive_smooth(x, count, period, 2.0 / ((double)period + 1));
}

static inline double *naive_wilder(const double *x, size_t count, size_t period) {
    return naive_smooth(x, count, period, 1.0 / (double)period);
}

// From row 1 on.
static inline double *naive_true_range(const double *high, const double *low, const double *close,
                                       size_t count) {
    double *out = naive_column(count);
    for (size_t i = 1; i < count; i++)
        out[i] =
            fmax(high[i] - low[i], fmax(fabs(high[i] - close[i - 1]), fabs(low[i] - close[i - 1])));
    return out;
}

static inline double *naive_atr(const double *high, const double *low, const double *close,
                                size_t count, size_t period) {
    return naive_wilder(naive_true_range(high, low, close, count), count, period);
}

static inline double *naive_sum(const double *x, size_t count, size_t period) {
    double *out = naive_column(count);
    for (size_t i = naive_first(x, count) + period - 1; i < count; i++) {
        long double sum = 0;
        for (size_t j = i + 1 - period; j <= i; j++) sum += x[j];
        out[i] = (double)sum;
    }
    return out;
}

static inline double *naive_sma(const double *x, size_t count, size_t period) {
    double *out = naive_column(count);
    for (size_t i = naive_first(x, count) + period - 1; i < count; i++) {
        long double sum = 0;
        for (size_t j = i + 1 - period; j <= i; j++) sum += x[j];
        out[i] = (double)(sum / (long double)period);
    }
    return out;
}

static inline double *naive_max(const double *x, size_t count, size_t period) {
    double *out = naive_column(count);
    for (size_t i = naive_first(x, count) + period - 1; i < count; i++) {
        out[i] = x[i];
        for (size_t j = i + 1 - period; j < i; j++) out[i] = fmax(out[i], x[j]);
    }
    return out;
}

static inline double *naive_min(const double *x, size_t count, size_t period) {
    double *out = naive_column(count);
    for (size_t i = naive_first(x, count) + period - 1; i < count; i++) {
        out[i] = x[i];
        for (size_t j = i + 1 - period; j < i; j++) out[i] = fmin(out[i], x[j]);
    }
    return out;
}

#endif
