// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/window.h"

#include <string.h>

#include "base/simd.h"

// Laps that are run whole: shorter ones are not worth it, longer ones do not stay in the nearest cache.
enum { LAP_MIN = 2, LAP_MAX = 512, LAPS_MAX = 1024, MAX_BLOCK = 1024 };
enum { AHEAD = 1024 };

typedef double both __attribute__((vector_size(16))); // two chains of additions, side by side

enum { LANES = 4 };
typedef double lanes __attribute__((vector_size(32))); // of as many laps that follow one another
typedef double lanes_anywhere __attribute__((vector_size(32), aligned(8), may_alias));

#define LANES_INLINE static inline __attribute__((always_inline))

// Rows and columns change places.
LANES_INLINE void lanes_turn(lanes *rows) {
    lanes a = __builtin_shufflevector(rows[0], rows[1], 0, 4, 2, 6);
    lanes b = __builtin_shufflevector(rows[0], rows[1], 1, 5, 3, 7);
    lanes c = __builtin_shufflevector(rows[2], rows[3], 0, 4, 2, 6);
    lanes d = __builtin_shufflevector(rows[2], rows[3], 1, 5, 3, 7);
    rows[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    rows[1] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    rows[2] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    rows[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

// Four values of each lap, as four steps of all laps; and back.
LANES_INLINE void lanes_read(const double *x, size_t period, lanes *ret_steps) {
    ret_steps[0] = *(const lanes_anywhere *)x;
    ret_steps[1] = *(const lanes_anywhere *)(x + period);
    ret_steps[2] = *(const lanes_anywhere *)(x + 2 * period);
    ret_steps[3] = *(const lanes_anywhere *)(x + 3 * period);
    lanes_turn(ret_steps);
}

LANES_INLINE void lanes_write(lanes *steps, size_t period, double *ret) {
    lanes_turn(steps);
    *(lanes_anywhere *)ret = steps[0];
    *(lanes_anywhere *)(ret + period) = steps[1];
    *(lanes_anywhere *)(ret + 2 * period) = steps[2];
    *(lanes_anywhere *)(ret + 3 * period) = steps[3];
}

// One value of each lap.
LANES_INLINE void lanes_read_one(const double *x, size_t period, lanes *ret_step) {
    *ret_step = (lanes){x[0], x[period], x[2 * period], x[3 * period]};
}

LANES_INLINE void lanes_write_one(const lanes *step, size_t period, double *ret) {
    ret[0] = (*step)[0];
    ret[period] = (*step)[1];
    ret[2 * period] = (*step)[2];
    ret[3 * period] = (*step)[3];
}

// A run goes by pieces that end before the last value of a lap, which `push` itself takes: within a piece the slots
// behind the cursor stay as they are.
static size_t piece(const struct window *window, size_t count) {
    size_t room = window->period - window->next - 1;
    return count < room ? count : room;
}

void window_delay_put(struct window *window, double *restrict slots, const double *restrict x,
                      size_t count) {
    size_t period = window->period;
    if (count < period) {
        for (size_t i = 0; i < count; i++) (void)window_delay_push(window, slots, x[i]);
        return;
    }
    window->next = (uint32_t)((window->next + count) % period);
    window->full = 1;
    memcpy(slots, x + count - window->next,
           window->next * sizeof *x); // of the lap that is not over
    memcpy(slots + window->next, x + count - period, (period - window->next) * sizeof *x);
}

void window_delay_run(struct window *window, double *restrict slots, const double *restrict x,
                      size_t count, double *restrict ret_old) {
    size_t period = window->period, head = period - window->next;
    if (count < period) {
        for (size_t i = 0; i < count; i++) ret_old[i] = window_delay_push(window, slots, x[i]);
        return;
    }
    memcpy(ret_old, slots + window->next, head * sizeof *x);
    memcpy(ret_old + head, slots, window->next * sizeof *x);
    memcpy(ret_old + period, x, (count - period) * sizeof *x);
    window_delay_put(window, slots, x, count);
}

// Whole laps from the start of one on, at most LAPS_MAX values at once: `folds` has those of the lap before, then room
// for those of the laps. What a lap makes with the one before is left for one pass over all: laps do not wait for one
// another, and neither do the two chains of additions of one.
static inline __attribute__((always_inline)) void sum_lap(const double *restrict x, uint32_t period,
                                                          double *restrict ret_folds,
                                                          double *restrict ret_sums) {
    uint32_t last = period - 1;
    both sums = {0, x[last]}; // forward and backward
    ret_folds[last] = x[last];
    for (uint32_t i = 0; i < last; i++) {
        sums += (both){x[i], x[last - 1 - i]};
        ret_sums[i] = sums[0];
        ret_folds[last - 1 - i] = sums[1];
    }
    ret_sums[last] = -0.0; // which leaves what is added to it as it is
}

// The same of LANES laps, side by side.
SIMD_CLONES
static void sum_lanes(const double *restrict x, uint32_t period, double *restrict ret_folds,
                      double *restrict ret_sums) {
    lanes forward = {0, 0, 0, 0}, none = {-0.0, -0.0, -0.0, -0.0}, backward = none;
    lanes steps[LANES], step = none;
    uint32_t odd = period % LANES, i = 0;
    for (; i + LANES <= period; i += LANES) {
        lanes_read(x + i, period, steps);
        for (size_t k = 0; k < LANES; k++) steps[k] = forward += steps[k];
        lanes_write(steps, period, ret_sums + i);
    }
    for (; i < period; i++) {
        lanes_read_one(x + i, period, &step);
        forward += step;
        lanes_write_one(&forward, period, ret_sums + i);
    }
    lanes_write_one(&none, period, ret_sums + period - 1);
    for (; i > odd; i -= LANES) {
        lanes_read(x + i - LANES, period, steps);
        for (size_t k = LANES; k-- > 0;) steps[k] = backward += steps[k];
        lanes_write(steps, period, ret_folds + i - LANES);
    }
    while (i-- > 0) {
        lanes_read_one(x + i, period, &step);
        backward += step;
        lanes_write_one(&backward, period, ret_folds + i);
    }
}

// Columns are run a chunk at a time, too short for the processor to see the next one coming: asked for in small parts,
// it arrives while this one is worked at.
static void fetch_chunk(const double *x, const double *ret, size_t count) {
    simd_fetch(x, AHEAD, count);
    simd_fetch(ret, AHEAD, count);
}

// `period` is a constant where it is short, so that a lap has no loop.
static void sum_each(const double *restrict x, size_t count, uint32_t period,
                     double *restrict ret_folds, double *restrict ret_sums) {
    size_t at = 0, together = LANES * (size_t)period;
    switch (period) {
    case 2:
        for (; at < count; at += 2) sum_lap(x + at, 2, ret_folds + at, ret_sums + at);
        break;
    case 3:
        for (; at < count; at += 3) sum_lap(x + at, 3, ret_folds + at, ret_sums + at);
        break;
    case 5:
        for (; at < count; at += 5) sum_lap(x + at, 5, ret_folds + at, ret_sums + at);
        break;
    default:
        for (; at + together <= count; at += together) {
            fetch_chunk(x + at, ret_sums + at, together);
            sum_lanes(x + at, period, ret_folds + at, ret_sums + at);
        }
        for (; at < count; at += period) sum_lap(x + at, period, ret_folds + at, ret_sums + at);
    }
}

SIMD_CLONES
static void join(double *restrict values, const double *restrict others, size_t count, double by) {
    if (by == 1)
        for (size_t i = 0; i < count; i++) values[i] += others[i];
    else
        for (size_t i = 0; i < count; i++) values[i] = (values[i] + others[i]) / by;
}

// Returns how many values the laps are.
static size_t sum_laps(struct window_sum *sum, double *restrict slots, const double *restrict x,
                       size_t count, double by, double *restrict ret_sums) {
    uint32_t period = sum->at.period;
    double folds[LAP_MAX + LAPS_MAX];
    size_t at = 0, whole = period <= LAP_MAX && period >= LAP_MIN ? count / period * period : 0;
    if (whole == 0) return 0;
    memcpy(folds, slots, period * sizeof *slots);
    for (size_t n; at < whole; at += n) {
        n = LAPS_MAX / period * period;
        if (n > whole - at) n = whole - at;
        sum_each(x + at, n, period, folds + period, ret_sums + at);
        join(ret_sums + at, folds + 1, n, by);
        memmove(folds, folds + n, period * sizeof *folds);
    }
    memcpy(slots, folds, period * sizeof *slots);
    sum->at.full = 1;
    return whole;
}

void window_mean_run(struct window_sum *sum, double *restrict slots, const double *restrict x,
                     size_t count, double by, double *restrict ret_means) {
    size_t at = 0;
    while (at < count) {
        if (sum->at.next == 0) at += sum_laps(sum, slots, x + at, count - at, by, ret_means + at);
        size_t n = piece(&sum->at, count - at);
        double *here = slots + sum->at.next;
        double back = sum->back;
        for (size_t i = 0; i < n; i++) {
            here[i] = x[at + i];
            back += x[at + i];
            ret_means[at + i] = (here[i + 1] + back) / by;
        }
        sum->back = back;
        sum->at.next += (uint32_t)n;
        at += n;
        if (at < count) {
            ret_means[at] = window_sum_push(sum, slots, x[at]) / by;
            at++;
        }
    }
}

void window_sum_run(struct window_sum *sum, double *restrict slots, const double *restrict x,
                    size_t count, double *restrict ret_sums) {
    window_mean_run(sum, slots, x, count, 1, ret_sums);
}

// Row by row.
static void max_scan(struct window_max *max, double *restrict slots, const double *restrict x,
                     size_t count, double *restrict ret_max) {
    size_t at = 0;
    while (at < count) {
        size_t n = piece(&max->at, count - at);
        double *here = slots + max->at.next;
        double back = max->back;
        for (size_t i = 0; i < n; i++) {
            here[i] = x[at + i];
            back = x[at + i] > back ? x[at + i] : back;
            ret_max[at + i] = (here[i + 1] > back ? here[i + 1] : back) + 0.0;
        }
        max->back = back;
        max->at.next += (uint32_t)n;
        at += n;
        if (at < count) {
            ret_max[at] = window_max_push(max, slots, x[at]);
            at++;
        }
    }
}

// ret_max[i] is the largest of x[i - period + 1] to x[i], by doubling the length of what is known: the order does not
// matter to a maximum.
SIMD_CLONES
static void max_block(const double *restrict x, uint32_t period, size_t count,
                      double *restrict ret_max) {
    double known[2][MAX_BLOCK + LAP_MAX];
    const double *from = x - (period - 1);
    size_t len = count + period - 1, turn = 0;
    uint32_t width = 1;
    for (; 2 * width <= period; width *= 2, turn = 1 - turn) {
        double *to = known[turn];
        for (size_t i = width; i < len; i++)
            to[i] = from[i] > from[i - width] ? from[i] : from[i - width];
        from = to;
    }
    const double *late = from + period - 1, *early = from + width - 1;
    for (size_t i = 0; i < count; i++) ret_max[i] = (late[i] > early[i] ? late[i] : early[i]) + 0.0;
}

// The state after rows that end with x[count - 1], count >= 2 periods, of which the cursor has moved over all.
static void max_settle(struct window_max *max, double *restrict slots, const double *restrict x,
                       size_t count) {
    uint32_t period = max->at.period, next = max->at.next;
    double ignored[LAP_MAX];
    max->at.next = 0;
    max->back = -__builtin_inf();
    max_scan(max, slots, x + count - next - period, period, ignored);
    max_scan(max, slots, x + count - next, next, ignored);
}

void window_max_run(struct window_max *max, double *restrict slots, const double *restrict x,
                    size_t count, double *restrict ret_max) {
    uint32_t period = max->at.period;
    if (period > LAP_MAX || count < 4 * (size_t)period) {
        max_scan(max, slots, x, count, ret_max);
        return;
    }
    uint32_t next = (uint32_t)((max->at.next + count) % period);
    max_scan(max, slots, x, period - 1, ret_max);
    for (size_t at = period - 1, n; at < count; at += n) {
        n = count - at < MAX_BLOCK ? count - at : MAX_BLOCK;
        max_block(x + at, period, n, ret_max + at);
    }
    max->at.next = next;
    max->at.full = 1;
    max_settle(max, slots, x, count);
}

void window_min_run(struct window_max *min, double *restrict slots, const double *restrict x,
                    size_t count, double *restrict ret_min) {
    double minus[MAX_BLOCK];
    for (size_t at = 0, n; at < count; at += n) {
        n = count - at < MAX_BLOCK ? count - at : MAX_BLOCK;
        memcpy(minus, x + at, n * sizeof *minus);
        for (size_t i = 0; i < n; i++) minus[i] = -minus[i];
        window_max_run(min, slots, minus, n, ret_min + at);
    }
    for (size_t i = 0; i < count; i++) ret_min[i] = 0.0 - ret_min[i];
}

// Sums of d and of d^2 forward, from the origin of the lap before, and backward, from the lap's own.
struct moments_laps {
    double folds[LAP_MAX + LAPS_MAX]; // those of the lap before, then of the laps
    double squares[LAP_MAX + LAPS_MAX];
    double origins[LAPS_MAX]; // of the rows
};

static inline __attribute__((always_inline)) void moments_lap(const double *restrict x,
                                                              uint32_t period, double before,
                                                              struct moments_laps *restrict laps,
                                                              size_t lap, double *restrict ret_sums,
                                                              double *restrict ret_squares) {
    uint32_t last = period - 1;
    double *folds = laps->folds + period + lap, *squares = laps->squares + period + lap;
    both origins = {before, x[last]}, sum = {0, 0}, square = {0, 0};
    folds[last] = squares[last] = 0;
    for (uint32_t i = 0; i < last; i++) {
        both d = (both){x[i], x[last - 1 - i]} - origins;
        sum += d;
        square += d * d;
        laps->origins[lap + i] = before;
        ret_sums[i] = sum[0];
        ret_squares[i] = square[0];
        folds[last - 1 - i] = sum[1];
        squares[last - 1 - i] = square[1];
    }
    laps->origins[lap + last] = x[last];
    ret_sums[last] = ret_squares[last] = 0;
}

// `period` is a constant where it is short, as in sum_each; returns the origin of the lap behind.
static double moments_each(const double *restrict x, size_t count, uint32_t period, double origin,
                           struct moments_laps *restrict laps, double *restrict ret_sums,
                           double *restrict ret_squares) {
    for (size_t at = 0; at < count; at += period) {
        fetch_chunk(x + at, ret_squares + at, period);
        if (period == 5)
            moments_lap(x + at, 5, origin, laps, at, ret_sums + at, ret_squares + at);
        else
            moments_lap(x + at, period, origin, laps, at, ret_sums + at, ret_squares + at);
        origin = x[at + period - 1];
    }
    return origin;
}

// From the sums of laps to the moments of windows.
SIMD_CLONES
static void moments_of(double period, const struct moments_laps *restrict laps, size_t count,
                       double *restrict means, double *restrict squares) {
    for (size_t i = 0; i < count; i++) {
        double sum = laps->folds[i + 1] + means[i], mean = sum / period;
        double square = laps->squares[i + 1] + squares[i] - sum * mean;
        means[i] = laps->origins[i] + mean;
        squares[i] = square > 0 ? square : 0;
    }
}

static size_t moments_laps(struct window_moments *moments, double *restrict slots,
                           const double *restrict x, size_t count, double *restrict ret_means,
                           double *restrict ret_squares) {
    uint32_t period = moments->at.period;
    struct moments_laps laps;
    size_t at = 0, whole = period <= LAP_MAX && period >= LAP_MIN ? count / period * period : 0;
    if (whole == 0) return 0;
    memcpy(laps.folds, slots, period * sizeof *slots);
    memcpy(laps.squares, slots + period, period * sizeof *slots);
    for (size_t n; at < whole; at += n) {
        n = LAPS_MAX / period * period;
        if (n > whole - at) n = whole - at;
        moments->origin = moments_each(x + at, n, period, moments->origin, &laps, ret_means + at,
                                       ret_squares + at);
        moments_of((double)period, &laps, n, ret_means + at, ret_squares + at);
        memmove(laps.folds, laps.folds + n, period * sizeof *slots);
        memmove(laps.squares, laps.squares + n, period * sizeof *slots);
    }
    memcpy(slots, laps.folds, period * sizeof *slots);
    memcpy(slots + period, laps.squares, period * sizeof *slots);
    moments->at.full = 1;
    return whole;
}

void window_moments_run(struct window_moments *moments, double *restrict slots,
                        const double *restrict x, size_t count, double *restrict ret_means,
                        double *restrict ret_squares) {
    size_t at = 0;
    while (at < count) {
        if (moments->at.next == 0)
            at +=
                moments_laps(moments, slots, x + at, count - at, ret_means + at, ret_squares + at);
        size_t n = moments->at.period - moments->at.next;
        if (n > count - at) n = count - at;
        for (size_t i = at; i < at + n; i++) {
            struct moments row = window_moments_push(moments, slots, x[i]);
            ret_means[i] = row.mean;
            ret_squares[i] = row.squares;
        }
        at += n;
    }
}

void window_line_run(struct window_line *line, double *restrict slots, const double *restrict x,
                     size_t count, double *restrict ret_origins, double *restrict ret_sums,
                     double *restrict ret_moments) {
    double period = (double)line->at.period;
    size_t at = 0;
    while (at < count) {
        size_t n = piece(&line->at, count - at);
        double *here = slots + line->at.next;
        const double *moments = here + line->at.period;
        double origin = line->origin, back = line->back, back_position = line->back_position;
        double position = (double)line->at.next + 1;
        for (size_t i = 0; i < n; i++, position += 1) {
            double d = x[at + i] - origin;
            here[i] = x[at + i];
            back += d;
            back_position += d * position;
            ret_origins[at + i] = origin;
            ret_sums[at + i] = here[i + 1] + back;
            ret_moments[at + i] = moments[i + 1] + ((period - position - 1) * back + back_position);
        }
        line->back = back;
        line->back_position = back_position;
        line->at.next += (uint32_t)n;
        at += n;
        if (at < count) {
            struct line_sums last = window_line_push(line, slots, x[at]);
            ret_origins[at] = last.origin;
            ret_sums[at] = last.sum;
            ret_moments[at] = last.moment;
            at++;
        }
    }
}

static inline __attribute__((always_inline)) void weighted_lap(const double *restrict x,
                                                               uint32_t period,
                                                               double *restrict ret_moments,
                                                               double *restrict ret_sums) {
    uint32_t last = period - 1;
    both sums = {0, x[last]}, weighted = sums; // forward and backward
    ret_moments[last] = x[last];
    for (uint32_t i = 0; i < last; i++) {
        both x_sum = sums + (both){x[i], x[last - 1 - i]};
        weighted += (both){(double)period * x[i] - sums[0], x_sum[1]};
        sums = x_sum;
        ret_sums[i] = weighted[0];
        ret_moments[last - 1 - i] = weighted[1];
    }
    ret_sums[last] = 0;
}

// The same of LANES laps, side by side.
SIMD_CLONES
static void weighted_lanes(const double *restrict x, uint32_t period, double *restrict ret_moments,
                           double *restrict ret_sums) {
    lanes sum = {0, 0, 0, 0}, weighted = sum, zero = sum, steps[LANES], step = zero;
    lanes behind = {-0.0, -0.0, -0.0, -0.0}, moment = behind;
    double most = (double)period;
    uint32_t odd = period % LANES, i = 0;
    for (; i + LANES <= period; i += LANES) {
        lanes_read(x + i, period, steps);
        for (size_t k = 0; k < LANES; k++) {
            lanes value = steps[k];
            steps[k] = weighted += most * value - sum;
            sum += value;
        }
        lanes_write(steps, period, ret_sums + i);
    }
    for (; i < period; i++) {
        lanes_read_one(x + i, period, &step);
        weighted += most * step - sum;
        sum += step;
        lanes_write_one(&weighted, period, ret_sums + i);
    }
    lanes_write_one(&zero, period, ret_sums + period - 1);
    for (; i > odd; i -= LANES) {
        lanes_read(x + i - LANES, period, steps);
        for (size_t k = LANES; k-- > 0;) steps[k] = moment += behind += steps[k];
        lanes_write(steps, period, ret_moments + i - LANES);
    }
    while (i-- > 0) {
        lanes_read_one(x + i, period, &step);
        moment += behind += step;
        lanes_write_one(&moment, period, ret_moments + i);
    }
}

static size_t weighted_laps(struct window_weighted *weighted, double *restrict slots,
                            const double *restrict x, size_t count, double by,
                            double *restrict ret_sums) {
    uint32_t period = weighted->at.period;
    double moments[LAP_MAX + LAPS_MAX];
    size_t at = 0, whole = period <= LAP_MAX && period >= LAP_MIN ? count / period * period : 0;
    if (whole == 0) return 0;
    memcpy(moments, slots + period, period * sizeof *slots);
    for (size_t n; at < whole; at += n) {
        n = LAPS_MAX / period * period;
        if (n > whole - at) n = whole - at;
        size_t lap = 0, together = LANES * (size_t)period;
        for (; lap + together <= n; lap += together) {
            fetch_chunk(x + at + lap, ret_sums + at + lap, together);
            weighted_lanes(x + at + lap, period, moments + period + lap, ret_sums + at + lap);
        }
        for (; lap < n; lap += period)
            weighted_lap(x + at + lap, period, moments + period + lap, ret_sums + at + lap);
        join(ret_sums + at, moments + 1, n, by);
        memmove(moments, moments + n, period * sizeof *moments);
    }
    memcpy(slots, x + whole - period, period * sizeof *slots);
    memcpy(slots + period, moments, period * sizeof *slots);
    weighted->at.full = 1;
    return whole;
}

void window_weighted_run(struct window_weighted *weighted, double *restrict slots,
                         const double *restrict x, size_t count, double by,
                         double *restrict ret_means) {
    double period = (double)weighted->at.period;
    size_t at = 0;
    while (at < count) {
        if (weighted->at.next == 0)
            at += weighted_laps(weighted, slots, x + at, count - at, by, ret_means + at);
        size_t n = piece(&weighted->at, count - at);
        double *here = slots + weighted->at.next;
        const double *moments = here + weighted->at.period;
        double back = weighted->back, own = weighted->weighted;
        for (size_t i = 0; i < n; i++) {
            here[i] = x[at + i];
            own += period * x[at + i] - back;
            back += x[at + i];
            ret_means[at + i] = (moments[i + 1] + own) / by;
        }
        weighted->back = back;
        weighted->weighted = own;
        weighted->at.next += (uint32_t)n;
        at += n;
        if (at < count) {
            ret_means[at] = window_weighted_push(weighted, slots, x[at]) / by;
            at++;
        }
    }
}
