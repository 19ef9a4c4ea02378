// SPDX-License-Identifier: Apache-2.0
// The probability of backtest overfitting, by combinatorially symmetric cross-validation: D. H. Bailey, J. Borwein, M.
// Lopez de Prado and Q. J. Zhu, "The Probability of Backtest Overfitting", Journal of Computational Finance 20(4),
// 2017.
//
// The days are cut in `blocks` parts of equal length (the first days that are over are left out). For every choice of
// half of them the trial with the best Sharpe ratio there is looked up in the other half. Overfitted is a choice whose
// best ranks there below the middle, or on it. A trial without deviation counts as a Sharpe ratio of 0.
#ifndef FULMAR_RESEARCH_OVERFIT_CSCV_H
#define FULMAR_RESEARCH_OVERFIT_CSCV_H

#include <stdint.h>

#include "research/sweep/returns.h"

enum { CSCV_BLOCKS = 16, CSCV_BLOCKS_MAX = 18, CSCV_DAYS_MIN = 2 };

struct cscv {
    double pbo;        // share of the splits whose best is overfitted
    double loss;       // share whose best has a Sharpe ratio below 0 in the other half
    double slope;      // of the best's ratio in the other half on that in its own, by least squares
    double in_sharpe;  // mean of the best's ratio a year in its own half
    double out_sharpe; // and in the other
    uint32_t splits;
    uint32_t blocks; // used: fewer where days are few
};

// ERR_ARGUMENT with a story: fewer than two trials, or than four blocks of CSCV_DAYS_MIN days; ERR_NOMEM.
int cscv_of(const struct returns *returns, uint32_t blocks, double days_a_year, struct arena *arena,
            struct cscv *ret_cscv) MUST_USE;

#endif
