// SPDX-License-Identifier: Apache-2.0
// A request under way, as a handler sees it: who asks, what was asked, and where the answer is written.
//
// When a handler is called the row's checks have passed (edge/api/route.h), so that it reads parameters without looking
// at their form again. It returns
//   0          the answer stands in `out`, with the row's status and type unless it set others;
//   CALL_LATER it was taken along, and call_done is called for it on the loop's thread, once;
//   an error   problem_status_of has its status, the story is the detail (5xx: is logged and not told).
// A handler runs on the loop's thread, or with ROUTE_WORKER or ROUTE_PASSWORD on one of the workers'; then it touches
// nothing that belongs to the loop.
#ifndef FULMAR_EDGE_API_CALL_H
#define FULMAR_EDGE_API_CALL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "edge/api/route.h"
#include "edge/auth/principal.h"
#include "edge/net/server.h"

enum { CALL_LATER = 1 };
enum { CALL_HEADERS_MAX = 8, CALL_ANSWER_MAX = 64 << 20, CALL_ID_SIZE = 40, CALL_PAGE_MAX = 1000 };
enum { CALL_NAME_SIZE = 72 };

struct api;
struct api_worker;
struct repeat_entry;
struct tenant_runs;

// Who calls, for lists and logs. Of ROUTE_PUBLIC rows without credentials all is zero.
struct caller {
    int64_t user_id;
    int64_t tenant_id;
    char name[CALL_NAME_SIZE]; // "user:7", "key:abc"
};

struct call_header {
    const char *name;
    char *value; // malloc
};

struct call {
    struct api *api;
    struct api_worker *worker; // what this thread has of its own, on a worker; NULL on the loop
    const struct route *route;
    struct http_exchange *exchange;
    const struct http_request *request;
    struct caller caller;
    struct principal principal; // all zero: nobody
    struct net_address peer;    // who asks: behind a proxy of ours, whom it speaks for
    bool is_tls;                // the caller's connection, likewise
    char id[CALL_ID_SIZE];      // X-Request-Id

    char *params[ROUTE_PARAMS_MAX]; // in the order of the path
    char *query[ROUTE_QUERY_MAX];   // in the order of the row; NULL: not given
    char *words;                    // memory of both
    json_t *body;                   // NULL where the row takes none

    struct tenant_runs *runs; // locked by this call; NULL: none are
    // Done after the handler on the same worker, without that lock: for what reads a file. NULL: nothing.
    int (*then)(struct call *call);
    char *path; // that it reads; malloc

    int status;        // of the answer
    const char *media; // NULL: application/json
    struct text out;
    struct call_header headers[CALL_HEADERS_MAX];
    size_t header_count;
    struct schema_fault fault; // where words are not empty: goes with the failure
    const char *code;          // of the failure, where it is another than the status's
    int64_t began_ns;
    struct repeat_entry *repeat; // to be finished with the answer; NULL: none
    int rc;                      // of a handler that ran on a worker, and its story
    char story[512];
};

// A parameter of the path or of the query by its name, which the row has (CHECKed); of the query NULL: not given.
const char *call_param(const struct call *call, const char *name);
const char *call_query(const struct call *call, const char *name);
int64_t call_query_int(const struct call *call, const char *name, int64_t fallback);
bool call_query_bool(const struct call *call, const char *name, bool fallback);
// An instant; `fallback` where it is not given.
int64_t call_query_time(const struct call *call, const char *name, int64_t fallback);

// A member of the body; NULL, "" or `fallback`: not given, or null.
const json_t *call_member(const struct call *call, const char *name);
const char *call_text(const struct call *call, const char *name);
int64_t call_int(const struct call *call, const char *name, int64_t fallback);
bool call_bool(const struct call *call, const char *name, bool fallback);

// A header of the answer; the value is copied. One too many, or no memory, is a CHECK.
void call_header(struct call *call, const char *name, const char *value);
// Fails with a status of its own: returns an error for the handler to return. `code` NULL: the status's.
int call_fail(struct call *call, int status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5), cold));
// Fails with 422 for a member or a parameter: "/qty", and what would be right.
int call_refuse(struct call *call, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4), cold));

// Pages. Lists are in the order of a text key. A page begins behind `after` ("" at the start) and has at most `limit`
// items; who prints one more than that asks call_page_end to say where the next page begins.
//   {"items":[...],"next":"b64"}
#define CALL_PAGE_FIELDS                                                                           \
    {"limit", FIELD_INTEGER, 0, .min = 1, .max = CALL_PAGE_MAX, .help = "Items of a page; 100."},  \
    {                                                                                              \
        "cursor", FIELD_STRING, 0, .form = &form_cursor,                                           \
                                   .help = "Where the page begins: next of the page before."       \
    }
struct call_page {
    size_t limit;
    char after[192];
    size_t count;   // of items printed
    char last[192]; // the key of the last one
    bool more;
    bool falling; // the list goes from the last key to the first
};
int call_page_begin(struct call *call, struct call_page *ret_page) MUST_USE; // opens the list
int call_page_read(struct call *call, struct call_page *ret_page) MUST_USE;  // without opening it
// Whether the item with this key is to be printed now; false: it is before the page, or behind it.
bool call_page_take(struct call_page *page, const char *key);
void call_page_end(struct call *call, const struct call_page *page); // closes list and object

// The answer of a handler that returned CALL_LATER, with what it would have returned. On the loop's thread.
void call_done(struct call *call, int rc);

#endif
