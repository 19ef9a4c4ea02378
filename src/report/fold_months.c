// SPDX-License-Identifier: Apache-2.0
// Returns compounded by month, a row a year.
#include <stdlib.h>

#include "quant/series/performance.h"
#include "report/fold.h"

enum { YEARS_MAX = 600, TOTAL = 13 };

struct months {
    struct performance_year *years;
    size_t count;
};

static const struct fold_column columns[] = {
    {"year", "Year", FOLD_COUNT, NULL}, {"jan", "Jan", FOLD_RATIO, NULL},
    {"feb", "Feb", FOLD_RATIO, NULL},   {"mar", "Mar", FOLD_RATIO, NULL},
    {"apr", "Apr", FOLD_RATIO, NULL},   {"may", "May", FOLD_RATIO, NULL},
    {"jun", "Jun", FOLD_RATIO, NULL},   {"jul", "Jul", FOLD_RATIO, NULL},
    {"aug", "Aug", FOLD_RATIO, NULL},   {"sep", "Sep", FOLD_RATIO, NULL},
    {"oct", "Oct", FOLD_RATIO, NULL},   {"nov", "Nov", FOLD_RATIO, NULL},
    {"dec", "Dec", FOLD_RATIO, NULL},   {"total", "Year's return", FOLD_RATIO, NULL},
};

static void *open_months(const struct fold_view *view) {
    (void)view;
    return calloc(1, sizeof(struct months));
}

static void close_months(void *self) {
    struct months *months = self;
    if (months != NULL) free(months->years);
    free(months);
}

static int end(void *self, const struct fold_view *view) {
    struct months *months = self;
    months->years = calloc(YEARS_MAX, sizeof *months->years);
    if (months->years == NULL) return ERR_SET(ERR_NOMEM, "no memory for the months' returns");
    return performance_months(view->series->dates, view->series->returns, view->series->count,
                              YEARS_MAX, months->years, &months->count);
}

static size_t rows(const void *self) {
    const struct months *months = self;
    return months->count;
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct months *months = self;
    const struct performance_year *year = &months->years[row];
    *ret_cell = (struct fold_cell){0};
    if (column == 0)
        ret_cell->integer = year->year;
    else
        ret_cell->number = column == TOTAL ? year->total : year->months[column - 1];
}

extern const struct fold fold_months;
const struct fold fold_months = {
    .name = "months",
    .title = "Returns by month",
    .summary = "Daily returns compounded by month and by year; months without a day are empty.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_months,
    .close = close_months,
    .end = end,
    .rows = rows,
    .cell = cell,
};
