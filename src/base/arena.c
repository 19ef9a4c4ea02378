// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/check.h"

enum { ALIGN_MAX = 4096, HUGE_PAGE = 2 << 20 };

// What is mapped for an arena: a large one in whole huge pages, which the kernel then aligns to them.
static size_t mapped_size(size_t size) {
    return size < HUGE_PAGE ? size : (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

int arena_init(struct arena *arena, size_t size) {
    CHECK(size > 0 && size <= SIZE_MAX / 2);
    void *base = mmap(NULL, mapped_size(size), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        return ERR_SET(ERR_NOMEM, "no memory for an arena of %zu bytes: %s", size, strerror(errno));
    // A hint: where it is taken, a large arena costs a fault for 2 MiB instead of one for 4 KiB.
    if (size >= HUGE_PAGE) (void)madvise(base, mapped_size(size), MADV_HUGEPAGE);
    *arena = (struct arena){.base = base, .size = size};
    return 0;
}

void arena_fini(struct arena *arena) {
    if (arena->base != NULL) CHECK(munmap(arena->base, mapped_size(arena->size)) == 0);
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
