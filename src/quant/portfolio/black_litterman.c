// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/black_litterman.h"

#include <math.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/portfolio/portfolio.h"

struct work {
    double *spread; // tau P S, views x count
    double *factor; // of P tau S P' + Omega
    double *gap;    // Q - P Pi, then its solution
    double *solved; // a column of the same
    double *scaled; // delta (S + M)
};

static int check(const struct black_litterman *model, struct arena *arena) {
    TRY(portfolio_check(model->covariance, model->count, model->names, arena));
    if (!(model->aversion > 0) || isinf(model->aversion))
        return ERR_SET(ERR_ARGUMENT, "risk aversion is a number above 0, not %g", model->aversion);
    if (!(model->tau > 0) || isinf(model->tau))
        return ERR_SET(ERR_ARGUMENT, "tau is a number above 0, not %g", model->tau);
    for (size_t i = 0; i < model->count; i++)
        if (!isfinite(model->market[i]))
            return ERR_SET(ERR_ARGUMENT, "market weight %zu is not finite", i + 1);
    for (size_t k = 0; k < model->view_count; k++) {
        if (!isfinite(model->view_value[k]))
            return ERR_SET(ERR_ARGUMENT, "view %zu has no finite value", k + 1);
        if (!(linalg_norm(model->views + k * model->count, model->count) > 0))
            return ERR_SET(ERR_ARGUMENT, "view %zu says nothing: its weights are all 0", k + 1);
        if (model->view_variance != NULL && !(model->view_variance[k] >= 0))
            return ERR_SET(ERR_ARGUMENT, "the variance of view %zu is %g; it must be 0 or more",
                           k + 1, model->view_variance[k]);
    }
    return 0;
}

static int work_new(const struct black_litterman *model, struct arena *arena, struct work *work) {
    size_t n = model->count, k = model->view_count;
    work->spread = ARENA_NEW(arena, double, k *n + 1);
    work->factor = ARENA_NEW(arena, double, k *k + 1);
    work->gap = ARENA_NEW(arena, double, k + 1);
    work->solved = ARENA_NEW(arena, double, k + 1);
    work->scaled = ARENA_NEW(arena, double, n *n);
    return work->spread != NULL && work->factor != NULL && work->gap != NULL &&
                   work->solved != NULL && work->scaled != NULL
               ? 0
               : ERR_NOMEM;
}

static int factor_views(const struct black_litterman *model, struct work *work) {
    size_t n = model->count, views = model->view_count;
    for (size_t k = 0; k < views; k++) {
        double *row = work->spread + k * n;
        linalg_apply(model->covariance, n, n, model->views + k * n, row);
        for (size_t i = 0; i < n; i++) row[i] *= model->tau;
        for (size_t l = 0; l <= k; l++)
            work->factor[k * views + l] = work->factor[l * views + k] =
                linalg_dot(row, model->views + l * n, n);
    }
    for (size_t k = 0; k < views; k++) {
        double *diagonal = work->factor + k * views + k;
        *diagonal += model->view_variance != NULL ? model->view_variance[k] : *diagonal;
    }
    size_t done = views > 0 ? linalg_cholesky(work->factor, views) : 0;
    if (done < views)
        return ERR_SET(ERR_ARGUMENT, "view %zu repeats those before it with certainty", done + 1);
    return 0;
}

static int solve(const struct black_litterman *model, struct arena *arena,
                 struct black_litterman_result *ret) {
    size_t n = model->count, views = model->view_count;
    struct work work;
    TRY(check(model, arena));
    TRY(work_new(model, arena, &work));
    TRY(factor_views(model, &work));
    linalg_apply(model->covariance, n, n, model->market, ret->equilibrium);
    for (size_t i = 0; i < n; i++) ret->mean[i] = ret->equilibrium[i] *= model->aversion;
    for (size_t k = 0; k < views; k++)
        work.gap[k] = model->view_value[k] - linalg_dot(model->views + k * n, ret->equilibrium, n);
    if (views > 0) linalg_cholesky_solve(work.factor, views, work.gap);
    for (size_t k = 0; k < views; k++) linalg_add(work.gap[k], work.spread + k * n, n, ret->mean);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < views; k++) work.solved[k] = work.spread[k * n + i];
        if (views > 0) linalg_cholesky_solve(work.factor, views, work.solved);
        for (size_t j = 0; j < n; j++)
            ret->covariance[i * n + j] = (1 + model->tau) * model->covariance[i * n + j];
        for (size_t k = 0; k < views; k++)
            linalg_add(-work.solved[k], work.spread + k * n, n, ret->covariance + i * n);
    }
    for (size_t i = 0; i < n * n; i++) work.scaled[i] = model->aversion * ret->covariance[i];
    if (linalg_cholesky(work.scaled, n) < n)
        return ERR_SET(ERR_ARGUMENT, "the posterior covariance is not positive definite");
    memcpy(ret->weights, ret->mean, n * sizeof *ret->mean);
    linalg_cholesky_solve(work.scaled, n, ret->weights);
    return 0;
}

int black_litterman(const struct black_litterman *model, struct arena *arena,
                    struct black_litterman_result *ret) {
    size_t mark = arena->used;
    int rc = solve(model, arena, ret);
    arena_rewind(arena, mark);
    return rc;
}
