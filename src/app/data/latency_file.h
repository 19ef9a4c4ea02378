// SPDX-License-Identifier: Apache-2.0
// Orders that were really sent, as CSV: columns sent, arrived and answered, or hftbacktest's req_ts, exch_ts and
// resp_ts, nanoseconds since 1970.
#ifndef FULMAR_APP_DATA_LATENCY_FILE_H
#define FULMAR_APP_DATA_LATENCY_FILE_H

#include "base/arena.h"
#include "sim/lag_series.h"

// The rows are the arena's. ERR_PARSE, ERR_ARGUMENT (lag_series_check) with file and row in the story.
int latency_file_read(struct arena *arena, const char *path,
                      struct lag_series *ret_series) MUST_USE;

#endif
