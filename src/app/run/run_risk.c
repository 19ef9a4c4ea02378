// SPDX-License-Identifier: Apache-2.0
// Risk rules of a run: which are on with what limits, what instruments are not to be used for, what strategies may do.
#include <stdio.h>
#include <stdlib.h>
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

int run_find_strategy(const struct run *run, const char *what, const char *word,
                      uint32_t *ret_index) {
    char *end;
    unsigned long number = strtoul(word, &end, 10);
    uint32_t found = 0;
    if (*end == '\0' && number >= 1 && number <= run->strategy_count) {
        *ret_index = (uint32_t)number - 1;
        return 0;
    }
    for (uint32_t i = 0; i < run->strategy_count; i++) {
        if (strcmp(run->strategies[i].strategy->name, word) != 0) continue;
        *ret_index = i;
        found++;
    }
    if (found == 1) return 0;
    return ERR_SET(ERR_ARGUMENT,
                   found > 1
                       ? "%s: %u strategies are '%s'; name one by its number, from 1"
                       : "%s: of the run's strategies %u are '%s'; a strategy is named by its "
                         "number, from 1, or by its name",
                   what, found, word);
}

// What a strategy's words leave it: of a kind that none of them names, all.
struct permission {
    uint32_t sides;
    uint32_t types;
    uint8_t *instruments; // [instrument]
    bool any;             // an instrument is named
};

static int permit_one(const struct run *run, struct permission *permission, const char *word) {
    uint32_t instrument = 0;
    for (uint32_t type = 0; type < ORDER_TYPE_COUNT; type++) {
        if (strcmp(word, order_type_name(type)) != 0) continue;
        permission->types |= RISK_MAY_SEND(type);
        return 0;
    }
    if (strcmp(word, "long") == 0 || strcmp(word, "short") == 0) {
        permission->sides |= word[0] == 'l' ? RISK_MAY_LONG : RISK_MAY_SHORT;
        return 0;
    }
    if (run_find_instrument(run, "permissions", word, &instrument) < 0)
        return ERR_APPEND(ERR_ARGUMENT,
                          "nor is '%s' long, short or a type of order: market, limit, "
                          "stop, ...",
                          word);
    permission->instruments[instrument] = 1;
    permission->any = true;
    return 0;
}

// "STRATEGY:WORD[,WORD...]".
static int permit(struct run *run, const char *line, uint32_t *permissions) {
    char word[160];
    size_t len = strcspn(line, ":"), count = run->instruments.count;
    struct permission permission = {.instruments = ARENA_NEW(&run->wiring, uint8_t, count)};
    uint32_t strategy = 0;
    if (permission.instruments == NULL) return ERR_NOMEM;
    if (line[len] != ':' || line[len + 1] == '\0' || len >= sizeof word)
        return ERR_SET(ERR_ARGUMENT, "permissions: '%s' is not STRATEGY:WORD[,WORD...]", line);
    snprintf(word, sizeof word, "%.*s", (int)len, line);
    TRY(run_find_strategy(run, "permissions", word, &strategy));
    for (const char *at = line + len + 1; *at != '\0'; at += len, at += *at == ',') {
        len = strcspn(at, ",");
        if (len >= sizeof word)
            return ERR_SET(ERR_ARGUMENT, "permissions: '%s' has too long a word", line);
        snprintf(word, sizeof word, "%.*s", (int)len, at);
        TRY(permit_one(run, &permission, word));
    }
    uint32_t sides = permission.sides != 0 ? permission.sides : RISK_MAY_LONG | RISK_MAY_SHORT;
    uint32_t types = permission.types != 0 ? permission.types : ~UINT32_C(255);
    for (size_t i = 0; i < count; i++)
        permissions[strategy * count + i] =
            permission.any && !permission.instruments[i] ? 0 : sides | types;
    return 0;
}

static int choose_permissions(struct run *run) {
    const struct run_config *config = run->config;
    size_t slots = (size_t)run->strategy_count * run->instruments.count;
    if (config->permissions_count == 0) return 0;
    uint32_t *permissions = ARENA_NEW(&run->wiring, uint32_t, slots);
    if (permissions == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < slots; i++) permissions[i] = UINT32_MAX;
    for (uint32_t i = 0; i < config->permissions_count; i++)
        TRY(permit(run, config->permissions[i], permissions));
    run->engine_config.permissions = permissions;
    return 0;
}

int run_choose_risk(struct run *run) {
    risk_config_defaults(&run->risk);
    for (uint32_t i = 0; i < run->config->risk_count; i++)
        TRY(set_rule(&run->risk, run->config->risk[i]));
    TRY(choose_permissions(run));
    return choose_restricted(run);
}
