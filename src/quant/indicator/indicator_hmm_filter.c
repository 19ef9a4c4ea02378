// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/math/mathfn.h"
#include "quant/regime/hmm.h"
#include "quant/regime/hmm_given.h"

struct state {
    double next[HMM_STATES_MAX]; // probabilities of the next row's states
    double move[HMM_STATES_MAX][HMM_STATES_MAX];
    double mean[HMM_STATES_MAX];
    double sigma[HMM_STATES_MAX];
    double constant[HMM_STATES_MAX]; // logarithm of the density at the mean
    uint64_t states;
};
_Static_assert(sizeof(struct state) == 264, "hashed as bytes: no padding");

static const char *fault(const double *values) {
    struct hmm model;
    return hmm_given(values, &model);
}

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return 0;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    struct hmm model;
    (void)hmm_given(values, &model);
    memset(state, 0, sizeof *state);
    state->states = model.states;
    for (size_t k = 0; k < model.states; k++) {
        state->next[k] = model.start[k];
        state->mean[k] = model.mean[k][0];
        state->sigma[k] = sqrt(model.covariance[k][0][0]);
        state->constant[k] = hmm_log_density(0, 0, state->sigma[k]);
        for (size_t j = 0; j < model.states; j++) state->move[k][j] = model.move[k][j];
    }
}

// Bayes' rule; the densities are taken over the largest of those that are possible. A row that no
// possible state explains leaves the probabilities as they were expected.
static double take(struct state *state, double x, double *ret_now) {
    double logs[HMM_STATES_MAX], top = -INFINITY, total = 0;
    size_t states = state->states;
    for (size_t k = 0; k < states; k++) {
        double y = (x - state->mean[k]) / state->sigma[k];
        logs[k] = state->constant[k] - 0.5 * (y * y);
        if (state->next[k] > 0 && logs[k] > top) top = logs[k];
    }
    for (size_t k = 0; k < HMM_STATES_MAX; k++) ret_now[k] = state->next[k];
    if (!isfinite(top)) return top;
    for (size_t k = 0; k < states; k++) {
        ret_now[k] = state->next[k] > 0 ? state->next[k] * mathfn_exp(logs[k] - top) : 0;
        total += ret_now[k];
    }
    for (size_t k = 0; k < states; k++) ret_now[k] /= total;
    return top + mathfn_log(total);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double now[HMM_STATES_MAX], mean = 0, square = 0;
    double density = take(state, inputs[0], now);
    size_t likeliest = 0;
    for (size_t j = 0; j < state->states; j++) {
        if (now[j] > now[likeliest]) likeliest = j;
        state->next[j] = 0;
        for (size_t i = 0; i < state->states; i++) state->next[j] += now[i] * state->move[i][j];
        mean += state->next[j] * state->mean[j];
    }
    for (size_t j = 0; j < state->states; j++) {
        double d = state->mean[j] - mean;
        square += state->next[j] * (state->sigma[j] * state->sigma[j] + d * d);
    }
    ret_outputs[0] = (double)likeliest;
    for (size_t k = 0; k < HMM_STATES_MAX; k++) ret_outputs[1 + k] = now[k];
    ret_outputs[5] = mean;
    ret_outputs[6] = sqrt(square);
    ret_outputs[7] = density;
}

const struct indicator indicator_hmm_filter = {
    .name = "hmm_filter",
    .group = "regime",
    .summary = "States of a Gaussian hidden Markov model with given parameters: the likeliest, the "
               "probability of each from the rows so far, mean and deviation that they expect of "
               "the next row, and the logarithm of this row's density given those before, whose "
               "sum is the log-likelihood.",
    .source = "Hamilton, Econometrica 57(2), 1989; Rabiner, Proceedings of the IEEE 77(2), 1989",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"state", "p_0", "p_1", "p_2", "p_3", "next_mean", "next_sigma", "density"},
    .output_count = 8,
    .params = hmm_given_params,
    .param_count = HMM_GIVEN_PARAMS,
    .fault = fault,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
