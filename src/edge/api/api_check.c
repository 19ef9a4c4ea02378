// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/net/http_path.h"

enum { UPLOAD_SIZE = 64 << 10 }; // a body that is larger is something brought in

// The host of "host:port" or "[::1]:port", without the port.
static size_t host_size(const char *authority) {
    const char *end = authority[0] == '[' ? strchr(authority, ']') : NULL;
    return end != NULL ? (size_t)(end + 1 - authority) : strcspn(authority, ":");
}

static bool is_word_of(const char *words, const char *word, size_t len) {
    for (const char *at = words; at != NULL && *at != '\0';) {
        size_t size = strcspn(at, " ,");
        if (size == len && strncasecmp(at, word, len) == 0) return true;
        at += size;
        at += strspn(at, " ,");
    }
    return false;
}

// A server on loopback alone is called by a name of loopback: a page elsewhere whose name was made to point here
// (DNS rebinding) says its own.
int api_check_host(struct call *call) {
    const struct api *api = call->api;
    const char *host = http_request_field(call->request, "Host");
    if (host == NULL || api->options.hosts == NULL) return 0;
    size_t size = host_size(host);
    if (is_word_of("localhost 127.0.0.1 [::1]", host, size)) return 0;
    if (is_word_of(api->options.hosts, host, size)) return 0;
    return call_fail(call, 421, NULL, "this server is not called %.*s; --host adds a name",
                     (int)(size < 80 ? size : 80), host);
}

// A connection that was taken before a ban began, and callers that come by a proxy, are looked at here.
int api_check_door(struct call *call) {
    char seconds[24];
    int64_t wait_ns;
    switch (door_check(&call->api->door, &call->peer, sql_now_ns(), &wait_ns)) {
    case DOOR_OPEN:
        return 0;
    case DOOR_DENIED:
        return call_fail(call, 403, "denied_address", "this address may not come here");
    case DOOR_BANNED:
        break;
    }
    snprintf(seconds, sizeof seconds, "%" PRId64, wait_ns / NS_PER_S + 1);
    call_header(call, "Retry-After", seconds);
    return call_fail(call, 429, "banned", "too much of what came from this address was wrong");
}

static bool is_safe(const char *method) {
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 ||
           strcmp(method, "OPTIONS") == 0;
}

static bool is_own_origin(const struct call *call, const char *origin) {
    const char *host = http_request_field(call->request, "Host");
    const char *scheme = call->is_tls ? "https://" : "http://";
    size_t len = strlen(scheme);
    return host != NULL && strncmp(origin, scheme, len) == 0 && strcasecmp(origin + len, host) == 0;
}

const char *api_allowed_origin(const struct call *call) {
    const char *origin = http_request_field(call->request, "Origin");
    bool named = origin != NULL && is_word_of(call->api->options.origins, origin, strlen(origin));
    return named ? origin : NULL;
}

int api_check_origin(struct call *call) {
    const char *origin = http_request_field(call->request, "Origin");
    const char *site = http_request_field(call->request, "Sec-Fetch-Site");
    bool cookie = (call->route->flags & ROUTE_COOKIE) != 0;
    if (is_safe(call->request->method) && !cookie) return 0;
    if (origin != NULL) {
        if (is_own_origin(call, origin) || api_allowed_origin(call) != NULL) return 0;
        return call_fail(call, 403, "foreign_origin",
                         "a page of another site may not do this; --origin allows one");
    }
    if (site != NULL && strcmp(site, "cross-site") == 0)
        return call_fail(call, 403, "foreign_origin", "a page of another site may not do this");
    return 0;
}

struct auth_caller api_auth_caller(const struct call *call) {
    const char *agent = http_request_field(call->request, "User-Agent");
    return (struct auth_caller){.address = door_ip(&call->peer),
                                .agent = agent != NULL ? agent : "",
                                .request_id = call->id,
                                .now_ns = sql_now_ns()};
}

int api_sql(struct call *call, struct sql **ret_sql) {
    struct api_worker *worker = call->worker;
    struct sql_options options = {.role = SQL_ROLE_AUTH, .lazy = true};
    if (worker->sql == NULL) TRY(sql_open(call->api->options.database, &options, &worker->sql));
    // Of who calls; who has not logged in yet may be of any.
    TRY(sql_set_tenant(worker->sql, call->principal.tenant_id));
    *ret_sql = worker->sql;
    return 0;
}

