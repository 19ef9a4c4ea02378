// SPDX-License-Identifier: Apache-2.0
// Latencies in proportion to what the feed itself took, at each instant: where a venue's data come late, so do orders.
// The proportion is anybody's guess; hftbacktest, which has the model ("Order Latency from Feed Latency"), takes one
// for the way there and one for the way back. What the feed took is a series of its own (sim/lag_series.h),
// interpolated.
#include "sim/model.h"

static const struct param params[] = {
    {.name = "entry",
     .type = PARAM_REAL,
     .unit = "times the feed's",
     .def = 1,
     .min = 0,
     .max = 1000,
     .help = "from us to the venue"},
    {.name = "report",
     .type = PARAM_REAL,
     .unit = "times the feed's",
     .def = 1,
     .min = 0,
     .max = 1000,
     .help = "from the venue back"},
};

const struct latency_model latency_feed = {
    .name = "feed",
    .summary = "what the feed's own records took at that time (feed:2 is twice that, both ways)",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .by_series = true,
};
