// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/portfolio.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/portfolio/portfolio_parts.h"

static void report(const struct portfolio *portfolio, double rf, const double *weights,
                   const struct qp_certificate *certificate, struct portfolio_result *ret) {
    size_t n = portfolio->count;
    memcpy(ret->weights, weights, n * sizeof *weights);
    ret->mean = portfolio->mean != NULL ? linalg_dot(portfolio->mean, weights, n) : NAN;
    ret->vol = sqrt(linalg_quadratic(portfolio->covariance, n, weights));
    ret->sharpe = (ret->mean - rf) / ret->vol;
    ret->certificate = *certificate;
}

static int finish(struct portfolio_programme *p, double rf, struct arena *arena,
                  struct portfolio_result *ret) {
    struct qp_certificate certificate;
    double *x = ARENA_NEW(arena, double, p->size);
    if (x == NULL) return ERR_NOMEM;
    TRY(portfolio_programme_solve(p, arena, x, &certificate));
    report(p->portfolio, rf, x, &certificate, ret);
    return 0;
}

static int refuse_impact(const struct portfolio *portfolio) {
    return portfolio->impact == NULL
               ? 0
               : ERR_SET(ERR_UNSUPPORTED, "costs that grow with the square of a trade go with a "
                                          "risk aversion alone");
}

static int min_variance(const struct portfolio *portfolio, double rf, struct arena *arena,
                        struct portfolio_result *ret) {
    struct portfolio_programme p;
    TRY(refuse_impact(portfolio));
    TRY(portfolio_programme_new(portfolio, false, arena, &p));
    TRY(portfolio_programme_risk(&p, 1, arena));
    return finish(&p, rf, arena, ret);
}

int portfolio_min_variance(const struct portfolio *portfolio, double rf, struct arena *arena,
                           struct portfolio_result *ret) {
    size_t mark = arena->used;
    int rc = min_variance(portfolio, rf, arena, ret);
    arena_rewind(arena, mark);
    return rc;
}

static int target_return(const struct portfolio *portfolio, double target, double rf,
                         struct arena *arena, struct portfolio_result *ret) {
    struct portfolio_programme p;
    TRY(refuse_impact(portfolio));
    TRY(portfolio_programme_new(portfolio, true, arena, &p));
    TRY(portfolio_programme_risk(&p, 1, arena));
    double *row = portfolio_programme_equality(&p, target - p.constant, "the target return");
    memcpy(row, p.reward, p.size * sizeof *row);
    return finish(&p, rf, arena, ret);
}

int portfolio_target(const struct portfolio *portfolio, double target, double rf,
                     struct arena *arena, struct portfolio_result *ret) {
    size_t mark = arena->used;
    if (!isfinite(target)) return ERR_SET(ERR_ARGUMENT, "the target return is not finite");
    int rc = target_return(portfolio, target, rf, arena, ret);
    arena_rewind(arena, mark);
    return rc;
}

static int utility(const struct portfolio *portfolio, double aversion, double rf,
                   struct arena *arena, struct portfolio_result *ret) {
    struct portfolio_programme p;
    TRY(portfolio_programme_new(portfolio, true, arena, &p));
    TRY(portfolio_programme_risk(&p, aversion, arena));
    for (size_t i = 0; i < p.size; i++) p.linear[i] = -p.reward[i];
    for (size_t i = 0; portfolio->impact != NULL && portfolio->held != NULL && i < portfolio->count;
         i++)
        p.linear[i] -= 2 * portfolio->impact[i] * portfolio->held[i];
    return finish(&p, rf, arena, ret);
}

int portfolio_utility(const struct portfolio *portfolio, double aversion, double rf,
                      struct arena *arena, struct portfolio_result *ret) {
    size_t mark = arena->used;
    if (!(aversion >= 0) || isinf(aversion))
        return ERR_SET(ERR_ARGUMENT, "risk aversion is a number from 0 on, not %g", aversion);
    int rc = utility(portfolio, aversion, rf, arena, ret);
    arena_rewind(arena, mark);
    return rc;
}

// Makes every constraint one of y = k w, k = sum of y's weights: a' x <= b becomes (a - b 1)' y <= 0.
static void homogenise(struct portfolio_programme *p) {
    size_t n = p->portfolio->count;
    p->equalities = 0; // the budget, which k replaces
    memset(p->equality, 0, p->size * sizeof *p->equality);
    for (size_t k = 0; k < p->inequalities; k++) {
        for (size_t i = 0; i < n; i++) p->inequality[k * p->size + i] -= p->limit[k];
        p->limit[k] = 0;
    }
    for (size_t i = 0; i < n; i++) {
        double lower = p->lower[i], upper = p->upper[i];
        const char *name = p->names[i] != NULL ? p->names[i] : "a bound";
        p->lower[i] = lower == 0 ? 0 : -INFINITY;
        p->upper[i] = upper == 0 ? 0 : INFINITY;
        if (upper != 0 && upper < INFINITY) {
            double *row = portfolio_programme_inequality(p, 0, name);
            for (size_t j = 0; j < n; j++) row[j] = (i == j) - upper;
        }
        if (lower == 0 || lower == -INFINITY) continue;
        double *row = portfolio_programme_inequality(p, 0, name);
        for (size_t j = 0; j < n; j++) row[j] = lower - (i == j);
    }
    double *row = portfolio_programme_inequality(p, 0, "the sum of weights");
    for (size_t j = 0; j < n; j++) row[j] = -1;
}

