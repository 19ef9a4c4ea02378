// SPDX-License-Identifier: Apache-2.0
// Where the account's profit comes from by signal: what each strategy's decision to enter said of why, long and short.
//
// All that a position earns and costs, from the fill that leaves flat until it is flat again, belongs to the signal
// that opened it; a fill through zero ends one and begins the next, its fee and slippage shared by quantity. What comes
// while a strategy is flat is of the signal before. Everything is a difference of what table `attribution` adds up, so
// the rows do, too.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "market/target.h"
#include "report/causes.h"

enum { STRATEGY, SIGNAL, SIDE, POSITIONS, PRICES, PROFIT = PRICES + CAUSE_COUNT };
enum { ROWS_MAX = 4096, SIGNAL_SIZE = 40 };

// Codes of a decision have 32 bits; beyond them are the purposes of orders that had none behind them.
#define CODE_UNKNOWN (UINT64_C(1) << 32)
#define CODES_BY_PURPOSE (CODE_UNKNOWN + 1)

struct row {
    money_t causes[CAUSE_COUNT]; // in its currency, account money from end() on
    uint64_t code;
    uint32_t strategy;
    uint32_t currency;
    int32_t side; // 0: of the account
    int64_t positions;
    char signal[SIGNAL_SIZE];
};

// A strategy on an instrument.
struct place {
    money_t before[CAUSE_COUNT]; // what it had when the row began
    uint32_t code;               // of the latest decision that asked for another side
    int32_t wanted;              // that side
    uint32_t row;                // 1 + the signal that its position belongs to; 0: none yet
};

struct signals {
    struct causes causes;
    struct place *places; // [strategy][instrument]
    struct row *rows;
    size_t count;
};

static const struct fold_column columns[] = {
    {"strategy", "Strategy", FOLD_TEXT, NULL},
    {"signal", "Signal", FOLD_TEXT, "what the decision to enter said of why"},
    {"side", "Side", FOLD_TEXT, NULL},
    {"positions", "Positions", FOLD_COUNT, "that it opened"},
    CAUSE_COLUMNS};

static void close_signals(void *fold) {
    struct signals *self = fold;
    if (self == NULL) return;
    causes_fini(&self->causes);
    free(self->places);
    free(self->rows);
    free(self);
}

static void *open_signals(const struct fold_view *view) {
    struct signals *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    size_t places = (size_t)view->config->strategy_count * view->instruments->count;
    self->places = calloc(places + 1, sizeof *self->places);
    size_t rests = (size_t)view->config->strategy_count * view->instruments->currency_count;
    self->rows = calloc(ROWS_MAX + rests + 3, sizeof *self->rows);
    if (self->places != NULL && self->rows != NULL && causes_init(&self->causes, view) == 0)
        return self;
    close_signals(self);
    return NULL;
}

static struct place *place_of(struct signals *self, uint32_t strategy, uint32_t instrument) {
    return &self->places[(size_t)strategy * self->causes.view->instruments->count + instrument];
}

static size_t search_row(const struct signals *self, const struct row *key) {
    size_t at = 0;
    for (; at < self->count; at++) {
        const struct row *row = &self->rows[at];
        if (row->strategy == key->strategy && row->code == key->code && row->side == key->side &&
            row->currency == key->currency)
            break;
    }
    return at;
}

// Beyond the maximum one row gathers the rest of a strategy in a currency.
static uint32_t find_row(struct signals *self, const struct row *key) {
    struct row rest = {.strategy = key->strategy, .code = CODE_UNKNOWN, .currency = key->currency};
    size_t at = search_row(self, key);
    if (at == self->count && at >= ROWS_MAX) {
        key = &rest;
        at = search_row(self, key);
    }
    if (at == self->count) self->rows[self->count++] = *key;
    return (uint32_t)at;
}

