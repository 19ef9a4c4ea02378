// SPDX-License-Identifier: Apache-2.0
// Large quantities that are shown for a moment: what spoofing and layering have in common.
//
// A placement: a change adds to one level at least `times` the mean quantity of the best `levels` levels of its
// side as they were before. It is withdrawn when, within `within` of it, four fifths of what it added are gone from
// the level by other ways than trades at its price, and the best levels of the side hold less by that: less than just
// after it, or, of layers, than before the change. What is shown elsewhere instead has moved, as quotes do. A level
// that comes into sight or leaves it is neither.
#ifndef FULMAR_QUANT_MICRO_MICRO_FLASH_H
#define FULMAR_QUANT_MICRO_MICRO_FLASH_H

#include "quant/micro/micro.h"

enum {
    MICRO_FLASH_LIVE = 16
}; // placements of a side that are followed at once; more push out the oldest

struct micro_flash {
    int64_t price;
    int64_t added;
    int64_t gone;   // otherwise than by trades
    int64_t traded; // at the price, not yet seen in the book
    int64_t born_ns;
    int64_t depth; // of the best levels just after
    uint64_t used; // 1: an order of the other side's direction traded while it stood
};

struct micro_flash_side {
    struct micro_flash live[MICRO_FLASH_LIVE];
    uint64_t count;
};

struct micro_flash_rule {
    double times;
    int64_t within_ns;
    uint64_t levels;
    uint64_t layers; // how many make a layer; 0: each counts alone
};

// What a change did.
struct micro_flash_news {
    int64_t placed; // quantity
    uint32_t withdrawn_count;
    struct micro_flash withdrawn[MICRO_FLASH_LIVE];
};

// A change of the book.
void micro_flash_book(struct micro_flash_side *side, const struct micro_flash_rule *rule,
                      const struct micro_view *view, int s, struct micro_flash_news *ret_news);

// A trade: sign +1 the buyer came. For a placement of bids, buyers are those whom it is to draw.
void micro_flash_trade(struct micro_flash_side *side, int s, int64_t price, int64_t qty, int sign);

#endif
