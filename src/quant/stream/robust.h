// SPDX-License-Identifier: Apache-2.0
// Location and scale of a window that a few wild values do not move.
#ifndef FULMAR_QUANT_STREAM_ROBUST_H
#define FULMAR_QUANT_STREAM_ROBUST_H

#include "quant/stream/order_window.h"

// The median of |x - centre| over the window's values, exact, in O(log^2 period): those below the
// centre and those above it are two sorted lists, whose union's middle is looked up. CHECKs that
// there is a value.
double robust_deviation(const struct order_window *window, const double *slots, double centre);

enum { ROBUST_SCORE_MAX = 1000 };

// (x - median) / scale, within +-ROBUST_SCORE_MAX. The scale is 1.4826 times the median absolute
// deviation, which estimates a normal's sigma; where that is 0, more than half of the values being
// equal, 1.2533 times the mean absolute deviation (in O(period log period)); where that is 0 too, x scores 0 if
// it equals them and the maximum if not. Iglewicz and Hoaglin, "How to Detect and Handle Outliers"
// (1993).
double robust_score(const struct order_window *window, const double *slots, double x);

#endif
