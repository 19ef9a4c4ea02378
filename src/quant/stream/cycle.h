// SPDX-License-Identifier: Apache-2.0
// The dominant cycle of a series: John F. Ehlers, "Rocket Science for Traders" (2001), chapters 6 to 11, with the
// constants and the start of TA-Lib's HT_ functions and MAMA.
//
// Prices are smoothed by weights 4, 3, 2, 1, with running sums that are added to and subtracted from in TA-Lib's order:
// where prices stand still, what the transform sees is the rounding of these sums, and its phase an angle between two
// roundings. That rounding grows with the rows, about as their power of 1.5. Every 16th row they are
// taken anew where they are further than a millionth of the prices (and 1e-9) from the prices' own, so that no outlier
// stays in them.
//
// A discrete Hilbert transform, whose gain follows the last period, takes the trend off (the detrender) and turns it
// into a component in phase and one in quadrature; the angle that their product turns by from row to row is a period.
// It is held to 0.67 to 1.5 times the one before and to 6 to 50 rows, and smoothed twice.
//
// The transform starts at row `first`, with nothing before it: what it is then fed are zeros for as long as it looks
// back.
#ifndef FULMAR_QUANT_STREAM_CYCLE_H
#define FULMAR_QUANT_STREAM_CYCLE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "quant/math/mathfn.h"

enum {
    CYCLE_PERIOD_MAX = 50,
    CYCLE_FIRST_EARLY = 12, // of HT_DCPERIOD, HT_PHASOR and MAMA, whose output starts at row 32
    CYCLE_FIRST_LATE = 37,  // of the others, which start at row 63
    CYCLE_HISTORY = 64,
    CYCLE_LOOK = 16
};

#define CYCLE_DEGREES (180 / 3.14159265358979323846) // of a radian

struct cycle {
    uint64_t seen;
    uint64_t first;
    double price[4];      // the last ones
    double plain;         // sum of the last four prices
    double weighted;      // 3, 2 and 1 times the last three
    double smooth[8];     // rings by row
    double detrender[16]; //
    double quadrature[8]; //
    double i2, q2;        // the phasor, rotated and smoothed
    double re, im;        // of its product with the one before
    double period;
    double smooth_period;
};
_Static_assert(sizeof(struct cycle) == 368, "part of states that are hashed as bytes");

static inline struct cycle cycle_make(uint64_t first) {
    return (struct cycle){.first = first};
}

// The transform of a ring's value `lag` rows before `row`, whose newest is x, without its gain.
static inline double cycle_hilbert(const double *ring, uint64_t mask, uint64_t row, uint64_t lag,
                                   double x) {
    double x2 = ring[(row - lag - 2) & mask], x4 = ring[(row - lag - 4) & mask];
    double x6 = ring[(row - lag - 6) & mask];
    return 0.0962 * x - 0.0962 * x6 - 0.5769 * x4 + 0.5769 * x2; // in TA-Lib's order
}

// Takes the sums anew, of the newest price on, where they are off; returns the weighted one.
static inline double cycle_smooth_anew(struct cycle *cycle, double price, double weighted) {
    const double *before = cycle->price;
    double sum = 4 * price + 3 * before[0] + 2 * before[1] + before[2];
    double size = fabs(price) + fabs(before[0]) + fabs(before[1]) + fabs(before[2]);
    if (fabs(weighted - sum) <= 1e-6 * size + 1e-9) return weighted;
    cycle->plain = price + before[0] + before[1] + before[2];
    return sum;
}

// The smoothed price; of no meaning before row 3.
static inline double cycle_smooth(struct cycle *cycle, uint64_t row, double price) {
    if (UNLIKELY(row < 3)) {
        cycle->plain += price;
        cycle->weighted += (double)(row + 1) * price;
        return 0;
    }
    double weighted = cycle->weighted + 4 * price;
    cycle->plain = cycle->plain + price - cycle->price[3];
    if (UNLIKELY(row % CYCLE_LOOK == 0)) weighted = cycle_smooth_anew(cycle, price, weighted);
    cycle->weighted = weighted - cycle->plain;
    return weighted * 0.1;
}

// The next period from the last one and the angle of the product.
static inline double cycle_next_period(double last, double re, double im) {
    double period = last;
    if (LIKELY(re != 0 && im != 0)) period = 360 / (mathfn_atan_fast(im / re) * CYCLE_DEGREES);
    period = period > 1.5 * last ? 1.5 * last : period;
    period = period < 0.67 * last ? 0.67 * last : period;
    period = period < 6 ? 6 : period;
    period = period > CYCLE_PERIOD_MAX ? CYCLE_PERIOD_MAX : period;
    return 0.2 * period + 0.8 * last;
}

struct cycle_row {
    double smooth; // the smoothed price
    double inphase;
    double quadrature;
};

// Products of prices that no double holds would stay in the smoothing for ever: it starts anew.
static inline void cycle_forget(struct cycle *cycle) {
    cycle->i2 = cycle->q2 = cycle->re = cycle->im = 0;
}

