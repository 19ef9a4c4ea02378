// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/window_laps.h"

#include <stdbool.h>

#include "base/simd.h"

enum { LANES = 4, AHEAD = 1024 };
typedef double lanes __attribute__((vector_size(32))); // of as many laps that follow one another
typedef int64_t lanes_mask __attribute__((vector_size(32)));
typedef double lanes_anywhere __attribute__((vector_size(32), aligned(8), may_alias));

#define LANES_INLINE static inline __attribute__((always_inline))
#define EACH(value_) ((lanes){(value_), (value_), (value_), (value_)})

// Rows and columns change places.
LANES_INLINE void turn(lanes *rows) {
    lanes a = __builtin_shufflevector(rows[0], rows[1], 0, 4, 2, 6);
    lanes b = __builtin_shufflevector(rows[0], rows[1], 1, 5, 3, 7);
    lanes c = __builtin_shufflevector(rows[2], rows[3], 0, 4, 2, 6);
    lanes d = __builtin_shufflevector(rows[2], rows[3], 1, 5, 3, 7);
    rows[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    rows[1] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    rows[2] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    rows[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

LANES_INLINE void read_block(const double *x, size_t period, lanes *ret_steps) {
    for (size_t k = 0; k < LANES; k++) ret_steps[k] = *(const lanes_anywhere *)(x + k * period);
    turn(ret_steps);
}

LANES_INLINE void write_block(const lanes *steps, size_t period, double *ret) {
    lanes rows[LANES] = {steps[0], steps[1], steps[2], steps[3]};
    turn(rows);
    for (size_t k = 0; k < LANES; k++) *(lanes_anywhere *)(ret + k * period) = rows[k];
}

// The values of a group of laps as steps of all of them; and back. The last block overlaps the one before it.
LANES_INLINE void read_group(const double *x, uint32_t period, lanes *ret_steps) {
    for (uint32_t i = 0; i + LANES < period; i += LANES) read_block(x + i, period, ret_steps + i);
    read_block(x + period - LANES, period, ret_steps + period - LANES);
}

LANES_INLINE void write_group(const lanes *steps, uint32_t period, double *ret) {
    for (uint32_t i = 0; i + LANES < period; i += LANES) write_block(steps + i, period, ret + i);
    write_block(steps + period - LANES, period, ret + period - LANES);
}

// What stands beside a step: the same of the lap before each, which is the last of the group before for the first one.
#define OF_LAP_BEFORE(group_, before_)                                                             \
    __builtin_shufflevector((group_), EACH((before_)[3]), 4, 0, 1, 2)

// Columns are run a group at a time, too short for the processor to see the next one coming: asked for in small parts,
// it arrives while this one is worked at.
LANES_INLINE void fetch(const double *x, const double *ret, size_t count) {
    simd_fetch(x, AHEAD, count);
    simd_fetch(ret, AHEAD, count);
}

// Folds of the group before, of which the last lane counts, from slots and back.
LANES_INLINE void folds_of_slots(const double *slots, uint32_t period, lanes *ret_folds) {
    for (uint32_t i = 0; i < period; i++) ret_folds[i] = EACH(slots[i]);
}

LANES_INLINE void slots_of_folds(const lanes *folds, uint32_t period, double *ret_slots) {
    for (uint32_t i = 0; i < period; i++) ret_slots[i] = folds[i][3];
}

static size_t groups_in(uint32_t period, size_t count) {
    size_t group = LANES * (size_t)period;
    return period < LAP_MIN || period > LAP_MAX ? 0 : count / group * group;
}

// A group of sums, plain ones or weighted ones: its values as steps and what its laps are folded into from their ends.
struct group {
    lanes steps[LAP_MAX], folds[LAP_MAX];
};

// Where the folding of a group from its end is, and the walk through it from its start.
struct backward {
    lanes sum, fold;
};

struct forward {
    lanes sum, weighted;
};

struct kind {
    bool weighted;
    bool divided;
    uint32_t left; // 1 to LANES: steps that the whole blocks leave
    uint32_t period;
    double by;
};

LANES_INLINE void back_step(struct kind kind, struct backward *at, const lanes *x,
                            lanes *ret_fold) {
    at->sum += *x;
    *ret_fold = kind.weighted ? (at->fold += at->sum) : at->sum;
}

// `fold`: of the lap before. *x becomes the mean.
LANES_INLINE void step(struct kind kind, struct forward *at, const lanes *fold, lanes *x) {
    if (kind.weighted) at->weighted += EACH((double)kind.period) * *x - at->sum;
    at->sum += *x;
    *x = (kind.weighted ? at->weighted : at->sum) + *fold;
    if (kind.divided) *x /= EACH(kind.by);
}

// The four steps from `i` on of a group at x.
LANES_INLINE void back_block(struct kind kind, struct backward *back, const double *x, uint32_t i,
                             struct group *ret) {
    lanes steps[LANES];
    read_block(x + i, kind.period, steps);
    for (uint32_t k = LANES; k-- > 0;) {
        ret->steps[i + k] = steps[k];
        back_step(kind, back, &steps[k], &ret->folds[i + k]);
    }
}

LANES_INLINE void block(struct kind kind, struct forward *at, const struct group *group,
                        const lanes *before, uint32_t i, lanes *ret_means, double *ret) {
    for (uint32_t k = 0; k < LANES; k++) {
        lanes fold = OF_LAP_BEFORE(group->folds[i + k + 1], before[i + k + 1]);
        ret_means[k] = group->steps[i + k];
        step(kind, at, &fold, &ret_means[k]);
    }
    write_block(ret_means, kind.period, ret + i);
}

// What is left of a group behind its whole blocks: one to four steps at its start, of the folding, and at its end.
LANES_INLINE void back_rest(struct kind kind, struct backward *back, const double *x,
                            struct group *ret) {
    lanes steps[LANES];
    read_block(x, kind.period, steps);
    for (uint32_t k = kind.left; k-- > 0;) {
        ret->steps[k] = steps[k];
        back_step(kind, back, &steps[k], &ret->folds[k]);
    }
}

// `means`: of the block before.
LANES_INLINE void rest(struct kind kind, struct forward *at, const struct group *group,
                       const lanes *before, const lanes *means, double *ret) {
    uint32_t first = kind.period - kind.left;
    lanes ends[2 * LANES] = {means[0], means[1], means[2], means[3]};
    for (uint32_t k = 0; k + 1 < kind.left; k++) {
        lanes fold = OF_LAP_BEFORE(group->folds[first + k + 1], before[first + k + 1]);
        ends[LANES + k] = group->steps[first + k];
        step(kind, at, &fold, &ends[LANES + k]);
    }
    lanes *whole = &ends[LANES + kind.left - 1]; // of which no lap before has a part
    *whole = group->folds[0];
    if (kind.weighted) *whole += EACH(0.0);
    if (kind.divided) *whole /= EACH(kind.by);
    write_block(ends + kind.left, kind.period, ret + kind.period - LANES);
}

// A group's results while the next one, if there is one, is read and folded: the additions of either wait for one
// another, those of the two do not. What lies behind them is asked for in small parts.
LANES_INLINE void pass(struct kind kind, const struct group *group, const lanes *before,
                       const double *next, struct group *ret_next, double *ret) {
    enum { BLOCK = LANES * LANES };
    const lanes minus = EACH(-0.0), zero = EACH(0.0);
    uint32_t blocks = (kind.period - kind.left) / LANES;
    struct backward back = {minus, minus};
    struct forward at = {zero, zero};
    lanes means[LANES] = {zero, zero, zero, zero};
    for (uint32_t i = 0; i < blocks; i++) {
        if (next != NULL && group != NULL) fetch(next + i * BLOCK, ret + i * BLOCK, BLOCK);
        if (next != NULL) back_block(kind, &back, next, kind.period - LANES * (i + 1), ret_next);
        if (group != NULL) block(kind, &at, group, before, LANES * i, means, ret);
    }
    if (next != NULL && group != NULL) fetch(next + blocks * BLOCK, ret + blocks * BLOCK, BLOCK);
    if (next != NULL) back_rest(kind, &back, next, ret_next);
    if (group != NULL) rest(kind, &at, group, before, means, ret);
}

LANES_INLINE void groups_of(struct kind kind, double *restrict slots, const double *restrict x,
                            size_t count, double *restrict ret) {
    struct group three[3], *before = &three[0], *here = &three[1], *next = &three[2];
    size_t group = LANES * (size_t)kind.period;
    folds_of_slots(slots, kind.period, before->folds);
    pass(kind, NULL, NULL, x, here, NULL);
    for (size_t at = group; at < count; at += group) {
        pass(kind, here, before->folds, x + at, next, ret + at - group);
        struct group *free = before;
        before = here;
        here = next;
        next = free;
    }
    pass(kind, here, before->folds, NULL, NULL, ret + count - group);
    slots_of_folds(here->folds, kind.period, slots);
}

// What is left is a constant, so that it has no loop.
LANES_INLINE void groups(struct kind kind, double *restrict slots, const double *restrict x,
                         size_t count, double *restrict ret) {
    switch ((kind.period - 1) % LANES) {
    case 0:
        kind.left = 1;
        groups_of(kind, slots, x, count, ret);
        break;
    case 1:
        kind.left = 2;
        groups_of(kind, slots, x, count, ret);
        break;
    case 2:
        kind.left = 3;
        groups_of(kind, slots, x, count, ret);
        break;
    default:
        kind.left = 4;
        groups_of(kind, slots, x, count, ret);
    }
}

SIMD_CLONES
static void sum_groups(double *restrict slots, const double *restrict x, uint32_t period,
                       size_t count, double by, double *restrict ret) {
    struct kind kind = {.divided = true, .period = period, .by = by};
    if (by == 1)
        groups((struct kind){.period = period}, slots, x, count, ret);
    else
        groups(kind, slots, x, count, ret);
}

size_t window_laps_sum(double *restrict slots, const double *restrict x, uint32_t period,
                       size_t count, double by, double *restrict ret_means) {
    size_t whole = groups_in(period, count);
    if (whole > 0) sum_groups(slots, x, period, whole, by, ret_means);
    return whole;
}

SIMD_CLONES
static void weighted_groups(double *restrict slots, const double *restrict x, uint32_t period,
                            size_t count, double by, double *restrict ret) {
    struct kind kind = {.weighted = true, .divided = true, .period = period, .by = by};
    groups(kind, slots + period, x, count, ret);
    for (uint32_t i = 0; i < period; i++) slots[i] = x[count - period + i];
}

size_t window_laps_weighted(double *restrict slots, const double *restrict x, uint32_t period,
                            size_t count, double by, double *restrict ret_means) {
    size_t whole = groups_in(period, count);
    if (whole > 0) weighted_groups(slots, x, period, whole, by, ret_means);
    return whole;
}

// Sums of d and of d^2, backward, from the lap's own origin.
struct moments_folds {
    lanes sums[LAP_MAX], squares[LAP_MAX];
};

// From the sums of a window to its moments: *mean is the sum, *square that of squares before.
LANES_INLINE void moments_of(const lanes *origin, const lanes *period, lanes *mean, lanes *square) {
    lanes sum = *mean, part = sum / *period, rest = *square - sum * part;
    *mean = *origin + part;
    *square = (lanes)((lanes_mask)rest & (rest > 0));
}

// `steps` become the means. Forward sums are taken from the origin of the lap before.
LANES_INLINE void moments_group(lanes *steps, uint32_t period, const lanes *last_origin,
                                const struct moments_folds *before, struct moments_folds *ret_folds,
                                lanes *ret_squares) {
    uint32_t last = period - 1;
    lanes own = steps[last], origin = OF_LAP_BEFORE(own, *last_origin), zero = EACH(0.0);
    lanes sum = zero, square = zero, terms = EACH((double)period);
    ret_folds->sums[last] = ret_folds->squares[last] = zero;
    for (uint32_t i = last; i-- > 0;) {
        lanes d = steps[i] - own;
        ret_folds->sums[i] = sum += d;
        ret_folds->squares[i] = square += d * d;
    }
    sum = square = zero;
    for (uint32_t i = 0; i < last; i++) {
        lanes d = steps[i] - origin;
        sum += d;
        square += d * d;
        steps[i] = sum + OF_LAP_BEFORE(ret_folds->sums[i + 1], before->sums[i + 1]);
        ret_squares[i] = square + OF_LAP_BEFORE(ret_folds->squares[i + 1], before->squares[i + 1]);
        moments_of(&origin, &terms, steps + i, ret_squares + i);
    }
    steps[last] = ret_folds->sums[0] + zero;
    ret_squares[last] = ret_folds->squares[0] + zero;
    moments_of(&own, &terms, steps + last, ret_squares + last);
}

LANES_INLINE void moments_each(double *restrict slots, double *origin, const double *restrict x,
                               uint32_t period, size_t count, double *restrict ret_means,
                               double *restrict ret_squares) {
    struct moments_folds folds[2];
    lanes steps[LAP_MAX], squares[LAP_MAX], last = EACH(*origin);
    size_t group = LANES * (size_t)period, turn = 0;
    folds_of_slots(slots, period, folds[1].sums);
    folds_of_slots(slots + period, period, folds[1].squares);
    for (size_t at = 0; at < count; at += group, turn = 1 - turn) {
        fetch(x + at, ret_squares + at, group);
        read_group(x + at, period, steps);
        lanes own = steps[period - 1];
        moments_group(steps, period, &last, &folds[1 - turn], &folds[turn], squares);
        write_group(steps, period, ret_means + at);
        write_group(squares, period, ret_squares + at);
        last = own;
    }
    slots_of_folds(folds[1 - turn].sums, period, slots);
    slots_of_folds(folds[1 - turn].squares, period, slots + period);
    *origin = last[3];
}

// The length that most ask for is a constant: a group has no loop then.
SIMD_CLONES
static void moments_groups(double *restrict slots, double *origin, const double *restrict x,
                           uint32_t period, size_t count, double *restrict ret_means,
                           double *restrict ret_squares) {
    if (period == 5)
        moments_each(slots, origin, x, 5, count, ret_means, ret_squares);
    else
        moments_each(slots, origin, x, period, count, ret_means, ret_squares);
}

size_t window_laps_moments(double *restrict slots, double *origin, const double *restrict x,
                           uint32_t period, size_t count, double *restrict ret_means,
                           double *restrict ret_squares) {
    size_t whole = groups_in(period, count);
    if (whole > 0) moments_groups(slots, origin, x, period, whole, ret_means, ret_squares);
    return whole;
}

struct pair_steps {
    lanes sums[LAP_PAIR_SUMS][LAP_PAIR_MAX];
};

// x, y, x^2, x y and y^2, added to what is there.
LANES_INLINE void pair_add(lanes *sums, const lanes *x, const lanes *y) {
    sums[0] += *x;
    sums[1] += *y;
    sums[2] += *x * *x;
    sums[3] += *x * *y;
    sums[4] += *y * *y;
}

LANES_INLINE void pair_backward(const lanes *x, const lanes *y, uint32_t period,
                                struct pair_steps *ret_folds) {
    uint32_t last = period - 1;
    lanes fold[LAP_PAIR_SUMS] = {0};
    for (size_t s = 0; s < LAP_PAIR_SUMS; s++) ret_folds->sums[s][last] = fold[s];
    for (uint32_t i = last; i-- > 0;) {
        lanes dx = x[i] - x[last], dy = y[i] - y[last];
        pair_add(fold, &dx, &dy);
        for (size_t s = 0; s < LAP_PAIR_SUMS; s++) ret_folds->sums[s][i] = fold[s];
    }
}

LANES_INLINE void pair_forward(const lanes *x, const lanes *y, uint32_t period,
                               const lanes *origins, const struct pair_steps *before,
                               const struct pair_steps *folds, struct pair_steps *ret_sums) {
    uint32_t last = period - 1;
    lanes back[LAP_PAIR_SUMS] = {0}, zero = EACH(0.0);
    lanes origin_x = OF_LAP_BEFORE(x[last], origins[0]);
    lanes origin_y = OF_LAP_BEFORE(y[last], origins[1]);
    for (uint32_t i = 0; i < last; i++) {
        lanes dx = x[i] - origin_x, dy = y[i] - origin_y;
        pair_add(back, &dx, &dy);
        for (size_t s = 0; s < LAP_PAIR_SUMS; s++)
            ret_sums->sums[s][i] =
                OF_LAP_BEFORE(folds->sums[s][i + 1], before->sums[s][i + 1]) + back[s];
    }
    for (size_t s = 0; s < LAP_PAIR_SUMS; s++) ret_sums->sums[s][last] = folds->sums[s][0] + zero;
}

LANES_INLINE void pair_each(double *restrict slots, double *origins, const double *restrict x,
                            const double *restrict y, uint32_t period, size_t count, lap_pair *make,
                            double *restrict ret) {
    struct pair_steps folds[2], sums;
    lanes steps[2][LAP_PAIR_MAX], made[LAP_PAIR_MAX];
    lanes last[2] = {EACH(origins[0]), EACH(origins[1])};
    size_t group = LANES * (size_t)period, turn = 0, stride = LANES * LAP_PAIR_MAX;
    for (size_t s = 0; s < LAP_PAIR_SUMS; s++)
        folds_of_slots(slots + s * period, period, folds[1].sums[s]);
    for (size_t at = 0; at < count; at += group, turn = 1 - turn) {
        fetch(x + at, ret + at, group);
        simd_fetch(y + at, AHEAD, group);
        read_group(x + at, period, steps[0]);
        read_group(y + at, period, steps[1]);
        pair_backward(steps[0], steps[1], period, &folds[turn]);
        pair_forward(steps[0], steps[1], period, last, &folds[1 - turn], &folds[turn], &sums);
        make((const double *)sums.sums, stride, group, (double)period, (double *)made);
        write_group(made, period, ret + at);
        last[0] = steps[0][period - 1];
        last[1] = steps[1][period - 1];
    }
    for (size_t s = 0; s < LAP_PAIR_SUMS; s++)
        slots_of_folds(folds[1 - turn].sums[s], period, slots + s * period);
    origins[0] = last[0][3];
    origins[1] = last[1][3];
}

SIMD_CLONES
static void pair_groups(double *restrict slots, double *origins, const double *restrict x,
                        const double *restrict y, uint32_t period, size_t count, lap_pair *make,
                        double *restrict ret) {
    if (period == 5)
        pair_each(slots, origins, x, y, 5, count, make, ret);
    else
        pair_each(slots, origins, x, y, period, count, make, ret);
}

size_t window_laps_pair(double *restrict slots, double *origins, const double *restrict x,
                        const double *restrict y, uint32_t period, size_t count, lap_pair *make,
                        double *restrict ret) {
    size_t whole = period > LAP_PAIR_MAX ? 0 : groups_in(period, count);
    if (whole > 0) pair_groups(slots, origins, x, y, period, whole, make, ret);
    return whole;
}
