// SPDX-License-Identifier: Apache-2.0
// Where the account's profit comes from: strategy by instrument, split into what prices did, what the fills
// cost against the price at the order, and each kind of cost and income. Rows add up to the account's net
// profit to the last unit: a last row has what no strategy caused (interest), and with several currencies
// another one what conversion rounds.
#include <stdlib.h>

#include "report/causes.h"

enum { STRATEGY, INSTRUMENT, PRICES, PROFIT = PRICES + CAUSE_COUNT };
enum { ROWS_MAX = 4096 };

struct row {
    money_t causes[CAUSE_COUNT]; // account currency
    const char *strategy;
    const char *instrument;
};

struct attribution {
    struct causes causes;
    struct row *rows;
    size_t count;
};

static const struct fold_column columns[] = {{"strategy", "Strategy", FOLD_TEXT, NULL},
                                             {"instrument", "Instrument", FOLD_TEXT, NULL},
                                             CAUSE_COLUMNS};

static void close_attribution(void *fold) {
    struct attribution *self = fold;
    if (self == NULL) return;
    causes_fini(&self->causes);
    free(self->rows);
    free(self);
}

static void *open_attribution(const struct fold_view *view) {
    struct attribution *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->rows = calloc(ROWS_MAX + 3, sizeof *self->rows);
    if (self->rows != NULL && causes_init(&self->causes, view) == 0) return self;
    close_attribution(self);
    return NULL;
}

static int put(void *fold, const struct fold_view *view, const struct fold_step *step) {
    causes_put(&((struct attribution *)fold)->causes, step);
    return 0;
}

// Beyond the maximum the last row gathers the rest.
static struct row *next_row(struct attribution *self) {
    if (self->count < ROWS_MAX) return &self->rows[self->count++];
    struct row *rest = &self->rows[ROWS_MAX - 1];
    rest->strategy = rest->instrument = "others";
    return rest;
}

static void add_row(struct attribution *self, const char *strategy, uint32_t instrument,
                    const money_t amounts[CAUSE_COUNT]) {
    const struct fold_view *view = self->causes.view;
    struct row *row = next_row(self);
    if (row->strategy == NULL) {
        row->strategy = strategy;
        row->instrument = view->instrument_names[instrument];
    }
    causes_add(view, view->instruments->items[instrument].currency, amounts, row->causes);
}

static void add_positions(struct attribution *self) {
    const struct fold_view *view = self->causes.view;
    money_t amounts[CAUSE_COUNT];
    for (uint32_t s = 0; s < view->config->strategy_count; s++)
        for (uint32_t i = 0; i < view->instruments->count; i++)
            if (causes_of(&self->causes, s, i, amounts))
                add_row(self, view->config->strategies[s].name, i, amounts);
    for (uint32_t i = 0; i < view->instruments->count; i++)
        if (causes_unallocated(&self->causes, i, amounts)) add_row(self, "account", i, amounts);
}

// Of several currencies: gains and losses of the money itself, and what converting row by row rounds.
static void add_conversion(struct attribution *self) {
    money_t left = self->causes.view->net_profit;
    for (size_t i = 0; i < self->count; i++)
        left = money_sub(left, causes_sum(self->rows[i].causes));
    if (left.m == 0) return;
    self->rows[self->count++] =
        (struct row){.strategy = "account", .instrument = "conversion", .causes = {left}};
}

static int end(void *fold, const struct fold_view *view) {
    struct attribution *self = fold;
    add_positions(self);
    money_t interest = causes_interest(&self->causes);
    if (interest.m != 0)
        self->rows[self->count++] = (struct row){
            .strategy = "account", .instrument = "interest", .causes = {[CAUSE_INCOME] = interest}};
    if (view->curve->marks > 0) add_conversion(self);
    return 0;
}

static size_t rows(const void *fold) {
    const struct attribution *self = fold;
    return self->count;
}

static void cell(const void *fold, size_t index, size_t column, struct fold_cell *ret_cell) {
    const struct attribution *self = fold;
    const struct row *row = &self->rows[index];
    *ret_cell = (struct fold_cell){.decimals = self->causes.view->money_decimals};
    if (column == STRATEGY)
        ret_cell->text = row->strategy;
    else if (column == INSTRUMENT)
        ret_cell->text = row->instrument;
    else if (column == PROFIT)
        ret_cell->exact = causes_sum(row->causes).m;
    else
        ret_cell->exact = row->causes[column - PRICES].m;
}

extern const struct fold fold_attribution;
const struct fold fold_attribution = {
    .name = "attribution",
    .title = "Where the profit comes from",
    .summary = "Strategy by instrument, by cause; the rows add up to the account's net profit.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_attribution,
    .close = close_attribution,
    .put = put,
    .end = end,
    .rows = rows,
    .cell = cell,
};
