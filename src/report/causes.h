// SPDX-License-Identifier: Apache-2.0
// What each strategy earned on each instrument, by cause: the one arithmetic behind the tables that say where the
// profit comes from. In the instrument's currency, exact; - is paid. The causes of a position add up to what the ledger
// says of it: realised and open, less fees, with its income.
#ifndef FULMAR_REPORT_CAUSES_H
#define FULMAR_REPORT_CAUSES_H

#include "report/fold.h"

enum cause {
    CAUSE_PRICES,   // what the decisions made at the prices that they were sent at
    CAUSE_SLIPPAGE, // fills against those
    CAUSE_FEES,
    CAUSE_BORROW,
    CAUSE_FUNDING,
    CAUSE_INCOME, // dividends, cash in lieu
    CAUSE_COUNT
};

// From the columns' own place on: one for each cause, and their sum.
#define CAUSE_COLUMNS                                                                              \
    {"prices", "Prices", FOLD_MONEY,                                                               \
     "what the decisions made at the prices that they were sent at"},                              \
        {"slippage", "Slippage", FOLD_MONEY, "fills against the price at the order"},              \
        {"fees", "Fees", FOLD_MONEY, NULL},                                                        \
        {"borrow", "Borrowing", FOLD_MONEY, "of what was sold short"},                             \
        {"funding", "Funding", FOLD_MONEY, "of perpetuals"},                                       \
        {"income", "Income", FOLD_MONEY,                                                           \
         "dividends, cash in lieu; in the account's row its interest"},                            \
    {                                                                                              \
        "profit", "Profit", FOLD_MONEY, "the sum: all rows add up to the account's net profit"     \
    }

struct cause_flows;

struct causes {
    const struct fold_view *view;
    price_t *
        reference; // [order handle]: what was known when the order was sent; 0: it has no such price
    struct cause_flows *flows; // [strategy, and the account][instrument]
    money_t slipped;           // of the latest fill
};

// ERR_NOMEM (no story), and nothing is to be freed then.
int causes_init(struct causes *causes, const struct fold_view *view) MUST_USE;
void causes_fini(struct causes *causes);
void causes_put(struct causes *causes, const struct fold_step *step);

// Of a position so far; false: it was never held and nothing was booked to it.
bool causes_of(const struct causes *causes, uint32_t strategy, uint32_t instrument,
               money_t ret_amounts[CAUSE_COUNT]);
// What was charged or paid for fills that no strategy had been allocated yet; false: nothing.
bool causes_unallocated(const struct causes *causes, uint32_t instrument,
                        money_t ret_amounts[CAUSE_COUNT]);
// In account money, of all currencies.
money_t causes_interest(const struct causes *causes);

// Adds amounts of a currency in account money, each rounded once; of a currency without a rate nothing.
void causes_add(const struct fold_view *view, uint32_t currency, const money_t amounts[CAUSE_COUNT],
                money_t sums[CAUSE_COUNT]);
money_t causes_sum(const money_t amounts[CAUSE_COUNT]);

#endif
