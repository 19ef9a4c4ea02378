// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/auth/auth_state.h"
#include "edge/auth/codec.h"
#include "edge/auth/escape.h"

enum { OBJECT_SIZE = 40, TRIES_MAX = 5 };

// What a token is made of.
struct basis {
    int64_t session_id, user_id, tenant_id, version, number;
    int64_t created_ns, expires_ns; // of the refresh token
    int64_t step_up_ns;
    enum role role;
    bool second_factor;
};

// The id of a session's n-th refresh token: nobody can guess it, and it can be written again.
static void refresh_id(const struct auth *auth, int64_t session_id, int64_t number,
                       char ret_id[SECRET_ID_SIZE]) {
    int64_t numbers[2] = {session_id, number};
    uint8_t mac[HMAC_SIZE];
    hmac_sha256(&auth->refresh_key, numbers, sizeof numbers, NULL, 0, mac);
    base32_encode(ret_id, mac, 16);
    for (char *c = ret_id; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
}

static void hash_of(const char *id, uint8_t ret_hash[SHA256_SIZE]) {
    sha256(id, SECRET_ID_SIZE - 1, ret_hash);
}

static void write_access(const struct auth *auth, const struct basis *basis, int64_t now_ns,
                         struct session_tokens *tokens) {
    int64_t now_s = now_ns / NS_PER_S;
    struct token_claims claims = {.type = TOKEN_ACCESS,
                                  .user_id = basis->user_id,
                                  .tenant_id = basis->tenant_id,
                                  .version = basis->version,
                                  .role = basis->role,
                                  .second_factor = basis->second_factor,
                                  .session_id = basis->session_id,
                                  .step_up_s = basis->step_up_ns / NS_PER_S,
                                  .issued_s = now_s,
                                  .expires_s = now_s + TOKEN_ACCESS_S};
    secret_id(claims.id);
    token_issue(&auth->secrets.tokens, &claims, tokens->access);
    tokens->session_id = basis->session_id;
    tokens->user_id = basis->user_id;
    tokens->access_expires_ns = claims.expires_s * NS_PER_S;
    tokens->refresh_expires_ns = basis->expires_ns;
    tokens->role = basis->role;
    tokens->second_factor = basis->second_factor;
}

// The same row gives the same text, for as long as the signing key and the user's version stay.
static void write_refresh(const struct auth *auth, const struct basis *basis,
                          struct session_tokens *tokens) {
    struct token_claims claims = {.type = TOKEN_REFRESH,
                                  .user_id = basis->user_id,
                                  .tenant_id = basis->tenant_id,
                                  .version = 0,
                                  .role = ROLE_VIEWER, // says nothing here: the user's row does
                                  .session_id = basis->session_id,
                                  .issued_s = basis->created_ns / NS_PER_S,
                                  .expires_s = basis->expires_ns / NS_PER_S};
    refresh_id(auth, basis->session_id, basis->number, claims.id);
    token_issue(&auth->secrets.tokens, &claims, tokens->refresh);
}

static int add_token(const struct auth *auth, struct sql *sql, const struct basis *basis) {
    static const struct sql_query insert = {"session.token",
                                            "INSERT INTO refresh_tokens (token_hash, tenant_id, "
                                            "session_id, number, created_ns, expires_ns) "
                                            "VALUES (?, ?, ?, ?, ?, ?)"};
    char id[SECRET_ID_SIZE];
    uint8_t hash[SHA256_SIZE];
    refresh_id(auth, basis->session_id, basis->number, id);
    hash_of(id, hash);
    int rc = sql_run(sql, &insert, sql_blob(hash, sizeof hash), sql_int(basis->tenant_id),
                     sql_int(basis->session_id), sql_int(basis->number), sql_int(basis->created_ns),
                     sql_int(basis->expires_ns));
    return rc < 0 ? rc : 0;
}

static void object_of(char ret_object[OBJECT_SIZE], int64_t session_id) {
    snprintf(ret_object, OBJECT_SIZE, "session:%" PRId64, session_id);
}

// Ends a session in the open transaction; 1: it had not ended before.
static int end_row(struct sql *sql, int64_t tenant_id, int64_t session_id, const char *reason,
                   int64_t now_ns) {
    static const struct sql_query end = {"session.end",
                                         "UPDATE login_sessions SET ended_ns = ?, end_reason = ? "
                                         "WHERE id = ? AND tenant_id = ? AND ended_ns IS NULL"};
    static const struct sql_query deny = {
        "session.deny", "INSERT INTO denied_tokens (token_id, tenant_id, expires_ns) VALUES (?, ?, "
                        "?) ON CONFLICT (token_id) DO NOTHING"};
    char object[OBJECT_SIZE];
    object_of(object, session_id);
    int rc = sql_run(sql, &end, sql_int(now_ns), sql_text(reason), sql_int(session_id),
                     sql_int(tenant_id));
    if (rc <= 0) return rc;
    TRY(sql_run(sql, &deny, sql_text(object), sql_int(tenant_id),
                sql_int(now_ns + (TOKEN_ACCESS_S + TOKEN_SKEW_S) * NS_PER_S)));
    return 1;
}

static void deny_here(struct auth *auth, int64_t session_id, int64_t user_id, int64_t now_ns) {
    directory_deny_session(auth->directory, session_id, user_id,
                           now_ns + (TOKEN_ACCESS_S + TOKEN_SKEW_S) * NS_PER_S, now_ns);
}

int session_end_within(struct sql *sql, int64_t tenant_id, int64_t user_id, int64_t but,
                       const char *reason, int64_t now_ns) {
    static const struct sql_query live = {
        "session.live", "SELECT id FROM login_sessions WHERE tenant_id = ? AND user_id = ? AND "
                        "ended_ns IS NULL AND id <> ? ORDER BY id"};
    int count = 0, ended;
    do { // a page at a time: rows are closed before they are changed
        int64_t ids[64];
        struct sql_rows *rows;
        int rc, found = 0;
        TRY(sql_select(sql, &live, &rows, sql_int(tenant_id), sql_int(user_id), sql_int(but)));
        while (found < 64 && (rc = sql_next(rows)) == 1) ids[found++] = sql_get_int(rows, 0);
        sql_rows_close(rows);
        if (found < 64 && rc < 0) return rc;
        ended = 0;
        for (int i = 0; i < found; i++) {
            rc = end_row(sql, tenant_id, ids[i], reason, now_ns);
            if (rc < 0) return rc;
            ended += rc;
        }
        count += ended;
    } while (ended == 64);
    return count;
}

// The user's row, while it may come in: 1; 0 when there is none.
static int read_user(struct sql *sql, int64_t user_id, struct basis *basis) {
    static const struct sql_query find = {
        "session.user",
        "SELECT u.tenant_id, u.version, u.role FROM users u JOIN tenants t ON t.id = u.tenant_id "
        "WHERE u.id = ? AND u.disabled_ns IS NULL AND t.disabled_ns IS NULL"};
    struct sql_rows *rows;
    int rc = sql_first(sql, &find, &rows, sql_int(user_id));
    if (rc <= 0) return rc;
    const char *name = sql_get_text(rows, 2);
    int role = name == NULL ? -1 : role_find(name, strlen(name));
    basis->user_id = user_id;
    basis->tenant_id = sql_get_int(rows, 0);
    basis->version = sql_get_int(rows, 1);
    basis->role = role < 0 ? ROLE_NONE : (enum role)role;
    sql_rows_close(rows);
    return role > 0;
}

// The oldest sessions make room for one more.
static int make_room(struct auth *auth, struct sql *sql, const struct basis *basis,
                     int64_t now_ns) {
    static const struct sql_query oldest = {"session.oldest",
                                            "SELECT id FROM login_sessions WHERE tenant_id = ? AND "
                                            "user_id = ? AND ended_ns IS NULL AND expires_ns > ? "
                                            "ORDER BY used_ns DESC, id DESC LIMIT 1 OFFSET ?"};
    for (;;) {
        struct sql_rows *rows;
        int rc = sql_first(sql, &oldest, &rows, sql_int(basis->tenant_id), sql_int(basis->user_id),
                           sql_int(now_ns), sql_int(auth->sessions_max - 1));
        if (rc <= 0) return rc;
        int64_t id = sql_get_int(rows, 0);
        sql_rows_close(rows);
        TRY(end_row(sql, basis->tenant_id, id, "another login", now_ns));
        deny_here(auth, id, basis->user_id, now_ns);
    }
}

static int insert_session(struct sql *sql, const struct auth_caller *caller, struct basis *basis) {
    static const struct sql_query insert = {
        "session.begin",
        "INSERT INTO login_sessions (tenant_id, user_id, created_ns, used_ns, expires_ns, address, "
        "agent, "
        "stepped_up_ns, second_factor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"};
    struct sql_rows *rows;
    struct text agent;
    char address[IP_TEXT_SIZE];
    ip_print(address, &caller->address);
    text_init(&agent, 16 * SESSION_AGENT_MAX);
    const char *given = caller->agent != NULL ? caller->agent : "";
    escape_log(&agent, given, strnlen(given, SESSION_AGENT_MAX));
    int rc = sql_first(sql, &insert, &rows, sql_int(basis->tenant_id), sql_int(basis->user_id),
                       sql_int(caller->now_ns), sql_int(caller->now_ns),
                       sql_int(caller->now_ns + SESSION_MOST_NS), sql_text(address),
                       sql_text(text_string(&agent)), sql_int(basis->step_up_ns),
                       sql_int(basis->second_factor));
    text_fini(&agent);
    if (rc < 0) return rc;
    CHECK(rc == 1);
    basis->session_id = sql_get_int(rows, 0);
    sql_rows_close(rows);
    return 0;
}

static int begin_within(struct auth *auth, struct sql *sql, int64_t user_id, struct basis *basis,
                        const struct auth_caller *caller) {
    static const struct sql_query login = {"session.login",
                                           "UPDATE users SET last_login_ns = ? WHERE id = ?"};
    char object[OBJECT_SIZE];
    int rc = read_user(sql, user_id, basis);
    if (rc < 0) return rc;
    if (rc == 0) return ERR_SET(ERR_NOT_FOUND, "there is no such user");
    basis->number = 1;
    basis->created_ns = caller->now_ns;
    basis->expires_ns = caller->now_ns + TOKEN_REFRESH_S * NS_PER_S;
    TRY(make_room(auth, sql, basis, caller->now_ns));
    TRY(insert_session(sql, caller, basis));
    TRY(add_token(auth, sql, basis));
    TRY(sql_run(sql, &login, sql_int(caller->now_ns), sql_int(user_id)));
    object_of(object, basis->session_id);
    return auth_note(auth, sql, caller, basis->tenant_id, user_id, "login", object, "done",
                     basis->second_factor ? "{\"second_factor\":true}"
                                          : "{\"second_factor\":false}");
}

int session_begin(struct auth *auth, struct sql *sql, int64_t user_id, bool second_factor,
                  const struct auth_caller *caller, struct session_tokens *ret_tokens) {
    struct basis basis = {.second_factor = second_factor, .step_up_ns = caller->now_ns};
    TRY(sql_begin(sql, SQL_WRITE));
    int rc = begin_within(auth, sql, user_id, &basis, caller);
    if (rc == 0) rc = sql_commit(sql);
    if (rc < 0) {
        sql_rollback(sql);
        return rc;
    }
    write_access(auth, &basis, caller->now_ns, ret_tokens);
    write_refresh(auth, &basis, ret_tokens);
    return 0;
}

// The session of a basis, while it lives: 1; 0 when it has ended.
static int read_session(struct sql *sql, int64_t now_ns, struct basis *basis,
                        int64_t *ret_most_ns) {
    static const struct sql_query find = {
        "session.find",
        "SELECT user_id, stepped_up_ns, second_factor, expires_ns FROM login_sessions "
        "WHERE id = ? AND tenant_id = ? AND ended_ns IS NULL AND expires_ns > ?"};
    struct sql_rows *rows;
    int rc = sql_first(sql, &find, &rows, sql_int(basis->session_id), sql_int(basis->tenant_id),
                       sql_int(now_ns));
    if (rc <= 0) return rc;
    int64_t user_id = sql_get_int(rows, 0), tenant_id = basis->tenant_id;
    basis->step_up_ns = sql_get_int(rows, 1);
    basis->second_factor = sql_get_int(rows, 2) != 0;
    *ret_most_ns = sql_get_int(rows, 3);
    sql_rows_close(rows);
    rc = read_user(sql, user_id, basis);
    return rc > 0 ? basis->tenant_id == tenant_id : rc;
}

// One of many meets the condition: 1. 0 for the others.
static int consume(struct sql *sql, const uint8_t hash[SHA256_SIZE], int64_t now_ns,
                   struct basis *basis) {
    static const struct sql_query use = {"session.consume",
                                         "UPDATE refresh_tokens SET used_ns = ? WHERE token_hash = "
                                         "? AND used_ns IS NULL AND expires_ns > ? "
                                         "RETURNING session_id, number, tenant_id"};
    struct sql_rows *rows;
    int rc =
        sql_first(sql, &use, &rows, sql_int(now_ns), sql_blob(hash, SHA256_SIZE), sql_int(now_ns));
    if (rc <= 0) return rc;
    basis->session_id = sql_get_int(rows, 0);
    basis->number = sql_get_int(rows, 1) + 1;
    basis->tenant_id = sql_get_int(rows, 2);
    sql_rows_close(rows);
    return 1;
}

static int make_successor(struct auth *auth, struct sql *sql, int64_t now_ns, int64_t most_ns,
                          struct basis *basis) {
    static const struct sql_query touch = {"session.touch",
                                           "UPDATE login_sessions SET used_ns = ? WHERE id = ?"};
    int64_t expires_ns = now_ns + TOKEN_REFRESH_S * NS_PER_S;
    basis->created_ns = now_ns;
    basis->expires_ns = expires_ns < most_ns ? expires_ns : most_ns;
    TRY(add_token(auth, sql, basis));
    TRY(sql_run(sql, &touch, sql_int(now_ns), sql_int(basis->session_id)));
    return 0;
}

// The successor of a token that somebody else used a moment ago.
static int find_successor(struct sql *sql, struct basis *basis) {
    static const struct sql_query find = {
        "session.successor",
        "SELECT created_ns, expires_ns FROM refresh_tokens WHERE session_id = ? AND number = ?"};
    struct sql_rows *rows;
    int rc = sql_first(sql, &find, &rows, sql_int(basis->session_id), sql_int(basis->number));
    if (rc <= 0) return rc;
    basis->created_ns = sql_get_int(rows, 0);
    basis->expires_ns = sql_get_int(rows, 1);
    sql_rows_close(rows);
    return 1;
}

// When a token that was not consumed now had been: 1, and of which family it is; 0 for one that is none of ours.
static int find_used(struct sql *sql, const uint8_t hash[SHA256_SIZE], struct basis *basis,
                     int64_t *ret_used_ns) {
    static const struct sql_query find = {
        "session.used", "SELECT used_ns, session_id, number, tenant_id FROM refresh_tokens WHERE "
                        "token_hash = ? AND used_ns IS NOT NULL"};
    struct sql_rows *rows;
    int rc = sql_first(sql, &find, &rows, sql_blob(hash, SHA256_SIZE));
    if (rc <= 0) return rc;
    *ret_used_ns = sql_get_int(rows, 0);
    basis->session_id = sql_get_int(rows, 1);
    basis->number = sql_get_int(rows, 2) + 1;
    basis->tenant_id = sql_get_int(rows, 3);
    sql_rows_close(rows);
    return 1;
}

static int end_family(struct auth *auth, struct sql *sql, const struct auth_caller *caller,
                      const struct basis *basis, int64_t user_id) {
    char object[OBJECT_SIZE];
    int rc = end_row(sql, basis->tenant_id, basis->session_id, "refresh token used twice",
                     caller->now_ns);
    if (rc < 0) return rc;
    object_of(object, basis->session_id);
    return auth_note(auth, sql, caller, basis->tenant_id, user_id, "refresh", object, "reused",
                     "{\"alert\":\"a refresh token was used twice: two hold it\"}");
}

static int refresh_again(struct auth *auth, struct sql *sql, const uint8_t hash[SHA256_SIZE],
                         const struct token_claims *claims, const struct auth_caller *caller,
                         struct basis *basis, enum session_verdict *ret_verdict) {
    int64_t used_ns, most_ns;
    int rc = find_used(sql, hash, basis, &used_ns);
    if (rc <= 0) return rc;
    // A clock that was set back does not make a theft out of a tab.
    if (caller->now_ns - used_ns > SESSION_GRACE_NS) {
        *ret_verdict = SESSION_REUSED;
        return end_family(auth, sql, caller, basis, claims->user_id);
    }
    rc = read_session(sql, caller->now_ns, basis, &most_ns);
    if (rc == 1) rc = find_successor(sql, basis);
    if (rc == 1) *ret_verdict = SESSION_REFRESHED;
    return rc < 0 ? rc : 0;
}

static int refresh_within(struct auth *auth, struct sql *sql, const struct token_claims *claims,
                          const struct auth_caller *caller, struct basis *basis,
                          enum session_verdict *ret_verdict) {
    uint8_t hash[SHA256_SIZE];
    int64_t most_ns;
    hash_of(claims->id, hash);
    *ret_verdict = SESSION_REFUSED;
    int rc = consume(sql, hash, caller->now_ns, basis);
    if (rc < 0) return rc;
    if (rc == 0) return refresh_again(auth, sql, hash, claims, caller, basis, ret_verdict);
    rc = read_session(sql, caller->now_ns, basis, &most_ns);
    if (rc <= 0) return rc;
    *ret_verdict = SESSION_REFRESHED;
    return make_successor(auth, sql, caller->now_ns, most_ns, basis);
}

static int refresh_once(struct auth *auth, struct sql *sql, const struct token_claims *claims,
                        const struct auth_caller *caller, struct basis *basis,
                        enum session_verdict *ret_verdict) {
    TRY(sql_begin(sql, SQL_WRITE));
    int rc = refresh_within(auth, sql, claims, caller, basis, ret_verdict);
    if (rc == 0) rc = sql_commit(sql);
    if (rc < 0) sql_rollback(sql);
    return rc;
}

int session_refresh(struct auth *auth, struct sql *sql, const char *token, size_t len,
                    const struct auth_caller *caller, enum session_verdict *ret_verdict,
                    struct session_tokens *ret_tokens) {
    struct token_claims claims;
    enum session_verdict verdict = SESSION_REFUSED;
    if (token_verify(&auth->secrets.tokens, token, len, TOKEN_REFRESH, caller->now_ns / NS_PER_S,
                     &claims) != TOKEN_VALID) {
        *ret_verdict = SESSION_REFUSED;
        return 0;
    }
    struct basis basis = {.session_id = 0};
    int rc = ERR_BUSY;
    for (int i = 0; rc == ERR_BUSY && i < TRIES_MAX; i++)
        rc = refresh_once(auth, sql, &claims, caller, &basis, &verdict);
    if (rc < 0) return rc;
    if (verdict == SESSION_REUSED)
        deny_here(auth, basis.session_id, claims.user_id, caller->now_ns);
    if (verdict == SESSION_REFRESHED) {
        write_access(auth, &basis, caller->now_ns, ret_tokens);
        write_refresh(auth, &basis, ret_tokens);
    }
    *ret_verdict = verdict;
    return 0;
}

static int end_one(struct auth *auth, struct sql *sql, int64_t tenant_id, int64_t user_id,
                   int64_t actor, int64_t session_id, const char *action,
                   const struct auth_caller *caller) {
    static const struct sql_query owner = {
        "session.owner",
        "SELECT 1 FROM login_sessions WHERE id = ? AND tenant_id = ? AND user_id = ?"};
    char object[OBJECT_SIZE];
    struct sql_rows *rows;
    int rc =
        sql_first(sql, &owner, &rows, sql_int(session_id), sql_int(tenant_id), sql_int(user_id));
    if (rc < 0) return rc;
    if (rc == 0) return ERR_SET(ERR_NOT_FOUND, "there is no such session");
    sql_rows_close(rows);
    rc = end_row(sql, tenant_id, session_id, action, caller->now_ns);
    if (rc <= 0) return rc;
    object_of(object, session_id);
    return auth_note(auth, sql, caller, tenant_id, actor, action, object, "done", "");
}

static int end_and_deny(struct auth *auth, struct sql *sql, int64_t tenant_id, int64_t user_id,
                        int64_t actor, int64_t session_id, const char *action,
                        const struct auth_caller *caller) {
    TRY(sql_begin(sql, SQL_WRITE));
    int rc = end_one(auth, sql, tenant_id, user_id, actor, session_id, action, caller);
    if (rc == 0) rc = sql_commit(sql);
    if (rc < 0)
        sql_rollback(sql);
    else
        deny_here(auth, session_id, user_id, caller->now_ns);
    return rc;
}

int session_logout(struct auth *auth, struct sql *sql, const struct principal *principal,
                   const struct auth_caller *caller) {
    if (principal->session_id == 0) return ERR_SET(ERR_STATE, "an API key has no session to end");
    return end_and_deny(auth, sql, principal->tenant_id, principal->user_id, principal->user_id,
                        principal->session_id, "logout", caller);
}

int session_logout_token(struct auth *auth, struct sql *sql, const char *token, size_t len,
                         const struct auth_caller *caller) {
    struct token_claims claims;
    if (token_verify(&auth->secrets.tokens, token, len, TOKEN_REFRESH, caller->now_ns / NS_PER_S,
                     &claims) != TOKEN_VALID)
        return 0; // there is nothing to end
    int rc = end_and_deny(auth, sql, claims.tenant_id, claims.user_id, claims.user_id,
                          claims.session_id, "logout", caller);
    return rc == ERR_NOT_FOUND ? 0 : rc;
}

int session_end(struct auth *auth, struct sql *sql, const struct principal *actor, int64_t user_id,
                int64_t session_id, const struct auth_caller *caller) {
    return end_and_deny(auth, sql, actor->tenant_id, user_id, actor->user_id, session_id,
                        "session end", caller);
}

int session_end_all(struct auth *auth, struct sql *sql, const struct principal *actor,
                    int64_t user_id, int64_t but, const struct auth_caller *caller) {
    char object[OBJECT_SIZE];
    snprintf(object, sizeof object, "user:%" PRId64, user_id);
    TRY(sql_begin(sql, SQL_WRITE));
    int count = session_end_within(sql, actor->tenant_id, user_id, but, "ended", caller->now_ns),
        rc = count;
    if (rc >= 0)
        rc = auth_note(auth, sql, caller, actor->tenant_id, actor->user_id, "session end all",
                       object, "done", "");
    if (rc == 0) rc = sql_commit(sql);
    if (rc < 0) {
        sql_rollback(sql);
        return rc;
    }
    TRY(auth_learn(auth, sql, caller->now_ns));
    return count;
}

int session_list(struct sql *sql, int64_t tenant_id, int64_t user_id, int64_t now_ns,
                 const struct session_visitor *visitor) {
    static const struct sql_query list = {"session.list",
                                          "SELECT id, user_id, created_ns, used_ns, expires_ns, "
                                          "address, agent, second_factor FROM login_sessions "
                                          "WHERE tenant_id = ? AND user_id = ? AND ended_ns IS "
                                          "NULL AND expires_ns > ? ORDER BY used_ns DESC, id DESC"};
    struct sql_rows *rows;
    int rc;
    TRY(sql_select(sql, &list, &rows, sql_int(tenant_id), sql_int(user_id), sql_int(now_ns)));
    while ((rc = sql_next(rows)) == 1) {
        struct session_row row = {.id = sql_get_int(rows, 0),
                                  .user_id = sql_get_int(rows, 1),
                                  .created_ns = sql_get_int(rows, 2),
                                  .used_ns = sql_get_int(rows, 3),
                                  .expires_ns = sql_get_int(rows, 4),
                                  .address = sql_get_text(rows, 5),
                                  .agent = sql_get_text(rows, 6),
                                  .second_factor = sql_get_int(rows, 7) != 0};
        if ((rc = visitor->visit(visitor->self, &row)) < 0) break;
    }
    sql_rows_close(rows);
    return rc < 0 ? rc : 0;
}

int session_step_up(struct auth *auth, struct sql *sql, const struct principal *principal,
                    bool second_factor, const struct auth_caller *caller,
                    struct session_tokens *ret_tokens) {
    static const struct sql_query mark = {
        "session.step_up", "UPDATE login_sessions SET stepped_up_ns = ?, second_factor = CASE WHEN "
                           "? = 1 THEN 1 ELSE second_factor END "
                           "WHERE id = ? AND tenant_id = ? AND user_id = ? AND ended_ns IS NULL"};
    struct basis basis = {.session_id = principal->session_id, .tenant_id = principal->tenant_id};
    int64_t most_ns;
    int rc = sql_run(sql, &mark, sql_int(caller->now_ns), sql_int(second_factor),
                     sql_int(principal->session_id), sql_int(principal->tenant_id),
                     sql_int(principal->user_id));
    if (rc < 0) return rc;
    if (rc > 0) rc = read_session(sql, caller->now_ns, &basis, &most_ns);
    if (rc < 0) return rc;
    if (rc == 0) return ERR_SET(ERR_NOT_FOUND, "the session has ended");
    memset(ret_tokens, 0, sizeof *ret_tokens);
    write_access(auth, &basis, caller->now_ns, ret_tokens);
    return 0;
}
