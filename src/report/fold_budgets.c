// SPDX-License-Identifier: Apache-2.0
// Capital that an allocation moved among strategies, move by move.
#include <stdlib.h>

#include "ledger/budget.h"
#include "report/fold.h"

enum { BUDGETS_MAX = 1 << 16 };
enum { TIME, STRATEGY, WEIGHT, MOVED, BUDGET };

struct budgets {
    const struct fold_view *view;
    struct budget_event *items;
    size_t count;
    size_t capacity;
    uint64_t left_out;
};

static const struct fold_column columns[] = {
    {"time", "Time", FOLD_TIME, "UTC"},
    {"strategy", "Strategy", FOLD_TEXT, "missing: the reserve, which no strategy has"},
    {"weight", "Weight", FOLD_RATIO, "of the equity that was divided"},
    {"moved", "Moved", FOLD_MONEY, "into its budget"},
    {"budget", "Budget", FOLD_MONEY, "its capital from here on, without what it earned"},
};

static void *open_budgets(const struct fold_view *view) {
    struct budgets *self = calloc(1, sizeof *self);
    if (self != NULL) self->view = view;
    return self;
}

static void close_budgets(void *fold) {
    struct budgets *self = fold;
    if (self == NULL) return;
    free(self->items);
    free(self);
}

static int put(void *fold, const struct fold_view *view, const struct fold_step *step) {
    (void)view;
    struct budgets *self = fold;
    if (step->event->kind != EVENT_BUDGET) return 0;
    if (self->count == BUDGETS_MAX) {
        self->left_out++;
        return 0;
    }
    if (self->count == self->capacity) {
        size_t capacity = self->capacity == 0 ? 64 : 2 * self->capacity;
        struct budget_event *grown = realloc(self->items, capacity * sizeof *grown);
        if (grown == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu budgets", capacity);
        self->items = grown;
        self->capacity = capacity;
    }
    self->items[self->count++] = *(const struct budget_event *)(const void *)step->event;
    return 0;
}

static size_t rows(const void *fold) {
    return ((const struct budgets *)fold)->count;
}

static uint64_t left_out(const void *fold) {
    return ((const struct budgets *)fold)->left_out;
}

static void cell(const void *fold, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct budgets *self = fold;
    const struct budget_event *event = &self->items[row];
    *ret_cell = (struct fold_cell){.decimals = self->view->money_decimals};
    if (column == TIME) {
        ret_cell->integer = event->header.ts_ns;
    } else if (column == STRATEGY) {
        ret_cell->missing = event->strategy >= self->view->config->strategy_count;
        if (!ret_cell->missing)
            ret_cell->text = self->view->config->strategies[event->strategy].name;
    } else if (column == WEIGHT) {
        ret_cell->number = (double)event->weight / 1e9;
    } else {
        ret_cell->exact = column == MOVED ? budget_moved(event).m : budget_money(event).m;
    }
}

extern const struct fold fold_budgets;
const struct fold fold_budgets = {
    .name = "budgets",
    .title = "Capital moved among strategies",
    .summary = "What an allocation moved, and what each strategy has from there on.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_budgets,
    .close = close_budgets,
    .put = put,
    .rows = rows,
    .cell = cell,
    .left_out = left_out,
};
