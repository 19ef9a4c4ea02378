// SPDX-License-Identifier: Apache-2.0
// A least-squares line through pairs that come one at a time: over the last `period` of them, or all (period 0).
#ifndef FULMAR_QUANT_MICRO_MICRO_LINE_H
#define FULMAR_QUANT_MICRO_MICRO_LINE_H

#include <math.h>

#include "quant/stream/window_pair.h"

struct micro_line {
    struct window_pair pair; // of period > 0
    uint64_t count;          // pairs that the line is through
    double mean_x, mean_y;   // and sums of products of deviations from them
    double xx, xy, yy;
};

// Doubles behind the state for the window.
static inline size_t micro_line_slots(uint32_t period) {
    return window_pair_slots(period);
}

static inline struct micro_line micro_line_make(uint32_t period) {
    return (struct micro_line){.pair = window_pair_make(period)};
}

// `more` pairs of these means whose deviations add nothing (Chan, Golub and LeVeque, 1983).
static inline void micro_line_merge(struct micro_line *line, double x, double y, double more) {
    double n = (double)line->count, total = n + more;
    double dx = x - line->mean_x, dy = y - line->mean_y, weight = n * more / total;
    line->xx += dx * dx * weight;
    line->xy += dx * dy * weight;
    line->yy += dy * dy * weight;
    line->mean_x += dx * more / total;
    line->mean_y += dy * more / total;
}

static inline void micro_line_push(struct micro_line *line, double *slots, double x, double y) {
    uint64_t period = line->pair.at.period;
    if (period == 0) {
        micro_line_merge(line, x, y, 1);
        line->count++;
        return;
    }
    double sums[PAIR_SUMS];
    window_pair_push(&line->pair, slots, x, y, sums);
    if (line->count < period) line->count++;
    double n = (double)line->count, dx = sums[PAIR_X] / n, dy = sums[PAIR_Y] / n;
    line->mean_x = line->pair.origin_x + dx;
    line->mean_y = line->pair.origin_y + dy;
    line->xx = sums[PAIR_XX] - sums[PAIR_X] * dx;
    line->xy = sums[PAIR_XY] - sums[PAIR_X] * dy;
    line->yy = sums[PAIR_YY] - sums[PAIR_Y] * dy;
}

// `more` pairs of zeros.
static inline void micro_line_push_zeros(struct micro_line *line, double *slots, uint64_t more) {
    uint64_t period = line->pair.at.period;
    if (more == 0) return;
    if (period == 0) {
        micro_line_merge(line, 0, 0, (double)more);
        line->count += more;
        return;
    }
    for (uint64_t i = 0; i < more && i < 2 * period; i++) micro_line_push(line, slots, 0, 0);
}

// The slope of y on x; through the origin where there is no intercept. NaN: fewer than three pairs, or x all alike.
static inline double micro_line_slope(const struct micro_line *line, bool intercept) {
    double n = (double)line->count;
    double xx = line->xx + (intercept ? 0 : n * line->mean_x * line->mean_x);
    double xy = line->xy + (intercept ? 0 : n * line->mean_x * line->mean_y);
    return line->count >= 3 && xx > 0 ? xy / xx : NAN;
}

// The share of the variance of y that the line with an intercept explains, in [0, 1].
static inline double micro_line_r2(const struct micro_line *line) {
    double r2 = line->xy * line->xy / (line->xx * line->yy);
    return line->count >= 3 && line->xx > 0 && line->yy > 0 ? fmin(r2, 1) : NAN;
}

// Spans of time of one length, cut at its multiples since 1970.
struct micro_clock {
    int64_t span_ns;
    int64_t end_ns; // of the span in use; 0: none was
};

// How many spans have ended by now_ns since the last call: 0 within one and at the first.
static inline uint64_t micro_clock_pass(struct micro_clock *clock, int64_t now_ns) {
    if (now_ns < clock->end_ns) return 0;
    int64_t end = now_ns - now_ns % clock->span_ns + clock->span_ns;
    uint64_t passed = clock->end_ns == 0 ? 0 : (uint64_t)((end - clock->end_ns) / clock->span_ns);
    clock->end_ns = end;
    return passed;
}

#endif
