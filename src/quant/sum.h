// SPDX-License-Identifier: Apache-2.0
// Neumaier's compensated sum (Z. angew. Math. Mech. 54, 1974): the error does not grow with the
// number of terms.
#ifndef FULMAR_QUANT_SUM_H
#define FULMAR_QUANT_SUM_H

#include <math.h>
#include <stddef.h>

struct sum {
    double total;
    double lost; // what rounding took from total
};

static inline void sum_add(struct sum *sum, double x) {
    double total = sum->total + x;
    sum->lost += fabs(sum->total) >= fabs(x) ? (sum->total - total) + x : (x - total) + sum->total;
    sum->total = total;
}

static inline double sum_value(const struct sum *sum) {
    return sum->total + sum->lost;
}

static inline double sum_of(const double *values, size_t count) {
    struct sum sum = {0};
    for (size_t i = 0; i < count; i++) sum_add(&sum, values[i]);
    return sum_value(&sum);
}

// Summed from the first value on, so that the mean of equal values is that value and their deviations
// are 0. count > 0.
static inline double sum_mean(const double *values, size_t count) {
    struct sum sum = {0};
    for (size_t i = 1; i < count; i++) sum_add(&sum, values[i] - values[0]);
    return values[0] + sum_value(&sum) / (double)count;
}

#endif
