// SPDX-License-Identifier: Apache-2.0
// The gate: the configured rules in order of precedence, between strategies and the order machine.
#ifndef FULMAR_RISK_GATE_H
#define FULMAR_RISK_GATE_H

#include "risk/rule.h"
#include "risk/trace.h"

enum { RISK_RULES_MAX = 32 };

// Which rules are on and with what parameters; index = registry index.
struct risk_config {
    uint8_t enabled[RISK_RULES_MAX];
    double params[RISK_RULES_MAX][PARAMS_MAX];
};

// Every rule's default parameters; on are those that say so (on_by_default).
void risk_config_defaults(struct risk_config *ret_config);

struct risk_gate {
    struct risk_config *config; // in the state arena: EVENT_SET_LIMIT changes it
    unsigned char *rule_state;  // in the state arena
    uint32_t *state_offset;     // [rule]
    uint32_t rule_count;
    uint32_t watch_count;
    uint8_t watch[RISK_RULES_MAX]; // enabled rules that watch
    struct risk_trace *trace;      // NULL: nobody looks at what each rule says
};

int risk_gate_init(struct risk_gate *gate, struct arena *wiring, struct arena *state,
                   const struct risk_config *config) MUST_USE;

// Runs an order through the enabled rules. RISK_ALLOW, RISK_SHRINK (ret_result->qty is what is left after
// all rules) or RISK_VETO; ret_rule is the rule that decided (the last one that shrank, or the vetoer).
enum risk_verdict risk_gate_check(struct risk_gate *gate, const struct risk_view *view,
                                  const struct risk_order *order, uint32_t *ret_rule,
                                  struct risk_result *ret_result);

// Lets the breakers look. RISK_HALT with the rule, or RISK_ALLOW.
enum risk_verdict risk_gate_watch(struct risk_gate *gate, const struct risk_view *view,
                                  uint32_t *ret_rule, struct risk_result *ret_result);

// EVENT_SET_LIMIT. ERR_ARGUMENT for a rule, parameter or value that does not exist or is out of range.
int risk_gate_set_limit(struct risk_gate *gate, const struct command_event *command) MUST_USE;

// After the state arena was overwritten by a snapshot: rebuilds what is derived from it.
void risk_gate_restored(struct risk_gate *gate);

#endif
