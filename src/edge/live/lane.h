// SPDX-License-Identifier: Apache-2.0
// Events on their way from the thread that makes them to the one that writes them down: a bounded ring of bytes between
// one producer and one consumer. A full lane refuses; it never overwrites.
#ifndef FULMAR_EDGE_LIVE_LANE_H
#define FULMAR_EDGE_LIVE_LANE_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/arena.h"
#include "market/event.h"

enum { LANE_LINE = 64 };

struct lane {
    alignas(LANE_LINE) _Atomic uint64_t head; // next byte to read; the consumer's
    uint64_t tail_seen;
    alignas(LANE_LINE) _Atomic uint64_t tail; // next byte to write; the producer's
    uint64_t head_seen;
    alignas(LANE_LINE) unsigned char *bytes;
    uint64_t mask;
};

// `size` is a power of two, at least 4,096 (CHECKed). ERR_NOMEM.
int lane_init(struct lane *lane, struct arena *arena, uint64_t size) MUST_USE;
bool lane_push(struct lane *lane, const struct event_header *event); // false: full
uint64_t lane_room(struct lane *lane);                               // the producer: bytes free
// The consumer: the oldest event, which stays until lane_drop(); NULL: none.
const struct event_header *lane_peek(struct lane *lane);
void lane_drop(struct lane *lane);

#endif
