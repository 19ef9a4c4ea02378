// SPDX-License-Identifier: Apache-2.0
// What was answered under which Idempotency-Key, so that a client that did not hear the answer may ask again: the same
// key with the same request gets the first answer, with another request it is refused. Keys are a user's own, on one
// route each.
//
// The latest REPEAT_MAX are kept in memory, a day long. Orders are known by their key beyond that: it is their client
// id, which is in the session's journal. The loop's alone.
#ifndef FULMAR_EDGE_API_REPEAT_H
#define FULMAR_EDGE_API_REPEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { REPEAT_MAX = 8192, REPEAT_KEY_SIZE = 65, REPEAT_BODY_MAX = 64 << 10 };
#define REPEAT_KEPT_NS INT64_C(86400000000000)

struct repeat;
struct repeat_entry;

int repeat_open(struct repeat **ret_repeat) MUST_USE;
void repeat_close(struct repeat *repeat); // NULL is fine

struct repeat_request {
    int64_t user_id;
    int64_t key_id;
    const char *route;
    const char *key;  // shorter than REPEAT_KEY_SIZE
    const char *path; // these two are what has to be the same
    const void *body;
    size_t body_size;
};

enum repeat_verdict {
    REPEAT_NEW,      // ret_entry: finish it
    REPEAT_ANSWERED, // ret_entry: repeat_answer
    REPEAT_RUNNING,  // the first one is not answered yet
    REPEAT_OTHER     // the key was used with another request
};
enum repeat_verdict repeat_take(struct repeat *repeat, const struct repeat_request *request,
                                int64_t now_ns, struct repeat_entry **ret_entry);

// The answer of a new entry; status 0 forgets it, so that the same may be tried again. An answer larger than
// REPEAT_BODY_MAX is forgotten, too.
void repeat_finish(struct repeat_entry *entry, int status, const char *media, const void *body,
                   size_t size);

struct repeat_answer {
    int status;
    const char *media;
    const char *body;
    size_t size;
};
struct repeat_answer repeat_answer(const struct repeat_entry *entry);

#endif
