// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/factor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "edge/auth/auth_state.h"
#include "edge/auth/codec.h"
#include "edge/auth/session.h"

enum { OBJECT_SIZE = 40 };

// What a sealed secret belongs to.
static void object_of(char ret_object[OBJECT_SIZE], int64_t user_id) {
    snprintf(ret_object, OBJECT_SIZE, "user:%" PRId64, user_id);
}

struct factor_state {
    uint8_t secret[TOTP_SECRET_SIZE];
    bool offered, enabled;
    int64_t last_step; // -1: none
    char name[AUTH_NAME_MAX + 1];
};

// 1: it is read; 0: there is no such user.
static int read_state(struct auth *auth, struct sql *sql, int64_t user_id,
                      struct factor_state *ret_state) {
    static const struct sql_query find = {
        "factor.find",
        "SELECT totp_secret, totp_enabled_ns, totp_step, name FROM users WHERE id = ?"};
    struct sql_rows *rows;
    char object[OBJECT_SIZE];
    int rc = sql_first(sql, &find, &rows, sql_int(user_id));
    if (rc <= 0) return rc;
    memset(ret_state, 0, sizeof *ret_state);
    size_t size;
    const uint8_t *sealed = sql_get_blob(rows, 0, &size);
    ret_state->offered = sealed != NULL;
    ret_state->enabled = sealed != NULL && !sql_is_null(rows, 1);
    ret_state->last_step = sql_is_null(rows, 2) ? -1 : sql_get_int(rows, 2);
    snprintf(ret_state->name, sizeof ret_state->name, "%s", sql_get_text(rows, 3));
    object_of(object, user_id);
    if (sealed != NULL && size != TOTP_SECRET_SIZE + SEAL_EXTRA)
        rc = ERR_SET(ERR_CORRUPT, "the second factor of %s is not of its size", object);
    else if (sealed != NULL)
        rc = secret_open(&auth->secrets.seal, object, sealed, size, ret_state->secret);
    sql_rows_close(rows);
    return rc < 0 ? rc : 1;
}

static int no_user(void) {
    return ERR_SET(ERR_NOT_FOUND, "there is no such user");
}

static int run_one(int rc) {
    return rc == 0 ? no_user() : rc;
}

