// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/net/server_internal.h"
#include "edge/net/websocket_key.h"

enum { SILENT_PINGS = 3 };

static struct shared_frame *make_frame(int opcode, const void *data, size_t size,
                                       uint64_t *account) {
    uint8_t header[WEBSOCKET_SERVER_HEADER_MAX];
    size_t header_size = websocket_header_write(header, opcode, size);
    struct shared_frame *frame = shared_frame_alloc(header_size + size, account);
    if (frame == NULL) return NULL;
    memcpy(frame->data, header, header_size);
    if (size > 0) memcpy(frame->data + header_size, data, size);
    return frame;
}

struct shared_frame *shared_frame_new(enum websocket_opcode opcode, const void *data, size_t size) {
    return make_frame(opcode, data, size, NULL);
}

// A control frame, whatever waits before it.
static bool send_control(struct websocket *socket, int opcode, const void *data, size_t size) {
    struct shared_frame *frame = make_frame(opcode, data, size, &socket->server->counts.buffers);
    bool queued = frame != NULL && connection_queue(socket->connection, frame);
    shared_frame_release(frame);
    if (!queued) connection_drop(socket->connection);
    return queued;
}

// Its connection does not know it any more; the handler is told when the turn ends.
void websocket_lost(struct websocket *socket, int code) {
    struct server *server = socket->server;
    socket->connection->socket = NULL;
    socket->connection = NULL;
    if (!socket->close_sent || socket->code == 0) socket->code = code;
    socket->close_sent = true;
    socket->next = server->closed;
    server->closed = socket;
}

static void socket_free(struct websocket *socket) {
    socket->server->counts.buffers -= socket->message_cap;
    free(socket->message);
    free(socket);
}

void websocket_tell_closed(struct server *server) {
    struct websocket *list = server->closed;
    server->closed = NULL;
    while (list != NULL) {
        struct websocket *socket = list;
        list = socket->next;
        socket->handler->close(socket->self, socket, socket->code);
        socket_free(socket);
    }
}

size_t websocket_pending(const struct websocket *socket) {
    return socket->connection != NULL ? socket->connection->out.bytes : 0;
}

void *websocket_self(const struct websocket *socket) {
    return socket->self;
}

int websocket_send_shared(struct websocket *socket, struct shared_frame *frame) {
    if (socket->close_sent) return ERR_FULL;
    size_t pending = socket->connection->out.bytes;
    if (pending + frame->size > socket->server->limits.websocket_queue_max) return ERR_FULL;
    return connection_queue(socket->connection, frame) ? 0 : ERR_FULL;
}

int websocket_send(struct websocket *socket, enum websocket_opcode opcode, const void *data,
                   size_t size) {
    struct server *server = socket->server;
    if (socket->close_sent || size > server->limits.websocket_queue_max) return ERR_FULL;
    if (server->counts.buffers + size > server->limits.buffers_max) return ERR_FULL;
    struct shared_frame *frame = make_frame(opcode, data, size, &server->counts.buffers);
    if (frame == NULL) return ERR_FULL;
    int rc = websocket_send_shared(socket, frame);
    shared_frame_release(frame);
    return rc;
}

static bool send_close(struct websocket *socket, int code, const char *reason) {
    uint8_t payload[WEBSOCKET_CONTROL_MAX];
    size_t size = websocket_close_write(payload, code, reason);
    socket->close_sent = true;
    socket->code = code;
    return send_control(socket, WEBSOCKET_CLOSE, payload, size);
}

void websocket_close(struct websocket *socket, int code, const char *reason) {
    if (socket->close_sent) return;
    if (send_close(socket, code, reason))
        connection_phase(socket->connection, PHASE_WEBSOCKET); // the time begins
}

// Says the last word to the other side and lets the connection end.
static void end(struct websocket *socket) {
    struct connection *connection = socket->connection;
    connection_end(connection, socket->server->limits.close_ns);
    websocket_lost(socket, socket->code);
}

void websocket_cut(struct websocket *socket, int code, const char *reason) {
    if (socket->connection == NULL) return;
    frame_queue_clear(&socket->connection->out, false);
    if (socket->close_sent || send_close(socket, code, reason)) end(socket);
}

