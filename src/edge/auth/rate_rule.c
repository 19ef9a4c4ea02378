// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/params.h"
#include "base/timestamp.h"
#include "edge/auth/rate_limit.h"

#define MINUTE NS_PER_MIN
#define HOUR NS_PER_HOUR

static const struct rate_rule table[] = {
    {"login", "passwords that are tried", RATE_BY_CALLER, 5, 0, MINUTE},
    {"second_factor", "codes that are tried", RATE_BY_CALLER, 10, 0, MINUTE},
    {"refresh", "refresh of tokens", RATE_BY_CALLER, 60, 20, MINUTE},
    {"setup", "tries of the set-up token", RATE_BY_CALLER, 5, 0, MINUTE},
    {"password", "changes of passwords and second factors", RATE_BY_USER, 5, 0, MINUTE},
    {"keys", "API keys made and revoked", RATE_BY_USER, 20, 0, HOUR},
    {"trading", "orders placed and replaced", RATE_BY_USER, 100, 20, MINUTE},
    {"cancel", "orders cancelled", RATE_BY_USER, 300, 100, MINUTE},
    {"emergency", "kill, halt, flatten", RATE_BY_USER, 60, 20, MINUTE},
    {"risk", "limits and breakers changed", RATE_BY_USER, 30, 10, MINUTE},
    {"session", "trading sessions and strategies started, stopped, changed", RATE_BY_USER, 60, 20,
     MINUTE},
    {"read", "reading what the tenant has", RATE_BY_USER, 1200, 250, MINUTE},
    {"market_data", "bars, books, pyramids", RATE_BY_USER, 1200, 250, MINUTE},
    {"run", "backtests, sweeps, walk-forwards submitted", RATE_BY_USER, 60, 10, HOUR},
    {"report", "reports and exports", RATE_BY_USER, 30, 10, MINUTE},
    {"analysis", "books, options, portfolios and risk worked out", RATE_BY_USER, 120, 30, MINUTE},
    {"upload", "files brought in", RATE_BY_USER, 10, 0, MINUTE},
    {"admin", "people, tenants and the system changed", RATE_BY_USER, 60, 20, MINUTE},
    {"audit", "audit read and exported", RATE_BY_USER, 30, 0, MINUTE},
    {"stream_open", "streams opened", RATE_BY_CALLER, 60, 20, MINUTE},
    {"stream_message", "messages of a stream's client", RATE_BY_USER, 600, 100, MINUTE},
    {"system", "health and metrics", RATE_BY_CALLER, 600, 100, MINUTE},
    {"anonymous", "anything asked without a token", RATE_BY_CALLER, 120, 60, MINUTE},
    {"tenant", "everything of one tenant", RATE_BY_TENANT, 30000, 250, MINUTE},
};
#define RULES (sizeof table / sizeof *table)
_Static_assert(RULES <= (size_t)RATE_RULES_MAX, "the rules have room");

void rate_rules_init(struct rate_rules *rules) {
    memset(rules, 0, sizeof *rules);
    memcpy(rules->rows, table, sizeof table);
    rules->count = RULES;
}

const struct rate_rule *rate_rules_find(const struct rate_rules *rules, const char *name) {
    for (size_t i = 0; i < rules->count; i++)
        if (strcmp(rules->rows[i].name, name) == 0) return &rules->rows[i];
    return NULL;
}

static int no_rule(const struct rate_rules *rules, const char *name) {
    const char *names[RATE_RULES_MAX];
    for (size_t i = 0; i < rules->count; i++) names[i] = rules->rows[i].name;
    const char *near = nearest_name(name, names, rules->count);
    return ERR_SET(ERR_NOT_FOUND, "there is no rate rule '%s'%s%s", name,
                   near != NULL ? "; did you mean " : "", near != NULL ? near : "");
}

static bool read_count(const char **at, uint32_t *ret_count) {
    char *end;
    if (**at < '0' || **at > '9') return false;
    unsigned long value = strtoul(*at, &end, 10);
    if (value > RATE_LIMIT_MAX) return false;
    *at = end;
    *ret_count = (uint32_t)value;
    return true;
}

// "100/1m+20"
static int read_rate(const char *text, struct rate_rule *rule) {
    const char *at = text;
    uint32_t limit, burst = 0;
    int64_t window_ns;
    if (!read_count(&at, &limit) || *at++ != '/') return ERR_PARSE;
    size_t len = strcspn(at, "+");
    if (duration_parse(at, len, &window_ns) < 0) return ERR_PARSE;
    at += len;
    if (*at == '+' && (at++, !read_count(&at, &burst))) return ERR_PARSE;
    if (*at != '\0') return ERR_PARSE;
    if (limit == 0 || burst > RATE_BURST_MAX || limit + burst > RATE_LIMIT_MAX ||
        window_ns < RATE_WINDOW_MIN_NS || window_ns > RATE_WINDOW_MAX_NS)
        return ERR_RANGE;
    rule->limit = limit;
    rule->burst = burst;
    rule->window_ns = window_ns;
    return 0;
}

int rate_rules_change(struct rate_rules *rules, const char *text) {
    char name[32];
    size_t len = strcspn(text, "=");
    if (text[len] != '=' || len >= sizeof name)
        return ERR_SET(ERR_PARSE,
                       "'%.60s' is no rate; right would be login=5/1m or read=1200/1m+250", text);
    memcpy(name, text, len);
    name[len] = '\0';
    const struct rate_rule *found = rate_rules_find(rules, name);
    if (found == NULL) return no_rule(rules, name);
    int rc = read_rate(text + len + 1, &rules->rows[found - rules->rows]);
    if (rc == ERR_RANGE)
        return ERR_SET(rc,
                       "'%.60s' is out of range: 1 to %d requests, a burst of at most %d, a window "
                       "of 100 ms to a day",
                       text, RATE_LIMIT_MAX, RATE_BURST_MAX);
    if (rc < 0)
        return ERR_SET(rc, "'%.60s' is no rate; right would be login=5/1m or read=1200/1m+250",
                       text);
    return 0;
}
