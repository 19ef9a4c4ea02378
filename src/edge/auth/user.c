// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/user.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "edge/auth/auth_state.h"
#include "edge/auth/codec.h"
#include "edge/auth/password.h"
#include "edge/auth/password_policy.h"
#include "edge/auth/session.h"

enum { OBJECT_SIZE = 40, DETAIL_SIZE = 160, EMAIL_MAX = 254, TENANT_NAME_MAX = 64 };
#define SETUP_LOCK INT64_C(0x7365747570) // of sql_lock

#define USER_SELECT                                                                                \
    "SELECT id, tenant_id, name, COALESCE(email, ''), role, created_ns, disabled_ns, "             \
    "last_login_ns, "                                                                              \
    "totp_enabled_ns FROM users "

static int visit_users(struct sql_rows *rows, const struct user_visitor *visitor) {
    int rc;
    while ((rc = sql_next(rows)) == 1) {
        const char *role = sql_get_text(rows, 4);
        int found = role == NULL ? -1 : role_find(role, strlen(role));
        struct user_row row = {.id = sql_get_int(rows, 0),
                               .tenant_id = sql_get_int(rows, 1),
                               .name = sql_get_text(rows, 2),
                               .email = sql_get_text(rows, 3),
                               .role = found < 0 ? ROLE_NONE : (enum role)found,
                               .created_ns = sql_get_int(rows, 5),
                               .disabled_ns = sql_get_int(rows, 6),
                               .last_login_ns = sql_get_int(rows, 7),
                               .factor_set_ns = sql_get_int(rows, 8)};
        if ((rc = visitor->visit(visitor->self, &row)) < 0) break;
    }
    sql_rows_close(rows);
    return rc < 0 ? rc : 0;
}

int user_list(struct sql *sql, int64_t tenant_id, const struct user_visitor *visitor) {
    static const struct sql_query list = {"user.list",
                                          USER_SELECT "WHERE tenant_id = ? OR ? = 0 ORDER BY id"};
    struct sql_rows *rows;
    TRY(sql_select(sql, &list, &rows, sql_int(tenant_id), sql_int(tenant_id)));
    return visit_users(rows, visitor);
}

static int no_user(void) {
    return ERR_SET(ERR_NOT_FOUND, "there is no such user");
}

int user_find(struct sql *sql, const char *name, int64_t *ret_id, int64_t *ret_tenant_id) {
    static const struct sql_query find = {"user.find",
                                          "SELECT id, tenant_id FROM users WHERE name = ?"};
    char folded[AUTH_NAME_MAX + 1];
    struct sql_rows *rows;
    TRY(auth_name(name, strlen(name), folded));
    int rc = sql_first(sql, &find, &rows, sql_text(folded));
    if (rc < 0) return rc;
    if (rc == 0) return ERR_SET(ERR_NOT_FOUND, "there is no user '%s'", folded);
    *ret_id = sql_get_int(rows, 0);
    *ret_tenant_id = sql_get_int(rows, 1);
    sql_rows_close(rows);
    return 0;
}

struct once {
    const struct user_visitor *visitor;
    int count;
};

static int visit_once(void *self, const struct user_row *row) {
    struct once *once = self;
    once->count++;
    return once->visitor->visit(once->visitor->self, row);
}

int user_get(struct sql *sql, int64_t tenant_id, int64_t id, const struct user_visitor *visitor) {
    static const struct sql_query get = {"user.get", USER_SELECT "WHERE tenant_id = ? AND id = ?"};
    struct sql_rows *rows;
    struct once once = {visitor, 0};
    TRY(sql_select(sql, &get, &rows, sql_int(tenant_id), sql_int(id)));
    TRY(visit_users(rows, &(struct user_visitor){visit_once, &once}));
    return once.count > 0 ? 0 : no_user();
}

// A change of a user: the step within the transaction, and what the audit says of it.
struct change {
    struct auth *auth;
    struct sql *sql;
    const struct principal *actor;
    const struct auth_caller *caller;
    int64_t tenant_id, id;
    const char *action;
    char detail[DETAIL_SIZE];
};

