// SPDX-License-Identifier: Apache-2.0
// Who failed must wait, longer each time: for guesses of passwords and codes, and for callers that misbehave.
//
// A table of fixed size knows keys by a keyed hash, so that names and addresses of strangers fill nothing but it. After
// `free` failures each further one doubles the wait, from `first_ns` to `most_ns`; a success, or `forget_ns` without a
// failure, ends it. When the table is full the key that is nearest to being forgotten makes room, a key that waits
// last. Thread-safe.
//
// Whether a key exists elsewhere (as a user, say) does not matter here, so that the answer tells nothing of that.
#ifndef FULMAR_EDGE_AUTH_BACKOFF_H
#define FULMAR_EDGE_AUTH_BACKOFF_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct backoff_policy {
    uint32_t free; // failures without a wait
    int64_t first_ns;
    int64_t most_ns;
    int64_t forget_ns; // >= most_ns
};

// A password for one name from one caller; for one name from anywhere (so that nobody locks another out with a few
// tries); by one caller for any name; a code of the second factor for one user; a caller that misbehaves (a ban).
enum backoff_kind {
    BACKOFF_PAIR,
    BACKOFF_NAME,
    BACKOFF_CALLER,
    BACKOFF_CODE,
    BACKOFF_BAN,
    BACKOFF_KIND_COUNT
};
const struct backoff_policy *backoff_policy(enum backoff_kind kind);

struct backoff;

// Room for at least `max` keys of 32 bytes each. ERR_NOMEM.
int backoff_open(size_t max, struct backoff **ret_backoff) MUST_USE;
void backoff_close(struct backoff *backoff); // NULL is fine

// How long the key still has to wait; 0: it may try.
int64_t backoff_wait(struct backoff *backoff, enum backoff_kind kind, const void *key, size_t size,
                     int64_t now_ns);
// Tells of a failure; returns the wait that follows, 0 for none.
int64_t backoff_fail(struct backoff *backoff, enum backoff_kind kind, const void *key, size_t size,
                     int64_t now_ns);
void backoff_clear(struct backoff *backoff, enum backoff_kind kind, const void *key, size_t size);

#endif
