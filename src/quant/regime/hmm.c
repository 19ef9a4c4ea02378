// SPDX-License-Identifier: Apache-2.0
#include "quant/regime/hmm.h"

#include <math.h>

#include "quant/math/mathfn.h"
#include "quant/regime/hmm_state.h"

static const double log_two_pi = 1.83787706640934548356;

// Gauss and Jordan with pivots: a holds the right side in its last column. False: singular.
static bool solve(double a[][HMM_STATES_MAX + 1], size_t n, double *ret_x) {
    for (size_t c = 0; c < n; c++) {
        size_t pivot = c;
        for (size_t i = c + 1; i < n; i++)
            if (fabs(a[i][c]) > fabs(a[pivot][c])) pivot = i;
        if (!(fabs(a[pivot][c]) > 1e-14)) return false;
        for (size_t j = 0; j <= n; j++) {
            double swap = a[c][j];
            a[c][j] = a[pivot][j];
            a[pivot][j] = swap;
        }
        for (size_t i = 0; i < n; i++) {
            double factor = i == c ? 0 : a[i][c] / a[c][c];
            for (size_t j = c; j <= n; j++) a[i][j] -= factor * a[c][j];
        }
    }
    for (size_t i = 0; i < n; i++) ret_x[i] = a[i][n] / a[i][i];
    return true;
}

static int prepare(const struct hmm *model, const double *const *columns, size_t count,
                   struct arena *arena, struct hmm_work *ret_work) {
    const char *fault = hmm_fault(model);
    if (fault != NULL) return ERR_SET(ERR_ARGUMENT, "hidden Markov model: %s", fault);
    if (count == 0) return ERR_SET(ERR_ARGUMENT, "hidden Markov model: there are no rows");
    return hmm_work_init(ret_work, columns, model->columns, count, model->states, NULL, NULL,
                         arena);
}

static int impossible(void) {
    return ERR_SET(ERR_ARGUMENT,
                   "the model cannot have made these rows: their likelihood is 0; look at the "
                   "transition probabilities that are 0");
}

const char *hmm_fault(const struct hmm *model) {
    if (model->states < HMM_STATES_MIN || model->states > HMM_STATES_MAX)
        return "there are 2 to 4 states";
    if (model->columns < 1 || model->columns > HMM_COLUMNS_MAX) return "there are 1 to 16 columns";
    for (size_t i = 0; i <= model->states; i++) {
        const double *row = i < model->states ? model->move[i] : model->start;
        double sum = 0;
        for (size_t j = 0; j < model->states; j++) {
            if (!(row[j] >= 0 && row[j] <= 1)) return "a probability is not between 0 and 1";
            sum += row[j];
        }
        if (!(fabs(sum - 1) <= 1e-9)) return "probabilities do not add up to 1";
    }
    for (size_t k = 0; k < model->states; k++) {
        double factor[HMM_COLUMNS_MAX][HMM_COLUMNS_MAX], half_log;
        for (size_t i = 0; i < model->columns; i++) {
            if (!isfinite(model->mean[k][i])) return "a mean is not finite";
            for (size_t j = 0; j < i; j++)
                if (model->covariance[k][i][j] != model->covariance[k][j][i])
                    return "a covariance is not symmetric";
        }
        if (hmm_cholesky(model->covariance[k], model->columns, NULL, factor, &half_log) <
            model->columns)
            return "a covariance is not positive definite";
    }
    return NULL;
}

bool hmm_stationary(const double move[HMM_STATES_MAX][HMM_STATES_MAX], size_t states,
                    double *ret_start) {
    double a[HMM_STATES_MAX][HMM_STATES_MAX + 1], sum = 0;
    // pi (move - 1) = 0, the last equation replaced by sum pi = 1.
    for (size_t i = 0; i < states; i++) {
        for (size_t j = 0; j < states; j++) a[i][j] = i + 1 < states ? move[j][i] - (i == j) : 1;
        a[i][states] = i + 1 == states;
    }
    if (!solve(a, states, ret_start)) return false;
    for (size_t i = 0; i < states; i++) {
        if (!(ret_start[i] > 0)) ret_start[i] = 0;
        sum += ret_start[i];
    }
    for (size_t i = 0; i < states; i++) ret_start[i] /= sum;
    return true;
}

bool hmm_start_pull(const struct hmm *model, const double *first, double *ret_pull) {
    double a[HMM_STATES_MAX][HMM_STATES_MAX + 1];
    size_t states = model->states;
    for (size_t i = 0; i < states; i++) {
        for (size_t j = 0; j < states; j++)
            a[i][j] = (i == j) - model->move[i][j] + model->start[j];
        a[i][states] = model->start[i] > 0 ? first[i] / model->start[i] : 0;
    }
    return solve(a, states, ret_pull);
}

