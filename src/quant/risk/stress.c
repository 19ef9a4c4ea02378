// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/stress.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "quant/math/linalg.h"
#include "quant/math/qp.h"
#include "quant/risk/risk_contribution.h"
#include "quant/risk/tail_risk.h"
#include "quant/series/covariance.h"
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

// In z with x = F z and F F' the covariance the distance is |z|.
int stress_reverse_within(const double *covariance, const double *weights, size_t count,
                          double loss, const struct stress_bounds *bounds, struct arena *arena,
                          double *ret_moves, double *ret_distance) {
    size_t square = count * count, faulty, mark = arena->used, limits = 0;
    double *factor = ARENA_NEW(arena, double, 3 * square + 3 * count);
    double *identity = ARENA_NEW(arena, double, square), *loads = ARENA_NEW(arena, double, count);
    double *rows = ARENA_NEW(arena, double, 2 * square),
           *limit = ARENA_NEW(arena, double, 2 * count);
    const char **names = ARENA_NEW(arena, const char *, 2 * count);
    double *z = ARENA_NEW(arena, double, count);
    if (factor == NULL || identity == NULL || loads == NULL || rows == NULL || limit == NULL ||
        names == NULL || z == NULL)
        return ERR_APPEND(ERR_NOMEM, "%zu assets", count);
    TRY(risk_contribution_factor(covariance, count, factor + square, factor, &faulty));
    for (size_t i = 0; i < count; i++) {
        identity[i * count + i] = 1;
        linalg_add(weights[i], factor + i * count, count, loads);
    }
    for (size_t i = 0; i < 2 * count; i++) {
        size_t asset = i % count;
        double sign = i < count ? 1 : -1,
               bound = sign * (i < count ? bounds->upper : bounds->lower)[asset];
        if (bound == INFINITY) continue;
        for (size_t k = 0; k < count; k++)
            rows[limits * count + k] = sign * factor[asset * count + k];
        names[limits] = bounds->names[asset];
        limit[limits++] = bound;
    }
    static const char *const loses[] = {"the loss"};
    const double lost = -loss;
    struct qp qp = {.size = count,
                    .hessian = identity,
                    .equality = loads,
                    .equality_value = &lost,
                    .equality_count = 1,
                    .inequality = rows,
                    .inequality_limit = limit,
                    .inequality_count = limits,
                    .equality_names = loses,
                    .inequality_names = names};
    struct qp_solution solution = {.x = z};
    int rc = qp_solve(&qp, arena, &solution);
    if (rc < 0)
        return ERR_APPEND(rc, "the least unlikely move within the bounds that loses %g", loss);
    linalg_apply(factor, count, count, z, ret_moves);
    *ret_distance = linalg_norm(z, count);
    arena_rewind(arena, mark);
    return 0;
}

static int set_pairs(double *correlation, size_t count, double all, const struct stress_pair *pairs,
                     size_t pair_count) {
    if (!isnan(all) && !(all >= -1 && all <= 1))
        return ERR_SET(ERR_ARGUMENT, "a correlation is within [-1, 1], not %g", all);
    for (size_t i = 0; i < count * count; i++)
        if (!isnan(all) && i % (count + 1) != 0) correlation[i] = all;
    for (size_t k = 0; k < pair_count; k++) {
        const struct stress_pair *pair = &pairs[k];
        if (!(pair->correlation >= -1 && pair->correlation <= 1))
            return ERR_SET(ERR_ARGUMENT, "a correlation is within [-1, 1], not %g",
                           pair->correlation);
        if (pair->first == pair->second)
            return ERR_SET(ERR_ARGUMENT, "an asset's correlation with itself is 1");
        correlation[pair->first * count + pair->second] = pair->correlation;
        correlation[pair->second * count + pair->first] = pair->correlation;
    }
    return 0;
}

int stress_correlate(double *covariance, size_t count, double all, const struct stress_pair *pairs,
                     size_t pair_count, double *scratch, double *ret_repair) {
    size_t square = count * count;
    double *correlation = scratch, *rest = scratch + square,
           *deviations = rest + 3 * square + 3 * count;
    memcpy(correlation, covariance, square * sizeof *correlation);
    TRY(covariance_to_correlation(correlation, count, deviations));
    TRY(set_pairs(correlation, count, all, pairs, pair_count));
    memcpy(covariance, correlation, square * sizeof *covariance);
    memcpy(rest, correlation, square * sizeof *rest);
    *ret_repair = 0;
    if (linalg_cholesky(rest, count) != count)
        TRY(covariance_nearest_correlation(correlation, count, 1e-12, rest));
    for (size_t i = 0; i < square; i++)
        *ret_repair = fmax(*ret_repair, fabs(correlation[i] - covariance[i]));
    memcpy(covariance, correlation, square * sizeof *covariance);
    covariance_from_correlation(covariance, count, deviations);
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
