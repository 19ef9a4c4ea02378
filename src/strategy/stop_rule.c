// SPDX-License-Identifier: Apache-2.0
#include "strategy/stop_rule.h"

#include <math.h>
#include <string.h>

#include "base/check.h"

#define PERIOD(def_, help_)                                                                        \
    {                                                                                              \
        .name = "period", .type = PARAM_INT, .unit = "bars", .def = (def_), .min = 2,              \
        .max = 100000, .help = (help_)                                                             \
    }
#define MULTIPLE(def_, help_)                                                                      \
    {                                                                                              \
        .name = "multiple", .type = PARAM_REAL, .unit = "", .def = (def_), .min = 0.01,            \
        .max = 1000, .help = (help_)                                                               \
    }
#define TRAIL(help_)                                                                               \
    { .name = "trail", .type = PARAM_BOOL, .unit = "", .def = 0, .help = (help_) }

// atr, chandelier: a distance in average true ranges, from the entry and from the best price since.
enum { RANGE_PERIOD, RANGE_MULTIPLE };

static const struct param atr_rows[] = {
    [RANGE_PERIOD] = PERIOD(14, "Bars of the average true range."),
    [RANGE_MULTIPLE] = MULTIPLE(3, "Ranges from the entry."),
};

static double atr_level(const struct stop_view *view, const double *params) {
    return view->entry - view->side * params[RANGE_MULTIPLE] * view->input;
}

static const struct param chandelier_rows[] = {
    [RANGE_PERIOD] = PERIOD(22, "Bars of the average true range."),
    [RANGE_MULTIPLE] = MULTIPLE(3, "Ranges from the best price since the entry."),
};

static double chandelier_level(const struct stop_view *view, const double *params) {
    return view->best - view->side * params[RANGE_MULTIPLE] * view->input;
}

// fixed: a distance in parts of the price.
enum { FIXED_DISTANCE, FIXED_TRAIL };

static const struct param fixed_rows[] = {
    [FIXED_DISTANCE] = {.name = "distance",
                        .type = PARAM_REAL,
                        .unit = "fraction",
                        .def = 0.02,
                        .min = 0.0001,
                        .max = 0.99,
                        .help = "From the entry, as a part of its price."},
    [FIXED_TRAIL] = TRAIL("From the best price since the entry instead."),
};

static double fixed_level(const struct stop_view *view, const double *params) {
    double from = params[FIXED_TRAIL] != 0 ? view->best : view->entry;
    return from * (1 - view->side * params[FIXED_DISTANCE]);
}

// time: so many bars, and no level.
static const struct param time_rows[] = {
    {.name = "bars",
     .type = PARAM_INT,
     .unit = "bars",
     .def = 20,
     .min = 1,
     .max = 1000000,
     .help = "Complete bars after the entry at which the position is closed at the market."},
};

static bool time_expires(const struct stop_view *view, const double *params) {
    return view->bars >= (uint64_t)params[0];
}

// volatility: so many standard deviations of the returns over a horizon.
enum { VOLATILITY_PERIOD, VOLATILITY_MULTIPLE, VOLATILITY_HORIZON, VOLATILITY_TRAIL };

static const struct param volatility_rows[] = {
    [VOLATILITY_PERIOD] = PERIOD(20, "Returns whose volatility is meant."),
    [VOLATILITY_MULTIPLE] = MULTIPLE(2, "Standard deviations."),
    [VOLATILITY_HORIZON] = {.name = "horizon",
                            .type = PARAM_INT,
                            .unit = "bars",
                            .def = 10,
                            .min = 1,
                            .max = 100000,
                            .help = "Bars over which they are meant, by the root of time."},
    [VOLATILITY_TRAIL] = TRAIL("From the best price since the entry instead of from the entry."),
};

static double volatility_level(const struct stop_view *view, const double *params) {
    double from = params[VOLATILITY_TRAIL] != 0 ? view->best : view->entry;
    double distance = params[VOLATILITY_MULTIPLE] * view->input * sqrt(params[VOLATILITY_HORIZON]);
    return from * (1 - view->side * distance);
}

#define ROWS(rows_) .params = (rows_), .param_count = sizeof(rows_) / sizeof *(rows_)

static const struct stop_rule rules[] = {
    {.name = "atr",
     .summary = "A distance from the entry in average true ranges.",
     ROWS(atr_rows),
     .input = "atr($period)",
     .level = atr_level},
    {.name = "chandelier",
     .summary = "A distance from the best price since the entry in average true ranges: it trails.",
     ROWS(chandelier_rows),
     .input = "atr($period)",
     .level = chandelier_level},
    {.name = "fixed",
     .summary = "A distance in parts of the price, from the entry or trailing.",
     ROWS(fixed_rows),
     .level = fixed_level},
    {.name = "time",
     .summary = "Closes the position after so many bars.",
     ROWS(time_rows),
     .expires = time_expires},
    {.name = "volatility",
     .summary = "A distance in standard deviations of the returns, from the entry or trailing.",
     ROWS(volatility_rows),
     .input = "close_to_close(close, $period, 1)",
     .level = volatility_level},
};

size_t stop_rule_count(void) {
    return sizeof rules / sizeof *rules;
}

const struct stop_rule *stop_rule_at(size_t index) {
    CHECK(index < stop_rule_count());
    return &rules[index];
}

int stop_rule_find(const char *name) {
    for (size_t i = 0; i < stop_rule_count(); i++)
        if (strcmp(rules[i].name, name) == 0) return (int)i;
    return -1;
}

int stop_rule_check(const struct stop_choice *choice) {
    const struct stop_rule *rule = stop_rule_at(choice->rule);
    return params_check(rule->params, rule->param_count, rule->name, choice->params);
}
