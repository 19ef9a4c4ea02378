// SPDX-License-Identifier: Apache-2.0
// Daily returns of the runs of a search, for statistics over all of them: tiles of eight runs, in each of which a day's
// eight returns stand side by side.
#ifndef FULMAR_RESEARCH_SWEEP_RETURNS_H
#define FULMAR_RESEARCH_SWEEP_RETURNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum { RETURNS_TILE = 8 };

struct returns {
    double *tiles; // [(runs + 7) / 8][days][RETURNS_TILE]; places without a run are 0
    uint64_t runs;
    uint64_t days;
};

static inline size_t returns_size(uint64_t runs, uint64_t days) {
    return (runs + RETURNS_TILE - 1) / RETURNS_TILE * RETURNS_TILE * days * sizeof(double);
}

static inline double *returns_tile(const struct returns *returns, uint64_t run) {
    return returns->tiles + run / RETURNS_TILE * RETURNS_TILE * returns->days;
}

static inline double returns_get(const struct returns *returns, uint64_t run, uint64_t day) {
    return returns_tile(returns, run)[day * RETURNS_TILE + run % RETURNS_TILE];
}

// Those of `run` from a column. `from` is read to its end, and no further than days.
static inline void returns_put(const struct returns *returns, uint64_t run, const double *from,
                               uint64_t count) {
    double *to = returns_tile(returns, run) + run % RETURNS_TILE;
    for (uint64_t day = 0; day < returns->days && day < count; day++)
        to[day * RETURNS_TILE] = from[day];
}

#endif