// An admin who has yet to set a second factor up is a trader until then: what is for admins, and keys, wait for it.
struct route_rule api_rule(const struct route *route) {
    struct route_rule rule = {
        .is_public = route->role == ROUTE_PUBLIC,
        .min_role = (enum role)route->role,
        .person_only = (route->flags & ROUTE_NO_KEY) != 0,
        .step_up = (route->flags & ROUTE_STEP_UP) != 0,
        .without_factor = (route->flags & ROUTE_NO_FACTOR) != 0 ||
                          (route->role < ROUTE_ADMIN && (route->flags & ROUTE_FACTOR) == 0)};
    if (route->scope != NULL) (void)!scope_parse(route->scope, strlen(route->scope), &rule.scopes);
    return rule;
}

static enum auth_verdict check_signed(struct call *call, const char *key, const struct ip *address,
                                      const char **reason) {
    const struct http_request *request = call->request;
    struct signed_request signed_request = {
        .timestamp = http_request_field(request, "X-Fulmar-Timestamp"),
        .nonce = http_request_field(request, "X-Fulmar-Nonce"),
        .signature = http_request_field(request, "X-Fulmar-Signature"),
        .method = request->method,
        .target = request->target,
        .body = request->body,
        .body_size = request->body_size};
    return auth_signed(call->api->options.auth, key, &signed_request, address, sql_now_ns(),
                       &call->principal, reason);
}

// A ticket of POST /stream/ticket, good once: what a link can carry without an access token standing in a log.
static enum auth_verdict check_ticket(struct call *call) {
    const char *query = call->request->query;
    struct http_query_pair pair;
    while (http_query_next(&query, &pair) == 1)
        if (strcmp(pair.name, "ticket") == 0)
            return auth_ticket_redeem(call->api->options.auth, pair.value, strlen(pair.value),
                                      sql_now_ns(), &call->principal)
                       ? AUTH_KNOWN
                       : AUTH_REFUSED;
    return AUTH_REFUSED;
}

// Who sent credentials; AUTH_REFUSED also where there are none.
static enum auth_verdict identify(struct call *call, const struct ip *address,
                                  const char **ret_reason) {
    const char *field = http_request_field(call->request, "Authorization");
    const char *key = http_request_field(call->request, "X-Fulmar-Key");
    *ret_reason = "none";
    if (key != NULL) return check_signed(call, key, address, ret_reason);
    if (field == NULL && (call->route->flags & ROUTE_TICKET) != 0) return check_ticket(call);
    if (field == NULL || strncasecmp(field, "Bearer ", 7) != 0) return AUTH_REFUSED;
    return auth_bearer(call->api->options.auth, field + 7, strlen(field + 7), address, sql_now_ns(),
                       &call->principal, ret_reason);
}

// Credentials that nobody was ever given. Those whose time is over are what a page that was left open sends.
static bool is_made_up(const char *reason) {
    static const char *const reasons[] = {"malformed",  "unknown key", "forged",
                                          "bad claims", "wrong place", "wrong type",
                                          "unknown",    "unsigned",    "replayed"};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(reasons[i], reason) == 0) return true;
    return false;
}

static void name_caller(struct call *call) {
    const struct principal *who = &call->principal;
    call->caller.user_id = who->user_id;
    call->caller.tenant_id = who->tenant_id;
    if (who->key_id != 0)
        snprintf(call->caller.name, sizeof call->caller.name, "key:%" PRId64, who->key_id);
    else
        snprintf(call->caller.name, sizeof call->caller.name, "user:%" PRId64, who->user_id);
}

static void tell_rate(struct call *call, const struct rate_result *result) {
    char number[24];
    snprintf(number, sizeof number, "%" PRIu32, result->limit);
    call_header(call, "RateLimit-Limit", number);
    snprintf(number, sizeof number, "%" PRIu32, result->remaining);
    call_header(call, "RateLimit-Remaining", number);
    snprintf(number, sizeof number, "%" PRId64, (result->reset_ns + NS_PER_S - 1) / NS_PER_S);
    call_header(call, "RateLimit-Reset", number);
}

