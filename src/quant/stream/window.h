// SPDX-License-Identifier: Apache-2.0
// Rolling windows over the last `period` values that never subtract what they once added, so that
// nothing that has left the window can linger as a rounding error: the sum after a billion values
// is as good as after the first.
//
// The method is a queue made of two stacks (for maxima: van Herk, Pattern Recognition Letters 13,
// 1992; Gil and Werman, IEEE PAMI 15, 1993). The slots are a ring. Values of the current lap are
// folded into a running `back` and kept in slots [0, next); slots [next, period) belong to the lap
// before and hold the fold of themselves with everything behind them in that lap. The window is
// then slots[next] + back: two loads and an addition. When a lap ends its slots are folded from the
// last to the first. Cost: 2 steps a value, amortised; a lap's end costs `period` steps at once.
//
// Error of a sum: at most `period` roundings of the window's own sum of magnitudes.
//
// Cursor, running values and slots are the caller's (part of an indicator's state): plain data, no
// pointers. The slots come first-to-last in the caller's array; *_slots(period) tells how many
// doubles each kind takes; they are 0 at first.
//
// The `_run` of a kind is `push` of each of `count` values in turn, the same bits in results and
// state, lap by lap in registers. Its result i is what the i-th push returned, undefined as that is
// before the window is full. Results overlap neither the values nor the slots.
#ifndef FULMAR_QUANT_STREAM_WINDOW_H
#define FULMAR_QUANT_STREAM_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/simd.h"

struct window {
    uint32_t period;
    uint32_t next; // the slot that the next value takes
    uint32_t full; // 1 once `period` values were seen: what the functions below return is defined
    uint32_t reserved;
};
_Static_assert(sizeof(struct window) == 16, "part of states that are hashed as bytes");

static inline struct window window_make(uint32_t period) {
    return (struct window){.period = period};
}

// The last value of a lap was placed: true after stepping over it. The caller then folds its slots.
static inline bool window_step(struct window *window) {
    window->next++;
    if (LIKELY(window->next < window->period)) return false;
    window->next = 0;
    window->full = 1;
    return true;
}

// How many of the next `count` values leave the window short of full.
static inline size_t window_missing(const struct window *window, size_t count) {
    size_t missing = window->full != 0 ? 0 : window->period - window->next - 1;
    return missing < count ? missing : count;
}

// How many of the next `count` values to run at once where at most `most` can be: to the end of a lap that is under way
// and then as many laps by fours as there is room for, which is what window_laps.h takes whole.
static inline size_t window_block(const struct window *window, size_t count, size_t most) {
    size_t head = window->next == 0 ? 0 : window->period - window->next;
    size_t group = 4 * (size_t)window->period;
    size_t n = head + group <= most ? head + (most - head) / group * group : most;
    return n < count ? n : count;
}

// A delay: the value `period` values ago.
static inline size_t window_delay_slots(uint32_t period) {
    return period;
}

// Puts x in and returns what was put in `period` values ago; meaningful if the window was full
// before the call.
static inline double window_delay_push(struct window *window, double *slots, double x) {
    double old = slots[window->next];
    slots[window->next] = x;
    (void)window_step(window);
    return old;
}

void window_delay_run(struct window *window, double *restrict slots, const double *restrict x,
                      size_t count, double *restrict ret_old);

// The same where what comes out is not wanted.
void window_delay_put(struct window *window, double *restrict slots, const double *restrict x,
                      size_t count);

// The sum of the window.
struct window_sum {
    struct window at;
    double back;
};
_Static_assert(sizeof(struct window_sum) == 24, "part of states that are hashed as bytes");

static inline struct window_sum window_sum_make(uint32_t period) {
    return (struct window_sum){.at = window_make(period)};
}

static inline size_t window_sum_slots(uint32_t period) {
    return period;
}

// The lap's slots are folded into sums of themselves and what is behind them; returns that of them all.
static inline double window_sum_fold(double *slots, uint32_t period) {
    double fold = slots[period - 1];
    for (uint32_t i = period - 1; i > 0; i--) slots[i - 1] = fold += slots[i - 1];
    return fold;
}

