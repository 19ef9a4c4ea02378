// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/rescaled_range.h"

#include <math.h>

// The caller's slots: the path in the lap's coordinates, the moments', and for each hull what follows.
// The lower hull is the upper one of the path upside down.
struct hull {
    // Corners from the end of the lap before to its start; the last one is the oldest point.
    uint32_t *front;
    uint32_t *front_before; // what a point replaced in `front` when it came
    uint32_t *front_size;   // and how long `front` was
    uint32_t *back;         // corners from the current lap's start on
    double sign;
};

static struct hull hull_of(const struct rescaled_range *range, double *slots, int side);
static void place(struct rescaled_range *range, double *slots, double y);
static void front_build(struct rescaled_range *range, double *path, const struct hull *hull,
                        int side);
static bool below(const double *path, double sign, uint32_t a, uint32_t b, uint32_t c);
static double farthest(const double *path, const uint32_t *corners, uint32_t count, double sign,
                       double slope, double shift);
static double reach(const struct rescaled_range *range, double *slots, int side, double slope);

struct rescaled_range rescaled_range_make(uint32_t period) {
    return (struct rescaled_range){.at = window_make(period + 1),
                                   .moments = window_moments_make(period)};
}

size_t rescaled_range_slots(uint32_t period) {
    size_t points = (size_t)period + 1;
    return points + window_moments_slots(period) + 2 * 4 * points / 2;
}

double rescaled_range_push(struct rescaled_range *range, double *slots, double increment) {
    if (!range->begun) {
        range->begun = 1;
        place(range, slots, 0);
    }
    double *moments_slots = slots + range->at.period;
    struct moments moments = window_moments_push(&range->moments, moments_slots, increment);
    place(range, slots, range->last + increment);
    if (!range->at.full || !(moments.squares > 0)) return NAN;
    double period = (double)range->moments.at.period;
    double slope = (range->last - slots[range->at.next]) / period;
    double extent = reach(range, slots, 0, slope) + reach(range, slots, 1, slope);
    return (extent > 0 ? extent : 0) / sqrt(moments.squares / period);
}

double rescaled_range_expected(uint32_t period) {
    // Gamma((n - 1) / 2) / (sqrt(pi) Gamma(n / 2)) from n = 2 or 3 in steps of 2.
    double factor = period % 2 == 0 ? 1 : M_2_PI;
    for (uint32_t n = 2 + period % 2; n < period; n += 2) factor *= ((double)n - 1) / (double)n;
    double sum = 0;
    for (uint32_t i = period - 1; i > 0; i--) sum += sqrt((double)(period - i) / (double)i);
    return factor * sum;
}

static struct hull hull_of(const struct rescaled_range *range, double *slots, int side) {
    size_t points = range->at.period;
    uint32_t *corners =
        (uint32_t *)(slots + points + window_moments_slots(range->moments.at.period));
    corners += (size_t)side * 4 * points;
    return (struct hull){.front = corners,
                         .front_before = corners + points,
                         .front_size = corners + 2 * points,
                         .back = corners + 3 * points,
                         .sign = side == 0 ? 1 : -1};
}

// Puts the next point in and takes the oldest one out.
static void place(struct rescaled_range *range, double *slots, double y) {
    uint32_t slot = range->at.next;
    slots[slot] = y;
    range->last = y;
    for (int side = 0; side < 2; side++) {
        struct hull hull = hull_of(range, slots, side);
        if (range->at.full) {
            hull.front[range->front[side] - 1] = hull.front_before[slot];
            range->front[side] = hull.front_size[slot];
        }
        uint32_t count = range->back[side];
        while (count > 1 &&
               below(slots, hull.sign, hull.back[count - 2], hull.back[count - 1], slot))
            count--;
        hull.back[count] = slot;
        range->back[side] = count + 1;
    }
    if (!window_step(&range->at)) return;
    for (uint32_t i = 0; i < range->at.period; i++) slots[i] -= y;
    range->last = 0;
    for (int side = 0; side < 2; side++) {
        struct hull hull = hull_of(range, slots, side);
        front_build(range, slots, &hull, side);
    }
}

static void front_build(struct rescaled_range *range, double *path, const struct hull *hull,
                        int side) {
    uint32_t size = 0;
    for (uint32_t i = range->at.period; i > 0; i--) {
        uint32_t point = i - 1, count = size;
        while (count > 1 &&
               below(path, hull->sign, point, hull->front[count - 1], hull->front[count - 2]))
            count--;
        hull->front_before[point] = hull->front[count];
        hull->front_size[point] = size;
        hull->front[count] = point;
        size = count + 1;
    }
    range->front[side] = size;
    range->back[side] = 0;
}

// Whether b lies on or below the line from a to c, a < b < c.
static bool below(const double *path, double sign, uint32_t a, uint32_t b, uint32_t c) {
    double to_b = sign * (path[b] - path[a]), to_c = sign * (path[c] - path[a]);
    return to_b * (double)(c - a) <= to_c * (double)(b - a);
}

// The largest distance, measured upright, of the corners from the line through the origin, where a corner's time
// is its slot less `shift`. Along a hull it rises and then falls.
static double farthest(const double *path, const uint32_t *corners, uint32_t count, double sign,
                       double slope, double shift) {
    uint32_t low = 0, high = count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t a = corners[middle], b = corners[middle + 1];
        double step = sign * ((path[b] - path[a]) - slope * ((double)b - (double)a));
        if (step > 0)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t corner = corners[low];
    return sign * (path[corner] - slope * ((double)corner - shift));
}

static double reach(const struct rescaled_range *range, double *slots, int side, double slope) {
    struct hull hull = hull_of(range, slots, side);
    double lap = (double)range->at.period, best = -INFINITY;
    if (range->front[side] > 0)
        best = farthest(slots, hull.front, range->front[side], hull.sign, slope, lap);
    if (range->back[side] > 0) {
        double back = farthest(slots, hull.back, range->back[side], hull.sign, slope, 0);
        if (back > best) best = back;
    }
    return best;
}
