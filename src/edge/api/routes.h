// SPDX-License-Identifier: Apache-2.0
// The registry of routes: one line each, X(id) for `route_<id>` in a routes_ file, chapter by chapter.
#ifndef FULMAR_EDGE_API_ROUTES_H
#define FULMAR_EDGE_API_ROUTES_H

#include "edge/api/route.h"

struct desk;
struct job;
struct session_result;
struct session_view;

// What several chapters share. The session that the path names, and its latest view. ERR_NOT_FOUND; ERR_STATE: it is
// not open.
int routes_look(struct call *call, struct desk **ret_desk,
                const struct session_view **ret_view) MUST_USE;
void routes_print_job(const struct job *job, struct text *out); // "Job"
// The failure of a command that a session did not do.
int routes_refuse(struct call *call, const struct session_result *result) MUST_USE;

// clang-format off
#define ROUTE_LIST(X) \
    X(get_live) \
    X(get_ready) \
    X(get_metrics) \
    X(get_system) \
    X(get_openapi) \
    X(make_ticket) \
    X(open_stream) \
    X(get_auth_state) \
    X(set_up) \
    X(log_in) \
    X(show_factor) \
    X(refresh_tokens) \
    X(log_out) \
    X(step_up) \
    X(get_me) \
    X(change_password) \
    X(begin_factor) \
    X(confirm_factor) \
    X(renew_codes) \
    X(remove_factor) \
    X(list_logins) \
    X(end_login) \
    X(list_users) \
    X(make_user) \
    X(get_user) \
    X(change_user) \
    X(reset_user) \
    X(end_logins) \
    X(list_keys) \
    X(make_key) \
    X(revoke_key) \
    X(list_audit) \
    X(verify_audit) \
    X(list_strategies) \
    X(get_strategy) \
    X(list_indicators) \
    X(get_indicator) \
    X(list_rules) \
    X(get_rule) \
    X(list_instruments) \
    X(list_series) \
    X(get_series) \
    X(get_bars) \
    X(get_ticks) \
    X(get_chart) \
    X(get_indicator_values) \
    X(get_book) \
    X(get_heatmap) \
    X(get_footprint) \
    X(get_profile) \
    X(list_option_sources) \
    X(ask_chain) \
    X(ask_surface) \
    X(ask_position) \
    X(ask_portfolio) \
    X(ask_tail) \
    X(make_session) \
    X(list_sessions) \
    X(get_session) \
    X(end_session) \
    X(move_clock) \
    X(list_positions) \
    X(list_orders) \
    X(list_fills) \
    X(list_running) \
    X(explain_session) \
    X(list_quotes) \
    X(get_risk) \
    X(get_exposures) \
    X(ask_session_tail) \
    X(get_correlations) \
    X(place_order) \
    X(cancel_order) \
    X(replace_order) \
    X(command_strategy) \
    X(set_param) \
    X(set_limit) \
    X(kill_session) \
    X(halt_session) \
    X(resume_session) \
    X(list_stored) \
    X(list_stored_orders) \
    X(list_stored_fills) \
    X(list_stored_positions) \
    X(list_stored_equity) \
    X(list_stored_risk) \
    X(list_studies) \
    X(submit_backtest) \
    X(submit_sweep) \
    X(submit_walk) \
    X(list_jobs) \
    X(get_job) \
    X(get_job_result) \
    X(cancel_job) \
    X(list_runs) \
    X(get_run) \
    X(explain_run) \
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
