// SPDX-License-Identifier: Apache-2.0
// What a strategy that enters and exits remembers of one position: the side it wants, whether it got it, and
// whether a stop took it away. Part of a strategy's state: no padding.
//
// After a stop the same side is blocked until the entry signal has lapsed once, or the strategy would buy
// back at the next bar what the stop has just sold.
#ifndef FULMAR_STRATEGY_HELD_H
#define FULMAR_STRATEGY_HELD_H

#include <stdbool.h>
#include <stdint.h>

#include "strategy/strategy.h"

struct held {
    int64_t side;    // wanted: -1, 0, +1
    int64_t asked;   // the side last answered
    int64_t filled;  // 1: the position was seen since the entry
    int64_t blocked; // a side that a stop ended, 0 = none
    double stop;     // protective price of the position, NaN or 0 = none
    double strength; // of the position, (0, 1]
};
_Static_assert(sizeof(struct held) == 48, "part of states that are hashed as bytes");

// At the start of a decision: learns from the position whether an entry was filled, and whether what was held is
// gone without our asking; true then. An entry that was filled and stopped since the decision before was never
// seen: it is gone too when the bar went through the stop.
static inline bool held_watch(struct held *held, const struct strategy_view *view) {
    double side = (double)held->side, position = view->position[0];
    if (held->side == 0) return false;
    if (position * side > 0) {
        held->filled = 1;
        return false;
    }
    double worst = held->side > 0 ? view->bars[0].low : view->bars[0].high;
    bool passed = held->stop > 0 && (worst - held->stop) * side <= 0;
    if (position != 0 || (!held->filled && !passed)) return false;
    held->blocked = held->side;
    held->side = held->filled = 0;
    return true;
}

static inline void held_exit(struct held *held) {
    held->side = held->filled = 0;
}

// Ends the position for a reason after which the same side must lapse first.
static inline void held_give_up(struct held *held) {
    held->blocked = held->side;
    held_exit(held);
}

// The entry signal of this decision, 0 = none, and whether what else the strategy asks for is there. True when
// a position opens now; the caller then sets stop and strength.
static inline bool held_enter(struct held *held, int side, bool allowed) {
    if (held->blocked != side) held->blocked = 0;
    if (held->side != 0 || side == 0 || side == held->blocked || !allowed) return false;
    held->side = side;
    held->filled = 0;
    return true;
}

// Moves a trailing stop, never away from the price.
static inline void held_trail(struct held *held, double stop) {
    if (held->side > 0 ? stop > held->stop : stop < held->stop) held->stop = stop;
}

// Writes the target. Silent while flat and already said to be.
static inline void held_answer(struct held *held, double position, uint32_t reason,
                               struct strategy_target *ret_target) {
    if (held->side == 0 && held->asked == 0 && position == 0) return;
    held->asked = held->side;
    ret_target->kind = TARGET_SET;
    ret_target->reason = reason;
    ret_target->weight = held->side != 0 ? (double)held->side * held->strength : 0;
    if (held->side != 0 && held->stop > 0) ret_target->stop = held->stop;
}

#endif
