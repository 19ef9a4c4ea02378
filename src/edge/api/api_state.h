// SPDX-License-Identifier: Apache-2.0
// What the API consists of: for its own files and its handlers.
#ifndef FULMAR_EDGE_API_API_STATE_H
#define FULMAR_EDGE_API_API_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "edge/api/api.h"
#include "edge/api/call.h"
#include "edge/api/door.h"
#include "edge/api/jobs.h"
#include "edge/api/meter.h"
#include "edge/api/pages.h"
#include "edge/api/repeat.h"
#include "edge/api/run_index.h"
#include "edge/api/tape_cache.h"
#include "edge/auth/access.h"
#include "edge/auth/auth.h"
#include "edge/auth/rate_limit.h"
#include "edge/auth/work_pool.h"
#include "edge/sql/sql_pool.h"

enum {
    API_JSON_DEPTH_MAX = 32,
    API_ETAG_SIZE = 24,
    API_WORKERS_MAX = 4,
    API_QUEUE_MAX = 256,
    API_PASSWORDS = 2,
    API_PASSWORD_QUEUE = 32
};

// What a worker has of its own.
struct api_worker {
    struct tape_cache *tapes;
    struct sql *sql; // NULL: not asked for yet
};

struct asks;
struct desks;
struct stream;
struct studies;

// The runs of a tenant. The index belongs to whoever has the lock, which is a worker; the loop never waits for it.
struct tenant_runs {
    int64_t tenant_id; // 0: an empty place
    char root[RUN_STORE_PATH_SIZE];
    struct run_index *index;
    pthread_mutex_t lock;
    atomic_bool stale;   // the next look is due at once
    atomic_size_t count; // of runs, at the latest look
};
enum { API_TENANTS_MAX = 256 }; // that ask for runs of their own

struct api {
    struct api_options options; // its strings are the api's
    struct server *server;
    struct text openapi;                      // the document, as it is served
    pthread_mutex_t runs_lock;                // of the places below, for a moment
    struct tenant_runs runs[API_TENANTS_MAX]; // made as they are asked for
    struct jobs *jobs;
    struct asks *asks;
    struct desks *desks;
    struct stream *stream;
    struct repeat *repeat;
    uint32_t ticks;
    struct pages *pages;
    struct meter meter;
    struct door door;
    struct work_pool *desk; // for what waits for the disk and SQL
    struct api_worker workers[API_WORKERS_MAX];
    struct work_pool *passwords; // for what hashes one
    struct api_worker password_workers[API_PASSWORDS];
    struct rate_rules rates;
    struct rate_limiter *limiter;
    struct studies *studies;
    struct sql_pool
        *store;       // connections that read the tables of trading; NULL: there is no projector
    struct sql *sql;  // the loop's, for what it looks up each second
    int64_t began_ns; // wall time
    uint32_t boot;    // part of request ids
};

// api_check.c: what stands before a handler. 0, or an error after call_fail.
int api_check_host(struct call *call) MUST_USE; // the Host names this server
int api_check_door(struct call *call) MUST_USE; // who asks may come at all
int api_check_origin(
    struct call *call) MUST_USE; // no page of another site asks to change something
// The Origin of a page of another site that --origin names; NULL: none came, or one that is not named.
const char *api_allowed_origin(const struct call *call);
int api_check_caller(struct call *call) MUST_USE; // who calls, whether they may, how often
int api_check_params(struct call *call, const struct route_match *match) MUST_USE;
int api_check_body(struct call *call) MUST_USE;
// The Idempotency-Key. 1: it was answered with the first answer, and the call is gone.
int api_check_repeat(struct call *call) MUST_USE;
void api_answer_again(struct call *call, const struct repeat_entry *entry);

// Strict JSON: no member twice, at most API_JSON_DEPTH_MAX deep. NULL with a story.
json_t *api_read_json(const void *data, size_t size);

// The worker's own connection to the database. On a worker.
int api_sql(struct call *call, struct sql **ret_sql) MUST_USE;
// Who does something, as edge/auth has it; its strings are the call's.
struct auth_caller api_auth_caller(const struct call *call);
// Whether the caller may what another row is for, beside the call's own. 0, or an error after call_fail.
int api_check_rule(struct call *call, const struct route *route) MUST_USE;
// What a row asks of who calls.
struct route_rule api_rule(const struct route *route);

// api_runs.c: where the runs of the caller's tenant are, without a look at them. Those of tenant "main" are the root
// itself, where the command line keeps its own; any other's are below it, under a name that no run has. ERR_FULL.
int api_runs_place(struct call *call, struct tenant_runs **ret_runs) MUST_USE;
// The same with its index, looked at again where that is due, and locked until the call's handler is back, or until
// api_leave_runs. On a worker.
int api_runs(struct call *call, struct tenant_runs **ret_runs) MUST_USE;
void api_leave_runs(struct call *call);
// As api_runs, and the run; ERR_NOT_FOUND.
int api_find_run(struct call *call, const char *name, struct tenant_runs **ret_runs,
                 const struct run_entry **ret_entry) MUST_USE;
void api_forget_runs(struct api *api, int64_t tenant_id); // the next look is due at once
void api_close_runs(struct api *api);

// routes_history.c: how far the database is, for /metrics.
void api_meter_store(const struct api *api, struct text *out);

// api_answer.c: the end of a call; it is gone afterwards.
void api_answer(struct call *call, int rc);
// A call that never came to a handler's row.
void api_answer_problem(struct call *call, int status);
void api_answer_page(struct call *call, const struct page *page);
// Runs fn(arg) on the loop, from any thread.
void api_post(void *api, void (*fn)(void *arg), void *arg);
void api_drop(struct call *call);         // its exchange was answered already
void api_answer_empty(struct call *call); // 204

#endif
