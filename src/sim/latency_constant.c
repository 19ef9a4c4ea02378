// SPDX-License-Identifier: Apache-2.0
#include "sim/model.h"

enum { ENTRY, REPORT, PARAM_COUNT };

static const struct param params[PARAM_COUNT] = {
    {.name = "entry",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0,
     .min = 0,
     .max = 86400,
     .help = "from our decision to the venue"},
    {.name = "report",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0,
     .min = 0,
     .max = 86400,
     .help = "from the venue back to us"},
};

static int64_t entry_ns(const double *values, struct prng *prng) {
    return (int64_t)(values[ENTRY] * 1e9 + 0.5);
}

static int64_t report_ns(const double *values, struct prng *prng) {
    return (int64_t)(values[REPORT] * 1e9 + 0.5);
}

const struct latency_model latency_constant = {
    .name = "constant",
    .summary = "every order and every report takes the same time",
    .params = params,
    .param_count = PARAM_COUNT,
    .fixed = true,
    .entry_ns = entry_ns,
    .report_ns = report_ns,
};
