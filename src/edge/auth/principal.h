// SPDX-License-Identifier: Apache-2.0
// Who asks: what is known of the caller of one request, after tokens or keys were checked.
#ifndef FULMAR_EDGE_AUTH_PRINCIPAL_H
#define FULMAR_EDGE_AUTH_PRINCIPAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "edge/auth/secret.h"

// Each may do what those before it may.
enum role { ROLE_NONE, ROLE_VIEWER, ROLE_TRADER, ROLE_ADMIN, ROLE_COUNT };

enum scope {
    SCOPE_READ = 1 << 0,  // look at what the tenant has
    SCOPE_TRADE = 1 << 1, // orders, strategies of sessions
    SCOPE_RUN = 1 << 2,   // backtests, sweeps: work and files
    SCOPE_RISK = 1 << 3,  // limits, kill, halt
    SCOPE_ADMIN = 1 << 4, // users, keys, tenants, the system
    SCOPE_ALL = (1 << 5) - 1
};
enum { SCOPE_COUNT = 5, SCOPE_TEXT_SIZE = 64 };

struct principal {
    int64_t user_id;   // > 0
    int64_t tenant_id; // > 0
    enum role role;
    uint32_t scopes;                 // what role and key both have
    bool second_factor;              // shown at this login
    int64_t session_id;              // 0 with a key
    int64_t key_id;                  // 0 with a session
    int64_t step_up_ns;              // when the person last proved to be there; 0: never
    int64_t expires_ns;              // of the token or the key
    char key_public[SECRET_ID_SIZE]; // the key's public id; "" with a session
};

// "viewer", "trader", "admin"; "none" otherwise. -1: there is no such role.
const char *role_name(enum role role);
int role_find(const char *name, size_t len);
// The most that a role may ever hold.
uint32_t role_scopes(enum role role);

// "read trade" of a set, in the order of the bits; "" of none. Returns the length.
size_t scope_print(char buf[SCOPE_TEXT_SIZE], uint32_t scopes);
// Words with one blank between, each once, in any order; "" is none. ERR_PARSE, without a story.
int scope_parse(const char *text, size_t len, uint32_t *ret_scopes) MUST_USE;

#endif
