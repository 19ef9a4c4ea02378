// SPDX-License-Identifier: Apache-2.0
// What a request needs to know of people, sessions and keys, in memory: a token says who somebody was when it was
// written, the directory says whether that still holds. It is filled from the database at the start, changed at once by
// what this process does, and by directory_refresh with what others did. Thread-safe; nothing here waits for a
// database.
#ifndef FULMAR_EDGE_AUTH_DIRECTORY_H
#define FULMAR_EDGE_AUTH_DIRECTORY_H

#include "edge/auth/api_key.h"
#include "edge/sql/sql.h"

struct directory_user {
    int64_t id; // > 0
    int64_t tenant_id;
    int64_t version;
    enum role role;
    bool disabled; // or the tenant is
};

struct directory;

// Denied sessions: at most `denied_max` at a time. ERR_NOMEM.
int directory_open(size_t denied_max, struct directory **ret_directory) MUST_USE;
void directory_close(struct directory *directory); // NULL is fine

int directory_put_user(struct directory *directory, const struct directory_user *user) MUST_USE;
bool directory_get_user(struct directory *directory, int64_t id, struct directory_user *ret_user);

int directory_put_key(struct directory *directory, const struct api_key *key) MUST_USE;
bool directory_get_key(struct directory *directory, const char *public_id, struct api_key *ret_key);

// Tokens of a session are refused until `until_ns`, when the last of them has expired. When the table is full, all
// tokens of the user are refused (as if it were disabled) until directory_put_user says otherwise.
void directory_deny_session(struct directory *directory, int64_t session_id, int64_t user_id,
                            int64_t until_ns, int64_t now_ns);
bool directory_is_denied(struct directory *directory, int64_t session_id, int64_t now_ns);
size_t directory_denied_count(struct directory *directory, int64_t now_ns);

// Everything from the database: users, keys that are in force, sessions that are denied. `seal` opens signing keys; one
// that does not open is left out. As edge/sql/sql.h.
int directory_load(struct directory *directory, struct sql *sql, const struct secret_key *seal,
                   int64_t now_ns) MUST_USE;
// What changed since a while before the last load or refresh; to be called about each second.
int directory_refresh(struct directory *directory, struct sql *sql, const struct secret_key *seal,
                      int64_t now_ns) MUST_USE;

// Of key_store.h too: a row of `SELECT DIRECTORY_KEY_COLUMNS FROM api_keys k`, from its first column.
#define DIRECTORY_KEY_COLUMNS                                                                      \
    "k.id, k.tenant_id, k.user_id, k.public_id, k.secret_hash, k.secret_sealed, k.scopes, "        \
    "k.ip_rules, k.expires_ns, k.revoked_ns"
int directory_read_key(struct sql_rows *rows, const struct secret_key *seal,
                       struct api_key *ret_key) MUST_USE;

#endif
