// SPDX-License-Identifier: Apache-2.0
// One row a day: what the account was worth, its return, how far below its peak.
#include "report/fold.h"

enum { DATE, EQUITY, RETURN, DRAWDOWN, GROSS, BENCHMARK };

static const struct fold_column columns[] = {
    {"date", "Day", FOLD_DATE, "UTC day"},
    {"equity", "Equity", FOLD_MONEY, "at the last mark of the day"},
    {"return", "Return", FOLD_RATIO, NULL},
    {"drawdown", "Drawdown", FOLD_RATIO,
     "of compounded daily returns, below their highest, at the ends of days; max_drawdown, over "
     "every mark, can be deeper"},
    {"gross", "Positions", FOLD_MONEY, "sum of the absolute values of positions"},
    {"benchmark", "Benchmark", FOLD_NUMBER, "the last price of the day"},
};

// The curve and the series hold the rows: the view is all the state there is.
static void *open_rows(const struct fold_view *view) {
    return (void *)view;
}

static size_t rows(const void *self) {
    const struct fold_view *view = self;
    return view->series->count;
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct fold_view *view = self;
    const struct curve_day *day = &view->curve->days[row];
    const struct series *series = view->series;
    *ret_cell = (struct fold_cell){.decimals = view->money_decimals};
    switch (column) {
    case DATE:
        ret_cell->integer = day->date;
        break;
    case EQUITY:
        ret_cell->exact = day->equity.m;
        break;
    case RETURN:
        ret_cell->number = series->returns[row];
        break;
    case DRAWDOWN:
        ret_cell->number = series->drawdown[row + 1];
        break;
    case GROSS:
        ret_cell->exact = day->gross.m;
        break;
    default:
        ret_cell->number = series->benchmark[row + 1];
        break;
    }
}

extern const struct fold fold_equity;
const struct fold fold_equity = {
    .name = "equity",
    .title = "Equity by day",
    .summary = "What the account was worth at the end of each UTC day.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_rows,
    .rows = rows,
    .cell = cell,
};
