// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/live_var.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/simd.h"
#include "quant/math/linalg.h"
#include "quant/series/rank.h"

// Where more than so many rows more than are wanted stand at or below the cut, a new one is worth its search.
enum { TAIL_SPARE = 64, SMALL = 16 };
enum {
    AT_ONCE = 8
}; // rows that are summed anew together: a line of memory holds as many of a column

// The slots, piece by piece.
struct view {
    double *columns; // [count][window]
    double *weights; // [count]
    double *sums;    // [window], of the portfolio
    double *other;   // [window] scratch
    double *tail;    // [window] scratch
    double *spare;   // [window] scratch
};

static struct view view_of(const struct live_var *live, double *slots);
typedef struct tail_risk measure_fn(const double *sorted, size_t count, double a);
static struct tail_risk tail_of(const double *sums, size_t count, const struct view *view,
                                double level, double *cut, uint32_t *cut_set, measure_fn *measure);
static struct tail_risk tail_if(const struct live_var *live, double *slots, uint32_t position,
                                double weight, double level, measure_fn *measure);
static double select_at(double *values, size_t count, size_t place, double *scratch);
static void sum_anew(const struct live_var *live, const struct view *view);

size_t live_var_slots(uint32_t count, uint32_t window) {
    return (size_t)count * window + count + 4 * (size_t)window;
}

struct live_var live_var_make(uint32_t count, uint32_t window) {
    CHECK(count > 0 && window >= 2);
    return (struct live_var){.count = count, .window = window};
}

int live_var_row(struct live_var *live, double *slots, const double *returns) {
    struct view view = view_of(live, slots);
    for (uint32_t j = 0; j < live->count; j++)
        if (!isfinite(returns[j]))
            return ERR_SET(ERR_ARGUMENT, "the return of position %u is not a finite number", j);
    for (uint32_t j = 0; j < live->count; j++)
        view.columns[(size_t)j * live->window + live->at] = returns[j];
    view.sums[live->at] = linalg_dot(view.weights, returns, live->count);
    live->at = live->at + 1 < live->window ? live->at + 1 : 0;
    if (live->rows < live->window) live->rows++;
    return 0;
}

int live_var_weigh(struct live_var *live, double *slots, uint32_t position, double weight) {
    struct view view = view_of(live, slots);
    CHECK(position < live->count);
    if (!isfinite(weight))
        return ERR_SET(ERR_ARGUMENT, "the weight of position %u is not a finite number", position);
    const double *column = view.columns + (size_t)position * live->window;
    linalg_add(weight - view.weights[position], column, live->rows, view.sums);
    view.weights[position] = weight;
    if (live->rows == 0) return 0;
    live->next = live->next + 1 < live->rows ? live->next + 1 : 0;
    if (live->next % AT_ONCE == 0) sum_anew(live, &view);
    return 0;
}

double live_var_weight(const struct live_var *live, const double *slots, uint32_t position) {
    CHECK(position < live->count);
    return slots[(size_t)live->count * live->window + position];
}

struct tail_risk live_var_of(struct live_var *live, double *slots, double level) {
    struct view view = view_of(live, slots);
    return tail_of(view.sums, live->rows, &view, level, &live->cut, &live->cut_set,
                   tail_risk_historical);
}

struct tail_risk live_var_if(const struct live_var *live, double *slots, uint32_t position,
                             double weight, double level) {
    return tail_if(live, slots, position, weight, level, tail_risk_historical);
}

struct tail_risk live_var_lower_if(const struct live_var *live, double *slots, uint32_t position,
                                   double weight, double level) {
    return tail_if(live, slots, position, weight, level, tail_risk_lower);
}

// How many of values + factor x column are below `bound`.
SIMD_CLONES static int64_t live_count_below(const double *values, const double *column,
                                            double factor, size_t count, double bound) {
    int64_t below = 0;
    for (size_t i = 0; i < count; i++) below += values[i] + factor * column[i] < bound;
    return below;
}

