// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/portfolio.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "quant/math/linalg.h"

#define SINGULAR 1e-12
enum { NAME_MAX_SIZE = 64 };

// The programme of a portfolio: variables w, and where trades count also buys b >= 0 with
// b >= w - held, whose sells are b - w + held; so |w - held| = 2 b - w + held.
struct programme {
    const struct portfolio *portfolio;
    struct qp qp;
    bool trades;
    const double *centre; // of the absolute values: held, or NULL for 0
    const double *slope;  // what a unit of them costs; NULL: nothing
    size_t size, equalities, inequalities;
    double *equality, *value, *inequality, *limit, *lower, *upper, *linear;
    const char **equality_names, **inequality_names, **names;
    double *reward; // the return after costs is reward' x + constant
    double constant;
};

static const char *asset_name(const char *const *names, size_t index, char *buf) {
    if (names != NULL && names[index] != NULL)
        snprintf(buf, NAME_MAX_SIZE, "%s", names[index]);
    else
        snprintf(buf, NAME_MAX_SIZE, "asset %zu", index + 1);
    return buf;
}

int portfolio_check(const double *covariance, size_t count, const char *const *names,
                    struct arena *arena) {
    char name[NAME_MAX_SIZE], other[NAME_MAX_SIZE];
    if (count == 0 || count > PORTFOLIO_ASSETS_MAX)
        return ERR_SET(ERR_ARGUMENT, "a portfolio has 1 to %d assets", PORTFOLIO_ASSETS_MAX);
    for (size_t i = 0; i < count; i++) {
        double variance = covariance[i * count + i];
        if (!(variance > 0) || isinf(variance))
            return ERR_SET(ERR_ARGUMENT, "%s has a variance of %g; it must be above 0 and finite",
                           asset_name(names, i, name), variance);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            double here = covariance[i * count + j], there = covariance[j * count + i];
            if (!(fabs(here - there) <=
                  1e-9 * sqrt(covariance[i * count + i]) * sqrt(covariance[j * count + j])))
                return ERR_SET(ERR_ARGUMENT, "the covariance of %s and %s is not one finite number",
                               asset_name(names, j, name), asset_name(names, i, other));
        }
    size_t mark = arena->used;
    double *l = ARENA_NEW(arena, double, count *count);
    if (l == NULL) return ERR_NOMEM;
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++) {
        double *row = l + i * count, variance = covariance[i * count + i];
        for (size_t j = 0; j < i; j++)
            row[j] =
                (covariance[i * count + j] - linalg_dot(row, l + j * count, j)) / l[j * count + j];
        double pivot = variance - linalg_dot(row, row, i);
        if (pivot < -SINGULAR * variance)
            rc = ERR_SET(ERR_ARGUMENT,
                         "the covariance is not positive semidefinite: %s's variance "
                         "beside the assets before it is negative (%.3g)",
                         asset_name(names, i, name), pivot);
        else if (!(pivot > SINGULAR * variance))
            rc = ERR_SET(ERR_ARGUMENT,
                         "the covariance is singular: %s is a combination of the "
                         "assets before it",
                         asset_name(names, i, name));
        row[i] = sqrt(pivot);
    }
    arena_rewind(arena, mark);
    return rc;
}

static double *add_equality(struct programme *p, double value, const char *name) {
    p->value[p->equalities] = value;
    p->equality_names[p->equalities] = name;
    return p->equality + p->equalities++ * p->size;
}

static double *add_inequality(struct programme *p, double limit, const char *name) {
    p->limit[p->inequalities] = limit;
    p->inequality_names[p->inequalities] = name;
    return p->inequality + p->inequalities++ * p->size;
}

static bool shorts(const struct portfolio *portfolio) {
    for (size_t i = 0; portfolio->lower != NULL && i < portfolio->count; i++)
        if (portfolio->lower[i] < 0) return true;
    return false;
}

static double held_of(const struct programme *p, size_t asset) {
    return p->centre != NULL ? p->centre[asset] : 0;
}

static bool is_cost(double value) {
    return value >= 0 && value < INFINITY;
}

static int choose_trades(struct programme *p) {
    const struct portfolio *portfolio = p->portfolio;
    char name[NAME_MAX_SIZE];
    bool robust = portfolio->uncertainty != NULL && shorts(portfolio);
    p->trades = portfolio->turnover_max > 0 || portfolio->trade_cost != NULL;
    p->centre = portfolio->held;
    p->slope = portfolio->trade_cost;
    if (!(portfolio->turnover_max >= 0))
        return ERR_SET(ERR_ARGUMENT, "turnover_max is a number from 0 on, not %g",
                       portfolio->turnover_max);
    if (robust && p->trades)
        return ERR_SET(ERR_UNSUPPORTED,
                       "uncertain means of weights below 0 cannot be combined with "
                       "turnover or costs");
    for (size_t i = 0; i < portfolio->count; i++)
        if ((p->slope != NULL && !is_cost(p->slope[i])) ||
            (portfolio->impact != NULL && !is_cost(portfolio->impact[i])) ||
            (portfolio->uncertainty != NULL && !is_cost(portfolio->uncertainty[i])) ||
            (portfolio->held != NULL && !isfinite(portfolio->held[i])))
            return ERR_SET(ERR_ARGUMENT,
                           "%s: costs and uncertainties are finite numbers from 0 on, and what is "
                           "held is finite",
                           asset_name(portfolio->names, i, name));
    if (!robust) return 0;
    p->trades = true;
    p->centre = NULL;
    p->slope = portfolio->uncertainty;
    return 0;
}

