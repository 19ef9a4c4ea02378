// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/net/http_char.h"
#include "edge/net/http_path.h"
#include "edge/net/server_internal.h"

enum { HEAD_FIRST = 1024, BODY_FIRST = 4096, FIELDS_MAX = 16 * 1024 };

static const char *const own_fields[] = {"Content-Length", "Connection", "Date",
                                         "Transfer-Encoding"};

bool server_reserve(struct server *server, char **data, size_t *cap, size_t need, size_t max) {
    size_t first = *cap > 0 ? 2 * *cap : HEAD_FIRST;
    size_t size = first > need ? first : need;
    if (need <= *cap) return true;
    if (need > max) return false;
    if (size > max) size = max;
    if (server->counts.buffers + (size - *cap) > server->limits.buffers_max) return false;
    char *grown = realloc(*data, size);
    if (grown == NULL) return false;
    server->counts.buffers += size - *cap;
    *data = grown;
    *cap = size;
    return true;
}

void server_release(struct server *server, char **data, size_t *cap) {
    free(*data);
    server->counts.buffers -= *cap;
    *data = NULL;
    *cap = 0;
}

static struct http_exchange *exchange_new(struct connection *connection) {
    struct server *server = connection->server;
    struct http_exchange *exchange = malloc(sizeof *exchange);
    if (exchange == NULL) return NULL;
    memset(exchange, 0, offsetof(struct http_exchange, parse));
    http_parse_init(&exchange->parse);
    text_init(&exchange->fields, FIELDS_MAX);
    exchange->connection = connection;
    exchange->server = server;
    exchange->after = server->exchanges;
    if (server->exchanges != NULL) server->exchanges->before = exchange;
    server->exchanges = exchange;
    return exchange;
}

void http_forget(struct http_exchange *exchange) {
    struct server *server = exchange->server;
    if (exchange->before != NULL)
        exchange->before->after = exchange->after;
    else
        server->exchanges = exchange->after;
    if (exchange->after != NULL) exchange->after->before = exchange->before;
    server_release(server, &exchange->head, &exchange->head_cap);
    server_release(server, &exchange->body, &exchange->body_cap);
    text_fini(&exchange->fields);
    free(exchange);
}

const struct http_request *http_exchange_request(const struct http_exchange *exchange) {
    return &exchange->request;
}

bool http_exchange_gone(const struct http_exchange *exchange) {
    return exchange->connection == NULL;
}

static bool same_name(const char *a, const char *b) {
    while (*a != '\0' && http_char_lower(*a) == http_char_lower(*b)) a++, b++;
    return *a == *b;
}

const char *http_request_field(const struct http_request *request, const char *name) {
    for (size_t i = 0; i < request->field_count; i++)
        if (same_name(request->head + request->fields[i].name_at, name))
            return request->head + request->fields[i].value_at;
    return NULL;
}

bool http_request_has(const struct http_request *request, const char *name, const char *word) {
    for (size_t i = 0; i < request->field_count; i++) {
        const struct http_field *field = &request->fields[i];
        if (same_name(request->head + field->name_at, name) &&
            http_list_has(request->head + field->value_at, field->value_size, word))
            return true;
    }
    return false;
}

// The head of an answer and, where it is not NULL, a body behind it, in one frame.
static struct shared_frame *write_answer(struct server *server, struct http_response *response,
                                         const void *body, size_t size) {
    response->date = server->date;
    response->common = server->common;
    size_t most = http_response_max(response);
    struct shared_frame *frame = shared_frame_alloc(most + size, NULL);
    if (frame == NULL) return NULL;
    frame->size = http_response_write(frame->data, most, response);
    if (size > 0) memcpy(frame->data + frame->size, body, size);
    frame->size += size;
    frame->account = &server->counts.buffers;
    server->counts.buffers += frame->size;
    return frame;
}

// Queues the frame and gives up its reference; false where it cannot be: then the connection is no more.
static bool hand_over(struct connection *connection, struct shared_frame *frame) {
    bool queued = frame != NULL && connection_queue(connection, frame);
    shared_frame_release(frame);
    if (!queued) connection_drop(connection);
    return queued;
}