// One price; false before row `first`. Afterwards period and smooth_period are those of this row.
static inline bool cycle_push(struct cycle *cycle, double price, struct cycle_row *ret_row) {
    uint64_t row = cycle->seen++;
    double smooth = cycle_smooth(cycle, row, price);
    cycle->price[3] = cycle->price[2];
    cycle->price[2] = cycle->price[1];
    cycle->price[1] = cycle->price[0];
    cycle->price[0] = price;
    if (UNLIKELY(row < cycle->first)) return false;
    double gain = 0.075 * cycle->period + 0.54;
    double detrender = cycle_hilbert(cycle->smooth, 7, row, 0, smooth) * gain;
    double inphase = cycle->detrender[(row - 3) & 15];
    double quadrature = cycle_hilbert(cycle->detrender, 15, row, 0, detrender) * gain;
    double advanced_i = cycle_hilbert(cycle->detrender, 15, row, 3, inphase) * gain;
    double advanced_q = cycle_hilbert(cycle->quadrature, 7, row, 0, quadrature) * gain;
    cycle->smooth[row & 7] = smooth;
    cycle->detrender[row & 15] = detrender;
    cycle->quadrature[row & 7] = quadrature;
    double i2 = 0.2 * (inphase - advanced_q) + 0.8 * cycle->i2;
    double q2 = 0.2 * (quadrature + advanced_i) + 0.8 * cycle->q2;
    cycle->re = 0.2 * (i2 * cycle->i2 + q2 * cycle->q2) + 0.8 * cycle->re;
    cycle->im = 0.2 * (i2 * cycle->q2 - q2 * cycle->i2) + 0.8 * cycle->im;
    cycle->i2 = i2;
    cycle->q2 = q2;
    if (UNLIKELY(!(fabs(cycle->re) + fabs(cycle->im) < INFINITY))) cycle_forget(cycle);
    cycle->period = cycle_next_period(cycle->period, cycle->re, cycle->im);
    cycle->smooth_period = 0.33 * cycle->period + 0.67 * cycle->smooth_period;
    *ret_row = (struct cycle_row){smooth, inphase, quadrature};
    return true;
}

// The smoothed period in whole rows, 0 to 50.
static inline uint32_t cycle_rows(const struct cycle *cycle) {
    return (uint32_t)(cycle->smooth_period + 0.5);
}

// The last CYCLE_HISTORY values, newest first and side by side; zeros before there were any.
struct cycle_history {
    uint64_t newest;
    double values[2 * CYCLE_HISTORY];
};
_Static_assert(sizeof(struct cycle_history) == 1032, "part of states that are hashed as bytes");

static inline const double *cycle_history_push(struct cycle_history *history, double x) {
    history->newest = (history->newest - 1) % CYCLE_HISTORY;
    history->values[history->newest] = x;
    history->values[history->newest + CYCLE_HISTORY] = x;
    return history->values + history->newest;
}

// The mean of the newest `count` (<= CYCLE_PERIOD_MAX) values; 0 of none.
double cycle_mean(const double *newest, uint32_t count);

// The phase in degrees, -45 to 315, of the newest `count` smoothed prices, of which a Fourier sum takes the
// component of that period; 360 / smooth_period is added for the delay of the smoothing. Where the component's
// cosine is exactly 0 its angle is a quarter turn from `last`, the phase of the row before, as in TA-Lib.
double cycle_phase(const double *newest, uint32_t count, double smooth_period, double last);

// MESA adaptive moving average and its follower: Ehlers, "MAMA - the mother of adaptive moving averages", Technical
// Analysis of Stocks & Commodities 19 (2001). Both start at 0.
struct mama {
    struct cycle cycle;
    double phase;
    double mama;
    double fama;
    double fast_limit;
    double slow_limit;
};
_Static_assert(sizeof(struct mama) == 408, "part of states that are hashed as bytes");

enum { MAMA_LOOKBACK = 32 };

static inline struct mama mama_make(double fast_limit, double slow_limit) {
    return (struct mama){
        .cycle = cycle_make(CYCLE_FIRST_EARLY), .fast_limit = fast_limit, .slow_limit = slow_limit};
}

// True from row MAMA_LOOKBACK on.
static inline bool mama_push(struct mama *mama, double price) {
    struct cycle_row row;
    if (UNLIKELY(!cycle_push(&mama->cycle, price, &row))) return false;
    double phase =
        row.inphase != 0 ? mathfn_atan_fast(row.quadrature / row.inphase) * CYCLE_DEGREES : 0;
    double turned = mama->phase - phase;
    mama->phase = phase;
    double alpha = mama->fast_limit;
    if (turned > 1) {
        alpha = mama->fast_limit / turned;
        if (alpha < mama->slow_limit) alpha = mama->slow_limit;
    }
    mama->mama = alpha * price + (1 - alpha) * mama->mama;
    mama->fama = 0.5 * alpha * mama->mama + (1 - 0.5 * alpha) * mama->fama;
    return mama->cycle.seen > MAMA_LOOKBACK;
}

#endif
