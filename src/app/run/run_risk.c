// SPDX-License-Identifier: Apache-2.0
// Risk rules of a run: which are on with what limits, and what instruments are not to be used for.
#include <stdio.h>
#include <string.h>

#include "app/run/run_parts.h"

static int choose_rule(const char *name, uint32_t *ret_index) {
    const char *names[RISK_RULES_MAX];
    size_t count = 0;
    for (; count < risk_rule_count(); count++) names[count] = risk_rule_at(count)->name;
    int index = risk_rule_find(name);
    if (index < 0) return run_no_such("risk rule", name, names, count);
    *ret_index = (uint32_t)index;
    return 0;
}

// "rule", "rule=off", "rule.param=value".
static int set_rule(struct risk_config *risk, const char *word) {
    char name[64];
    size_t len = strcspn(word, ".=");
    if (len == 0 || len >= sizeof name)
        return ERR_SET(ERR_ARGUMENT, "risk: '%s' is not rule, rule=off or rule.param=value", word);
    snprintf(name, sizeof name, "%.*s", (int)len, word);
    uint32_t index = 0;
    TRY(choose_rule(name, &index));
    const struct risk_rule *rule = risk_rule_at(index);
    risk->enabled[index] = 1;
    if (word[len] == '\0') return 0;
    if (word[len] == '=') {
        if (strcmp(word + len, "=off") != 0)
            return ERR_SET(ERR_ARGUMENT, "risk: '%s': only off can be assigned to a rule itself",
                           word);
        risk->enabled[index] = 0;
        return 0;
    }
    const char *param = word + len + 1;
    return run_set_params(name, rule->params, rule->param_count, &param, 1, risk->params[index]);
}

// "SYMBOL", "SYMBOL=no_short".
static int restrict_one(struct run *run, const char *word, uint32_t *flags) {
    static const struct {
        const char *name;
        uint32_t flag;
    } kinds[] = {{"no_trade", RISK_NO_TRADE}, {"no_short", RISK_NO_SHORT}, {"no_buy", RISK_NO_BUY}};
    char name[160];
    size_t len = strcspn(word, "=");
    const char *kind = word[len] == '=' ? word + len + 1 : "no_trade";
    if (len == 0 || len >= sizeof name)
        return ERR_SET(ERR_ARGUMENT, "restricted: '%s' is not SYMBOL or SYMBOL=KIND", word);
    snprintf(name, sizeof name, "%.*s", (int)len, word);
    uint32_t instrument = 0;
    TRY(run_find_instrument(run, "restricted", name, &instrument));
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kind, kinds[i].name) != 0) continue;
        flags[instrument] |= kinds[i].flag;
        return 0;
    }
    return ERR_SET(ERR_ARGUMENT,
                   "restricted: '%s': an instrument is no_trade, no_short or no_buy, not '%s'",
                   word, kind);
}

static int choose_restricted(struct run *run) {
    if (run->config->restricted_count == 0) return 0;
    uint32_t *flags = ARENA_NEW(&run->wiring, uint32_t, run->instruments.count);
    if (flags == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < run->config->restricted_count; i++)
        TRY(restrict_one(run, run->config->restricted[i], flags));
    run->engine_config.risk_flags = flags;
    return 0;
}

int run_choose_risk(struct run *run) {
    risk_config_defaults(&run->risk);
    for (uint32_t i = 0; i < run->config->risk_count; i++)
        TRY(set_rule(&run->risk, run->config->risk[i]));
    return choose_restricted(run);
}
