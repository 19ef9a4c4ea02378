// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/jout.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/problem.h"
#include "edge/auth/audit_writer.h"

enum { SLOW_MS = 250 };

static const char PAGE_POLICY[] = "default-src 'none'; script-src 'self'; style-src 'self'; "
                                  "img-src 'self' data: blob:; connect-src "
                                  "'self'; font-src 'self'; manifest-src 'self'; frame-src 'self'; "
                                  "object-src 'none'; base-uri 'none'; "
                                  "form-action 'none'; frame-ancestors 'none'";
// A report is one file with its style and script in it: it may do nothing but show itself.
static const char REPORT_POLICY[] =
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src "
    "'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
static const char DATA_POLICY[] = "default-src 'none'; frame-ancestors 'none'";

static void free_call(struct call *call) {
    for (size_t i = 0; i < call->header_count; i++) free(call->headers[i].value);
    json_decref(call->body);
    text_fini(&call->out);
    free(call->words);
    free(call->path);
    free(call);
}

void api_drop(struct call *call) {
    meter_request(&call->api->meter, call->route, 101, 0);
    free_call(call);
}

static bool is_begun_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

static void add_headers(struct call *call, const char *media, int status) {
    bool page = media != NULL && is_begun_with(media, "text/html");
    bool report = page && call->route != NULL;
    (void)!http_header(call->exchange, "X-Request-Id", call->id);
    (void)!http_header(call->exchange, "Content-Security-Policy",
                       report                                ? REPORT_POLICY
                       : call->route == NULL && status < 400 ? PAGE_POLICY
                                                             : DATA_POLICY);
    const char *origin = api_allowed_origin(call);
    if (origin != NULL) (void)!http_header(call->exchange, "Access-Control-Allow-Origin", origin);
    if (call->api->options.origins != NULL && call->api->options.origins[0] != '\0')
        (void)!http_header(call->exchange, "Vary", "Origin");
    for (size_t i = 0; i < call->header_count; i++)
        (void)!http_header(call->exchange, call->headers[i].name, call->headers[i].value);
}

static void log_call(const struct call *call, int status, size_t size, int64_t took_ns) {
    struct api *api = call->api;
    bool read =
        strcmp(call->request->method, "GET") == 0 || strcmp(call->request->method, "HEAD") == 0;
    if (api->options.log == NULL) return;
    if (read && status < 400 && took_ns < SLOW_MS * NS_PER_MS) return;
    struct text line;
    struct timespec now;
    char peer[NET_ADDRESS_TEXT_SIZE];
    clock_gettime(CLOCK_REALTIME, &now);
    net_address_print(peer, sizeof peer, &call->peer);
    text_init(&line, 1 << 16);
    jout_object(&line);
    jout_key_time(&line, "time", now.tv_sec * NS_PER_S + now.tv_nsec);
    jout_key_string(&line, "level", status >= 500 ? "error" : status >= 400 ? "notice" : "info");
    jout_key_string(&line, "event", "request");
    jout_key_string(&line, "id", call->id);
    jout_key_string(&line, "method", call->request->method);
    jout_key_string(&line, "path", call->request->path);
    if (call->route != NULL) jout_key_string(&line, "route", call->route->id);
    jout_key_int(&line, "status", status);
    jout_key_int(&line, "bytes", (int64_t)size);
    jout_key_int(&line, "took_us", took_ns / 1000);
    jout_key_string(&line, "peer", peer);
    if (call->caller.name[0] != '\0') jout_key_string(&line, "user", call->caller.name);
    if (status >= 400 && err_story()[0] != '\0') jout_key_string(&line, "story", err_story());
    jout_end_object(&line);
    text_add_char(&line, '\n');
    if (text_error(&line) == 0) api->options.log(api->options.log_self, line.data, line.len);
    text_fini(&line);
}

// Commands leave a trace; identity and people write their own, within their transaction.
static void audit_call(const struct call *call, int status) {
    struct audit_writer *writer = call->api->options.audit;
    bool own = call->route != NULL && (strcmp(call->route->tag, "Identity") == 0 ||
                                       strcmp(call->route->tag, "People") == 0);
    if (writer == NULL || call->route == NULL || own || call->principal.tenant_id == 0) return;
    if (strcmp(call->route->method, "GET") == 0) return;
    char address[NET_ADDRESS_TEXT_SIZE], detail[48];
    net_address_print(address, sizeof address, &call->peer);
    snprintf(detail, sizeof detail, "{\"status\":%d}", status);
    struct audit_entry entry = {.tenant_id = call->principal.tenant_id,
                                .ts_ns = sql_now_ns(),
                                .actor = call->caller.name,
                                .action = call->route->id,
                                .object = call->request->path,
                                .outcome = status < 300   ? "done"
                                           : status < 500 ? "refused"
                                                          : "failed",
                                .address = address,
                                .request_id = call->id,
                                .detail = detail};
    if (audit_write(writer, &entry) < 0) call->api->meter.audit_lost++;
}

