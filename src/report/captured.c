// SPDX-License-Identifier: Apache-2.0
#include "report/captured.h"

#include "base/check.h"

static money_t value_of(const struct venue_side *side, uint32_t instrument) {
    money_t sum = MONEY(0);
    for (uint32_t s = 0; s < side->config->strategy_count; s++)
        sum = money_add(sum, ledger_position(side->ledger, s, instrument)->value);
    return sum;
}

static money_t other_income(const struct ledger *ledger, uint32_t currency) {
    static const enum ledger_account accounts[] = {
        ACCOUNT_DIVIDENDS, ACCOUNT_INTEREST, ACCOUNT_BORROW, ACCOUNT_FUNDING, ACCOUNT_ADJUSTMENT};
    money_t sum = MONEY(0);
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++)
        sum = money_sub(sum, ledger_balance(ledger, accounts[i], currency));
    return sum;
}

struct captured captured_of(const struct venue_side *side, uint32_t currency, int horizon) {
    const struct instruments *instruments = side->config->instruments;
    const struct ledger *ledger = side->ledger;
    struct captured captured = {0};
    money_t *parts = captured.parts, value = MONEY(0), bought = MONEY(0);
    CHECK(horizon >= 0 && horizon < MARKOUT_AFTER);
    for (uint32_t i = 0; i < instruments->count; i++) {
        if (instruments->items[i].currency != currency) continue;
        const struct markouts *markouts = &side->instruments[i].markouts;
        for (int taker = 0; taker < 2; taker++) {
            parts[CAPTURED_SPREAD_MAKER + taker].m += markouts->spread[taker].m;
            parts[CAPTURED_SELECTION_MAKER + taker].m += markouts->moved[taker][horizon].m;
        }
        bought = money_add(bought, markouts->bought);
        value = money_add(value, value_of(side, i));
    }
    int128_t inventory = value.m - bought.m;
    for (int part = CAPTURED_SPREAD_MAKER; part < CAPTURED_INVENTORY; part++)
        inventory -= parts[part].m;
    parts[CAPTURED_INVENTORY] = MONEY(inventory);
    parts[CAPTURED_FEES] = money_neg(side->fees[currency].paid);
    parts[CAPTURED_REBATES] = money_neg(side->fees[currency].rebates);
    parts[CAPTURED_OTHER] = other_income(ledger, currency);
    captured.total = MONEY(ledger_balance(ledger, ACCOUNT_CASH, currency).m + value.m +
                           ledger_balance(ledger, ACCOUNT_CAPITAL, currency).m);
    captured.unexplained = captured.total;
    for (int part = 0; part < CAPTURED_PARTS; part++)
        captured.unexplained = money_sub(captured.unexplained, parts[part]);
    return captured;
}

bool captured_any(const struct venue_side *side, uint32_t currency) {
    const struct instruments *instruments = side->config->instruments;
    for (uint32_t i = 0; i < instruments->count; i++)
        if (instruments->items[i].currency == currency && side->instruments[i].markouts.fills > 0)
            return true;
    return side->fees[currency].paid.m != 0 || side->fees[currency].rebates.m != 0;
}
