// SPDX-License-Identifier: Apache-2.0
#include "research/walkforward/stability.h"

#include <math.h>
#include <string.h>

static uint32_t place_of(const struct space *space, uint32_t axis, uint64_t point) {
    uint32_t places[PARAMS_MAX];
    space_coordinates(space, point, places);
    return places[axis];
}

static uint32_t distinct_of(const struct space *space, uint32_t axis, const uint64_t *points,
                            uint32_t count) {
    uint32_t distinct = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t before = 0;
        while (before < i &&
               place_of(space, axis, points[before]) != place_of(space, axis, points[i]))
            before++;
        distinct += before == i;
    }
    return distinct;
}

void stability_of(const struct space *space, uint32_t axis, const uint64_t *points, uint32_t count,
                  struct stability *ret_stability) {
    const struct space_axis *values = &space->axes[axis];
    struct stability stability = {.mean = NAN, .deviation = NAN, .low = NAN, .high = NAN};
    double sum = 0, squares = 0, steps = 0;
    for (uint32_t i = 0; i < count; i++) {
        double value = values->values[place_of(space, axis, points[i])];
        sum += value;
        stability.low = fmin(stability.low, value);
        stability.high = fmax(stability.high, value);
        if (i > 0)
            steps += fabs((double)place_of(space, axis, points[i]) -
                          (double)place_of(space, axis, points[i - 1]));
    }
    if (count > 0) stability.mean = sum / count;
    for (uint32_t i = 0; i < count; i++) {
        double away = values->values[place_of(space, axis, points[i])] - stability.mean;
        squares += away * away;
    }
    if (count > 1) stability.deviation = sqrt(squares / (count - 1));
    double length = values->count > 1 ? (double)values->count - 1 : 1;
    stability.step = count > 1 ? steps / (count - 1) / length : NAN;
    stability.distinct = distinct_of(space, axis, points, count);
    *ret_stability = stability;
}

double stability_efficiency(double out_of_sample, double in_sample) {
    return in_sample > 0 ? out_of_sample / in_sample : NAN;
}
