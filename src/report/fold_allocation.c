// SPDX-License-Identifier: Apache-2.0
// Who had what at the end of each day: each strategy's equity and positions, as parts of the account.
#include <math.h>

#include "report/daily.h"
#include "report/fold.h"

enum { DATE, STRATEGY, EQUITY, SHARE, GROSS, NET };

static const struct fold_column columns[] = {
    {"date", "Date", FOLD_DATE, NULL},
    {"strategy", "Strategy", FOLD_TEXT, NULL},
    {"equity", "Equity", FOLD_NUMBER, "its budget and what it made of it, account currency"},
    {"share", "Share", FOLD_RATIO, "of the account's equity"},
    {"gross", "Gross", FOLD_RATIO, "positions of either side, of the account's equity"},
    {"net", "Net", FOLD_RATIO, "long less short, of the account's equity"},
};

static void *open_allocation(const struct fold_view *view) {
    return (void *)view;
}

static size_t rows(const void *self) {
    const struct fold_view *view = self;
    return view->daily->count * view->config->strategy_count;
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct fold_view *view = self;
    const struct daily *daily = view->daily;
    uint32_t strategies = view->config->strategy_count;
    const struct daily_day *day = &daily->days[row / strategies];
    double account = day->equity > 0 ? day->equity : NAN;
    *ret_cell = (struct fold_cell){0};
    switch (column) {
    case DATE:
        ret_cell->integer = day->date;
        break;
    case STRATEGY:
        ret_cell->text = view->config->strategies[row % strategies].name;
        break;
    case EQUITY:
        ret_cell->number = daily->equity[row];
        break;
    case SHARE:
        ret_cell->number = daily->equity[row] / account;
        break;
    case GROSS:
        ret_cell->number = daily->gross[row] / account;
        break;
    default:
        ret_cell->number = daily->net[row] / account;
        break;
    }
}

extern const struct fold fold_allocation;
const struct fold fold_allocation = {
    .name = "allocation",
    .title = "Allocation by day",
    .summary = "What each strategy had of the account at the end of each day.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_allocation,
    .rows = rows,
    .cell = cell,
};