static inline double window_sum_push(struct window_sum *sum, double *slots, double x) {
    uint32_t next = sum->at.next;
    double back = sum->back + x;
    slots[next++] = x;
    if (LIKELY(next < sum->at.period)) {
        sum->at.next = next;
        sum->back = back;
        return slots[next] + back;
    }
    sum->at.next = 0;
    sum->at.full = 1;
    sum->back = 0;
    return window_sum_fold(slots, sum->at.period);
}

void window_sum_run(struct window_sum *sum, double *restrict slots, const double *restrict x,
                    size_t count, double *restrict ret_sums);

// Each sum is divided by `by`, in the same pass.
void window_mean_run(struct window_sum *sum, double *restrict slots, const double *restrict x,
                     size_t count, double by, double *restrict ret_means);

// The largest value of the window (for the smallest: push -x and negate). A zero is positive.
struct window_max {
    struct window at;
    double back;
};
_Static_assert(sizeof(struct window_max) == 24, "part of states that are hashed as bytes");

static inline struct window_max window_max_make(uint32_t period) {
    return (struct window_max){.at = window_make(period), .back = -__builtin_inf()};
}

static inline size_t window_max_slots(uint32_t period) {
    return period;
}

static inline double window_max_push(struct window_max *max, double *slots, double x) {
    slots[max->at.next] = x;
    max->back = simd_larger(x, max->back);
    if (window_step(&max->at)) {
        double fold = slots[max->at.period - 1];
        for (uint32_t i = max->at.period - 1; i > 0; i--)
            slots[i - 1] = fold = simd_larger(fold, slots[i - 1]);
        max->back = -__builtin_inf();
    }
    double front = slots[max->at.next];
    return simd_larger(front, max->back) + 0.0;
}

void window_max_run(struct window_max *max, double *restrict slots, const double *restrict x,
                    size_t count, double *restrict ret_max);

// The smallest value of the window, kept as the largest of -x.
static inline double window_min_push(struct window_max *min, double *slots, double x) {
    return 0.0 - window_max_push(min, slots, -x);
}

void window_min_run(struct window_max *min, double *restrict slots, const double *restrict x,
                    size_t count, double *restrict ret_min);

// Mean and sum of squared deviations.
//
// Sums are of d = x - origin, where origin is a value of the window itself (the last of the lap
// before). Then (origin - mean)^2 <= sum (x - mean)^2, so that sum d^2 - (sum d)^2 / period loses
// at most a factor `period` to cancellation whatever the level of the series; and a window of equal
// values has a variance of exactly 0.
struct window_moments {
    struct window at;
    double origin;
    double back;        // of d
    double back_square; // of d^2
};
_Static_assert(sizeof(struct window_moments) == 40, "part of states that are hashed as bytes");

struct moments {
    double mean;
    double deviation; // newest value - mean
    double squares;   // sum of (x - mean)^2, >= 0
};

static inline struct window_moments window_moments_make(uint32_t period) {
    return (struct window_moments){.at = window_make(period)};
}

static inline size_t window_moments_slots(uint32_t period) {
    return 2 * (size_t)period;
}

static inline void window_moments_fold(struct window_moments *moments, double *slots) {
    uint32_t period = moments->at.period;
    double *squares = slots + period;
    double origin = slots[period - 1];
    double sum = 0, sum_square = 0;
    for (uint32_t i = period; i > 0; i--) {
        double d = slots[i - 1] - origin;
        sum += d;
        sum_square += d * d;
        slots[i - 1] = sum;
        squares[i - 1] = sum_square;
    }
    moments->origin = origin;
    moments->back = 0;
    moments->back_square = 0;
}

static inline struct moments window_moments_push(struct window_moments *moments, double *slots,
                                                 double x) {
    double d = x - moments->origin;
    slots[moments->at.next] = x;
    moments->back += d;
    moments->back_square += d * d;
    if (window_step(&moments->at)) window_moments_fold(moments, slots);
    uint32_t next = moments->at.next;
    double count = (double)moments->at.period;
    double sum = slots[next] + moments->back;
    double sum_square = slots[moments->at.period + next] + moments->back_square;
    double squares = sum_square - sum * (sum / count);
    return (struct moments){.mean = moments->origin + sum / count,
                            .deviation = (x - moments->origin) - sum / count,
                            .squares = squares > 0 ? squares : 0};
}

