// SPDX-License-Identifier: Apache-2.0
// Which points of a space are tried, in which order.
//
//   grid     every point, in order
//   random   `samples` different points, each as likely as another: the same seed, the same points
//   sobol    `samples` points of a sequence that fills the space evenly; points that it meets again are left out
//
// Points at which `where` does not hold or the strategy's own check refuses are left out; they cost no sample.
#ifndef FULMAR_RESEARCH_SWEEP_PLAN_H
#define FULMAR_RESEARCH_SWEEP_PLAN_H

#include "research/sweep/expression.h"
#include "research/sweep/space.h"

enum plan_method { PLAN_GRID, PLAN_RANDOM, PLAN_SOBOL, PLAN_METHOD_COUNT };
#define PLAN_CONSIDERED_MAX ((uint64_t)1 << 30) // points of a grid
#define PLAN_SAMPLES_MAX ((uint64_t)1 << 24)

struct plan_config {
    const struct space *space;
    const struct expression *where;     // over the table's names; NULL: every point
    int (*check)(const double *params); // strategy's; NULL: none
    enum plan_method method;
    uint64_t samples; // of random and sobol, > 0
    uint64_t seed;
};

struct plan {
    uint64_t *points; // [count]
    uint64_t count;
    uint64_t considered;
    uint64_t outside; // left out by `where`
    uint64_t refused; // left out by the strategy's check
};

// Points come from the arena. ERR_ARGUMENT with a story: nothing is left (what left it out is told), or a grid has
// more than PLAN_CONSIDERED_MAX points; ERR_NOMEM.
int plan_make(struct plan *plan, struct arena *arena, const struct plan_config *config) MUST_USE;

const char *plan_method_name(enum plan_method method);

#endif
