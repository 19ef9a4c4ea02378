// SPDX-License-Identifier: Apache-2.0
// The orders of others that a feed by order tells of, with their turn: a number that rises with every order that joins
// the end of a queue, theirs and ours. Of two orders at one price the lower number stands before the other.
//
// An order is found by its number in constant time. Memory is the arena's: plain bytes without pointers.
#ifndef FULMAR_SIM_OTHERS_H
#define FULMAR_SIM_OTHERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"

struct other {
    uint64_t id;
    uint64_t turn;
    int64_t tick;
    int64_t qty;   // 0: the slot is free
    uint32_t s;    // 0 bid, 1 ask
    uint32_t next; // of the free list
};
_Static_assert(sizeof(struct other) == 40, "hashed as bytes");

struct others_state {
    uint64_t last_turn;
    uint32_t free_first;
    uint32_t count;
};

struct others {
    struct other *slots; // [max]; NULL where max is 0
    struct others_state *state;
    struct map by_id;
    uint32_t max;
    uint32_t reserved;
};

// max 0: a book by price; no order is ever there. ERR_NOMEM.
int others_init(struct others *others, struct arena *state, uint32_t max) MUST_USE;

// The next turn, for an order of ours as well.
uint64_t others_turn(struct others *others);

struct other *others_find(const struct others *others, uint64_t id); // NULL: not there
// At the end of its queue; qty > 0. NULL: the number is there already, or there is no room.
struct other *others_add(struct others *others, uint64_t id, int s, int64_t tick, int64_t qty);
// Behind all again.
void others_move(struct others *others, struct other *other, int64_t tick, int64_t qty);
void others_remove(struct others *others, struct other *other);
void others_clear(struct others *others, int s); // all of a side

void others_check(const struct others *others); // CHECKs. For tests.

#endif
