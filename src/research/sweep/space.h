// SPDX-License-Identifier: Apache-2.0
// The space of a search: for each parameter that is varied an axis, a finite list of values. A point is a number from 0
// to the product of the axes' lengths; its coordinates are the digits of that number, the last axis turning fastest.
//
// An axis is written NAME=VALUES:
//   fast=2:100        from low to high in steps of 1 (whole numbers alone)
//   entry=1:3:0.25    in steps; high itself where a step meets it
//   slow=10:1000:x2   by a factor: 10, 20, 40 ... (of whole numbers, each rounded)
//   sides=long,both   these values
//   fast=20           one value: fixed
// Steps of fractions are of their decimals: 0.1, 0.2, 0.3 and not 0.30000000000000004.
#ifndef FULMAR_RESEARCH_SWEEP_SPACE_H
#define FULMAR_RESEARCH_SWEEP_SPACE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/params.h"

enum { SPACE_AXIS_MAX = 1 << 20 };
#define SPACE_POINTS_MAX ((uint64_t)1 << 62)

struct space_axis {
    uint32_t param; // its row in the table
    uint32_t count; // of values, > 0
    const double *values;
};

struct space {
    const struct param *table;
    size_t table_count;
    double base[PARAMS_MAX]; // of parameters that have no axis
    struct space_axis axes[PARAMS_MAX];
    uint32_t axis_count;
    uint32_t reserved;
    uint64_t points; // the product of the axes' lengths, >= 1
};

// No axis yet; `base` are the values of the table's rows.
void space_init(struct space *space, const struct param *table, size_t table_count,
                const double *base);

// Adds an axis; its values come from the arena. ERR_ARGUMENT with a story: no such parameter (the nearest is
// suggested), given twice, an empty or backward range, a value that the parameter does not take, too many.
int space_add(struct space *space, struct arena *arena, const char *axis) MUST_USE;

// All values of the table at a point.
void space_values(const struct space *space, uint64_t point, double ret_values[PARAMS_MAX]);

void space_coordinates(const struct space *space, uint64_t point, uint32_t *ret_coordinates);
uint64_t space_point(const struct space *space, const uint32_t *coordinates);

#endif
