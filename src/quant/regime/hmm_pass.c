// SPDX-License-Identifier: Apache-2.0
// Neither direction normalises at every row, which would put a division into the chain from row to
// row: what is carried shrinks freely, densities being taken over the largest of their row, and is
// multiplied with a power of two, which is exact, before it gets too small. Quotients that are needed
// at each row are formed beside the chain.
#include "quant/regime/hmm_state.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "quant/math/mathfn.h"
#include "quant/math/mathfn_many.h"
#include "quant/math/sum.h"

#define INLINE static inline __attribute__((always_inline))

static const double log_two_pi = 1.83787706640934548356;
static const double log_two = 0.69314718055994530942;
static const double small = 0x1p-256, large = 0x1p+256;
enum { LIFT = 256 };

int hmm_work_init(struct hmm_work *work, const double *const *columns, size_t column_count,
                  size_t count, size_t states, const double *shift, const double *scale,
                  struct arena *arena) {
    *work = (struct hmm_work){.count = count, .columns = column_count, .states = states};
    double *rows = ARENA_NEW(arena, double, count *column_count);
    work->emitted = ARENA_NEW(arena, double, count *states);
    work->forward = ARENA_NEW(arena, double, count *states);
    work->backward = ARENA_NEW(arena, double, count *states);
    if (rows == NULL || work->emitted == NULL || work->forward == NULL || work->backward == NULL)
        return ERR_APPEND(ERR_NOMEM, "hidden Markov model");
    for (size_t c = 0; c < column_count; c++)
        for (size_t t = 0; t < count; t++)
            rows[t * column_count + c] =
                shift != NULL ? (columns[c][t] - shift[c]) / scale[c] : columns[c][t];
    work->rows = rows;
    return 0;
}

size_t hmm_cholesky(const double (*covariance)[HMM_COLUMNS_MAX], size_t n, const double *least,
                    double (*ret_factor)[HMM_COLUMNS_MAX], double *ret_half_log) {
    *ret_half_log = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            double x = covariance[i][j];
            for (size_t k = 0; k < j; k++) x -= ret_factor[i][k] * ret_factor[j][k];
            if (j < i) {
                ret_factor[i][j] = x / ret_factor[j][j];
                continue;
            }
            if (!(x > (least != NULL ? least[i] : 0)) || !isfinite(x)) return i;
            ret_factor[i][i] = sqrt(x);
            *ret_half_log += 0.5 * mathfn_log(x);
        }
    }
    return n;
}

// Logarithms of one state's densities into the state's places of work->emitted.
static bool emit_state(struct hmm_work *work, const struct hmm *model, size_t k) {
    double factor[HMM_COLUMNS_MAX][HMM_COLUMNS_MAX], half_log;
    size_t columns = work->columns, states = work->states;
    if (hmm_cholesky(model->covariance[k], columns, NULL, factor, &half_log) < columns)
        return false;
    double constant = -0.5 * (double)columns * log_two_pi - half_log;
    if (columns == 1) {
        double mean = model->mean[k][0], inverse = 1 / factor[0][0];
        for (size_t t = 0; t < work->count; t++) {
            double y = (work->rows[t] - mean) * inverse;
            work->emitted[t * states + k] = constant - 0.5 * (y * y);
        }
        return true;
    }
    double inverse[HMM_COLUMNS_MAX];
    for (size_t i = 0; i < columns; i++) inverse[i] = 1 / factor[i][i];
    for (size_t t = 0; t < work->count; t++) {
        const double *row = work->rows + t * columns;
        double y[HMM_COLUMNS_MAX], distance = 0;
        for (size_t i = 0; i < columns; i++) {
            double d = row[i] - model->mean[k][i];
            for (size_t j = 0; j < i && !work->diagonal; j++) d -= factor[i][j] * y[j];
            y[i] = d * inverse[i];
            distance += y[i] * y[i];
        }
        work->emitted[t * states + k] = constant - 0.5 * distance;
    }
    return true;
}

// Densities over the largest of their row; the sum of the logarithms of the largest.
static bool emit(struct hmm_work *work, const struct hmm *model, double *ret_log) {
    size_t states = work->states;
    for (size_t k = 0; k < states; k++)
        if (!emit_state(work, model, k)) return false;
    struct sum tops = {0};
    for (size_t t = 0; t < work->count; t++) {
        double *logs = work->emitted + t * states, top = logs[0];
        for (size_t k = 1; k < states; k++) top = logs[k] > top ? logs[k] : top;
        if (!isfinite(top)) return false;
        for (size_t k = 0; k < states; k++) logs[k] -= top;
        sum_add(&tops, top);
    }
    mathfn_exp_many(work->emitted, work->count * states, work->emitted);
    *ret_log = sum_value(&tops);
    return true;
}

INLINE bool forward_of(size_t states, struct hmm_work *work, const struct hmm *model,
                       double *ret_log) {
    double now[HMM_STATES_MAX], total = 0;
    uint64_t lifts = 0;
    for (size_t k = 0; k < states; k++) {
        now[k] = work->forward[k] = model->start[k] * work->emitted[k];
        total += now[k];
    }
    for (size_t t = 1; t < work->count; t++) {
        const double *emitted = work->emitted + t * states;
        double *forward = work->forward + t * states;
        double next[HMM_STATES_MAX];
        if (total < small) {
            if (!(total >= DBL_MIN)) return false;
            for (size_t k = 0; k < states; k++) now[k] *= large;
            lifts++;
        }
        total = 0;
        for (size_t j = 0; j < states; j++) {
            next[j] = now[0] * (model->move[0][j] * emitted[j]);
            for (size_t i = 1; i < states; i++)
                next[j] += now[i] * (model->move[i][j] * emitted[j]);
        }
        for (size_t j = 0; j < states; j++) {
            now[j] = forward[j] = next[j];
            total += next[j];
        }
    }
    if (!(total >= DBL_MIN)) return false;
    *ret_log += mathfn_log(total) - (double)(LIFT * lifts) * log_two;
    return true;
}

