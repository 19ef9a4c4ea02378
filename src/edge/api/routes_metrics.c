// SPDX-License-Identifier: Apache-2.0
// What Prometheus reads: the server's own counters, and the sessions of the caller's tenant. Families of sessions are
// tables, so that each is whole where it stands, as the format wants it.
#include <inttypes.h>
#include <string.h>

#include "edge/api/api_state.h"
#include "edge/api/asks.h"
#include "edge/api/desk_print.h"
#include "edge/api/desks.h"
#include "edge/api/routes.h"
#include "edge/auth/audit_writer.h"

// A family with a sample for each session.
struct family {
    const char *name, *type, *help;
    double (*get)(const struct session_info *info, const struct session_view *view);
};

static double seconds(int64_t ns) {
    return (double)ns / 1e9;
}

static double money(const struct session_info *info, money_t amount) {
    double value = (double)amount.m;
    for (int i = 0; i < info->money_decimals; i++) value /= 10;
    return value;
}

#define OF_SESSION(name_, expression_)                                                             \
    static double name_(const struct session_info *info, const struct session_view *view) {        \
        (void)info;                                                                                \
        return (expression_);                                                                      \
    }
OF_SESSION(events_of, (double)view->market)
OF_SESSION(decisions_of, (double)view->counts.decisions)
OF_SESSION(orders_of, (double)view->counts.submits)
OF_SESSION(fills_of, (double)view->counts.fills)
OF_SESSION(vetoes_of, (double)view->counts.vetoes)
OF_SESSION(rejected_of, (double)view->rejected)
OF_SESSION(unknown_of, (double)view->unknown)
OF_SESSION(commands_of, (double)view->commands)
OF_SESSION(lag_of, seconds(view->lag_ns))
OF_SESSION(p50_of, seconds(view->timing.p50_ns))
OF_SESSION(p99_of, seconds(view->timing.p99_ns))
OF_SESSION(p999_of, seconds(view->timing.p999_ns))
OF_SESSION(most_of, seconds(view->timing.most_ns))
OF_SESSION(durable_of, view->durable_seq >= view->seq ? 0 : (double)(view->seq - view->durable_seq))
OF_SESSION(broken_of, view->state == SESSION_BROKEN ? 1 : 0)
OF_SESSION(halted_of, view->halted != 0 ? 1 : 0)
OF_SESSION(reducing_of, view->reducing != 0 ? 1 : 0)
OF_SESSION(equity_of, money(info, view->equity))
OF_SESSION(peak_of, money(info, view->equity_peak))
OF_SESSION(gross_of, money(info, view->gross))
OF_SESSION(net_of, money(info, view->net))
OF_SESSION(live_of, (double)view->order_count)

static const struct family families[] = {
    {"fulmar_engine_events_total", "counter", "Events of market data applied.", events_of},
    {"fulmar_engine_decisions_total", "counter", "Decisions of strategies.", decisions_of},
    {"fulmar_engine_orders_total", "counter", "Orders that were sent.", orders_of},
    {"fulmar_engine_fills_total", "counter", "Fills that were booked.", fills_of},
    {"fulmar_engine_rejected_total", "counter", "Orders that the venue refused.", rejected_of},
    {"fulmar_engine_commands_total", "counter", "Commands that were taken.", commands_of},
    {"fulmar_engine_unknown_orders", "gauge", "Orders whose state nobody knows.", unknown_of},
    {"fulmar_engine_live_orders", "gauge", "Orders that can still fill.", live_of},
    {"fulmar_engine_lag_seconds", "gauge", "Behind the session's pace.", lag_of},
    {"fulmar_engine_step_p50_seconds", "gauge", "Half of the core's steps take less.", p50_of},
    {"fulmar_engine_step_p99_seconds", "gauge", "99 of 100 steps take less.", p99_of},
    {"fulmar_engine_step_p999_seconds", "gauge", "999 of 1,000 steps take less.", p999_of},
    {"fulmar_engine_step_most_seconds", "gauge", "The longest step.", most_of},
    {"fulmar_engine_broken", "gauge", "1: the session is over by an error.", broken_of},
    {"fulmar_store_journal_behind", "gauge", "Inputs that are not on the disk yet.", durable_of},
    {"fulmar_risk_vetoes_total", "counter", "Orders that the gate refused.", vetoes_of},
    {"fulmar_risk_halted", "gauge", "1: trading stands still.", halted_of},
    {"fulmar_risk_reducing", "gauge", "1: nothing may raise risk.", reducing_of},
    {"fulmar_risk_equity", "gauge", "In the account's currency, as what follows.", equity_of},
    {"fulmar_risk_equity_peak", "gauge", "The highest yet.", peak_of},
    {"fulmar_risk_gross", "gauge", "Long and short added.", gross_of},
    {"fulmar_risk_net", "gauge", "Long less short.", net_of},
};

