// SPDX-License-Identifier: Apache-2.0
// What is usual, learned from the first rows: their mean and sample deviation, against which those
// that follow are measured. Rows that are all equal have no deviation: learning goes on until one
// differs. A length of 0 measures rows as they are.
//
// Mean and squares by Welford's recursion (Technometrics 4, 1962).
#ifndef FULMAR_QUANT_INDICATOR_BASELINE_H
#define FULMAR_QUANT_INDICATOR_BASELINE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct baseline {
    uint32_t length; // rows; 0, or >= 2
    uint32_t seen;
    double origin; // the first row, from which the rest is counted, so that no level costs digits
    double mean;   // over the origin
    double squares;
    double deviation; // 0 while it learns
};
_Static_assert(sizeof(struct baseline) == 40, "part of states that are hashed as bytes");

static inline struct baseline baseline_make(uint32_t length) {
    return (struct baseline){.length = length, .deviation = length == 0};
}

// Learns from x and returns true while it has to; then *ret_z is x in deviations from the mean.
static inline bool baseline_learns(struct baseline *baseline, double x, double *ret_z) {
    if (baseline->deviation > 0) {
        *ret_z = (x - baseline->origin - baseline->mean) / baseline->deviation;
        return false;
    }
    if (baseline->seen == 0) baseline->origin = x;
    double d = x - baseline->origin - baseline->mean;
    baseline->seen++;
    baseline->mean += d / baseline->seen;
    baseline->squares += d * (x - baseline->origin - baseline->mean);
    if (baseline->seen >= baseline->length && baseline->squares > 0)
        baseline->deviation = sqrt(baseline->squares / (baseline->seen - 1));
    return true;
}

#define BASELINE_PARAM                                                                             \
    {                                                                                              \
        .name = "baseline", .type = PARAM_INT, .unit = "bars", .def = 100, .min = 0,               \
        .max = 100000,                                                                             \
        .help = "Rows from which mean and deviation are learned, to measure the rest in them; 0: " \
                "rows are taken as they are."                                                      \
    }

// The fault of a length of 1, which has no deviation.
static inline const char *baseline_fault(double length) {
    return length == 1 ? "a baseline of one row has no deviation: 0, or at least 2" : NULL;
}

#endif
