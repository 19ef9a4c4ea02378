// SPDX-License-Identifier: Apache-2.0
#include "quant/footprint/aggressor.h"

#include "base/check.h"
#include "quant/stream/quote.h"

void aggressor_quote(struct aggressor *self, int side, int64_t price) {
    if (side > 0)
        self->bid = price;
    else if (side < 0)
        self->ask = price;
}

// 0 at the middle, and where a side is missing or the two are crossed.
static int quote_rule(const struct aggressor *self, int64_t price) {
    if (self->bid <= 0 || self->ask <= self->bid) return 0;
    return quote_side_of_mid(price, self->bid, self->ask);
}

int aggressor_side(struct aggressor *self, int64_t price, int told) {
    if (self->last != 0) self->change = quote_tick_side(price, self->last, (int)self->change);
    self->last = price;
    int quote = quote_rule(self, price), tick = (int)self->change;
    COUNT_IF(self->told, told != 0);
    COUNT_IF(self->quoted, told == 0 && quote != 0);
    COUNT_IF(self->ticked, told == 0 && quote == 0 && tick != 0);
    COUNT_IF(self->unknown, told == 0 && quote == 0 && tick == 0);
    return told != 0 ? told : quote != 0 ? quote : tick;
}
