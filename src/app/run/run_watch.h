// SPDX-License-Identifier: Apache-2.0
// What the exchange of a recorded feed knows beyond its reports, told to the report of the run. Runs on bars have none.
#ifndef FULMAR_APP_RUN_RUN_WATCH_H
#define FULMAR_APP_RUN_RUN_WATCH_H

#include "app/run/run.h"
#include "report/report.h"

// Before the run: best prices and queues go to the report from now on.
void run_watch_start(struct run *run, struct report *report);

// After the run: until when the feed was played, and how long its records were on their way. ERR_NOMEM.
int run_watch_end(const struct run *run, struct report *report) MUST_USE;

// How often a run over a feed decides; 0: it is none.
int64_t run_watch_step_ns(const struct run *run);

// The position that a strategy stops at by its parameter `max_position`, in units; 0: it has none.
double run_watch_position_max(const struct engine_strategy_config *strategy);

#endif