static int note(struct change *change) {
    char object[OBJECT_SIZE];
    snprintf(object, sizeof object, "user:%" PRId64, change->id);
    if (change->actor != NULL)
        return auth_note(change->auth, change->sql, change->caller, change->tenant_id,
                         change->actor->user_id, change->action, object, "done", change->detail);
    struct audit_entry entry = {
        change->tenant_id, change->caller->now_ns, "system", change->action, object, "done", "", "",
        change->detail};
    return audit_append(change->sql, &change->auth->secrets.audit, &entry);
}

// Ends the transaction that a change was made in: audit, commit, and this process's own knowledge.
static int finish(struct change *change, int rc) {
    if (rc >= 0)
        rc = auth_changed(change->sql, change->tenant_id, change->id, change->caller->now_ns);
    if (rc >= 0) rc = note(change);
    if (rc >= 0) rc = sql_commit(change->sql);
    if (rc < 0) {
        sql_rollback(change->sql);
        return rc;
    }
    return auth_learn(change->auth, change->sql, change->caller->now_ns);
}

static int foreign(const struct principal *actor, int64_t tenant_id) {
    return actor == NULL || actor->tenant_id == tenant_id ? 0 : no_user();
}

static int check_email(const char *email) {
    size_t len = strlen(email), at = strcspn(email, "@");
    bool good = len == 0 ||
                (len <= EMAIL_MAX && at > 0 && at + 1 < len && strchr(email + at + 1, '@') == NULL);
    for (size_t i = 0; good && i < len; i++)
        good = (unsigned char)email[i] > 0x20 && (unsigned char)email[i] < 0x7f &&
               strchr("\"'<>\\,;:()[]", email[i]) == NULL;
    return good ? 0 : ERR_SET(ERR_ARGUMENT, "this is no e-mail address");
}

static int insert_user(struct sql *sql, const struct user_new *user, const char *name,
                       const char *hash, int64_t now_ns, int64_t *ret_id) {
    static const struct sql_query insert = {"user.create",
                                            "INSERT INTO users (tenant_id, name, email, role, "
                                            "password_hash, password_changed_ns, created_ns) "
                                            "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id"};
    struct sql_rows *rows;
    const char *email = user->email != NULL && user->email[0] != '\0' ? user->email : NULL;
    int rc = sql_first(sql, &insert, &rows, sql_int(user->tenant_id), sql_text(name),
                       sql_text(email), sql_text(role_name(user->role)), sql_text(hash),
                       sql_int(now_ns), sql_int(now_ns));
    if (rc == ERR_CONFLICT) return ERR_SET(ERR_CONFLICT, "there is a user '%s' already", name);
    if (rc < 0) return rc;
    CHECK(rc == 1);
    *ret_id = sql_get_int(rows, 0);
    sql_rows_close(rows);
    return 0;
}

// Hashing takes long: no transaction is open while it does.
static int prepare(struct auth *auth, const char *password, size_t len, const char *name,
                   char ret_hash[PASSWORD_HASH_SIZE]) {
    TRY(password_policy_check(password, len, name));
    return password_hash(&auth->secrets.pepper, auth->cost, password, len, ret_hash);
}

static int check_new(struct auth *auth, const struct user_new *user,
                     char ret_name[AUTH_NAME_MAX + 1], char ret_hash[PASSWORD_HASH_SIZE]) {
    TRY(auth_name(user->name, strlen(user->name), ret_name));
    if (user->role <= ROLE_NONE || user->role >= ROLE_COUNT)
        return ERR_SET(ERR_ARGUMENT, "a role is viewer, trader or admin");
    TRY(check_email(user->email != NULL ? user->email : ""));
    return prepare(auth, user->password, user->password_len, ret_name, ret_hash);
}

int user_create(struct auth *auth, struct sql *sql, const struct principal *actor,
                const struct user_new *user, const struct auth_caller *caller, int64_t *ret_id) {
    char name[AUTH_NAME_MAX + 1], hash[PASSWORD_HASH_SIZE];
    struct change change = {auth, sql, actor, caller, user->tenant_id, 0, "user create", ""};
    TRY(foreign(actor, user->tenant_id));
    TRY(check_new(auth, user, name, hash));
    TRY(sql_begin(sql, SQL_WRITE));
    int rc = insert_user(sql, user, name, hash, caller->now_ns, &change.id);
    snprintf(change.detail, sizeof change.detail, "{\"name\":\"%s\",\"role\":\"%s\"}", name,
             role_name(user->role));
    TRY(finish(&change, rc));
    *ret_id = change.id;
    return 0;
}

