// SPDX-License-Identifier: Apache-2.0
// What allocation methods share: the rows of the rules, and estimates from the view's returns.
#ifndef FULMAR_STRATEGY_ALLOCATION_KIT_H
#define FULMAR_STRATEGY_ALLOCATION_KIT_H

#include "strategy/allocation.h"

// clang-format off
#define ALLOCATION_ROW(name_, type_, unit_, def_, min_, max_, help_)                               \
    {.name = name_, .type = type_, .unit = unit_, .def = def_, .min = min_, .max = max_,           \
     .help = help_}

#define ALLOCATION_RULES                                                                           \
    [ALLOCATION_EVERY] = ALLOCATION_ROW("every", PARAM_INT, "days", 21, 1, 10000,                  \
        "Trading days between looks."),                                                            \
    [ALLOCATION_WINDOW] = ALLOCATION_ROW("window", PARAM_INT, "days", 126, 2,                      \
        ALLOCATION_WINDOW_MAX, "Days of returns that a look has at most."),                        \
    [ALLOCATION_LEAST] = ALLOCATION_ROW("least", PARAM_INT, "days", 63, 2, ALLOCATION_WINDOW_MAX,  \
        "Days of returns that a look needs."),                                                     \
    [ALLOCATION_BAND] = ALLOCATION_ROW("band", PARAM_REAL, "of all", 0.02, 0, 1,                   \
        "A look moves nothing while every weight is that near."),                                  \
    [ALLOCATION_PACE] = ALLOCATION_ROW("pace", PARAM_REAL, "of the way", 1, 0, 1,                  \
        "Part of the way to the new weights that a look goes."),                                   \
    [ALLOCATION_FLOOR] = ALLOCATION_ROW("floor", PARAM_REAL, "of all", 0.02, 0, 1,                 \
        "Least weight of a strategy."),                                                            \
    [ALLOCATION_CAP] = ALLOCATION_ROW("cap", PARAM_REAL, "of all", 1, 0, 1,                        \
        "Largest weight of a strategy."),                                                          \
    [ALLOCATION_RESIZE] = ALLOCATION_ROW("resize", PARAM_BOOL, "", 1, 0, 1,                        \
        "Whether positions of who got or gave are sized anew.")
// clang-format on

// Of each strategy's returns. deviations: of the sample, n - 1.
void allocation_means(const struct allocation_view *view, double *ret_means);
void allocation_deviations(const struct allocation_view *view, double *ret_deviations);

// Ledoit and Wolf's covariance with the constant correlation as target (quant/series/covariance.h), each variance a
// millionth larger, so that strategies that do the same thing are no obstacle. ERR_NOMEM, covariance_shrink's errors.
int allocation_covariance(const struct allocation_view *view, struct arena *scratch,
                          double *ret_covariance) MUST_USE;

// Scales to a sum of 1; equal parts where the sum is not above 0.
void allocation_normalise(double *weights, uint32_t count);

// Weights of methods that others build on.
void allocation_by_inverse_volatility(const struct allocation_view *view, double *ret_weights);
int allocation_by_risk_parity(const struct allocation_view *view, struct arena *scratch,
                              double *ret_weights) MUST_USE;
int allocation_by_performance(const struct allocation_view *view, struct arena *scratch,
                              double *ret_weights) MUST_USE;

#endif
