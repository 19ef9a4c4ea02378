// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/auth.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/auth/auth_state.h"
#include "edge/auth/codec.h"
#include "edge/auth/password.h"
#include "edge/auth/token.h"

enum {
    DENIED_MAX = 65536,
    NONCE_MAX = 262144,
    WAITING_MAX = 65536,
    SPENT_MAX = 16384,
    SESSIONS_MAX = 10
};
enum { TICKET_SECRET_SIZE = 32 };
#define TICKET_NS (30 * NS_PER_S)
#define SWEEP_NS (10 * NS_PER_MIN)

static size_t or_default(size_t given, size_t otherwise) {
    return given > 0 ? given : otherwise;
}

static int open_parts(struct auth *auth, const struct auth_options *options) {
    TRY(directory_open(or_default(options->denied_max, DENIED_MAX), &auth->directory));
    TRY(backoff_open(or_default(options->waiting_max, WAITING_MAX), &auth->backoff));
    TRY(expiry_set_open(or_default(options->nonce_max, NONCE_MAX), &auth->nonces));
    TRY(expiry_set_open(SPENT_MAX, &auth->spent));
    auth->tickets = calloc(AUTH_TICKETS_MAX, sizeof *auth->tickets);
    if (auth->tickets == NULL) return ERR_SET(ERR_NOMEM, "no memory for the tickets of streams");
    return 0;
}

int auth_open(const struct auth_options *options, struct auth **ret_auth) {
    struct auth *auth = calloc(1, sizeof *auth);
    if (auth == NULL) return ERR_SET(ERR_NOMEM, "no memory for identity");
    CHECK(options->secrets->tokens.count >= 1);
    auth->secrets = *options->secrets;
    auth->recovery_key = secret_derive(&auth->secrets.pepper, "recovery codes");
    auth->refresh_key = secret_derive(&auth->secrets.seal, "refresh tokens");
    auth->cost = options->password_cost > 0 ? options->password_cost : PASSWORD_COST;
    auth->sessions_max = options->sessions_max > 0 ? options->sessions_max : SESSIONS_MAX;
    pthread_mutex_init(&auth->lock, NULL);
    int rc = open_parts(auth, options);
    if (rc < 0)
        auth_close(auth);
    else
        *ret_auth = auth;
    return rc;
}

void auth_close(struct auth *auth) {
    if (auth == NULL) return;
    directory_close(auth->directory);
    backoff_close(auth->backoff);
    expiry_set_close(auth->nonces);
    expiry_set_close(auth->spent);
    free(auth->tickets);
    pthread_mutex_destroy(&auth->lock);
    secret_wipe(auth, sizeof *auth);
    free(auth);
}

int auth_load(struct auth *auth, struct sql *sql, int64_t now_ns) {
    return directory_load(auth->directory, sql, &auth->secrets.seal, now_ns);
}

int auth_learn(struct auth *auth, struct sql *sql, int64_t now_ns) {
    return directory_refresh(auth->directory, sql, &auth->secrets.seal, now_ns);
}

static int sweep(struct sql *sql, int64_t now_ns) {
    static const struct sql_query denied = {"auth.sweep_denied",
                                            "DELETE FROM denied_tokens WHERE expires_ns < ?"};
    static const struct sql_query refresh = {"auth.sweep_refresh",
                                             "DELETE FROM refresh_tokens WHERE expires_ns < ?"};
    static const struct sql_query changes = {"auth.sweep_changes",
                                             "DELETE FROM identity_changes WHERE at_ns < ?"};
    TRY(sql_run(sql, &denied, sql_int(now_ns - NS_PER_HOUR)));
    TRY(sql_run(sql, &refresh, sql_int(now_ns - NS_PER_DAY)));
    TRY(sql_run(sql, &changes, sql_int(now_ns - NS_PER_DAY)));
    return 0;
}

int auth_refresh(struct auth *auth, struct sql *sql, int64_t now_ns) {
    TRY(auth_learn(auth, sql, now_ns));
    pthread_mutex_lock(&auth->lock);
    bool due = now_ns - auth->swept_ns >= SWEEP_NS;
    if (due) auth->swept_ns = now_ns;
    pthread_mutex_unlock(&auth->lock);
    return due ? sweep(sql, now_ns) : 0;
}

// What the token says against what is known now.
static const char *judge(struct auth *auth, const struct token_claims *claims, int64_t now_ns) {
    struct directory_user user;
    if (!directory_get_user(auth->directory, claims->user_id, &user)) return "no such user";
    if (user.disabled) return "user disabled";
    if (user.tenant_id != claims->tenant_id) return "another tenant";
    if (user.version != claims->version || user.role != claims->role) return "older version";
    if (directory_is_denied(auth->directory, claims->session_id, now_ns)) return "session ended";
    return NULL;
}

