// SPDX-License-Identifier: Apache-2.0
// Where the account's profit comes from by sector: the table `attribution` added up over strategies and over the
// instruments of a sector, which the run names; what it does not name is counted by its class of assets.
#include <stdlib.h>
#include <string.h>

#include "report/causes.h"

enum { SECTOR, INSTRUMENTS, PRICES, PROFIT = PRICES + CAUSE_COUNT };

struct row {
    money_t causes[CAUSE_COUNT]; // account currency
    const char *sector;
    int64_t instruments; // that something was earned or lost on
};

struct sectors {
    struct causes causes;
    struct row *rows; // as many as there are instruments, and two
    size_t count;
};

static const struct fold_column columns[] = {
    {"sector", "Sector", FOLD_TEXT, NULL},
    {"instruments", "Instruments", FOLD_COUNT, "that were traded"},
    CAUSE_COLUMNS};

static void close_sectors(void *fold) {
    struct sectors *self = fold;
    if (self == NULL) return;
    causes_fini(&self->causes);
    free(self->rows);
    free(self);
}

static void *open_sectors(const struct fold_view *view) {
    struct sectors *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->rows = calloc(view->instruments->count + 2, sizeof *self->rows);
    if (self->rows != NULL && causes_init(&self->causes, view) == 0) return self;
    close_sectors(self);
    return NULL;
}

static int put(void *fold, const struct fold_view *view, const struct fold_step *step) {
    causes_put(&((struct sectors *)fold)->causes, step);
    return 0;
}

static struct row *row_of(struct sectors *self, uint32_t instrument) {
    const struct fold_view *view = self->causes.view;
    const char *const *names = view->config->sectors;
    const char *sector = names != NULL ? names[instrument] : NULL;
    if (sector == NULL) sector = asset_class_name(view->instruments->items[instrument].asset);
    size_t at = 0;
    while (at < self->count && strcmp(self->rows[at].sector, sector) != 0) at++;
    if (at == self->count) self->rows[self->count++].sector = sector;
    return &self->rows[at];
}

static void add_instrument(struct sectors *self, uint32_t instrument) {
    const struct fold_view *view = self->causes.view;
    uint32_t currency = view->instruments->items[instrument].currency;
    money_t amounts[CAUSE_COUNT];
    bool any = false;
    for (uint32_t s = 0; s <= view->config->strategy_count; s++) {
        bool has = s < view->config->strategy_count
                       ? causes_of(&self->causes, s, instrument, amounts)
                       : causes_unallocated(&self->causes, instrument, amounts);
        if (has) causes_add(view, currency, amounts, row_of(self, instrument)->causes);
        any = any || has;
    }
    if (any) row_of(self, instrument)->instruments++;
}

static void add_account(struct sectors *self, const char *name, enum cause cause, money_t amount) {
    if (amount.m == 0) return;
    self->rows[self->count] = (struct row){.sector = name};
    self->rows[self->count++].causes[cause] = amount;
}

static int end(void *fold, const struct fold_view *view) {
    struct sectors *self = fold;
    for (uint32_t i = 0; i < view->instruments->count; i++) add_instrument(self, i);
    add_account(self, "account: interest", CAUSE_INCOME, causes_interest(&self->causes));
    if (view->curve->marks == 0) return 0;
    money_t left = view->net_profit;
    for (size_t i = 0; i < self->count; i++)
        left = money_sub(left, causes_sum(self->rows[i].causes));
    add_account(self, "account: conversion", CAUSE_PRICES, left);
    return 0;
}

static size_t rows(const void *fold) {
    const struct sectors *self = fold;
    return self->count;
}

static void cell(const void *fold, size_t index, size_t column, struct fold_cell *ret_cell) {
    const struct sectors *self = fold;
    const struct row *row = &self->rows[index];
    *ret_cell = (struct fold_cell){.decimals = self->causes.view->money_decimals};
    if (column == SECTOR)
        ret_cell->text = row->sector;
    else if (column == INSTRUMENTS)
        ret_cell->integer = row->instruments;
    else if (column == PROFIT)
        ret_cell->exact = causes_sum(row->causes).m;
    else
        ret_cell->exact = row->causes[column - PRICES].m;
}

extern const struct fold fold_sectors;
const struct fold fold_sectors = {
    .name = "sectors",
    .title = "Where the profit comes from, by sector",
    .summary = "Sectors by cause; the rows add up to the account's net profit.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_sectors,
    .close = close_sectors,
    .put = put,
    .end = end,
    .rows = rows,
    .cell = cell,
};
