// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/risk_parity.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/math/mathfn.h"
#include "quant/series/covariance.h"

enum { DESCENTS_MAX = 200, NEWTON_MAX = 200 };

struct parity {
    size_t n;
    double *correlation, *deviations, *budget, *y, *product, *step, *factor;
};

static int parity_new(const double *covariance, size_t n, struct arena *arena, struct parity *p) {
    p->n = n;
    p->correlation = ARENA_NEW(arena, double, n *n);
    p->factor = ARENA_NEW(arena, double, n *n);
    double **vectors[] = {&p->deviations, &p->budget, &p->y, &p->product, &p->step};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        if ((*vectors[i] = ARENA_NEW(arena, double, n)) == NULL) return ERR_NOMEM;
    if (p->correlation == NULL || p->factor == NULL) return ERR_NOMEM;
    memcpy(p->correlation, covariance, n * n * sizeof *covariance);
    return covariance_to_correlation(p->correlation, n, p->deviations);
}

static int set_budget(struct parity *p, const double *budget) {
    double sum = 0;
    for (size_t i = 0; i < p->n; i++) {
        p->budget[i] = budget != NULL ? budget[i] : 1;
        if (!(p->budget[i] > 0) || isinf(p->budget[i]))
            return ERR_SET(ERR_ARGUMENT, "the risk budget of asset %zu is %g; it must be above 0",
                           i + 1, p->budget[i]);
        sum += p->budget[i];
    }
    for (size_t i = 0; i < p->n; i++) p->budget[i] /= sum;
    return 0;
}

// The largest distance of a share of variance from its budget.
static double miss(struct parity *p) {
    double total = 0, worst = 0;
    linalg_apply(p->correlation, p->n, p->n, p->y, p->product);
    for (size_t i = 0; i < p->n; i++) total += p->y[i] * p->product[i];
    for (size_t i = 0; i < p->n; i++)
        worst = fmax(worst, fabs(p->y[i] * p->product[i] / total - p->budget[i]));
    return worst;
}

// A step of Newton's: gradient C y - b / y, Hessian C + diag(b / y^2). The value is self-concordant up to
// the least budget's root, so a step of 1 / (1 + decrement / root) stays above 0 and falls.
static int newton(struct parity *p, double root) {
    size_t n = p->n;
    memcpy(p->factor, p->correlation, n * n * sizeof *p->factor);
    for (size_t i = 0; i < n; i++) {
        p->factor[i * n + i] += p->budget[i] / (p->y[i] * p->y[i]);
        p->step[i] = p->budget[i] / p->y[i] - p->product[i];
    }
    if (linalg_cholesky(p->factor, n) < n)
        return ERR_SET(ERR_CONVERGE, "risk parity met a matrix without a factor");
    linalg_lower_solve(p->factor, n, p->step);
    double decrement = linalg_norm(p->step, n) / root;
    linalg_lower_transposed_solve(p->factor, n, p->step);
    double length = decrement > 0.25 ? 1 / (1 + decrement) : 1;
    linalg_add(length, p->step, n, p->y);
    return 0;
}

// A round over the assets, each put where its own derivative is 0: slow, but from anywhere (Griveau-Billion,
// Richard and Roncalli, "A Fast Algorithm for Computing High-Dimensional Risk Parity Portfolios", 2013).
static void descend(struct parity *p) {
    for (size_t i = 0; i < p->n; i++) {
        double others = linalg_dot(p->correlation + i * p->n, p->y, p->n) - p->y[i];
        double root = sqrt(others * others + 4 * p->budget[i]);
        p->y[i] = others > 0 ? 2 * p->budget[i] / (others + root) : (root - others) / 2;
    }
}

static int parity(struct parity *p, double *ret_weights, double *ret_error) {
    double root = 1, sum = 0, error = INFINITY;
    for (size_t i = 0; i < p->n; i++) {
        root = fmin(root, sqrt(p->budget[i]));
        p->y[i] = sqrt(p->budget[i]);
    }
    for (size_t round = 0; round < DESCENTS_MAX && miss(p) > 0.01 * root * root; round++)
        descend(p);
    for (size_t step = 0; step < NEWTON_MAX; step++) {
        double now = miss(p);
        if (now <= 1e-13 && now >= 0.5 * error) break;
        error = now;
        TRY(newton(p, root));
    }
    error = miss(p);
    if (!(error <= 1e-12))
        return ERR_SET(ERR_CONVERGE, "risk parity: shares are still %.2g from their budgets",
                       error);
    for (size_t i = 0; i < p->n; i++) sum += p->y[i] / p->deviations[i];
    for (size_t i = 0; i < p->n; i++) ret_weights[i] = p->y[i] / p->deviations[i] / sum;
    *ret_error = error;
    return 0;
}

int risk_parity(const double *covariance, size_t count, const char *const *names,
                const double *budget, struct arena *arena, double *ret_weights, double *ret_error) {
    struct parity p;
    size_t mark = arena->used;
    int rc = portfolio_check(covariance, count, names, arena);
    if (rc == 0) rc = parity_new(covariance, count, arena, &p);
    if (rc == 0) rc = set_budget(&p, budget);
    if (rc == 0) rc = parity(&p, ret_weights, ret_error);
    arena_rewind(arena, mark);
    return rc;
}

