// SPDX-License-Identifier: Apache-2.0
// What was at risk at the end of each day.
#include "report/daily.h"
#include "report/fold.h"

enum { DATE, GROSS, NET, LARGEST, POSITIONS, VAR, ES, CHANGE, DRAWDOWN };

static const struct fold_column columns[] = {
    {"date", "Date", FOLD_DATE, NULL},
    {"gross", "Gross", FOLD_RATIO, "positions of either side, of equity"},
    {"net", "Net", FOLD_RATIO, "long less short, of equity"},
    {"largest", "Largest", FOLD_RATIO, "the largest instrument's position, of equity"},
    {"positions", "Positions", FOLD_COUNT, "instruments held"},
    {"var", "VaR 95 %", FOLD_RATIO,
     "loss of a day that one in twenty exceeds, by these positions on the last 250 days"},
    {"es", "ES 95 %", FOLD_RATIO, "mean loss of the days at or beyond it"},
    {"change", "Change", FOLD_RATIO, "of the account since the day before"},
    {"drawdown", "Drawdown", FOLD_RATIO, "from the highest end of a day"},
};

static void *open_risk(const struct fold_view *view) {
    return (void *)view;
}

static size_t rows(const void *self) {
    return ((const struct fold_view *)self)->daily->count;
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct fold_view *view = self;
    const struct daily_day *day = &view->daily->days[row];
    *ret_cell = (struct fold_cell){0};
    if (column == DATE)
        ret_cell->integer = day->date;
    else if (column == POSITIONS)
        ret_cell->integer = day->positions;
    else
        ret_cell->number = column == GROSS     ? day->gross
                           : column == NET     ? day->net
                           : column == LARGEST ? day->largest
                           : column == VAR     ? day->var
                           : column == ES      ? day->es
                           : column == CHANGE  ? day->change
                                               : -day->drawdown;
}

extern const struct fold fold_risk;
const struct fold fold_risk = {
    .name = "risk",
    .title = "Risk by day",
    .summary = "Exposure and value at risk at the end of each day.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_risk,
    .rows = rows,
    .cell = cell,
};
