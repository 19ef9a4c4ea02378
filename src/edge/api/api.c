// SPDX-License-Identifier: Apache-2.0
#include "edge/api/api.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/jout.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/asks.h"
#include "edge/api/desks.h"
#include "edge/api/openapi.h"
#include "edge/api/stream.h"
#include "edge/api/studies.h"
#include "edge/auth/audit_writer.h"

static const int64_t STORE_TIMEOUT_NS = 5 * NS_PER_S;
enum { POLL_MS = 100, REFRESH_S = 1, AUDIT_WAITING_MAX = 8192 };

const char *api_common_fields(bool is_tls) {
    static const char plain[] = "X-Content-Type-Options: nosniff\r\n"
                                "X-Frame-Options: SAMEORIGIN\r\n"
                                "Referrer-Policy: no-referrer\r\n"
                                "Cross-Origin-Opener-Policy: same-origin\r\n"
                                "Cross-Origin-Resource-Policy: same-origin\r\n"
                                "Permissions-Policy: camera=(), geolocation=(), microphone=(), "
                                "payment=(), usb=()\r\n";
    static const char tls[] = "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n"
                              "X-Content-Type-Options: nosniff\r\n"
                              "X-Frame-Options: SAMEORIGIN\r\n"
                              "Referrer-Policy: no-referrer\r\n"
                              "Cross-Origin-Opener-Policy: same-origin\r\n"
                              "Cross-Origin-Resource-Policy: same-origin\r\n"
                              "Permissions-Policy: camera=(), geolocation=(), microphone=(), "
                              "payment=(), usb=()\r\n";
    return is_tls ? tls : plain;
}

static int64_t wall_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int copy_strings(struct api *api) {
    const char **const strings[] = {
        &api->options.tape_root,    &api->options.run_root, &api->options.program,
        &api->options.web_root,     &api->options.origins,  &api->options.hosts,
        &api->options.session_root, &api->options.database, &api->options.rates,
        &api->options.allow,        &api->options.deny,     &api->options.proxies};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        if (*strings[i] == NULL) continue;
        *strings[i] = strdup(*strings[i]);
        if (*strings[i] == NULL) return ERR_SET(ERR_NOMEM, "no memory for the API");
    }
    return 0;
}

static int open_workers(struct api *api) {
    uint32_t count = api->options.workers;
    if (count == 0 || count > API_WORKERS_MAX) count = 2;
    for (uint32_t i = 0; i < count; i++)
        TRY(tape_cache_open(api->options.tape_root, &api->workers[i].tapes));
    TRY(work_pool_open(API_PASSWORDS, API_PASSWORD_QUEUE, &api->passwords));
    return work_pool_open((int)count, API_QUEUE_MAX, &api->desk);
}

void api_post(void *self, void (*fn)(void *arg), void *arg) {
    struct api *api = self;
    // The loop empties what was posted in every turn: it is never full for long.
    while (server_post(api->server, fn, arg) < 0)
        nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL);
}

static void on_desk(void *self, struct desk *desk) {
    struct api *api = self;
    stream_desk(api->stream, desk);
}

static void on_job(void *self, const struct job *job) {
    struct api *api = self;
    if (api->stream != NULL) stream_job(api->stream, job);
    studies_take(api->studies, job);
    if (job->state == JOB_DONE) api_forget_runs(api, job->tenant_id);
}

static int open_desks(struct api *api) {
    struct desks_options options = {.root = api->options.session_root,
                                    .maker = api->options.sessions != NULL
                                                 ? *api->options.sessions
                                                 : (struct session_maker){.make = NULL},
                                    .pool = api->desk,
                                    .projector = api->options.projector,
                                    .post = api_post,
                                    .changed = on_desk,
                                    .self = api};
    return desks_open(&options, &api->desks);
}

// A connection for each worker, of a role that sees one tenant; prepared statements stay with it.
static int open_store(struct api *api) {
    const struct sql_options options = {.role = SQL_ROLE_API, .timeout_ns = STORE_TIMEOUT_NS};
    if (api->options.projector == NULL) return 0;
    return sql_pool_open(api->options.database, &options, API_WORKERS_MAX, &api->store);
}

enum { LIMITER_KEYS = 65536 };

