// SPDX-License-Identifier: Apache-2.0
// What `fulmar portfolio` and its verbs read: returns, prices or a covariance, a column an asset, and a table with a
// row an asset for what differs between them.
//
// In a file of returns or prices, columns called date, day, time, timestamp, ts or nothing are passed over. The table
// has the asset's name in the column `asset`; its other columns are those of PORTFOLIO_COLUMNS and `group`, whose
// cells may name several groups with | between them. An empty cell means the option's value.
#ifndef FULMAR_APP_PORTFOLIO_PORTFOLIO_INPUT_H
#define FULMAR_APP_PORTFOLIO_PORTFOLIO_INPUT_H

#include "app/command.h"
#include "app/csv.h"
#include "base/arena.h"

// clang-format off
#define PORTFOLIO_COLUMNS(X) \
    X(budget) \
    X(cost) \
    X(held) \
    X(impact) \
    X(lot) \
    X(market) \
    X(max) \
    X(mean) \
    X(min) \
    X(price) \
    X(target) \
    X(uncertainty)
// clang-format on

enum portfolio_column {
#define PORTFOLIO_COLUMN(name) PORTFOLIO_COLUMN_##name,
    PORTFOLIO_COLUMNS(PORTFOLIO_COLUMN)
#undef PORTFOLIO_COLUMN
        PORTFOLIO_COLUMN_COUNT,
};

struct portfolio_input {
    struct csv data;
    struct csv table;
    struct arena arena;
    size_t count; // of assets, in the data's order, or the table's where there is no data
    const char **names;
    size_t rows;            // of returns; 0: none
    const double **columns; // [count], each of `rows` returns
    const double *last;     // [count] prices; NULL: none
    double *mean;           // [count], of a year, from the returns or the table; NULL: none
    double *covariance;     // [count^2], of a year; NULL: none
    double shrinkage;       // its weight; NaN: not shrunk
    const double
        *table_columns[PORTFOLIO_COLUMN_COUNT]; // [count], NaN where empty; NULL: no such column
    const char **groups;                        // [count] cells; NULL: no such column
};

// --returns, --prices or --covariance, and --assets; with takes_data false the table alone. Errors name file, line
// and field. To be freed either way.
int portfolio_input_read(const struct args *args, bool takes_data,
                         struct portfolio_input *ret_input) MUST_USE;
void portfolio_input_free(struct portfolio_input *input);

// A column with `fallback` where it is empty or absent, [count] in the arena.
int portfolio_input_values(struct portfolio_input *input, enum portfolio_column column,
                           double fallback, double **ret_values) MUST_USE;
const char *portfolio_input_column_name(enum portfolio_column column);

// Whether a cell `a|b` names the group.
bool portfolio_input_in_group(const char *cell, const char *group, size_t len);

#endif
