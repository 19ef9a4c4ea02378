// SPDX-License-Identifier: Apache-2.0
// Bytes on their way out, kept until their last reader has them; and queues of them. For the loop's thread alone.
#ifndef FULMAR_EDGE_NET_SHARED_FRAME_H
#define FULMAR_EDGE_NET_SHARED_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/err.h"

struct shared_frame {
    uint32_t references;
    size_t size;
    char *data;        // behind this struct, or a block from malloc that the frame owns
    uint64_t *account; // NULL, or what `size` was added to and is taken from in the end
    char inside[];
};

// With one reference; NULL without memory. `account` may be NULL.
struct shared_frame *shared_frame_alloc(size_t size, uint64_t *account);
// Owns `data`, which is from malloc. Without memory NULL, and the data is the caller's still.
struct shared_frame *shared_frame_take(char *data, size_t size, uint64_t *account);
void shared_frame_release(struct shared_frame *frame); // NULL is fine

enum { FRAME_QUEUE_INSIDE = 2 };

// What waits for one socket, first in first out. All zero: empty. It holds no memory while it is empty.
struct frame_queue {
    struct shared_frame **items; // NULL: those inside
    uint32_t first, count, cap;  // cap a power of two
    size_t offset;               // bytes of the first frame that are gone already
    size_t bytes;                // that wait
    struct shared_frame *inside[FRAME_QUEUE_INSIDE];
};

// Adds a reference of its own. ERR_NOMEM (no story).
int frame_queue_push(struct frame_queue *queue, struct shared_frame *frame) MUST_USE;
// Up to `max` pieces that are next; returns how many.
int frame_queue_peek(const struct frame_queue *queue, struct iovec *ret_parts, int max);
// Forgets the next `size` bytes (at most `bytes`), and frames that are through.
void frame_queue_advance(struct frame_queue *queue, size_t size);
// Forgets all but what is left of a frame that has begun; with `whole`, that as well.
void frame_queue_clear(struct frame_queue *queue, bool whole);

#endif
