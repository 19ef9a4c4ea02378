// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/kelly.h"

#include <math.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/math/mathfn.h"
#include "quant/math/sum.h"
#include "quant/portfolio/portfolio.h"

enum { STEPS_MAX = 200, HALVINGS_MAX = 60 };
// What errors call the one inequality.
static const char *const total_name[] = {"the limit on the sum of weights"};
// A step is the last when the weights move by less than this.
#define MOVED 1e-12

double kelly_binary(double p, double odds) {
    return p >= 0 && p <= 1 && odds > 0 ? p - (1 - p) / odds : NAN;
}

double kelly_continuous(double mean, double deviation, double rate) {
    return deviation > 0 ? (mean - rate) / (deviation * deviation) : NAN;
}

double kelly_continuous_growth(double mean, double deviation, double rate) {
    if (!(deviation > 0)) return NAN;
    double sharpe = (mean - rate) / deviation;
    return rate + 0.5 * sharpe * sharpe;
}

int kelly_multivariate(const double *mean, const double *covariance, size_t count,
                       const char *const *names, struct arena *arena, double *ret_weights) {
    TRY(portfolio_check(covariance, count, names, arena));
    size_t mark = arena->used;
    double *factor = ARENA_NEW(arena, double, count *count);
    if (factor == NULL) return ERR_NOMEM;
    memcpy(factor, covariance, count * count * sizeof *factor);
    int rc = 0;
    if (linalg_cholesky(factor, count) < count) {
        rc = ERR_SET(ERR_ARGUMENT, "the covariance is singular");
    } else {
        memcpy(ret_weights, mean, count * sizeof *mean);
        linalg_cholesky_solve(factor, count, ret_weights);
    }
    arena_rewind(arena, mark);
    return rc;
}

static int bounded(const struct kelly_market *market, struct arena *arena,
                   struct kelly_result *ret) {
    size_t n = market->count;
    TRY(portfolio_check(market->covariance, n, market->names, arena));
    double *linear = ARENA_NEW(arena, double, n), *zeros = ARENA_NEW(arena, double, n);
    double *total = ARENA_NEW(arena, double, n);
    if (linear == NULL || zeros == NULL || total == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        linear[i] = -market->mean[i];
        total[i] = 1;
    }
    struct qp qp = {.size = n,
                    .hessian = market->covariance,
                    .linear = linear,
                    .inequality = total,
                    .inequality_limit = &market->total_max,
                    .inequality_count = market->total_max < INFINITY,
                    .inequality_names = total_name,
                    .lower = market->lower != NULL ? market->lower : zeros,
                    .upper = market->upper,
                    .variable_names = market->names};
    struct qp_solution solution = {.x = ret->weights};
    TRY(qp_solve(&qp, arena, &solution));
    ret->growth = -solution.value;
    ret->certificate = solution.certificate;
    return 0;
}

int kelly_bounded(const struct kelly_market *market, struct arena *arena,
                  struct kelly_result *ret) {
    size_t mark = arena->used;
    int rc = bounded(market, arena, ret);
    arena_rewind(arena, mark);
    return rc;
}

struct work {
    const struct kelly_history *history;
    struct qp qp;
    double *wealth;  // 1 + w' r by row
    double *columns; // returns over it, by asset
    double *x, *next, *tried, *gradient, *hessian, *lower, *total;
    double growth;
};

static int check(const struct kelly_history *history) {
    for (size_t j = 0; j < history->count; j++)
        for (size_t i = 0; i < history->rows; i++)
            if (!(history->returns[j][i] >= -1) || isinf(history->returns[j][i]))
                return ERR_SET(ERR_ARGUMENT,
                               "row %zu of asset %zu has a return of %g; returns are from -1 on",
                               i + 1, j + 1, history->returns[j][i]);
    return history->rows > 0 && history->count > 0
               ? 0
               : ERR_SET(ERR_ARGUMENT, "growth needs a row of returns and an asset");
}

static int work_new(const struct kelly_history *history, struct arena *arena, struct work *work) {
    size_t n = history->count;
    *work = (struct work){.history = history};
    work->wealth = ARENA_NEW(arena, double, history->rows);
    work->columns = ARENA_NEW(arena, double, history->rows *n);
    work->hessian = ARENA_NEW(arena, double, n *n);
    double **vectors[] = {&work->x,        &work->next,  &work->tried,
                          &work->gradient, &work->lower, &work->total};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        if ((*vectors[i] = ARENA_NEW(arena, double, n)) == NULL) return ERR_NOMEM;
    if (work->wealth == NULL || work->columns == NULL || work->hessian == NULL) return ERR_NOMEM;
    for (size_t j = 0; j < n; j++) work->total[j] = 1;
    work->qp = (struct qp){.size = n,
                           .hessian = work->hessian,
                           .linear = work->gradient,
                           .inequality = work->total,
                           .inequality_limit = &history->total_max,
                           .inequality_count = history->total_max < INFINITY,
                           .inequality_names = total_name,
                           .lower = history->lower != NULL ? history->lower : work->lower,
                           .upper = history->upper,
                           .variable_names = history->names};
    return 0;
}

