// SPDX-License-Identifier: Apache-2.0
// Where the account's profit comes from: strategy by instrument, split into what prices did, what the fills
// cost against the price at the order, and each kind of cost and income. Rows add up to the account's net
// profit to the last unit: a last row has what no strategy caused (interest), and with several currencies
// another one what conversion rounds.
#include <stdlib.h>

#include "report/fold.h"

enum { STRATEGY, INSTRUMENT, PRICES, SLIPPAGE, FEES, BORROW, FUNDING, INCOME, PROFIT, KINDS = 6 };
enum { ROWS_MAX = 4096 };

// Of a strategy on an instrument, in the instrument's currency; - is paid.
struct flows {
    money_t slippage;
    money_t borrow;
    money_t funding;
};

struct row {
    money_t kinds[KINDS]; // from PRICES on, account currency
    const char *strategy;
    const char *instrument;
};

struct attribution {
    const struct fold_view *view;
    price_t *
        reference; // [order handle]: what was known when the order was sent; 0: it has no such price
    struct flows *flows; // [strategy][instrument]
    struct row *rows;
    size_t count;
};

static const struct fold_column columns[] = {
    {"strategy", "Strategy", FOLD_TEXT, NULL},
    {"instrument", "Instrument", FOLD_TEXT, NULL},
    {"prices", "Prices", FOLD_MONEY,
     "what the decisions made at the prices that they were sent at"},
    {"slippage", "Slippage", FOLD_MONEY, "fills against the price at the order"},
    {"fees", "Fees", FOLD_MONEY, NULL},
    {"borrow", "Borrowing", FOLD_MONEY, "of what was sold short"},
    {"funding", "Funding", FOLD_MONEY, "of perpetuals"},
    {"income", "Income", FOLD_MONEY, "dividends, cash in lieu; in the account's row its interest"},
    {"profit", "Profit", FOLD_MONEY, "the sum: all rows add up to the account's net profit"},
};

static void close_attribution(void *fold) {
    struct attribution *self = fold;
    if (self == NULL) return;
    free(self->reference);
    free(self->flows);
    free(self->rows);
    free(self);
}

static void *open_attribution(const struct fold_view *view) {
    struct attribution *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    size_t cells = ((size_t)view->config->strategy_count + 1) * view->instruments->count;
    self->view = view;
    self->reference = calloc(view->config->order_max + 1, sizeof *self->reference);
    self->flows = calloc(cells + 1, sizeof *self->flows);
    self->rows = calloc(ROWS_MAX + 3, sizeof *self->rows);
    if (self->reference != NULL && self->flows != NULL && self->rows != NULL) return self;
    close_attribution(self);
    return NULL;
}

// The account itself comes after the strategies.
static struct flows *flows_of(struct attribution *self, uint32_t strategy, uint32_t instrument) {
    const struct fold_view *view = self->view;
    if (strategy > view->config->strategy_count || instrument >= view->instruments->count)
        return NULL;
    return &self->flows[(size_t)strategy * view->instruments->count + instrument];
}

// As in fold_costs: a stop is meant to fill at its trigger, a limit never fills worse than it asked.
static price_t reference_price(const struct fold_view *view, const struct order_spec *spec) {
    if (spec->type == ORDER_LIMIT || spec->type == ORDER_STOP_LIMIT) return PRICE(0);
    if (spec->type == ORDER_STOP) return spec->stop_price;
    if (spec->type == ORDER_TRAILING_STOP) return PRICE(0);
    return view->board->rows[spec->instrument].last;
}

static void put_cash(struct attribution *self, const struct cash_event *cash) {
    struct flows *flows = flows_of(self, cash->strategy, cash->header.instrument);
    if (flows == NULL) return;
    money_t own = MONEY(0);
    uint32_t currency = self->view->instruments->items[cash->header.instrument].currency;
    if (cash->currency == currency) own = cash->amount;
    if (cash->reason == CASH_BORROW_FEE) flows->borrow = money_add(flows->borrow, own);
    if (cash->reason == CASH_FUNDING) flows->funding = money_add(flows->funding, own);
}

static int put(void *fold, const struct fold_view *view, const struct fold_step *step) {
    struct attribution *self = fold;
    money_t slipped;
    if (step->event->kind == EVENT_CASH) put_cash(self, (const void *)step->event);
    if (step->order == NULL) return 0;
    if (step->event->kind == EVENT_SUBMIT) {
        self->reference[step->handle] = reference_price(view, &step->order->spec);
        return 0;
    }
    price_t reference = self->reference[step->handle];
    if (!step->is_fill || reference.m == 0) return 0;
    if (ledger_gain(view->ledger, step->fill.instrument, step->fill.price, reference,
                    QTY(step->fill.side * step->fill.qty.m), &slipped) < 0)
        return 0;
    struct flows *flows = flows_of(self, step->fill.strategy, step->fill.instrument);
    flows->slippage = money_add(flows->slippage, slipped);
    return 0;
}