static int allocate(struct programme *p, struct arena *arena) {
    size_t n = p->portfolio->count, size = p->trades ? 2 * n : n;
    // Room for what max_sharpe adds: a row for each bound, and one more.
    size_t rows = 2 * p->portfolio->group_count + 3 * n + 2;
    p->size = size;
    p->equality = ARENA_NEW(arena, double, 3 * size);
    p->value = ARENA_NEW(arena, double, 3);
    p->inequality = ARENA_NEW(arena, double, rows *size);
    p->limit = ARENA_NEW(arena, double, rows);
    p->lower = ARENA_NEW(arena, double, size);
    p->upper = ARENA_NEW(arena, double, size);
    p->linear = ARENA_NEW(arena, double, size);
    p->reward = ARENA_NEW(arena, double, size);
    p->equality_names = ARENA_NEW(arena, const char *, 3);
    p->inequality_names = ARENA_NEW(arena, const char *, rows);
    p->names = ARENA_NEW(arena, const char *, size);
    return p->equality != NULL && p->value != NULL && p->inequality != NULL && p->limit != NULL &&
                   p->lower != NULL && p->upper != NULL && p->linear != NULL && p->reward != NULL &&
                   p->equality_names != NULL && p->inequality_names != NULL && p->names != NULL
               ? 0
               : ERR_NOMEM;
}

static void add_groups(struct programme *p) {
    const struct portfolio *portfolio = p->portfolio;
    size_t n = portfolio->count;
    for (size_t k = 0; k < portfolio->group_count; k++) {
        const char *name = portfolio->group_names != NULL ? portfolio->group_names[k] : "a group";
        const double *group = portfolio->groups + k * n;
        if (portfolio->group_upper != NULL && portfolio->group_upper[k] < INFINITY)
            memcpy(add_inequality(p, portfolio->group_upper[k], name), group, n * sizeof *group);
        if (portfolio->group_lower == NULL || portfolio->group_lower[k] == -INFINITY) continue;
        double *row = add_inequality(p, -portfolio->group_lower[k], name);
        for (size_t i = 0; i < n; i++) row[i] = -group[i];
    }
}

static void add_trades(struct programme *p) {
    size_t n = p->portfolio->count;
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        double *row = add_inequality(p, held_of(p, i), "");
        row[i] = 1;
        row[n + i] = -1;
        p->lower[n + i] = 0;
        p->upper[n + i] = INFINITY;
        total += held_of(p, i);
    }
    if (!(p->portfolio->turnover_max > 0)) return;
    double *row = add_inequality(p, p->portfolio->turnover_max - total, "the limit on turnover");
    for (size_t i = 0; i < n; i++) {
        row[i] = -1;
        row[n + i] = 2;
    }
}

// reward' x + constant: the mean less the worst of its uncertainty and the costs.
static void set_reward(struct programme *p) {
    const struct portfolio *portfolio = p->portfolio;
    size_t n = portfolio->count;
    bool plain = portfolio->uncertainty != NULL && p->slope != portfolio->uncertainty;
    for (size_t i = 0; i < n; i++) {
        p->reward[i] = portfolio->mean[i] - (plain ? portfolio->uncertainty[i] : 0);
        if (p->slope == NULL) continue;
        p->reward[i] += p->slope[i];
        p->reward[n + i] = -2 * p->slope[i];
        p->constant -= p->slope[i] * held_of(p, i);
    }
}

static int programme_new(const struct portfolio *portfolio, bool rewarded, struct arena *arena,
                         struct programme *p) {
    *p = (struct programme){.portfolio = portfolio};
    TRY(portfolio_check(portfolio->covariance, portfolio->count, portfolio->names, arena));
    char name[NAME_MAX_SIZE];
    for (size_t i = 0; rewarded && i < portfolio->count; i++)
        if (portfolio->mean == NULL || !isfinite(portfolio->mean[i]))
            return ERR_SET(ERR_ARGUMENT, "%s has no finite mean return",
                           asset_name(portfolio->names, i, name));
    TRY(choose_trades(p));
    TRY(allocate(p, arena));
    size_t n = portfolio->count;
    for (size_t i = 0; i < n; i++) {
        p->lower[i] = portfolio->lower != NULL ? portfolio->lower[i] : 0;
        p->upper[i] = portfolio->upper != NULL ? portfolio->upper[i] : INFINITY;
        p->names[i] = portfolio->names != NULL ? portfolio->names[i] : NULL;
        if (p->trades) p->names[n + i] = "";
    }
    double *budget = add_equality(p, 1, "the sum of weights (1)");
    for (size_t i = 0; i < n; i++) budget[i] = 1;
    add_groups(p);
    if (p->trades) add_trades(p);
    if (rewarded) set_reward(p);
    return 0;
}

