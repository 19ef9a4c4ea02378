// SPDX-License-Identifier: Apache-2.0
// The run as a series of days, in doubles, for quant's functions; and the benchmark over the same days.
#ifndef FULMAR_REPORT_SERIES_H
#define FULMAR_REPORT_SERIES_H

#include "report/curve.h"

// Prices of the benchmark: of each UTC day the last, and before them the very first of all.
struct benchmark {
    int64_t *times;
    double *closes;
    size_t count;
    size_t capacity;
    double first; // the very first price
    int64_t first_ns;
};
int benchmark_add(struct benchmark *benchmark, int64_t ts_ns,
                  double close) MUST_USE; // ERR_NOMEM, ERR_FULL
void benchmark_fini(struct benchmark *benchmark);

// Row 0 of equity and benchmark is the start, row i + 1 what there was after day i.
struct series {
    int32_t *dates;            // [count]
    double *returns;           // [count]
    double *equity;            // [count + 1], as it was, deposits and all
    double *growth;            // [count + 1], compounded returns from 1
    double *drawdown;          // [count + 1], of growth
    double *benchmark;         // [count + 1], prices; NaN before the first
    double *benchmark_returns; // [count]; NaN before the second row that has a price
    double *rolling_sharpe;    // [count], NaN before there are enough days
    size_t count;
    size_t benchmark_from; // the first day with a benchmark's return; count: none
    size_t window;         // days of the rolling Sharpe ratio
};

// ERR_NOMEM. The curve has ended. `periods` are days a year; the rolling window is half a year,
// or a quarter of the run where that is less, and at least 20 days.
int series_init(struct series *series, const struct curve *curve, const struct benchmark *benchmark,
                int32_t money_decimals, uint32_t periods) MUST_USE;
void series_fini(struct series *series);

#endif
