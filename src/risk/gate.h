// SPDX-License-Identifier: Apache-2.0
// The gate: the configured rules in order of precedence, between strategies and the order machine.
#ifndef FULMAR_RISK_GATE_H
#define FULMAR_RISK_GATE_H

#include "risk/exposure.h"
#include "risk/model.h"
#include "risk/rule.h"
#include "risk/trace.h"

enum { RISK_RULES_MAX = 48, RISK_MODELS_MAX = 4 };

// Which rules are on and with what parameters; index = registry index.
struct risk_config {
    uint8_t enabled[RISK_RULES_MAX];
    double params[RISK_RULES_MAX][PARAMS_MAX];
};

// Every rule's default parameters; on are those that say so (on_by_default).
void risk_config_defaults(struct risk_config *ret_config);

// What the rules stand in.
struct risk_setup {
    const struct risk_config *config;
    const uint32_t *flags;       // [instrument], enum risk_flags; NULL: none
    const uint32_t *permissions; // [strategy][instrument], RISK_MAY_; NULL: all
    uint32_t instrument_count;
    uint32_t strategy_count;
};

// How far a breaker has gone.
struct risk_trip {
    int64_t until_ns; // when its stop ends by time; 0: never
    uint32_t hits;    // looks in a row at which it found something
    uint16_t verdict; // the step it is at, RISK_ALLOW: none
    uint16_t least;   // the smallest step of those looks
};
_Static_assert(sizeof(struct risk_trip) == 16, "engine state");

struct risk_gate {
    struct risk_config *config; // in the state arena: EVENT_SET_LIMIT changes it
    struct risk_trip *trips;    // [rule], in the state arena
    uint32_t *flags;            // [instrument], in the state arena
    uint32_t *permissions;      // [strategy][instrument], likewise; NULL: all
    struct risk_model models[RISK_MODELS_MAX];
    uint8_t model_of[RISK_RULES_MAX]; // of each rule, 1 + its place among them; 0: none
    uint32_t model_count;
    unsigned char *rule_state; // in the state arena
    uint32_t *state_offset;    // [rule]
    struct risk_trace *trace;  // NULL: nobody looks at what each rule says
    struct risk_exposure exposure;
    uint64_t started;    // bits of rules whose state_more is there
    uint32_t rule_count; // all
    uint32_t strategy_count;
    uint32_t watch_count;
    uint32_t check_count;
    uint32_t notes;                // bits 1 << enum risk_fact_kind that some enabled rule hears
    uint32_t uses;                 // enum risk_uses of enabled rules
    uint8_t watch[RISK_RULES_MAX]; // enabled rules that watch
    uint8_t check[RISK_RULES_MAX]; // enabled rules that check
};

// ERR_NOMEM.
int risk_gate_init(struct risk_gate *gate, struct arena *wiring, struct arena *state,
                   const struct risk_setup *setup) MUST_USE;

// Runs an order through the enabled rules. RISK_ALLOW, RISK_SHRINK (ret_result->qty is what is left after
// all rules) or RISK_VETO; ret_rule is the rule that decided (the last one that shrank, or the vetoer).
enum risk_verdict risk_gate_check(struct risk_gate *gate, const struct risk_view *view,
                                  const struct risk_order *order, uint32_t *ret_rule,
                                  struct risk_result *ret_result);

// Whether the strategy of a part of a netted order may have it: the account's order itself is no one strategy's.
// `after` is what the strategy's position becomes. False: the rule, and what it compared.
bool risk_gate_permits(const struct risk_gate *gate, const struct order_spec *spec, int64_t after,
                       uint32_t *ret_rule, struct risk_result *ret_result);

// Lets the breakers look. The gravest new step of all with its rule, or RISK_ALLOW: a breaker that stays where it is
// says nothing. Once an event; what a second breaker would say at the same time it says at the next look.
enum risk_verdict risk_gate_watch(struct risk_gate *gate, const struct risk_view *view,
                                  uint32_t *ret_rule, struct risk_result *ret_result);

// When what the breakers stopped goes on by time: the latest end; 0 when nothing is stopped, or one has no end.
int64_t risk_gate_until_ns(const struct risk_gate *gate);

// Trading goes on, of a strategy or of all (STRATEGY_NONE): breakers start anew, of a strategy those that count by
// strategy.
void risk_gate_resumed(struct risk_gate *gate, const struct risk_view *view, uint32_t strategy);
// Time is over: the breakers that had stopped something start anew. Whether one of them measures from the day's equity.
bool risk_gate_expired(struct risk_gate *gate, const struct risk_view *view);

// The time of an event has come: models hear of it first, with the prices known then.
void risk_gate_time(struct risk_gate *gate, const struct risk_view *view);

// Tells the enabled rules that hear of it.
void risk_gate_note(struct risk_gate *gate, const struct risk_view *view,
                    const struct risk_fact *fact);
static inline bool risk_gate_hears(const struct risk_gate *gate, enum risk_fact_kind kind) {
    return (gate->notes & 1u << kind) != 0;
}

// EVENT_SET_LIMIT. ERR_ARGUMENT for a rule, parameter or value that does not exist or is out of range, for a rule with
// state_more or a model that was off at the start, and for what a model is made of.
int risk_gate_set_limit(struct risk_gate *gate, const struct command_event *command) MUST_USE;

// After the state arena was overwritten by a snapshot: rebuilds what is derived from it.
void risk_gate_restored(struct risk_gate *gate);

#endif
