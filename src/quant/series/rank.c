// SPDX-License-Identifier: Apache-2.0
#include "quant/series/rank.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/check.h"
#include "quant/math/distribution.h"
#include "quant/math/sum.h"

enum { LEAST_SAMPLE = 1024 };

// Sums over groups of equal values, of sizes t: t (t - 1) / 2, t (t - 1) (t - 2) and
// t (t - 1) (2 t + 5).
struct ties {
    double pairs;
    double triples;
    double spread;
};

static uint64_t merge(const double *left, size_t left_count, const double *right,
                      size_t right_count, double *ret);
static struct ties ties_of(const double *sorted, size_t count);

uint64_t rank_sort(double *values, size_t count, double *scratch) {
    uint64_t swaps = 0;
    double *from = values, *to = scratch;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t middle = start + width < count ? start + width : count;
            size_t end = start + 2 * width < count ? start + 2 * width : count;
            swaps += merge(from + start, middle - start, from + middle, end - middle, to + start);
        }
        double *swap = from;
        from = to;
        to = swap;
    }
    if (from != values) memcpy(values, from, count * sizeof *values);
    return swaps;
}

// In the order of unsigned numbers; and back.
static inline uint64_t key_of(uint64_t bits) {
    return bits ^ ((uint64_t)((int64_t)bits >> 63) | (uint64_t)1 << 63);
}

static inline uint64_t bits_of(uint64_t key) {
    return key ^ (((key >> 63) - 1) | (uint64_t)1 << 63);
}

void rank_sort_bits(double *values, size_t count, double *scratch) {
    enum { DIGIT = 8, DIGITS = 64 / DIGIT, VALUES = 1 << DIGIT };
    size_t places[DIGITS][VALUES] = {{0}};
    uint64_t key;
    double *from = values, *to = scratch;
    for (size_t i = 0; i < count; i++) {
        memcpy(&key, &values[i], sizeof key);
        key = key_of(key);
        memcpy(&values[i], &key, sizeof key);
        for (int d = 0; d < DIGITS; d++) places[d][key >> (d * DIGIT) & (VALUES - 1)]++;
    }
    for (int d = 0; d < DIGITS; d++) {
        size_t sum = 0, most = 0;
        for (int v = 0; v < VALUES; v++) {
            size_t here = places[d][v];
            most = here > most ? here : most;
            places[d][v] = sum;
            sum += here;
        }
        if (most == count) continue; // all have the same digit
        for (size_t i = 0; i < count; i++) {
            memcpy(&key, &from[i], sizeof key);
            memcpy(&to[places[d][key >> (d * DIGIT) & (VALUES - 1)]++], &key, sizeof key);
        }
        double *swap = from;
        from = to;
        to = swap;
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(&key, &from[i], sizeof key);
        key = bits_of(key);
        memcpy(&values[i], &key, sizeof key);
    }
}

// A value that is likely to have `least` below it, but not many more: read off a sample of evenly spaced places,
// three standard errors up.
void rank_least(double *values, size_t count, size_t least, double *scratch) {
    CHECK(least <= count);
    double place = (double)least / (double)count * LEAST_SAMPLE;
    place += 3 * sqrt(place) + 4;
    size_t front = 0;
    if (count >= 4 * LEAST_SAMPLE && place < LEAST_SAMPLE) {
        double *sample = scratch, *spare = scratch + LEAST_SAMPLE;
        for (size_t i = 0; i < LEAST_SAMPLE; i++) sample[i] = values[i * (count / LEAST_SAMPLE)];
        rank_sort(sample, LEAST_SAMPLE, spare);
        double bound = sample[(size_t)place];
        for (size_t i = 0; i < count; i++) {
            double value = values[i];
            if (value > bound) continue;
            values[i] = values[front];
            values[front++] = value;
        }
    }
    if (front < least) front = count;
    rank_sort(values, front, scratch);
}

void rank_order(const double *values, size_t count, uint32_t *scratch, uint32_t *ret_order) {
    CHECK(count <= UINT32_MAX);
    for (size_t i = 0; i < count; i++) ret_order[i] = (uint32_t)i;
    uint32_t *from = ret_order, *to = scratch;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t middle = start + width < count ? start + width : count;
            size_t end = start + 2 * width < count ? start + 2 * width : count;
            size_t left = start, right = middle;
            for (size_t i = start; i < end; i++) {
                bool first =
                    left < middle && (right == end || values[from[left]] <= values[from[right]]);
                to[i] = first ? from[left++] : from[right++];
            }
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != ret_order) memcpy(ret_order, from, count * sizeof *from);
}

void rank_average(const double *values, size_t count, const uint32_t *order, double *ret_ranks) {
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start + 1; end < count && values[order[end]] == values[order[start]];) end++;
        double rank = 0.5 * (double)(start + 1 + end); // the mean of start + 1 .. end
        for (size_t i = start; i < end; i++) ret_ranks[order[i]] = rank;
    }
}