// In a transaction: the step, its entry in the audit, the end.
static int finish(struct auth *auth, struct sql *sql, const struct principal *principal,
                  const struct auth_caller *caller, const char *action, int rc) {
    char object[OBJECT_SIZE];
    object_of(object, principal->user_id);
    if (rc >= 0) rc = auth_changed(sql, principal->tenant_id, principal->user_id, caller->now_ns);
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

int factor_begin(struct auth *auth, struct sql *sql, const struct principal *principal,
                 const struct auth_caller *caller, struct factor_offer *ret_offer) {
    static const struct sql_query put = {"factor.offer",
                                         "UPDATE users SET totp_secret = ?, totp_step = NULL WHERE "
                                         "id = ? AND tenant_id = ? AND totp_enabled_ns IS NULL"};
    struct factor_state state;
    uint8_t secret[TOTP_SECRET_SIZE], sealed[TOTP_SECRET_SIZE + SEAL_EXTRA];
    char object[OBJECT_SIZE];
    int rc = read_state(auth, sql, principal->user_id, &state);
    if (rc < 0) return rc;
    if (rc == 0) return no_user();
    if (state.enabled) return ERR_SET(ERR_STATE, "there is a second factor; remove it first");
    secret_random(secret, sizeof secret);
    object_of(object, principal->user_id);
    secret_seal(&auth->secrets.seal, object, secret, sizeof secret, sealed);
    TRY(sql_begin(sql, SQL_WRITE));
    rc = run_one(sql_run(sql, &put, sql_blob(sealed, sizeof sealed), sql_int(principal->user_id),
                         sql_int(principal->tenant_id)));
    rc = finish(auth, sql, principal, caller, "second factor offer", rc);
    if (rc == 0) {
        totp_uri(ret_offer->uri, secret, state.name);
        base32_encode(ret_offer->secret, secret, sizeof secret);
    }
    secret_wipe(secret, sizeof secret);
    secret_wipe(&state, sizeof state);
    return rc;
}

static int write_codes(struct auth *auth, struct sql *sql, const struct principal *principal,
                       int64_t now_ns, struct factor_codes *ret_codes) {
    static const struct sql_query clear = {
        "factor.clear_codes", "DELETE FROM recovery_codes WHERE tenant_id = ? AND user_id = ?"};
    static const struct sql_query insert = {"factor.code",
                                            "INSERT INTO recovery_codes (tenant_id, user_id, "
                                            "code_hash, created_ns) VALUES (?, ?, ?, ?)"};
    TRY(sql_run(sql, &clear, sql_int(principal->tenant_id), sql_int(principal->user_id)));
    for (int i = 0; i < RECOVERY_CODES; i++) {
        uint8_t digest[HMAC_SIZE];
        recovery_code_new(ret_codes->codes[i]);
        CHECK(recovery_code_digest(&auth->recovery_key, ret_codes->codes[i], RECOVERY_CODE_SIZE - 1,
                                   digest) == 0);
        TRY(sql_run(sql, &insert, sql_int(principal->tenant_id), sql_int(principal->user_id),
                    sql_blob(digest, sizeof digest), sql_int(now_ns)));
    }
    return 0;
}

// A code of a step that is later than any before: 1; 0: another call was first.
static int use_step(struct sql *sql, int64_t user_id, int64_t step) {
    static const struct sql_query use = {
        "factor.step",
        "UPDATE users SET totp_step = ? WHERE id = ? AND (totp_step IS NULL OR totp_step < ?)"};
    return sql_run(sql, &use, sql_int(step), sql_int(user_id), sql_int(step));
}

static int confirm_within(struct auth *auth, struct sql *sql, const struct principal *principal,
                          int64_t step, const struct auth_caller *caller,
                          struct factor_codes *ret_codes) {
    static const struct sql_query enable = {"factor.enable",
                                            "UPDATE users SET totp_enabled_ns = ? WHERE id = ? AND "
                                            "tenant_id = ? AND totp_enabled_ns IS NULL"};
    TRY(run_one(use_step(sql, principal->user_id, step)));
    TRY(run_one(sql_run(sql, &enable, sql_int(caller->now_ns), sql_int(principal->user_id),
                        sql_int(principal->tenant_id))));
    TRY(session_end_within(sql, principal->tenant_id, principal->user_id, principal->session_id,
                           "second factor set", caller->now_ns));
    return write_codes(auth, sql, principal, caller->now_ns, ret_codes);
}

// Guesses of codes are counted by user, wherever they are made.
static bool must_wait(struct auth *auth, int64_t user_id, int64_t now_ns) {
    return backoff_wait(auth->backoff, BACKOFF_CODE, &user_id, sizeof user_id, now_ns) > 0;
}

int factor_confirm(struct auth *auth, struct sql *sql, const struct principal *principal,
                   const char *code, size_t len, const struct auth_caller *caller,
                   struct factor_codes *ret_codes) {
    struct factor_state state;
    if (must_wait(auth, principal->user_id, caller->now_ns))
        return ERR_SET(ERR_DENIED, "too many tries; wait");
    int rc = read_state(auth, sql, principal->user_id, &state);
    if (rc < 0) return rc;
    if (rc == 0) return no_user();
    int64_t step = totp_verify(state.secret, code, len, caller->now_ns, state.last_step);
    secret_wipe(state.secret, sizeof state.secret);
    if (!state.offered || state.enabled)
        return ERR_SET(ERR_STATE, "there is no second factor to confirm");
    if (step < 0) {
        (void)backoff_fail(auth->backoff, BACKOFF_CODE, &principal->user_id,
                           sizeof principal->user_id, caller->now_ns);
        return ERR_SET(ERR_DENIED, "this is not the code of now; is the telephone's clock right?");
    }
    TRY(sql_begin(sql, SQL_WRITE));
    rc = confirm_within(auth, sql, principal, step, caller, ret_codes);
    return finish(auth, sql, principal, caller, "second factor set", rc);
}

int factor_renew_codes(struct auth *auth, struct sql *sql, const struct principal *principal,
                       const struct auth_caller *caller, struct factor_codes *ret_codes) {
    TRY(sql_begin(sql, SQL_WRITE));
    int rc = write_codes(auth, sql, principal, caller->now_ns, ret_codes);
    return finish(auth, sql, principal, caller, "recovery codes renew", rc);
}

static int remove_within(struct sql *sql, const struct principal *principal) {
    static const struct sql_query clear = {"factor.remove",
                                           "UPDATE users SET totp_secret = NULL, totp_enabled_ns = "
                                           "NULL, totp_step = NULL, version = version + 1 "
                                           "WHERE id = ? AND tenant_id = ?"};
    static const struct sql_query codes = {
        "factor.remove_codes", "DELETE FROM recovery_codes WHERE tenant_id = ? AND user_id = ?"};
    static const struct sql_query sessions = {
        "factor.remove_shown",
        "UPDATE login_sessions SET second_factor = 0 WHERE tenant_id = ? AND user_id = ?"};
    TRY(run_one(sql_run(sql, &clear, sql_int(principal->user_id), sql_int(principal->tenant_id))));
    TRY(sql_run(sql, &codes, sql_int(principal->tenant_id), sql_int(principal->user_id)));
    TRY(sql_run(sql, &sessions, sql_int(principal->tenant_id), sql_int(principal->user_id)));
    return 0;
}

int factor_remove(struct auth *auth, struct sql *sql, const struct principal *principal,
                  const struct auth_caller *caller) {
    TRY(sql_begin(sql, SQL_WRITE));
    return finish(auth, sql, principal, caller, "second factor remove",
                  remove_within(sql, principal));
}

int factor_codes_left(struct sql *sql, int64_t user_id) {
    static const struct sql_query count = {
        "factor.codes_left",
        "SELECT COUNT(*) FROM recovery_codes WHERE user_id = ? AND used_ns IS NULL"};
    struct sql_rows *rows;
    int rc = sql_first(sql, &count, &rows, sql_int(user_id));
    if (rc <= 0) return rc;
    int64_t left = sql_get_int(rows, 0);
    sql_rows_close(rows);
    return (int)left;
}

static int use_recovery(struct auth *auth, struct sql *sql, int64_t user_id, const char *code,
                        size_t len, int64_t now_ns) {
    static const struct sql_query use = {"factor.recovery",
                                         "UPDATE recovery_codes SET used_ns = ? WHERE user_id = ? "
                                         "AND code_hash = ? AND used_ns IS NULL"};
    uint8_t digest[HMAC_SIZE];
    if (recovery_code_digest(&auth->recovery_key, code, len, digest) < 0) return 0;
    return sql_run(sql, &use, sql_int(now_ns), sql_int(user_id), sql_blob(digest, sizeof digest));
}

int factor_use(struct auth *auth, struct sql *sql, int64_t user_id, const char *code, size_t len,
               int64_t now_ns) {
    struct factor_state state;
    int rc = read_state(auth, sql, user_id, &state);
    if (rc <= 0) return rc;
    int64_t step = totp_verify(state.secret, code, len, now_ns, state.last_step);
    secret_wipe(state.secret, sizeof state.secret);
    if (!state.enabled) return 0;
    if (step >= 0) return use_step(sql, user_id, step);
    return use_recovery(auth, sql, user_id, code, len, now_ns);
}
