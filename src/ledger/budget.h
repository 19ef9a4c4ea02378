// SPDX-License-Identifier: Apache-2.0
// EVENT_BUDGET: a strategy's part of the account's capital from here on. What is moved by an input, the reserve's
// included, adds up to nothing.
#ifndef FULMAR_LEDGER_BUDGET_H
#define FULMAR_LEDGER_BUDGET_H

#include "base/decimal.h"
#include "market/event.h"

struct budget_event {
    struct event_header header;
    uint32_t strategy;  // STRATEGY_NONE: the reserve, capital that no strategy has
    uint32_t share_ppm; // of capital to come, parts per million
    int64_t weight;     // of the equity that was divided, billionths
    int64_t budget_hi;  // account money: hi x 2^64 + lo
    uint64_t budget_lo;
    int64_t moved_hi; // signed, into it
    uint64_t moved_lo;
};
_Static_assert(sizeof(struct budget_event) == 80, "journal format");

static inline money_t budget_money(const struct budget_event *event) {
    return MONEY(
        (int128_t)((unsigned __int128)(uint64_t)event->budget_hi << 64 | event->budget_lo));
}
static inline money_t budget_moved(const struct budget_event *event) {
    return MONEY((int128_t)((unsigned __int128)(uint64_t)event->moved_hi << 64 | event->moved_lo));
}

#endif
