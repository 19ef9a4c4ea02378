// SPDX-License-Identifier: Apache-2.0
// What the account of an exchange with a book may owe. Exchanges that share an account (tick_config.account) share its
// cash, and margin is of all their positions and orders together: what venues call cross margin.
//
// base         of an instrument: the larger of all that could be long and all that could be short, orders that may
//              open at their prices (stops: their triggers; market orders: the best price of the other side), the
//              position at its mark. Reduce-only orders do not count.
// initial      a new order, or a replace, that makes the base larger is refused (REASON_INSUFFICIENT_MARGIN) where
//              initial x the sum of bases would exceed equity: cash, and positions at their marks. 1 is a cash
//              account. Fees are not foreseen.
// short        without `allow_short` sells beyond what the account holds, all orders included, are refused
//              (REASON_NOT_SHORTABLE): a spot market. A strategy's reduce-only sells count too: another may be short.
// maintenance  when equity falls below maintenance x the value of all positions, the venue cancels every order
//              (REASON_LIQUIDATION) and closes every position as a taker, as deep as the books go, and again with
//              whatever they show next until it is flat; until then it takes no order. These fills are of orders
//              of its own (order_id_is_venue), and cost the taker's fee.
//
// The mark is the middle of the book (where a side is empty, the price of the other; where both are, the one before).
// Inverse contracts are valued in their coin, whose cash is the equity. A currency without a rate counts nothing.
#ifndef FULMAR_SIM_TICK_MARGIN_H
#define FULMAR_SIM_TICK_MARGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct tick_margin {
    int64_t initial; // parts per billion (MODEL_PARTS); 0: the account counts, it does not refuse
    int64_t maintenance; // <= initial
    bool allow_short;
};

// "margin<TAB>sentence".
void tick_margin_describe(const struct tick_margin *margin, struct text *out);

#endif
