// SPDX-License-Identifier: Apache-2.0
// The peaks of quant/stream/window_peak.h over a column whose earlier rows are there too: no state, and every
// row for itself, so that loops become vectors. A largest value and its row are exact, so that they
// are the same in whichever way they are found.
#ifndef FULMAR_QUANT_INDICATOR_WINDOW_TAIL_H
#define FULMAR_QUANT_INDICATOR_WINDOW_TAIL_H

#include "quant/indicator/run.h"
#include "quant/stream/window_peak.h"

// Rows at once, and how far back the window of the first may reach: over x[-(period - 1)].
enum { WINDOW_TAIL_ROWS = 256, WINDOW_TAIL_REACH = 255 };

enum { WINDOW_TAIL_BUFFER = WINDOW_TAIL_ROWS + WINDOW_TAIL_REACH };

// The largest values of sign * x and their rows; that of x[0] is `row`. Widths are doubled: the larger
// of two windows' largest is the largest of their union, and they may overlap.
RUN_INLINE void window_tail_peak(const double *x, size_t count, size_t period, double sign,
                                 enum peak_tie tie, double row, double *restrict ret_value,
                                 double *restrict ret_row) {
    double values[2][WINDOW_TAIL_BUFFER], rows[2][WINDOW_TAIL_BUFFER];
    double *restrict from = values[0], *restrict to = values[1];
    double *restrict from_row = rows[0], *restrict to_row = rows[1];
    size_t size = count + period - 1, width = 1;
    const double *oldest = x - (period - 1);
    row -= (double)(period - 1);
    for (size_t i = 0; i < size; i++) {
        from[i] = sign * oldest[i];
        from_row[i] = row + (double)(int)i;
    }
    for (; 2 * width <= period; width *= 2) {
        size -= width;
        for (size_t i = 0; i < size; i++) {
            double old = from[i], new = from[i + width];
            double old_row = from_row[i], new_row = from_row[i + width];
            bool newer = tie == PEAK_NEWEST ? new >= old : new > old;
            to[i] = newer ? new : old;
            to_row[i] = newer ? new_row : old_row;
        }
        double *swap = from, *swap_row = from_row;
        from = to;
        to = swap;
        from_row = to_row;
        to_row = swap_row;
    }
    // What is read was written: size is at least count + shift, which an analyser does not see.
    // NOLINTBEGIN(clang-analyzer-core.uninitialized.Assign)
    size_t shift = period - width;
    for (size_t i = 0; i < count; i++) {
        double old = from[i], new = from[i + shift];
        double old_row = from_row[i], new_row = from_row[i + shift];
        bool newer = tie == PEAK_NEWEST ? new >= old : new > old;
        ret_value[i] = newer ? new : old;
        ret_row[i] = newer ? new_row : old_row;
    }
    // NOLINTEND(clang-analyzer-core.uninitialized.Assign)
}

#endif
