// SPDX-License-Identifier: Apache-2.0
#include "strategy/conduct.h"

const struct param conduct_params[CONDUCT_COUNT] = {
    {.name = "faults",
     .type = PARAM_INT,
     .unit = "decisions",
     .def = 1,
     .min = 0,
     .max = 1e9,
     .help =
         "Decisions that are none (not a number, a weight beyond 1) before quarantine; 0 = any."},
    {.name = "loss",
     .type = PARAM_REAL,
     .unit = "of budget",
     .def = 0,
     .min = 0,
     .max = 1,
     .help = "Loss of the strategy's budget before quarantine; 0 = any."},
    {.name = "orders",
     .type = PARAM_INT,
     .unit = "orders a day",
     .def = 0,
     .min = 0,
     .max = 1e9,
     .help = "Orders that it may ask for in a UTC day, stops and takes not counted; 0 = any."},
    {.name = "decisions",
     .type = PARAM_INT,
     .unit = "calls a day",
     .def = 0,
     .min = 0,
     .max = 1e9,
     .help = "Decisions that it may be asked for in a UTC day; 0 = any."},
    {.name = "close",
     .type = PARAM_BOOL,
     .unit = "",
     .def = 1,
     .max = 1,
     .help = "Whether a strategy in quarantine closes what it holds."},
};

const char *strategy_mode_name(uint32_t mode) {
    static const char *const names[STRATEGY_MODE_COUNT] = {"running", "draining", "stopped",
                                                           "quarantined"};
    return mode < STRATEGY_MODE_COUNT ? names[mode] : NULL;
}

const char *strategy_cause_name(uint32_t cause) {
    static const char *const names[CAUSE_COUNT] = {
        "command",   "drained", "faults",        "loss",   "orders",
        "decisions", "param",   "param_refused", "paused", "resumed"};
    return cause < CAUSE_COUNT ? names[cause] : NULL;
}
