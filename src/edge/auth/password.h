// SPDX-License-Identifier: Apache-2.0
// Passwords: bcrypt over base64(HMAC-SHA-256(pepper, password)). bcrypt alone ignores what follows the 72nd byte and
// stops at a NUL; 44 characters of base64 have neither. The pepper is a key that is not in the database, so that a
// stolen table alone cannot be searched.
#ifndef FULMAR_EDGE_AUTH_PASSWORD_H
#define FULMAR_EDGE_AUTH_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "edge/auth/secret.h"

enum {
    PASSWORD_COST = 12,     // 2^12 rounds: about a quarter of a second of one core
    PASSWORD_COST_MIN = 4,  // for tests
    PASSWORD_HASH_SIZE = 61 // "$2b$12$" and 53 characters, NUL included
};

// CHECKs the cost. ERR_NOMEM.
int password_hash(const struct secret_key *pepper, int cost, const char *password, size_t len,
                  char ret_hash[PASSWORD_HASH_SIZE]) MUST_USE;

// 1: it is; 0: it is not. `hash` NULL (there is no such user): 0, after as long as a hash of `cost` takes. ERR_NOMEM;
// ERR_CORRUPT for a text that is no hash of ours.
int password_verify(const struct secret_key *pepper, int cost, const char *password, size_t len,
                    const char *hash) MUST_USE;

// The cost that a hash was made with, -1 for what is none.
int password_cost(const char *hash);

#endif
