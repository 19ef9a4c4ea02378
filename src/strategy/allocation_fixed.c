// SPDX-License-Identifier: Apache-2.0
// The configured shares, restored.
#include "strategy/allocation_kit.h"

static const struct param params[] = {ALLOCATION_RULES};

static int weigh(const struct allocation_view *view, const double *values, struct arena *scratch,
                 double *ret_weights) {
    (void)values;
    (void)scratch;
    for (uint32_t i = 0; i < view->count; i++) ret_weights[i] = view->shares[i];
    return 0;
}

const struct allocation allocation_fixed = {
    .name = "fixed",
    .summary = "The configured shares, restored when profits have moved them apart.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .weigh = weigh,
};