static int64_t monotonic(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

// What failed for want of something may be tried again under its key.
static void keep_answer(struct call *call, int status, const char *media) {
    bool again = status >= 500 || status == 429;
    if (call->repeat == NULL) return;
    repeat_finish(call->repeat, again ? 0 : status, media, call->out.data, call->out.len);
    call->repeat = NULL;
}

static void send(struct call *call, int status, const char *media) {
    keep_answer(call, status, media);
    int64_t took = monotonic() - call->began_ns;
    size_t size = call->out.len;
    meter_request(&call->api->meter, call->route, status, took);
    log_call(call, status, size, took);
    audit_call(call, status);
    add_headers(call, media, status);
    if (status == 204 || status == 304)
        http_reply(call->exchange, status, NULL, NULL, 0);
    else if (call->out.len == 0)
        http_reply(call->exchange, status, media, "", 0);
    else
        http_reply_text(call->exchange, status, media, &call->out);
    free_call(call);
}

static void send_problem(struct call *call, int status, const char *detail) {
    struct problem problem = {.status = status,
                              .code = call->code,
                              .detail = detail,
                              .fault = call->fault.words[0] != '\0' ? &call->fault : NULL,
                              .request_id = call->id};
    text_clear(&call->out);
    problem_print(&problem, &call->out);
    if (status == 401) call_header(call, "WWW-Authenticate", "Bearer realm=\"fulmar\"");
    call_header(call, "Cache-Control", "no-store");
    send(call, status, "application/problem+json");
}

void api_answer_problem(struct call *call, int status) {
    send_problem(call, status, err_story());
}

static void fail(struct call *call, int rc) {
    bool chosen = rc == ERR_ARGUMENT && call->status >= 400;
    bool waits = call->route != NULL && (call->route->flags & (ROUTE_WORKER | ROUTE_PASSWORD)) != 0;
    int status = chosen ? call->status : rc == ERR_IO && waits ? 503 : problem_status_of(rc);
    send_problem(call, status, status >= 500 && !chosen ? NULL : err_story());
}

// What a handler says is what its row says that it says.
static void check_answer(const struct call *call) {
    struct schema_fault fault = {{0}, {0}};
    json_error_t error;
    if (!DCHECK_ON || call->route == NULL || call->route->response == NULL) return;
    json_t *value = json_loadb(text_string(&call->out), call->out.len, 0, &error);
    if (value == NULL || !schema_check(call->route->response, value, &fault)) {
        fprintf(stderr, "%s answers what its row does not say: %s %s\n%.2000s\n", call->route->id,
                value == NULL ? error.text : fault.path, fault.words, text_string(&call->out));
        CHECK(!"an answer is what its row says");
    }
    json_decref(value);
}

static bool is_known(const struct call *call, const char *etag) {
    const char *field = http_request_field(call->request, "If-None-Match");
    return field != NULL && (strcmp(field, "*") == 0 || strstr(field, etag) != NULL);
}

// The answer to a read has a tag of its bytes, and is not sent to who has them.
static bool tag_answer(struct call *call) {
    char etag[API_ETAG_SIZE];
    bool get = strcmp(call->route->method, "GET") == 0;
    if (!get || (call->route->flags & ROUTE_NO_STORE) != 0) {
        call_header(call, "Cache-Control", "no-store");
        return false;
    }
    snprintf(etag, sizeof etag, "\"%016" PRIx64 "\"", hash64(0, call->out.data, call->out.len));
    call_header(call, "ETag", etag);
    call_header(call, "Cache-Control", "private, no-cache");
    return is_known(call, etag);
}

void api_answer(struct call *call, int rc) {
    if (rc == 0 && text_error(&call->out) < 0)
        rc = ERR_SET(ERR_FULL, "the answer is larger than %d MiB", CALL_ANSWER_MAX >> 20);
    if (rc < 0) {
        fail(call, rc);
        return;
    }
    int status = call->status != 0 ? call->status : call->route->status;
    const char *media = call->media != NULL             ? call->media
                        : call->route->response != NULL ? "application/json"
                                                        : call->route->media;
    if (status == call->route->status) check_answer(call);
    if (tag_answer(call)) status = 304;
    send(call, status, media);
}

void api_answer_page(struct call *call, const struct page *page) {
    char etag[API_ETAG_SIZE];
    snprintf(etag, sizeof etag, "\"%016" PRIx64 "\"", hash64(0, call->out.data, call->out.len));
    call_header(call, "ETag", etag);
    call_header(call, "Vary", "Accept-Encoding");
    if (page->gzip) call_header(call, "Content-Encoding", "gzip");
    call_header(call, "Cache-Control",
                page->lasting ? "public, max-age=31536000, immutable" : "no-cache");
    send(call, is_known(call, etag) ? 304 : 200, page->media);
}

void api_answer_again(struct call *call, const struct repeat_entry *entry) {
    struct repeat_answer answer = repeat_answer(entry);
    text_add_bytes(&call->out, answer.body, answer.size);
    call_header(call, "Idempotency-Replayed", "true");
    call_header(call, "Cache-Control", "no-store");
    send(call, answer.status, answer.media);
}

void api_answer_empty(struct call *call) {
    send(call, 204, NULL);
}

void call_done(struct call *call, int rc) {
    api_answer(call, rc);
}