static enum auth_verdict by_token(struct auth *auth, const char *text, size_t len, int64_t now_ns,
                                  struct principal *ret_principal, const char **ret_reason) {
    struct token_claims claims;
    enum token_verdict verdict =
        token_verify(&auth->secrets.tokens, text, len, TOKEN_ACCESS, now_ns / NS_PER_S, &claims);
    *ret_reason = token_verdict_name(verdict);
    if (verdict != TOKEN_VALID) return AUTH_REFUSED;
    const char *reason = judge(auth, &claims, now_ns);
    if (reason != NULL) {
        *ret_reason = reason;
        return AUTH_REFUSED;
    }
    *ret_principal = (struct principal){.user_id = claims.user_id,
                                        .tenant_id = claims.tenant_id,
                                        .role = claims.role,
                                        .scopes = role_scopes(claims.role),
                                        .second_factor = claims.second_factor,
                                        .session_id = claims.session_id,
                                        .step_up_ns = claims.step_up_s * NS_PER_S,
                                        .expires_ns = claims.expires_s * NS_PER_S};
    return AUTH_KNOWN;
}

// A key may what its scopes say and its user still may.
static enum auth_verdict by_key(struct auth *auth, const struct api_key *key,
                                enum key_verdict verdict, struct principal *ret_principal,
                                const char **ret_reason) {
    struct directory_user user;
    *ret_reason = key_verdict_name(verdict);
    if (verdict == KEY_FULL) return AUTH_BUSY;
    if (verdict != KEY_VALID) return AUTH_REFUSED;
    if (!directory_get_user(auth->directory, key->user_id, &user) || user.disabled ||
        user.tenant_id != key->tenant_id) {
        *ret_reason = "user disabled";
        return AUTH_REFUSED;
    }
    *ret_principal =
        (struct principal){.user_id = key->user_id,
                           .tenant_id = key->tenant_id,
                           .role = user.role,
                           .scopes = key->scopes & role_scopes(user.role),
                           .key_id = key->id,
                           .expires_ns = key->expires_ns > 0 ? key->expires_ns : INT64_MAX};
    memcpy(ret_principal->key_public, key->public_id, SECRET_ID_SIZE);
    return AUTH_KNOWN;
}

enum auth_verdict auth_bearer(struct auth *auth, const char *text, size_t len,
                              const struct ip *address, int64_t now_ns,
                              struct principal *ret_principal, const char **ret_reason) {
    char id[SECRET_ID_SIZE];
    struct api_key key;
    if (!api_key_read_id(text, len, id))
        return by_token(auth, text, len, now_ns, ret_principal, ret_reason);
    bool found = directory_get_key(auth->directory, id, &key);
    enum key_verdict verdict =
        api_key_check_bearer(found ? &key : NULL, text, len, address, now_ns);
    enum auth_verdict known = by_key(auth, &key, verdict, ret_principal, ret_reason);
    secret_wipe(&key, sizeof key);
    return known;
}

enum auth_verdict auth_signed(struct auth *auth, const char *key_id,
                              const struct signed_request *request, const struct ip *address,
                              int64_t now_ns, struct principal *ret_principal,
                              const char **ret_reason) {
    struct api_key key;
    bool found = key_id != NULL && secret_is_id(key_id, strlen(key_id)) &&
                 directory_get_key(auth->directory, key_id, &key);
    enum key_verdict verdict =
        api_key_check_signed(found ? &key : NULL, request, address, auth->nonces, now_ns);
    enum auth_verdict known = by_key(auth, &key, verdict, ret_principal, ret_reason);
    secret_wipe(&key, sizeof key);
    return known;
}

// A key that was revoked, ran out or is not there any more.
static bool key_still(struct auth *auth, const struct principal *principal, int64_t now_ns) {
    struct api_key key;
    if (!directory_get_key(auth->directory, principal->key_public, &key)) return false;
    bool good = key.id == principal->key_id && key.revoked_ns == 0 &&
                (key.expires_ns == 0 || key.expires_ns > now_ns);
    secret_wipe(&key, sizeof key);
    return good;
}

