// SPDX-License-Identifier: Apache-2.0
// Drawdowns of an equity curve: equity[0] is what one started with, equity[i] what there was after
// period i; count >= 1 values, the first above 0. Depths are fractions of the peak, 0 or negative.
// Pure functions, nothing allocated.
//
// A drawdown runs from its peak, the first row of the highest equity so far, to its recovery, the
// first row at which equity is again at the peak or above; a row that recovers is the next peak.
// Its trough is the first of its lowest rows. Magdon-Ismail and Atiya, Risk 17(10), 2004; rows and
// dates as in R's PerformanceAnalytics, which counts the first row under water as the start, one
// after the peak.
#ifndef FULMAR_QUANT_SERIES_DRAWDOWN_H
#define FULMAR_QUANT_SERIES_DRAWDOWN_H

#include <stddef.h>
#include <stdint.h>

#define DRAWDOWN_OPEN SIZE_MAX // not recovered by the last row

struct drawdown {
    double depth; // equity[trough] / equity[peak] - 1
    size_t peak;
    size_t trough;
    size_t recovery; // or DRAWDOWN_OPEN
};

// equity[0] = start, equity[i + 1] = equity[i] (1 + returns[i]); ret_equity holds count + 1 values.
void drawdown_equity(const double *returns, size_t count, double start, double *ret_equity);

// equity[i] / (highest equity up to i) - 1 for each row. ret_depths may be equity itself.
void drawdown_series(const double *equity, size_t count, double *ret_depths);

// The deepest; depth 0 with all rows 0 where equity never fell. The earliest of equally deep ones.
struct drawdown drawdown_max(const double *equity, size_t count);

// The deepest `max` drawdowns, deepest first, earlier first among equals; returns how many there
// are.
size_t drawdown_top(const double *equity, size_t count, size_t max, struct drawdown *ret_drawdowns);

// sqrt(mean(depth^2)), Martin and McCann, "The Investor's Guide to Fidelity Funds" (1989), and
// mean(|depth|), Bacon (2008), over the count - 1 rows after the start; NaN where there are none.
double drawdown_ulcer(const double *equity, size_t count);
double drawdown_pain(const double *equity, size_t count);

// Growth over the deepest drawdown, cagr / |depth|; NaN without a drawdown. Young, Futures 20(1),
// 1991.
double drawdown_calmar(const double *equity, size_t count, double periods);

#endif
