// SPDX-License-Identifier: Apache-2.0
#include "research/overfit/neighbours.h"

#include <math.h>
#include <stdlib.h>

#include "quant/series/rank.h"

enum { NEAR_MAX = 243 }; // 3^NEIGHBOURS_AXES_MAX

int neighbours_init(struct neighbours *neighbours, struct arena *arena, const struct space *space,
                    const uint64_t *points, const double *values, uint64_t count) {
    *neighbours =
        (struct neighbours){.space = space, .points = points, .values = values, .count = count};
    TRY(map_init(&neighbours->places, arena, (uint32_t)(2 * count + 16)));
    for (uint64_t i = 0; i < count; i++) TRY(map_put(&neighbours->places, points[i], (uint32_t)i));
    return 0;
}

// Indices of the neighbours that were tried.
struct near {
    uint32_t indices[NEAR_MAX];
    uint32_t count;
};

static void add(const struct neighbours *neighbours, const uint32_t *places, struct near *near) {
    uint32_t index;
    if (near->count < NEAR_MAX &&
        map_get(&neighbours->places, space_point(neighbours->space, places), &index))
        near->indices[near->count++] = index;
}

// Moves on the axes that vary, as digits -1, 0, +1 of a number in base 3.
static void add_around(const struct neighbours *neighbours, const uint32_t *own,
                       const uint32_t *axes, uint32_t count, struct near *near) {
    uint32_t moves = 1, places[PARAMS_MAX];
    for (uint32_t i = 0; i < count; i++) moves *= 3;
    for (uint32_t move = 1; move < moves; move++) {
        bool inside = true;
        for (uint32_t i = 0; i < neighbours->space->axis_count; i++) places[i] = own[i];
        for (uint32_t i = 0, rest = move; i < count; i++, rest /= 3) {
            uint32_t step = rest % 3, length = neighbours->space->axes[axes[i]].count;
            if ((step == 1 && own[axes[i]] == 0) || (step == 2 && own[axes[i]] + 1 == length))
                inside = false;
            else
                places[axes[i]] = own[axes[i]] + (step == 2) - (step == 1);
        }
        if (inside) add(neighbours, places, near);
    }
}

static void find_near(const struct neighbours *neighbours, uint64_t index, struct near *near) {
    const struct space *space = neighbours->space;
    uint32_t own[PARAMS_MAX], axes[PARAMS_MAX], count = 0;
    near->count = 0;
    space_coordinates(space, neighbours->points[index], own);
    for (uint32_t i = 0; i < space->axis_count; i++)
        if (space->axes[i].count > 1) axes[count++] = i;
    if (count <= NEIGHBOURS_AXES_MAX) {
        add_around(neighbours, own, axes, count, near);
        return;
    }
    for (uint32_t i = 0; i < count; i++) add_around(neighbours, own, &axes[i], 1, near);
}

void neighbours_of(const struct neighbours *neighbours, uint64_t index, int better,
                   struct neighbourhood *ret_neighbourhood) {
    struct near near;
    double values[NEAR_MAX], scratch[NEAR_MAX], sum = 0;
    uint32_t count = 0;
    struct neighbourhood found = {
        .own = neighbours->values[index], .mean = NAN, .median = NAN, .worst = NAN};
    find_near(neighbours, index, &near);
    for (uint32_t i = 0; i < near.count; i++) {
        double value = neighbours->values[near.indices[i]];
        found.lost += !(value * found.own > 0);
        if (isnan(value)) continue;
        sum += value;
        values[count++] = value;
    }
    found.count = near.count;
    if (count > 0) {
        rank_sort(values, count, scratch);
        found.mean = sum / count;
        found.median = (values[(count - 1) / 2] + values[count / 2]) / 2;
        found.worst = better > 0 ? values[0] : values[count - 1];
    }
    *ret_neighbourhood = found;
}

uint64_t neighbours_best(const struct neighbours *neighbours, int better, double *ret_mean) {
    uint64_t best = neighbours->count;
    double most = NAN;
    for (uint64_t i = 0; i < neighbours->count; i++) {
        struct near near;
        double sum = neighbours->values[i];
        find_near(neighbours, i, &near);
        if (near.count < NEIGHBOURS_LEAST) continue;
        for (uint32_t k = 0; k < near.count; k++) sum += neighbours->values[near.indices[k]];
        double mean = sum / (near.count + 1); // NaN where one is
        if (isnan(mean) || (!isnan(most) && better * mean <= better * most)) continue;
        most = mean;
        best = i;
    }
    *ret_mean = most;
    return best;
}
