// SPDX-License-Identifier: Apache-2.0
// How far from the middle of the market a maker quotes: closed forms of the two standard models.
//
// Both take the middle S as a Brownian motion, dS = sigma dW, in units of price, and market orders that lift an offer
// `depth` above the middle (hit a bid `depth` below it) as a Poisson process of rate a exp(-k depth). The maker trades
// `size` units at a time and has the utility -exp(-gamma money): gamma is its aversion to risk, per unit of money.
//
// The papers write them for a size of 1. A lot of `size` units at S is a unit at size S: with sigma' = size sigma and
// k' = k / size the papers' depths are size times ours.
//
// Sources: Avellaneda and Stoikov, "High-frequency trading in a limit order book", Quantitative Finance 8 (2008) 217;
// Gueant, Lehalle and Fernandez-Tapia, "Dealing with the inventory risk: a solution to the market making problem",
// Mathematics and Financial Economics 7 (2013) 477 (GLFT).
#ifndef FULMAR_QUANT_MAKING_QUOTING_H
#define FULMAR_QUANT_MAKING_QUOTING_H

#include <stddef.h>

struct making_market {
    double sigma; // of the middle, price per square root of a second; >= 0
    double a;     // orders a second that reach the middle, of one side; > 0
    double k;     // per unit of price; > 0
};

struct making_maker {
    double gamma; // > 0, per unit of money
    double size;  // > 0, units of an order
};

// A bid stands at the middle - bid, an offer at the middle + ask. INFINITY: that side is not quoted. A depth below 0
// lies beyond the middle.
struct making_depths {
    double bid;
    double ask;
};

// Avellaneda and Stoikov's to a horizon, equations (29) and (30): the reservation price is S - q gamma sigma^2 left,
// the spread gamma size sigma^2 left + 2 / (gamma size) ln(1 + gamma size / k). q: inventory in units; left_s >= 0
// seconds.
struct making_depths making_stoikov(const struct making_maker *maker,
                                    const struct making_market *market, double inventory,
                                    double left_s);

// Without a horizon (their section 2.3): indifference prices of a discounted utility whose rate is
// omega = gamma^2 sigma^2 (inventory_max + size)^2 / 2, around which the same spread is quoted. A side that would take
// the inventory beyond inventory_max is not quoted. With sigma = 0 there is nothing to be averse to: the spread alone.
struct making_depths making_stoikov_endless(const struct making_maker *maker,
                                            const struct making_market *market, double inventory,
                                            double inventory_max);

// GLFT's asymptotic closed form (their proposition of section 4, "approximations"):
//   bid = c1 + (q + size / 2) sigma c2, ask = c1 - (q - size / 2) sigma c2, with
//   c1 = ln(1 + gamma size / k) / (gamma size),
//   c2 = sqrt(gamma / (2 a size k) (1 + gamma size / k)^(k / (gamma size) + 1)).
struct making_depths making_gueant(const struct making_maker *maker,
                                   const struct making_market *market, double inventory);
// c1 and c2 themselves.
void making_gueant_terms(const struct making_maker *maker, const struct making_market *market,
                         double *ret_c1, double *ret_c2);

// GLFT's asymptotic depths without the approximation, for an inventory of `lots` orders (|lots| <= lots_max) that may
// not go beyond lots_max: ratios of the ground state of the tridiagonal matrix of their theorem 2, found by inverse
// iteration. scratch: 3 (2 lots_max + 1) doubles.
enum { MAKING_LOTS_MAX = 256 };
struct making_depths making_gueant_exact(const struct making_maker *maker,
                                         const struct making_market *market, int lots, int lots_max,
                                         double *scratch);

#endif
