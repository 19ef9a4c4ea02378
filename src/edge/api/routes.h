// SPDX-License-Identifier: Apache-2.0
// The registry of routes: one line each, X(id) for `route_<id>` in a routes_ file, chapter by chapter.
#ifndef FULMAR_EDGE_API_ROUTES_H
#define FULMAR_EDGE_API_ROUTES_H

#include "edge/api/route.h"

// clang-format off
#define ROUTE_LIST(X) \
    X(get_live) \
    X(get_ready) \
    X(get_metrics) \
    X(get_system) \
    X(get_openapi) \
    X(list_strategies) \
    X(get_strategy) \
    X(list_indicators) \
    X(get_indicator) \
    X(list_rules) \
    X(get_rule) \
    X(list_series) \
    X(get_series) \
    X(get_bars) \
    X(get_ticks) \
    X(get_chart) \
    X(submit_backtest) \
    X(submit_sweep) \
    X(list_jobs) \
    X(get_job) \
    X(get_job_result) \
    X(cancel_job) \
    X(list_runs) \
    X(get_run) \
    X(get_run_report) \
    X(get_run_page) \
    X(get_run_table) \
    X(get_run_file) \
    X(tag_run) \
    X(remove_run)
// clang-format on

#define ROUTE_DECLARE(id) extern const struct route route_##id;
ROUTE_LIST(ROUTE_DECLARE)
#undef ROUTE_DECLARE

#endif
