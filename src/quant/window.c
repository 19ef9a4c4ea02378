// SPDX-License-Identifier: Apache-2.0
#include "quant/window.h"

#include <string.h>

#include "base/simd.h"

// Laps that are run whole: shorter ones are not worth it, longer ones do not stay in the nearest cache.
enum { LAP_MIN = 2, LAP_MAX = 512, MAX_BLOCK = 1024 };

// A run goes by pieces that end before the last value of a lap, which `push` itself takes: within a piece the slots
// behind the cursor stay as they are.
static size_t piece(const struct window *window, size_t count) {
    size_t room = window->period - window->next - 1;
    return count < room ? count : room;
}

void window_delay_run(struct window *window, double *restrict slots, const double *restrict x,
                      size_t count, double *restrict ret_old) {
    size_t at = 0;
    while (at < count) {
        size_t n = piece(window, count - at);
        memcpy(ret_old + at, slots + window->next, n * sizeof *x);
        memcpy(slots + window->next, x + at, n * sizeof *x);
        window->next += (uint32_t)n;
        at += n;
        if (at < count) {
            ret_old[at] = window_delay_push(window, slots, x[at]);
            at++;
        }
    }
}

// A lap whose values are all there: what they make together with the lap before, whose folds are `old`, and their own
// folds. Two chains of additions that do not wait for one another.
static inline __attribute__((always_inline)) void sum_lap(const double *restrict x, uint32_t period,
                                                          const double *restrict old,
                                                          double *restrict ret_folds,
                                                          double *restrict ret_sums) {
    uint32_t last = period - 1;
    double back = 0, fold = x[last];
    ret_folds[last] = fold;
    for (uint32_t i = 0; i < last; i++) {
        back += x[i];
        ret_sums[i] = old[i + 1] + back;
        ret_folds[last - 1 - i] = fold += x[last - 1 - i];
    }
    ret_sums[last] = fold + 0;
}

// Whole laps from the start of one on, with the folds in two buffers by turns; returns how many values they are.
static size_t sum_laps(struct window_sum *sum, double *restrict slots, const double *restrict x,
                       size_t count, double *restrict ret_sums) {
    uint32_t period = sum->at.period;
    double folds[2][LAP_MAX];
    size_t laps = count / period;
    if (laps == 0 || period > LAP_MAX || period < LAP_MIN) return 0;
    memcpy(folds[0], slots, period * sizeof *slots);
    for (size_t lap = 0; lap < laps; lap++)
        sum_lap(x + lap * period, period, folds[lap % 2], folds[1 - lap % 2],
                ret_sums + lap * period);
    memcpy(slots, folds[laps % 2], period * sizeof *slots);
    sum->at.full = 1;
    return laps * period;
}

void window_sum_run(struct window_sum *sum, double *restrict slots, const double *restrict x,
                    size_t count, double *restrict ret_sums) {
    size_t at = 0;
    while (at < count) {
        if (sum->at.next == 0) at += sum_laps(sum, slots, x + at, count - at, ret_sums + at);
        size_t n = piece(&sum->at, count - at);
        double *here = slots + sum->at.next;
        double back = sum->back;
        for (size_t i = 0; i < n; i++) {
            here[i] = x[at + i];
            back += x[at + i];
            ret_sums[at + i] = here[i + 1] + back;
        }
        sum->back = back;
        sum->at.next += (uint32_t)n;
        at += n;
        if (at < count) {
            ret_sums[at] = window_sum_push(sum, slots, x[at]);
            at++;
        }
    }
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
        for (size_t i = 0; i < n; i++) minus[i] = -x[at + i];
        window_max_run(min, slots, minus, n, ret_min + at);
    }
    for (size_t i = 0; i < count; i++) ret_min[i] = 0.0 - ret_min[i];
}

void window_moments_run(struct window_moments *moments, double *restrict slots,
                        const double *restrict x, size_t count, double *restrict ret_means,
                        double *restrict ret_squares) {
    double period = (double)moments->at.period;
    size_t at = 0;
    while (at < count) {
        size_t n = piece(&moments->at, count - at);
        double *here = slots + moments->at.next;
        const double *squares = here + moments->at.period;
        double origin = moments->origin, back = moments->back, back_square = moments->back_square;
        for (size_t i = 0; i < n; i++) {
            double d = x[at + i] - origin;
            here[i] = x[at + i];
            back += d;
            back_square += d * d;
            ret_means[at + i] = here[i + 1] + back;
            ret_squares[at + i] = squares[i + 1] + back_square;
        }
        for (size_t i = at; i < at + n; i++) {
            double sum = ret_means[i], square = ret_squares[i] - sum * (sum / period);
            ret_means[i] = origin + sum / period;
            ret_squares[i] = square > 0 ? square : 0;
        }
        moments->back = back;
        moments->back_square = back_square;
        moments->at.next += (uint32_t)n;
        at += n;
        if (at < count) {
            struct moments last = window_moments_push(moments, slots, x[at]);
            ret_means[at] = last.mean;
            ret_squares[at] = last.squares;
            at++;
        }
    }
}

static void weighted_lap(const double *restrict x, uint32_t period, const double *restrict old,
                         double *restrict ret_moments, double *restrict ret_sums) {
    uint32_t last = period - 1;
    double back = 0, weighted = 0, sum = x[last], moment = sum;
    ret_moments[last] = moment;
    for (uint32_t i = 0; i < last; i++) {
        weighted += (double)period * x[i] - back;
        back += x[i];
        ret_sums[i] = old[i + 1] + weighted;
        sum += x[last - 1 - i];
        ret_moments[last - 1 - i] = moment += sum;
    }
    ret_sums[last] = moment + 0;
}

static size_t weighted_laps(struct window_weighted *weighted, double *restrict slots,
                            const double *restrict x, size_t count, double *restrict ret_sums) {
    uint32_t period = weighted->at.period;
    double moments[2][LAP_MAX];
    size_t laps = count / period;
    if (laps == 0 || period > LAP_MAX || period < LAP_MIN) return 0;
    memcpy(moments[0], slots + period, period * sizeof *slots);
    for (size_t lap = 0; lap < laps; lap++)
        weighted_lap(x + lap * period, period, moments[lap % 2], moments[1 - lap % 2],
                     ret_sums + lap * period);
    memcpy(slots, x + (laps - 1) * period, period * sizeof *slots);
    memcpy(slots + period, moments[laps % 2], period * sizeof *slots);
    weighted->at.full = 1;
    return laps * period;
}

void window_weighted_run(struct window_weighted *weighted, double *restrict slots,
                         const double *restrict x, size_t count, double *restrict ret_sums) {
    double period = (double)weighted->at.period;
    size_t at = 0;
    while (at < count) {
        if (weighted->at.next == 0)
            at += weighted_laps(weighted, slots, x + at, count - at, ret_sums + at);
        size_t n = piece(&weighted->at, count - at);
        double *here = slots + weighted->at.next;
        const double *moments = here + weighted->at.period;
        double back = weighted->back, own = weighted->weighted;
        for (size_t i = 0; i < n; i++) {
            here[i] = x[at + i];
            own += period * x[at + i] - back;
            back += x[at + i];
            ret_sums[at + i] = moments[i + 1] + own;
        }
        weighted->back = back;
        weighted->weighted = own;
        weighted->at.next += (uint32_t)n;
        at += n;
        if (at < count) {
            ret_sums[at] = window_weighted_push(weighted, slots, x[at]);
            at++;
        }
    }
}
