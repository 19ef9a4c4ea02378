// SPDX-License-Identifier: Apache-2.0
// Several runs on one page: growth, drawdowns, statistics and correlations side by side. What it is handed is what
// the runs' own reports say (report/report.h: the table of days, and statistics by their names); nothing is computed
// anew but correlations and the drawdowns that are drawn.
#ifndef FULMAR_REPORT_COMPARE_H
#define FULMAR_REPORT_COMPARE_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum { COMPARE_RUNS_MAX = 8 };

struct compare_run {
    const char *name;
    const char *about;     // a sentence: strategies
    const int32_t *dates;  // [days], rising
    const double *returns; // [days]; NaN counts as 0
    size_t days;
    // A statistic of the run; NaN: undefined, or it has none of the name.
    double (*statistic)(const void *self, const char *name);
    const void *self;
};

// What differs between runs, in words: "name<TAB>sentence\n" lines; may be "".
// ERR_NOMEM; 1 to COMPARE_RUNS_MAX runs, CHECKed.
int compare_html(const char *title, const struct compare_run *runs, size_t count,
                 const char *differences, struct text *out) MUST_USE;

// Correlation of daily returns over the days that both have; NaN for fewer than two, or where one never moved.
double compare_correlation(const struct compare_run *a, const struct compare_run *b);

#endif
