// SPDX-License-Identifier: Apache-2.0
// The largest value of a rolling window and the row at which it stands, by the method of
// quant/stream/window.h. Of equal values the newest or the oldest counts, as the caller says with a constant.
// Rows are numbered from 0 in the order in which they are put in. For the smallest: push -x and negate.
#ifndef FULMAR_QUANT_STREAM_WINDOW_PEAK_H
#define FULMAR_QUANT_STREAM_WINDOW_PEAK_H

#include "quant/stream/window.h"

enum peak_tie { PEAK_OLDEST, PEAK_NEWEST };

struct window_peak {
    struct window at;
    double lap; // the row of the current lap's slot 0
    double back;
    double back_row;
};
_Static_assert(sizeof(struct window_peak) == 40, "part of states that are hashed as bytes");

struct peak {
    double value;
    double row;
};

static inline struct window_peak window_peak_make(uint32_t period) {
    return (struct window_peak){.at = window_make(period), .back = -__builtin_inf()};
}

// Values, then rows.
static inline size_t window_peak_slots(uint32_t period) {
    return 2 * (size_t)period;
}

static inline void window_peak_fold(struct window_peak *peak, double *slots, enum peak_tie tie) {
    uint32_t period = peak->at.period;
    double *rows = slots + period;
    double fold = -__builtin_inf(), at = 0;
    for (uint32_t i = period; i > 0; i--) {
        bool wins = tie == PEAK_NEWEST ? slots[i - 1] > fold : slots[i - 1] >= fold;
        fold = wins ? slots[i - 1] : fold;
        at = wins ? peak->lap + (double)(i - 1) : at;
        slots[i - 1] = fold;
        rows[i - 1] = at;
    }
    peak->lap += (double)period;
    peak->back = -__builtin_inf();
    peak->back_row = 0;
}

static inline struct peak window_peak_push(struct window_peak *peak, double *slots, double x,
                                           enum peak_tie tie) {
    bool wins = tie == PEAK_NEWEST ? x >= peak->back : x > peak->back;
    slots[peak->at.next] = x;
    peak->back_row = wins ? peak->lap + (double)peak->at.next : peak->back_row;
    peak->back = wins ? x : peak->back;
    if (window_step(&peak->at)) window_peak_fold(peak, slots, tie);
    double front = slots[peak->at.next];
    bool in_back = tie == PEAK_NEWEST ? peak->back >= front : peak->back > front;
    return (struct peak){.value = in_back ? peak->back : front,
                         .row = in_back ? peak->back_row : slots[peak->at.period + peak->at.next]};
}

// Where a window stands that is about to take the last of `count` values, from the returned one on,
// instead of them all: at the start of the last lap but one, or where it stood (0) if that is before
// the first of them.
static inline size_t window_skip(struct window *window, size_t count) {
    CHECK(window->period > 0);
    size_t last = (window->next + count) % window->period; // values of the unfinished lap
    if (count < last + window->period) return 0;
    *window = (struct window){.period = window->period, .full = 1};
    return count - last - window->period;
}

// window_peak_push of `count` values of sign * x, of which the last two laps matter.
static inline void window_peak_skip(struct window_peak *peak, double *slots, const double *x,
                                    size_t count, double sign, enum peak_tie tie) {
    double row = peak->lap + (double)peak->at.next;
    size_t from = window_skip(&peak->at, count);
    if (from > 0) {
        peak->lap = row + (double)from;
        peak->back = -__builtin_inf();
        peak->back_row = 0;
    }
    for (size_t i = from; i < count; i++) (void)window_peak_push(peak, slots, sign * x[i], tie);
}

#endif
