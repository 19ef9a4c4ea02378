// SPDX-License-Identifier: Apache-2.0
// Who came to whom: the side of a trade whose venue does not tell it.
//
// In this order: what the venue told; the quote rule, a trade above the middle of the best prices is a buyer's and
// one below it a seller's; the tick rule, a trade at another price than the one before is a buyer's if it is higher,
// and one at the same price is of the side of the last change. Before the first change without a quote the side
// is 0. Lee and Ready, "Inferring trade direction from intraday data", Journal of Finance 46 (1991); its delay of
// quotes by five seconds belongs to floors and is not made.
#ifndef FULMAR_QUANT_FOOTPRINT_AGGRESSOR_H
#define FULMAR_QUANT_FOOTPRINT_AGGRESSOR_H

#include <stdint.h>

#include "base/decimal.h"

// Zeroed at the start.
struct aggressor {
    int64_t bid; // 0: none
    int64_t ask;
    int64_t last;    // 0: no trade yet
    int64_t change;  // side of the last change of price, 0: none
    uint64_t told;   // trades whose side the venue told,
    uint64_t quoted; // that the quote rule found,
    uint64_t ticked; // that the tick rule found,
    uint64_t unknown;
};
_Static_assert(sizeof(struct aggressor) == 64, "engine state without padding");

// The best price of a side (+1 bid, -1 ask), 0: none.
void aggressor_quote(struct aggressor *self, int side, int64_t price);

// The side of a trade: +1 a buyer came, -1 a seller, 0 unknown. told: the venue's, 0 unknown.
int aggressor_side(struct aggressor *self, int64_t price, int told);

#endif