// How many admins other than this one can come in.
static int other_admins(struct sql *sql, int64_t tenant_id, int64_t id) {
    static const struct sql_query count = {"user.admins",
                                           "SELECT COUNT(*) FROM users WHERE tenant_id = ? AND id "
                                           "<> ? AND role = 'admin' AND disabled_ns IS NULL"};
    struct sql_rows *rows;
    TRY(sql_lock(sql, SETUP_LOCK + tenant_id)); // two admins who demote one another at once
    int rc = sql_first(sql, &count, &rows, sql_int(tenant_id), sql_int(id));
    if (rc < 0) return rc;
    int64_t admins = rc == 1 ? sql_get_int(rows, 0) : 0;
    if (rc == 1) sql_rows_close(rows);
    return admins > 1000 ? 1000 : (int)admins;
}

static int keep_an_admin(struct change *change) {
    int others = other_admins(change->sql, change->tenant_id, change->id);
    if (others < 0) return others;
    return others > 0 ? 0
                      : ERR_SET(ERR_STATE,
                                "this is the last admin who can come in; make another one first");
}

// The role and whether it is disabled, 1; 0: no such user.
static int read_state(struct change *change, enum role *ret_role, bool *ret_disabled) {
    static const struct sql_query find = {
        "user.state", "SELECT role, disabled_ns FROM users WHERE tenant_id = ? AND id = ?"};
    struct sql_rows *rows;
    int rc = sql_first(change->sql, &find, &rows, sql_int(change->tenant_id), sql_int(change->id));
    if (rc < 0) return rc;
    if (rc == 0) return no_user();
    const char *name = sql_get_text(rows, 0);
    int role = name == NULL ? -1 : role_find(name, strlen(name));
    *ret_role = role < 0 ? ROLE_NONE : (enum role)role;
    *ret_disabled = !sql_is_null(rows, 1);
    sql_rows_close(rows);
    return 0;
}

static int set_role(struct change *change, enum role role) {
    static const struct sql_query update = {
        "user.role",
        "UPDATE users SET role = ?, version = version + 1 WHERE tenant_id = ? AND id = ?"};
    enum role before;
    bool disabled;
    TRY(read_state(change, &before, &disabled));
    if (before == ROLE_ADMIN && role != ROLE_ADMIN && !disabled) TRY(keep_an_admin(change));
    snprintf(change->detail, sizeof change->detail, "{\"from\":\"%s\",\"to\":\"%s\"}",
             role_name(before), role_name(role));
    return sql_run(change->sql, &update, sql_text(role_name(role)), sql_int(change->tenant_id),
                   sql_int(change->id));
}

int user_set_role(struct auth *auth, struct sql *sql, const struct principal *actor,
                  int64_t tenant_id, int64_t id, enum role role, const struct auth_caller *caller) {
    struct change change = {auth, sql, actor, caller, tenant_id, id, "user role", ""};
    if (role <= ROLE_NONE || role >= ROLE_COUNT)
        return ERR_SET(ERR_ARGUMENT, "a role is viewer, trader or admin");
    TRY(foreign(actor, tenant_id));
    TRY(sql_begin(sql, SQL_WRITE));
    return finish(&change, set_role(&change, role));
}

static int set_disabled(struct change *change, bool disabled) {
    static const struct sql_query disable = {
        "user.disable", "UPDATE users SET disabled_ns = ?, version = version + 1 WHERE tenant_id = "
                        "? AND id = ? AND disabled_ns IS NULL"};
    static const struct sql_query enable = {
        "user.enable", "UPDATE users SET disabled_ns = NULL, failures = 0, locked_until_ns = NULL "
                       "WHERE tenant_id = ? AND id = ?"};
    enum role role;
    bool before;
    TRY(read_state(change, &role, &before));
    if (!disabled)
        return sql_run(change->sql, &enable, sql_int(change->tenant_id), sql_int(change->id));
    if (role == ROLE_ADMIN && !before) TRY(keep_an_admin(change));
    TRY(sql_run(change->sql, &disable, sql_int(change->caller->now_ns), sql_int(change->tenant_id),
                sql_int(change->id)));
    return session_end_within(change->sql, change->tenant_id, change->id, 0, "user disabled",
                              change->caller->now_ns);
}

