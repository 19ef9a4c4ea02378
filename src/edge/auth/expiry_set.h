// SPDX-License-Identifier: Apache-2.0
// What must not be taken again until a time: denied tokens, nonces of signed requests, tickets. A bounded set of
// digests, each with its end; full means full, nothing that is not over is forgotten. Thread-safe.
#ifndef FULMAR_EDGE_AUTH_EXPIRY_SET_H
#define FULMAR_EDGE_AUTH_EXPIRY_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct expiry_set;

// At most `max` items of 24 bytes, in a table of up to four times as many. ERR_NOMEM.
int expiry_set_open(size_t max, struct expiry_set **ret_set) MUST_USE;
void expiry_set_close(struct expiry_set *set); // NULL is fine

// 1: it was not there (or its time was over), and is now; 0: it was there, and its end is the later of the two.
// ERR_FULL without a story: there is no room, and it is not in the set.
int expiry_set_add(struct expiry_set *set, const void *item, size_t size, int64_t until_ns,
                   int64_t now_ns) MUST_USE;
bool expiry_set_has(struct expiry_set *set, const void *item, size_t size, int64_t now_ns);
// Takes an item out; true: it was there, and its time was not over. For what is good once.
bool expiry_set_take(struct expiry_set *set, const void *item, size_t size, int64_t now_ns);

// Items whose time is not over.
size_t expiry_set_count(struct expiry_set *set, int64_t now_ns);

#endif
