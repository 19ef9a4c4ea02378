// SPDX-License-Identifier: Apache-2.0
// The last `period` values in order of size: which is the k-th, how many are below x, how far they are from their
// mean. Exact but for that distance, in memory that does not grow.
//
// The values stand sorted in blocks of at most ORDER_BLOCK, so that a value is found by bisection and put
// in or taken out by moving half a block at most, which a processor does faster than it follows a tree. How
// many stand before a block is the sum of a binary indexed tree (Fenwick, Softw. Pract. Exp. 24, 1994). A
// block that is full is cut in half; neighbours that together fill no more than half of one are joined. Cost:
// O(log period) beside a bounded move, amortised.
//
// A window that is measured keeps, of every block, the sum of its values' distances from its first one,
// and a tree of such sums over the blocks. They are sums of numbers that are not negative, made anew along the path
// from the block that changed: nothing is subtracted, and the level of the values costs no digits.
//
// Plain data of the caller's, as in quant/stream/window.h.
#ifndef FULMAR_QUANT_STREAM_ORDER_WINDOW_H
#define FULMAR_QUANT_STREAM_ORDER_WINDOW_H

#include <stdint.h>

#include "quant/stream/window.h"

enum { ORDER_BLOCK = 512 };

struct order_window {
    struct window at;
    uint32_t count;  // of values
    uint32_t blocks; // in use
};
_Static_assert(sizeof(struct order_window) == 24, "part of states that are hashed as bytes");

// How many doubles it takes.
size_t order_window_slots(uint32_t period);

// An empty window; the slots come zeroed.
struct order_window order_window_make(uint32_t period, double *slots);

// Puts a finite or infinite x in and takes the value out that was put in `period` values ago.
void order_window_push(struct order_window *window, double *slots, double x);

// The same of a window that is measured, in more slots: each of its values is put in by this.
size_t order_window_measured_slots(uint32_t period);
void order_window_measured_push(struct order_window *window, double *slots, double x);

// The k-th smallest value, from 0; k < window->count (CHECK).
double order_window_at(const struct order_window *window, const double *slots, uint32_t k);

// How many values are < x, and how many are <= x.
uint32_t order_window_below(const struct order_window *window, const double *slots, double x);
uint32_t order_window_up_to(const struct order_window *window, const double *slots, double x);

// The quantile of a share within [0, 1] of the values by linear interpolation between the two
// nearest: type 7 of Hyndman and Fan (1996), the default of numpy, pandas and R. CHECKs that there
// is a value.
double order_window_quantile(const struct order_window *window, const double *slots, double share);

struct order_spread {
    double distance;  // of x from the mean of the values
    double deviation; // mean |value - mean|
};

// Of a measured window that has a value (CHECK): twice the values' distances above the mean over their number.
struct order_spread order_window_spread(const struct order_window *window, const double *slots,
                                        double x);

#endif
