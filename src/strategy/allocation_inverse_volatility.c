// SPDX-License-Identifier: Apache-2.0
// Weights in the ratio of 1 / deviation: as much risk from each as if they were uncorrelated.
#include "strategy/allocation_kit.h"

static const struct param params[] = {ALLOCATION_RULES};

void allocation_by_inverse_volatility(const struct allocation_view *view, double *ret_weights) {
    allocation_deviations(view, ret_weights);
    for (uint32_t i = 0; i < view->count; i++) ret_weights[i] = 1 / ret_weights[i];
    allocation_normalise(ret_weights, view->count);
}

static int weigh(const struct allocation_view *view, const double *values, struct arena *scratch,
                 double *ret_weights) {
    (void)values;
    (void)scratch;
    allocation_by_inverse_volatility(view, ret_weights);
    return 0;
}

const struct allocation allocation_inverse_volatility = {
    .name = "inverse_volatility",
    .summary = "In the ratio of 1 over the deviation of each strategy's daily returns.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .reads_returns = true,
    .weigh = weigh,
};
