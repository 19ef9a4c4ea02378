// SPDX-License-Identifier: Apache-2.0
// Profit and loss by cause, for each horizon of the mark-outs.
#include "base/check.h"
#include "report/captured.h"
#include "report/fold.h"

enum { CURRENCY, HORIZON, PARTS, TOTAL = PARTS + CAPTURED_PARTS, UNEXPLAINED };

static const struct fold_column columns[] = {
    {"currency", "Currency", FOLD_TEXT, NULL},
    {"horizon", "Horizon", FOLD_SECONDS, "until when the price after a fill counts as selection"},
    {"spread_maker", "Spread, makers", FOLD_MONEY,
     "what our resting orders filled better than the middle"},
    {"spread_taker", "Spread, takers", FOLD_MONEY, "what we paid to take"},
    {"selection_maker", "Selection, makers", FOLD_MONEY,
     "where the middle went until the horizon after resting orders filled: negative is adverse"},
    {"selection_taker", "Selection, takers", FOLD_MONEY, "the same after we took"},
    {"inventory", "Inventory", FOLD_MONEY, "what was held beyond the horizon"},
    {"fees", "Fees", FOLD_MONEY, NULL},
    {"rebates", "Rebates", FOLD_MONEY, NULL},
    {"other", "Other", FOLD_MONEY, "funding, interest, dividends, borrowing, adjustments"},
    {"total", "Profit", FOLD_MONEY, "by the ledger: the sum of all before it, to the last unit"},
    {"unexplained", "Unexplained", FOLD_MONEY, "0, or this report is not to be trusted"},
};
_Static_assert(sizeof columns / sizeof columns[0] == UNEXPLAINED + 1, "a column for each part");

static void *open_rows(const struct fold_view *view) {
    return (void *)view;
}

// The currency of the n-th block of horizons, or the number of currencies.
static uint32_t currency_at(const struct fold_view *view, size_t n) {
    uint32_t c = 0;
    for (; c < view->instruments->currency_count; c++)
        if (captured_any(view->venue_side, c) && n-- == 0) break;
    return c;
}

static size_t rows(const void *self) {
    const struct fold_view *view = self;
    size_t blocks = 0;
    while (currency_at(view, blocks) < view->instruments->currency_count) blocks++;
    return blocks * MARKOUT_AFTER;
}

static int end(void *self, const struct fold_view *view) {
    (void)self;
    for (uint32_t c = 0; c < view->instruments->currency_count; c++)
        for (int h = 0; h < MARKOUT_AFTER; h++)
            DCHECK(captured_of(view->venue_side, c, h).unexplained.m == 0);
    return 0;
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct fold_view *view = self;
    uint32_t currency = currency_at(view, row / MARKOUT_AFTER);
    int horizon = (int)(row % MARKOUT_AFTER);
    *ret_cell = (struct fold_cell){.decimals = view->instruments->currencies[currency].decimals};
    if (column == CURRENCY) {
        ret_cell->text = view->instruments->currencies[currency].code;
        return;
    }
    if (column == HORIZON) {
        ret_cell->integer = markout_horizon_ns(MARKOUT_AFTER + horizon);
        return;
    }
    struct captured captured = captured_of(view->venue_side, currency, horizon);
    ret_cell->exact = column == TOTAL         ? captured.total.m
                      : column == UNEXPLAINED ? captured.unexplained.m
                                              : captured.parts[column - PARTS].m;
}

extern const struct fold fold_captured;
const struct fold fold_captured = {
    .name = "captured",
    .title = "Profit by cause",
    .summary = "Spread captured, adverse selection, inventory and fees: each line adds up to the "
               "profit, to the last unit.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .venue_side = true,
    .open = open_rows,
    .end = end,
    .rows = rows,
    .cell = cell,
};
