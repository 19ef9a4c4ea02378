// SPDX-License-Identifier: Apache-2.0
// What market makers by a model share: their market, watched at every decision,
// and two sides of quotes around its middle.
#ifndef FULMAR_STRATEGY_MAKER_H
#define FULMAR_STRATEGY_MAKER_H

#include "quant/making/estimate.h"
#include "quant/making/quoting.h"
#include "strategy/quotes.h"

struct maker_state { // plain bytes
    struct making_estimate estimate;
    int64_t first_ns; // of the first look; 0: none yet
    int64_t last_ns;  // of the latest
};

// Takes a decision's view: the middle of its book, in units of price, and the market orders among its trades: trades
// of one side at one instant of the venue's are one order, which reached as deep as the deepest of them, from the
// middle that the first of them met. depth_ticks and half_life_s are the estimate's (quant/making/estimate.h), fixed
// at the first look. Returns the middle; NaN while a side of the book is empty or the middle is not above 0, and then
// nothing is taken.
double maker_look(struct maker_state *state, const struct strategy_view *view, double depth_ticks,
                  double half_life_s);

// The first tick of a side's quotes: `depth` behind the middle, rounded away from it, and not nearer than the side's
// best or, where it may `improve` on that, than a tick from the other side's. False: no quote, because depth is not
// finite or the price would not be above 0.
bool maker_tick(const struct strategy_view *view, int side, double middle, double depth,
                bool improve, int64_t *ret_tick);

// A maker's models count in money, and money in the price of a unit. What an order of `qty` and a position are in
// units, and the market of that price, of one in the instrument's own price:
//   linear   qty x multiplier units at S
//   inverse  qty x multiplier units at Y = -1 / S, which is what a contract earns in its coin; dY = dS / S^2, so that
//            sigma' = sigma / S^2 and k' = k S^2, and gamma is per coin
double maker_units(const struct strategy_view *view, double qty);
struct making_market maker_market(const struct strategy_view *view, double middle,
                                  const struct making_market *market);
// And depths of that price as depths of the instrument's: exact, for Y bends. A bid d below Y is at S / (1 + d S), an
// offer d above it at S / (1 - d S); INFINITY where there is no such price.
struct making_depths maker_depths(const struct strategy_view *view, double middle,
                                  struct making_depths depths);

// Whether a side may still be quoted: the position has not reached `max_position` on it.
bool maker_may(const struct strategy_view *view, int side, double max_position);

#endif
