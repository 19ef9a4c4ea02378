// SPDX-License-Identifier: Apache-2.0
// The family "stop rule": where the engine keeps the protective stop of a position, whatever the strategy. A rule
// declares its parameters and at most one input on the decision frame (strategy/signal.h), and gives a level at every
// decision bar. Of several rules, and of the strategy's own stop, the tightest counts, and none is ever loosened.
#ifndef FULMAR_STRATEGY_STOP_RULE_H
#define FULMAR_STRATEGY_STOP_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/params.h"

enum { STOP_RULES_MAX = 4 };

// A position as a rule sees it. Prices are the strategy's.
struct stop_view {
    double side;   // 1 long, -1 short
    double entry;  // average entry; the last close while the entry is on its way
    double best;   // highest high since then, lowest low of a short position
    double input;  // NaN while undefined
    uint64_t bars; // complete since the entry
};

struct stop_rule {
    const char *name; // lower_snake_case
    const char *summary;
    const struct param *params;
    size_t param_count;
    const char *input; // NULL: none
    // NaN: no level now. NULL: the rule has none.
    double (*level)(const struct stop_view *view, const double *params);
    // Whether the position is to be closed at the market. NULL: never.
    bool (*expires)(const struct stop_view *view, const double *params);
};

// In alphabetical order.
size_t stop_rule_count(void);
const struct stop_rule *stop_rule_at(size_t index); // index < stop_rule_count() (CHECK)
int stop_rule_find(const char *name);               // its index, or -1

// A rule with its parameters, for a strategy's positions.
struct stop_choice {
    uint32_t rule; // index
    uint32_t reserved;
    double params[PARAMS_MAX];
};
int stop_rule_check(const struct stop_choice *choice) MUST_USE; // ERR_RANGE with a story

// The tighter of two levels of a side; NaN is none.
static inline double stop_tighter(double side, double a, double b) {
    if (a != a) return b;
    if (b != b) return a;
    return (a - b) * side > 0 ? a : b;
}

#endif