int user_set_disabled(struct auth *auth, struct sql *sql, const struct principal *actor,
                      int64_t tenant_id, int64_t id, bool disabled,
                      const struct auth_caller *caller) {
    struct change change = {
        auth, sql, actor, caller, tenant_id, id, disabled ? "user disable" : "user enable", ""};
    TRY(foreign(actor, tenant_id));
    TRY(sql_begin(sql, SQL_WRITE));
    return finish(&change, set_disabled(&change, disabled));
}

static int read_name(struct sql *sql, int64_t tenant_id, int64_t id,
                     char ret_name[AUTH_NAME_MAX + 1]) {
    static const struct sql_query find = {"user.name",
                                          "SELECT name FROM users WHERE tenant_id = ? AND id = ?"};
    struct sql_rows *rows;
    int rc = sql_first(sql, &find, &rows, sql_int(tenant_id), sql_int(id));
    if (rc < 0) return rc;
    if (rc == 0) return no_user();
    snprintf(ret_name, AUTH_NAME_MAX + 1, "%s", sql_get_text(rows, 0));
    sql_rows_close(rows);
    return 0;
}

static int set_password(struct change *change, const char *hash, bool forget_factor, int64_t but) {
    static const struct sql_query update = {
        "user.password", "UPDATE users SET password_hash = ?, password_changed_ns = ?, version = "
                         "version + 1 WHERE tenant_id = ? AND id = ?"};
    static const struct sql_query forget = {
        "user.forget_factor", "UPDATE users SET totp_secret = NULL, totp_enabled_ns = NULL, "
                              "totp_step = NULL WHERE tenant_id = ? AND id = ?"};
    static const struct sql_query codes = {
        "user.forget_codes", "DELETE FROM recovery_codes WHERE tenant_id = ? AND user_id = ?"};
    int rc = sql_run(change->sql, &update, sql_text(hash), sql_int(change->caller->now_ns),
                     sql_int(change->tenant_id), sql_int(change->id));
    if (rc == 0) return no_user();
    if (rc > 0 && forget_factor) {
        TRY(sql_run(change->sql, &forget, sql_int(change->tenant_id), sql_int(change->id)));
        TRY(sql_run(change->sql, &codes, sql_int(change->tenant_id), sql_int(change->id)));
    }
    if (rc < 0) return rc;
    return session_end_within(change->sql, change->tenant_id, change->id, but, "password changed",
                              change->caller->now_ns);
}

int user_reset(struct auth *auth, struct sql *sql, const struct principal *actor, int64_t tenant_id,
               int64_t id, const char *password, size_t len, bool forget_factor,
               const struct auth_caller *caller) {
    struct change change = {auth, sql, actor, caller, tenant_id, id, "user reset", ""};
    char name[AUTH_NAME_MAX + 1], hash[PASSWORD_HASH_SIZE];
    TRY(foreign(actor, tenant_id));
    TRY(read_name(sql, tenant_id, id, name));
    TRY(prepare(auth, password, len, name, hash));
    snprintf(change.detail, sizeof change.detail, "{\"second_factor_removed\":%s}",
             forget_factor ? "true" : "false");
    TRY(sql_begin(sql, SQL_WRITE));
    return finish(&change, set_password(&change, hash, forget_factor, 0));
}

