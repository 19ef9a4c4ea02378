// SPDX-License-Identifier: Apache-2.0
// Whether a result stands on a plain or on a peak: what the parameters next to it give. An edge that is there does not
// vanish when a length changes by one; what fits noise does.
//
// Neighbours of a point differ from it by at most one place on every axis (by one place on one axis alone where there
// are more than NEIGHBOURS_AXES_MAX axes that vary), and only those that were tried count.
#ifndef FULMAR_RESEARCH_OVERFIT_NEIGHBOURS_H
#define FULMAR_RESEARCH_OVERFIT_NEIGHBOURS_H

#include "base/map.h"
#include "research/sweep/space.h"

enum { NEIGHBOURS_AXES_MAX = 5, NEIGHBOURS_LEAST = 2 };

struct neighbours {
    const struct space *space;
    const uint64_t *points; // [count]
    const double *values;   // [count], NaN: undefined
    uint64_t count;
    struct map places; // point: its index
};

struct neighbourhood {
    double own;
    double mean; // of the neighbours, those without a value left out; NaN: none
    double median;
    double worst; // by `better`
    uint32_t count;
    uint32_t lost; // that have no value, or one on the other side of 0 than own
};

// Arrays are the caller's, and stay. ERR_NOMEM.
int neighbours_init(struct neighbours *neighbours, struct arena *arena, const struct space *space,
                    const uint64_t *points, const double *values, uint64_t count) MUST_USE;

// better: +1: more is better, -1: less.
void neighbours_of(const struct neighbours *neighbours, uint64_t index, int better,
                   struct neighbourhood *ret_neighbourhood);

// The index whose mean with its neighbours is best, of those with at least NEIGHBOURS_LEAST; count: there is none.
uint64_t neighbours_best(const struct neighbours *neighbours, int better, double *ret_mean);

#endif