// Calls `print` for each open session of the caller's tenant. Names are of letters that need no escape.
static void each_session(struct call *call, const void *what,
                         void (*print)(const void *what, const struct desk *desk,
                                       const struct session_view *view, struct text *out)) {
    for (size_t i = 0; i < DESKS_MAX; i++) {
        struct desk *desk = desks_at(call->api->desks, i);
        const struct session_view *view;
        if (desk == NULL || desk->tenant_id != call->caller.tenant_id || desk->phase != DESK_OPEN)
            continue;
        if (desk_look(desk, &view) == 0) print(what, desk, view, &call->out);
    }
}

static void print_value(const void *what, const struct desk *desk, const struct session_view *view,
                        struct text *out) {
    const struct family *family = what;
    meter_sample(out, family->name, "session", desk->name,
                 family->get(session_info(desk->session), view));
}

static void print_rules(const void *what, const struct desk *desk, const struct session_view *view,
                        struct text *out) {
    bool trips = what != NULL;
    for (uint32_t i = 0; i < view->rule_count; i++)
        if (view->rules[i].enabled != 0)
            text_printf(out, "%s{session=\"%s\",rule=\"%s\"} %" PRIu64 "\n",
                        trips ? "fulmar_risk_rule_trips_total" : "fulmar_risk_rule_vetoes_total",
                        desk->name, desk_rule_name(i),
                        trips ? view->rules[i].trips : view->rules[i].vetoes);
}

static void print_sessions(struct call *call) {
    struct text *out = &call->out;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        meter_family(out, families[i].name, families[i].type, families[i].help);
        each_session(call, &families[i], print_value);
    }
    meter_family(out, "fulmar_risk_rule_vetoes_total", "counter", "Orders refused, by rule.");
    each_session(call, NULL, print_rules);
    meter_family(out, "fulmar_risk_rule_trips_total", "counter", "Trips of breakers.");
    each_session(call, "trips", print_rules);
}

static void print_one(struct text *out, const char *name, const char *type, const char *help,
                      double value) {
    meter_family(out, name, type, help);
    meter_sample(out, name, NULL, NULL, value);
}

static void print_http(const struct api *api, struct text *out) {
    const struct server_counts *counts = server_counts(api->server);
    print_one(out, "fulmar_http_connections_total", "counter", "Connections that were accepted.",
              (double)counts->accepted);
    print_one(out, "fulmar_http_connections", "gauge", "Connections now.",
              (double)server_connections(api->server));
    print_one(out, "fulmar_http_refused_total", "counter", "Connections that were not taken.",
              (double)counts->refused);
    print_one(out, "fulmar_http_bad_requests_total", "counter", "Requests that were no HTTP.",
              (double)counts->bad_requests);
    print_one(out, "fulmar_http_timeouts_total", "counter", "Connections cut for slowness.",
              (double)counts->timeouts);
    meter_family(out, "fulmar_http_bytes_total", "counter", "Bytes by direction.");
    meter_sample(out, "fulmar_http_bytes_total", "direction", "in", (double)counts->bytes_in);
    meter_sample(out, "fulmar_http_bytes_total", "direction", "out", (double)counts->bytes_out);
    print_one(out, "fulmar_http_buffer_bytes", "gauge", "Bytes of requests and answers now held.",
              (double)counts->buffers);
}

