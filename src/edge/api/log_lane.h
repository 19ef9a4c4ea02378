// SPDX-License-Identifier: Apache-2.0
// Lines of the log on their way to a descriptor that may be slow or stuck: a bounded lane and a thread that writes. Who
// logs never waits; a line that finds the lane full is dropped and counted, and the count is told in a line of its own
// when there is room again.
#ifndef FULMAR_EDGE_API_LOG_LANE_H
#define FULMAR_EDGE_API_LOG_LANE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { LOG_LANE_SIZE = 4 << 20 };
#define LOG_LANE_WAIT_NS INT64_C(1000000000)

struct log_lane;

int log_lane_open(int fd, struct log_lane **ret_lane) MUST_USE; // ERR_NOMEM, ERR_IO
// Waits LOG_LANE_WAIT_NS at most for what is on its way. NULL is fine.
void log_lane_close(struct log_lane *lane);

void log_lane_write(struct log_lane *lane, const char *line, size_t len); // from any thread
uint64_t log_lane_lost(struct log_lane *lane);

#endif
