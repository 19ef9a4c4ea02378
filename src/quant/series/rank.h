// SPDX-License-Identifier: Apache-2.0
// Sorting, ranks and the correlations that are made of them: Spearman's and Kendall's, in O(n log n).
// Values are finite. Scratch is the caller's; its size is said.
#ifndef FULMAR_QUANT_SERIES_RANK_H
#define FULMAR_QUANT_SERIES_RANK_H

#include <stddef.h>
#include <stdint.h>

// Ascending, in place, by merging runs; scratch[count]. Returns how many pairs stood in the wrong order.
uint64_t rank_sort(double *values, size_t count, double *scratch);
// Sorts by the numbers' bits, eight of them at a time, which takes a long column less time than comparing: -0 before 0,
// NaN at either end. scratch[count].
void rank_sort_bits(double *values, size_t count, double *scratch);

// Brings the `least` smallest values to the front, ascending; directly behind stand those that equal the last of
// them, then the others in any order. least <= count; scratch[count]. About the time of one look at each value where
// few of many are wanted.
void rank_least(double *values, size_t count, size_t least, double *scratch);

// ret_order: the positions of the values in ascending order, equal ones in theirs. scratch[count].
void rank_order(const double *values, size_t count, uint32_t *scratch, uint32_t *ret_order);

// Ranks from 1 by an order from above; equal values share the mean of theirs.
void rank_average(const double *values, size_t count, const uint32_t *order, double *ret_ranks);

struct rank_correlation {
    double value; // NaN: a column is constant, or fewer than 2 rows
    double p;     // two-sided, of no association; NaN for fewer than 3 rows
};

// The p-value of a correlation of `count` rows, by t = r sqrt((n - 2) / (1 - r^2)) with n - 2 degrees.
double rank_p(double value, size_t count);

// Pearson's correlation, with that p-value.
struct rank_correlation rank_pearson(const double *x, const double *y, size_t count);

// Pearson's of the ranks, equal values sharing theirs; p as above. Spearman, American J. Psychology 15,
// 1904. order[2 count], ranks[2 count].
struct rank_correlation rank_spearman(const double *x, const double *y, size_t count,
                                      uint32_t *order, double *ranks);

// Kendall's tau-b by Knight's merge sort (J. American Statistical Association 61, 1966), p by the normal
// distribution with the variance for ties (Kendall, "Rank Correlation Methods", 1970).
// order[3 count], sorted[2 count].
struct rank_correlation rank_kendall(const double *x, const double *y, size_t count,
                                     uint32_t *order, double *sorted);

#endif