int hmm_smooth(const struct hmm *model, const double *const *columns, size_t count,
               struct arena *arena, double *ret_loglik, double *ret_filtered,
               double *ret_smoothed) {
    struct hmm_work work;
    struct hmm_sums sums;
    TRY(prepare(model, columns, count, arena, &work));
    bool good = ret_smoothed != NULL ? hmm_pass(&work, model, &sums)
                                     : hmm_pass_forward(&work, model, &sums.loglik);
    if (!good) return impossible();
    size_t states = model->states;
    for (size_t t = 0; t < count && ret_filtered != NULL; t++) {
        double sum = 0;
        for (size_t k = 0; k < states; k++) sum += work.forward[t * states + k];
        for (size_t k = 0; k < states; k++)
            ret_filtered[t * states + k] = work.forward[t * states + k] / sum;
    }
    for (size_t i = 0; i < count * states && ret_smoothed != NULL; i++)
        ret_smoothed[i] = work.backward[i];
    *ret_loglik = sums.loglik;
    return 0;
}

// Logarithms of the densities of one row.
static void densities(const struct hmm *model,
                      const double factors[][HMM_COLUMNS_MAX][HMM_COLUMNS_MAX],
                      const double *half_logs, const double *row, double *ret_logs) {
    for (size_t k = 0; k < model->states; k++) {
        double y[HMM_COLUMNS_MAX], distance = 0;
        for (size_t i = 0; i < model->columns; i++) {
            y[i] = row[i] - model->mean[k][i];
            for (size_t j = 0; j < i; j++) y[i] -= factors[k][i][j] * y[j];
            y[i] /= factors[k][i][i];
            distance += y[i] * y[i];
        }
        ret_logs[k] = -0.5 * (distance + (double)model->columns * log_two_pi) - half_logs[k];
    }
}

int hmm_viterbi(const struct hmm *model, const double *const *columns, size_t count,
                struct arena *arena, double *ret_path, double *ret_log_density) {
    struct hmm_work work;
    size_t states = model->states;
    TRY(prepare(model, columns, count, arena, &work));
    uint8_t *from = ARENA_NEW(arena, uint8_t, count * states);
    if (from == NULL) return ERR_APPEND(ERR_NOMEM, "hidden Markov model");
    double factors[HMM_STATES_MAX][HMM_COLUMNS_MAX][HMM_COLUMNS_MAX], half_logs[HMM_STATES_MAX];
    double moves[HMM_STATES_MAX][HMM_STATES_MAX], best[HMM_STATES_MAX], logs[HMM_STATES_MAX];
    for (size_t i = 0; i < states; i++) {
        (void)hmm_cholesky(model->covariance[i], model->columns, NULL, factors[i], &half_logs[i]);
        for (size_t j = 0; j < states; j++) moves[i][j] = mathfn_log(model->move[i][j]);
    }
    densities(model, factors, half_logs, work.rows, logs);
    for (size_t k = 0; k < states; k++) best[k] = mathfn_log(model->start[k]) + logs[k];
    for (size_t t = 1; t < count; t++) {
        double next[HMM_STATES_MAX];
        densities(model, factors, half_logs, work.rows + t * model->columns, logs);
        for (size_t j = 0; j < states; j++) {
            size_t top = 0;
            for (size_t i = 1; i < states; i++)
                if (best[i] + moves[i][j] > best[top] + moves[top][j]) top = i;
            from[t * states + j] = (uint8_t)top;
            next[j] = best[top] + moves[top][j] + logs[j];
        }
        for (size_t j = 0; j < states; j++) best[j] = next[j];
    }
    size_t last = 0;
    for (size_t k = 1; k < states; k++)
        if (best[k] > best[last]) last = k;
    if (!isfinite(best[last])) return impossible();
    *ret_log_density = best[last];
    for (size_t t = count; t-- > 0;) {
        ret_path[t] = (double)last;
        last = from[t * states + last];
    }
    return 0;
}

void hmm_forecast(const struct hmm *model, const double *now, double *ret_next) {
    for (size_t j = 0; j < model->states; j++) {
        ret_next[j] = 0;
        for (size_t i = 0; i < model->states; i++) ret_next[j] += now[i] * model->move[i][j];
    }
}

double hmm_log_density(double x, double mean, double sigma) {
    double d = (x - mean) / sigma;
    return -0.5 * (d * d + log_two_pi) - mathfn_log(sigma);
}
