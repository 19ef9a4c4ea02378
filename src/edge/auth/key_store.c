// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/key_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "edge/auth/access.h"
#include "edge/auth/auth_state.h"

enum { OBJECT_SIZE = 40, FROM_SIZE = 64 * 52 };

static int check_new(const struct principal *principal, const struct key_new *key,
                     struct ip_list *ret_from, int64_t now_ns) {
    size_t len = strlen(key->name);
    if (len == 0 || len > API_KEY_NAME_MAX)
        return ERR_SET(ERR_ARGUMENT, "a key's name has 1 to %d characters", API_KEY_NAME_MAX);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)key->name[i] < 0x20 || (unsigned char)key->name[i] >= 0x7f)
            return ERR_SET(ERR_ARGUMENT, "a key's name has letters, digits and signs of ASCII");
    if (key->scopes == 0)
        return ERR_SET(ERR_ARGUMENT, "a key has at least one scope: read, trade, run, risk, admin");
    if ((key->scopes & ~(principal->scopes & role_scopes(principal->role))) != 0)
        return ERR_SET(ERR_DENIED, "a key cannot have a scope that its user has not");
    if (key->expires_ns != 0 && key->expires_ns <= now_ns)
        return ERR_SET(ERR_ARGUMENT, "the key would have expired already");
    TRY(ip_list_parse(key->from != NULL ? key->from : "", ret_from));
    if ((key->scopes & (SCOPE_TRADE | SCOPE_RISK | SCOPE_ADMIN)) != 0 && !key->is_signing &&
        ret_from->count == 0)
        return ERR_SET(
            ERR_ARGUMENT,
            "a key that trades, changes limits or administers signs its requests or names "
            "the networks that it comes from");
    return 0;
}

static int count_keys(struct sql *sql, const struct principal *principal) {
    static const struct sql_query count = {
        "key.count",
        "SELECT COUNT(*) FROM api_keys WHERE tenant_id = ? AND user_id = ? AND revoked_ns IS NULL"};
    struct sql_rows *rows;
    int rc =
        sql_first(sql, &count, &rows, sql_int(principal->tenant_id), sql_int(principal->user_id));
    if (rc < 0) return rc;
    int64_t there = rc == 1 ? sql_get_int(rows, 0) : 0;
    if (rc == 1) sql_rows_close(rows);
    return there < KEY_STORE_MAX
               ? 0
               : ERR_SET(ERR_FULL, "a user has at most %d keys; revoke some", KEY_STORE_MAX);
}

static int insert_key(struct auth *auth, struct sql *sql, const struct api_key *key,
                      const char *name, int64_t now_ns, int64_t *ret_id) {
    static const struct sql_query insert = {
        "key.create", "INSERT INTO api_keys (tenant_id, user_id, public_id, secret_hash, "
                      "secret_sealed, name, scopes, ip_rules, "
                      "created_ns, expires_ns) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"};
    uint8_t sealed[SECRET_SIZE + SEAL_EXTRA];
    char scopes[SCOPE_TEXT_SIZE], from[FROM_SIZE];
    struct sql_rows *rows;
    secret_seal(&auth->secrets.seal, key->public_id, key->check, sizeof key->check, sealed);
    scope_print(scopes, key->scopes);
    TRY(ip_list_print(&key->from, from, sizeof from));
    int rc = sql_first(sql, &insert, &rows, sql_int(key->tenant_id), sql_int(key->user_id),
                       sql_text(key->public_id),
                       key->is_signing ? sql_null() : sql_blob(key->check, sizeof key->check),
                       key->is_signing ? sql_blob(sealed, sizeof sealed) : sql_null(),
                       sql_text(name), sql_text(scopes), sql_text(from), sql_int(now_ns),
                       key->expires_ns > 0 ? sql_int(key->expires_ns) : sql_null());
    if (rc < 0) return rc;
    CHECK(rc == 1);
    *ret_id = sql_get_int(rows, 0);
    sql_rows_close(rows);
    return 0;
}

