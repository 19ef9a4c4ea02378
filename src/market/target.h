// SPDX-License-Identifier: Apache-2.0
// What a strategy decided, as journals and reports have it.
#ifndef FULMAR_MARKET_TARGET_H
#define FULMAR_MARKET_TARGET_H

#include "market/event.h"

// EVENT_TARGET: what was decided and what sizing made of it.
struct target_event {
    struct event_header header;
    uint32_t strategy;
    uint32_t reason;
    double weight; // as decided
    double confidence;
    double fraction; // after sizing: signed fraction of the strategy's equity
    double stop;     // NaN = none
    double take;
    qty_t qty;      // the target position, signed, lot-rounded
    qty_t position; // the position at that moment
    uint64_t reserved;
};
_Static_assert(sizeof(struct target_event) == 104, "journal format");

#endif
