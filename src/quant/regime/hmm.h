// SPDX-License-Identifier: Apache-2.0
// Hidden Markov model with Gaussian densities: an unseen chain of 2 to 4 states, and in each state
// rows that are normal with that state's mean and covariance. One column or several.
//
// Sources: Rabiner, Proceedings of the IEEE 77(2), 1989 (scaled forward-backward, Viterbi);
// Hamilton, Econometrica 57(2), 1989; Varadhan and Roland, Scandinavian Journal of Statistics 35,
// 2008 (the acceleration); Louis, JRSS B 44, 1982 (the score).
//
// Conventions: states are counted from 0, by sigma ascending; with several columns by the
// determinant of the covariance, which does not depend on their units; with a tied covariance by the
// mean of the first column. Densities are in the units of the data and logarithms natural, so that
// log-likelihoods compare with those of other programs. move[i][j] is the probability of j after i.
//
// Pure functions: memory comes from the caller or from an arena, and the same input gives the same
// bits. Columns are columns[c][row], finite, all of `count` rows.
#ifndef FULMAR_QUANT_REGIME_HMM_H
#define FULMAR_QUANT_REGIME_HMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum { HMM_STATES_MIN = 2, HMM_STATES_MAX = 4, HMM_COLUMNS_MAX = 16 };

struct hmm {
    size_t states;
    size_t columns;
    double start[HMM_STATES_MAX]; // of the first row
    double move[HMM_STATES_MAX][HMM_STATES_MAX];
    double mean[HMM_STATES_MAX][HMM_COLUMNS_MAX];
    double covariance[HMM_STATES_MAX][HMM_COLUMNS_MAX][HMM_COLUMNS_MAX]; // both triangles
};

// What of the states is unknown, by rows of columns.
struct hmm_options {
    size_t states;
    bool diagonal;         // covariances without correlations
    bool tied;             // one covariance for all states
    bool stationary;       // the start is the chain's stationary distribution; else it is free
    size_t starts;         // points from which the search begins, >= 1
    size_t iterations_max; // passes over the data of the last search
    uint64_t seed;         // of the starts behind the first two
};

struct hmm_fit {
    struct hmm model;
    double loglik;
    size_t iterations; // passes over the data, of the search that won
    size_t collapsed;  // starts that ended in a collapse
    size_t parameters; // free ones
};

// Maximum likelihood by Baum and Welch's EM with squared extrapolation. No priors, no floor under
// the variances. The likelihood has no maximum: a state that sits on one row, or on equal rows, makes
// it infinite. What is looked for is the best of its proper local maxima: a start whose state
// collapses (a standard deviation a millionth of the column's, or less than columns + 2 rows' weight)
// is given up. Starts: rows sorted by their surroundings' spread, by value, then k-means from seeded
// rows; each is followed for a few passes, and the best three to their end: where a pass adds less
// than 1e-8 (1e-12 of the log-likelihood beyond 10,000).
//
// A stationary start is part of the likelihood that is maximised, not only set afterwards.
//
// CHECKs the numbers of states, columns and starts.
// ERR_ARGUMENT: too few rows (fewer than parameters + 1), a column of equal values, fewer distinct
// rows than states, columns that depend on each other linearly. ERR_CONVERGE: every start collapsed,
// or iterations_max passes were not enough. ERR_NOMEM.
int hmm_fit(const struct hmm_options *options, const double *const *columns, size_t column_count,
            size_t count, struct arena *arena, struct hmm_fit *ret_fit) MUST_USE;

// What is wrong with a model: a sentence, or NULL. Probabilities are in [0, 1] and add up to 1
// within 1e-9; covariances are symmetric and positive definite.
const char *hmm_fault(const struct hmm *model);

// The stationary distribution of move: false where there is more than one.
bool hmm_stationary(const double move[HMM_STATES_MAX][HMM_STATES_MAX], size_t states,
                    double *ret_start);

// At a model: the log-likelihood; P(state | rows up to this one) and P(state | all rows), both
// [row * states + state], each of them NULL where it is not wanted. ERR_ARGUMENT: the model is
// faulty, or cannot have made these rows (the likelihood is 0). ERR_NOMEM.
int hmm_smooth(const struct hmm *model, const double *const *columns, size_t count,
               struct arena *arena, double *ret_loglik, double *ret_filtered,
               double *ret_smoothed) MUST_USE;

// The most probable path as state numbers, and the logarithm of its joint density with the rows. The
// lower state wins a tie. Errors as above.
int hmm_viterbi(const struct hmm *model, const double *const *columns, size_t count,
                struct arena *arena, double *ret_path, double *ret_log_density) MUST_USE;

// ret[j] = sum over i of now[i] move[i][j]: the states of the next row, given those of this one.
void hmm_forecast(const struct hmm *model, const double *now, double *ret_next);

// Logarithm of a normal density in one dimension.
double hmm_log_density(double x, double mean, double sigma);

// Standard errors of a model of one column, from the Hessian of the log-likelihood, which is the
// central difference of the score (step 1e-5 of a parameter's scale). The start is held where it
// is, or follows move where it is stationary. Parameters on the edge, transition probabilities below
// 1e-6, are held too: NaN. The diagonal of move is what the rest leaves, so its error is that of their
// sum. ERR_CONVERGE: the Hessian is not negative definite, so this is no maximum. ERR_ARGUMENT: more
// than one column.
struct hmm_errors {
    double mean[HMM_STATES_MAX];
    double sigma[HMM_STATES_MAX]; // equal ones where it is tied
    double move[HMM_STATES_MAX][HMM_STATES_MAX];
};
int hmm_errors(const struct hmm *model, bool tied, bool stationary, const double *column,
               size_t count, struct arena *arena, struct hmm_errors *ret_errors) MUST_USE;

#endif
