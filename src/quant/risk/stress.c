// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/stress.h"

#include <math.h>

#include "base/check.h"
#include "quant/math/linalg.h"
#include "quant/risk/tail_risk.h"
#include "quant/series/rank.h"

#define SPX "S&P 500 index, closes by S&P Dow Jones Indices"
#define BTC "bitcoin in US dollars, closes of UTC days by CoinMarketCap"

static const struct stress_episode episodes[STRESS_EPISODES] = {
    {"1987", STRESS_EQUITY, "1987-10-16", "1987-10-19", 282.70, 224.84, SPX},
    {"1998", STRESS_EQUITY, "1998-07-17", "1998-08-31", 1186.75, 957.28, SPX},
    {"2000-02", STRESS_EQUITY, "2000-03-24", "2002-10-09", 1527.46, 776.76, SPX},
    {"2008", STRESS_EQUITY, "2007-10-09", "2009-03-09", 1565.15, 676.53, SPX},
    {"2011", STRESS_EQUITY, "2011-04-29", "2011-10-03", 1363.61, 1099.23, SPX},
    {"2015", STRESS_EQUITY, "2015-08-17", "2015-08-25", 2102.44, 1867.61, SPX},
    {"crypto-2018", STRESS_CRYPTO, "2017-12-16", "2018-12-15", 19497.40, 3236.76, BTC},
    {"2018", STRESS_EQUITY, "2018-09-20", "2018-12-24", 2930.75, 2351.10, SPX},
    {"2020", STRESS_EQUITY, "2020-02-19", "2020-03-23", 3386.15, 2237.40, SPX},
    {"crypto-2022", STRESS_CRYPTO, "2021-11-08", "2022-11-21", 67566.83, 15787.28, BTC},
};

const struct stress_episode *stress_episode_at(size_t index) {
    CHECK(index < STRESS_EPISODES);
    return &episodes[index];
}

double stress_episode_move(const struct stress_episode *episode) {
    return episode->after / episode->before - 1;
}

int stress_propagate(const double *covariance, size_t count, const size_t *moved,
                     const double *shocks, size_t moved_count, double *scratch, size_t *ret_fault,
                     double *ret_moves) {
    CHECK(moved_count > 0);
    double *block = scratch, *solved = scratch + moved_count * moved_count;
    for (size_t i = 0; i < moved_count; i++) {
        solved[i] = shocks[i];
        for (size_t j = 0; j < moved_count; j++)
            block[i * moved_count + j] = covariance[moved[i] * count + moved[j]];
    }
    size_t fault = linalg_cholesky(block, moved_count);
    if (fault < moved_count) {
        *ret_fault = fault;
        return ERR_SET(ERR_ARGUMENT, "a shock is to what does not vary, or not apart from the "
                                     "shocks before it");
    }
    linalg_cholesky_solve(block, moved_count, solved);
    for (size_t i = 0; i < count; i++) {
        ret_moves[i] = 0;
        for (size_t k = 0; k < moved_count; k++)
            ret_moves[i] += covariance[i * count + moved[k]] * solved[k];
    }
    for (size_t k = 0; k < moved_count; k++) ret_moves[moved[k]] = shocks[k];
    return 0;
}

double stress_loss(const double *weights, const double *moves, size_t count) {
    return -linalg_dot(weights, moves, count);
}

int stress_reverse(const double *covariance, const double *weights, size_t count, double loss,
                   double *ret_moves, double *ret_distance) {
    double variance = linalg_quadratic(covariance, count, weights);
    if (!(variance > 0))
        return ERR_SET(ERR_ARGUMENT, "the portfolio's variance is %g: no move costs it anything",
                       variance);
    linalg_apply(covariance, count, count, weights, ret_moves);
    for (size_t i = 0; i < count; i++) ret_moves[i] *= -loss / variance;
    *ret_distance = fabs(loss) / sqrt(variance);
    return 0;
}

struct stress_drawdown stress_drawdown_of(const double *returns, size_t count, double level,
                                          double *scratch) {
    double equity = 1, peak = 1;
    for (size_t t = 0; t < count; t++) {
        equity *= 1 + returns[t];
        peak = fmax(peak, equity);
        scratch[t] = equity / peak - 1; // sorted, the deepest comes first
    }
    rank_sort(scratch, count, scratch + count);
    struct tail_risk risk = tail_risk_historical(scratch, count, 1 - level);
    return (struct stress_drawdown){risk.var, risk.es, -scratch[0]};
}
