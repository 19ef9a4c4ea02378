// SPDX-License-Identifier: Apache-2.0
#include "quant/regime/hmm_given.h"

#include <math.h>

enum { STATES, START, MEAN, SIGMA = MEAN + HMM_STATES_MAX, MOVE = SIGMA + HMM_STATES_MAX };
_Static_assert(MOVE + HMM_STATES_MAX * (HMM_STATES_MAX - 1) == HMM_GIVEN_PARAMS, "the whole table");

enum { STATIONARY, EQUAL, FIRST }; // of START

#define MEAN_OF(k, def_)                                                                           \
    {                                                                                              \
        .name = "mean_" #k, .type = PARAM_REAL, .unit = "of the column", .def = (def_),            \
        .min = -1e300, .max = 1e300, .help = "Mean in state " #k "."                               \
    }
#define SIGMA_OF(k, def_)                                                                          \
    {                                                                                              \
        .name = "sigma_" #k, .type = PARAM_REAL, .unit = "of the column", .def = (def_),           \
        .min = 1e-150, .max = 1e150, .help = "Standard deviation in state " #k "."                 \
    }
#define MOVE_OF(i, j, def_)                                                                        \
    {                                                                                              \
        .name = "move_" #i #j, .type = PARAM_REAL, .unit = "probability", .def = (def_), .min = 0, \
        .max = 1, .help = "Probability of state " #j " after state " #i "."                        \
    }

const struct param hmm_given_params[HMM_GIVEN_PARAMS] = {
    {.name = "states",
     .type = PARAM_INT,
     .unit = "",
     .def = 2,
     .min = HMM_STATES_MIN,
     .max = HMM_STATES_MAX,
     .help = "Number of states; the parameters of those beyond are not read."},
    {.name = "start",
     .type = PARAM_ENUM,
     .unit = "",
     .def = STATIONARY,
     .max = FIRST + HMM_STATES_MAX - 1,
     .choices = "stationary|equal|state_0|state_1|state_2|state_3",
     .help = "States of the first row."},
    MEAN_OF(0, 0),
    MEAN_OF(1, 0),
    MEAN_OF(2, 0),
    MEAN_OF(3, 0),
    SIGMA_OF(0, 0.01),
    SIGMA_OF(1, 0.03),
    SIGMA_OF(2, 0.06),
    SIGMA_OF(3, 0.12),
    MOVE_OF(0, 1, 0.02),
    MOVE_OF(0, 2, 0.01),
    MOVE_OF(0, 3, 0.01),
    MOVE_OF(1, 0, 0.02),
    MOVE_OF(1, 2, 0.01),
    MOVE_OF(1, 3, 0.01),
    MOVE_OF(2, 0, 0.02),
    MOVE_OF(2, 1, 0.01),
    MOVE_OF(2, 3, 0.01),
    MOVE_OF(3, 0, 0.02),
    MOVE_OF(3, 1, 0.01),
    MOVE_OF(3, 2, 0.01),
};

const char *hmm_given(const double *values, struct hmm *ret_model) {
    size_t states = (size_t)values[STATES], start = (size_t)values[START];
    *ret_model = (struct hmm){.states = states, .columns = 1};
    for (size_t k = 0; k < states; k++) {
        double stay = 1;
        const double *moves = values + MOVE + k * (HMM_STATES_MAX - 1);
        for (size_t j = 0; j < states; j++) {
            if (j == k) continue;
            ret_model->move[k][j] = moves[j < k ? j : j - 1];
            stay -= ret_model->move[k][j];
        }
        if (stay < -1e-12) return "the probabilities of leaving a state add up to more than 1";
        ret_model->move[k][k] = stay > 0 ? stay : 0;
        ret_model->mean[k][0] = values[MEAN + k];
        ret_model->covariance[k][0][0] = values[SIGMA + k] * values[SIGMA + k];
        ret_model->start[k] = start == EQUAL ? 1 / (double)states : start == FIRST + k;
    }
    if (start >= FIRST + states) return "the first row's state is beyond the number of states";
    if (start == STATIONARY && !hmm_stationary(ret_model->move, states, ret_model->start))
        return "a chain that falls apart has no one stationary start: give another";
    return hmm_fault(ret_model);
}
