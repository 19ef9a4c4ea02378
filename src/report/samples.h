// SPDX-License-Identifier: Apache-2.0
// Lengths of time by their ranks in bounded memory: all of the first SAMPLES_MAX are kept; beyond, every second,
// fourth, ... of them. Count, sum, least and greatest are of all.
#ifndef FULMAR_REPORT_SAMPLES_H
#define FULMAR_REPORT_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/err.h"

enum { SAMPLES_MAX = 1 << 14 };

struct samples {
    int64_t *items; // [SAMPLES_MAX]; NULL until the first
    size_t kept;
    uint64_t stride; // every so many is kept
    uint64_t count;
    int128_t sum;
    int64_t least;
    int64_t greatest;
};

void samples_fini(struct samples *samples);
int samples_add(struct samples *samples, int64_t value) MUST_USE; // O(1). ERR_NOMEM

// Sorts what is kept: once, before samples_rank.
void samples_end(struct samples *samples);
// The value of nearest rank: of n kept values in order the ceil(n * per_mille / 1000)-th. CHECKs that there is one.
int64_t samples_rank(const struct samples *samples, int per_mille);
int64_t samples_mean(const struct samples *samples); // half to even; CHECKs that there is one

#endif
