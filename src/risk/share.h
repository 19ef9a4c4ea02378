// SPDX-License-Identifier: Apache-2.0
// Limits stated as shares of the account's equity, worked out in integers: a limit of 0.6 means six tenths
// to the last unit, not the double nearest to it.
#ifndef FULMAR_RISK_SHARE_H
#define FULMAR_RISK_SHARE_H

#include <math.h>

#include "base/timestamp.h"
#include "risk/rule.h"

enum { RISK_SHARE_PARTS = 1000000000 }; // a share counts in parts per billion

// The start of a day that a parameter names as yyyymmdd; of one that is none, the nearest that is.
static inline int64_t risk_day_ns(double yyyymmdd) {
    if (!(yyyymmdd >= 19700101)) return 0;
    int32_t date = yyyymmdd < 22611231 ? (int32_t)yyyymmdd : 22611231;
    int32_t month = date / 100 % 100, day = date % 100;
    month = month < 1 ? 1 : month > 12 ? 12 : month;
    int32_t last = date_days_in_month(date / 10000, month);
    return date_to_ns(date_from_civil(date / 10000, month, day < 1 ? 1 : day > last ? last : day));
}

static inline money_t risk_larger(money_t a, money_t b) {
    return a.m > b.m ? a : b;
}

// Whether the input that is being applied brought a price of its instrument.
static inline bool risk_is_price(const struct risk_view *view) {
    const struct event_header *cause = view->cause;
    return cause != NULL &&
           (cause->kind == EVENT_BAR || cause->kind == EVENT_TRADE || cause->kind == EVENT_QUOTE);
}

// share x equity, rounded down; 0 when the account has no equity to take risk with.
static inline money_t risk_limit(const struct risk_view *view, double share) {
    if (view->equity.m <= 0) return MONEY(0);
    double exact = share * RISK_SHARE_PARTS + 0.5;
    int128_t parts = exact >= 0 && exact < 9e18 ? (int64_t)exact : (int128_t)floor(exact);
    int128_t product = view->equity.m * parts;
    // Divided by a constant where it fits, which takes no division.
    if (product >= 0 && product <= INT64_MAX)
        return MONEY((int64_t)((uint64_t)product / RISK_SHARE_PARTS));
    return MONEY(decimal_div_round(product, RISK_SHARE_PARTS, ROUND_FLOOR));
}

// amount / equity, for messages; +infinity without equity.
static inline double risk_share(const struct risk_view *view, money_t amount) {
    double equity = money_to_double(view->equity, view->money_decimals);
    double value = money_to_double(amount, view->money_decimals);
    return equity > 0 ? value / equity : INFINITY;
}

// Cuts an order to the most lots that are worth at most `room`: SHRINK, or VETO when that is less than a lot.
static inline enum risk_verdict risk_cut(const struct risk_view *view,
                                         const struct risk_order *order, money_t room,
                                         struct risk_result *ret_result) {
    int64_t lot = view->instruments->items[order->spec->instrument].lot.m;
    int128_t whole = order->spec->qty.m / lot, value = order->notional.m;
    if (room.m <= 0 || value <= 0) return RISK_VETO;
    // In proportion: a lot's own value may be less than the unit of money. What no product holds is made smaller first.
    for (; value > INT64_MAX; room.m /= 2) value = value / 2 + 1;
    int128_t lots = room.m < value ? whole * room.m / value : whole;
    if (lots >= whole) lots = whole - 1; // passed by less than a lot's rounding
    if (lots < 1) return RISK_VETO;
    ret_result->qty = QTY((int64_t)lots * lot);
    return RISK_SHRINK;
}

// Leaves a part of what an order is toward: of the position with it, all that works on its side filled, `share` or what
// is there already. Asked for again and again it comes to the same. SHRINK, VETO when it is less than a lot, ALLOW from
// 1 on.
static inline enum risk_verdict risk_scale(const struct risk_view *view,
                                           const struct risk_order *order, double share,
                                           struct risk_result *ret_result) {
    int64_t lot = view->instruments->items[order->spec->instrument].lot.m;
    if (share >= 1) return RISK_ALLOW;
    if (!(share > 0)) share = 0;
    int128_t held = (int128_t)order->spec->side * order->position.m + order->working.m;
    int128_t parts = (int128_t)floor(share * RISK_SHARE_PARTS + 0.5);
    int128_t left = (held + order->spec->qty.m) * parts / RISK_SHARE_PARTS - held;
    if (left >= order->spec->qty.m) return RISK_ALLOW;
    if (left < lot) return RISK_VETO;
    ret_result->qty = QTY((int64_t)left / lot * lot);
    return RISK_SHRINK;
}

#endif
