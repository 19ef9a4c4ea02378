// SPDX-License-Identifier: Apache-2.0
// Logging in: a password, then, where the user has one, a code of the second factor, then a session.
//
// Whether a name exists, is disabled or has a second factor shows neither in the answer nor in the time it takes until
// the password is right: an unknown name costs a bcrypt too, and waits after failures like any other. Who failed waits,
// by name and caller, by name, and by caller (backoff.h); while one waits nothing is hashed and nothing is told.
#ifndef FULMAR_EDGE_AUTH_LOGIN_H
#define FULMAR_EDGE_AUTH_LOGIN_H

#include "edge/auth/session.h"

enum login_verdict {
    LOGIN_DONE,          // tokens are there
    LOGIN_FACTOR_NEEDED, // call login_second_factor with `pending`, within 5 minutes
    LOGIN_REFUSED,       // 401: name or password, or the code, is not right
    LOGIN_WAIT,          // 429: retry_ns
};

struct login_result {
    enum login_verdict verdict;
    int64_t retry_ns;
    char pending[TOKEN_TEXT_SIZE]; // shown to nobody but the one who sent the password
    struct session_tokens tokens;
};

int login_password(struct auth *auth, struct sql *sql, const char *name, size_t name_len,
                   const char *password, size_t len, const struct auth_caller *caller,
                   struct login_result *ret_result) MUST_USE;

// `code`: six digits, or a recovery code. A pending token is good for one login.
int login_second_factor(struct auth *auth, struct sql *sql, const char *pending, size_t pending_len,
                        const char *code, size_t len, const struct auth_caller *caller,
                        struct login_result *ret_result) MUST_USE;

// Who is logged in proves to be there: with a code where there is a second factor, else with the password. DONE: the
// tokens hold a new access token (and no refresh token). ERR_STATE with an API key.
int login_step_up(struct auth *auth, struct sql *sql, const struct principal *principal,
                  const char *proof, size_t len, const struct auth_caller *caller,
                  struct login_result *ret_result) MUST_USE;

#endif
