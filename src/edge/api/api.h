// SPDX-License-Identifier: Apache-2.0
// The API: the one way from a request to a handler, and everything that stands on it.
//
// In order, for every request: the host it names, the page it comes from (Origin), its row, who calls, whether they
// may, how often, the parameters, the body; then the handler; then the answer's own check (test builds), its ETag and
// headers, a line in the log and in the audit. A request that fails one of them is answered with a problem
// (edge/api/problem.h), and later ones are not looked at. What has no row is not served, but for the pages of the
// dashboard (edge/api/pages.h) under paths that do not begin with /api/.
//
// Everything belongs to the loop's thread, but for what edge/api/pool.h runs on workers.
#ifndef FULMAR_EDGE_API_API_H
#define FULMAR_EDGE_API_API_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "edge/api/route.h"
#include "edge/net/server.h"

// Field lines of every answer, for server_options.common_fields; with TLS those that are for TLS alone go along.
const char *api_common_fields(bool is_tls);

struct auth;
struct secret_key;
struct audit_writer;
struct session_maker;
struct projector;

struct api_options {
    const char *tape_root;    // --data: market data
    const char *run_root;     // --runs: runs that are kept
    const char *session_root; // trading sessions; NULL: they are not kept
    // How a configuration becomes a trading session; NULL: none are made. It outlives the api.
    const struct session_maker *sessions;
    const char *program;  // this program's file, for jobs
    const char *web_root; // pages from this folder; NULL: those in the program
    // Networks that may come (NULL or "": all), that may not, and of proxies of ours; separated by blanks.
    const char *allow, *deny, *proxies;
    // What seals the heads of the audit's chains; NULL: seals are not looked at. Copied.
    const struct secret_key *audit_key;
    const char *origins;  // further origins that may call, separated by blanks; NULL: none
    const char *hosts;    // names this server is called by, beside addresses of loopback; NULL: any
    struct auth *auth;    // who is who (edge/auth/auth.h); outlives the api
    const char *database; // its URL
    // Takes the journals of sessions into the database; NULL: none are, and there is no history. It outlives the api.
    struct projector *projector;
    struct audit_writer *audit; // NULL: nothing is written (tests)
    // Changes of rate rules (rate_rules_change), separated by blanks; NULL: none.
    const char *rates;
    bool is_tls;
    uint32_t workers; // threads that wait for disk and SQL; 0: 2
    // Jobs that run at once (0: 1), and the most that one may have of memory and of processor time (0: no limit).
    uint32_t jobs_running;
    uint64_t job_memory_max;
    int64_t job_cpu_s;
    // Lines of the log, as JSON; NULL: none is written.
    void (*log)(void *self, const char *line, size_t len);
    void *log_self;
};

struct api;

int api_open(const struct api_options *options, struct api **ret_api) MUST_USE;
// The server that serves it; before anything of it runs.
void api_attach(struct api *api, struct server *server);
struct http_service api_service(struct api *api);
struct net_ranges api_proxies(const struct api *api); // for server_options.trusted
// Stops workers and jobs; the server stands still, and is closed after.
void api_stop(struct api *api);
void api_close(struct api *api); // NULL is fine

// Every row that is served.
const struct route_table *api_routes(void);

#endif
