// SPDX-License-Identifier: Apache-2.0
// Uniformly distributed between two bounds, from the run's seed. What was sent first arrives first.
#include "sim/model.h"

enum { ENTRY_MIN, ENTRY_MAX, REPORT_MIN, REPORT_MAX, PARAM_COUNT };

static const struct param params[PARAM_COUNT] = {
    {"entry_min", PARAM_DURATION, "s", 0.001, 0, 86400, NULL, "least time to the venue"},
    {"entry_max", PARAM_DURATION, "s", 0.1, 0, 86400, NULL, "most time to the venue"},
    {"report_min", PARAM_DURATION, "s", 0, 0, 86400, NULL, "least time back"},
    {"report_max", PARAM_DURATION, "s", 0, 0, 86400, NULL, "most time back"},
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