// The growth at w, -infinity where a row ruins; leaves the wealth of every row.
static double growth_at(struct work *work, const double *w) {
    const struct kelly_history *history = work->history;
    struct sum sum = {0};
    for (size_t i = 0; i < history->rows; i++) work->wealth[i] = 1;
    for (size_t j = 0; j < history->count; j++)
        linalg_add(w[j], history->returns[j], history->rows, work->wealth);
    for (size_t i = 0; i < history->rows; i++) {
        if (!(work->wealth[i] > 0)) return -INFINITY;
        sum_add(&sum, mathfn_log(work->wealth[i]));
    }
    return sum_value(&sum) / (double)history->rows;
}

// The model about x of the growth's negative: Hessian H = mean of r r' / wealth^2, and linear part
// -mean of r / wealth - H x.
static void set_model(struct work *work) {
    const struct kelly_history *history = work->history;
    size_t n = history->count, rows = history->rows;
    for (size_t j = 0; j < n; j++) {
        double *column = work->columns + j * rows;
        for (size_t i = 0; i < rows; i++) column[i] = history->returns[j][i] / work->wealth[i];
        work->gradient[j] = -sum_of(column, rows) / (double)rows;
        for (size_t k = 0; k <= j; k++)
            work->hessian[j * n + k] = work->hessian[k * n + j] =
                linalg_dot(column, work->columns + k * rows, rows) / (double)rows;
    }
    for (size_t j = 0; j < n; j++)
        work->gradient[j] -= linalg_dot(work->hessian + j * n, work->x, n);
}

// Towards the model's minimum as far as growth does not fall. Returns how far the weights moved.
static double step(struct work *work) {
    size_t n = work->history->count;
    double length = 1;
    for (size_t halvings = 0; halvings < HALVINGS_MAX; halvings++, length /= 2) {
        double moved = 0;
        for (size_t j = 0; j < n; j++) {
            double change = length * (work->next[j] - work->x[j]);
            work->tried[j] = length == 1 ? work->next[j] : work->x[j] + change;
            moved = fmax(moved, fabs(change));
        }
        double growth = growth_at(work, work->tried);
        if (growth >= work->growth || (moved <= 1e-9 && growth >= work->growth - 1e-15)) {
            work->growth = growth;
            memcpy(work->x, work->tried, n * sizeof *work->x);
            return moved;
        }
    }
    return 0;
}

static int optimal(const struct kelly_history *history, struct arena *arena,
                   struct kelly_result *ret) {
    struct work work;
    struct qp_certificate certificate = {0};
    TRY(check(history));
    TRY(work_new(history, arena, &work));
    // The first model, about 0, gives weights that satisfy the constraints.
    growth_at(&work, work.x);
    set_model(&work);
    struct qp_solution solution = {.x = work.next};
    TRY(qp_solve(&work.qp, arena, &solution));
    work.growth = -INFINITY;
    double moved = step(&work);
    for (size_t steps = 0; steps < STEPS_MAX; steps++) {
        if (growth_at(&work, work.x) == -INFINITY)
            return ERR_SET(ERR_ARGUMENT, "a row of returns ruins every weight within the bounds");
        set_model(&work);
        int rc = qp_solve(&work.qp, arena, &solution);
        if (rc < 0) return ERR_APPEND(rc, "while growth was maximised; a limit may be missing");
        certificate = solution.certificate;
        moved = step(&work);
        if (moved <= MOVED) break;
    }
    if (!(moved <= MOVED))
        return ERR_SET(ERR_CONVERGE, "growth has no largest value in reach; bound the weights");
    memcpy(ret->weights, work.x, history->count * sizeof *work.x);
    ret->growth = work.growth;
    ret->certificate = certificate;
    return 0;
}

int kelly_optimal(const struct kelly_history *history, struct arena *arena,
                  struct kelly_result *ret) {
    size_t mark = arena->used;
    int rc = optimal(history, arena, ret);
    arena_rewind(arena, mark);
    return rc;
}
