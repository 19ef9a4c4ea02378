// SPDX-License-Identifier: Apache-2.0
// Whether the best of many trials earns more than nothing once it is known that it was chosen: White's reality check
// (H. White, Econometrica 68, 2000) and Hansen's test of superior predictive ability (P. R. Hansen, Journal of Business
// and Economic Statistics 23, 2005), with the stationary bootstrap of Politis and Romano (1994).
//
// d_k is trial k's mean daily return over a benchmark's, w_k the square root of its long-run variance by the kernel of
// the stationary bootstrap (Hansen's equation 4 and appendix). With n days and draws *:
//   reality check   max_k sqrt(n) d_k               against max_k sqrt(n) (d*_k - d_k)
//   SPA             max_k sqrt(n) d_k / w_k, or 0   against max_k sqrt(n) (d*_k - g_k) / w_k, or 0
// with g_k of the three kinds: d_k (upper: all trials count), max(d_k, 0) (lower), and consistent: d_k where
// sqrt(n) d_k / w_k >= -sqrt(2 ln ln n) and 0 where a trial is that bad. p is the share of draws that are larger.
// A trial whose returns do not vary takes no part.
#ifndef FULMAR_RESEARCH_OVERFIT_SNOOP_H
#define FULMAR_RESEARCH_OVERFIT_SNOOP_H

#include <stdint.h>

#include "research/sweep/returns.h"

enum { SNOOP_DRAWS = 1000, SNOOP_DAYS_MIN = 20 };

struct snoop_config {
    const struct returns *returns;
    const double *benchmark; // [days], NULL: nothing earned
    double block;            // mean length of what is drawn at once, days >= 1
    uint32_t draws;
    uint64_t seed;
};

struct snoop {
    double reality; // p of the reality check
    double spa;     // p of SPA, consistent
    double spa_lower;
    double spa_upper;
    double block;
    uint32_t draws;
    uint32_t reserved;
    uint64_t trials; // that vary
};

// ERR_ARGUMENT with a story: fewer than SNOOP_DAYS_MIN days, or no trial that varies; ERR_NOMEM.
int snoop_of(const struct snoop_config *config, struct arena *arena,
             struct snoop *ret_snoop) MUST_USE;

#endif
