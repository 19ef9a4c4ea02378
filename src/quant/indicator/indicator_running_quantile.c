// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/stream/tdigest.h"

// The state: the share, then the digest.
static struct tdigest *digest_of(void *memory) {
    return (struct tdigest *)((double *)memory + 1);
}

static const struct param params[] = {
    {.name = "share",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 0.5,
     .min = 0,
     .max = 1,
     .help = "Of the values below: 0.5 is the median."},
    {.name = "compression",
     .type = PARAM_INT,
     .unit = "",
     .def = 100,
     .min = TDIGEST_COMPRESSION_MIN,
     .max = TDIGEST_COMPRESSION_MAX,
     .help = "Clusters to keep; the ranks are off by about one part in as many."},
};

static size_t state_size(const double *values) {
    return sizeof(double) + tdigest_size((uint32_t)values[1]);
}

static size_t lookback(const double *values) {
    return 0;
}

static void init(void *memory, const double *values) {
    *(double *)memory = values[0];
    tdigest_init(digest_of(memory), (uint32_t)values[1]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct tdigest *digest = digest_of(memory);
    tdigest_add(digest, inputs[0]);
    ret_outputs[0] = tdigest_quantile(digest, *(const double *)memory);
}

const struct indicator indicator_running_quantile = {
    .name = "running_quantile",
    .group = "statistic",
    .summary = "Value below which a share of all rows so far lies, in bounded memory.",
    .source = "Dunning and Ertl, t-digest (2019); exact for the first rows",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
