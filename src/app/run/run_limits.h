// SPDX-License-Identifier: Apache-2.0
// The limits of a run's risk rules that the report's days can be held against.
#ifndef FULMAR_APP_RUN_RUN_LIMITS_H
#define FULMAR_APP_RUN_RUN_LIMITS_H

#include "app/run/run.h"
#include "report/report.h"

enum { RUN_LIMITS_MAX = 16 };

// Of the rules that are on, in a fixed order. Returns how many.
uint32_t run_limits(const struct run *run, struct report_limit ret_limits[RUN_LIMITS_MAX]);

#endif