void http_refuse(struct connection *connection, int status, const char *reason) {
    char body[HTTP_PROBLEM_MAX];
    size_t size = http_problem_print(body, status, reason);
    bool is_head = connection->exchange != NULL && connection->exchange->is_head;
    struct http_response response = {.status = status,
                                     .content_type = "application/problem+json",
                                     .content_length = (int64_t)size,
                                     .fields = status == 503 ? "Retry-After: 1\r\n" : NULL,
                                     .close = true};
    connection->server->counts.bad_requests++;
    if (connection->exchange != NULL) http_forget(connection->exchange);
    connection->exchange = NULL;
    struct shared_frame *frame =
        write_answer(connection->server, &response, body, is_head ? 0 : size);
    if (hand_over(connection, frame))
        connection_end(connection, connection->server->limits.write_stall_ns);
}

int http_header(struct http_exchange *exchange, const char *name, const char *value) {
    if (!http_field_valid(name, value))
        return ERR_SET(ERR_ARGUMENT, "no field of an answer: '%.64s'", name);
    for (size_t i = 0; i < sizeof own_fields / sizeof *own_fields; i++)
        if (same_name(name, own_fields[i]))
            return ERR_SET(ERR_ARGUMENT, "the field %s is the server's own", name);
    if (strlen(name) + strlen(value) + 4 > FIELDS_MAX - exchange->fields.len)
        return ERR_SET(ERR_FULL, "the head of an answer would exceed %d bytes", FIELDS_MAX);
    text_add(&exchange->fields, name);
    text_add(&exchange->fields, ": ");
    text_add(&exchange->fields, value);
    text_add(&exchange->fields, "\r\n");
    return text_error(&exchange->fields);
}

void http_close_after(struct http_exchange *exchange) {
    exchange->close = true;
}

static bool has_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

static struct http_response response_of(const struct http_exchange *exchange, int status,
                                        const char *content_type, size_t size) {
    const struct server *server = exchange->server;
    bool persists = http_parse_persists(&exchange->parse) && !exchange->close && !server->draining;
    return (struct http_response){
        .status = status,
        .content_type = content_type,
        .content_length = status == 204 || status < 200 ? -1 : (int64_t)size,
        .close = !persists,
        .keep_alive = persists && exchange->parse.minor == 0,
        .fields = exchange->fields.len > 0 ? text_string(&exchange->fields) : NULL,
    };
}

// The exchange is answered: the connection is free for the next, or ends.
static void finish(struct http_exchange *exchange, bool close) {
    struct connection *connection = exchange->connection;
    connection->exchange = NULL;
    http_forget(exchange);
    connection_phase(connection, PHASE_IDLE);
    if (close) connection_end(connection, connection->server->limits.write_stall_ns);
}

static void answer(struct http_exchange *exchange, int status, const char *content_type,
                   const void *body, size_t size, struct shared_frame *behind) {
    struct connection *connection = exchange->connection;
    CHECK(status >= 200 && status <= 999);
    if (connection == NULL) {
        http_forget(exchange);
        return;
    }
    size_t told = behind != NULL ? behind->size : size;
    struct http_response response = response_of(exchange, status, content_type, told);
    bool sent = has_body(status) && !exchange->is_head;
    struct shared_frame *frame = write_answer(exchange->server, &response, body, sent ? size : 0);
    if (!hand_over(connection, frame)) {
        http_forget(exchange); // it was the service's when the connection went
        return;
    }
    if (behind != NULL && sent && !connection_queue(connection, behind)) {
        connection_drop(connection);
        http_forget(exchange);
        return;
    }
    finish(exchange, response.close);
}

void http_reply(struct http_exchange *exchange, int status, const char *content_type,
                const void *body, size_t size) {
    answer(exchange, status, content_type, body, size, NULL);
}

void http_reply_text(struct http_exchange *exchange, int status, const char *content_type,
                     struct text *body) {
    struct shared_frame *frame = NULL;
    if (text_error(body) == 0 && body->len > 0)
        frame = shared_frame_take(body->data, body->len, &exchange->server->counts.buffers);
    if (frame != NULL) *body = (struct text){.max = body->max};
    bool lost = frame == NULL && (text_error(body) != 0 || body->len > 0);
    if (lost) {
        char problem[HTTP_PROBLEM_MAX];
        size_t size = http_problem_print(problem, 500, "the answer could not be made");
        text_clear(&exchange->fields);
        answer(exchange, 500, "application/problem+json", problem, size, NULL);
    } else {
        answer(exchange, status, content_type, NULL, 0, frame);
    }
    shared_frame_release(frame);
    text_fini(body);
}

