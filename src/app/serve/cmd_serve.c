// SPDX-License-Identifier: Apache-2.0
// fulmar serve: the API and the dashboard in one process.
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/db/journal_source.h"
#include "app/live/desk.h"
#include "app/run/run_record.h"
#include "app/serve/serve.h"
#include "app/serve/state.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "edge/api/api.h"
#include "edge/api/log_lane.h"
#include "edge/api/openapi.h"
#include "edge/auth/audit_writer.h"
#include "edge/auth/user.h"

enum { AUDIT_MAX = 16384 };
#define AUDIT_WAIT_NS INT64_C(5000000000)

static volatile sig_atomic_t stop;

static void on_signal(int signal_number) {
    (void)signal_number;
    stop = 1;
}

static void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

static void write_log(void *self, const char *line, size_t len) {
    log_lane_write(self, line, len);
}

static int print_openapi(void) {
    struct text out;
    text_init(&out, OPENAPI_SIZE_MAX);
    openapi_print(api_routes(), &out);
    text_add_char(&out, '\n');
    int rc = text_error(&out);
    if (rc == 0) fwrite(out.data, 1, out.len, stdout);
    text_fini(&out);
    return rc;
}

static void tell(const struct args *args, const struct serve *serve, const struct state *state,
                 struct server *server, const char *token) {
    struct text url;
    text_init(&url, 256);
    serve_url(serve, server_port(server), &url);
    if (args->json) {
        run_record_dump(json_pack("{s:s,s:s,s:i,s:s,s:s,s:s,s:s}", "url", text_string(&url),
                                  "setup_token", token, "process", (int)getpid(), "tape",
                                  serve->tape, "runs", serve->runs, "state", state->folder,
                                  "database", sql_name(state->sql)));
    } else {
        printf("Fulmar is at   %s\nits API at     %s/docs\n", text_string(&url), text_string(&url));
        if (token[0] != '\0') printf("set-up token   %s\n", token);
    }
    fflush(stdout);
    text_fini(&url);
}

static int serve_until_told(const struct args *args, const struct serve *serve,
                            const struct state *state, struct api *api, const char *token) {
    struct server_options options = {.address = serve->host,
                                     .port = serve->port,
                                     .tls_certificate = serve->certificate,
                                     .tls_key = serve->key,
                                     .common_fields =
                                         api_common_fields(serve->certificate != NULL)};
    struct http_service service = api_service(api);
    struct server *server;
    server_limits_init(&options.limits);
    options.trusted = api_proxies(api);
    TRY(server_open(&options, &service, &server));
    api_attach(api, server);
    tell(args, serve, state, server, token);
    int rc = server_run(server, &stop);
    api_stop(api);
    server_close(server);
    return rc;
}

static int open_api(const struct args *args, const struct serve *serve, const struct state *state,
                    struct audit_writer *audit, struct projector *projector) {
    char token[AUTH_TICKET_SIZE], sessions[SERVE_PATH_SIZE + 16];
    struct session_maker maker = desk_maker(serve->tape);
    struct api *api;
    snprintf(sessions, sizeof sessions, "%s/sessions", state->folder);
    TRY(user_setup_token(state->auth, state->sql, token));
    struct api_options options = {
        .tape_root = serve->tape,
        .run_root = serve->runs,
        .session_root = sessions,
        .sessions = &maker,
        .program = serve->program,
        .web_root = serve->web,
        .origins = text_string(&serve->origins),
        .allow = text_string(&serve->allow),
        .deny = text_string(&serve->deny),
        .proxies = text_string(&serve->proxies),
        .jobs_running = serve->jobs,
        .job_memory_max = serve->job_memory,
        .job_cpu_s = serve->job_ns / NS_PER_S,
        .audit_key = &state->secrets.audit,
        .hosts = serve->loopback || serve->hosts.len > 0 ? text_string(&serve->hosts) : NULL,
        .auth = state->auth,
        .database = state->url,
        .projector = projector,
        .audit = audit,
        .rates = text_string(&serve->rates),
        .is_tls = serve->certificate != NULL,
        .log = write_log};
    TRY(log_lane_open(STDERR_FILENO, (struct log_lane **)&options.log_self));
    int rc = api_open(&options, &api);
    if (rc == 0) {
        rc = serve_until_told(args, serve, state, api, token);
        api_close(api);
    }
    log_lane_close(options.log_self);
    return rc;
}

