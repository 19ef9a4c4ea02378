// SPDX-License-Identifier: Apache-2.0
// The best prices of an instrument over time: the latest TOUCHES_MAX changes, so that what stood at an instant of the
// last minutes can be looked up. Older ones are forgotten.
#ifndef FULMAR_REPORT_TOUCH_H
#define FULMAR_REPORT_TOUCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/err.h"

enum { TOUCHES_MAX = 1 << 19 }; // a power of two

struct touch {
    int64_t ts_ns; // holds from then on
    price_t bid;   // 0: none
    price_t ask;
};

struct touches {
    struct touch *items; // [TOUCHES_MAX], a ring; NULL until the first
    uint64_t count;      // that ever were
};

void touches_fini(struct touches *touches);

// The best prices from ts_ns on. Times do not go back; of one instant the last one stands. ERR_NOMEM.
int touches_add(struct touches *touches, int64_t ts_ns, price_t bid, price_t ask) MUST_USE;

// What stood at ts_ns, everything of that instant included. NULL: nothing is known of it, or it is forgotten.
const struct touch *touches_at(const struct touches *touches, int64_t ts_ns);

// The latest instant that anything is known of; INT64_MIN: none.
int64_t touches_last_ns(const struct touches *touches);

// Both prices are there.
static inline bool touch_is_whole(const struct touch *touch) {
    return touch != NULL && touch->bid.m > 0 && touch->ask.m > 0;
}

#endif
