// SPDX-License-Identifier: Apache-2.0
// What a maker's model wants to know of a market, estimated as it goes on: the volatility of its middle and how often
// market orders come that reach a depth.
//
// Everything seen is weighted with 2^(-age / half_life). sigma^2 is the weighted sum of the middle's squared changes
// over the weighted seconds: changes of the middle from look to look, so that what comes and goes in between is not
// counted.
//
// An order's depth is how far its last price lies from the middle that it met. Depths are counted in `buckets` of
// equal width up to depth_max, those beyond in the last. N(i), the weighted orders of either side that went at least
// to the lower end of bucket i, over twice the weighted seconds (two sides are watched) is the rate of one side; a
// and k are the least squares line ln(N(i) / (2 seconds)) = ln a - k depth(i) over the buckets with N(i) >=
// MAKING_ORDERS_MIN, at least three of them. This is how the model's a exp(-k depth) is calibrated: Avellaneda and
// Stoikov (2008), section 2.5.
#ifndef FULMAR_QUANT_MAKING_ESTIMATE_H
#define FULMAR_QUANT_MAKING_ESTIMATE_H

#include <stdbool.h>

#include "quant/making/quoting.h"

enum { MAKING_BUCKETS = 40 };
#define MAKING_ORDERS_MIN 3.0
#define MAKING_FALL_MIN 0.01

struct making_estimate { // plain bytes; zeroed, then init
    double depth_max;    // > 0, price
    double half_life_s;  // > 0
    double middle;       // of the latest look; 0: none yet
    double seconds;      // weighted, as all that follows
    double squares;      // of the middle's changes
    double orders[MAKING_BUCKETS];
};

void making_estimate_init(struct making_estimate *estimate, double depth_max, double half_life_s);

// A look at the middle (> 0), `seconds` (> 0) after the one before.
void making_estimate_look(struct making_estimate *estimate, double middle, double seconds);

// A market order that reached `depth` (below 0: counted as 0) since the latest look.
void making_estimate_order(struct making_estimate *estimate, double depth);

// False while it is not known: fewer seconds than a quarter of half_life_s, too few orders, or a rate that does not
// fall with depth (k depth_max < MAKING_FALL_MIN). sigma may be 0.
bool making_estimate_market(const struct making_estimate *estimate,
                            struct making_market *ret_market);

#endif