// Every row's rule is there.
static int open_limits(struct api *api) {
    char word[128];
    rate_rules_init(&api->rates);
    for (const char *at = api->options.rates; at != NULL && *at != '\0';) {
        size_t size = strcspn(at, " ");
        snprintf(word, sizeof word, "%.*s", (int)(size < sizeof word ? size : sizeof word - 1), at);
        if (size > 0) TRY(rate_rules_change(&api->rates, word));
        at += size + (at[size] == ' ');
    }
    for (size_t i = 0; i < api_routes()->count; i++) {
        const struct route *row = api_routes()->rows[i];
        struct route_rule rule = api_rule(row);
        if (rate_rules_find(&api->rates, row->rate) == NULL || !access_rule_is_whole(&rule))
            return ERR_SET(ERR_ARGUMENT, "route %s: its rate rule or its access rule is none",
                           row->id);
    }
    return rate_limiter_open(LIMITER_KEYS, &api->limiter);
}

struct net_ranges api_proxies(const struct api *api) {
    return door_proxies(&api->door);
}

static int open_parts(struct api *api) {
    struct jobs_options jobs = {.program = api->options.program,
                                .running_max = api->options.jobs_running,
                                .memory_max = api->options.job_memory_max,
                                .cpu_s = api->options.job_cpu_s,
                                .changed = on_job,
                                .self = api};
    TRY(route_check(api_routes()));
    TRY(door_init(&api->door, api->options.allow, api->options.deny, api->options.proxies,
                  api->options.auth));
    TRY(copy_strings(api));
    text_init(&api->openapi, OPENAPI_SIZE_MAX);
    openapi_print(api_routes(), &api->openapi);
    TRY(text_error(&api->openapi));
    TRY(open_store(api));
    TRY(studies_open(api->store, &api->studies));
    TRY(jobs_open(&jobs, &api->jobs));
    TRY(open_limits(api));
    TRY(open_workers(api));
    TRY(asks_open(&api->asks));
    TRY(repeat_open(&api->repeat));
    TRY(open_desks(api));
    TRY(stream_open(api, &api->stream));
    return pages_open(api->options.web_root, &api->pages);
}

int api_open(const struct api_options *options, struct api **ret_api) {
    struct api *api = calloc(1, sizeof *api);
    if (api == NULL) return ERR_SET(ERR_NOMEM, "no memory for the API");
    api->options = *options;
    pthread_mutex_init(&api->runs_lock, NULL);
    api->began_ns = wall_ns();
    api->boot = (uint32_t)(api->began_ns / 1000);
    int rc = open_parts(api);
    if (rc < 0)
        api_close(api);
    else
        *ret_api = api;
    return rc;
}

static void write_studies(void *self, int turn) {
    struct api *api = self;
    (void)turn;
    studies_write(api->studies);
}

// Written on a worker; while none is free it is due all the same.
static void poll_studies(struct api *api) {
    if (studies_due(api->studies) &&
        work_pool_submit(api->desk, (struct work){write_studies, api}) < 0)
        studies_put_off(api->studies);
}

static void poll_jobs(void *self) {
    struct api *api = self;
    if (api->jobs == NULL) return;
    jobs_poll(api->jobs, wall_ns(), server_now_ns(api->server));
    poll_studies(api);
    stream_tick(api->stream);
    if (++api->ticks % (1000 / POLL_MS) == 0) stream_second(api->stream);
    (void)!server_timer(api->server, POLL_MS * NS_PER_MS, poll_jobs, api);
}

// What other processes changed of people and keys; on a worker, with its connection.
static void refresh(void *self, int turn) {
    struct api *api = self;
    struct api_worker *worker = &api->password_workers[turn];
    struct sql_options options = {.role = SQL_ROLE_AUTH, .lazy = true};
    if (worker->sql == NULL) (void)!sql_open(api->options.database, &options, &worker->sql);
    // Of all tenants: calls leave theirs behind.
    if (worker->sql != NULL && sql_set_tenant(worker->sql, 0) == 0)
        (void)!auth_refresh(api->options.auth, worker->sql, sql_now_ns());
    err_clear();
}

static void poll_auth(void *self) {
    struct api *api = self;
    if (api->desk == NULL) return;
    (void)!work_pool_submit(api->passwords, (struct work){refresh, api});
    (void)!server_timer(api->server, REFRESH_S * NS_PER_S, poll_auth, api);
}

