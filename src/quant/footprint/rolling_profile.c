// SPDX-License-Identifier: Apache-2.0
#include "quant/footprint/rolling_profile.h"

static struct volume_at_price *cells_of(struct rolling_profile *self) {
    return (struct volume_at_price *)(self->trades + self->trades_max);
}

const struct volume_at_price *rolling_profile_cells(const struct rolling_profile *self) {
    return (const struct volume_at_price *)(self->trades + self->trades_max);
}

int rolling_profile_init(struct rolling_profile *self, int64_t height, int64_t span_ns,
                         uint32_t rows_max, uint32_t trades_max) {
    if (span_ns < 1 || trades_max < 1)
        return ERR_SET(ERR_ARGUMENT, "a rolling profile spans some time and some trades");
    *self = (struct rolling_profile){
        .span_ns = span_ns, .last_ns = INT64_MIN, .trades_max = trades_max, .rows_max = rows_max};
    return volume_at_price_init(cells_of(self), height, rows_max);
}

static void leave(struct rolling_profile *self) {
    const struct rolling_trade *trade = &self->trades[self->first++ % self->trades_max];
    volume_at_price_remove(cells_of(self), trade->price, trade->qty, (int)trade->side);
}

void rolling_profile_turn(struct rolling_profile *self, int64_t now_ns) {
    while (self->first < self->next) {
        int64_t ts_ns = self->trades[self->first % self->trades_max].ts_ns;
        if ((int128_t)now_ns - ts_ns < self->span_ns) return;
        leave(self);
    }
}

int rolling_profile_trade(struct rolling_profile *self, int64_t ts_ns, int64_t price, int64_t qty,
                          int side) {
    if (ts_ns < self->last_ns)
        return ERR_SET(ERR_ARGUMENT, "a trade is earlier than the one before");
    rolling_profile_turn(self, ts_ns);
    if (self->next - self->first == self->trades_max) {
        leave(self);
        self->early++;
    }
    TRY(volume_at_price_add(cells_of(self), price, qty, side));
    self->trades[self->next++ % self->trades_max] = (struct rolling_trade){ts_ns, price, qty, side};
    self->last_ns = ts_ns;
    return 0;
}
