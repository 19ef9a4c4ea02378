// SPDX-License-Identifier: Apache-2.0
// The routes of the API: one row each, and nothing is served that has no row. The router, the checks before a handler,
// the OpenAPI document, the list of limits and the tests of who may do what are all made from these rows.
//
// A path is literal segments and parameters in braces, "/api/v1/runs/{run}"; a parameter is one segment, and its form
// is that of its name (route_param). Of several rows that fit a path the one with the earlier literal segment is
// meant; two that fit equally are a fault that route_check names.
//
// A handler is called when everything that the row says was checked: who calls and whether they may, how often, the
// path's parameters, the query and the body. It writes its answer into the call (edge/api/call.h).
#ifndef FULMAR_EDGE_API_ROUTE_H
#define FULMAR_EDGE_API_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "edge/api/schema.h"

enum { ROUTE_PARAMS_MAX = 4, ROUTE_SEGMENTS_MAX = 12, ROUTE_QUERY_MAX = 16, ROUTES_MAX = 256 };

// The least role that may call. Each includes those before.
enum route_role {
    ROUTE_PUBLIC, // anyone
    ROUTE_VIEWER, // reads what is its tenant's
    ROUTE_TRADER, // trades, and starts runs
    ROUTE_ADMIN,  // people, keys, limits
    ROUTE_ROLE_COUNT
};

enum route_flag {
    ROUTE_STEP_UP = 1,  // the second factor was shown a short time ago
    ROUTE_WORKER = 2,   // the handler waits (disk, SQL): it runs beside the loop
    ROUTE_PASSWORD = 4, // it hashes a password: it has the workers of its own that bound such work
    ROUTE_IDEMPOTENT =
        8, // takes Idempotency-Key: the same key and body get the first answer, another body 409
    ROUTE_MISSING = 16,   // may answer 404 (rows with parameters do anyway)
    ROUTE_CONFLICT = 32,  // may answer 409
    ROUTE_BUSY = 64,      // may answer 503: something it needs is down or full
    ROUTE_NO_STORE = 128, // the answer is never kept, not even to be compared: no ETag
    ROUTE_COOKIE = 256,   // reads the refresh cookie: the call must come from a page of ours
    ROUTE_TICKET =
        8192, // a ticket in the query says who calls, where no header does: for pages in a tab of their own
    ROUTE_FACTOR = 4096,  // never without a second factor, where the role needs one
    ROUTE_UPGRADE = 2048, // becomes a WebSocket; 426 where it is asked for otherwise
    ROUTE_NO_FACTOR =
        1024,           // open to who has yet to set a second factor up, though the role needs one
    ROUTE_NO_KEY = 512, // people only: no API key may
};

struct call;

struct route {
    const char *method; // "GET": HEAD goes with it
    const char *path;
    const char *id;      // "get_run": the operation's name, unique
    const char *tag;     // the chapter of the document
    const char *summary; // one sentence
    enum route_role role;
    const char
        *scope; // what it needs: "read", "trade", "run", "risk", "admin"; NULL with ROUTE_PUBLIC
    const char *rate; // the rule of edge/auth/rate_limit.h
    unsigned flags;
    const struct field *query; // parameters behind the question mark
    size_t query_count;
    const struct object *request;  // the body; NULL: none is taken
    const struct object *response; // of the answer with `status`; NULL: `media`, or no content
    const char *media;             // of an answer that is not JSON
    int status;                    // of success
    int (*handle)(struct call *call);
};

#define ROUTE_QUERY(fields_) .query = (fields_), .query_count = sizeof(fields_) / sizeof *(fields_)

struct route_table {
    const struct route *const *rows;
    size_t count;
};

enum route_verdict { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD };

// A parameter of the path, as it stands there.
struct route_value {
    const char *at;
    size_t len;
};
struct route_match {
    const struct route *route; // of ROUTE_NO_METHOD: one of those with that path
    struct route_value params[ROUTE_PARAMS_MAX];
    size_t param_count;
};

// Finds the row of a method and a decoded path. HEAD is GET.
enum route_verdict route_find(const struct route_table *table, const char *method, const char *path,
                              struct route_match *ret_match);
// "GET, HEAD, POST, OPTIONS": what the path of a match has rows for.
void route_allow(const struct route_table *table, const struct route *route, struct text *out);

// The field of a path parameter by its name; NULL: there is no such name.
const struct field *route_param(const char *name, size_t len);
// The fields of a row's path, in order; returns how many.
size_t route_params(const struct route *route, const struct field *ret_fields[ROUTE_PARAMS_MAX]);

// Looks at every row: names, ids and paths that are unique and complete, parameters that exist, rules that are there.
// ERR_ARGUMENT names the row.
int route_check(const struct route_table *table) MUST_USE;

const char *route_role_name(enum route_role role); // "public", "viewer", ...

#endif
