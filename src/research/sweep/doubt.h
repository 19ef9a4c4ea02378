// SPDX-License-Identifier: Apache-2.0
// Against self-deception: what the best of many trials is worth, given how many were tried and how they differ.
//
// Bailey and Lopez de Prado, "The Deflated Sharpe Ratio", Journal of Portfolio Management 40(5), 2014: the best one's
// Sharpe ratio is held against the largest that as many trials without skill and with the same spread would be expected
// to show. Trials that are alike count in full, which errs to the side of doubt where the spread is small.
#ifndef FULMAR_RESEARCH_SWEEP_DOUBT_H
#define FULMAR_RESEARCH_SWEEP_DOUBT_H

#include <stddef.h>
#include <stdint.h>

#include "research/sweep/score.h"

struct doubt {
    uint64_t trials;     // that have a Sharpe ratio
    double deviation;    // of the yearly Sharpe ratios among them
    double expected_max; // yearly Sharpe ratio that the luckiest of them would show without skill
    double
        probable; // probability that the best one's true ratio is above 0, were it the only trial
    double deflated; // that it is above expected_max
    double
        days_needed; // minimum track record against expected_max at 95 %; NaN: no length would do
};

// Results of `count` trials, `stride` bytes apart, of which `best` was chosen. NaN where undefined: fewer than two
// trials, fewer than three days.
void doubt_of(const void *results, size_t stride, uint64_t count, uint64_t best, double days_a_year,
              struct doubt *ret_doubt);

#endif
