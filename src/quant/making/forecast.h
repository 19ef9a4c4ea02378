// SPDX-License-Identifier: Apache-2.0
// Where the middle will be: a line through a signal and the move of the middle that followed it, as a market goes on.
//
// A look at t gives signal(t) and middle(t); horizon later the pair (signal(t), middle(t + horizon) - middle(t)) is
// known and taken into the line, with the weight 2^(-age / half_life) from then on. The line goes through the origin:
// of no signal nothing follows, and a trend of the past is not carried on. Pairs overlap where looks are closer than
// the horizon, so r2 says how much of the moves the line explains, not how sure it is.
//
// The linear relation of order-flow imbalance and moves: Cont, Kukanov and Stoikov, "The price impact of order book
// events", Journal of Financial Econometrics 12 (2014) 47. They relate a move to the flow of the same interval; this
// asks of the next one, which is weaker by far.
#ifndef FULMAR_QUANT_MAKING_FORECAST_H
#define FULMAR_QUANT_MAKING_FORECAST_H

#include <stdbool.h>
#include <stdint.h>

enum { FORECAST_OPEN_MAX = 1024 }; // looks whose horizon has not passed; more of them are left out

struct forecast_look {
    int64_t ts_ns;
    double signal;
    double middle;
};

struct forecast { // plain bytes; zeroed, then init
    double horizon_s;
    double half_life_s;
    double seconds;      // weighted, since the first pair
    double ss, sm, mm;   // weighted sums of signal^2, signal x move, move^2
    int64_t last_ns;     // when a pair was last taken; 0: never
    uint64_t first, end; // of the open looks, positions that ever grow
    struct forecast_look open[FORECAST_OPEN_MAX];
};

void forecast_init(struct forecast *forecast, double horizon_s, double half_life_s);

// A look at ts_ns, later than the one before. signal and middle are finite.
void forecast_look(struct forecast *forecast, int64_t ts_ns, double signal, double middle);

// The move that is expected within the horizon after `signal`; NaN while there are weighted pairs of less than a
// quarter of half_life_s, or no signal was ever different from 0.
double forecast_move(const struct forecast *forecast, double signal);

// The part of the squared moves that the line explains, in [0, 1]; NaN while undefined or nothing has moved.
double forecast_r2(const struct forecast *forecast);

#endif