// Gives the row what came since it began, less `kept`, which is the next one's.
static void settle(struct signals *self, uint32_t strategy, uint32_t instrument,
                   const money_t kept[CAUSE_COUNT]) {
    struct place *place = place_of(self, strategy, instrument);
    money_t now[CAUSE_COUNT];
    if (!causes_of(&self->causes, strategy, instrument, now)) return;
    bool any = false;
    for (int i = 0; i < CAUSE_COUNT; i++) any = any || now[i].m - kept[i].m != place->before[i].m;
    if (!any) return;
    if (place->row == 0)
        place->row =
            1 + find_row(self, &(struct row){
                                   .strategy = strategy,
                                   .code = CODE_UNKNOWN,
                                   .currency =
                                       self->causes.view->instruments->items[instrument].currency});
    for (int i = 0; i < CAUSE_COUNT; i++) {
        money_t *sum = &self->rows[place->row - 1].causes[i];
        money_t until = money_sub(now[i], kept[i]);
        *sum = money_add(*sum, money_sub(until, place->before[i]));
        place->before[i] = until;
    }
}

static money_t share_of(money_t amount, int64_t part, int64_t whole) {
    return MONEY(decimal_div_round(amount.m * part, whole, ROUND_HALF_EVEN));
}

// A fill that opened something: what it costs by itself is the new signal's, and so is what its price differs from the
// mark by.
static void begin(struct signals *self, const struct fold_step *step, int64_t opened) {
    const struct fold_view *view = self->causes.view;
    uint32_t strategy = step->fill.strategy, instrument = step->fill.instrument;
    struct place *place = place_of(self, strategy, instrument);
    const struct position *position = ledger_position(view->ledger, strategy, instrument);
    money_t slipped = share_of(self->causes.slipped, opened, step->fill.qty.m);
    money_t fee = share_of(step->fee, opened, step->fill.qty.m);
    money_t open = money_sub(position->value, position->cost);
    money_t own[CAUSE_COUNT] = {[CAUSE_PRICES] = money_sub(open, slipped),
                                [CAUSE_SLIPPAGE] = slipped,
                                [CAUSE_FEES] = money_neg(fee)};
    settle(self, strategy, instrument, own);
    bool decided = step->order == NULL || step->order->spec.purpose == PURPOSE_TARGET;
    place->row =
        1 +
        find_row(self, &(struct row){.strategy = strategy,
                                     .code = decided ? place->code
                                                     : CODES_BY_PURPOSE + step->order->spec.purpose,
                                     .currency = view->instruments->items[instrument].currency,
                                     .side = step->fill.side});
    self->rows[place->row - 1].positions++;
}

static int put(void *fold, const struct fold_view *view, const struct fold_step *step) {
    struct signals *self = fold;
    causes_put(&self->causes, step);
    if (step->event->kind == EVENT_TARGET) {
        const struct target_event *target = (const void *)step->event;
        struct place *place = place_of(self, target->strategy, target->header.instrument);
        int32_t wanted = (target->qty.m > 0) - (target->qty.m < 0);
        if (wanted != place->wanted && wanted != 0) place->code = target->reason;
        place->wanted = wanted;
    }
    if (!step->is_fill) return 0;
    int64_t opened = step->fill.qty.m - step->result.closed_qty.m;
    bool was_flat = step->held.m == 0;
    if (opened > 0 && (was_flat || step->result.closed_qty.m > 0)) begin(self, step, opened);
    return 0;
}

static void name_row(const struct fold_view *view, struct row *row) {
    const struct report_strategy *strategy = &view->config->strategies[row->strategy];
    if (row->code >= CODES_BY_PURPOSE)
        snprintf(row->signal, SIGNAL_SIZE, "order: %s",
                 order_purpose_name((uint32_t)(row->code - CODES_BY_PURPOSE)));
    else if (row->code == CODE_UNKNOWN)
        snprintf(row->signal, SIGNAL_SIZE, "none");
    else if (row->code > 0 && row->code < strategy->reason_count &&
             strategy->reasons[row->code] != NULL)
        snprintf(row->signal, SIGNAL_SIZE, "%s", strategy->reasons[row->code]);
    else
        snprintf(row->signal, SIGNAL_SIZE, "reason %u", (uint32_t)row->code);
}

