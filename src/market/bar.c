// SPDX-License-Identifier: Apache-2.0
#include "market/bar.h"

#include <stddef.h>

enum bar_fault bar_check(const struct bar *bar) {
    if (bar->close_ns <= bar->open_ns) return BAR_BAD_TIME;
    if (bar->open.m <= 0 || bar->high.m <= 0 || bar->low.m <= 0 || bar->close.m <= 0)
        return BAR_BAD_PRICE;
    if (bar->high.m < bar->low.m) return BAR_HIGH_LOW;
    if (bar->open.m < bar->low.m || bar->open.m > bar->high.m) return BAR_OUTSIDE;
    if (bar->close.m < bar->low.m || bar->close.m > bar->high.m) return BAR_OUTSIDE;
    if (bar->volume.m < 0) return BAR_BAD_VOLUME;
    return BAR_OK;
}

const char *bar_fault_name(enum bar_fault fault) {
    switch (fault) {
    case BAR_OK:
        return "ok";
    case BAR_BAD_TIME:
        return "bad_time";
    case BAR_BAD_PRICE:
        return "bad_price";
    case BAR_HIGH_LOW:
        return "high_below_low";
    case BAR_OUTSIDE:
        return "outside_range";
    case BAR_BAD_VOLUME:
        return "bad_volume";
    case BAR_FAULT_COUNT:
        break;
    }
    return NULL;
}
