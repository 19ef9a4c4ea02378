// SPDX-License-Identifier: Apache-2.0
// Laps of windows, many at once: what the `_run` functions of quant/stream/window.h do where a run has whole laps
// ahead.
//
// A sum of a window is a sum of the lap before, folded backward, and one of this lap, forward. Neither waits for
// another lap's: four laps that follow one another stand side by side, a step of all of them a vector, and all of a
// group is worked out before its columns are turned into rows again. The bits are those of one push after the other.
//
// The cursor is at the start of a lap, slots are those of the window. Each returns how many values it took: whole
// groups of laps, 0 where the period is not between LAP_MIN and LAP_MAX. The slots are then those behind them; the
// rest of the state is the caller's.
#ifndef FULMAR_QUANT_STREAM_WINDOW_LAPS_H
#define FULMAR_QUANT_STREAM_WINDOW_LAPS_H

#include <stddef.h>
#include <stdint.h>

enum {
    LAP_MIN = 4,
    LAP_MAX = 512
}; // shorter ones are not worth it, longer ones do not stay in the nearest cache

// Sums, divided by `by`.
size_t window_laps_sum(double *restrict slots, const double *restrict x, uint32_t period,
                       size_t count, double by, double *restrict ret_means);
// Weighted sums, divided by `by`.
size_t window_laps_weighted(double *restrict slots, const double *restrict x, uint32_t period,
                            size_t count, double by, double *restrict ret_means);
// Means and squares; *origin is that of the lap before, then that of the last one.
size_t window_laps_moments(double *restrict slots, double *origin, const double *restrict x,
                           uint32_t period, size_t count, double *restrict ret_means,
                           double *restrict ret_squares);
// What `make` makes of the five sums of window_pair.h; origins [x, y] as above. 0 beyond LAP_PAIR_MAX. `make` is handed
// `count` rows of sums as columns, `stride` apart, in no order, and makes a value of each row.
enum { LAP_PAIR_MAX = 64, LAP_PAIR_SUMS = 5 };
typedef void lap_pair(const double *restrict sums, size_t stride, size_t count, double period,
                      double *restrict ret);
size_t window_laps_pair(double *restrict slots, double *origins, const double *restrict x,
                        const double *restrict y, uint32_t period, size_t count, lap_pair *make,
                        double *restrict ret);

#endif