static int take_rate(struct call *call, const char *name, const struct principal *who,
                     const struct ip *address) {
    const struct rate_rule *rule = rate_rules_find(&call->api->rates, name);
    char seconds[24];
    struct rate_result result =
        rate_take_request(call->api->limiter, rule, who, address, sql_now_ns());
    if (result.allowed && strcmp(name, "tenant") == 0) return 0;
    tell_rate(call, &result);
    if (result.allowed) return 0;
    if (who == NULL) door_strike(&call->api->door, &call->peer, sql_now_ns());
    snprintf(seconds, sizeof seconds, "%" PRId64, result.retry_ns / NS_PER_S + 1);
    call_header(call, "Retry-After", seconds);
    return call_fail(call, 429, NULL, "the limit '%s' is %" PRIu32 " requests; wait %s s", name,
                     result.limit, seconds);
}

static int refuse_caller(struct call *call, enum access_verdict verdict) {
    static const char *const words[] = {
        "", "say who calls: Authorization: Bearer, or a signed request",
        "the role or the key's scopes do not allow this",
        "this needs a second factor: set one up at /auth/factor, or log in with it",
        "prove again that it is you: POST /auth/step-up"};
    return call_fail(call, access_status(verdict),
                     verdict == ACCESS_UNKNOWN ? NULL : access_word(verdict), "%s", words[verdict]);
}

int api_check_rule(struct call *call, const struct route *route) {
    struct route_rule rule = api_rule(route);
    enum access_verdict verdict = access_check(&rule, &call->principal, sql_now_ns());
    return verdict == ACCESS_ALLOW ? 0 : refuse_caller(call, verdict);
}

int api_check_caller(struct call *call) {
    struct route_rule rule = api_rule(call->route);
    struct ip address = door_ip(&call->peer);
    if (rule.is_public) return take_rate(call, call->route->rate, NULL, &address);
    const char *reason;
    enum auth_verdict known = identify(call, &address, &reason);
    if (known == AUTH_BUSY)
        return call_fail(call, 503, NULL, "too many signed requests at once; try again");
    if (known == AUTH_KNOWN) name_caller(call);
    const struct principal *who = known == AUTH_KNOWN ? &call->principal : NULL;
    if (who == NULL && is_made_up(reason)) door_strike(&call->api->door, &call->peer, sql_now_ns());
    if (who == NULL) TRY(take_rate(call, "anonymous", NULL, &address));
    if (who != NULL) {
        TRY(take_rate(call, "tenant", who, &address));
        TRY(take_rate(call, call->route->rate, who, &address));
        if (call->request->body_size > UPLOAD_SIZE) TRY(take_rate(call, "upload", who, &address));
    }
    enum access_verdict verdict = access_check(&rule, who, sql_now_ns());
    return verdict == ACCESS_ALLOW ? 0 : refuse_caller(call, verdict);
}

static int check_text(struct call *call, const struct field *field, const char *text, int status) {
    if (schema_check_text(field, text, strlen(text), &call->fault)) return 0;
    memmove(call->fault.path, call->fault.path + 1,
            strlen(call->fault.path)); // a name, not a place
    return call_fail(call, status, NULL, "%s %s", field->name, call->fault.words);
}

// A name that is not of the right form is the name of nothing.
static int take_path(struct call *call, const struct route_match *match, char **at) {
    const struct field *fields[ROUTE_PARAMS_MAX];
    size_t count = route_params(call->route, fields);
    for (size_t i = 0; i < count; i++) {
        const struct route_value *value = &match->params[i];
        memcpy(*at, value->at, value->len);
        (*at)[value->len] = '\0';
        call->params[i] = *at;
        *at += value->len + 1;
        if (check_text(call, fields[i], call->params[i], 404) < 0) return ERR_ARGUMENT;
    }
    return 0;
}

static int find_query(const struct route *route, const char *name) {
    for (size_t i = 0; i < route->query_count; i++)
        if (strcmp(route->query[i].name, name) == 0) return (int)i;
    return -1;
}

