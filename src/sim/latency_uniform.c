// SPDX-License-Identifier: Apache-2.0
// Uniformly distributed between two bounds, from the run's seed. What was sent first arrives first.
#include "sim/model.h"

enum { ENTRY_MIN, ENTRY_MAX, REPORT_MIN, REPORT_MAX, PARAM_COUNT };

static const struct param params[PARAM_COUNT] = {
    {.name = "entry_min",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0.001,
     .min = 0,
     .max = 86400,
     .help = "least time to the venue"},
    {.name = "entry_max",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0.1,
     .min = 0,
     .max = 86400,
     .help = "most time to the venue"},
    {.name = "report_min",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0,
     .min = 0,
     .max = 86400,
     .help = "least time back"},
    {.name = "report_max",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0,
     .min = 0,
     .max = 86400,
     .help = "most time back"},
};

static int64_t between(double from, double to, struct prng *prng) {
    double seconds = to > from ? from + (to - from) * prng_double(prng) : from;
    return (int64_t)(seconds * 1e9 + 0.5);
}

static int64_t entry_ns(const double *values, struct prng *prng) {
    return between(values[ENTRY_MIN], values[ENTRY_MAX], prng);
}

static int64_t report_ns(const double *values, struct prng *prng) {
    return between(values[REPORT_MIN], values[REPORT_MAX], prng);
}

const struct latency_model latency_uniform = {
    .name = "uniform",
    .summary = "uniformly distributed between two bounds, in order",
    .params = params,
    .param_count = PARAM_COUNT,
    .entry_ns = entry_ns,
    .report_ns = report_ns,
};