// `scale` times the covariance as the matrix over w, 0 over trades, and twice the impact on its diagonal;
// NULL where there is neither.
static int set_risk(struct programme *p, double scale, struct arena *arena) {
    const double *impact = p->portfolio->impact;
    size_t n = p->portfolio->count, size = p->size;
    if (scale == 0 && impact == NULL) return 0;
    double *q = ARENA_NEW(arena, double, size *size);
    if (q == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            q[i * size + j] =
                0.5 * scale *
                (p->portfolio->covariance[i * n + j] + p->portfolio->covariance[j * n + i]);
    for (size_t i = 0; impact != NULL && i < n; i++) q[i * size + i] += 2 * impact[i];
    p->qp.hessian = q;
    return 0;
}

static int solve(struct programme *p, struct arena *arena, double *x,
                 struct qp_certificate *ret_certificate) {
    p->qp.size = p->size;
    p->qp.linear = p->linear;
    p->qp.equality = p->equality;
    p->qp.equality_value = p->value;
    p->qp.equality_count = p->equalities;
    p->qp.equality_names = p->equality_names;
    p->qp.inequality = p->inequality;
    p->qp.inequality_limit = p->limit;
    p->qp.inequality_count = p->inequalities;
    p->qp.inequality_names = p->inequality_names;
    p->qp.lower = p->lower;
    p->qp.upper = p->upper;
    p->qp.variable_names = p->names;
    struct qp_solution solution = {.x = x};
    TRY(qp_solve(&p->qp, arena, &solution));
    *ret_certificate = solution.certificate;
    return 0;
}

static void report(const struct portfolio *portfolio, double rf, const double *weights,
                   const struct qp_certificate *certificate, struct portfolio_result *ret) {
    size_t n = portfolio->count;
    memcpy(ret->weights, weights, n * sizeof *weights);
    ret->mean = portfolio->mean != NULL ? linalg_dot(portfolio->mean, weights, n) : NAN;
    ret->vol = sqrt(linalg_quadratic(portfolio->covariance, n, weights));
    ret->sharpe = (ret->mean - rf) / ret->vol;
    ret->certificate = *certificate;
}

static int finish(struct programme *p, double rf, struct arena *arena,
                  struct portfolio_result *ret) {
    struct qp_certificate certificate;
    double *x = ARENA_NEW(arena, double, p->size);
    if (x == NULL) return ERR_NOMEM;
    TRY(solve(p, arena, x, &certificate));
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
    struct programme p;
    TRY(refuse_impact(portfolio));
    TRY(programme_new(portfolio, false, arena, &p));
    TRY(set_risk(&p, 1, arena));
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
    struct programme p;
    TRY(refuse_impact(portfolio));
    TRY(programme_new(portfolio, true, arena, &p));
    TRY(set_risk(&p, 1, arena));
    double *row = add_equality(&p, target - p.constant, "the target return");
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
    struct programme p;
    TRY(programme_new(portfolio, true, arena, &p));
    TRY(set_risk(&p, aversion, arena));
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
static void homogenise(struct programme *p) {
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
            double *row = add_inequality(p, 0, name);
            for (size_t j = 0; j < n; j++) row[j] = (i == j) - upper;
        }
        if (lower == 0 || lower == -INFINITY) continue;
        double *row = add_inequality(p, 0, name);
        for (size_t j = 0; j < n; j++) row[j] = lower - (i == j);
    }
    double *row = add_inequality(p, 0, "the sum of weights");
    for (size_t j = 0; j < n; j++) row[j] = -1;
}

static int max_sharpe(const struct portfolio *portfolio, double rf, struct arena *arena,
                      struct portfolio_result *ret) {
    struct programme p;
    struct qp_certificate certificate;
    TRY(refuse_impact(portfolio));
    TRY(programme_new(portfolio, true, arena, &p));
    TRY(set_risk(&p, 1, arena));
    homogenise(&p);
    double largest = 0, total = 0;
    for (size_t i = 0; i < portfolio->count; i++) p.reward[i] += p.constant - rf;
    for (size_t i = 0; i < p.size; i++) largest = fmax(largest, fabs(p.reward[i]));
    if (!(largest > 0)) return ERR_SET(ERR_ARGUMENT, "no asset earns anything beside the rate");
    double *row = add_equality(&p, 1, "a return above the riskless rate");
    for (size_t i = 0; i < p.size; i++) row[i] = p.reward[i] / largest;
    double *y = ARENA_NEW(arena, double, p.size);
    if (y == NULL) return ERR_NOMEM;
    int rc = solve(&p, arena, y, &certificate);
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
