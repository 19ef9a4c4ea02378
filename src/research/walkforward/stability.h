// SPDX-License-Identifier: Apache-2.0
// How much the parameters that windows choose wander: an edge that is there keeps its place.
#ifndef FULMAR_RESEARCH_WALKFORWARD_STABILITY_H
#define FULMAR_RESEARCH_WALKFORWARD_STABILITY_H

#include "research/sweep/space.h"

struct stability {
    double mean;
    double deviation; // sample
    double low, high;
    uint32_t distinct; // values chosen
    uint32_t reserved;
    double
        step; // mean distance between the choices of neighbouring windows, in parts of the axis: 0 stays, 1 end to end;
              // of choices at random about 1 / 3
};

// Of one axis over the points that `count` windows chose. NaN where undefined: fewer than two.
void stability_of(const struct space *space, uint32_t axis, const uint64_t *points, uint32_t count,
                  struct stability *ret_stability);

// Out-of-sample growth a year over that in sample: Pardo's walk-forward efficiency. NaN where nothing grew in sample.
double stability_efficiency(double out_of_sample, double in_sample);

#endif