static int take_query(struct call *call, char **at) {
    const char *query = call->request->query;
    struct http_query_pair pair;
    int rc;
    while ((rc = http_query_next(&query, &pair)) == 1) {
        int index = find_query(call->route, pair.name);
        if (index < 0)
            return call_fail(call, 400, NULL, "%s is no parameter of this route", pair.name);
        if (call->query[index] != NULL)
            return call_fail(call, 400, NULL, "%s is there twice", pair.name);
        size_t len = strlen(pair.value);
        memcpy(*at, pair.value, len + 1);
        call->query[index] = *at;
        *at += len + 1;
        if (check_text(call, &call->route->query[index], call->query[index], 400) < 0)
            return ERR_ARGUMENT;
    }
    if (rc < 0) return call_fail(call, 400, NULL, "the query is not of the form name=value&...");
    for (size_t i = 0; i < call->route->query_count; i++)
        if (call->query[i] == NULL && (call->route->query[i].flags & FIELD_REQUIRED) != 0)
            return call_fail(call, 400, NULL, "%s is missing in the query",
                             call->route->query[i].name);
    return 0;
}

int api_check_params(struct call *call, const struct route_match *match) {
    // Decoded text is never longer than what it came as.
    size_t size = strlen(call->request->path) + strlen(call->request->query) + 2 +
                  ROUTE_PARAMS_MAX + ROUTE_QUERY_MAX;
    char *at = call->words = malloc(size);
    if (at == NULL) return ERR_SET(ERR_NOMEM, "no memory for a request's parameters");
    TRY(take_path(call, match, &at));
    return take_query(call, &at);
}

// Brackets outside of strings; the grammar itself is jansson's to look at.
static bool is_too_deep(const char *data, size_t size) {
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < size; i++) {
        char c = data[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > API_JSON_DEPTH_MAX) return true;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return false;
}

json_t *api_read_json(const void *data, size_t size) {
    json_error_t error;
    if (size == 0 || data == NULL) {
        ERR_SET(ERR_PARSE, "the body is empty; it is to be a JSON object");
        return NULL;
    }
    if (is_too_deep(data, size)) {
        ERR_SET(ERR_PARSE, "the body is nested more than %d deep", API_JSON_DEPTH_MAX);
        return NULL;
    }
    json_t *value = json_loadb(data, size, JSON_REJECT_DUPLICATES, &error);
    if (value != NULL) return value;
    // "... near 'word'": the word may be a secret, and this is told and logged.
    const char *near = strstr(error.text, " near '");
    size_t len = near != NULL ? (size_t)(near - error.text) : strlen(error.text);
    ERR_SET(ERR_PARSE, "the body is no JSON: line %d, column %d: %.*s", error.line, error.column,
            (int)len, error.text);
    return NULL;
}

static bool is_json(const char *type) {
    size_t len = type != NULL ? strcspn(type, "; \t") : 0;
    return len == strlen("application/json") && strncasecmp(type, "application/json", len) == 0;
}

int api_check_body(struct call *call) {
    const struct http_request *request = call->request;
    if (call->route->request == NULL) {
        if (request->body_size == 0) return 0;
        return call_fail(call, 400, NULL, "this route takes no body");
    }
    if (!is_json(http_request_field(request, "Content-Type")))
        return call_fail(call, 415, NULL, "the body is to be application/json");
    call->body = api_read_json(request->body, request->body_size);
    if (call->body == NULL) return call_fail(call, 400, "bad_json", "%s", err_story());
    if (schema_check(call->route->request, call->body, &call->fault)) return 0;
    return call_fail(call, 400, NULL, "%s %s",
                     call->fault.path[0] != '\0' ? call->fault.path : "the body",
                     call->fault.words);
}

int api_check_repeat(struct call *call) {
    const char *key = http_request_field(call->request, "Idempotency-Key");
    struct repeat_entry *entry = NULL;
    if (key == NULL || (call->route->flags & ROUTE_IDEMPOTENT) == 0) return 0;
    if (!form_key.check(key, strlen(key)))
        return call_fail(call, 400, NULL, "Idempotency-Key %s", form_key.words);
    struct repeat_request request = {.user_id = call->principal.user_id,
                                     .key_id = call->principal.key_id,
                                     .route = call->route->id,
                                     .key = key,
                                     .path = call->request->path,
                                     .body = call->request->body,
                                     .body_size = call->request->body_size};
    switch (repeat_take(call->api->repeat, &request, sql_now_ns(), &entry)) {
    case REPEAT_NEW:
        call->repeat = entry;
        return 0;
    case REPEAT_ANSWERED:
        api_answer_again(call, entry);
        return 1;
    case REPEAT_RUNNING:
        return call_fail(call, 409, "still_running", "the same is being done already");
    case REPEAT_OTHER:
        break;
    }
    return call_fail(call, 409, "key_reused", "the Idempotency-Key was used with another request");
}
