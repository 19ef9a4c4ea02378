// SPDX-License-Identifier: Apache-2.0
// A page of charts and tables in one file, without network and without script: what searches and walks are shown on.
// It has the report's style.
#ifndef FULMAR_APP_PLOT_PAGE_H
#define FULMAR_APP_PLOT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum { PAGE_LINES_MAX = 32 };

struct page_line {
    const double *values; // [count]; NaN is a gap
    const char *css;      // class of its colour: "equity", "s1" ... "s7", "benchmark"
    const char *name;     // NULL: not in the legend
    bool thin;
};

struct page_chart {
    const char *title;    // for who hears the page
    const int64_t *times; // [count]; NULL: the axis is of xs
    const double *xs;     // [count] ascending; NULL: of rows from 1
    size_t count;
    struct page_line lines[PAGE_LINES_MAX];
    size_t line_count;
    size_t band_from, band_to; // a tint between these two lines, where they differ
    const int64_t *bounds;     // [bound_count] instants at which a rule stands
    size_t bound_count;
    bool bars;    // columns from 0 side by side, not lines
    bool percent; // values are fractions
    bool zero;    // 0 is in the picture
};

void page_begin(struct text *out, const char *title, const char *subtitle);
void page_section(struct text *out, const char *title); // until the next one
void page_say(struct text *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void page_chart(struct text *out, const struct page_chart *chart);
// columns: names separated by '|', those that begin with '>' to the right; cells likewise.
void page_table_begin(struct text *out, const char *columns);
void page_table_row(struct text *out, const char *columns, const char *cells);
void page_table_end(struct text *out);
void page_end(struct text *out);

// The whole file or none. ERR_IO, ERR_NOMEM.
int page_write(const struct text *page, const char *path) MUST_USE;

#endif
