// SPDX-License-Identifier: Apache-2.0
#include "risk/rule.h"

#include <string.h>

#include "base/check.h"
#include "risk/rule_list.h"

#define DECLARE(name) extern const struct risk_rule risk_rule_##name;
RISK_RULE_LIST(DECLARE)

#define ROW(name) &risk_rule_##name,
static const struct risk_rule *const registry[] = {RISK_RULE_LIST(ROW)};

size_t risk_rule_count(void) {
    return sizeof registry / sizeof registry[0];
}

const struct risk_rule *risk_rule_at(size_t index) {
    CHECK(index < risk_rule_count());
    return registry[index];
}

int risk_rule_find(const char *name) {
    for (size_t i = 0; i < risk_rule_count(); i++)
        if (strcmp(registry[i]->name, name) == 0) return (int)i;
    return -1;
}

const char *risk_verdict_name(uint32_t verdict) {
    static const char *const names[RISK_VERDICT_COUNT] = {"allow", "shrink", "veto", "halt",
                                                          "warn",  "reduce", "pause"};
    return verdict < RISK_VERDICT_COUNT ? names[verdict] : "unknown";
}

const char *engine_veto_name(uint32_t code) {
    static const char *const names[VETO_COUNT] = {
        "none",        "halted",       "no_price",     "orders_full",     "lots_full",
        "bad_target",  "not_tradable", "conduct",      "reducing",        "no_reason",
        "gate_regime", "gate_score",   "gate_session", "gate_timeframes", "gate_volatility"};
    return code < VETO_COUNT ? names[code] : "unknown";
}
