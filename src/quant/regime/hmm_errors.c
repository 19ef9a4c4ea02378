// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <string.h>

#include "quant/regime/hmm.h"
#include "quant/regime/hmm_state.h"

enum { FREE_MAX = 2 * HMM_STATES_MAX + HMM_STATES_MAX * (HMM_STATES_MAX - 1) };

static const double edge = 1e-6; // of a transition probability
static const double step = 1e-5;

enum kind { MEAN, SIGMA, MOVE };

struct unknown {
    enum kind kind;
    size_t state;
    size_t to; // of MOVE
};

struct unknowns {
    struct hmm_work work;
    bool tied;
    bool stationary;
    struct unknown list[FREE_MAX];
    size_t count;
};

static bool score(struct unknowns *unknowns, const struct hmm *model, double *ret_score) {
    struct hmm_sums sums;
    double pull[HMM_STATES_MAX] = {0};
    if (!hmm_pass(&unknowns->work, model, &sums)) return false;
    if (unknowns->stationary && !hmm_start_pull(model, sums.first, pull)) return false;
    for (size_t p = 0; p < unknowns->count; p++) {
        const struct unknown *of = &unknowns->list[p];
        size_t k = of->state, j = of->to;
        double variance = model->covariance[k][0][0], sigma = sqrt(variance);
        ret_score[p] = 0;
        if (of->kind == MEAN) ret_score[p] = sums.sum[k][0] / variance;
        if (of->kind == MOVE)
            ret_score[p] = sums.moves[k][j] / model->move[k][j] -
                           sums.moves[k][k] / model->move[k][k] +
                           model->start[k] * (pull[j] - pull[k]);
        size_t end = unknowns->tied ? model->states : k + 1;
        for (size_t i = k; of->kind == SIGMA && i < end; i++)
            ret_score[p] += (sums.square[i][0][0] / variance - sums.weight[i]) / sigma;
    }
    return true;
}

// The model with one unknown moved by `by`.
static bool moved(const struct unknowns *unknowns, const struct hmm *model, size_t p, double by,
                  struct hmm *ret_model) {
    const struct unknown *of = &unknowns->list[p];
    *ret_model = *model;
    if (of->kind == MEAN) ret_model->mean[of->state][0] += by;
    if (of->kind == SIGMA) {
        double sigma = sqrt(model->covariance[of->state][0][0]) + by;
        size_t end = unknowns->tied ? model->states : of->state + 1;
        for (size_t k = of->state; k < end; k++) ret_model->covariance[k][0][0] = sigma * sigma;
    }
    if (of->kind != MOVE) return true;
    ret_model->move[of->state][of->to] += by;
    ret_model->move[of->state][of->state] -= by;
    return !unknowns->stationary ||
           hmm_stationary(ret_model->move, model->states, ret_model->start);
}

static double size_of(const struct unknowns *unknowns, const struct hmm *model, size_t p) {
    const struct unknown *of = &unknowns->list[p];
    if (of->kind != MOVE) return sqrt(model->covariance[of->state][0][0]);
    return fmin(model->move[of->state][of->to], model->move[of->state][of->state]);
}

static bool information(struct unknowns *unknowns, const struct hmm *model,
                        double ret[FREE_MAX][FREE_MAX]) {
    size_t n = unknowns->count;
    for (size_t p = 0; p < n; p++) {
        double up[FREE_MAX] = {0}, down[FREE_MAX] = {0}, by = step * size_of(unknowns, model, p);
        struct hmm at;
        if (!moved(unknowns, model, p, by, &at) || !score(unknowns, &at, up)) return false;
        if (!moved(unknowns, model, p, -by, &at) || !score(unknowns, &at, down)) return false;
        for (size_t q = 0; q < n; q++) ret[p][q] = -(up[q] - down[q]) / (2 * by);
    }
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < p; q++) ret[p][q] = ret[q][p] = (ret[p][q] + ret[q][p]) / 2;
    return true;
}

// In place, by Gauss and Jordan without pivots, whose pivots are all above 0 if and only if the matrix
// is positive definite.
static bool invert(double a[FREE_MAX][FREE_MAX], size_t n) {
    for (size_t c = 0; c < n; c++) {
        double pivot = a[c][c];
        if (!(pivot > 0)) return false;
        a[c][c] = 1;
        for (size_t j = 0; j < n; j++) a[c][j] /= pivot;
        for (size_t i = 0; i < n; i++) {
            double factor = a[i][c];
            if (i == c) continue;
            a[i][c] = 0;
            for (size_t j = 0; j < n; j++) a[i][j] -= factor * a[c][j];
        }
    }
    return true;
}

static void list_unknowns(struct unknowns *unknowns, const struct hmm *model) {
    for (size_t k = 0; k < model->states; k++) {
        unknowns->list[unknowns->count++] = (struct unknown){MEAN, k, 0};
        if (k == 0 || !unknowns->tied)
            unknowns->list[unknowns->count++] = (struct unknown){SIGMA, k, 0};
        for (size_t j = 0; j < model->states; j++)
            if (j != k && model->move[k][j] >= edge && model->move[k][k] >= edge)
                unknowns->list[unknowns->count++] = (struct unknown){MOVE, k, j};
    }
}

static void spread(const struct unknowns *unknowns, const struct hmm *model,
                   double inverse[FREE_MAX][FREE_MAX], struct hmm_errors *ret_errors) {
    double stay[HMM_STATES_MAX] = {0};
    memset(ret_errors, 0, sizeof *ret_errors);
    for (size_t k = 0; k < model->states; k++)
        for (size_t j = 0; j < model->states; j++) ret_errors->move[k][j] = NAN;
    for (size_t p = 0; p < unknowns->count; p++) {
        const struct unknown *of = &unknowns->list[p];
        double error = sqrt(inverse[p][p]);
        if (of->kind == MEAN) ret_errors->mean[of->state] = error;
        size_t end = unknowns->tied ? model->states : of->state + 1;
        for (size_t k = of->state; of->kind == SIGMA && k < end; k++) ret_errors->sigma[k] = error;
        if (of->kind != MOVE) continue;
        ret_errors->move[of->state][of->to] = error;
        for (size_t q = 0; q < unknowns->count; q++)
            if (unknowns->list[q].kind == MOVE && unknowns->list[q].state == of->state)
                stay[of->state] += inverse[p][q];
        ret_errors->move[of->state][of->state] = sqrt(stay[of->state]);
    }
}

int hmm_errors(const struct hmm *model, bool tied, bool stationary, const double *column,
               size_t count, struct arena *arena, struct hmm_errors *ret_errors) {
    struct unknowns unknowns = {.tied = tied, .stationary = stationary};
    double matrix[FREE_MAX][FREE_MAX] = {{0}};
    const char *fault = hmm_fault(model);
    if (fault != NULL) return ERR_SET(ERR_ARGUMENT, "hidden Markov model: %s", fault);
    if (model->columns != 1)
        return ERR_SET(ERR_ARGUMENT, "standard errors are of a model of one column, not %zu",
                       model->columns);
    TRY(hmm_work_init(&unknowns.work, &column, 1, count, model->states, NULL, NULL, arena));
    list_unknowns(&unknowns, model);
    if (!information(&unknowns, model, matrix) || !invert(matrix, unknowns.count))
        return ERR_SET(ERR_CONVERGE, "the log-likelihood's Hessian is not negative definite: the "
                                     "model is not at a maximum, or the data do not determine it");
    spread(&unknowns, model, matrix, ret_errors);
    return 0;
}
