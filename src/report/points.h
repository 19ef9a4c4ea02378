// SPDX-License-Identifier: Apache-2.0
// The curves of a page: few enough points for a chart, whatever the length of the run. Runs of neighbours
// become one point at the last of them; the drawdown of such a point is the deepest that is certain.
#ifndef FULMAR_REPORT_POINTS_H
#define FULMAR_REPORT_POINTS_H

#include "report/curve.h"
#include "report/series.h"

enum { POINTS_MAX = 1200 };

struct points {
    int64_t *times;    // [count]
    double *equity;    // in money
    double *drawdown;  // fractions, <= 0
    double *benchmark; // scaled to the equity where both start; NaN where no day has
                       // ended since the point before
    size_t count;
    int64_t *sharpe_times; // [sharpe_count]
    double *sharpe;        // rolling; NaN before there are enough days
    size_t sharpe_count;
};

int points_init(struct points *points, const struct curve *curve, const struct series *series,
                int32_t money_decimals) MUST_USE; // ERR_NOMEM
void points_fini(struct points *points);

#endif