static int finish(struct auth *auth, struct sql *sql, const struct principal *principal,
                  const struct auth_caller *caller, const char *action, int64_t id, int64_t user_id,
                  int rc) {
    char object[OBJECT_SIZE];
    snprintf(object, sizeof object, "key:%" PRId64, id);
    if (rc >= 0) rc = auth_changed(sql, principal->tenant_id, user_id, caller->now_ns);
    if (rc >= 0)
        rc = auth_note(auth, sql, caller, principal->tenant_id, principal->user_id, action, object,
                       "done", "");
    if (rc >= 0) rc = sql_commit(sql);
    if (rc < 0) {
        sql_rollback(sql);
        return rc;
    }
    return auth_learn(auth, sql, caller->now_ns);
}

int key_create(struct auth *auth, struct sql *sql, const struct principal *principal,
               const struct key_new *key, const struct auth_caller *caller,
               char ret_text[API_KEY_TEXT_SIZE], int64_t *ret_id) {
    struct api_key made;
    struct ip_list from;
    char text[API_KEY_TEXT_SIZE];
    int64_t id = 0;
    TRY(check_new(principal, key, &from, caller->now_ns));
    api_key_new(key->is_signing, &made, text);
    made.tenant_id = principal->tenant_id;
    made.user_id = principal->user_id;
    made.scopes = key->scopes;
    made.from = from;
    made.expires_ns = key->expires_ns;
    TRY(sql_begin(sql, SQL_WRITE));
    int rc = count_keys(sql, principal);
    if (rc == 0) rc = insert_key(auth, sql, &made, key->name, caller->now_ns, &id);
    rc = finish(auth, sql, principal, caller, "key create", id, principal->user_id, rc);
    secret_wipe(&made, sizeof made);
    if (rc == 0) {
        memcpy(ret_text, text, sizeof text);
        *ret_id = id;
    }
    secret_wipe(text, sizeof text);
    return rc;
}

int key_list(struct sql *sql, int64_t tenant_id, int64_t user_id,
             const struct key_visitor *visitor) {
    static const struct sql_query list = {
        "key.list",
        "SELECT id, user_id, public_id, name, scopes, ip_rules, CASE WHEN secret_sealed IS NULL "
        "THEN 0 ELSE 1 END, "
        "created_ns, expires_ns, "
        "revoked_ns FROM api_keys WHERE tenant_id = ? AND (user_id = ? OR ? = 0) ORDER BY id"};
    struct sql_rows *rows;
    int rc;
    TRY(sql_select(sql, &list, &rows, sql_int(tenant_id), sql_int(user_id), sql_int(user_id)));
    while ((rc = sql_next(rows)) == 1) {
        struct key_row row = {.id = sql_get_int(rows, 0),
                              .user_id = sql_get_int(rows, 1),
                              .public_id = sql_get_text(rows, 2),
                              .name = sql_get_text(rows, 3),
                              .scopes = sql_get_text(rows, 4),
                              .from = sql_get_text(rows, 5),
                              .is_signing = sql_get_int(rows, 6) != 0,
                              .created_ns = sql_get_int(rows, 7),
                              .expires_ns = sql_get_int(rows, 8),
                              .revoked_ns = sql_get_int(rows, 9)};
        if ((rc = visitor->visit(visitor->self, &row)) < 0) break;
    }
    sql_rows_close(rows);
    return rc < 0 ? rc : 0;
}

static int revoke_within(struct sql *sql, const struct principal *principal, int64_t id,
                         int64_t now_ns, int64_t *ret_user_id) {
    static const struct sql_query revoke = {
        "key.revoke", "UPDATE api_keys SET revoked_ns = COALESCE(revoked_ns, ?) WHERE id = ? AND "
                      "tenant_id = ? AND (user_id = ? OR ? = 1) "
                      "RETURNING user_id"};
    struct sql_rows *rows;
    int rc =
        sql_first(sql, &revoke, &rows, sql_int(now_ns), sql_int(id), sql_int(principal->tenant_id),
                  sql_int(principal->user_id), sql_int(access_is_admin(principal)));
    if (rc < 0) return rc;
    if (rc == 0) return ERR_SET(ERR_NOT_FOUND, "there is no such key");
    *ret_user_id = sql_get_int(rows, 0);
    sql_rows_close(rows);
    return 0;
}

int key_revoke(struct auth *auth, struct sql *sql, const struct principal *principal, int64_t id,
               const struct auth_caller *caller) {
    int64_t user_id = 0;
    TRY(sql_begin(sql, SQL_WRITE));
    int rc = revoke_within(sql, principal, id, caller->now_ns, &user_id);
    return finish(auth, sql, principal, caller, "key revoke", id, user_id, rc);
}