void api_attach(struct api *api, struct server *server) {
    api->server = server;
    desks_recover(api->desks);
    (void)!server_timer(server, POLL_MS * NS_PER_MS, poll_jobs, api);
    if (api->options.auth != NULL)
        (void)!server_timer(server, REFRESH_S * NS_PER_S, poll_auth, api);
}

void api_stop(struct api *api) {
    work_pool_close(api->desk);
    work_pool_close(api->passwords);
    asks_stop(api->asks);
    api->desk = api->passwords = NULL;
    desks_stop(api->desks);
    jobs_close(api->jobs);
    api->jobs = NULL;
}

void api_close(struct api *api) {
    if (api == NULL) return;
    work_pool_close(api->desk);
    work_pool_close(api->passwords);
    asks_close(api->asks);
    desks_close(api->desks);
    rate_limiter_close(api->limiter);
    studies_close(api->studies);
    sql_pool_close(api->store);
    sql_close(api->sql);
    for (size_t i = 0; i < API_WORKERS_MAX; i++) {
        tape_cache_close(api->workers[i].tapes);
        sql_close(api->workers[i].sql);
    }
    for (size_t i = 0; i < API_PASSWORDS; i++) sql_close(api->password_workers[i].sql);
    jobs_close(api->jobs);
    stream_close(api->stream);
    repeat_close(api->repeat);
    pages_close(api->pages);
    api_close_runs(api);
    pthread_mutex_destroy(&api->runs_lock);
    text_fini(&api->openapi);
    const char *const strings[] = {
        api->options.tape_root,    api->options.run_root, api->options.program,
        api->options.web_root,     api->options.origins,  api->options.hosts,
        api->options.session_root, api->options.database, api->options.rates,
        api->options.allow,        api->options.deny,     api->options.proxies};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) free((char *)strings[i]);
    free(api);
}

static struct call *new_call(struct api *api, struct http_exchange *exchange,
                             const struct http_request *request) {
    struct timespec now;
    struct call *call = calloc(1, sizeof *call);
    if (call == NULL) return NULL;
    clock_gettime(CLOCK_MONOTONIC, &now);
    call->api = api;
    call->exchange = exchange;
    call->request = request;
    call->began_ns = now.tv_sec * NS_PER_S + now.tv_nsec;
    door_caller(&api->door, request, &call->peer, &call->is_tls);
    text_init(&call->out, CALL_ANSWER_MAX);
    snprintf(call->id, sizeof call->id, "%08" PRIx32 "-%" PRIx64, api->boot, request->id);
    return call;
}

static bool is_of_api(const char *path) {
    return strncmp(path, "/api/", 5) == 0 || strcmp(path, "/api") == 0 ||
           strncmp(path, "/health/", 8) == 0 || strcmp(path, "/metrics") == 0;
}

static bool is_method(const struct call *call, const char *method) {
    return strcmp(call->request->method, method) == 0;
}

static void serve_page(struct call *call) {
    struct page page;
    if (!is_method(call, "GET") && !is_method(call, "HEAD")) {
        call_header(call, "Allow", "GET, HEAD, OPTIONS");
        ERR_SET(ERR_ARGUMENT, "pages are read, nothing else");
        api_answer_problem(call, 405);
        return;
    }
    bool gzip = http_request_has(call->request, "Accept-Encoding", "gzip");
    if (pages_get(call->api->pages, call->request->path, gzip, &page, &call->out) < 0) {
        api_answer_problem(call, 404);
        return;
    }
    api_answer_page(call, &page);
}