static int open_and_serve(const struct args *args, const struct serve *serve) {
    const struct projector_options projection = {.role = SQL_ROLE_STORE,
                                                 .source = journal_source()};
    struct audit_writer *audit = NULL;
    struct projector *projector = NULL;
    struct state state;
    TRY(io_make_dirs(serve->runs));
    int rc = state_open(args, &state);
    if (rc == 0) rc = audit_writer_open(state.url, &state.secrets.audit, AUDIT_MAX, &audit);
    if (rc == 0) rc = projector_open(state.url, &projection, &projector);
    if (rc == 0) rc = open_api(args, serve, &state, audit, projector);
    projector_close(projector);
    audit_writer_close(audit, AUDIT_WAIT_NS, NULL);
    state_close(&state);
    return rc;
}

static int run_serve(const struct args *args) {
    struct serve serve = {.port = 0};
    if (args->operand_count > 0) {
        ERR_SET(ERR_ARGUMENT, "serve takes no operand");
        return STATUS_USAGE;
    }
    if (args_has(args, "openapi")) return print_openapi() < 0 ? STATUS_FAILED : STATUS_DONE;
    catch_signals();
    int rc = serve_read(args, &serve);
    bool misuse = rc == ERR_ARGUMENT;
    if (rc == 0) rc = open_and_serve(args, &serve);
    serve_free(&serve);
    if (rc == 0) return STATUS_DONE;
    return misuse ? STATUS_USAGE : STATUS_FAILED;
}

static const struct option options[] = {
    {"bind", "ADDRESS:PORT", NULL,
     "Where it listens; 127.0.0.1:8000 by default, port 0 is any that is free."},
    {"tape", "DIR", NULL, "The tape; $FULMAR_TAPE or the user's data directory by default."},
    {"runs", "DIR", NULL, "Where runs are kept; $FULMAR_RUNS or the user's data directory."},
    STATE_OPTIONS,
    {"tls-cert", "FILE", NULL, "The certificate and its chain (PEM): it is reached by https."},
    {"tls-key", "FILE", NULL, "Its key (PEM), readable by its owner alone."},
    {"host", "NAME", NULL, "A name that it is called by, beside those of loopback; several."},
    {"origin", "URL", NULL,
     "Another site whose pages may call it, like https://desk.example; several."},
    {"allow", "NETWORK", NULL,
     "Who may come, like 10.0.0.0/8; several, everybody by default. This machine always may."},
    {"deny", "NETWORK", NULL, "Who may not, whatever --allow says; several."},
    {"proxy", "NETWORK", NULL,
     "Proxies of yours, whose X-Forwarded-For and X-Forwarded-Proto are believed; several."},
    {"jobs", "N", NULL, "Jobs that run at once; 1."},
    {"job-memory", "SIZE", NULL, "The most that one may have, as in 4G; half of the machine's."},
    {"job-time", "DURATION", NULL, "Of the processor, the most that one may have; 1d."},
    {"rate", "RULE=N/TIME", NULL,
     "A rate rule that is to be another, like read=2000/1m+500; several."},
    {"web", "DIR", NULL,
     "Pages of the dashboard from this folder, in place of the installed ones."},
    {"openapi", NULL, NULL, "Print the description of the API (OpenAPI 3.1) and end."},
};

const struct command command_serve = {
    .name = "serve",
    .summary = "serve the API and the dashboard",
    .operands = "",
    .details =
        "One process, nothing beside it. Prints its address and how to get in; the log goes to\n"
        "stderr, a line of JSON for each event. SIGTERM and SIGINT end it: what is under way is\n"
        "answered first.\n\n"
        "Without TLS it listens on loopback alone.",
    .example = "fulmar serve\nfulmar serve --bind 127.0.0.1:0 --json",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_serve,
};
