// SPDX-License-Identifier: Apache-2.0
// Bars: what happened between two instants. A bar covers [open_ns, close_ns); it is known at close_ns
// and not before: a daily bar of a stock when its session closes, a minute bar a minute after it
// opened.
#ifndef FULMAR_MARKET_BAR_H
#define FULMAR_MARKET_BAR_H

#include <stdint.h>

#include "base/decimal.h"

enum bar_flags {
    BAR_CLOSE_ONLY =
        1,            // the source had closes alone: open = high = low = close, volume unknown (0)
    BAR_ADJUSTED = 2, // the source adjusted prices for splits or dividends
    BAR_QUOTE = 4,    // made of mid prices of quotes, not of trades
};

struct bar {
    int64_t open_ns;
    int64_t close_ns; // when the bar became known; > open_ns
    price_t open;
    price_t high; // >= open, close
    price_t low;  // <= open, close; > 0
    price_t close;
    qty_t volume;     // >= 0
    uint32_t frame_s; // nominal length in seconds: 60, 3600, 86400 ...
    uint32_t flags;   // enum bar_flags
};
_Static_assert(sizeof(struct bar) == 64, "tape, journal and events share this layout");

enum bar_fault {
    BAR_OK,
    BAR_BAD_TIME,   // close_ns <= open_ns
    BAR_BAD_PRICE,  // a price <= 0
    BAR_HIGH_LOW,   // high < low
    BAR_OUTSIDE,    // open or close outside [low, high]
    BAR_BAD_VOLUME, // volume < 0
    BAR_FAULT_COUNT
};

// The first fault of a bar, in the order above.
enum bar_fault bar_check(const struct bar *bar);
const char *bar_fault_name(enum bar_fault fault); // "high_below_low", ...

#endif
