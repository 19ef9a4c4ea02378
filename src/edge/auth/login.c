// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/login.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/auth/auth_state.h"
#include "edge/auth/factor.h"
#include "edge/auth/password.h"
#include "edge/auth/password_policy.h"

enum {
    NO_SESSION = 1,
    OBJECT_SIZE = 40
}; // a pending token is of none, and its field holds a number all the same

// What failures are counted by: the name as it was typed (folded where it can be), and the caller.
struct trial {
    char name[PASSWORD_BYTES_MAX];
    size_t name_len;
    struct ip caller;
    char pair[PASSWORD_BYTES_MAX + sizeof(struct ip)];
    size_t pair_len;
};

static struct trial trial_of(const char *name, size_t len, const struct auth_caller *caller) {
    struct trial trial = {.caller = ip_caller(&caller->address)};
    trial.name_len = len < sizeof trial.name ? len : sizeof trial.name;
    for (size_t i = 0; i < trial.name_len; i++)
        trial.name[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
    memcpy(trial.pair, &trial.caller, sizeof trial.caller);
    memcpy(trial.pair + sizeof trial.caller, trial.name, trial.name_len);
    trial.pair_len = sizeof trial.caller + trial.name_len;
    return trial;
}

static int64_t longest(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t wait_of(struct auth *auth, const struct trial *trial, int64_t now_ns) {
    int64_t pair = backoff_wait(auth->backoff, BACKOFF_PAIR, trial->pair, trial->pair_len, now_ns);
    int64_t name = backoff_wait(auth->backoff, BACKOFF_NAME, trial->name, trial->name_len, now_ns);
    int64_t caller =
        backoff_wait(auth->backoff, BACKOFF_CALLER, &trial->caller, sizeof trial->caller, now_ns);
    return longest(pair, longest(name, caller));
}

static void fail_trial(struct auth *auth, const struct trial *trial, int64_t now_ns) {
    (void)backoff_fail(auth->backoff, BACKOFF_PAIR, trial->pair, trial->pair_len, now_ns);
    (void)backoff_fail(auth->backoff, BACKOFF_NAME, trial->name, trial->name_len, now_ns);
    (void)backoff_fail(auth->backoff, BACKOFF_CALLER, &trial->caller, sizeof trial->caller, now_ns);
}

// What the caller as a whole failed is not forgotten because one name worked.
static void pass_trial(struct auth *auth, const struct trial *trial) {
    backoff_clear(auth->backoff, BACKOFF_PAIR, trial->pair, trial->pair_len);
    backoff_clear(auth->backoff, BACKOFF_NAME, trial->name, trial->name_len);
}

struct candidate {
    int64_t id, tenant_id, version;
    enum role role;
    bool may_enter, has_factor;
    char hash[PASSWORD_HASH_SIZE];
};

// 1: there is one of the name (or the id); 0: there is none.
static int find(struct sql *sql, const char *name, int64_t id, struct candidate *ret_user) {
    static const struct sql_query query = {
        "login.find",
        "SELECT u.id, u.tenant_id, u.version, u.role, u.password_hash, u.totp_enabled_ns, "
        "COALESCE(u.disabled_ns, t.disabled_ns) FROM users u JOIN tenants t ON t.id = u.tenant_id "
        "WHERE u.name = ? OR u.id = ?"};
    struct sql_rows *rows;
    int rc = sql_first(sql, &query, &rows, sql_text(name), sql_int(id));
    if (rc <= 0) return rc;
    const char *role = sql_get_text(rows, 3);
    int found = role == NULL ? -1 : role_find(role, strlen(role));
    *ret_user = (struct candidate){.id = sql_get_int(rows, 0),
                                   .tenant_id = sql_get_int(rows, 1),
                                   .version = sql_get_int(rows, 2),
                                   .role = found < 0 ? ROLE_NONE : (enum role)found,
                                   .has_factor = !sql_is_null(rows, 5),
                                   .may_enter = sql_is_null(rows, 6)};
    snprintf(ret_user->hash, sizeof ret_user->hash, "%s", sql_get_text(rows, 4));
    sql_rows_close(rows);
    return 1;
}

// The tenant whose audit tells of what nobody of a tenant did: the first one; 0 while there is none.
static int first_tenant(struct sql *sql, int64_t *ret_id) {
    static const struct sql_query first = {"login.tenant",
                                           "SELECT id FROM tenants ORDER BY id LIMIT 1"};
    struct sql_rows *rows;
    int rc = sql_select_values(sql, &first, NULL, 0, &rows);
    if (rc < 0) return rc;
    rc = sql_next(rows);
    *ret_id = rc == 1 ? sql_get_int(rows, 0) : 0;
    sql_rows_close(rows);
    return rc < 0 ? rc : 0;
}

static int note_failure(struct auth *auth, struct sql *sql, const struct candidate *user,
                        const char *what, const struct auth_caller *caller) {
    char object[OBJECT_SIZE] = "";
    int64_t tenant_id = user != NULL ? user->tenant_id : 0;
    if (user != NULL) snprintf(object, sizeof object, "user:%" PRId64, user->id);
    if (tenant_id == 0) TRY(first_tenant(sql, &tenant_id));
    return tenant_id == 0 ? 0
                          : auth_note(auth, sql, caller, tenant_id, 0, what, object, "refused", "");
}

static void write_pending(struct auth *auth, const struct candidate *user, int64_t now_ns,
                          char ret_text[TOKEN_TEXT_SIZE]) {
    int64_t now_s = now_ns / NS_PER_S;
    struct token_claims claims = {.type = TOKEN_PENDING,
                                  .user_id = user->id,
                                  .tenant_id = user->tenant_id,
                                  .version = user->version,
                                  .role = user->role,
                                  .session_id = NO_SESSION,
                                  .issued_s = now_s,
                                  .expires_s = now_s + TOKEN_PENDING_S};
    secret_id(claims.id);
    token_issue(&auth->secrets.tokens, &claims, ret_text);
}

// A hash of another cost is made anew while the password is at hand.
static int renew_hash(struct auth *auth, struct sql *sql, const struct candidate *user,
                      const char *password, size_t len) {
    static const struct sql_query put = {
        "login.rehash", "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?"};
    char hash[PASSWORD_HASH_SIZE];
    if (password_cost(user->hash) == auth->cost) return 0;
    TRY(password_hash(&auth->secrets.pepper, auth->cost, password, len, hash));
    int rc = sql_run(sql, &put, sql_text(hash), sql_int(user->id), sql_text(user->hash));
    return rc < 0 ? rc : 0;
}

static int enter(struct auth *auth, struct sql *sql, const struct candidate *user,
                 const struct auth_caller *caller, struct login_result *result) {
    if (user->has_factor) {
        write_pending(auth, user, caller->now_ns, result->pending);
        result->verdict = LOGIN_FACTOR_NEEDED;
        return 0;
    }
    result->verdict = LOGIN_DONE;
    return session_begin(auth, sql, user->id, false, caller, &result->tokens);
}

int login_password(struct auth *auth, struct sql *sql, const char *name, size_t name_len,
                   const char *password, size_t len, const struct auth_caller *caller,
                   struct login_result *ret_result) {
    struct trial trial = trial_of(name, name_len, caller);
    struct candidate user;
    char folded[AUTH_NAME_MAX + 1];
    memset(ret_result, 0, sizeof *ret_result);
    ret_result->verdict = LOGIN_WAIT;
    ret_result->retry_ns = wait_of(auth, &trial, caller->now_ns);
    if (ret_result->retry_ns > 0) return 0;
    ret_result->verdict = LOGIN_REFUSED;
    int found = auth_name(name, name_len, folded) < 0 ? 0 : find(sql, folded, 0, &user);
    if (found < 0) return found;
    err_clear();
    size_t taken = len <= PASSWORD_BYTES_MAX ? len : 0; // no password of ours is longer
    int right = password_verify(&auth->secrets.pepper, auth->cost, password, taken,
                                found ? user.hash : NULL);
    if (right < 0) return right;
    if (!right || !found || !user.may_enter || len > PASSWORD_BYTES_MAX) {
        fail_trial(auth, &trial, caller->now_ns);
        return note_failure(auth, sql, found ? &user : NULL, "login", caller);
    }
    pass_trial(auth, &trial);
    TRY(renew_hash(auth, sql, &user, password, len));
    return enter(auth, sql, &user, caller, ret_result);
}

// A wrong code makes the next one wait, by user.
static int try_code(struct auth *auth, struct sql *sql, const struct candidate *user,
                    const char *code, size_t len, const struct auth_caller *caller,
                    struct login_result *result) {
    result->verdict = LOGIN_WAIT;
    result->retry_ns =
        backoff_wait(auth->backoff, BACKOFF_CODE, &user->id, sizeof user->id, caller->now_ns);
    if (result->retry_ns > 0) return 0;
    result->verdict = LOGIN_REFUSED;
    int good = factor_use(auth, sql, user->id, code, len, caller->now_ns);
    if (good < 0) return good;
    if (good == 0) {
        (void)backoff_fail(auth->backoff, BACKOFF_CODE, &user->id, sizeof user->id, caller->now_ns);
        return note_failure(auth, sql, user, "second factor", caller);
    }
    backoff_clear(auth->backoff, BACKOFF_CODE, &user->id, sizeof user->id);
    result->verdict = LOGIN_DONE;
    return 0;
}

int login_second_factor(struct auth *auth, struct sql *sql, const char *pending, size_t pending_len,
                        const char *code, size_t len, const struct auth_caller *caller,
                        struct login_result *ret_result) {
    struct token_claims claims;
    struct candidate user;
    int64_t now_ns = caller->now_ns;
    // `pending` may stand in the result of the call before, which is the same one perhaps.
    enum token_verdict verdict = token_verify(&auth->secrets.tokens, pending, pending_len,
                                              TOKEN_PENDING, now_ns / NS_PER_S, &claims);
    memset(ret_result, 0, sizeof *ret_result);
    ret_result->verdict = LOGIN_REFUSED;
    if (verdict != TOKEN_VALID || expiry_set_has(auth->spent, claims.id, strlen(claims.id), now_ns))
        return 0;
    int rc = find(sql, NULL, claims.user_id, &user);
    if (rc < 0) return rc;
    if (rc == 0 || !user.may_enter || user.version != claims.version || !user.has_factor) return 0;
    TRY(try_code(auth, sql, &user, code, len, caller, ret_result));
    if (ret_result->verdict != LOGIN_DONE) return 0;
    // Full or there already: another login with it was first.
    if (expiry_set_add(auth->spent, claims.id, strlen(claims.id), claims.expires_s * NS_PER_S,
                       now_ns) != 1) {
        ret_result->verdict = LOGIN_REFUSED;
        return 0;
    }
    return session_begin(auth, sql, user.id, true, caller, &ret_result->tokens);
}

static int try_password(struct auth *auth, struct sql *sql, const struct candidate *user,
                        const char *password, size_t len, const struct auth_caller *caller,
                        struct login_result *result) {
    result->verdict = LOGIN_WAIT;
    result->retry_ns =
        backoff_wait(auth->backoff, BACKOFF_CODE, &user->id, sizeof user->id, caller->now_ns);
    if (result->retry_ns > 0) return 0;
    result->verdict = LOGIN_REFUSED;
    int right = len > PASSWORD_BYTES_MAX
                    ? 0
                    : password_verify(&auth->secrets.pepper, auth->cost, password, len, user->hash);
    if (right < 0) return right;
    if (right == 1) {
        result->verdict = LOGIN_DONE;
        return 0;
    }
    (void)backoff_fail(auth->backoff, BACKOFF_CODE, &user->id, sizeof user->id, caller->now_ns);
    return note_failure(auth, sql, user, "step up", caller);
}

int login_step_up(struct auth *auth, struct sql *sql, const struct principal *principal,
                  const char *proof, size_t len, const struct auth_caller *caller,
                  struct login_result *ret_result) {
    struct candidate user;
    char object[OBJECT_SIZE];
    memset(ret_result, 0, sizeof *ret_result);
    ret_result->verdict = LOGIN_REFUSED;
    if (principal->session_id == 0)
        return ERR_SET(ERR_STATE, "an API key cannot prove that a person is there");
    int rc = find(sql, NULL, principal->user_id, &user);
    if (rc < 0) return rc;
    if (rc == 0 || !user.may_enter || user.tenant_id != principal->tenant_id) return 0;
    if (user.has_factor)
        TRY(try_code(auth, sql, &user, proof, len, caller, ret_result));
    else
        TRY(try_password(auth, sql, &user, proof, len, caller, ret_result));
    if (ret_result->verdict != LOGIN_DONE) return 0;
    snprintf(object, sizeof object, "session:%" PRId64, principal->session_id);
    TRY(auth_note(auth, sql, caller, user.tenant_id, user.id, "step up", object, "done", ""));
    return session_step_up(auth, sql, principal, user.has_factor, caller, &ret_result->tokens);
}
