// SPDX-License-Identifier: Apache-2.0
// Features of books and trades once more, from the formulas of docs/microstructure.md and the book's own levels:
// nothing of quant/micro or quant/stream is used but to read what is compared with.
#ifndef FULMAR_BENCH_MICROSTRUCTURE_TWIN_H
#define FULMAR_BENCH_MICROSTRUCTURE_TWIN_H

#include "market/book_l2.h"
#include "quant/micro/micro_set.h"

enum micro_twin_value {
    TWIN_SPREAD,
    TWIN_SPREAD_BP,
    TWIN_MID,
    TWIN_WEIGHTED_MID,
    TWIN_QUEUE_IMBALANCE,
    TWIN_DEPTH_BID,
    TWIN_DEPTH_ASK,
    TWIN_DEPTH_TOTAL,
    TWIN_IMBALANCE,
    TWIN_SWEEP_BUY,
    TWIN_SWEEP_SELL,
    TWIN_WALLS_BID,
    TWIN_WALLS_ASK,
    TWIN_OFI_EVENT,
    TWIN_OFI_TOTAL,
    TWIN_EFFECTIVE,
    TWIN_EFFECTIVE_BP,
    TWIN_EFFECTIVE_MEAN,
    TWIN_VALUES
};

struct micro_twin {
    double price_unit, qty_unit;
    bool known;              // a quote before
    double price[2], qty[2]; // the best of both sides before
    double effective_sum;
    uint64_t trades;
    double values[TWIN_VALUES]; // NaN: not known
};

void micro_twin_init(struct micro_twin *twin, double price_unit, double qty_unit);
// A change of the book that is whole; `begins`: out of a picture.
void micro_twin_book(struct micro_twin *twin, const struct book_l2 *book, bool begins);
// A trade, before the change that it brings; side: who came, told by the venue.
void micro_twin_trade(struct micro_twin *twin, int64_t price, int side);
// Whether a set with these features at 50 levels says otherwise by more than 1e-9; the first that does is named.
bool micro_twin_differs(const struct micro_twin *twin, const struct micro_set *set,
                        const void *state);

#endif
