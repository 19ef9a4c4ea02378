// SPDX-License-Identifier: Apache-2.0
// One pass of a hidden Markov model over the data, forward and backward: what hmm.c, hmm_fit.c and
// hmm_errors.c share.
#ifndef FULMAR_QUANT_REGIME_HMM_STATE_H
#define FULMAR_QUANT_REGIME_HMM_STATE_H

#include "quant/regime/hmm.h"

struct hmm_work {
    size_t count;
    size_t columns;
    size_t states;
    bool diagonal;
    const double *rows; // [row * columns + column]
    double *emitted;    // [row * states + state]: densities over the largest of their row
    double *forward;    // the same shape
    double *backward;   // the same shape: P(state | all rows) after hmm_pass
};

// Sums over the rows, weighted with P(state | all rows): sufficient for the next model.
struct hmm_sums {
    double loglik;
    double first[HMM_STATES_MAX]; // P(state of row 0 | all rows)
    double moves[HMM_STATES_MAX][HMM_STATES_MAX];
    double weight[HMM_STATES_MAX];
    double sum[HMM_STATES_MAX][HMM_COLUMNS_MAX];                     // of d = x - mean of the state
    double square[HMM_STATES_MAX][HMM_COLUMNS_MAX][HMM_COLUMNS_MAX]; // of d d', lower triangle
};

// Takes the rows over, from the arena, as (x - shift) / scale. ERR_NOMEM.
int hmm_work_init(struct hmm_work *work, const double *const *columns, size_t column_count,
                  size_t count, size_t states, const double *shift, const double *scale,
                  struct arena *arena) MUST_USE;

// The lower Cholesky factor of an n x n covariance and half the logarithm of its determinant; the
// index of the first pivot that is not above `least[i]` (0 where least is NULL), or n.
size_t hmm_cholesky(const double (*covariance)[HMM_COLUMNS_MAX], size_t n, const double *least,
                    double (*ret_factor)[HMM_COLUMNS_MAX], double *ret_half_log);

// Forward alone: log-likelihood, work->forward up to a factor a row. False: the likelihood is 0, or a
// covariance has no factor.
bool hmm_pass_forward(struct hmm_work *work, const struct hmm *model, double *ret_loglik);

// Forward and backward with the sums. False as above.
bool hmm_pass(struct hmm_work *work, const struct hmm *model, struct hmm_sums *ret_sums);

// How the logarithm of a stationary start, weighted with `first`, pulls at the transitions: its
// derivative by move[i][j] is start[i] ret_pull[j], up to what is the same for a whole row. Solves (1
// - move + the start in each row) pull = first / start (Kemeny and Snell's fundamental matrix;
// Schweitzer, Journal of Applied Probability 5, 1968). False: the chain falls apart.
bool hmm_start_pull(const struct hmm *model, const double *first, double *ret_pull);

#endif
