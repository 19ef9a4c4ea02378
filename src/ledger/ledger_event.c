// SPDX-License-Identifier: Apache-2.0
// Money and positions that move without a fill: cash, dividends, rates.
#include "base/check.h"
#include "ledger/ledger.h"
#include "ledger/ledger_state.h"

static int apply_cash(struct ledger *ledger, const struct cash_event *cash);
static int apply_dividend(struct ledger *ledger, const struct dividend_event *dividend);
static int apply_rate(struct ledger *ledger, const struct rate_event *rate);
static bool cash_in_range(const struct ledger *ledger, const struct cash_event *cash);
static bool cash_fits(const struct ledger *ledger, const struct cash_event *cash, uint32_t share);
static int dividend_amount(const struct ledger *ledger, const struct dividend_event *dividend,
                           const struct position *position, money_t *ret_amount);

static const uint8_t cash_accounts[CASH_REASON_END] = {
    [CASH_DEPOSIT] = ACCOUNT_CAPITAL,   [CASH_WITHDRAWAL] = ACCOUNT_CAPITAL,
    [CASH_INTEREST] = ACCOUNT_INTEREST, [CASH_BORROW_FEE] = ACCOUNT_BORROW,
    [CASH_FUNDING] = ACCOUNT_FUNDING,   [CASH_ADJUSTMENT] = ACCOUNT_ADJUSTMENT,
};

int ledger_apply(struct ledger *ledger, const union event *event) {
    switch (event->header.kind) {
    case EVENT_SPLIT:
        return ledger_split(ledger, &event->split);
    case EVENT_DIVIDEND:
        return apply_dividend(ledger, &event->dividend);
    case EVENT_CASH:
        return apply_cash(ledger, &event->cash);
    case EVENT_RATE:
        return apply_rate(ledger, &event->rate);
    default:
        return 0;
    }
}

static int apply_cash(struct ledger *ledger, const struct cash_event *cash) {
    if (!cash_in_range(ledger, cash)) return ERR_ARGUMENT;
    uint32_t share = cash->strategy == STRATEGY_NONE ? ledger->strategy_count : cash->strategy;
    if (!cash_fits(ledger, cash, share)) return ERR_RANGE;
    struct ledger_currency *currency = &ledger->currencies[cash->currency];
    enum ledger_account account = cash_accounts[cash->reason];
    ledger_enter(currency, ACCOUNT_CASH, account, cash->amount);
    if (account == ACCOUNT_CAPITAL) return 0;
    ledger_share_at(ledger, share, cash->currency)->realised.m += cash->amount.m;
    uint32_t instrument = cash->header.instrument;
    if (cash->strategy == STRATEGY_NONE || instrument == INSTRUMENT_NONE) return 0;
    struct position *position = ledger_position_at(ledger, cash->strategy, instrument);
    uint32_t own = ledger->units[instrument].currency;
    position->income.m += ledger_cross(ledger, cash->amount, cash->currency, own).m;
    return 0;
}

static bool cash_in_range(const struct ledger *ledger, const struct cash_event *cash) {
    if (cash->currency >= ledger->currency_count) return false;
    if (cash->strategy != STRATEGY_NONE && cash->strategy >= ledger->strategy_count) return false;
    uint32_t instrument = cash->header.instrument;
    if (instrument != INSTRUMENT_NONE && instrument >= ledger->instrument_count) return false;
    if (cash->reason == CASH_DEPOSIT) return cash->amount.m >= 0;
    if (cash->reason == CASH_WITHDRAWAL) return cash->amount.m <= 0;
    return cash->reason > CASH_WITHDRAWAL && cash->reason < CASH_REASON_END;
}

static bool cash_fits(const struct ledger *ledger, const struct cash_event *cash, uint32_t share) {
    const struct ledger_currency *currency = &ledger->currencies[cash->currency];
    if (!ledger_amount_fits(cash->amount)) return false;
    if (!ledger_balance_fits(currency->balance[ACCOUNT_CASH])) return false;
    if (!ledger_balance_fits(currency->balance[cash_accounts[cash->reason]])) return false;
    if (!ledger_balance_fits(ledger_share_at(ledger, share, cash->currency)->realised))
        return false;
    uint32_t instrument = cash->header.instrument;
    return cash->strategy == STRATEGY_NONE || instrument == INSTRUMENT_NONE ||
           ledger_balance_fits(ledger_position_at(ledger, cash->strategy, instrument)->income);
}

static int apply_dividend(struct ledger *ledger, const struct dividend_event *dividend) {
    uint32_t instrument = dividend->header.instrument;
    if (instrument >= ledger->instrument_count || dividend->amount < 0 || dividend->decimals < 0 ||
        dividend->decimals > DECIMALS_MAX || ledger->units[instrument].notional.scale.inverse)
        return ERR_ARGUMENT;
    uint32_t c = ledger->units[instrument].currency;
    struct ledger_currency *currency = &ledger->currencies[c];
    if (!ledger_balance_fits(currency->balance[ACCOUNT_DIVIDENDS])) return ERR_RANGE;
    const struct ledger_row *row = &ledger->rows[instrument];
    struct position *position;
    money_t amount;
    for (uint32_t s = row->holder_first; s != LEDGER_NONE; s = position->holder_next) {
        position = ledger_position_at(ledger, s, instrument);
        TRY(dividend_amount(ledger, dividend, position, &amount));
        if (!ledger_position_fits(ledger, s, instrument)) return ERR_RANGE;
    }
    for (uint32_t s = row->holder_first; s != LEDGER_NONE; s = position->holder_next) {
        position = ledger_position_at(ledger, s, instrument);
        CHECK(dividend_amount(ledger, dividend, position, &amount) == 0);
        ledger_enter(currency, ACCOUNT_CASH, ACCOUNT_DIVIDENDS, amount);
        ledger_share_at(ledger, s, c)->realised.m += amount.m;
        position->income.m += amount.m;
    }
    return 0;
}

// Per unit of quantity, whatever the contract's multiplier.
static int dividend_amount(const struct ledger *ledger, const struct dividend_event *dividend,
                           const struct position *position, money_t *ret_amount) {
    struct notional_scale scale = ledger->units[dividend->header.instrument].notional.scale;
    scale.multiplier = 1;
    scale.multiplier_decimals = 0;
    scale.price_decimals = dividend->decimals;
    money_t amount;
    TRY(decimal_notional(PRICE(dividend->amount), position->qty, &scale, ROUND_HALF_EVEN, &amount));
    if (!ledger_amount_fits(amount)) return ERR_RANGE;
    *ret_amount = amount;
    return 0;
}

static int apply_rate(struct ledger *ledger, const struct rate_event *rate) {
    if (rate->currency >= ledger->currency_count || rate->currency == ledger->account_currency ||
        rate->rate <= 0 || rate->decimals < 0 || rate->decimals > DECIMALS_MAX)
        return ERR_ARGUMENT;
    struct ledger_currency *currency = &ledger->currencies[rate->currency];
    currency->rate = rate->rate;
    currency->rate_decimals = rate->decimals;
    currency->rate_known = 1;
    return 0;
}
