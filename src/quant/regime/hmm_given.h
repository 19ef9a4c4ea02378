// SPDX-License-Identifier: Apache-2.0
// The parameter table of a hidden Markov model of one column whose parameters are given, which the
// streaming filter and the Viterbi path share.
#ifndef FULMAR_QUANT_REGIME_HMM_GIVEN_H
#define FULMAR_QUANT_REGIME_HMM_GIVEN_H

#include "base/params.h"
#include "quant/regime/hmm.h"

enum { HMM_GIVEN_PARAMS = 22 };

extern const struct param hmm_given_params[HMM_GIVEN_PARAMS];

// The model of the table's values; its start is the stationary distribution unless `start` says
// otherwise. What is wrong with them: a sentence, or NULL.
const char *hmm_given(const double *values, struct hmm *ret_model);

#endif
