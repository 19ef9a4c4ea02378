// SPDX-License-Identifier: Apache-2.0
// What trading cost and what holding brought: the ledger's accounts, and the price of delay.
#include <stdlib.h>

#include "report/fold.h"

enum { NAME, AMOUNT, OF_CAPITAL, OF_TRADED };
enum { FEES, BORROW, INTEREST, FUNDING, DIVIDENDS, ADJUSTMENT, SLIPPAGE, COST_COUNT };

struct costs {
    const struct fold_view *view;
    price_t *reference; // [order handle]: what was known when the order was sent
    money_t slippage;   // account currency, - is a cost
    money_t amounts[COST_COUNT];
};

static const struct fold_column columns[] = {
    {"item", "Item", FOLD_TEXT, NULL},
    {"amount", "Amount", FOLD_MONEY, "negative: paid"},
    {"of_capital", "Of capital", FOLD_RATIO, "of what the account started with"},
    {"of_traded", "Of turnover", FOLD_RATIO, "of price x quantity of all fills"},
};

static const char *const names[COST_COUNT] = {
    [FEES] = "Fees",
    [BORROW] = "Borrowing of shorts",
    [INTEREST] = "Interest",
    [FUNDING] = "Funding",
    [DIVIDENDS] = "Dividends",
    [ADJUSTMENT] = "Cash in lieu, adjustments",
    [SLIPPAGE] = "Fills against the price at the order (within P&L)",
};

static const enum ledger_account accounts[] = {
    [FEES] = ACCOUNT_FEES,       [BORROW] = ACCOUNT_BORROW,       [INTEREST] = ACCOUNT_INTEREST,
    [FUNDING] = ACCOUNT_FUNDING, [DIVIDENDS] = ACCOUNT_DIVIDENDS, [ADJUSTMENT] = ACCOUNT_ADJUSTMENT,
};

static void *open_costs(const struct fold_view *view) {
    struct costs *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->view = view;
    self->reference = calloc(view->config->order_max + 1, sizeof *self->reference);
    if (self->reference != NULL) return self;
    free(self);
    return NULL;
}

static void close_costs(void *fold) {
    struct costs *self = fold;
    if (self != NULL) free(self->reference);
    free(self);
}

// A stop is meant to fill at its trigger, anything else at the price that the decision saw. A limit order has
// no such price: it never fills worse than it asked.
static price_t reference_price(const struct fold_view *view, const struct order_spec *spec) {
    if (spec->type == ORDER_LIMIT || spec->type == ORDER_STOP_LIMIT) return PRICE(0);
    if (spec->type == ORDER_STOP) return spec->stop_price;
    if (spec->type == ORDER_TRAILING_STOP) return PRICE(0);
    return view->board->rows[spec->instrument].last;
}

static int put(void *fold, const struct fold_view *view, const struct fold_step *step) {
    struct costs *self = fold;
    if (step->order == NULL) return 0;
    if (step->event->kind == EVENT_SUBMIT) {
        self->reference[step->handle] = reference_price(view, &step->order->spec);
        return 0;
    }
    price_t reference = self->reference[step->handle];
    if (!step->is_fill || reference.m == 0) return 0;
    money_t money, account;
    if (ledger_gain(view->ledger, step->fill.instrument, step->fill.price, reference,
                    QTY(step->fill.side * step->fill.qty.m), &money) < 0)
        return 0;
    uint32_t currency = view->instruments->items[step->fill.instrument].currency;
    if (ledger_convert(view->ledger, money, currency, &account) < 0) return 0;
    self->slippage = money_add(self->slippage, account);
    return 0;
}

static int end(void *fold, const struct fold_view *view) {
    struct costs *self = fold;
    for (size_t i = 0; i < SLIPPAGE; i++)
        for (uint32_t c = 0; c < view->instruments->currency_count; c++) {
            money_t account;
            money_t balance = ledger_balance(view->ledger, accounts[i], c);
            // Debits are positive: what was paid.
            if (ledger_convert(view->ledger, money_neg(balance), c, &account) == 0)
                self->amounts[i] = money_add(self->amounts[i], account);
        }
    self->amounts[SLIPPAGE] = self->slippage;
    return 0;
}

static size_t rows(const void *self) {
    (void)self;
    return COST_COUNT;
}

static void cell(const void *fold, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct costs *self = fold;
    money_t amount = self->amounts[row];
    *ret_cell = (struct fold_cell){.decimals = self->view->money_decimals};
    switch (column) {
    case NAME:
        ret_cell->text = names[row];
        break;
    case AMOUNT:
        ret_cell->exact = amount.m;
        break;
    case OF_CAPITAL:
        ret_cell->number = (double)amount.m / (double)self->view->curve->start.m;
        break;
    default:
        ret_cell->number = (double)amount.m / (double)self->view->trades->all.traded.m;
        break;
    }
}

extern const struct fold fold_costs;
const struct fold fold_costs = {
    .name = "costs",
    .title = "Costs and income",
    .summary = "What trading cost and what holding brought, in the account's currency.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_costs,
    .close = close_costs,
    .put = put,
    .end = end,
    .rows = rows,
    .cell = cell,
};