static void print_security(const struct api *api, struct text *out) {
    static const struct {
        int status;
        const char *reason;
    } refused[] = {{401, "unknown"}, {403, "forbidden"}, {421, "host"}, {429, "limit"}};
    print_one(out, "fulmar_security_denied_total", "counter",
              "Connections and requests of networks that may not come.", (double)api->door.denied);
    print_one(out, "fulmar_security_banned_total", "counter",
              "Connections and requests of callers that are banned.", (double)api->door.banned);
    print_one(out, "fulmar_security_strikes_total", "counter",
              "Made-up tokens, guessed paths, limits run into without a token.",
              (double)api->door.strikes);
    meter_family(out, "fulmar_security_refused_total", "counter", "Requests refused, by reason.");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        meter_sample(out, "fulmar_security_refused_total", "reason", refused[i].reason,
                     (double)api->meter.by_status[refused[i].status]);
}

static void print_store(const struct api *api, struct text *out) {
    struct audit_writer_state state = {0};
    if (api->options.audit != NULL) audit_writer_look(api->options.audit, &state);
    print_one(out, "fulmar_store_audit_waiting", "gauge", "Entries of the audit not written yet.",
              (double)state.waiting);
    print_one(out, "fulmar_store_audit_written_total", "counter", "Entries of the audit written.",
              (double)state.written);
    print_one(out, "fulmar_store_audit_failing", "gauge", "1: the database took none lately.",
              state.failing ? 1 : 0);
    print_one(out, "fulmar_store_audit_lost_total", "counter", "Entries that found no room.",
              (double)api->meter.audit_lost);
    api_meter_store(api, out);
}

static void print_work(const struct call *call, struct text *out) {
    const struct api *api = call->api;
    double jobs[JOB_STATE_COUNT] = {0};
    for (size_t i = 0; i < JOBS_MAX; i++) {
        const struct job *job = jobs_at(api->jobs, i);
        if (job != NULL && job->tenant_id == call->caller.tenant_id) jobs[job->state]++;
    }
    meter_family(out, "fulmar_jobs", "gauge", "Jobs of the tenant that are known, by state.");
    for (int i = 0; i < JOB_STATE_COUNT; i++)
        meter_sample(out, "fulmar_jobs", "state", job_state_name((enum job_state)i), jobs[i]);
    meter_family(out, "fulmar_lane_busy", "gauge", "What waits or is done on a lane of workers.");
    meter_sample(out, "fulmar_lane_busy", "lane", "disk", (double)work_pool_busy(api->desk));
    meter_sample(out, "fulmar_lane_busy", "lane", "password",
                 (double)work_pool_busy(api->passwords));
    meter_sample(out, "fulmar_lane_busy", "lane", "question", (double)asks_busy(api->asks));
    meter_family(out, "fulmar_lane_refused_total", "counter", "What found a lane full.");
    meter_sample(out, "fulmar_lane_refused_total", "lane", "disk",
                 (double)work_pool_refused(api->desk));
    meter_sample(out, "fulmar_lane_refused_total", "lane", "password",
                 (double)work_pool_refused(api->passwords));
    meter_sample(out, "fulmar_lane_refused_total", "lane", "question",
                 (double)asks_refused(api->asks));
}

static int get_metrics(struct call *call) {
    const struct api *api = call->api;
    struct tenant_runs *runs;
    struct text *out = &call->out;
    // Whose runs are where is known by the database: while it is down the rest is told all the same.
    bool knows_runs = api_runs_place(call, &runs) == 0;
    err_clear();
    meter_print(&api->meter, out);
    print_http(api, out);
    print_security(api, out);
    print_store(api, out);
    print_work(call, out);
    print_sessions(call);
    if (knows_runs)
        print_one(out, "fulmar_runs", "gauge", "Runs of the tenant, at the latest look.",
                  (double)atomic_load(&runs->count));
    print_one(out, "fulmar_start_time_seconds", "gauge", "When the server began.",
              (double)api->began_ns / 1e9);
    return 0;
}

const struct route route_get_metrics = {
    .method = "GET",
    .path = "/metrics",
    .id = "get_metrics",
    .tag = "System",
    .summary = "Counters and gauges, as Prometheus reads them.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .flags = ROUTE_NO_STORE,
    .media = "text/plain; version=0.0.4",
    .status = 200,
    .handle = get_metrics,
};