// What was queued is cut short by a fault of the other side's: tell which, and end.
static void fail(struct websocket *socket, int code) {
    if (socket->close_sent || send_close(socket, code, NULL)) end(socket);
}

// The other side closes: its code goes back, unless ours was first.
static void take_close(struct websocket *socket) {
    int code = socket->reader.code;
    bool first = !socket->close_sent;
    if (first && !send_close(socket, code, NULL)) return;
    if (first) socket->code = code;
    end(socket);
}

// A message that came in pieces is put together.
static bool add_piece(struct websocket *socket, struct websocket_piece piece) {
    struct server *server = socket->server;
    char *data = (char *)socket->message;
    bool room =
        server_reserve(server, &data, &socket->message_cap, socket->message_size + piece.size,
                       server->limits.websocket_message_max);
    socket->message = (uint8_t *)data;
    if (!room) return false;
    if (piece.size > 0) memcpy(socket->message + socket->message_size, piece.data, piece.size);
    socket->message_size += piece.size;
    return true;
}

static void deliver(struct websocket *socket, int kind, const void *data, size_t size) {
    socket->server->counts.messages_in++;
    socket->handler->message(socket->self, socket, (enum websocket_opcode)kind, data, size);
}

// `kind` is text or binary: what the message was until it ended.
static void take_message(struct websocket *socket, int kind, struct websocket_piece piece,
                         bool ends) {
    if (socket->close_sent) return;
    if (ends && socket->message_size == 0) {
        deliver(socket, kind, piece.data, piece.size);
        return;
    }
    if (!add_piece(socket, piece)) {
        fail(socket, WEBSOCKET_TRY_LATER);
        return;
    }
    if (!ends) return;
    deliver(socket, kind, socket->message, socket->message_size);
    char *data = (char *)socket->message;
    server_release(socket->server, &data, &socket->message_cap);
    socket->message = NULL;
    socket->message_size = 0;
}

static void take_event(struct websocket *socket, enum websocket_event event, int kind,
                       struct websocket_piece piece) {
    switch (event) {
    case WEBSOCKET_EVENT_DATA:
    case WEBSOCKET_EVENT_MESSAGE:
        take_message(socket, kind, piece, event == WEBSOCKET_EVENT_MESSAGE);
        break;
    case WEBSOCKET_EVENT_PING:
        // Who does not read answers is not owed more of them.
        if (!socket->close_sent && socket->connection->out.bytes <= SERVER_OUTPUT_HIGH)
            (void)send_control(socket, WEBSOCKET_PONG, piece.data, piece.size);
        break;
    case WEBSOCKET_EVENT_CLOSE:
        take_close(socket);
        break;
    case WEBSOCKET_EVENT_BAD:
        fail(socket, socket->reader.code);
        break;
    default:
        break;
    }
}

void websocket_input(struct connection *connection, uint8_t *data, size_t size) {
    struct websocket *socket = connection->socket;
    socket->pinged = false;
    // The loop ends when the connection has another phase: then the socket is no longer its own.
    for (size_t used; connection->phase == PHASE_WEBSOCKET; data += used, size -= used) {
        struct websocket_piece piece;
        enum websocket_event event = websocket_read(&socket->reader, data, size, &used, &piece);
        if (event == WEBSOCKET_EVENT_MORE) break;
        take_event(socket, event, socket->reader.message_kind, piece);
    }
}

int64_t websocket_deadline(const struct connection *connection) {
    const struct server_limits *limits = &connection->server->limits;
    const struct websocket *socket = connection->socket;
    if (socket->close_sent) return connection->since_ns + limits->close_ns;
    int64_t silences = socket->pinged ? SILENT_PINGS : 1;
    return connection->input_ns + silences * limits->websocket_ping_ns;
}

void websocket_timeout(struct connection *connection) {
    struct websocket *socket = connection->socket;
    if (socket->close_sent || socket->pinged) {
        connection_drop(connection);
        return;
    }
    connection->server->counts.timeouts--; // it may well be there
    socket->pinged = true;
    (void)send_control(socket, WEBSOCKET_PING, NULL, 0);
}

