// SPDX-License-Identifier: Apache-2.0
// The run in numbers, each with its name, its unit and one sentence on what it is. Formulas are quant's;
// what is taken over every mark instead of over days says so.
#ifndef FULMAR_REPORT_STATISTICS_H
#define FULMAR_REPORT_STATISTICS_H

#include "report/fold.h"

enum { STATISTICS_MAX = 80 };

struct statistic {
    const char *name;  // JSON member, lower_snake_case
    const char *title; // on the page
    const char *group; // "Return", "Risk", "Trades", ...
    const char *help;
    enum fold_unit unit;
    struct fold_cell value;
};

struct statistics {
    struct statistic items[STATISTICS_MAX]; // groups stand together
    size_t count;
};

// What people read in place of figures a year where a run is shorter than 30 days: a few days say nothing of a year.
// NULL: the figures. JSON and CSV have them in any case.
const char *statistics_withheld(const struct fold_view *view);
// The view at the end of the run, with its series. ERR_NOMEM.
int statistics_init(struct statistics *statistics, const struct fold_view *view) MUST_USE;
const struct statistic *statistics_find(const struct statistics *statistics,
                                        const char *name); // NULL

#endif