bool auth_still(struct auth *auth, const struct principal *principal, int64_t now_ns) {
    struct directory_user user;
    if (principal->expires_ns <= now_ns ||
        !directory_get_user(auth->directory, principal->user_id, &user) || user.disabled ||
        user.tenant_id != principal->tenant_id || user.role != principal->role)
        return false;
    if (principal->key_id != 0) return key_still(auth, principal, now_ns);
    return principal->session_id == 0 ||
           !directory_is_denied(auth->directory, principal->session_id, now_ns);
}

void auth_strike(struct auth *auth, const struct ip *address, int64_t now_ns) {
    struct ip caller = ip_caller(address);
    if (!ip_is_loopback(address))
        (void)backoff_fail(auth->backoff, BACKOFF_BAN, &caller, sizeof caller, now_ns);
}

int64_t auth_banned(struct auth *auth, const struct ip *address, int64_t now_ns) {
    struct ip caller = ip_caller(address);
    return backoff_wait(auth->backoff, BACKOFF_BAN, &caller, sizeof caller, now_ns);
}

int auth_ticket_issue(struct auth *auth, const struct principal *principal, int64_t now_ns,
                      char ret_ticket[AUTH_TICKET_SIZE]) {
    uint8_t secret[TICKET_SECRET_SIZE];
    secret_random(secret, sizeof secret);
    size_t len = base64url_encode(ret_ticket, secret, sizeof secret);
    CHECK(len == AUTH_TICKET_SIZE - 1);
    pthread_mutex_lock(&auth->lock);
    struct ticket *free_one = NULL;
    for (int i = 0; free_one == NULL && i < AUTH_TICKETS_MAX; i++)
        if (auth->tickets[i].until_ns <= now_ns) free_one = &auth->tickets[i];
    if (free_one != NULL) {
        sha256(ret_ticket, len, free_one->digest);
        free_one->until_ns = now_ns + TICKET_NS;
        free_one->principal = *principal;
    }
    pthread_mutex_unlock(&auth->lock);
    return free_one != NULL ? 0 : ERR_SET(ERR_FULL, "too many tickets for streams are out");
}

bool auth_ticket_redeem(struct auth *auth, const char *ticket, size_t len, int64_t now_ns,
                        struct principal *ret_principal) {
    uint8_t digest[SHA256_SIZE];
    struct principal principal;
    bool found = false;
    sha256(ticket, len, digest);
    pthread_mutex_lock(&auth->lock);
    for (int i = 0; i < AUTH_TICKETS_MAX; i++) {
        struct ticket *one = &auth->tickets[i];
        if (one->until_ns <= now_ns || !secret_equal(one->digest, digest, sizeof digest)) continue;
        principal = one->principal;
        one->until_ns = 0;
        found = true;
    }
    pthread_mutex_unlock(&auth->lock);
    if (!found || !auth_still(auth, &principal, now_ns)) return false;
    *ret_principal = principal;
    return true;
}

int auth_name(const char *text, size_t len, char ret_name[AUTH_NAME_MAX + 1]) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789._@+-";
    char name[AUTH_NAME_MAX + 1];
    bool good = len >= 3 && len <= AUTH_NAME_MAX && memchr(text, '\0', len) == NULL;
    for (size_t i = 0; good && i < len; i++)
        name[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    if (good) name[len] = '\0';
    if (!good || strspn(name, letters) != len || strchr("._@+-", name[0]) != NULL)
        return ERR_SET(ERR_ARGUMENT,
                       "a user's name has 3 to %d letters, digits, points, dashes, + and @, and "
                       "begins with a letter or a digit",
                       AUTH_NAME_MAX);
    memcpy(ret_name, name, len + 1);
    return 0;
}

int auth_note(struct auth *auth, struct sql *sql, const struct auth_caller *caller,
              int64_t tenant_id, int64_t actor, const char *action, const char *object,
              const char *outcome, const char *detail) {
    char who[32] = "unknown", address[IP_TEXT_SIZE];
    if (actor > 0) snprintf(who, sizeof who, "user:%" PRId64, actor);
    ip_print(address, &caller->address);
    struct audit_entry entry = {
        tenant_id, caller->now_ns, who,     action,
        object,    outcome,        address, caller->request_id != NULL ? caller->request_id : "",
        detail};
    return audit_append(sql, &auth->secrets.audit, &entry);
}

int auth_changed(struct sql *sql, int64_t tenant_id, int64_t user_id, int64_t now_ns) {
    static const struct sql_query insert = {
        "auth.changed",
        "INSERT INTO identity_changes (tenant_id, user_id, at_ns) VALUES (?, ?, ?)"};
    int rc = sql_run(sql, &insert, sql_int(tenant_id), sql_int(user_id), sql_int(now_ns));
    return rc < 0 ? rc : 0;
}
