// SPDX-License-Identifier: Apache-2.0
// How a strategy among others is kept in order: its mode, and the limits at which it is quarantined alone.
//
//   RUNNING --stop--> STOPPED                 not asked any more; what protects its positions stays
//   RUNNING --drain--> DRAINING --flat--> STOPPED
//   RUNNING --a limit of the table--> QUARANTINED   orders that would add to its positions are taken back, and
//                                                   with `close` its positions are closed
//   any of those --start--> RUNNING           its counts begin anew
//
// Limits count what the strategy did; none is a time that a clock has to measure, so that a replay finds the same
// strategy at fault at the same event.
#ifndef FULMAR_STRATEGY_CONDUCT_H
#define FULMAR_STRATEGY_CONDUCT_H

#include "base/params.h"
#include "market/event.h"

enum strategy_mode {
    STRATEGY_RUNNING,
    STRATEGY_DRAINING,
    STRATEGY_STOPPED,
    STRATEGY_QUARANTINED,
    STRATEGY_MODE_COUNT
};

// Rows of conduct_params; 0 of a row is no limit.
enum conduct_limit {
    CONDUCT_FAULTS,    // decisions that are none: not a number, a weight beyond 1
    CONDUCT_LOSS,      // of its budget
    CONDUCT_ORDERS,    // that it asks for in a UTC day
    CONDUCT_DECISIONS, // calls in a UTC day
    CONDUCT_CLOSE,     // 1: a strategy in quarantine closes what it holds
    CONDUCT_COUNT
};
extern const struct param conduct_params[CONDUCT_COUNT];

enum strategy_cause {
    CAUSE_COMMAND,
    CAUSE_DRAINED, // flat, and nothing at work
    CAUSE_FAULTS,  // CONDUCT_*: limit and value are of the table's row
    CAUSE_LOSS,
    CAUSE_ORDERS,
    CAUSE_DECISIONS,
    CAUSE_PARAM, // EVENT_SET_PARAM was taken: `limit` is the value before, `value` the new one
    CAUSE_PARAM_REFUSED, // it was not: out of its range, against the strategy's own check, or fixed in its inputs
    CAUSE_PAUSED,  // by an operator: nothing leaves but what reduces
    CAUSE_RESUMED, // by an operator
    CAUSE_COUNT
};

// EVENT_STRATEGY.
struct strategy_event {
    struct event_header header;
    uint32_t strategy;
    uint32_t mode;  // enum strategy_mode, from here on
    uint32_t cause; // enum strategy_cause
    uint32_t param; // CAUSE_PARAM*
    double limit;
    double value;
};
_Static_assert(sizeof(struct strategy_event) == 64, "journal format");

// Stable lower-case names; NULL for a number that names nothing.
const char *strategy_mode_name(uint32_t mode);
const char *strategy_cause_name(uint32_t cause);

#endif
