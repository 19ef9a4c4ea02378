// SPDX-License-Identifier: Apache-2.0
// What the account stands to hold: positions with every live order filled that could fill, UNKNOWN ones too (SEC Rule
// 15c3-5: exposure from orders entered, not from executions). Account money at the last prices and rates.
//
// It is worked out from ledger, orders and board alone. What is kept between calls spares work and changes no
// number: an instrument is valued anew when its quantity, its orders or its price are others. Which may be is looked
// for at every instrument, or told by board, orders and ledger where it follows them.
#ifndef FULMAR_RISK_EXPOSURE_H
#define FULMAR_RISK_EXPOSURE_H

#include "base/touched.h"
#include "risk/rule.h"

struct risk_exposure_row {
    qty_t position; // as valued
    qty_t buy;
    qty_t sell;
    price_t last;
    money_t now;       // the position alone, signed
    money_t up;        // the position with every buy order filled, signed
    money_t down;      // the position with every sell order filled, signed
    uint64_t unpriced; // 1: it has no price or rate, and the values are none
};

enum { RISK_EXPOSURE_RECENT = 32 };

struct risk_exposure {
    struct risk_exposure_row *rows; // [count]
    uint32_t count;
    uint32_t
        unpriced; // instruments that are held or worked and have no price or rate: no sum counts them
    money_t up;   // sums over instruments
    money_t down;
    money_t worst;                         // of max(|up|, |down|)
    money_t worst_of[ASSET_CLASS_COUNT];   // the same, of the instruments of a class
    int128_t maintenance;                  // sum of risk_requirement(), parts per billion of money
    uint64_t changes;                      // rows valued anew so far
    uint32_t recent[RISK_EXPOSURE_RECENT]; // the latest of them, at the count modulo it
    struct touched touched;                // instruments that may be others
    bool follows;                          // no other is
};

// The most that a row can come to, without sign.
static inline money_t risk_exposure_worst(money_t up, money_t down) {
    int128_t a = up.m < 0 ? -up.m : up.m, b = down.m < 0 ? -down.m : down.m;
    return MONEY(a > b ? a : b);
}

// ERR_NOMEM.
int risk_exposure_init(struct risk_exposure *exposure, struct arena *wiring,
                       uint32_t instrument_count) MUST_USE;

// From now on it is told what changes, and an update looks at nothing else. They outlive it; what is changed past their
// functions is not seen, until risk_exposure_forget().
void risk_exposure_follow(struct risk_exposure *exposure, struct board *board,
                          struct orders *orders, struct ledger *ledger);

// Brings it up to date.
void risk_exposure_update(struct risk_exposure *exposure, const struct risk_view *view);

// Forgets what was valued: a rate changed, or the state was restored.
void risk_exposure_forget(struct risk_exposure *exposure);

// Worst gross value of the account with the order as well.
money_t risk_exposure_with(const struct risk_exposure *exposure, const struct risk_order *order);
// How much of the order's value there is room for within a limit of that; negative when it is passed already.
money_t risk_exposure_room(const struct risk_exposure *exposure, const struct risk_order *order,
                           money_t limit);

#endif
