// SPDX-License-Identifier: Apache-2.0
#include "edge/live/cells.h"

#include <string.h>

#include "base/check.h"

enum { WORD = sizeof(uint64_t) };

int cells_init(struct cells *cells, struct arena *arena, uint64_t count, size_t record_size) {
    CHECK(count > 0 && (count & (count - 1)) == 0);
    CHECK(record_size > 0);
    size_t cell_words = 1 + (record_size + WORD - 1) / WORD;
    _Atomic uint64_t *words = ARENA_NEW(arena, _Atomic uint64_t, count *cell_words);
    if (words == NULL) return ERR_APPEND(ERR_NOMEM, "for records that are read by other threads");
    *cells = (struct cells){words, cell_words, record_size, count - 1};
    return 0;
}

void cells_store(_Atomic uint64_t *to, const void *from, size_t size) {
    const unsigned char *bytes = from;
    for (; size >= WORD; size -= WORD, bytes += WORD, to++) {
        uint64_t word;
        memcpy(&word, bytes, WORD);
        atomic_store_explicit(to, word, memory_order_release);
    }
    if (size == 0) return;
    uint64_t word = 0;
    memcpy(&word, bytes, size);
    atomic_store_explicit(to, word, memory_order_release);
}

void cells_load(void *to, const _Atomic uint64_t *from, size_t size) {
    unsigned char *bytes = to;
    for (; size >= WORD; size -= WORD, bytes += WORD, from++) {
        uint64_t word = atomic_load_explicit(from, memory_order_acquire);
        memcpy(bytes, &word, WORD);
    }
    if (size == 0) return;
    uint64_t word = atomic_load_explicit(from, memory_order_acquire);
    memcpy(bytes, &word, size);
}

void cells_write(struct cells *cells, uint64_t number, const void *record, size_t size) {
    DCHECK(number > 0 && size <= cells->record_size);
    _Atomic uint64_t *cell = cells->words + (number & cells->mask) * cells->cell_words;
    atomic_store_explicit(cell, 0, memory_order_relaxed);
    cells_store(cell + 1, record, size); // each a release: none is seen before the 0
    atomic_store_explicit(cell, number, memory_order_release);
}

uint64_t cells_holds(const struct cells *cells, uint64_t number) {
    const _Atomic uint64_t *cell = cells->words + (number & cells->mask) * cells->cell_words;
    return atomic_load_explicit(cell, memory_order_relaxed);
}

enum cells_found cells_read(const struct cells *cells, uint64_t number, void *ret_record) {
    const _Atomic uint64_t *cell = cells->words + (number & cells->mask) * cells->cell_words;
    uint64_t before = atomic_load_explicit(cell, memory_order_acquire);
    if (before != number) return before > number ? CELLS_OVER : CELLS_NOT_YET;
    cells_load(ret_record, cell + 1, cells->record_size);
    bool same = atomic_load_explicit(cell, memory_order_relaxed) == number;
    return same ? CELLS_FOUND : CELLS_OVER;
}
