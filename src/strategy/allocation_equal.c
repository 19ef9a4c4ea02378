// SPDX-License-Identifier: Apache-2.0
// The same for everybody.
//
// Source: DeMiguel, Garlappi and Uppal, "Optimal Versus Naive Diversification", Review of Financial Studies 22 (2009),
// who find no optimiser that beats it reliably out of sample.
#include "strategy/allocation_kit.h"

static const struct param params[] = {ALLOCATION_RULES};

static int weigh(const struct allocation_view *view, const double *values, struct arena *scratch,
                 double *ret_weights) {
    (void)values;
    (void)scratch;
    for (uint32_t i = 0; i < view->count; i++) ret_weights[i] = 1.0 / view->count;
    return 0;
}

const struct allocation allocation_equal = {
    .name = "equal",
    .summary = "Equal parts, restored when profits have moved them apart.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .weigh = weigh,
};