struct rank_correlation rank_pearson(const double *x, const double *y, size_t count) {
    if (count < 2) return (struct rank_correlation){NAN, NAN};
    double mean_x = sum_mean(x, count), mean_y = sum_mean(y, count);
    struct sum xx = {0}, xy = {0}, yy = {0};
    for (size_t i = 0; i < count; i++) {
        double dx = x[i] - mean_x, dy = y[i] - mean_y;
        sum_add(&xx, dx * dx);
        sum_add(&xy, dx * dy);
        sum_add(&yy, dy * dy);
    }
    double product = sum_value(&xx) * sum_value(&yy);
    double length = isnormal(product) ? sqrt(product) : sqrt(sum_value(&xx)) * sqrt(sum_value(&yy));
    double value = length > 0 ? fmax(fmin(sum_value(&xy) / length, 1), -1) : NAN;
    return (struct rank_correlation){.value = value, .p = rank_p(value, count)};
}

double rank_p(double value, size_t count) {
    double free = (double)count - 2, rest = (1 - value) * (1 + value);
    if (count < 3 || isnan(value)) return NAN;
    return rest > 0 ? distribution_t_two_sided(value * sqrt(free / rest), free) : 0;
}

struct rank_correlation rank_spearman(const double *x, const double *y, size_t count,
                                      uint32_t *order, double *ranks) {
    rank_order(x, count, order + count, order);
    rank_average(x, count, order, ranks);
    rank_order(y, count, order + count, order);
    rank_average(y, count, order, ranks + count);
    return rank_pearson(ranks, ranks + count, count);
}

// Rows by x, then y within equal x: what sorting y then swaps are the discordant pairs.
static double discordant(const double *x, const double *y, size_t count, uint32_t *order,
                         double *sorted, double *ret_joint) {
    rank_order(y, count, order + count, order);
    for (size_t i = 0; i < count; i++) sorted[i] = x[order[i]];
    // A stable order of x over the order of y.
    uint32_t *by_y = order + count;
    memcpy(by_y, order, count * sizeof *order);
    rank_order(sorted, count, order + 2 * count, order);
    double joint = 0;
    uint64_t equal = 1;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = by_y[order[i]];
        sorted[count + i] = y[row];
        if (i == 0) continue;
        uint32_t before = by_y[order[i - 1]];
        bool same = x[row] == x[before] && y[row] == y[before];
        joint += same ? (double)equal : 0;
        equal = same ? equal + 1 : 1;
    }
    *ret_joint = joint;
    return (double)rank_sort(sorted + count, count, sorted);
}

struct rank_correlation rank_kendall(const double *x, const double *y, size_t count,
                                     uint32_t *order, double *sorted) {
    if (count < 2) return (struct rank_correlation){NAN, NAN};
    double joint, n = (double)count, pairs = 0.5 * n * (n - 1);
    double against = discordant(x, y, count, order, sorted, &joint);
    struct ties in_y = ties_of(sorted + count, count);
    memcpy(sorted, x, count * sizeof *x);
    rank_sort(sorted, count, sorted + count);
    struct ties in_x = ties_of(sorted, count);
    double balance = pairs - in_x.pairs - in_y.pairs + joint - 2 * against;
    double length = sqrt(pairs - in_x.pairs) * sqrt(pairs - in_y.pairs);
    if (!(length > 0)) return (struct rank_correlation){NAN, NAN};
    struct rank_correlation result = {.value = fmax(fmin(balance / length, 1), -1), .p = NAN};
    if (count < 3) return result;
    double m = n * (n - 1);
    double variance = (m * (2 * n + 5) - in_x.spread - in_y.spread) / 18 +
                      2 * in_x.pairs * in_y.pairs / m +
                      in_x.triples * in_y.triples / (9 * m * (n - 2));
    result.p = distribution_normal_two_sided(balance / sqrt(variance));
    return result;
}

static uint64_t merge(const double *left, size_t left_count, const double *right,
                      size_t right_count, double *ret) {
    uint64_t swaps = 0;
    size_t i = 0, j = 0;
    while (i < left_count && j < right_count) {
        if (left[i] <= right[j]) {
            *ret++ = left[i++];
        } else {
            *ret++ = right[j++];
            swaps += left_count - i;
        }
    }
    memcpy(ret, left + i, (left_count - i) * sizeof *left);
    memcpy(ret + (left_count - i), right + j, (right_count - j) * sizeof *right);
    return swaps;
}

static struct ties ties_of(const double *sorted, size_t count) {
    struct ties ties = {0};
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start + 1; end < count && sorted[end] == sorted[start];) end++;
        double t = (double)(end - start);
        ties.pairs += 0.5 * t * (t - 1);
        ties.triples += t * (t - 1) * (t - 2);
        ties.spread += t * (t - 1) * (2 * t + 5);
    }
    return ties;
}
