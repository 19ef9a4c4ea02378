// SPDX-License-Identifier: Apache-2.0
// Margin that has to be there at every moment: of stocks what FINRA Rule 4210(c) asks, of everything else all it is
// worth.
//
//   long    25 % of the value
//   short   30 %, and at least $5 a share; below $5 a share all of it, and at least $2.50 a share
//
// Prices are taken as dollars.
#ifndef FULMAR_RISK_MAINTENANCE_H
#define FULMAR_RISK_MAINTENANCE_H

#include "risk/share.h"

// Of a value, in parts per billion, rounded up.
static inline int64_t risk_maintenance(const struct instrument *instrument, price_t last,
                                       int32_t side) {
    if (instrument->asset != ASSET_EQUITY) return RISK_SHARE_PARTS;
    if (side > 0) return RISK_SHARE_PARTS / 4;
    int64_t dollar = decimal_pow10(instrument->price_decimals);
    bool cheap = last.m < 5 * dollar;
    int64_t least = cheap ? RISK_SHARE_PARTS : RISK_SHARE_PARTS / 10 * 3;
    int128_t cents = cheap ? 250 : 500; // a share
    int128_t floor =
        last.m > 0 ? (cents * RISK_SHARE_PARTS / 100 * dollar + last.m - 1) / last.m : 0;
    return floor > least ? (int64_t)(floor < INT64_MAX ? floor : INT64_MAX) : least;
}

// Of the worse of two values of an instrument, signed, in parts per billion of money.
static inline int128_t risk_requirement(const struct instrument *instrument, price_t last,
                                        money_t up, money_t down) {
    int128_t a = up.m * (up.m < 0 ? -risk_maintenance(instrument, last, -1)
                                  : risk_maintenance(instrument, last, 1));
    int128_t b = down.m * (down.m < 0 ? -risk_maintenance(instrument, last, -1)
                                      : risk_maintenance(instrument, last, 1));
    return a > b ? a : b;
}

#endif
