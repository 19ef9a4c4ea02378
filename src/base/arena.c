// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/check.h"

enum { ALIGN_MAX = 4096 };

int arena_init(struct arena *arena, size_t size) {
    CHECK(size > 0);
    void *base = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        return ERR_SET(ERR_NOMEM, "no memory for an arena of %zu bytes: %s", size, strerror(errno));
    *arena = (struct arena){.base = base, .size = size};
    return 0;
}

void arena_fini(struct arena *arena) {
    if (arena->base != NULL) CHECK(munmap(arena->base, arena->size) == 0);
    *arena = (struct arena){0};
}

void *arena_alloc(struct arena *arena, size_t size, size_t align) {
    CHECK(!arena->sealed);
    CHECK(align > 0 && align <= ALIGN_MAX && (align & (align - 1)) == 0);
    DCHECK(arena->used <= arena->size);
    size_t pad = (align - (arena->used & (align - 1))) & (align - 1);
    size_t room = arena->size - arena->used;
    if (pad > room || size > room - pad) {
        (void)ERR_SET(ERR_NOMEM, "the arena is full: %zu of %zu bytes are used and %zu are wanted",
                      arena->used, arena->size, size);
        return NULL;
    }
    unsigned char *data = arena->base + arena->used + pad;
    arena->used += pad + size;
    return data;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size, size_t align) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        (void)ERR_SET(ERR_NOMEM, "%zu objects of %zu bytes are more than memory can hold", count,
                      size);
        return NULL;
    }
    return arena_alloc(arena, total, align);
}

void arena_rewind(struct arena *arena, size_t mark) {
    CHECK(!arena->sealed && mark <= arena->used);
    memset(arena->base + mark, 0, arena->used - mark);
    arena->used = mark;
}

void arena_seal(struct arena *arena) {
    CHECK(!arena->sealed);
    arena->sealed = true;
}
