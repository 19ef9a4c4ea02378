// SPDX-License-Identifier: Apache-2.0
// API keys in the database. A key is its user's and may never more than that user; what trades, changes limits or
// administers signs its requests (api_key.h) or comes from named networks. Functions return as edge/sql/sql.h.
#ifndef FULMAR_EDGE_AUTH_KEY_STORE_H
#define FULMAR_EDGE_AUTH_KEY_STORE_H

#include "edge/auth/auth.h"

enum { KEY_STORE_MAX = 50 }; // of one user, in force

struct key_new {
    const char *name; // 1 to API_KEY_NAME_MAX characters
    uint32_t scopes;  // some of the user's role
    bool is_signing;
    const char *from;   // networks, ip_list_parse's form; "" or NULL: anywhere
    int64_t expires_ns; // 0: never
};
// ERR_ARGUMENT, ERR_PARSE for what will not do; ERR_DENIED for scopes that the user has not; ERR_FULL. The text is
// shown this once.
int key_create(struct auth *auth, struct sql *sql, const struct principal *principal,
               const struct key_new *key, const struct auth_caller *caller,
               char ret_text[API_KEY_TEXT_SIZE], int64_t *ret_id) MUST_USE;

struct key_row {
    int64_t id;
    int64_t user_id;
    const char *public_id;
    const char *name;
    const char *scopes;
    const char *from;
    bool is_signing;
    int64_t created_ns;
    int64_t expires_ns; // 0: never
    int64_t revoked_ns; // 0: in force
};
struct key_visitor {
    int (*visit)(void *self, const struct key_row *row);
    void *self;
};
// A user's keys, or with user_id 0 all of the tenant's.
int key_list(struct sql *sql, int64_t tenant_id, int64_t user_id,
             const struct key_visitor *visitor) MUST_USE;

// One of the principal's own; an admin any of the tenant's. ERR_NOT_FOUND.
int key_revoke(struct auth *auth, struct sql *sql, const struct principal *principal, int64_t id,
               const struct auth_caller *caller) MUST_USE;

#endif
