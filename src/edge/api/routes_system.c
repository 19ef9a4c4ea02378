// SPDX-License-Identifier: Apache-2.0
// What this server is, and whether it is well.
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/jout.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/routes.h"

static const struct field live_fields[] = {
    {"status", FIELD_STRING, FIELD_REQUIRED, .choices = "ok", .help = "It answers."},
};
static OBJECT(live_object, "Live", live_fields, "That the server answers.");

static int get_live(struct call *call) {
    text_add(&call->out, "{\"status\":\"ok\"}");
    return 0;
}

const struct route route_get_live = {
    .method = "GET",
    .path = "/health/live",
    .id = "get_live",
    .tag = "System",
    .summary = "Whether the server answers.",
    .role = ROUTE_PUBLIC,
    .rate = "system",
    .flags = ROUTE_NO_STORE,
    .response = &live_object,
    .status = 200,
    .handle = get_live,
};

static const struct field check_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .help = "What was looked at."},
    {"ok", FIELD_BOOLEAN, FIELD_REQUIRED, .help = "Whether it is well."},
    {"words", FIELD_STRING, 0, .help = "What is wrong."},
};
static OBJECT(check_object, "HealthCheck", check_fields, "One thing that the server needs.");
static const struct field ready_fields[] = {
    {"status", FIELD_STRING, FIELD_REQUIRED, .choices = "ok|degraded",
     .help = "All is well, or not all."},
    {"checks", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &check_object,
     .help = "One by one."},
};
static OBJECT(ready_object, "Ready", ready_fields, "Whether the server can do its work.");

static bool add_check(struct text *out, const char *name, bool ok, const char *words) {
    jout_object(out);
    jout_key_string(out, "name", name);
    jout_key_bool(out, "ok", ok);
    if (!ok) jout_key_string(out, "words", words);
    jout_end_object(out);
    return ok;
}

static int get_ready(struct call *call) {
    const struct api *api = call->api;
    struct text checks;
    text_init(&checks, 1 << 16);
    jout_array(&checks);
    bool good = add_check(&checks, "tape", access(api->options.tape_root, R_OK) == 0,
                          "the folder of market data cannot be read");
    good = add_check(&checks, "runs", access(api->options.run_root, R_OK | W_OK) == 0,
                     "the folder of runs cannot be written") &&
           good;
    jout_end_array(&checks);
    jout_object(&call->out);
    jout_key_string(&call->out, "status", good ? "ok" : "degraded");
    jout_key(&call->out, "checks");
    jout_json(&call->out, text_string(&checks));
    jout_end_object(&call->out);
    text_fini(&checks);
    call->status = good ? 200 : 503;
    return 0;
}

const struct route route_get_ready = {
    .method = "GET",
    .path = "/health/ready",
    .id = "get_ready",
    .tag = "System",
    .summary = "Whether the server can do its work.",
    .role = ROUTE_PUBLIC,
    .rate = "system",
    .flags = ROUTE_NO_STORE | ROUTE_BUSY,
    .response = &ready_object,
    .status = 200,
    .handle = get_ready,
};

static const struct field system_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .help = "fulmar"},
    {"version", FIELD_STRING, FIELD_REQUIRED, .help = "Of the program."},
    {"started", FIELD_STRING, FIELD_REQUIRED, .form = &form_time, .help = "When the server began."},
    {"now", FIELD_STRING, FIELD_REQUIRED, .form = &form_time, .help = "Its clock."},
    {"uptime_s", FIELD_NUMBER, FIELD_REQUIRED, .help = "Seconds since it began."},
    {"tls", FIELD_BOOLEAN, FIELD_REQUIRED, .help = "Whether it is reached by TLS."},
    {"connections", FIELD_INTEGER, FIELD_REQUIRED, .help = "Now."},
    {"requests", FIELD_INTEGER, FIELD_REQUIRED, .help = "Answered since it began."},
    {"runs", FIELD_INTEGER, FIELD_REQUIRED,
     .help = "That are kept, as they were when somebody looked last."},
    {"routes", FIELD_INTEGER, FIELD_REQUIRED, .help = "Of this API."},
};
static OBJECT(system_object, "System", system_fields, "The server.");

static int get_system(struct call *call) {
    const struct api *api = call->api;
    struct text *out = &call->out;
    struct tenant_runs *runs;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t now_ns = now.tv_sec * NS_PER_S + now.tv_nsec;
    TRY(api_runs_place(call, &runs));
    jout_object(out);
    jout_key_string(out, "name", "fulmar");
    jout_key_string(out, "version", FULMAR_VERSION);
    jout_key_time(out, "started", api->began_ns);
    jout_key_time(out, "now", now_ns);
    jout_key_real(out, "uptime_s", (double)(now_ns - api->began_ns) / 1e9);
    jout_key_bool(out, "tls", api->options.is_tls);
    jout_key_int(out, "connections", server_connections(api->server));
    jout_key_int(out, "requests", (int64_t)server_counts(api->server)->requests);
    jout_key_int(out, "runs", (int64_t)atomic_load(&runs->count));
    jout_key_int(out, "routes", (int64_t)api_routes()->count);
    jout_end_object(out);
    return 0;
}

const struct route route_get_system = {
    .method = "GET",
    .path = "/api/v1/system",
    .id = "get_system",
    .tag = "System",
    .summary = "Version, clock and load of the server.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .flags = ROUTE_NO_STORE,
    .response = &system_object,
    .status = 200,
    .handle = get_system,
};

static const struct object document_object = {
    .name = "OpenApi", .help = "An OpenAPI 3.1 document.", .open = true};

static int get_openapi(struct call *call) {
    text_add_bytes(&call->out, call->api->openapi.data, call->api->openapi.len);
    return 0;
}

const struct route route_get_openapi = {
    .method = "GET",
    .path = "/api/v1/openapi.json",
    .id = "get_openapi",
    .tag = "System",
    .summary = "This description.",
    .role = ROUTE_PUBLIC,
    .rate = "anonymous",
    .response = &document_object,
    .status = 200,
    .handle = get_openapi,
};
