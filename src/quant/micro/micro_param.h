// SPDX-License-Identifier: Apache-2.0
// Rows of parameters that several features have.
#ifndef FULMAR_QUANT_MICRO_MICRO_PARAM_H
#define FULMAR_QUANT_MICRO_MICRO_PARAM_H

#include "quant/micro/micro.h"

#define MICRO_NS_PER_S 1e9

#define MICRO_LEVELS(def_, max_)                                                                   \
    {                                                                                              \
        .name = "levels", .type = PARAM_INT, .unit = "levels", .def = (def_), .min = 1,            \
        .max = (max_), .help = "How many of the best levels of each side."                         \
    }

// A duration in seconds, at least a millisecond and at most a day.
#define MICRO_SPAN(name_, def_, help_)                                                             \
    {                                                                                              \
        .name = (name_), .type = PARAM_DURATION, .unit = "", .def = (def_), .min = 0.001,          \
        .max = 86400, .help = (help_)                                                              \
    }

#define MICRO_COUNT(table) (sizeof(table) / sizeof *(table))

static inline int64_t micro_ns(double seconds) {
    return (int64_t)(seconds * MICRO_NS_PER_S + 0.5);
}

// The state of a feature that remembers nothing.
static inline size_t micro_no_state_size(const double *params) {
    return 0;
}

#endif