// Keeps what is not looked at yet.
static void keep(struct connection *connection, const uint8_t *data, size_t size) {
    struct server *server = connection->server;
    if (size == 0 || connection->phase == PHASE_DEAD) return;
    connection->rest = malloc(size);
    if (connection->rest == NULL || server->counts.buffers + size > server->limits.buffers_max) {
        connection_drop(connection);
        return;
    }
    memcpy(connection->rest, data, size);
    connection->rest_size = size;
    server->counts.buffers += size;
}

void http_resume(struct connection *connection) {
    char *rest = connection->rest;
    size_t size = connection->rest_size;
    if (size == 0) return;
    connection->rest = NULL;
    connection->rest_size = 0;
    connection->server->counts.buffers -= size;
    if (connection->phase == PHASE_WEBSOCKET)
        websocket_input(connection, (uint8_t *)rest, size);
    else
        http_input(connection, (uint8_t *)rest, size);
    connection_touch(connection);
    free(rest);
}

// Ends the pieces of a head with NULs and makes the request of them. NULL, or why the path is refused.
static const char *fill_request(struct http_exchange *exchange) {
    struct http_parse *parse = &exchange->parse;
    struct http_request *request = &exchange->request;
    char *head = exchange->head, *path = head + parse->at + 1;
    size_t path_size = 0;
    head[parse->line_at + parse->method_size] = '\0';
    head[parse->target_at + parse->target_size] = '\0';
    for (int i = 0; i < parse->field_count; i++) {
        head[parse->fields[i].name_at + parse->fields[i].name_size] = '\0';
        head[parse->fields[i].value_at + parse->fields[i].value_size] = '\0';
    }
    *request = (struct http_request){
        .method = head + parse->line_at,
        .target = head + parse->target_at,
        .path = parse->path_size > 0 ? path : "/",
        .query = parse->query_size > 0 ? head + parse->query_at : "",
        .fields = parse->fields,
        .field_count = parse->field_count,
        .head = head,
        .peer = exchange->connection->peer,
        .is_tls = exchange->connection->tls != NULL,
        .is_1_0 = parse->minor == 0,
        .id = ++exchange->server->counts.requests,
    };
    exchange->is_head = strcmp(request->method, "HEAD") == 0;
    return http_path_decode(head + parse->path_at, parse->path_size, path, &path_size);
}

static void dispatch(struct connection *connection) {
    struct http_exchange *exchange = connection->exchange;
    const struct http_service *service = &connection->server->service;
    exchange->request.body = exchange->body;
    exchange->request.body_size = exchange->body_size;
    connection->fresh = false;
    connection_phase(connection, PHASE_ANSWER);
    service->request(service->self, exchange, &exchange->request);
}

static void go_on(struct connection *connection) {
    static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct shared_frame *frame = shared_frame_alloc(sizeof line - 1, NULL);
    if (frame != NULL) memcpy(frame->data, line, sizeof line - 1);
    (void)hand_over(connection, frame);
}

// The head is whole: what follows, and whether it may.
static void begin_body(struct connection *connection, bool more_is_there) {
    struct http_exchange *exchange = connection->exchange;
    const struct http_parse *parse = &exchange->parse;
    const struct http_service *service = &connection->server->service;
    if (parse->content_length <= 0 && !parse->chunked) {
        dispatch(connection);
        return;
    }
    exchange->body_max = service->body_max != NULL
                             ? service->body_max(service->self, &exchange->request)
                             : connection->server->limits.body_max;
    if (parse->content_length > 0 && (uint64_t)parse->content_length > exchange->body_max) {
        http_refuse(connection, 413, "the body is longer than what is taken here");
        return;
    }
    http_chunked_init(&exchange->chunked);
    connection_phase(connection, PHASE_BODY);
    if (parse->expect_continue && !more_is_there) go_on(connection);
}

