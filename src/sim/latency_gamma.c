// SPDX-License-Identifier: Apache-2.0
// A least time, and above it a sum of exponential ones, as many as the shape. What was sent first arrives first.
#include "sim/draw.h"
#include "sim/model.h"

enum { ENTRY = 0, REPORT = 3, PARAM_COUNT = 6 };

static const struct param params[PARAM_COUNT] = {
    {.name = "entry_min",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0,
     .min = 0,
     .max = 86400,
     .help = "least time to the venue"},
    {.name = "entry_mean",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0.002,
     .min = 0,
     .max = 86400,
     .help = "mean of what is above it, to the venue"},
    {.name = "entry_shape",
     .type = PARAM_REAL,
     .unit = "",
     .def = 2,
     .min = 0.05,
     .max = 1000,
     .help = "the larger, the less it varies, to the venue"},
    {.name = "report_min",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0,
     .min = 0,
     .max = 86400,
     .help = "least time back"},
    {.name = "report_mean",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0.002,
     .min = 0,
     .max = 86400,
     .help = "mean of what is above it, back"},
    {.name = "report_shape",
     .type = PARAM_REAL,
     .unit = "",
     .def = 2,
     .min = 0.05,
     .max = 1000,
     .help = "the larger, the less it varies, back"},
};

static int64_t draw(const double *values, int of, struct prng *prng) {
    return draw_ns(values[of] + values[of + 1] / values[of + 2] * draw_gamma(prng, values[of + 2]));
}

static int64_t entry_ns(const double *values, struct prng *prng) {
    return draw(values, ENTRY, prng);
}

static int64_t report_ns(const double *values, struct prng *prng) {
    return draw(values, REPORT, prng);
}

const struct latency_model latency_gamma = {
    .name = "gamma",
    .summary = "a least time and a gamma one, in order",
    .params = params,
    .param_count = PARAM_COUNT,
    .entry_ns = entry_ns,
    .report_ns = report_ns,
};
