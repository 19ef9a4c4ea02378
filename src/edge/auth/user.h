// SPDX-License-Identifier: Apache-2.0
// People and tenants. A change takes effect at once: a role, a password or an end of access raises the user's version,
// which every token carries, and what a user may no longer do its tokens and keys may not either.
//
// There are no users and no passwords to begin with: the first admin is made with the set-up token that the server
// prints, or by `fulmar user add` on the machine itself.
//
// `actor` is who does it; NULL is the machine's own hand (the command line), which the audit calls "system". Objects of
// another tenant are not found. Functions return as edge/sql/sql.h, ERR_NOT_FOUND, and what their comments say.
#ifndef FULMAR_EDGE_AUTH_USER_H
#define FULMAR_EDGE_AUTH_USER_H

#include "edge/auth/auth.h"

struct user_row {
    int64_t id;
    int64_t tenant_id;
    const char *name;
    const char *email; // "" where there is none
    enum role role;
    int64_t created_ns;
    int64_t disabled_ns;   // 0: it is not
    int64_t last_login_ns; // 0: never
    int64_t factor_set_ns; // 0: there is no second factor
};
struct user_visitor {
    int (*visit)(void *self, const struct user_row *row);
    void *self;
};

// By id; a tenant's, or everybody's (tenant_id 0, for the command line).
int user_list(struct sql *sql, int64_t tenant_id, const struct user_visitor *visitor) MUST_USE;
// The one with this name or id. ERR_NOT_FOUND.
int user_find(struct sql *sql, const char *name, int64_t *ret_id, int64_t *ret_tenant_id) MUST_USE;
int user_get(struct sql *sql, int64_t tenant_id, int64_t id,
             const struct user_visitor *visitor) MUST_USE;

struct user_new {
    int64_t tenant_id;
    const char *name;  // auth_name's rule
    const char *email; // "" or NULL: none
    enum role role;
    const char *password; // password_policy.h's rule
    size_t password_len;
};
// ERR_ARGUMENT for a name, an address or a password that will not do; ERR_CONFLICT when the name is taken.
int user_create(struct auth *auth, struct sql *sql, const struct principal *actor,
                const struct user_new *user, const struct auth_caller *caller,
                int64_t *ret_id) MUST_USE;

// ERR_STATE: it is the tenant's last admin that can come in.
int user_set_role(struct auth *auth, struct sql *sql, const struct principal *actor,
                  int64_t tenant_id, int64_t id, enum role role,
                  const struct auth_caller *caller) MUST_USE;
int user_set_disabled(struct auth *auth, struct sql *sql, const struct principal *actor,
                      int64_t tenant_id, int64_t id, bool disabled,
                      const struct auth_caller *caller) MUST_USE;

// A new password by an admin or the command line: all sessions end; `forget_factor` takes the second factor away too.
int user_reset(struct auth *auth, struct sql *sql, const struct principal *actor, int64_t tenant_id,
               int64_t id, const char *password, size_t len, bool forget_factor,
               const struct auth_caller *caller) MUST_USE;
// By the user, who knows the old one: all other sessions end. ERR_DENIED: the old one is not right (or has been tried
// too often). A new access token is needed afterwards: session_step_up gives one.
int user_change_password(struct auth *auth, struct sql *sql, const struct principal *principal,
                         const char *old, size_t old_len, const char *password, size_t len,
                         const struct auth_caller *caller) MUST_USE;

int tenant_create(struct auth *auth, struct sql *sql, const struct principal *actor,
                  const char *name, const struct auth_caller *caller, int64_t *ret_id) MUST_USE;
int tenant_find(struct sql *sql, const char *name, int64_t *ret_id) MUST_USE;
int tenant_set_disabled(struct auth *auth, struct sql *sql, const struct principal *actor,
                        int64_t id, bool disabled, const struct auth_caller *caller) MUST_USE;

// The set-up token: when the database has no user, a new one (ret_token); otherwise "". It is good until the first user
// is there or the process ends.
int user_setup_token(struct auth *auth, struct sql *sql, char ret_token[AUTH_TICKET_SIZE]) MUST_USE;
// Makes the tenant "main" and its first admin. ERR_DENIED: not the token, or somebody was first.
int user_setup(struct auth *auth, struct sql *sql, const char *token, size_t token_len,
               const char *name, const char *password, size_t len, const struct auth_caller *caller,
               int64_t *ret_id) MUST_USE;

#endif
