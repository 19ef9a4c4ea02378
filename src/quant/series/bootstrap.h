// SPDX-License-Identifier: Apache-2.0
// How sure one can be of a mean or a Sharpe ratio of returns that depend on each other: resampling whole
// stretches of them. Seeded: the same seed gives the same bits.
#ifndef FULMAR_QUANT_SERIES_BOOTSTRAP_H
#define FULMAR_QUANT_SERIES_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/prng.h"

// STATIONARY: stretches of geometric length with mean `block`, around the end to the start. Politis and
// Romano, J. American Statistical Association 89, 1994. CIRCULAR: stretches of `block` rows, around the end;
// Politis and Romano (1992). MOVING: stretches of `block` rows that end within the series; Kunsch, Annals of
// Statistics 17, 1989.
enum bootstrap_method { BOOTSTRAP_STATIONARY, BOOTSTRAP_CIRCULAR, BOOTSTRAP_MOVING };

struct bootstrap_options {
    enum bootstrap_method method;
    double block; // 1 .. rows; whole for CIRCULAR and MOVING, which round it; 0: bootstrap_block
    size_t draws; // >= 2
    uint64_t seed;
    double level; // of the interval, 0.95 ...
};

struct bootstrap_interval {
    double estimate; // of the series itself
    double error;    // standard deviation of the draws
    double bias;     // mean of the draws less the estimate
    double low;      // the interval: type 7 quantiles of the draws at (1 -+ level) / 2
    double high;
    double below; // share of the draws that are not above 0
    double block; // used
};

// Rows of a resampled series, ret_rows[rows].
void bootstrap_rows(struct prng *prng, enum bootstrap_method method, double block, size_t rows,
                    uint32_t *ret_rows);

// The block length that makes the variance of a mean most exact: Politis and White, Econometric Reviews 23,
// 2004, with the correction of Patton, Politis and White (2009). Within [1, min(3 sqrt(rows), rows / 3)];
// NaN for a constant series or fewer than 8 rows. scratch[rows].
double bootstrap_block(const double *x, size_t rows, enum bootstrap_method method, double *scratch);

// Draws without deviation count as a Sharpe ratio of 0. ERR_ARGUMENT: fewer than 8 rows, or equal ones;
// ERR_NOMEM.
int bootstrap_mean(const double *x, size_t rows, const struct bootstrap_options *options,
                   struct arena *arena, struct bootstrap_interval *ret) MUST_USE;
// Sharpe ratio a year, (mean - rf / periods) / sample deviation sqrt(periods).
int bootstrap_sharpe(const double *returns, size_t rows, double periods, double rf,
                     const struct bootstrap_options *options, struct arena *arena,
                     struct bootstrap_interval *ret) MUST_USE;

#endif
