// SPDX-License-Identifier: Apache-2.0
// Login sessions. A session begins with a login and has one family of refresh tokens, each good for one successor.
//
// session_refresh consumes a token and makes its successor in one transaction, with a condition that only one of many
// callers meets. The others, within SESSION_GRACE_NS, get the very same successor (its text is made from the session
// and its number, so it can be written again), so that two tabs of a browser are no theft. Later, a token that was used
// says that two hold it: the session ends, its access tokens are denied, the audit tells. What a crash leaves is either
// the token unused or its successor ready.
//
// A session ends by logout, by its user or an admin, by reuse, with a password, a second factor or a user that is taken
// away, or after SESSION_MOST_NS. Whatever ends it, its access tokens are refused from then on.
#ifndef FULMAR_EDGE_AUTH_SESSION_H
#define FULMAR_EDGE_AUTH_SESSION_H

#include "edge/auth/auth.h"
#include "edge/auth/token.h"

#define SESSION_GRACE_NS INT64_C(10000000000)     // 10 s
#define SESSION_MOST_NS INT64_C(2592000000000000) // 30 days
enum { SESSION_AGENT_MAX = 200 };

struct session_tokens {
    char access[TOKEN_TEXT_SIZE];
    char refresh[TOKEN_TEXT_SIZE];
    int64_t session_id;
    int64_t user_id;
    int64_t access_expires_ns;
    int64_t refresh_expires_ns;
    enum role role;
    bool second_factor;
};

enum session_verdict {
    SESSION_REFRESHED,
    SESSION_REFUSED, // no token of ours, expired, of a session that ended: log in again
    SESSION_REUSED,  // used before: the session was ended just now
};

// The current token's successor and a new access token. Errors as edge/sql/sql.h; after one the same call may be made
// again with the same token.
int session_refresh(struct auth *auth, struct sql *sql, const char *token, size_t len,
                    const struct auth_caller *caller, enum session_verdict *ret_verdict,
                    struct session_tokens *ret_tokens) MUST_USE;

// Ends the caller's own session. With the refresh token alone (the access token has expired): session_logout_token.
int session_logout(struct auth *auth, struct sql *sql, const struct principal *principal,
                   const struct auth_caller *caller) MUST_USE;
int session_logout_token(struct auth *auth, struct sql *sql, const char *token, size_t len,
                         const struct auth_caller *caller) MUST_USE;

struct session_row {
    int64_t id;
    int64_t user_id;
    int64_t created_ns;
    int64_t used_ns;
    int64_t expires_ns;
    const char *address;
    const char *agent;
    bool second_factor;
};
struct session_visitor {
    int (*visit)(void *self, const struct session_row *row);
    void *self;
};
// Sessions of a user that have not ended, the latest first.
int session_list(struct sql *sql, int64_t tenant_id, int64_t user_id, int64_t now_ns,
                 const struct session_visitor *visitor) MUST_USE;

// Ends one session of a user (ERR_NOT_FOUND: it has no such one), or all of them but `but` (0: really all). Returns how
// many ended. `reason` is a word.
int session_end(struct auth *auth, struct sql *sql, const struct principal *actor, int64_t user_id,
                int64_t session_id, const struct auth_caller *caller) MUST_USE;
int session_end_all(struct auth *auth, struct sql *sql, const struct principal *actor,
                    int64_t user_id, int64_t but, const struct auth_caller *caller) MUST_USE;

// A new access token of the session that says that the person was there just now: after login_step_up.
int session_step_up(struct auth *auth, struct sql *sql, const struct principal *principal,
                    bool second_factor, const struct auth_caller *caller,
                    struct session_tokens *ret_tokens) MUST_USE;

// For login.h: begins a session of a user. In a transaction of its own.
int session_begin(struct auth *auth, struct sql *sql, int64_t user_id, bool second_factor,
                  const struct auth_caller *caller, struct session_tokens *ret_tokens) MUST_USE;
// For user.h and others: marks all of a user's sessions but one as ended, in the transaction that is open. What the
// directory has to be told comes after it: auth_learn.
int session_end_within(struct sql *sql, int64_t tenant_id, int64_t user_id, int64_t but,
                       const char *reason, int64_t now_ns) MUST_USE;

#endif
