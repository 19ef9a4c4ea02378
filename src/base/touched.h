// SPDX-License-Identifier: Apache-2.0
// Which of a count of things changed since somebody looked: a bit each, for one who looks. Derived from what it
// speaks of, so it belongs to no state: who restores a state touches all.
#ifndef FULMAR_BASE_TOUCHED_H
#define FULMAR_BASE_TOUCHED_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

struct touched {
    uint64_t *words; // [ceil(count / 64)]
    uint32_t count;
};

static inline uint32_t touched_words(const struct touched *touched) {
    return touched->count / 64 + (touched->count % 64 != 0);
}

static inline void touched_add(struct touched *touched, uint32_t index) {
    touched->words[index / 64] |= UINT64_C(1) << index % 64;
}

static inline void touched_all(struct touched *touched) {
    memset(touched->words, 0xff, touched_words(touched) * sizeof *touched->words);
    if (touched->count % 64 != 0)
        touched->words[touched->count / 64] = (UINT64_C(1) << touched->count % 64) - 1;
}

// All are touched at first. ERR_NOMEM.
static inline int touched_init(struct touched *touched, struct arena *wiring, uint32_t count) {
    *touched = (struct touched){.count = count};
    touched->words = ARENA_NEW(wiring, uint64_t, touched_words(touched) + 1);
    if (touched->words == NULL) return ERR_NOMEM;
    touched_all(touched);
    return 0;
}

#endif