static size_t take_head(struct connection *connection, const uint8_t *data, size_t size) {
    struct http_exchange *exchange = connection->exchange;
    size_t before = exchange->head_size, room = HTTP_HEAD_MAX - before;
    size_t part = size < room ? size : room;
    if (!server_reserve(connection->server, &exchange->head, &exchange->head_cap, before + part,
                        HTTP_HEAD_MAX)) {
        http_refuse(connection, 503, "no memory for a request");
        return 0;
    }
    memcpy(exchange->head + before, data, part);
    exchange->head_size += part;
    enum http_parse_result result =
        http_parse(&exchange->parse, exchange->head, exchange->head_size);
    if (result == HTTP_PARSE_MORE) return part;
    if (result == HTTP_PARSE_BAD) {
        http_refuse(connection, exchange->parse.status, exchange->parse.reason);
        return 0;
    }
    size_t used = exchange->parse.at - before;
    size_t whole = exchange->parse.at + 1 + exchange->parse.path_size + 1;
    if (!server_reserve(connection->server, &exchange->head, &exchange->head_cap, whole,
                        HTTP_HEAD_MAX + HTTP_LINE_MAX)) {
        http_refuse(connection, 503, "no memory for a request");
        return 0;
    }
    const char *reason = fill_request(exchange);
    if (reason != NULL) {
        http_refuse(connection, 400, reason);
        return 0;
    }
    begin_body(connection, used < size);
    return used;
}

static bool add_body(struct connection *connection, const char *data, size_t size) {
    struct http_exchange *exchange = connection->exchange;
    size_t need = exchange->body_size + size;
    if (need > exchange->body_max) {
        http_refuse(connection, 413, "the body is longer than what is taken here");
        return false;
    }
    // A NUL behind it, as behind every other text of a request.
    if (!server_reserve(connection->server, &exchange->body, &exchange->body_cap, need + 1,
                        exchange->body_max + 1)) {
        http_refuse(connection, 503, "no memory for a body");
        return false;
    }
    if (size > 0) memcpy(exchange->body + exchange->body_size, data, size);
    exchange->body_size = need;
    exchange->body[need] = '\0';
    return true;
}

static size_t take_chunked(struct connection *connection, const char *data, size_t size) {
    struct http_exchange *exchange = connection->exchange;
    struct http_span span;
    size_t used = 0;
    enum http_parse_result result = http_chunked(&exchange->chunked, data, size, &used, &span);
    if (result == HTTP_PARSE_BAD) {
        http_refuse(connection, 400, exchange->chunked.reason);
        return 0;
    }
    if (span.size > 0 && !add_body(connection, span.data, span.size)) return 0;
    if (result == HTTP_PARSE_DONE) dispatch(connection);
    return used;
}

static size_t take_body(struct connection *connection, const char *data, size_t size) {
    struct http_exchange *exchange = connection->exchange;
    if (exchange->parse.chunked) return take_chunked(connection, data, size);
    size_t left = (size_t)exchange->parse.content_length - exchange->body_size;
    size_t part = size < left ? size : left;
    if (!add_body(connection, data, part)) return 0;
    if (part == left) dispatch(connection);
    return part;
}

static bool begin_request(struct connection *connection) {
    connection->exchange = exchange_new(connection);
    if (connection->exchange == NULL) {
        connection_drop(connection);
        return false;
    }
    connection_phase(connection, PHASE_HEAD);
    return true;
}

void http_input(struct connection *connection, uint8_t *data, size_t size) {
    while (size > 0) {
        size_t used = 0;
        bool full = connection->out.bytes > SERVER_OUTPUT_HIGH;
        if (connection->phase == PHASE_IDLE && !full && !begin_request(connection)) return;
        if (connection->phase == PHASE_HEAD)
            used = take_head(connection, data, size);
        else if (connection->phase == PHASE_BODY)
            used = take_body(connection, (const char *)data, size);
        else if (connection->phase == PHASE_WEBSOCKET)
            break;
        else if (connection->phase >= PHASE_ENDING)
            return;
        else
            break;
        data += used;
        size -= used;
    }
    keep(connection, data, size);
}

int64_t http_body_deadline(const struct connection *connection) {
    const struct server_limits *limits = &connection->server->limits;
    int64_t came = (int64_t)connection->exchange->body_size;
    return connection->since_ns + limits->body_grace_ns +
           came / limits->body_bytes_per_s * NS_PER_S;
}

void http_timeout(struct connection *connection) {
    if (connection->phase == PHASE_HEAD || connection->phase == PHASE_BODY)
        http_refuse(connection, 408, "the request did not come in time");
    else
        connection_drop(connection);
}
