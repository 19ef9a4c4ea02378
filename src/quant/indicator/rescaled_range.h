// SPDX-License-Identifier: Apache-2.0
// The rescaled range R/S of the last `period` increments of a path: how far the path strays from the
// straight line between its ends, up and down together, over the population standard deviation of its
// increments. Hurst, Trans. Am. Soc. Civ. Eng. 116 (1951); Mandelbrot and Wallis, Water Resour. Res. 5
// (1969).
//
// The line turns with each increment, so no running maximum will do. But the point farthest above any line
// is a corner of the upper convex hull, found in O(log period) steps by bisection. The window is a queue
// made of two stacks, as in quant/stream/window.h: hulls of the current lap grow to the right, those of the lap
// before were built from its end to its start and are taken apart from the start, undoing what each point
// had done. Cost: O(1) amortised for the hulls, O(log period) for the two searches in each.
//
// Plain data of the caller's, as in quant/stream/window.h.
#ifndef FULMAR_QUANT_INDICATOR_RESCALED_RANGE_H
#define FULMAR_QUANT_INDICATOR_RESCALED_RANGE_H

#include "quant/stream/window.h"

struct rescaled_range {
    struct window at;              // of points: one more than increments
    struct window_moments moments; // of increments
    double last;                   // the path's newest point
    uint32_t front[2];             // corners of the upper and the lower hull of the lap before
    uint32_t back[2];              // and of the current lap
    uint64_t begun;                // 1 once the path has its first point
};
_Static_assert(sizeof(struct rescaled_range) == 88, "part of states that are hashed as bytes");

struct rescaled_range rescaled_range_make(uint32_t period); // >= 2

// How many doubles it takes, zeroed.
size_t rescaled_range_slots(uint32_t period);

// Takes an increment; R/S of the window, or NaN before it is full and where all increments are equal.
double rescaled_range_push(struct rescaled_range *range, double *slots, double increment);

// E[R/S] of `period` independent normal increments: Anis and Lloyd, Biometrika 63 (1976).
double rescaled_range_expected(uint32_t period);

#endif
