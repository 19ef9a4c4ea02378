// SPDX-License-Identifier: Apache-2.0
// Numbered cells of one writer and any number of readers: a reader gets a whole record or learns that it is not there
// (not yet, or overwritten); the writer never waits for anybody. A record's cell is its number modulo their count.
//
// Records are copied by words with release and acquire, so that what a reader that was overtaken read is never used.
#ifndef FULMAR_EDGE_LIVE_CELLS_H
#define FULMAR_EDGE_LIVE_CELLS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct cells {
    _Atomic uint64_t *words; // of each cell: its number, 0 while it is written, then the record
    size_t cell_words;
    size_t record_size;
    uint64_t mask;
};

// `count` is a power of two (CHECKed). ERR_NOMEM.
int cells_init(struct cells *cells, struct arena *arena, uint64_t count,
               size_t record_size) MUST_USE;
// The first `size` bytes of a record; number > 0. One thread.
void cells_write(struct cells *cells, uint64_t number, const void *record, size_t size);
// Of the record in the cell of `number`; 0: none. The writer's thread.
uint64_t cells_holds(const struct cells *cells, uint64_t number);
enum cells_found { CELLS_NOT_YET, CELLS_FOUND, CELLS_OVER };
// Any thread. CELLS_OVER: a later record has taken its cell.
enum cells_found cells_read(const struct cells *cells, uint64_t number, void *ret_record);

// Copies that other threads may be writing, or reading: whole words, `size` rounded up to them.
void cells_store(_Atomic uint64_t *to, const void *from, size_t size);
void cells_load(void *to, const _Atomic uint64_t *from, size_t size);

#endif