static money_t in_account(const struct fold_view *view, money_t money, uint32_t currency) {
    money_t account = MONEY(0);
    return ledger_convert(view->ledger, money, currency, &account) < 0 ? MONEY(0) : account;
}

static money_t sum_of(const struct row *row) {
    money_t sum = MONEY(0);
    for (int i = 0; i < KINDS; i++) sum = money_add(sum, row->kinds[i]);
    return sum;
}

// Beyond the maximum the last row gathers the rest.
static struct row *next_row(struct attribution *self) {
    if (self->count < ROWS_MAX) return &self->rows[self->count++];
    struct row *rest = &self->rows[ROWS_MAX - 1];
    rest->strategy = rest->instrument = "others";
    return rest;
}

static void add_position(struct attribution *self, uint32_t strategy, uint32_t instrument) {
    const struct fold_view *view = self->view;
    const struct position *position = ledger_position(view->ledger, strategy, instrument);
    const struct flows *flows = flows_of(self, strategy, instrument);
    uint32_t currency = view->instruments->items[instrument].currency;
    money_t open = money_sub(position->value, position->cost);
    money_t gross = money_add(position->realised, open);
    money_t rest = money_sub(money_sub(position->income, flows->borrow), flows->funding);
    if (position->bought.m == 0 && position->sold.m == 0 && position->income.m == 0) return;
    const money_t kinds[KINDS] = {money_sub(gross, flows->slippage),
                                  flows->slippage,
                                  money_neg(position->fees),
                                  flows->borrow,
                                  flows->funding,
                                  rest};
    struct row *row = next_row(self);
    if (row->strategy == NULL) {
        row->strategy = view->config->strategies[strategy].name;
        row->instrument = view->instrument_names[instrument];
    }
    for (int i = 0; i < KINDS; i++)
        row->kinds[i] = money_add(row->kinds[i], in_account(view, kinds[i], currency));
}

// What was charged or paid for fills that no strategy had been allocated yet.
static void add_unallocated(struct attribution *self, uint32_t instrument) {
    const struct fold_view *view = self->view;
    const struct flows *flows = flows_of(self, view->config->strategy_count, instrument);
    uint32_t currency = view->instruments->items[instrument].currency;
    if (flows->borrow.m == 0 && flows->funding.m == 0) return;
    struct row *row = next_row(self);
    if (row->strategy == NULL) {
        row->strategy = "account";
        row->instrument = view->instrument_names[instrument];
    }
    row->kinds[BORROW - PRICES] =
        money_add(row->kinds[BORROW - PRICES], in_account(view, flows->borrow, currency));
    row->kinds[FUNDING - PRICES] =
        money_add(row->kinds[FUNDING - PRICES], in_account(view, flows->funding, currency));
}

// What no strategy caused: the interest of the account.
static void add_account(struct attribution *self) {
    const struct fold_view *view = self->view;
    struct row row = {.strategy = "account", .instrument = "interest"};
    for (uint32_t c = 0; c < view->instruments->currency_count; c++) {
        money_t paid = ledger_balance(view->ledger, ACCOUNT_INTEREST, c);
        row.kinds[INCOME - PRICES] =
            money_add(row.kinds[INCOME - PRICES], in_account(view, money_neg(paid), c));
    }
    if (sum_of(&row).m != 0) self->rows[self->count++] = row;
}

// Of several currencies: gains and losses of the money itself, and what converting row by row rounds.
static void add_conversion(struct attribution *self) {
    money_t left = self->view->net_profit;
    for (size_t i = 0; i < self->count; i++) left = money_sub(left, sum_of(&self->rows[i]));
    if (left.m == 0) return;
    self->rows[self->count++] =
        (struct row){.strategy = "account", .instrument = "conversion", .kinds = {left}};
}

static int end(void *fold, const struct fold_view *view) {
    struct attribution *self = fold;
    for (uint32_t s = 0; s < view->config->strategy_count; s++)
        for (uint32_t i = 0; i < view->instruments->count; i++) add_position(self, s, i);
    for (uint32_t i = 0; i < view->instruments->count; i++) add_unallocated(self, i);
    add_account(self);
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
    *ret_cell = (struct fold_cell){.decimals = self->view->money_decimals};
    if (column == STRATEGY)
        ret_cell->text = row->strategy;
    else if (column == INSTRUMENT)
        ret_cell->text = row->instrument;
    else if (column == PROFIT)
        ret_cell->exact = sum_of(row).m;
    else
        ret_cell->exact = row->kinds[column - PRICES].m;
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
