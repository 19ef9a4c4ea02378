// SPDX-License-Identifier: Apache-2.0
// Latencies that were recorded: of each order when it was sent, when the venue had it, and when the answer was here.
// Between two orders the latency is interpolated along a straight line in time; before the first and after the last it
// is theirs. That is the order latency of hftbacktest's IntpOrderLatency.
#ifndef FULMAR_SIM_LAG_SERIES_H
#define FULMAR_SIM_LAG_SERIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct lag_series {
    const int64_t *sent_ns; // none of the three goes back from row to row
    const int64_t *arrived_ns;
    const int64_t *answered_ns;
    size_t count;
};

// ERR_ARGUMENT: no row; a time that goes back, or an arrival before the sending or an answer before the arrival. The
// story tells the row, from 1.
int lag_series_check(const struct lag_series *series) MUST_USE;

// From us to the venue for what is sent at t_ns, and back for what the venue says at t_ns; rounded down, >= 0.
int64_t lag_series_entry_ns(const struct lag_series *series, int64_t t_ns);
int64_t lag_series_report_ns(const struct lag_series *series, int64_t t_ns);

#endif