void websocket_flushed(struct connection *connection) {
    struct websocket *socket = connection->socket;
    if (connection->out.bytes > 0) {
        socket->was_blocked = true;
        return;
    }
    if (!socket->was_blocked) return;
    socket->was_blocked = false;
    if (socket->handler->writable != NULL && !socket->close_sent)
        socket->handler->writable(socket->self, socket);
}

static bool is_handshake(const struct http_exchange *exchange) {
    const struct http_request *request = &exchange->request;
    const char *version = http_request_field(request, "Sec-WebSocket-Version");
    return strcmp(request->method, "GET") == 0 && exchange->parse.minor > 0 &&
           exchange->parse.upgrade && http_request_has(request, "Upgrade", "websocket") &&
           version != NULL && strcmp(version, "13") == 0 && request->body_size == 0;
}

static void answer_no(struct http_exchange *exchange, bool is_handshake) {
    char body[HTTP_PROBLEM_MAX];
    int status = is_handshake ? 400 : 426;
    size_t size = http_problem_print(body, status,
                                     is_handshake ? "Sec-WebSocket-Key is not 16 bytes in base64"
                                                  : "a WebSocket of version 13 is spoken here");
    if (!is_handshake) {
        (void)http_header(exchange, "Upgrade", "websocket");
        (void)http_header(exchange, "Sec-WebSocket-Version", "13");
    }
    http_reply(exchange, status, "application/problem+json", body, size);
}

static struct shared_frame *write_switch(struct http_exchange *exchange, const char *accept,
                                         const char *protocol) {
    struct server *server = exchange->server;
    struct text head;
    text_init(&head, 64 * 1024);
    text_printf(&head,
                "HTTP/1.1 101 Switching Protocols\r\nDate: %s\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n",
                server->date, accept);
    if (protocol != NULL) text_printf(&head, "Sec-WebSocket-Protocol: %s\r\n", protocol);
    if (server->common != NULL) text_add(&head, server->common);
    text_add(&head, text_string(&exchange->fields));
    text_add(&head, "\r\n");
    struct shared_frame *frame = text_error(&head) == 0 ? shared_frame_alloc(head.len, NULL) : NULL;
    if (frame != NULL) memcpy(frame->data, head.data, head.len);
    text_fini(&head);
    return frame;
}

static struct websocket *socket_new(struct connection *connection,
                                    const struct websocket_handler *handler, void *self) {
    struct websocket *socket = calloc(1, sizeof *socket);
    if (socket == NULL) return NULL;
    socket->connection = connection;
    socket->server = connection->server;
    socket->handler = handler;
    socket->self = self;
    socket->peer = connection->peer;
    websocket_reader_init(&socket->reader, connection->server->limits.websocket_message_max);
    return socket;
}

struct websocket *http_upgrade(struct http_exchange *exchange,
                               const struct websocket_handler *handler, void *self,
                               const char *protocol) {
    struct connection *connection = exchange->connection;
    const char *key = http_request_field(&exchange->request, "Sec-WebSocket-Key");
    char accept[WEBSOCKET_ACCEPT_SIZE];
    CHECK(protocol == NULL || http_field_valid("x", protocol));
    bool handshake = is_handshake(exchange);
    if (connection == NULL || !handshake || key == NULL || !websocket_accept(key, accept)) {
        answer_no(exchange, handshake);
        return NULL;
    }
    struct shared_frame *frame = write_switch(exchange, accept, protocol);
    struct websocket *socket = socket_new(connection, handler, self);
    bool sound = frame != NULL && socket != NULL && connection_queue(connection, frame);
    shared_frame_release(frame);
    if (!sound) {
        free(socket);
        connection_drop(connection);
        http_forget(exchange);
        return NULL;
    }
    connection->exchange = NULL;
    http_forget(exchange);
    connection->socket = socket;
    connection_phase(connection, PHASE_WEBSOCKET);
    connection->server->counts.upgrades++;
    return socket;
}