void window_moments_run(struct window_moments *moments, double *restrict slots,
                        const double *restrict x, size_t count, double *restrict ret_means,
                        double *restrict ret_squares);

// Sum and first moment over positions 0 (oldest) to period - 1 (newest).
//
// Sums are of d = x - origin as above, so that a slope does not lose the digits that the level
// takes.
struct window_line {
    struct window at;
    double origin;
    double back;          // of d
    double back_position; // of t d, t = 1, 2, ... within the lap
};
_Static_assert(sizeof(struct window_line) == 40, "part of states that are hashed as bytes");

struct line_sums {
    double origin;
    double sum;    // of d over the window
    double moment; // of position times d
};

static inline struct window_line window_line_make(uint32_t period) {
    return (struct window_line){.at = window_make(period)};
}

static inline size_t window_line_slots(uint32_t period) {
    return 2 * (size_t)period;
}

static inline void window_line_fold(struct window_line *line, double *slots) {
    uint32_t period = line->at.period;
    double *moments = slots + period;
    double origin = slots[period - 1];
    double sum = 0, moment = 0;
    for (uint32_t i = period; i > 0; i--) {
        moment += sum; // everything behind moves one position on
        sum += slots[i - 1] - origin;
        slots[i - 1] = sum;
        moments[i - 1] = moment;
    }
    line->origin = origin;
    line->back = 0;
    line->back_position = 0;
}

static inline struct line_sums window_line_push(struct window_line *line, double *slots, double x) {
    double d = x - line->origin;
    slots[line->at.next] = x;
    line->back += d;
    line->back_position += d * (double)(line->at.next + 1);
    if (window_step(&line->at)) window_line_fold(line, slots);
    uint32_t next = line->at.next;
    uint32_t period = line->at.period;
    // The t-th value of this lap stands at position period - next - 1 + t.
    double before = (double)period - (double)next - 1;
    return (struct line_sums){.origin = line->origin,
                              .sum = slots[next] + line->back,
                              .moment = slots[period + next] +
                                        (before * line->back + line->back_position)};
}

// The sums as columns.
void window_line_run(struct window_line *line, double *restrict slots, const double *restrict x,
                     size_t count, double *restrict ret_origins, double *restrict ret_sums,
                     double *restrict ret_moments);

// The sum of weights 1 (oldest) to period (newest) times the values.
//
// The t-th value of a lap adds period x to the weighted sum of the lap's own values and takes one of
// each value before it in the lap off: that sum starts anew with every lap.
struct window_weighted {
    struct window at;
    double back;     // of x
    double weighted; // of the lap's values, with the weights that they have in the window
};
_Static_assert(sizeof(struct window_weighted) == 32, "part of states that are hashed as bytes");

static inline struct window_weighted window_weighted_make(uint32_t period) {
    return (struct window_weighted){.at = window_make(period)};
}

static inline size_t window_weighted_slots(uint32_t period) {
    return 2 * (size_t)period;
}

static inline double window_weighted_push(struct window_weighted *weighted, double *slots,
                                          double x) {
    uint32_t period = weighted->at.period;
    slots[weighted->at.next] = x;
    weighted->weighted += (double)period * x - weighted->back;
    weighted->back += x;
    if (window_step(&weighted->at)) {
        double sum = slots[period - 1], moment = sum;
        slots[2 * period - 1] = moment;
        for (uint32_t i = period - 1; i > 0; i--) {
            sum += slots[i - 1];
            moment += sum;
            slots[period + i - 1] = moment;
        }
        weighted->back = 0;
        weighted->weighted = 0;
    }
    return slots[period + weighted->at.next] + weighted->weighted;
}

// Each sum is divided by `by`: period (period + 1) / 2 makes means.
void window_weighted_run(struct window_weighted *weighted, double *restrict slots,
                         const double *restrict x, size_t count, double by,
                         double *restrict ret_means);

#endif
