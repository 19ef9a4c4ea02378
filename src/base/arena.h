// SPDX-License-Identifier: Apache-2.0
// A region of memory handed out front to back and never given back piece by piece. Everything the deterministic
// core uses comes from one arena, sized from configured limits and sealed after start-up: from then on an
// allocation is a bug.
//
// Memory is zeroed. State that is to be hashed, saved and loaded as bytes must hold no pointers and no padding.
#ifndef FULMAR_BASE_ARENA_H
#define FULMAR_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena {
    unsigned char *base;
    size_t size; // bytes reserved
    size_t used; // bytes handed out, padding included
    bool sealed;
};

// Maps `size` zeroed bytes (pages are touched on use). ERR_NOMEM.
int arena_init(struct arena *arena, size_t size) MUST_USE;
void arena_fini(struct arena *arena);

// `size` zeroed bytes aligned to `align` (a power of two, <= 4096). NULL with a story when the arena is full.
// CHECKs that the arena is not sealed.
void *arena_alloc(struct arena *arena, size_t size, size_t align);

// `count` zeroed objects of a type; NULL with a story when full.
#define ARENA_NEW(arena, type, count)                                                              \
    ((type *)arena_alloc_array((arena), (count), sizeof(type), _Alignof(type)))
void *arena_alloc_array(struct arena *arena, size_t count, size_t size, size_t align);

// Takes back everything handed out since `used` was `mark`, zeroed again: scratch memory of a loop.
// CHECKs that the arena is not sealed.
void arena_rewind(struct arena *arena, size_t mark);

void arena_seal(struct arena *arena);

#endif
