// SPDX-License-Identifier: Apache-2.0
// A database with two tenants and their people, and identity over it. Passwords are hashed at the least cost.
#ifndef FULMAR_TEST_AUTH_KIT_H
#define FULMAR_TEST_AUTH_KIT_H

#include "base/timestamp.h"
#include "database.h"
#include "edge/auth/audit.h"
#include "edge/auth/factor.h"
#include "edge/auth/key_store.h"
#include "edge/auth/login.h"
#include "edge/auth/password.h"
#include "edge/auth/user.h"

#define KIT_PASSWORD "tulip-anvil-cobalt"
#define KIT_START (INT64_C(1800000000) * NS_PER_S)

struct kit {
    struct database database;
    struct sql *sql;
    struct secrets secrets;
    struct auth *auth;
    struct auth_caller caller; // its clock is the test's
    int64_t tenant, other_tenant;
    int64_t admin, trader, viewer, stranger; // the stranger is the other tenant's admin
};

static inline struct secrets kit_secrets(void) {
    struct secrets secrets;
    memset(&secrets, 0, sizeof secrets);
    secret_random(&secrets.pepper, sizeof secrets.pepper);
    secret_random(&secrets.seal, sizeof secrets.seal);
    secret_random(&secrets.audit, sizeof secrets.audit);
    secrets.tokens.count = 1;
    memcpy(secrets.tokens.keys[0].kid, "k1", 3);
    secret_random(&secrets.tokens.keys[0].key, sizeof secrets.tokens.keys[0].key);
    return secrets;
}

static inline int64_t kit_user(struct kit *kit, int64_t tenant, const char *name, enum role role) {
    struct user_new user = {.tenant_id = tenant,
                            .name = name,
                            .role = role,
                            .password = KIT_PASSWORD,
                            .password_len = strlen(KIT_PASSWORD)};
    int64_t id;
    assert_ok(user_create(kit->auth, kit->sql, NULL, &user, &kit->caller, &id));
    return id;
}

static inline void kit_open_auth(struct kit *kit) {
    struct auth_options options = {.secrets = &kit->secrets, .password_cost = PASSWORD_COST_MIN};
    assert_ok(auth_open(&options, &kit->auth));
    assert_ok(auth_load(kit->auth, kit->sql, kit->caller.now_ns));
}

static inline void kit_make(struct kit *kit, void **state) {
    memset(kit, 0, sizeof *kit);
    kit->sql = database_migrated(&kit->database, *state == NULL ? SQL_SQLITE : SQL_POSTGRES);
    kit->secrets = kit_secrets();
    kit->caller = (struct auth_caller){.agent = "test/1", .request_id = "r1", .now_ns = KIT_START};
    assert_ok(ip_parse("192.0.2.7", 9, &kit->caller.address));
    kit_open_auth(kit);
    assert_ok(tenant_create(kit->auth, kit->sql, NULL, "desk", &kit->caller, &kit->tenant));
    assert_ok(tenant_create(kit->auth, kit->sql, NULL, "others", &kit->caller, &kit->other_tenant));
    kit->admin = kit_user(kit, kit->tenant, "anna", ROLE_ADMIN);
    kit->trader = kit_user(kit, kit->tenant, "tom", ROLE_TRADER);
    kit->viewer = kit_user(kit, kit->tenant, "vera", ROLE_VIEWER);
    kit->stranger = kit_user(kit, kit->other_tenant, "sam", ROLE_ADMIN);
}

static inline void kit_drop(struct kit *kit) {
    auth_close(kit->auth);
    sql_close(kit->sql);
    database_drop(&kit->database);
}

static inline enum login_verdict kit_login(struct kit *kit, const char *name, const char *password,
                                           struct login_result *result) {
    assert_ok(login_password(kit->auth, kit->sql, name, strlen(name), password, strlen(password),
                             &kit->caller, result));
    return result->verdict;
}

static inline struct session_tokens kit_enter(struct kit *kit, const char *name) {
    struct login_result result;
    assert_int_equal(kit_login(kit, name, KIT_PASSWORD, &result), LOGIN_DONE);
    return result.tokens;
}

// Whom a token is of; the principal is zero when it is refused.
static inline struct principal kit_ask(struct kit *kit, const char *token,
                                       const char **ret_reason) {
    struct principal principal = {.user_id = 0};
    const char *reason;
    enum auth_verdict verdict = auth_bearer(kit->auth, token, strlen(token), &kit->caller.address,
                                            kit->caller.now_ns, &principal, &reason);
    if (ret_reason != NULL) *ret_reason = reason;
    assert_int_equal(verdict == AUTH_KNOWN, principal.user_id != 0);
    return principal;
}

static inline struct principal kit_principal(struct kit *kit, const char *name) {
    struct session_tokens tokens = kit_enter(kit, name);
    struct principal principal = kit_ask(kit, tokens.access, NULL);
    assert_true(principal.user_id > 0);
    return principal;
}

static inline void kit_verify_audit(struct kit *kit) {
    struct audit_head head;
    assert_ok(audit_verify(kit->sql, &kit->secrets.audit, kit->tenant, NULL, NULL, &head));
    assert_true(head.seq > 0);
    assert_ok(audit_verify(kit->sql, &kit->secrets.audit, kit->other_tenant, NULL, NULL, &head));
}

static inline int64_t kit_audited(struct kit *kit, const char *action, const char *outcome) {
    char text[256];
    snprintf(text, sizeof text, "SELECT COUNT(*) FROM audit WHERE action = '%s' AND outcome = '%s'",
             action, outcome);
    return database_int(kit->sql, text);
}

#define KIT_BOTH(test)                                                                             \
    {#test " (SQLite)", test, NULL, NULL, NULL}, {                                                 \
#test " (PostgreSQL)", test, NULL, NULL, (void *)1                                         \
    }

#endif
