// SPDX-License-Identifier: Apache-2.0
// Strategies side by side: each on its share of the capital, by its own equity at the end of each day.
#include <math.h>
#include <stdlib.h>

#include "quant/series/drawdown.h"
#include "quant/series/performance.h"
#include "report/fold.h"
#include "report/statistics.h"

enum {
    NAME,
    SHARE,
    EQUITY,
    PROFIT,
    RETURN,
    CAGR,
    VOLATILITY,
    SHARPE,
    DRAWDOWN,
    TRADES,
    HIT_RATE,
    PROFIT_FACTOR,
    FEES,
    TRADED
};

struct measures {
    double total, cagr, volatility, sharpe, drawdown;
};

struct strategies {
    const struct fold_view *view;
    struct measures *measures; // [strategy]
};

static const struct fold_column columns[] = {
    {"strategy", "Strategy", FOLD_TEXT, NULL},
    {"share", "Share", FOLD_RATIO, "of the capital"},
    {"equity", "Equity", FOLD_MONEY, "its share of the capital and what it made of it"},
    {"profit", "Profit", FOLD_MONEY, "realised and open, after fees, with income"},
    {"return", "Return", FOLD_RATIO, NULL},
    {"cagr", "CAGR", FOLD_RATIO, "a year, compounded"},
    {"volatility", "Volatility", FOLD_RATIO, "a year, of daily returns"},
    {"sharpe", "Sharpe", FOLD_NUMBER, NULL},
    {"max_drawdown", "Max drawdown", FOLD_RATIO, "of its equity at the ends of days"},
    {"trades", "Trades", FOLD_COUNT, "closed ones"},
    {"hit_rate", "Hit rate", FOLD_RATIO, "of closed trades"},
    {"profit_factor", "Profit factor", FOLD_NUMBER,
     "sum of profits over sum of losses of closed trades"},
    {"fees", "Fees", FOLD_MONEY, "of closed trades"},
    {"traded", "Traded", FOLD_MONEY, "price x quantity of all fills"},
};

static void *open_strategies(const struct fold_view *view) {
    struct strategies *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->view = view;
    self->measures = calloc(view->config->strategy_count + 1, sizeof *self->measures);
    if (self->measures != NULL) return self;
    free(self);
    return NULL;
}

static void close_strategies(void *fold) {
    struct strategies *self = fold;
    if (self == NULL) return;
    free(self->measures);
    free(self);
}

// What came to its budget, or left it, is no profit. A strategy without capital has no returns: all is undefined.
static void measure(const struct strategies *self, uint32_t strategy, double *returns,
                    double *growth, struct measures *ret_measures) {
    const struct fold_view *view = self->view;
    size_t count = view->daily->count;
    double periods = view->config->periods_per_year;
    for (size_t i = 0; i < count; i++) returns[i] = daily_return(view->daily, i, strategy);
    drawdown_equity(returns, count, 1, growth);
    *ret_measures = (struct measures){
        .total = performance_total_return(returns, count),
        .cagr = performance_cagr(returns, count, periods),
        .volatility = performance_volatility(returns, count, periods),
        .sharpe = performance_sharpe(returns, count, periods, 0),
        .drawdown = drawdown_max(growth, count + 1).depth,
    };
}

static int end(void *fold, const struct fold_view *view) {
    struct strategies *self = fold;
    size_t days = view->daily->count;
    double *returns = calloc(days + 1, sizeof *returns);
    double *growth = calloc(days + 1, sizeof *growth);
    if (returns != NULL && growth != NULL)
        for (uint32_t s = 0; s < view->config->strategy_count; s++)
            measure(self, s, returns, growth, &self->measures[s]);
    bool failed = returns == NULL || growth == NULL;
    free(returns);
    free(growth);
    return failed ? ERR_SET(ERR_NOMEM, "no memory for %zu days", days) : 0;
}

static size_t rows(const void *fold) {
    const struct strategies *self = fold;
    return self->view->config->strategy_count;
}

static void money_cell(const struct strategies *self, uint32_t strategy, size_t column,
                       struct fold_cell *ret_cell) {
    const struct ledger *ledger = self->view->ledger;
    const struct trade_sums *sums = &self->view->trades->by_strategy[strategy];
    money_t equity = ledger_strategy_equity(ledger, strategy);
    money_t amount = column == EQUITY   ? equity
                     : column == PROFIT ? money_sub(equity, ledger_budget(ledger, strategy))
                     : column == FEES   ? sums->fees
                                        : sums->traded;
    ret_cell->exact = amount.m;
    ret_cell->cost = column == FEES;
}

static double ratio_of(const struct strategies *self, uint32_t strategy, size_t column) {
    const struct measures *measures = &self->measures[strategy];
    const struct trade_sums *sums = &self->view->trades->by_strategy[strategy];
    switch (column) {
    case SHARE:
        return self->view->config->strategies[strategy].share_ppm / 1e6;
    case RETURN:
        return measures->total;
    case CAGR:
        return measures->cagr;
    case VOLATILITY:
        return measures->volatility;
    case SHARPE:
        return measures->sharpe;
    case DRAWDOWN:
        return measures->drawdown;
    case HIT_RATE:
        return (double)sums->wins / (double)sums->count;
    default:
        return -(double)sums->profit.m / (double)sums->loss.m;
    }
}

static void cell(const void *fold, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct strategies *self = fold;
    uint32_t strategy = (uint32_t)row;
    *ret_cell = (struct fold_cell){.decimals = self->view->money_decimals};
    if (column == NAME)
        ret_cell->text = self->view->config->strategies[row].name;
    else if (column == TRADES)
        ret_cell->integer = (int64_t)self->view->trades->by_strategy[row].count;
    else if (columns[column].unit == FOLD_MONEY)
        money_cell(self, strategy, column, ret_cell);
    else
        ret_cell->number = ratio_of(self, strategy, column);
    if (column == CAGR || column == VOLATILITY || column == SHARPE)
        ret_cell->withheld = statistics_withheld(self->view);
}

extern const struct fold fold_strategies;
const struct fold fold_strategies = {
    .name = "strategies",
    .title = "By strategy",
    .summary = "Each strategy on its share of the capital.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_strategies,
    .close = close_strategies,
    .end = end,
    .rows = rows,
    .cell = cell,
};
