// SPDX-License-Identifier: Apache-2.0
// Four regimes of a price, told bar by bar from the bars so far.
//
//     0  low-volatility trend      the price goes somewhere, calmly
//     1  range                     it goes nowhere, whatever the volatility
//     2  high-volatility trend     it goes somewhere, roughly
//     3  extreme                   shocks, or volatility far beyond its own past
//
// Measures, of log returns r:
//
// - Volatility is the root mean square of the last `window` returns; `percentile` its rank among its
//   last `history` values, itself included, ties counting half. A rank needs no units and no
//   distribution (Ang and Timmermann, Annual Review of Financial Economics 4, 2012, on why regimes are
//   foremost ones of volatility).
// - Trend is Kaufman's efficiency ratio of the last `window` returns, |sum r| / sum |r| (Smarter
//   Trading, 1995), times sqrt(window): about 1 for a random walk of any length, and above `trend` with
//   a probability that does not depend on the window either.
// - Shock is the largest |r| over the volatility before it, halved every `window` / 2 bars; what a jump
//   leaves (Lee and Mykland, 2008, have the same ratio over a volatility of their own).
//
// Memberships are logistic in how far each measure is beyond its bound, so that a bar on the border
// belongs to both sides by half:
//
//     x = L(max(shock / shock_bound, volatility / (extreme median)) - 1; 0.1)
//     t = L(trend measure / trend - 1; 0.15)       h = L(percentile - high; 0.08)
//     low trend (1 - x) t (1 - h), range (1 - x)(1 - t), high trend (1 - x) t h, extreme x
//
// They add up to 1. Probabilities are Hamilton's filter over them (Econometrica 57(2), 1989), with
// memberships in the place of densities, so that one odd bar does not turn a regime. The transition
// matrix in it is learned online: the mean of its posterior under a Dirichlet prior that is worth
// `PRIOR_ROWS` bars a row with `stay` on the diagonal, from the classes told so far.
//
// Hysteresis: the class changes when another is more probable by `margin`; confidence is the
// probability of the class told.
#ifndef FULMAR_QUANT_REGIME_REGIME_H
#define FULMAR_QUANT_REGIME_REGIME_H

#include <stddef.h>

#include "base/params.h"

enum { REGIME_LOW_TREND, REGIME_RANGE, REGIME_HIGH_TREND, REGIME_EXTREME, REGIMES };

enum { REGIME_PRIOR_ROWS = 50 };

struct regime_options {
    double trend;
    double high;
    double extreme;
    double shock;
};

// What a bar looks like; shock and swell are over their own units as above.
struct regime_look {
    double percentile;
    double trend;
    double shock;
    double swell; // volatility / its median
};

void regime_memberships(const struct regime_options *options, const struct regime_look *look,
                        double ret[REGIMES]);

struct regime_filter {
    double probability[REGIMES];
    double counts[REGIMES][REGIMES]; // of transitions told
    double stay;
    double margin;
    double current; // class; -1 before the first bar
};
_Static_assert(sizeof(struct regime_filter) == 184, "part of states that are hashed as bytes");

struct regime_filter regime_filter_make(double stay, double margin);

// Takes a bar's memberships; the class told is filter->current.
void regime_filter_push(struct regime_filter *filter, const double memberships[REGIMES]);

// The transition matrix as learned so far.
void regime_filter_moves(const struct regime_filter *filter, double ret[REGIMES][REGIMES]);

// The parameters of the indicator `regime`, which the statistic `regime_moves` has too.
enum { REGIME_PARAMS = 8 };
extern const struct param regime_params[REGIME_PARAMS];

#endif