// OPTIONS: what the path takes; "*": what the server takes.
static void serve_options(struct call *call, const struct route *route) {
    struct text allow;
    text_init(&allow, 256);
    if (route != NULL)
        route_allow(api_routes(), route, &allow);
    else
        text_add(&allow, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    call_header(call, "Allow", text_string(&allow));
    // What a browser asks before it lets a page of another site ask: no credentials but a token that the page has.
    if (route != NULL && api_allowed_origin(call) != NULL) {
        call_header(call, "Access-Control-Allow-Methods", text_string(&allow));
        call_header(call, "Access-Control-Allow-Headers",
                    "Authorization, Content-Type, Idempotency-Key, If-None-Match");
        call_header(call, "Access-Control-Max-Age", "600");
    }
    text_fini(&allow);
    api_answer_empty(call);
}

static void refuse_method(struct call *call, const struct route *route) {
    struct text allow;
    text_init(&allow, 256);
    route_allow(api_routes(), route, &allow);
    call_header(call, "Allow", text_string(&allow));
    ERR_SET(ERR_ARGUMENT, "the path takes %s", text_string(&allow));
    text_fini(&allow);
    api_answer_problem(call, 405);
}

// A story is its thread's: it is told again on the loop's.
static void finish(void *self) {
    struct call *call = self;
    if (call->rc < 0) ERR_SET(call->rc, "%s", call->story);
    call->worker = NULL;
    api_answer(call, call->rc);
}

static void work_on(void *self, int turn) {
    struct call *call = self;
    bool password = (call->route->flags & ROUTE_PASSWORD) != 0;
    call->worker = password ? &call->api->password_workers[turn] : &call->api->workers[turn];
    err_clear();
    call->rc = call->route->handle(call);
    api_leave_runs(call);
    if (call->rc == 0 && call->then != NULL) call->rc = call->then(call);
    if (call->rc < 0) snprintf(call->story, sizeof call->story, "%s", err_story());
    api_post(call->api, finish, call);
}

static void handle(struct call *call) {
    bool password = (call->route->flags & ROUTE_PASSWORD) != 0;
    bool waits = password || (call->route->flags & ROUTE_WORKER) != 0;
    if (!waits) {
        int rc = call->route->handle(call);
        if (rc != CALL_LATER) api_answer(call, rc);
    } else if (work_pool_submit(password ? call->api->passwords : call->api->desk,
                                (struct work){work_on, call}) < 0) {
        call_header(call, "Retry-After", "1");
        api_answer(call, password
                             ? call_fail(call, 429, "busy", "too many log in at once; try again")
                             : ERR_SET(ERR_FULL, "too much is waiting for the disk; try again"));
    }
}

// An act that would leave no trace does not happen, but for those that take risk away: a session's journal has them.
static int check_audit(struct call *call) {
    struct audit_writer_state state;
    bool reads = strcmp(call->route->method, "GET") == 0;
    const char *rate = call->route->rate;
    bool urgent = strcmp(rate, "emergency") == 0 || strcmp(rate, "cancel") == 0;
    if (call->api->options.audit == NULL || reads || urgent) return 0;
    audit_writer_look(call->api->options.audit, &state);
    if (state.waiting < AUDIT_WAITING_MAX) return 0;
    return call_fail(call, 503, "audit_full",
                     "the audit cannot be written now; kill, halt and cancels go on");
}

static int check(struct call *call, const struct route_match *match) {
    TRY(api_check_origin(call));
    TRY(api_check_caller(call));
    TRY(check_audit(call));
    TRY(api_check_params(call, match));
    return api_check_body(call);
}

static void on_request(void *self, struct http_exchange *exchange,
                       const struct http_request *request) {
    struct route_match match = {.route = NULL};
    struct call *call = new_call(self, exchange, request);
    err_clear();
    if (call == NULL) {
        http_reply(exchange, 503, NULL, NULL, 0);
        return;
    }
    if (api_check_door(call) < 0 || api_check_host(call) < 0) {
        api_answer_problem(call, call->status);
        return;
    }
    bool api = is_of_api(request->path), options = is_method(call, "OPTIONS");
    enum route_verdict found =
        api ? route_find(api_routes(), request->method, request->path, &match) : ROUTE_NO_PATH;
    if (options && (found != ROUTE_NO_PATH || strcmp(request->path, "*") == 0)) {
        serve_options(call, match.route);
    } else if (!api) {
        serve_page(call);
    } else if (found == ROUTE_NO_PATH) {
        door_strike(&call->api->door, &call->peer, sql_now_ns());
        ERR_SET(ERR_NOT_FOUND, "the API has no such path; /api/v1/openapi.json lists them");
        api_answer_problem(call, 404);
    } else if (found == ROUTE_NO_METHOD) {
        refuse_method(call, match.route);
    } else {
        call->route = match.route;
        int rc = check(call, &match);
        if (rc == 0) rc = api_check_repeat(call);
        if (rc == 0)
            handle(call);
        else if (rc < 0)
            api_answer(call, rc);
    }
}

static bool on_connection(void *self, const struct net_address *peer) {
    struct api *api = self;
    return door_admit(&api->door, peer, sql_now_ns());
}

struct http_service api_service(struct api *api) {
    return (struct http_service){.self = api, .request = on_request, .admit = on_connection};
}
