// SPDX-License-Identifier: Apache-2.0
// Candlestick patterns drawn by hand. The bars of a row follow sixteen usual ones, each of them
// open 100, high 101.5, low 99.5, close 101: a body of 1, a range of 2, shadows of 1 together. So
// at first a body is long above 1 and a doji up to 0.2, a shadow is very short below 0.2 and short
// below 0.5, near is within 0.4, far beyond 1.2 and equal within 0.1; a row's own bars move these a
// little for those that follow.
#ifndef FULMAR_TEST_QUANT_DRAWN_H
#define FULMAR_TEST_QUANT_DRAWN_H

#include <stddef.h>

enum { DRAWN_BARS_MAX = 7 };

struct drawn {
    const char *name;               // of the pattern
    int value;                      // at the last bar
    int mirrored;                   // the same with every price p at 200 - p
    double bars[DRAWN_BARS_MAX][4]; // open, high, low, close; the rest is 0
};

// Fails the test unless every row has its values, and every pattern named fires in some row and
// does not in another.
void drawn_check(const struct drawn *rows, size_t count);

#endif
