// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/portfolio_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "quant/math/linalg.h"

#define SINGULAR 1e-12
enum { NAME_MAX_SIZE = 64 };

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

double *portfolio_programme_equality(struct portfolio_programme *p, double value,
                                     const char *name) {
    p->value[p->equalities] = value;
    p->equality_names[p->equalities] = name;
    return p->equality + p->equalities++ * p->size;
}

double *portfolio_programme_inequality(struct portfolio_programme *p, double limit,
                                       const char *name) {
    p->limit[p->inequalities] = limit;
    p->inequality_names[p->inequalities] = name;
    return p->inequality + p->inequalities++ * p->size;
}

static bool shorts(const struct portfolio *portfolio) {
    for (size_t i = 0; portfolio->lower != NULL && i < portfolio->count; i++)
        if (portfolio->lower[i] < 0) return true;
    return false;
}

static double held_of(const struct portfolio_programme *p, size_t asset) {
    return p->centre != NULL ? p->centre[asset] : 0;
}

static bool is_cost(double value) {
    return value >= 0 && value < INFINITY;
}

static int choose_trades(struct portfolio_programme *p) {
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

static int allocate(struct portfolio_programme *p, struct arena *arena) {
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

static void add_groups(struct portfolio_programme *p) {
    const struct portfolio *portfolio = p->portfolio;
    size_t n = portfolio->count;
    for (size_t k = 0; k < portfolio->group_count; k++) {
        const char *name = portfolio->group_names != NULL ? portfolio->group_names[k] : "a group";
        const double *group = portfolio->groups + k * n;
        if (portfolio->group_upper != NULL && portfolio->group_upper[k] < INFINITY)
            memcpy(portfolio_programme_inequality(p, portfolio->group_upper[k], name), group,
                   n * sizeof *group);
        if (portfolio->group_lower == NULL || portfolio->group_lower[k] == -INFINITY) continue;
        double *row = portfolio_programme_inequality(p, -portfolio->group_lower[k], name);
        for (size_t i = 0; i < n; i++) row[i] = -group[i];
    }
}

static void add_trades(struct portfolio_programme *p) {
    size_t n = p->portfolio->count;
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        double *row = portfolio_programme_inequality(p, held_of(p, i), "");
        row[i] = 1;
        row[n + i] = -1;
        p->lower[n + i] = 0;
        p->upper[n + i] = INFINITY;
        total += held_of(p, i);
    }
    if (!(p->portfolio->turnover_max > 0)) return;
    double *row = portfolio_programme_inequality(p, p->portfolio->turnover_max - total,
                                                 "the limit on turnover");
    for (size_t i = 0; i < n; i++) {
        row[i] = -1;
        row[n + i] = 2;
    }
}

// reward' x + constant: the mean less the worst of its uncertainty and the costs.
static void set_reward(struct portfolio_programme *p) {
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

int portfolio_programme_new(const struct portfolio *portfolio, bool rewarded, struct arena *arena,
                            struct portfolio_programme *p) {
    *p = (struct portfolio_programme){.portfolio = portfolio};
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
    double *budget = portfolio_programme_equality(p, 1, "the sum of weights (1)");
    for (size_t i = 0; i < n; i++) budget[i] = 1;
    add_groups(p);
    if (p->trades) add_trades(p);
    if (rewarded) set_reward(p);
    return 0;
}

int portfolio_programme_risk(struct portfolio_programme *p, double scale, struct arena *arena) {
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

int portfolio_programme_solve(struct portfolio_programme *p, struct arena *arena, double *x,
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
