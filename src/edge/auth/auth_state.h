// SPDX-License-Identifier: Apache-2.0
// What the parts of auth.h share. Not for others.
#ifndef FULMAR_EDGE_AUTH_AUTH_STATE_H
#define FULMAR_EDGE_AUTH_AUTH_STATE_H

#include <pthread.h>

#include "edge/auth/auth.h"
#include "edge/auth/backoff.h"
#include "edge/auth/directory.h"

enum { AUTH_NAME_MAX = 64 };

struct ticket {
    uint8_t digest[SHA256_SIZE];
    int64_t until_ns; // 0: free
    struct principal principal;
};

struct auth {
    struct secrets secrets;
    struct secret_key recovery_key; // of recovery codes
    struct secret_key refresh_key;  // makes the ids of refresh tokens
    int cost;
    int64_t sessions_max;
    struct directory *directory;
    struct backoff *backoff;
    struct expiry_set *nonces;
    struct expiry_set *spent; // tokens between password and second factor that were used
    pthread_mutex_t lock;     // of what follows
    struct ticket *tickets;
    char setup[AUTH_TICKET_SIZE]; // the set-up token; "": none
    int64_t swept_ns;
};

// A name as it is compared: small letters; 3 to 64 of [a-z0-9._@+-], beginning with a letter or digit. ERR_ARGUMENT.
int auth_name(const char *text, size_t len, char ret_name[AUTH_NAME_MAX + 1]) MUST_USE;

// An entry of the audit for `actor` (a user's id, 0: nobody is known), in the open transaction or its own.
int auth_note(struct auth *auth, struct sql *sql, const struct auth_caller *caller,
              int64_t tenant_id, int64_t actor, const char *action, const char *object,
              const char *outcome, const char *detail) MUST_USE;

// Tells other processes, in the open transaction, that a user or one of its keys has changed.
int auth_changed(struct sql *sql, int64_t tenant_id, int64_t user_id, int64_t now_ns) MUST_USE;
// And this one, after it.
int auth_learn(struct auth *auth, struct sql *sql, int64_t now_ns) MUST_USE;

#endif
