// SPDX-License-Identifier: Apache-2.0
// The family "gate": conditions under which a position may be entered or added to, whatever the strategy. The stage
// stands between the decision and the sizing; what reduces or closes a position never meets it.
//
// A gate declares its parameters and the inputs it reads, as a strategy does (strategy/signal.h), on the decision
// frame. Besides its own parameters a spec may name $frame, the decision frame in seconds, and $periods, its bars in a
// year. An input that is undefined keeps the gate shut.
#ifndef FULMAR_STRATEGY_ENTRY_GATE_H
#define FULMAR_STRATEGY_ENTRY_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/params.h"

enum { ENTRY_GATE_INPUTS_MAX = 2, ENTRY_GATES_MAX = 8 };

struct entry_view {
    const double *inputs; // in the gate's order; NaN while undefined
    int64_t now_ns;
    double side; // of the entry: 1 long, -1 short
};

// What was compared; `value` is NaN where an input was undefined.
struct entry_verdict {
    double value;
    double limit;
};

struct entry_gate {
    const char *name; // lower_snake_case
    const char *summary;
    const struct param *params;
    size_t param_count;
    const char *inputs[ENTRY_GATE_INPUTS_MAX];
    size_t input_count;
    // What contradicts itself in parameters that are each within their rows, or NULL. The member may be NULL.
    const char *(*fault)(const double *params);
    bool (*opens)(const struct entry_view *view, const double *params,
                  struct entry_verdict *ret_verdict);
};

// In alphabetical order.
size_t entry_gate_count(void);
const struct entry_gate *entry_gate_at(size_t index); // index < entry_gate_count() (CHECK)
int entry_gate_find(const char *name);                // its index, or -1

// A gate with its parameters, in front of a strategy.
struct entry_gate_choice {
    uint32_t gate; // index
    uint32_t reserved;
    double params[PARAMS_MAX];
};
// ERR_RANGE, ERR_ARGUMENT with a story.
int entry_gate_check(const struct entry_gate_choice *choice) MUST_USE;

#endif
