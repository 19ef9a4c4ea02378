// SPDX-License-Identifier: Apache-2.0
// Who came to a trade: what the venue tells, else Lee and Ready's rule with the mid before the trade.
#ifndef FULMAR_QUANT_MICRO_MICRO_SIGN_H
#define FULMAR_QUANT_MICRO_MICRO_SIGN_H

#include "quant/micro/micro.h"
#include "quant/stream/quote.h"

struct micro_signer {
    int64_t price; // of the trade before, ticks
    int64_t tick;  // the tick test's sign; 0: not known yet
    uint64_t seen;
};

// The tick test's and Lee and Ready's signs of a trade; 0 while unknown.
static inline int micro_sign_lee_ready(struct micro_signer *signer, const struct micro_view *view,
                                       const struct micro_trade *trade) {
    if (signer->seen++ > 0)
        signer->tick = quote_tick_side(trade->price, signer->price, (int)signer->tick);
    signer->price = trade->price;
    if (!micro_has_touch(view)) return (int)signer->tick;
    int quote = quote_side_of_mid(trade->price, view->now[0].price[0], view->now[1].price[0]);
    return quote != 0 ? quote : (int)signer->tick;
}

static inline int micro_sign(struct micro_signer *signer, const struct micro_view *view,
                             const struct micro_trade *trade) {
    int rule = micro_sign_lee_ready(signer, view, trade);
    return trade->side != 0 ? trade->side : rule;
}

#endif
