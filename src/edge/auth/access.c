// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/access.h"

#include "base/check.h"

bool access_rule_is_whole(const struct route_rule *rule) {
    if (rule->is_public) return true;
    return rule->min_role > ROLE_NONE && rule->min_role < ROLE_COUNT && rule->scopes != 0 &&
           (rule->scopes & ~(uint32_t)SCOPE_ALL) == 0 &&
           (rule->scopes & ~role_scopes(ROLE_ADMIN)) == 0;
}

// Persons of a role that can do harm show a second factor; a key was made by one who did.
static bool lacks_factor(const struct route_rule *rule, const struct principal *principal) {
    if (principal->key_id != 0 || principal->second_factor || rule->without_factor) return false;
    return rule->second_factor || rule->min_role == ROLE_ADMIN || principal->role == ROLE_ADMIN;
}

bool access_is_admin(const struct principal *principal) {
    return principal->role == ROLE_ADMIN && (principal->second_factor || principal->key_id != 0);
}

static bool lacks_step_up(const struct route_rule *rule, const struct principal *principal,
                          int64_t now_ns) {
    if (!rule->step_up) return false;
    return principal->step_up_ns <= 0 || principal->step_up_ns > now_ns ||
           now_ns - principal->step_up_ns > ACCESS_STEP_UP_NS;
}

enum access_verdict access_check(const struct route_rule *rule, const struct principal *principal,
                                 int64_t now_ns) {
    CHECK(access_rule_is_whole(rule));
    if (rule->is_public) return ACCESS_ALLOW;
    if (principal == NULL || principal->user_id <= 0 || principal->tenant_id <= 0 ||
        principal->expires_ns <= now_ns)
        return ACCESS_UNKNOWN;
    uint32_t held = principal->scopes & role_scopes(principal->role);
    if (principal->role < rule->min_role || (rule->scopes & ~held) != 0) return ACCESS_DENIED;
    if (principal->key_id != 0 && (rule->person_only || rule->step_up)) return ACCESS_DENIED;
    if (lacks_factor(rule, principal)) return ACCESS_FACTOR_NEEDED;
    if (lacks_step_up(rule, principal, now_ns)) return ACCESS_STEP_UP_NEEDED;
    return ACCESS_ALLOW;
}

enum access_verdict access_object(const struct principal *principal, struct access_owner owner) {
    if (owner.tenant_id <= 0 || owner.tenant_id != principal->tenant_id) return ACCESS_NOT_FOUND;
    if (owner.user_id != 0 && owner.user_id != principal->user_id && principal->role != ROLE_ADMIN)
        return ACCESS_NOT_FOUND;
    return ACCESS_ALLOW;
}

enum access_verdict access_user(const struct principal *actor, int64_t user_id, int64_t tenant_id) {
    enum access_verdict verdict = access_object(actor, (struct access_owner){tenant_id, 0});
    if (verdict != ACCESS_ALLOW) return verdict;
    return user_id == actor->user_id ? ACCESS_DENIED : ACCESS_ALLOW;
}

int access_status(enum access_verdict verdict) {
    switch (verdict) {
    case ACCESS_ALLOW:
        return 200;
    case ACCESS_UNKNOWN:
        return 401;
    case ACCESS_NOT_FOUND:
        return 404;
    default:
        return 403;
    }
}

const char *access_word(enum access_verdict verdict) {
    static const char *const words[] = {"allowed",        "unauthenticated",
                                        "forbidden",      "second_factor_needed",
                                        "step_up_needed", "not_found"};
    CHECK((unsigned)verdict < sizeof words / sizeof *words);
    return words[verdict];
}
