// SPDX-License-Identifier: Apache-2.0
// A least time, and above it a logarithm that is normal. What was sent first arrives first.
#include <sleef.h>

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
    {.name = "entry_median",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0.002,
     .min = 0,
     .max = 86400,
     .help = "median of what is above it, to the venue"},
    {.name = "entry_sigma",
     .type = PARAM_REAL,
     .unit = "",
     .def = 0.5,
     .min = 0,
     .max = 10,
     .help = "standard deviation of its logarithm, to the venue"},
    {.name = "report_min",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0,
     .min = 0,
     .max = 86400,
     .help = "least time back"},
    {.name = "report_median",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0.002,
     .min = 0,
     .max = 86400,
     .help = "median of what is above it, back"},
    {.name = "report_sigma",
     .type = PARAM_REAL,
     .unit = "",
     .def = 0.5,
     .min = 0,
     .max = 10,
     .help = "standard deviation of its logarithm, back"},
};

static int64_t draw(const double *values, int of, struct prng *prng) {
    return draw_ns(values[of] +
                   values[of + 1] * Sleef_cinz_expd1_u10purec(values[of + 2] * draw_normal(prng)));
}

static int64_t entry_ns(const double *values, struct prng *prng) {
    return draw(values, ENTRY, prng);
}

static int64_t report_ns(const double *values, struct prng *prng) {
    return draw(values, REPORT, prng);
}

const struct latency_model latency_lognormal = {
    .name = "lognormal",
    .summary = "a least time and a lognormal one, in order",
    .params = params,
    .param_count = PARAM_COUNT,
    .entry_ns = entry_ns,
    .report_ns = report_ns,
};
