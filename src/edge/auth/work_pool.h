// SPDX-License-Identifier: Apache-2.0
// A few threads for work that would hold up an event loop, bcrypt above all, and a queue before them with an end: work
// that finds it full is refused at once, so that a flood of logins costs the refused a moment and nobody else anything.
#ifndef FULMAR_EDGE_AUTH_WORK_POOL_H
#define FULMAR_EDGE_AUTH_WORK_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { WORK_POOL_THREADS_MAX = 8, WORK_POOL_QUEUE_MAX = 1024 };

struct work_pool;

// `run` is called on a thread of the pool; `turn` is that thread's number, from 0, for what each of them has one of (a
// connection). Threads run with less priority than the process.
struct work {
    void (*run)(void *self, int turn);
    void *self;
};

// CHECKs the numbers: 1 to WORK_POOL_THREADS_MAX threads, 1 to WORK_POOL_QUEUE_MAX waiting. ERR_NOMEM, ERR_IO.
int work_pool_open(int threads, int queue, struct work_pool **ret_pool) MUST_USE;
// Does what waits, then ends the threads. NULL is fine.
void work_pool_close(struct work_pool *pool);

// From any thread. ERR_FULL without a story: the queue is full (answer 429).
int work_pool_submit(struct work_pool *pool, struct work work) MUST_USE;

// How many wait or are under way, and how many were refused so far.
size_t work_pool_busy(struct work_pool *pool);
uint64_t work_pool_refused(struct work_pool *pool);

#endif
