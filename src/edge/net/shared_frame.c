// SPDX-License-Identifier: Apache-2.0
#include "edge/net/shared_frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

struct shared_frame *shared_frame_alloc(size_t size, uint64_t *account) {
    struct shared_frame *frame = malloc(sizeof *frame + size);
    if (frame == NULL) return NULL;
    *frame = (struct shared_frame){.references = 1, .size = size, .account = account};
    frame->data = frame->inside;
    if (account != NULL) *account += size;
    return frame;
}

struct shared_frame *shared_frame_take(char *data, size_t size, uint64_t *account) {
    struct shared_frame *frame = shared_frame_alloc(0, account);
    if (frame == NULL) return NULL;
    frame->data = data;
    frame->size = size;
    if (account != NULL) *account += size;
    return frame;
}

void shared_frame_release(struct shared_frame *frame) {
    if (frame == NULL) return;
    DCHECK(frame->references > 0);
    if (--frame->references > 0) return;
    if (frame->account != NULL) *frame->account -= frame->size;
    if (frame->data != frame->inside) free(frame->data);
    free(frame);
}

static struct shared_frame **slot(const struct frame_queue *queue, uint32_t i) {
    struct shared_frame **items =
        queue->items != NULL ? queue->items : (struct shared_frame **)queue->inside;
    uint32_t cap = queue->items != NULL ? queue->cap : FRAME_QUEUE_INSIDE;
    return &items[(queue->first + i) & (cap - 1)];
}

static int grow(struct frame_queue *queue) {
    uint32_t cap = queue->items != NULL ? queue->cap : FRAME_QUEUE_INSIDE;
    if (queue->count < cap) return 0;
    struct shared_frame **items = malloc(2 * cap * sizeof(*items));
    if (items == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < queue->count; i++) items[i] = *slot(queue, i);
    free(queue->items);
    queue->items = items;
    queue->cap = 2 * cap;
    queue->first = 0;
    return 0;
}

int frame_queue_push(struct frame_queue *queue, struct shared_frame *frame) {
    TRY(grow(queue));
    frame->references++;
    *slot(queue, queue->count++) = frame;
    queue->bytes += frame->size;
    return 0;
}

int frame_queue_peek(const struct frame_queue *queue, struct iovec *ret_parts, int max) {
    int count = 0;
    for (uint32_t i = 0; i < queue->count && count < max; i++) {
        const struct shared_frame *frame = *slot(queue, i);
        size_t gone = i == 0 ? queue->offset : 0;
        ret_parts[count++] =
            (struct iovec){.iov_base = frame->data + gone, .iov_len = frame->size - gone};
    }
    return count;
}

static void give_back(struct frame_queue *queue) {
    free(queue->items);
    queue->items = NULL;
    queue->cap = queue->first = 0;
}

void frame_queue_advance(struct frame_queue *queue, size_t size) {
    DCHECK(size <= queue->bytes);
    queue->bytes -= size;
    while (queue->count > 0) {
        struct shared_frame *frame = *slot(queue, 0);
        size_t left = frame->size - queue->offset;
        if (size < left) {
            queue->offset += size;
            return;
        }
        size -= left;
        queue->offset = 0;
        shared_frame_release(frame);
        queue->first++;
        queue->count--;
    }
    give_back(queue);
}

void frame_queue_clear(struct frame_queue *queue, bool whole) {
    uint32_t kept = !whole && queue->offset > 0 ? 1 : 0;
    while (queue->count > kept) {
        struct shared_frame *frame = *slot(queue, --queue->count);
        size_t gone = queue->count == 0 ? queue->offset : 0;
        queue->bytes -= frame->size - gone;
        shared_frame_release(frame);
    }
    if (queue->count > 0) return;
    queue->offset = 0;
    give_back(queue);
}