// In terms of correlations the ratio's programme is 1/2 y' C y with sum y = 1.
static int diversify(const double *covariance, size_t n, struct arena *arena, double *ret_weights,
                     double *ret_ratio, struct qp_certificate *ret_certificate) {
    struct parity p;
    TRY(parity_new(covariance, n, arena, &p));
    for (size_t i = 0; i < n; i++) p.budget[i] = 1;
    struct qp qp = {.size = n,
                    .hessian = p.correlation,
                    .equality = p.budget,
                    .equality_value = p.budget,
                    .equality_count = 1,
                    .lower = p.step};
    struct qp_solution solution = {.x = p.y};
    TRY(qp_solve(&qp, arena, &solution));
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += p.y[i] / p.deviations[i];
    for (size_t i = 0; i < n; i++) ret_weights[i] = p.y[i] / p.deviations[i] / sum;
    *ret_ratio = 1 / sqrt(linalg_quadratic(p.correlation, n, p.y));
    *ret_certificate = solution.certificate;
    return 0;
}

int risk_parity_diversify(const double *covariance, size_t count, const char *const *names,
                          struct arena *arena, double *ret_weights, double *ret_ratio,
                          struct qp_certificate *ret_certificate) {
    size_t mark = arena->used;
    int rc = portfolio_check(covariance, count, names, arena);
    if (rc == 0) rc = diversify(covariance, count, arena, ret_weights, ret_ratio, ret_certificate);
    arena_rewind(arena, mark);
    return rc;
}

void risk_parity_distances(const double *correlation, size_t n, enum risk_parity_distance kind,
                           double *scratch, double *ret) {
    double *d = kind == RISK_PARITY_DISTANCE ? ret : scratch;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            d[i * n + j] = i == j ? 0 : sqrt(fmax(0, (1 - correlation[i * n + j]) / 2));
    if (kind == RISK_PARITY_DISTANCE) return;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double squares = 0;
            for (size_t k = 0; k < n; k++) {
                double apart = d[i * n + k] - d[j * n + k];
                squares += apart * apart;
            }
            ret[i * n + j] = sqrt(squares);
        }
}

double risk_parity_inverse_variance(const double *covariance, size_t n, const size_t *assets,
                                    size_t count) {
    double sum = 0, variance = 0;
    for (size_t i = 0; i < count; i++) sum += 1 / covariance[assets[i] * n + assets[i]];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            size_t a = assets[i], b = assets[j];
            variance += covariance[a * n + b] / covariance[a * n + a] / covariance[b * n + b];
        }
    return variance / (sum * sum);
}

static void bisect(const double *covariance, size_t n, const size_t *order, size_t *stack,
                   double *ret_weights) {
    size_t depth = 0;
    for (size_t i = 0; i < n; i++) ret_weights[i] = 1;
    stack[depth++] = 0;
    stack[depth++] = n;
    while (depth > 0) {
        size_t end = stack[--depth], first = stack[--depth], half = (end - first) / 2;
        if (half == 0) continue;
        double left = risk_parity_inverse_variance(covariance, n, order + first, half);
        double right =
            risk_parity_inverse_variance(covariance, n, order + first + half, end - first - half);
        double share = 1 - left / (left + right);
        for (size_t i = first; i < end; i++)
            ret_weights[order[i]] *= i < first + half ? share : 1 - share;
        stack[depth++] = first;
        stack[depth++] = first + half;
        stack[depth++] = first + half;
        stack[depth++] = end;
    }
}

static int hrp(const double *covariance, size_t n, const struct risk_parity_hierarchy *hierarchy,
               struct arena *arena, double *ret_weights, struct risk_parity_tree *ret_tree) {
    struct parity p;
    TRY(parity_new(covariance, n, arena, &p));
    double *d = ARENA_NEW(arena, double, n *n);
    size_t *stack = ARENA_NEW(arena, size_t, 4 * n);
    if (d == NULL || stack == NULL) return ERR_NOMEM;
    const double *correlation =
        hierarchy->correlation != NULL ? hierarchy->correlation : p.correlation;
    risk_parity_distances(correlation, n, hierarchy->distance, p.factor, d);
    hierarchy_link(d, n, hierarchy->linkage, stack, ret_tree->joins);
    hierarchy_items(ret_tree->joins, n, 2 * n - 2, stack, ret_tree->order);
    bisect(covariance, n, ret_tree->order, stack, ret_weights);
    return 0;
}

int risk_parity_hierarchical(const double *covariance, size_t count, const char *const *names,
                             const struct risk_parity_hierarchy *hierarchy, struct arena *arena,
                             double *ret_weights, struct risk_parity_tree *ret_tree) {
    size_t mark = arena->used;
    int rc = portfolio_check(covariance, count, names, arena);
    if (rc == 0) rc = hrp(covariance, count, hierarchy, arena, ret_weights, ret_tree);
    arena_rewind(arena, mark);
    return rc;
}
