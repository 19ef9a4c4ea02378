// SPDX-License-Identifier: Apache-2.0
// Volume at price over the trades of the last so many nanoseconds.
//
// A trade at t leaves with the first trade or the first rolling_profile_turn at t + span_ns or later: the profile at
// `now` holds (now - span_ns, now]. Trades are kept in a ring of `trades_max`; where more come within the span the
// oldest leave before their time, and `early` counts them.
//
// Plain bytes without pointers in storage of ROLLING_PROFILE_BYTES(rows, trades).
#ifndef FULMAR_QUANT_FOOTPRINT_ROLLING_PROFILE_H
#define FULMAR_QUANT_FOOTPRINT_ROLLING_PROFILE_H

#include "quant/footprint/volume_at_price.h"

struct rolling_trade {
    int64_t ts_ns;
    int64_t price;
    int64_t qty;
    int64_t side;
};

struct rolling_profile {
    int64_t span_ns;
    int64_t last_ns;
    uint64_t first; // trades taken in and given up since the start; the ring holds first..next
    uint64_t next;
    uint64_t early;
    uint32_t trades_max;
    uint32_t rows_max;
    struct rolling_trade trades[]; // [trades_max], then the cells
};

#define ROLLING_PROFILE_BYTES(rows, trades)                                                        \
    (sizeof(struct rolling_profile) + (size_t)(trades) * sizeof(struct rolling_trade) +            \
     VOLUME_AT_PRICE_BYTES(rows))

// span_ns >= 1, trades_max >= 1, and those of volume_at_price_init.
int rolling_profile_init(struct rolling_profile *self, int64_t height, int64_t span_ns,
                         uint32_t rows_max, uint32_t trades_max) MUST_USE;

// ERR_ARGUMENT: earlier than the one before; those of volume_at_price_add. On an error the trade is not taken; what
// had to leave by then has left.
int rolling_profile_trade(struct rolling_profile *self, int64_t ts_ns, int64_t price, int64_t qty,
                          int side) MUST_USE;

// What is too old at now_ns leaves.
void rolling_profile_turn(struct rolling_profile *self, int64_t now_ns);

const struct volume_at_price *rolling_profile_cells(const struct rolling_profile *self);

#endif
