// SPDX-License-Identifier: Apache-2.0
// Each strategy has the same part in the variance of the whole, correlations counted.
//
// Source: Maillard, Roncalli and Teiletche, "The Properties of Equally Weighted Risk Contribution Portfolios", J.
// Portfolio Management 36(4), 2010; the solver is quant/portfolio/risk_parity.h, the covariance Ledoit and Wolf's.
#include "quant/portfolio/risk_parity.h"
#include "strategy/allocation_kit.h"

static const struct param params[] = {ALLOCATION_RULES};

int allocation_by_risk_parity(const struct allocation_view *view, struct arena *scratch,
                              double *ret_weights) {
    size_t count = view->count;
    double error, *covariance = ARENA_NEW(scratch, double, count *count);
    if (covariance == NULL) return ERR_NOMEM;
    TRY(allocation_covariance(view, scratch, covariance));
    return risk_parity(covariance, count, NULL, NULL, scratch, ret_weights, &error);
}

static int weigh(const struct allocation_view *view, const double *values, struct arena *scratch,
                 double *ret_weights) {
    (void)values;
    return allocation_by_risk_parity(view, scratch, ret_weights);
}

const struct allocation allocation_risk_parity = {
    .name = "risk_parity",
    .summary = "Equal parts in the variance of the whole, correlations counted.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .reads_returns = true,
    .weigh = weigh,
};
