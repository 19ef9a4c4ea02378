// SPDX-License-Identifier: Apache-2.0
// Times above a least one whose tail falls by a power: few that are very long. What was sent first arrives first.
#include <sleef.h>

#include "sim/draw.h"
#include "sim/model.h"

enum { ENTRY = 0, REPORT = 2, PARAM_COUNT = 4 };

static const struct param params[PARAM_COUNT] = {
    {.name = "entry_min",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0.001,
     .min = 0,
     .max = 86400,
     .help = "least time to the venue"},
    {.name = "entry_alpha",
     .type = PARAM_REAL,
     .unit = "",
     .def = 3,
     .min = 0.2,
     .max = 100,
     .help = "exponent of the tail; the smaller, the longer it is, to the venue"},
    {.name = "report_min",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0.001,
     .min = 0,
     .max = 86400,
     .help = "least time back"},
    {.name = "report_alpha",
     .type = PARAM_REAL,
     .unit = "",
     .def = 3,
     .min = 0.2,
     .max = 100,
     .help = "exponent of the tail; the smaller, the longer it is, back"},
};

static int64_t draw(const double *values, int of, struct prng *prng) {
    return draw_ns(values[of] *
                   Sleef_cinz_powd1_u10purec(draw_uniform_open(prng), -1 / values[of + 1]));
}

static int64_t entry_ns(const double *values, struct prng *prng) {
    return draw(values, ENTRY, prng);
}

static int64_t report_ns(const double *values, struct prng *prng) {
    return draw(values, REPORT, prng);
}

const struct latency_model latency_pareto = {
    .name = "pareto",
    .summary = "a power-law tail above a least time, in order",
    .params = params,
    .param_count = PARAM_COUNT,
    .entry_ns = entry_ns,
    .report_ns = report_ns,
};
