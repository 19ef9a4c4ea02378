// SPDX-License-Identifier: Apache-2.0
// The latencies of orders that were really sent: sim/lag_series.h.
#include "sim/model.h"

const struct latency_model latency_recorded = {
    .name = "recorded",
    .summary = "as orders really took (file=FILE.csv: sent, arrived, answered), interpolated",
    .by_series = true,
};
