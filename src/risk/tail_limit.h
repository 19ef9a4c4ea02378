// SPDX-License-Identifier: Apache-2.0
// What a limit on the account's VaR and one on its ES share.
#ifndef FULMAR_RISK_TAIL_LIMIT_H
#define FULMAR_RISK_TAIL_LIMIT_H

#include "risk/model.h"

enum { TAIL_SHARE, TAIL_LEVEL, TAIL_WINDOW, TAIL_STEP, TAIL_ROWS, TAIL_PARAMS };

#define TAIL_PARAM_ROWS(what_)                                                                     \
    {.name = "max_share",                                                                          \
     .type = PARAM_REAL,                                                                           \
     .unit = "of equity",                                                                          \
     .def = 0.01,                                                                                  \
     .min = 0,                                                                                     \
     .max = 10,                                                                                    \
     .help = what_},                                                                               \
        {.name = "level",                                                                          \
         .type = PARAM_REAL,                                                                       \
         .unit = "probability",                                                                    \
         .def = 0.95,                                                                              \
         .min = 0.5,                                                                               \
         .max = 0.9999,                                                                            \
         .help = "Probability of losing no more than the value at risk."},                         \
        {.name = "window",                                                                         \
         .type = PARAM_INT,                                                                        \
         .unit = "returns",                                                                        \
         .def = 250,                                                                               \
         .min = 2,                                                                                 \
         .max = 10000,                                                                             \
         .help = "How many of the latest returns the loss is read from."},                         \
        {.name = "step_s",                                                                         \
         .type = PARAM_DURATION,                                                                   \
         .unit = "s",                                                                              \
         .def = 86400,                                                                             \
         .min = 1,                                                                                 \
         .max = 864000,                                                                            \
         .help = "Time from one return to the next; the loss is scaled to a day by its root."},    \
    {                                                                                              \
        .name = "min_returns", .type = PARAM_INT, .unit = "returns", .def = 20, .min = 2,          \
        .max = 10000,                                                                              \
        .help = "What has fewer returns yet is not known: nothing that it is part of passes."      \
    }

struct risk_model_spec risk_tail_spec(const double *values);

// Cuts an order so that VaR, or ES where `shortfall` is set, of the account with it stays within its share of equity
// over a day. Above the limit already, what adds nothing passes.
enum risk_verdict risk_tail_check(const struct risk_view *view, const double *values,
                                  const struct risk_order *order, struct risk_result *ret_result,
                                  bool shortfall);

#endif