int user_change_password(struct auth *auth, struct sql *sql, const struct principal *principal,
                         const char *old, size_t old_len, const char *password, size_t len,
                         const struct auth_caller *caller) {
    static const struct sql_query find = {
        "user.hash", "SELECT password_hash FROM users WHERE tenant_id = ? AND id = ?"};
    struct change change = {
        auth, sql, principal, caller, principal->tenant_id, principal->user_id, "password change",
        ""};
    char name[AUTH_NAME_MAX + 1], before[PASSWORD_HASH_SIZE], hash[PASSWORD_HASH_SIZE];
    struct sql_rows *rows;
    if (backoff_wait(auth->backoff, BACKOFF_CODE, &principal->user_id, sizeof principal->user_id,
                     caller->now_ns) > 0)
        return ERR_SET(ERR_DENIED, "too many tries; wait");
    TRY(read_name(sql, principal->tenant_id, principal->user_id, name));
    int rc =
        sql_first(sql, &find, &rows, sql_int(principal->tenant_id), sql_int(principal->user_id));
    if (rc < 0) return rc;
    if (rc == 0) return no_user();
    snprintf(before, sizeof before, "%s", sql_get_text(rows, 0));
    sql_rows_close(rows);
    rc = password_verify(&auth->secrets.pepper, auth->cost, old, old_len, before);
    if (rc < 0) return rc;
    if (rc == 0) {
        (void)backoff_fail(auth->backoff, BACKOFF_CODE, &principal->user_id,
                           sizeof principal->user_id, caller->now_ns);
        return ERR_SET(ERR_DENIED, "the password that was given is not the user's");
    }
    TRY(prepare(auth, password, len, name, hash));
    TRY(sql_begin(sql, SQL_WRITE));
    return finish(&change, set_password(&change, hash, false, principal->session_id));
}

static int tenant_insert(struct sql *sql, const char *name, int64_t now_ns, int64_t *ret_id) {
    static const struct sql_query insert = {
        "tenant.create", "INSERT INTO tenants (name, created_ns) VALUES (?, ?) RETURNING id"};
    struct sql_rows *rows;
    int rc = sql_first(sql, &insert, &rows, sql_text(name), sql_int(now_ns));
    if (rc == ERR_CONFLICT) return ERR_SET(ERR_CONFLICT, "there is a tenant '%s' already", name);
    if (rc < 0) return rc;
    CHECK(rc == 1);
    *ret_id = sql_get_int(rows, 0);
    sql_rows_close(rows);
    return 0;
}

static int note_tenant(struct auth *auth, struct sql *sql, const struct principal *actor,
                       int64_t id, const char *action, const struct auth_caller *caller) {
    char object[OBJECT_SIZE];
    snprintf(object, sizeof object, "tenant:%" PRId64, id);
    struct audit_entry entry = {id, caller->now_ns, "system", action, object, "done", "", "", ""};
    if (actor == NULL) return audit_append(sql, &auth->secrets.audit, &entry);
    return auth_note(auth, sql, caller, id, actor->user_id, action, object, "done", "");
}

int tenant_create(struct auth *auth, struct sql *sql, const struct principal *actor,
                  const char *name, const struct auth_caller *caller, int64_t *ret_id) {
    size_t len = strlen(name);
    int64_t id = 0;
    if (len == 0 || len > TENANT_NAME_MAX ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != len)
        return ERR_SET(ERR_ARGUMENT, "a tenant's name has 1 to %d small letters, digits and dashes",
                       TENANT_NAME_MAX);
    TRY(sql_begin(sql, SQL_WRITE));
    int rc = tenant_insert(sql, name, caller->now_ns, &id);
    if (rc == 0) rc = note_tenant(auth, sql, actor, id, "tenant create", caller);
    if (rc == 0) rc = sql_commit(sql);
    if (rc < 0)
        sql_rollback(sql);
    else
        *ret_id = id;
    return rc;
}

int tenant_find(struct sql *sql, const char *name, int64_t *ret_id) {
    static const struct sql_query find = {"tenant.find", "SELECT id FROM tenants WHERE name = ?"};
    struct sql_rows *rows;
    int rc = sql_first(sql, &find, &rows, sql_text(name));
    if (rc < 0) return rc;
    if (rc == 0) return ERR_SET(ERR_NOT_FOUND, "there is no tenant '%s'", name);
    *ret_id = sql_get_int(rows, 0);
    sql_rows_close(rows);
    return 0;
}

static int disable_tenant(struct sql *sql, int64_t id, bool disabled, int64_t now_ns) {
    static const struct sql_query update = {"tenant.disable",
                                            "UPDATE tenants SET disabled_ns = ? WHERE id = ?"};
    static const struct sql_query tell = {
        "tenant.changed", "INSERT INTO identity_changes (tenant_id, user_id, at_ns) SELECT "
                          "tenant_id, id, ? FROM users WHERE tenant_id = ?"};
    int rc = sql_run(sql, &update, disabled ? sql_int(now_ns) : sql_null(), sql_int(id));
    if (rc == 0) return ERR_SET(ERR_NOT_FOUND, "there is no such tenant");
    if (rc < 0) return rc;
    rc = sql_run(sql, &tell, sql_int(now_ns), sql_int(id));
    return rc < 0 ? rc : 0;
}

