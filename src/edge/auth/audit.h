// SPDX-License-Identifier: Apache-2.0
// The audit: who did what, when, from where, with what outcome. Rows are added, never changed; each tenant's form a
// chain.
//
//   digest(n) = SHA-256(digest(n - 1), canonical form of row n), digest(0) = SHA-256("fulmar audit", tenant)
//
// The canonical form is "fulmar-audit-1" and a NUL, then tenant, seq and ts_ns as 8 bytes, little-endian, then each
// text as its length in 8 bytes and its bytes, in the order of struct audit_entry. A byte that is changed, a row that
// is taken out, put in or moved breaks the chain; rows cut off at its end are missed by the tenant's head, which
// carries HMAC-SHA-256 with a key from the secrets file, so that whoever has the database alone cannot put the head
// right. Whoever has both can; the head that was exported before then (audit_head) tells.
//
// Functions return as edge/sql/sql.h, and what their comments say.
#ifndef FULMAR_EDGE_AUTH_AUDIT_H
#define FULMAR_EDGE_AUTH_AUDIT_H

#include "base/hash.h"
#include "edge/auth/secret.h"
#include "edge/sql/sql.h"

enum { AUDIT_TEXT_MAX = 4096 }; // of one text: what is longer is cut off

struct audit_entry {
    int64_t tenant_id;
    int64_t ts_ns;
    const char *actor;      // "user:7", "key:3", "system", "unknown"
    const char *action;     // "login", "order.place"
    const char *object;     // "session:9", "" where there is none
    const char *outcome;    // "done", "refused", "failed"
    const char *address;    // "" where there is none
    const char *request_id; // ""
    const char *detail;     // JSON, "" is {}
};

struct audit_head {
    int64_t seq; // 0: nothing was written
    uint8_t digest[SHA256_SIZE];
};

// The digest of the row `seq` behind `previous`.
void audit_digest(const uint8_t previous[SHA256_SIZE], int64_t seq, const struct audit_entry *entry,
                  uint8_t ret_digest[SHA256_SIZE]);
void audit_origin(int64_t tenant_id, uint8_t ret_digest[SHA256_SIZE]);

// Adds a row, in the transaction that is open (then it is there if that one is) or in one of its own. Text that is no
// UTF-8 is written as base/auth's escape_log has it.
int audit_append(struct sql *sql, const struct secret_key *key,
                 const struct audit_entry *entry) MUST_USE;

int audit_head(struct sql *sql, int64_t tenant_id, struct audit_head *ret_head) MUST_USE;

// Reads a tenant's chain from its first row to its head. ERR_CORRUPT: the story names the first row that is wrong.
// `key` NULL: the head's seal is not looked at. `known` NULL, or a head from before that has to be on the chain.
// `visit` NULL, or called with every good row; a negative return stops and is returned.
struct audit_visitor {
    int (*visit)(void *self, int64_t seq, const struct audit_entry *entry,
                 const uint8_t digest[SHA256_SIZE]);
    void *self;
};
int audit_verify(struct sql *sql, const struct secret_key *key, int64_t tenant_id,
                 const struct audit_head *known, const struct audit_visitor *visitor,
                 struct audit_head *ret_head) MUST_USE;

#endif
