// SPDX-License-Identifier: Apache-2.0
// What the files that draw a call of calc share.
#ifndef FULMAR_APP_CALC_CALC_PLOT_H
#define FULMAR_APP_CALC_CALC_PLOT_H

#include "app/calc/calc.h"
#include "app/plot/plot.h"

enum { CALC_PLOT_EXTRAS = 24 };

// One picture under way, with the columns that were made for it.
struct calc_plot {
    const struct calc *calc;
    struct plot plot;
    double *extras[CALC_PLOT_EXTRAS];
    size_t extra_count;
    int64_t *times;
};

// A column of `count` undefined values that lives as long as the picture; NULL with a story.
double *calc_plot_column(struct calc_plot *draw, size_t count);
// An input row by row: of a statistic the rows that it left out are gaps.
double *calc_plot_input(struct calc_plot *draw, size_t input);
// The output of that name, or -1.
int calc_plot_output(const struct calc *calc, const char *name);
// Adds a line to a panel, or to a new one behind the last.
struct plot_line *calc_plot_line(struct calc_plot *draw, size_t panel, const char *name,
                                 const double *values, enum plot_style style);

// A picture of its own kind: 1 where the function has one and `plot` is filled, 0 where it has none.
int calc_plot_special(struct calc_plot *draw) MUST_USE;

#endif