static int by_strategy(const void *left, const void *right) {
    const struct row *a = left, *b = right;
    if (a->strategy != b->strategy) return a->strategy < b->strategy ? -1 : 1;
    if (a->code != b->code) return a->code < b->code ? -1 : 1;
    if (a->side != b->side) return a->side > b->side ? -1 : 1;
    return a->currency < b->currency ? -1 : a->currency > b->currency;
}

static void add_account(struct signals *self, const char *name, enum cause cause, money_t amount) {
    if (amount.m == 0) return;
    struct row *row = &self->rows[self->count++];
    *row = (struct row){.strategy = UINT32_MAX};
    snprintf(row->signal, SIGNAL_SIZE, "%s", name);
    row->causes[cause] = amount;
}

static void add_unallocated(struct signals *self) {
    const struct fold_view *view = self->causes.view;
    money_t amounts[CAUSE_COUNT], sums[CAUSE_COUNT] = {{0}};
    for (uint32_t i = 0; i < view->instruments->count; i++)
        if (causes_unallocated(&self->causes, i, amounts))
            causes_add(view, view->instruments->items[i].currency, amounts, sums);
    if (sums[CAUSE_BORROW].m == 0 && sums[CAUSE_FUNDING].m == 0) return;
    struct row *row = &self->rows[self->count++];
    *row = (struct row){.strategy = UINT32_MAX, .signal = "not allocated"};
    memcpy(row->causes, sums, sizeof sums);
}

static int end(void *fold, const struct fold_view *view) {
    static const money_t nothing[CAUSE_COUNT];
    struct signals *self = fold;
    for (uint32_t s = 0; s < view->config->strategy_count; s++)
        for (uint32_t i = 0; i < view->instruments->count; i++) settle(self, s, i, nothing);
    qsort(self->rows, self->count, sizeof *self->rows, by_strategy);
    for (size_t k = 0; k < self->count; k++) {
        struct row *row = &self->rows[k];
        money_t sums[CAUSE_COUNT] = {{0}};
        causes_add(view, row->currency, row->causes, sums);
        memcpy(row->causes, sums, sizeof sums);
        name_row(view, row);
    }
    add_unallocated(self);
    add_account(self, "interest", CAUSE_INCOME, causes_interest(&self->causes));
    if (view->curve->marks == 0) return 0;
    money_t left = view->net_profit;
    for (size_t k = 0; k < self->count; k++)
        left = money_sub(left, causes_sum(self->rows[k].causes));
    add_account(self, "conversion", CAUSE_PRICES, left);
    return 0;
}

static size_t rows(const void *fold) {
    const struct signals *self = fold;
    return self->count;
}

static void cell(const void *fold, size_t index, size_t column, struct fold_cell *ret_cell) {
    const struct signals *self = fold;
    const struct row *row = &self->rows[index];
    const struct fold_view *view = self->causes.view;
    bool account = row->strategy == UINT32_MAX;
    *ret_cell = (struct fold_cell){.decimals = view->money_decimals};
    if (column == STRATEGY)
        ret_cell->text = account ? "account" : view->config->strategies[row->strategy].name;
    else if (column == SIGNAL)
        ret_cell->text = row->signal;
    else if (column == SIDE)
        ret_cell->text = row->side > 0 ? "long" : row->side < 0 ? "short" : "";
    else if (column == POSITIONS)
        ret_cell->integer = row->positions;
    else if (column == PROFIT)
        ret_cell->exact = causes_sum(row->causes).m;
    else
        ret_cell->exact = row->causes[column - PRICES].m;
}

extern const struct fold fold_signals;
const struct fold fold_signals = {
    .name = "signals",
    .title = "Where the profit comes from, by signal",
    .summary = "What each reason to enter earned, by cause; the rows add up to the account's net "
               "profit.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_signals,
    .close = close_signals,
    .put = put,
    .end = end,
    .rows = rows,
    .cell = cell,
};