int tenant_set_disabled(struct auth *auth, struct sql *sql, const struct principal *actor,
                        int64_t id, bool disabled, const struct auth_caller *caller) {
    TRY(sql_begin(sql, SQL_WRITE));
    int rc = disable_tenant(sql, id, disabled, caller->now_ns);
    if (rc == 0)
        rc = note_tenant(auth, sql, actor, id, disabled ? "tenant disable" : "tenant enable",
                         caller);
    if (rc == 0) rc = sql_commit(sql);
    if (rc < 0) {
        sql_rollback(sql);
        return rc;
    }
    return auth_learn(auth, sql, caller->now_ns);
}

static int count_users(struct sql *sql) {
    static const struct sql_query any = {"user.any", "SELECT id FROM users ORDER BY id LIMIT 1"};
    struct sql_rows *rows;
    int rc = sql_select_values(sql, &any, NULL, 0, &rows);
    if (rc < 0) return rc;
    rc = sql_next(rows);
    sql_rows_close(rows);
    return rc;
}

int user_setup_token(struct auth *auth, struct sql *sql, char ret_token[AUTH_TICKET_SIZE]) {
    uint8_t secret[SECRET_SIZE];
    int any = count_users(sql);
    if (any < 0) return any;
    pthread_mutex_lock(&auth->lock);
    auth->setup[0] = '\0';
    if (any == 0) {
        secret_random(secret, sizeof secret);
        base64url_encode(auth->setup, secret, sizeof secret);
    }
    memcpy(ret_token, auth->setup, AUTH_TICKET_SIZE);
    pthread_mutex_unlock(&auth->lock);
    return 0;
}

static bool is_setup_token(struct auth *auth, const char *token, size_t len) {
    uint8_t given[SHA256_SIZE], ours[SHA256_SIZE];
    sha256(token, len, given);
    pthread_mutex_lock(&auth->lock);
    bool there = auth->setup[0] != '\0';
    sha256(auth->setup, strlen(auth->setup), ours);
    pthread_mutex_unlock(&auth->lock);
    return secret_equal(given, ours, sizeof ours) && there;
}

static int setup_within(struct change *change, struct user_new *user, const char *name,
                        const char *hash) {
    TRY(sql_lock(change->sql, SETUP_LOCK));
    int any = count_users(change->sql);
    if (any < 0) return any;
    if (any > 0) return ERR_SET(ERR_DENIED, "there are users already");
    int rc = tenant_find(change->sql, "main", &user->tenant_id);
    if (rc == ERR_NOT_FOUND)
        rc = tenant_insert(change->sql, "main", change->caller->now_ns, &user->tenant_id);
    if (rc < 0) return rc;
    change->tenant_id = user->tenant_id;
    return insert_user(change->sql, user, name, hash, change->caller->now_ns, &change->id);
}

int user_setup(struct auth *auth, struct sql *sql, const char *token, size_t token_len,
               const char *name, const char *password, size_t len, const struct auth_caller *caller,
               int64_t *ret_id) {
    char folded[AUTH_NAME_MAX + 1], hash[PASSWORD_HASH_SIZE];
    struct user_new user = {
        .name = name, .role = ROLE_ADMIN, .password = password, .password_len = len};
    struct change change = {auth, sql, NULL, caller, 0, 0, "set-up", "{\"role\":\"admin\"}"};
    if (!is_setup_token(auth, token, token_len))
        return ERR_SET(ERR_DENIED,
                       "this is not the set-up token; the server prints it when it starts");
    TRY(check_new(auth, &user, folded, hash));
    TRY(sql_begin(sql, SQL_WRITE));
    TRY(finish(&change, setup_within(&change, &user, folded, hash)));
    pthread_mutex_lock(&auth->lock);
    secret_wipe(auth->setup, sizeof auth->setup);
    pthread_mutex_unlock(&auth->lock);
    *ret_id = change.id;
    return 0;
}
