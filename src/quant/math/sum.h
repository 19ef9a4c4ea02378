// SPDX-License-Identifier: Apache-2.0
// Neumaier's compensated sum (Z. angew. Math. Mech. 54, 1974): the error does not grow with the
// number of terms. What an addition loses is found without a comparison (Knuth, The Art of Computer
// Programming 2, 4.2.2), which is the same number.
#ifndef FULMAR_QUANT_MATH_SUM_H
#define FULMAR_QUANT_MATH_SUM_H

#include <stddef.h>

struct sum {
    double total;
    double lost; // what rounding took from total
};

// What x loses in the addition that makes `total` of `before`.
static inline double sum_loss(double before, double x, double total) {
    double added = total - before;
    return (before - (total - added)) + (x - added);
}

static inline void sum_add(struct sum *sum, double x) {
    double total = sum->total + x;
    sum->lost += sum_loss(sum->total, x, total);
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

enum { SUM_BLOCK = 64 };

// sum_add of `count` values; ret: sum_value after each, the same memory as x if need be. Of a block only the two chains
// of additions, of the totals and of what is lost, go value by value; the rest is vectors.
static inline __attribute__((always_inline)) void sum_run(struct sum *sum, const double *x,
                                                          size_t count, double *ret) {
    double totals[SUM_BLOCK + 1], lost[SUM_BLOCK];
    struct sum local = *sum;
    for (size_t at = 0, n; at < count; at += n) {
        n = count - at < SUM_BLOCK ? count - at : SUM_BLOCK;
        totals[0] = local.total;
        for (size_t i = 0; i < n; i++) totals[i + 1] = local.total += x[at + i];
        for (size_t i = 0; i < n; i++) lost[i] = sum_loss(totals[i], x[at + i], totals[i + 1]);
        for (size_t i = 0; i < n; i++) lost[i] = local.lost += lost[i];
        for (size_t i = 0; i < n; i++) ret[at + i] = totals[i + 1] + lost[i];
    }
    *sum = local;
}

#endif
