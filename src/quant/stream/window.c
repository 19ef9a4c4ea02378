// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/window.h"

#include <string.h>

#include "base/simd.h"
#include "quant/stream/window_laps.h"

// LAPS_MAX values of short laps are run at once.
enum { LAPS_MAX = 1024, MAX_BLOCK = 1024 };

typedef double both __attribute__((vector_size(16))); // two chains of additions, side by side

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

// `period` is a constant where it is short, so that a lap has no loop.
static void sum_each(const double *restrict x, size_t count, uint32_t period,
                     double *restrict ret_folds, double *restrict ret_sums) {
    size_t at = 0;
    switch (period) {
    case 2:
        for (; at < count; at += 2) sum_lap(x + at, 2, ret_folds + at, ret_sums + at);
        break;
    case 3:
        for (; at < count; at += 3) sum_lap(x + at, 3, ret_folds + at, ret_sums + at);
        break;
    default:
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

static size_t laps_in(uint32_t period, size_t count) {
    return period < 2 || period > LAP_MAX ? 0 : count / period * period;
}

// Whole laps: by groups, then those that are left. Returns how many values they are.
static size_t sum_laps(double *restrict slots, uint32_t period, const double *restrict x,
                       size_t count, double by, double *restrict ret_sums) {
    double folds[LAP_MAX + LAPS_MAX];
    size_t whole = laps_in(period, count);
    size_t at = window_laps_sum(slots, x, period, count, by, ret_sums);
    if (at == whole) return whole;
    memcpy(folds, slots, period * sizeof *slots);
    for (size_t n; at < whole; at += n) {
        n = LAPS_MAX / period * period;
        if (n > whole - at) n = whole - at;
        sum_each(x + at, n, period, folds + period, ret_sums + at);
        join(ret_sums + at, folds + 1, n, by);
        memmove(folds, folds + n, period * sizeof *folds);
    }
    memcpy(slots, folds, period * sizeof *slots);
    return whole;
}

void window_mean_run(struct window_sum *sum, double *restrict slots, const double *restrict x,
                     size_t count, double by, double *restrict ret_means) {
    size_t at = 0;
    while (at < count) {
        if (sum->at.next == 0) {
            size_t laps = sum_laps(slots, sum->at.period, x + at, count - at, by, ret_means + at);
            if (laps > 0) sum->at.full = 1;
            at += laps;
        }
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

static size_t moments_laps(struct window_moments *moments, double *restrict slots,
                           const double *restrict x, size_t count, double *restrict ret_means,
                           double *restrict ret_squares) {
    size_t laps = window_laps_moments(slots, &moments->origin, x, moments->at.period, count,
                                      ret_means, ret_squares);
    if (laps > 0) moments->at.full = 1;
    return laps;
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

static size_t weighted_laps(struct window_weighted *weighted, double *restrict slots,
                            const double *restrict x, size_t count, double by,
                            double *restrict ret_sums) {
    size_t laps = window_laps_weighted(slots, x, weighted->at.period, count, by, ret_sums);
    if (laps > 0) weighted->at.full = 1;
    return laps;
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
