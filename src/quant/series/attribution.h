// SPDX-License-Identifier: Apache-2.0
// What of a portfolio's return over its benchmark came from where, by sectors: weights and returns of
// both, one entry a sector, weights as fractions.
//
// Brinson, Hood and Beebower, Financial Analysts Journal 42(4), 1986; the allocation that compares a
// sector with the whole benchmark: Brinson and Fachler, J. Portfolio Management 11(3), 1985.
#ifndef FULMAR_QUANT_SERIES_ATTRIBUTION_H
#define FULMAR_QUANT_SERIES_ATTRIBUTION_H

#include <stddef.h>

struct attribution_sectors {
    const double *weights; // of the portfolio
    const double *benchmark_weights;
    const double *returns; // of the portfolio in the sector
    const double *benchmark_returns;
    size_t count;
};

// With w, b the weights and r, s the returns of portfolio and benchmark, B the benchmark's return: each
// member [count] gets a sector's part.
struct attribution_parts {
    double *allocation;        // (w - b) (s - B)
    double *simple_allocation; // (w - b) s
    double *selection;         // b (r - s)
    double *interaction;       // (w - b) (r - s)
};

// The parts add up to portfolio - benchmark: allocation (either one, where both sets of weights add up to
// the same), selection and interaction.
struct attribution_totals {
    double portfolio;
    double benchmark;
    double allocation;
    double selection;
    double interaction;
    double excess; // portfolio - benchmark
};

struct attribution_totals attribution_brinson(const struct attribution_sectors *sectors,
                                              const struct attribution_parts *parts);

#endif
