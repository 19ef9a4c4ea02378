// SPDX-License-Identifier: Apache-2.0
// Instruments side by side: those that were traded, in the run's order.
#include <stdlib.h>

#include "report/fold.h"

enum {
    NAME,
    PROFIT,
    REALISED,
    OPEN,
    TRADES,
    HIT_RATE,
    PROFIT_FACTOR,
    BEST,
    WORST,
    FEES,
    TRADED,
    POSITION
};

struct row {
    money_t profit;
    money_t open;
    uint32_t instrument;
};

struct instruments_fold {
    const struct fold_view *view;
    struct row *rows;
    size_t count;
};

static const struct fold_column columns[] = {
    {"instrument", "Instrument", FOLD_TEXT, NULL},
    {"profit", "Profit", FOLD_MONEY, "realised and open, after fees, with income"},
    {"realised", "Closed trades", FOLD_MONEY, "sum of the nets of closed trades"},
    {"open", "Open P&L", FOLD_MONEY, "value less cost of what is held at the end"},
    {"trades", "Trades", FOLD_COUNT, "closed ones"},
    {"hit_rate", "Hit rate", FOLD_RATIO, "of closed trades"},
    {"profit_factor", "Profit factor", FOLD_NUMBER,
     "sum of profits over sum of losses of closed trades"},
    {"best", "Best trade", FOLD_MONEY, NULL},
    {"worst", "Worst trade", FOLD_MONEY, NULL},
    {"fees", "Fees", FOLD_MONEY, "of closed trades"},
    {"traded", "Traded", FOLD_MONEY, "price x quantity of all fills"},
    {"position", "Position", FOLD_EXACT, "at the end, over all strategies"},
};

static void *open_instruments(const struct fold_view *view) {
    struct instruments_fold *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->view = view;
    self->rows = calloc(view->instruments->count + 1, sizeof *self->rows);
    if (self->rows != NULL) return self;
    free(self);
    return NULL;
}

static void close_instruments(void *fold) {
    struct instruments_fold *self = fold;
    if (self != NULL) free(self->rows);
    free(self);
}

static money_t converted(const struct fold_view *view, uint32_t instrument, money_t money) {
    money_t account = MONEY(0);
    uint32_t currency = view->instruments->items[instrument].currency;
    return ledger_convert(view->ledger, money, currency, &account) < 0 ? MONEY(0) : account;
}

static int end(void *fold, const struct fold_view *view) {
    struct instruments_fold *self = fold;
    for (uint32_t i = 0; i < view->instruments->count; i++) {
        if (view->trades->by_instrument[i].fills == 0) continue;
        money_t profit = MONEY(0), open = MONEY(0);
        for (uint32_t s = 0; s < view->config->strategy_count; s++) {
            const struct position *position = ledger_position(view->ledger, s, i);
            open = money_add(open, money_sub(position->value, position->cost));
            profit = money_add(profit, money_sub(position->realised, position->fees));
            profit = money_add(profit, position->income);
        }
        self->rows[self->count++] =
            (struct row){.profit = converted(view, i, money_add(profit, open)),
                         .open = converted(view, i, open),
                         .instrument = i};
    }
    return 0;
}

static size_t rows(const void *fold) {
    const struct instruments_fold *self = fold;
    return self->count;
}

static void cell(const void *fold, size_t index, size_t column, struct fold_cell *ret_cell) {
    const struct instruments_fold *self = fold;
    const struct row *row = &self->rows[index];
    const struct trade_sums *sums = &self->view->trades->by_instrument[row->instrument];
    const money_t amounts[] = {
        [PROFIT] = row->profit, [REALISED] = sums->net, [OPEN] = row->open,     [BEST] = sums->best,
        [WORST] = sums->worst,  [FEES] = sums->fees,    [TRADED] = sums->traded};
    *ret_cell = (struct fold_cell){.decimals = self->view->money_decimals};
    if (column == NAME)
        ret_cell->text = self->view->instrument_names[row->instrument];
    else if (column == TRADES)
        ret_cell->integer = (int64_t)sums->count;
    else if (column == HIT_RATE)
        ret_cell->number = (double)sums->wins / (double)sums->count;
    else if (column == PROFIT_FACTOR)
        ret_cell->number = -(double)sums->profit.m / (double)sums->loss.m;
    else if (column == POSITION) {
        ret_cell->exact = ledger_quantity(self->view->ledger, row->instrument).m;
        ret_cell->decimals = self->view->instruments->items[row->instrument].qty_decimals;
    } else {
        ret_cell->cost = column == FEES;
        ret_cell->exact = amounts[column].m;
    }
}

extern const struct fold fold_instruments;
const struct fold fold_instruments = {
    .name = "instruments",
    .title = "By instrument",
    .summary = "Each instrument that was traded, over all strategies.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_instruments,
    .close = close_instruments,
    .end = end,
    .rows = rows,
    .cell = cell,
};