// One row back: P(state | all rows) in place of work->backward's row, and the row's share of moves.
INLINE bool smooth_row(size_t states, struct hmm_work *work, const struct hmm *model, size_t t,
                       double *behind, double sums[HMM_STATES_MAX][HMM_STATES_MAX]) {
    const double *forward = work->forward + t * states;
    double *smoothed = work->backward + t * states;
    double after[HMM_STATES_MAX], here[HMM_STATES_MAX], norm = 0, top = 0;
    bool last = t + 1 == work->count;
    for (size_t j = 0; j < states; j++)
        after[j] = last ? 1 : behind[j] * work->emitted[(t + 1) * states + j];
    for (size_t i = 0; i < states; i++) {
        here[i] = last ? 1 : model->move[i][0] * after[0];
        for (size_t j = 1; j < states && !last; j++) here[i] += model->move[i][j] * after[j];
        norm += forward[i] * here[i];
        top = here[i] > top ? here[i] : top;
    }
    if (!(norm >= DBL_MIN)) return false;
    double inverse = 1 / norm;
    for (size_t i = 0; i < states; i++) {
        double share = forward[i] * inverse;
        smoothed[i] = share * here[i];
        for (size_t j = 0; j < states && !last; j++) sums[i][j] += share * after[j];
    }
    double lift = top < small ? large : 1;
    for (size_t i = 0; i < states; i++) behind[i] = here[i] * lift;
    return true;
}

INLINE bool backward_of(size_t states, struct hmm_work *work, const struct hmm *model,
                        struct hmm_sums *sums) {
    double behind[HMM_STATES_MAX] = {0}, moves[HMM_STATES_MAX][HMM_STATES_MAX] = {{0}};
    for (size_t t = work->count; t-- > 0;)
        if (!smooth_row(states, work, model, t, behind, moves)) return false;
    for (size_t i = 0; i < states; i++) {
        sums->first[i] = work->backward[i];
        for (size_t j = 0; j < states; j++) sums->moves[i][j] = model->move[i][j] * moves[i][j];
    }
    return true;
}

INLINE void moments_of_one(size_t states, const struct hmm_work *work, const struct hmm *model,
                           struct hmm_sums *sums) {
    double weight[HMM_STATES_MAX] = {0}, sum[HMM_STATES_MAX] = {0}, square[HMM_STATES_MAX] = {0};
    for (size_t t = 0; t < work->count; t++)
        for (size_t k = 0; k < states; k++) {
            double p = work->backward[t * states + k], d = work->rows[t] - model->mean[k][0];
            weight[k] += p;
            sum[k] += p * d;
            square[k] += p * d * d;
        }
    for (size_t k = 0; k < states; k++) {
        sums->weight[k] = weight[k];
        sums->sum[k][0] = sum[k];
        sums->square[k][0][0] = square[k];
    }
}

static void moments_of_several(const struct hmm_work *work, const struct hmm *model,
                               struct hmm_sums *sums) {
    size_t columns = work->columns, states = work->states;
    for (size_t t = 0; t < work->count; t++)
        for (size_t k = 0; k < states; k++) {
            double p = work->backward[t * states + k], d[HMM_COLUMNS_MAX];
            sums->weight[k] += p;
            for (size_t i = 0; i < columns; i++) {
                d[i] = work->rows[t * columns + i] - model->mean[k][i];
                sums->sum[k][i] += p * d[i];
                size_t first = work->diagonal ? i : 0;
                for (size_t j = first; j <= i; j++) sums->square[k][i][j] += p * d[i] * d[j];
            }
        }
}

INLINE bool pass_of(size_t states, struct hmm_work *work, const struct hmm *model,
                    struct hmm_sums *sums) {
    if (!forward_of(states, work, model, &sums->loglik)) return false;
    if (!backward_of(states, work, model, sums)) return false;
    if (work->columns == 1)
        moments_of_one(states, work, model, sums);
    else
        moments_of_several(work, model, sums);
    return true;
}

bool hmm_pass_forward(struct hmm_work *work, const struct hmm *model, double *ret_loglik) {
    if (!emit(work, model, ret_loglik)) return false;
    switch (work->states) {
    case 2:
        return forward_of(2, work, model, ret_loglik);
    case 3:
        return forward_of(3, work, model, ret_loglik);
    default:
        return forward_of(HMM_STATES_MAX, work, model, ret_loglik);
    }
}

bool hmm_pass(struct hmm_work *work, const struct hmm *model, struct hmm_sums *ret_sums) {
    memset(ret_sums, 0, sizeof *ret_sums);
    if (!emit(work, model, &ret_sums->loglik)) return false;
    switch (work->states) {
    case 2:
        return pass_of(2, work, model, ret_sums);
    case 3:
        return pass_of(3, work, model, ret_sums);
    default:
        return pass_of(HMM_STATES_MAX, work, model, ret_sums);
    }
}