static int max_sharpe(const struct portfolio *portfolio, double rf, struct arena *arena,
                      struct portfolio_result *ret) {
    struct portfolio_programme p;
    struct qp_certificate certificate;
    TRY(refuse_impact(portfolio));
    TRY(portfolio_programme_new(portfolio, true, arena, &p));
    TRY(portfolio_programme_risk(&p, 1, arena));
    homogenise(&p);
    double largest = 0, total = 0;
    for (size_t i = 0; i < portfolio->count; i++) p.reward[i] += p.constant - rf;
    for (size_t i = 0; i < p.size; i++) largest = fmax(largest, fabs(p.reward[i]));
    if (!(largest > 0)) return ERR_SET(ERR_ARGUMENT, "no asset earns anything beside the rate");
    double *row = portfolio_programme_equality(&p, 1, "a return above the riskless rate");
    for (size_t i = 0; i < p.size; i++) row[i] = p.reward[i] / largest;
    double *y = ARENA_NEW(arena, double, p.size);
    if (y == NULL) return ERR_NOMEM;
    int rc = portfolio_programme_solve(&p, arena, y, &certificate);
    if (rc < 0)
        return ERR_APPEND(rc, "while looking for weights that earn more than the rate %g", rf);
    for (size_t i = 0; i < portfolio->count; i++) total += y[i];
    if (!(total > 1e-9))
        return ERR_SET(ERR_ARGUMENT, "the Sharpe ratio has no largest value within these bounds; "
                                     "bound the weights");
    for (size_t i = 0; i < portfolio->count; i++) y[i] /= total;
    report(portfolio, rf, y, &certificate, ret);
    return 0;
}

int portfolio_max_sharpe(const struct portfolio *portfolio, double rf, struct arena *arena,
                         struct portfolio_result *ret) {
    size_t mark = arena->used;
    if (!isfinite(rf)) return ERR_SET(ERR_ARGUMENT, "the riskless rate is not finite");
    int rc = max_sharpe(portfolio, rf, arena, ret);
    arena_rewind(arena, mark);
    return rc;
}

double portfolio_turnover(const struct portfolio *portfolio, const double *weights) {
    double turnover = 0;
    for (size_t i = 0; i < portfolio->count; i++)
        turnover += fabs(weights[i] - (portfolio->held != NULL ? portfolio->held[i] : 0));
    return turnover;
}

double portfolio_trade_cost(const struct portfolio *portfolio, const double *weights) {
    double cost = 0;
    for (size_t i = 0; i < portfolio->count; i++) {
        double traded = fabs(weights[i] - (portfolio->held != NULL ? portfolio->held[i] : 0));
        if (portfolio->trade_cost != NULL) cost += portfolio->trade_cost[i] * traded;
        if (portfolio->impact != NULL) cost += portfolio->impact[i] * traded * traded;
    }
    return cost;
}

// What a portfolio earns in the worst case and after costs.
static double net_of(const struct portfolio *portfolio, const double *weights) {
    double net = -portfolio_trade_cost(portfolio, weights);
    for (size_t i = 0; i < portfolio->count; i++) {
        net += portfolio->mean[i] * weights[i];
        if (portfolio->uncertainty != NULL) net -= portfolio->uncertainty[i] * fabs(weights[i]);
    }
    return net;
}

int portfolio_frontier(const struct portfolio *portfolio, double rf, size_t points,
                       struct arena *arena, struct portfolio_result *ret) {
    if (points < 2) return ERR_SET(ERR_ARGUMENT, "a frontier has at least 2 points");
    struct portfolio_result *last = &ret[points - 1];
    TRY(portfolio_utility(portfolio, 0, rf, arena, last));
    TRY(portfolio_min_variance(portfolio, rf, arena, &ret[0]));
    double low = net_of(portfolio, ret[0].weights), high = net_of(portfolio, last->weights);
    for (size_t i = 1; i < points; i++) {
        double target =
            i + 1 == points ? high : low + (high - low) * (double)i / (double)(points - 1);
        int rc = portfolio_target(portfolio, target, rf, arena, &ret[i]);
        if (rc < 0) return ERR_APPEND(rc, "at point %zu of the frontier", i + 1);
    }
    return 0;
}
