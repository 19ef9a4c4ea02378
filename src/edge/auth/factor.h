// SPDX-License-Identifier: Apache-2.0
// The second factor of a user: setting it up, taking it away, its recovery codes. Admins and whoever trades live need
// one (access.h).
#ifndef FULMAR_EDGE_AUTH_FACTOR_H
#define FULMAR_EDGE_AUTH_FACTOR_H

#include "edge/auth/auth.h"
#include "edge/auth/totp.h"

// A new secret for the user, sealed in the database and not yet in force: its otpauth:// URI and, for typing, base32.
// ERR_STATE: there is one in force; remove it first.
struct factor_offer {
    char uri[TOTP_URI_SIZE];
    char secret[33];
};
int factor_begin(struct auth *auth, struct sql *sql, const struct principal *principal,
                 const struct auth_caller *caller, struct factor_offer *ret_offer) MUST_USE;

// Puts it in force with a code of it, ends the other sessions and makes ten recovery codes, shown this once. Afterwards
// session_step_up(second_factor) gives an access token that has shown it. ERR_DENIED: not a code of it; ERR_STATE:
// there is nothing to confirm.
struct factor_codes {
    char codes[RECOVERY_CODES][RECOVERY_CODE_SIZE];
};
int factor_confirm(struct auth *auth, struct sql *sql, const struct principal *principal,
                   const char *code, size_t len, const struct auth_caller *caller,
                   struct factor_codes *ret_codes) MUST_USE;

// New recovery codes in place of all old ones. Behind a step-up.
int factor_renew_codes(struct auth *auth, struct sql *sql, const struct principal *principal,
                       const struct auth_caller *caller, struct factor_codes *ret_codes) MUST_USE;
// Takes it away. Behind a step-up. The user's tokens from before are void.
int factor_remove(struct auth *auth, struct sql *sql, const struct principal *principal,
                  const struct auth_caller *caller) MUST_USE;
// How many recovery codes are left.
int factor_codes_left(struct sql *sql, int64_t user_id) MUST_USE;

// For login.h. 1: `code` is one of the user's second factor now, and is used up by that; 0: it is none.
int factor_use(struct auth *auth, struct sql *sql, int64_t user_id, const char *code, size_t len,
               int64_t now_ns) MUST_USE;

#endif
