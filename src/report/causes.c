// SPDX-License-Identifier: Apache-2.0
#include "report/causes.h"

#include <stdlib.h>

struct cause_flows {
    money_t slippage;
    money_t borrow;
    money_t funding;
};

int causes_init(struct causes *causes, const struct fold_view *view) {
    size_t cells = ((size_t)view->config->strategy_count + 1) * view->instruments->count;
    *causes = (struct causes){.view = view};
    causes->reference = calloc(view->config->order_max + 1, sizeof *causes->reference);
    causes->flows = calloc(cells + 1, sizeof *causes->flows);
    if (causes->reference != NULL && causes->flows != NULL) return 0;
    causes_fini(causes);
    return ERR_NOMEM;
}

void causes_fini(struct causes *causes) {
    free(causes->reference);
    free(causes->flows);
    *causes = (struct causes){0};
}

// The account itself comes after the strategies.
static struct cause_flows *flows_of(const struct causes *causes, uint32_t strategy,
                                    uint32_t instrument) {
    const struct fold_view *view = causes->view;
    if (strategy > view->config->strategy_count || instrument >= view->instruments->count)
        return NULL;
    return &causes->flows[(size_t)strategy * view->instruments->count + instrument];
}

// As in fold_costs: a stop is meant to fill at its trigger, a limit never fills worse than it asked.
static price_t reference_price(const struct fold_view *view, const struct order_spec *spec) {
    if (spec->type == ORDER_LIMIT || spec->type == ORDER_STOP_LIMIT) return PRICE(0);
    if (spec->type == ORDER_STOP) return spec->stop_price;
    if (spec->type == ORDER_TRAILING_STOP) return PRICE(0);
    return view->board->rows[spec->instrument].last;
}

static void put_cash(struct causes *causes, const struct cash_event *cash) {
    struct cause_flows *flows = flows_of(causes, cash->strategy, cash->header.instrument);
    if (flows == NULL) return;
    money_t own = MONEY(0);
    uint32_t currency = causes->view->instruments->items[cash->header.instrument].currency;
    if (cash->currency == currency) own = cash->amount;
    if (cash->reason == CASH_BORROW_FEE) flows->borrow = money_add(flows->borrow, own);
    if (cash->reason == CASH_FUNDING) flows->funding = money_add(flows->funding, own);
}

void causes_put(struct causes *causes, const struct fold_step *step) {
    const struct fold_view *view = causes->view;
    causes->slipped = MONEY(0);
    if (step->event->kind == EVENT_CASH) put_cash(causes, (const void *)step->event);
    if (step->order == NULL) return;
    if (step->event->kind == EVENT_SUBMIT) {
        causes->reference[step->handle] = reference_price(view, &step->order->spec);
        return;
    }
    price_t reference = causes->reference[step->handle];
    if (!step->is_fill || reference.m == 0) return;
    money_t slipped;
    if (ledger_gain(view->ledger, step->fill.instrument, step->fill.price, reference,
                    QTY(step->fill.side * step->fill.qty.m), &slipped) < 0)
        return;
    struct cause_flows *flows = flows_of(causes, step->fill.strategy, step->fill.instrument);
    flows->slippage = money_add(flows->slippage, slipped);
    causes->slipped = slipped;
}

bool causes_of(const struct causes *causes, uint32_t strategy, uint32_t instrument,
               money_t ret_amounts[CAUSE_COUNT]) {
    const struct position *position = ledger_position(causes->view->ledger, strategy, instrument);
    const struct cause_flows *flows = flows_of(causes, strategy, instrument);
    money_t open = money_sub(position->value, position->cost);
    money_t gross = money_add(position->realised, open);
    if (position->bought.m == 0 && position->sold.m == 0 && position->income.m == 0) return false;
    ret_amounts[CAUSE_PRICES] = money_sub(gross, flows->slippage);
    ret_amounts[CAUSE_SLIPPAGE] = flows->slippage;
    ret_amounts[CAUSE_FEES] = money_neg(position->fees);
    ret_amounts[CAUSE_BORROW] = flows->borrow;
    ret_amounts[CAUSE_FUNDING] = flows->funding;
    ret_amounts[CAUSE_INCOME] =
        money_sub(money_sub(position->income, flows->borrow), flows->funding);
    return true;
}

bool causes_unallocated(const struct causes *causes, uint32_t instrument,
                        money_t ret_amounts[CAUSE_COUNT]) {
    const struct cause_flows *flows =
        flows_of(causes, causes->view->config->strategy_count, instrument);
    for (int i = 0; i < CAUSE_COUNT; i++) ret_amounts[i] = MONEY(0);
    ret_amounts[CAUSE_BORROW] = flows->borrow;
    ret_amounts[CAUSE_FUNDING] = flows->funding;
    return flows->borrow.m != 0 || flows->funding.m != 0;
}

static money_t in_account(const struct fold_view *view, money_t money, uint32_t currency) {
    money_t account = MONEY(0);
    return ledger_convert(view->ledger, money, currency, &account) < 0 ? MONEY(0) : account;
}

money_t causes_interest(const struct causes *causes) {
    money_t sum = MONEY(0);
    for (uint32_t c = 0; c < causes->view->instruments->currency_count; c++) {
        money_t paid = ledger_balance(causes->view->ledger, ACCOUNT_INTEREST, c);
        sum = money_add(sum, in_account(causes->view, money_neg(paid), c));
    }
    return sum;
}

void causes_add(const struct fold_view *view, uint32_t currency, const money_t amounts[CAUSE_COUNT],
                money_t sums[CAUSE_COUNT]) {
    for (int i = 0; i < CAUSE_COUNT; i++)
        sums[i] = money_add(sums[i], in_account(view, amounts[i], currency));
}

money_t causes_sum(const money_t amounts[CAUSE_COUNT]) {
    money_t sum = MONEY(0);
    for (int i = 0; i < CAUSE_COUNT; i++) sum = money_add(sum, amounts[i]);
    return sum;
}