// The sum of what values + factor x column are below `bound`.
SIMD_CLONES static double live_sum_below(const double *values, const double *column, double factor,
                                         size_t count, double bound) {
    double lanes[4] = {0};
    size_t i = 0;
    for (; i + 4 <= count; i += 4)
        for (size_t k = 0; k < 4; k++) {
            double below = bound - (values[i + k] + factor * column[i + k]);
            lanes[k] += below > 0 ? below : 0;
        }
    for (; i < count; i++) {
        double below = bound - (values[i] + factor * column[i]);
        lanes[0] += below > 0 ? below : 0;
    }
    return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

bool live_var_is_within(const struct live_var *live, double *slots, uint32_t position,
                        double weight, double level, double var_most) {
    struct view view = view_of(live, slots);
    CHECK(position < live->count && live->rows >= 2);
    const double *column = view.columns + (size_t)position * live->window;
    int64_t below =
        live_count_below(view.sums, column, weight - view.weights[position], live->rows, -var_most);
    return below <= (int64_t)tail_risk_rank(live->rows, 1 - level);
}

bool live_var_es_is_within(const struct live_var *live, double *slots, uint32_t position,
                           double weight, double level, double near, double es_most) {
    struct view view = view_of(live, slots);
    CHECK(position < live->count && live->rows >= 2);
    const double *column = view.columns + (size_t)position * live->window;
    double beyond =
        live_sum_below(view.sums, column, weight - view.weights[position], live->rows, -near);
    // What sums of other orders differ by is far less than this.
    double most = near + beyond * (1 + 1e-9) / tail_risk_rank(live->rows, 1 - level);
    return most <= es_most - 1e-9 * fabs(es_most);
}

static struct tail_risk tail_if(const struct live_var *live, double *slots, uint32_t position,
                                double weight, double level, measure_fn *measure) {
    struct view view = view_of(live, slots);
    double cut = live->cut;
    uint32_t cut_set = live->cut_set;
    CHECK(position < live->count && isfinite(weight));
    memcpy(view.other, view.sums, live->rows * sizeof *view.other);
    linalg_add(weight - view.weights[position], view.columns + (size_t)position * live->window,
               live->rows, view.other);
    return tail_of(view.other, live->rows, &view, level, &cut, &cut_set, measure);
}

SIMD_CLONES static void live_sum_rows(const double *columns, const double *weights, size_t count,
                                      size_t stride, double *ret_sums) {
    double sums[AT_ONCE] = {0};
    for (size_t j = 0; j < count; j++, columns += stride)
        for (size_t k = 0; k < AT_ONCE; k++) sums[k] += weights[j] * columns[k];
    memcpy(ret_sums, sums, sizeof sums);
}

// The rows from `next` on.
static void sum_anew(const struct live_var *live, const struct view *view) {
    const double *columns = view->columns + live->next;
    if (live->next + AT_ONCE <=
        live->window) { // of rows that are not there yet it is 0 or of no account
        live_sum_rows(columns, view->weights, live->count, live->window, view->sums + live->next);
        return;
    }
    for (uint32_t t = live->next; t < live->rows; t++) {
        double sum = 0;
        for (uint32_t j = 0; j < live->count; j++)
            sum += view->weights[j] * view->columns[(size_t)j * live->window + t];
        view->sums[t] = sum;
    }
}

static struct view view_of(const struct live_var *live, double *slots) {
    size_t window = live->window;
    double *weights = slots + live->count * window, *sums = weights + live->count;
    return (struct view){slots, weights, sums, sums + window, sums + 2 * window, sums + 3 * window};
}

// Without a branch on the values, whose order nobody foretells: every one is written, some are kept.
static size_t cut_off(const double *values, size_t count, double cut, double *ret_tail) {
    size_t front = 0;
    for (size_t i = 0; i < count; i++) {
        ret_tail[front] = values[i];
        front += values[i] <= cut;
    }
    return front;
}

// The rows at or below the cut, sorted, are the front of all rows sorted: equal ones are all there.
static struct tail_risk tail_of(const double *sums, size_t count, const struct view *view,
                                double level, double *cut, uint32_t *cut_set, measure_fn *measure) {
    CHECK(count >= 2 && level >= 0.5 && level < 1);
    size_t wanted = (size_t)tail_risk_rank(count - 1, 1 - level) + 2;
    size_t most = wanted + wanted / 2 + TAIL_SPARE;
    size_t front = *cut_set ? cut_off(sums, count, *cut, view->tail) : 0;
    if (front < wanted || front > most) {
        size_t place = wanted + wanted / 4 + SMALL / 2;
        memcpy(view->tail, sums, count * sizeof *sums);
        *cut = select_at(view->tail, count, place < count ? place : count - 1, view->spare);
        *cut_set = 1;
        front = cut_off(sums, count, *cut, view->tail);
    }
    rank_sort(view->tail, front, view->spare);
    if (front < count) view->tail[front] = INFINITY; // where a search for equal ones ends
    return measure(view->tail, count, 1 - level);
}

// The value at a place of the sorted order. Hoare's Find (Communications of the ACM 4, 1961) with the middle of three;
// where cuts are bad again and again, by sorting.
static double select_at(double *values, size_t count, size_t place, double *scratch) {
    size_t low = 0, high = count;
    for (int rounds = 0; high - low > SMALL && rounds < 64; rounds++) {
        double a = values[low], b = values[low + (high - low) / 2], c = values[high - 1];
        double pivot = fmax(fmin(a, b), fmin(fmax(a, b), c));
        size_t i = low, j = high - 1;
        for (;;) {
            while (values[i] < pivot) i++;
            while (values[j] > pivot) j--;
            if (i >= j) break;
            double swap = values[i];
            values[i++] = values[j];
            values[j--] = swap;
        }
        if (place < i)
            high = i;
        else
            low = i;
    }
    rank_sort(values + low, high - low, scratch);
    return values[place];
}
