// SPDX-License-Identifier: Apache-2.0
// Shares of the account's equity, the unit most limits are stated in.
#ifndef FULMAR_RISK_SHARE_H
#define FULMAR_RISK_SHARE_H

#include <math.h>

#include "risk/rule.h"

// amount / equity; +infinity when the account has no equity to take risk with.
static inline double risk_share(const struct risk_view *view, money_t amount) {
    double equity = money_to_double(view->equity, view->money_decimals);
    double value = money_to_double(amount, view->money_decimals);
    return equity > 0 ? value / equity : INFINITY;
}

// Cuts an order to the quantity whose notional is at most `share` of the equity: SHRINK, or VETO when that
// is less than a lot.
static inline enum risk_verdict risk_cut(const struct risk_view *view,
                                         const struct risk_order *order, double share,
                                         struct risk_result *ret_result) {
    int64_t lot = view->instruments->items[order->spec->instrument].lot.m;
    double unit = risk_share(view, order->unit_notional);
    double lots = share > 0 && unit > 0 ? floor(share / unit) : 0;
    if (!(lots >= 1)) return RISK_VETO;
    double whole = (double)(order->spec->qty.m / lot);
    if (lots >= whole) lots = whole - 1; // the limit was passed by less than a lot
    if (lots < 1) return RISK_VETO;
    ret_result->qty = QTY((int64_t)lots * lot);
    return RISK_SHRINK;
}

#endif
