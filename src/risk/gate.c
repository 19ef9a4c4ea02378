// SPDX-License-Identifier: Apache-2.0
#include "risk/gate.h"

#include <math.h>
#include <string.h>

#include "base/check.h"

static const struct param *rule_params(uint32_t index) {
    return risk_rule_at(index)->params;
}

void risk_config_defaults(struct risk_config *ret_config) {
    memset(ret_config, 0, sizeof *ret_config);
    CHECK(risk_rule_count() <= RISK_RULES_MAX);
    for (uint32_t i = 0; i < risk_rule_count(); i++) {
        const struct risk_rule *rule = risk_rule_at(i);
        params_defaults(rule->params, rule->param_count, ret_config->params[i]);
        ret_config->enabled[i] = rule->on_by_default;
    }
}

static void list_watchers(struct risk_gate *gate) {
    gate->watch_count = 0;
    for (uint32_t i = 0; i < gate->rule_count; i++)
        if (gate->config->enabled[i] && risk_rule_at(i)->watch != NULL)
            gate->watch[gate->watch_count++] = (uint8_t)i;
}

int risk_gate_init(struct risk_gate *gate, struct arena *wiring, struct arena *state,
                   const struct risk_config *config) {
    *gate = (struct risk_gate){.rule_count = (uint32_t)risk_rule_count()};
    CHECK(gate->rule_count <= RISK_RULES_MAX);
    gate->config = ARENA_NEW(state, struct risk_config, 1);
    gate->state_offset = ARENA_NEW(wiring, uint32_t, RISK_RULES_MAX);
    if (gate->config == NULL || gate->state_offset == NULL) return ERR_NOMEM;
    *gate->config = *config;
    uint32_t size = 0;
    for (uint32_t i = 0; i < gate->rule_count; i++) {
        gate->state_offset[i] = size;
        size += ((uint32_t)risk_rule_at(i)->state_size + 15) & ~15u;
    }
    gate->rule_state = arena_alloc(state, size > 0 ? size : 16, 16);
    if (gate->rule_state == NULL) return ERR_NOMEM;
    list_watchers(gate);
    return 0;
}

static void note(const struct risk_gate *gate, const struct order_spec *spec, uint32_t rule,
                 enum risk_verdict verdict, bool passed, const struct risk_result *result) {
    if (gate->trace != NULL) risk_trace_note(gate->trace, spec, rule, verdict, passed, result);
}

enum risk_verdict risk_gate_check(struct risk_gate *gate, const struct risk_view *view,
                                  const struct risk_order *order, uint32_t *ret_rule,
                                  struct risk_result *ret_result) {
    struct order_spec spec = *order->spec;
    struct risk_order now = *order;
    enum risk_verdict verdict = RISK_ALLOW;
    now.spec = &spec;
    if (gate->trace != NULL) gate->trace->orders++;
    for (uint32_t i = 0; i < gate->rule_count; i++) {
        const struct risk_rule *rule = risk_rule_at(i);
        if (!gate->config->enabled[i] || rule->check == NULL) continue;
        bool reduces = now.reducing_qty.m == spec.qty.m;
        struct risk_result result = {0};
        if (reduces && !rule->checks_reducing) {
            note(gate, &spec, i, RISK_ALLOW, true, &result);
            continue;
        }
        enum risk_verdict one = rule->check(
            view, gate->config->params[i], gate->rule_state + gate->state_offset[i], &now, &result);
        note(gate, &spec, i, one, false, &result);
        if (one == RISK_ALLOW) continue;
        *ret_rule = i;
        *ret_result = result;
        if (one != RISK_SHRINK) return RISK_VETO;
        CHECK(result.qty.m > 0 && result.qty.m < spec.qty.m);
        // Notional scales with quantity; the rounding of one unit is beyond any limit's meaning.
        now.notional.m = decimal_div_round(now.notional.m * result.qty.m, spec.qty.m, ROUND_CEIL);
        spec.qty = result.qty;
        if (now.reducing_qty.m > spec.qty.m) now.reducing_qty = spec.qty;
        verdict = RISK_SHRINK;
    }
    return verdict;
}

enum risk_verdict risk_gate_watch(struct risk_gate *gate, const struct risk_view *view,
                                  uint32_t *ret_rule, struct risk_result *ret_result) {
    for (uint32_t k = 0; k < gate->watch_count; k++) {
        uint32_t i = gate->watch[k];
        enum risk_verdict verdict = risk_rule_at(i)->watch(
            view, gate->config->params[i], gate->rule_state + gate->state_offset[i], ret_result);
        if (verdict != RISK_HALT) continue;
        *ret_rule = i;
        return RISK_HALT;
    }
    return RISK_ALLOW;
}

int risk_gate_set_limit(struct risk_gate *gate, const struct command_event *command) {
    if (command->rule >= gate->rule_count)
        return ERR_SET(ERR_ARGUMENT, "there is no risk rule %u", command->rule);
    const struct risk_rule *rule = risk_rule_at(command->rule);
    if (command->param >= rule->param_count)
        return ERR_SET(ERR_ARGUMENT, "rule %s has no parameter %u", rule->name, command->param);
    const struct param *row = &rule_params(command->rule)[command->param];
    if (!(command->value >= row->min && command->value <= row->max))
        return ERR_SET(ERR_ARGUMENT, "rule %s: %s = %g is outside %g to %g", rule->name, row->name,
                       command->value, row->min, row->max);
    gate->config->params[command->rule][command->param] = command->value;
    gate->config->enabled[command->rule] = 1;
    list_watchers(gate);
    return 0;
}

void risk_gate_restored(struct risk_gate *gate) {
    list_watchers(gate);
}
