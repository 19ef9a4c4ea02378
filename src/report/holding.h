// SPDX-License-Identifier: Apache-2.0
// What a strategy held of an instrument over time: how much, how long, and how quickly it went back. Times are the
// venue's, of the fills.
//
//   mean holding time   integral of |position| over time / quantity that was opened (Little's law: L = lambda W);
//                       what is open at the end counts as held until then
//   half-life           -ln 2 / ln phi steps, phi the slope of the regression of the position at a step on the
//                       one before (an AR(1) process); none where phi is not in (0, 1)
#ifndef FULMAR_REPORT_HOLDING_H
#define FULMAR_REPORT_HOLDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/decimal.h"

enum { HOLDING_BUCKETS = 20 }; // of positions, each side of flat

struct holding {
    int128_t size_time; // integral of |position| over time, mantissa x ns
    int128_t net_time;  // of the position
    int128_t bought;
    int128_t sold;
    int128_t opened;
    int64_t qty; // position now
    int64_t since_ns;
    int64_t start_ns;
    int64_t highest;
    int64_t lowest;
    int64_t limit;    // 0: none is known
    int64_t limit_ns; // time at or beyond it
    int64_t long_ns, short_ns;
    int64_t width; // of a bucket, mantissa
    int64_t times[2 * HOLDING_BUCKETS +
                  1]; // [i]: of positions in ((i - n - 1) w, (i - n) w] above 0, mirrored below
    double steps, sum, sum_before, product, square_before; // of the regression
    double before;
    uint64_t fills;
    bool stepped;
};

void holding_init(struct holding *holding, int64_t start_ns, int64_t lot, int64_t limit);
void holding_fill(struct holding *holding, int64_t ts_ns, int side, qty_t qty);
void holding_step(struct holding *holding); // at the end of every step of the run
void holding_end(struct holding *holding, int64_t ts_ns);

// ns; -1: undefined.
int64_t holding_mean_ns(const struct holding *holding);
double holding_half_life_steps(const struct holding *holding); // NaN: none

#endif
