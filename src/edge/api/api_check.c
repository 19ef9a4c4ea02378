// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "edge/api/api_state.h"
#include "edge/net/http_path.h"

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

static bool is_safe(const char *method) {
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 ||
           strcmp(method, "OPTIONS") == 0;
}

static bool is_own_origin(const struct call *call, const char *origin) {
    const char *host = http_request_field(call->request, "Host");
    const char *scheme = call->request->is_tls ? "https://" : "http://";
    size_t len = strlen(scheme);
    return host != NULL && strncmp(origin, scheme, len) == 0 && strcasecmp(origin + len, host) == 0;
}

int api_check_origin(struct call *call) {
    const char *origin = http_request_field(call->request, "Origin");
    const char *site = http_request_field(call->request, "Sec-Fetch-Site");
    bool cookie = (call->route->flags & ROUTE_COOKIE) != 0;
    if (is_safe(call->request->method) && !cookie) return 0;
    if (origin != NULL) {
        if (is_own_origin(call, origin) ||
            is_word_of(call->api->options.origins, origin, strlen(origin)))
            return 0;
        return call_fail(call, 403, "foreign_origin",
                         "a page of another site may not do this; --origin allows one");
    }
    if (site != NULL && strcmp(site, "cross-site") == 0)
        return call_fail(call, 403, "foreign_origin", "a page of another site may not do this");
    return 0;
}

// In the same time wherever they differ.
static bool is_equal(const char *a, const char *b, size_t len) {
    unsigned differs = 0;
    for (size_t i = 0; i < len; i++) differs |= (unsigned char)a[i] ^ (unsigned char)b[i];
    return differs == 0;
}

static int unknown(struct call *call) {
    return call_fail(call, 401, NULL, "say who calls: Authorization: Bearer TOKEN");
}

int api_check_caller(struct call *call) {
    const char *field = http_request_field(call->request, "Authorization");
    const char *token = call->api->options.token;
    if (call->route->role == ROUTE_PUBLIC) return 0;
    if (field == NULL || strncasecmp(field, "Bearer ", 7) != 0 || token == NULL)
        return unknown(call);
    size_t len = strlen(token);
    if (strlen(field + 7) != len || !is_equal(field + 7, token, len)) return unknown(call);
    call->caller =
        (struct caller){.role = ROUTE_ADMIN, .user_id = 1, .tenant_id = 1, .name = "owner"};
    return 0;
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
    if (value == NULL)
        ERR_SET(ERR_PARSE, "the body is no JSON: line %d, column %d: %s", error.line, error.column,
                error.text);
    return value;
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
