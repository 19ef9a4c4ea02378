// SPDX-License-Identifier: Apache-2.0
// The loop: one thread, epoll, an HTTP/1.1 and WebSocket server with or without TLS.
//
// Everything here belongs to the thread that calls server_run (or server_step), except server_post. Callbacks of a
// service run on that thread and must not wait for anything: what takes longer is done elsewhere and comes back by
// server_post.
//
// What a service does not see: requests that are not HTTP as RFC 9112 writes it, or that could be read in two ways, are
// answered 400 and their connection is closed; so are those that exceed a limit (400, 408, 413, 417, 429, 503, 505).
// Such an answer is application/problem+json (RFC 9457). Requests of a connection are answered in order, one at a time:
// the next is looked at when the one before it was answered.
#ifndef FULMAR_EDGE_NET_SERVER_H
#define FULMAR_EDGE_NET_SERVER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "edge/net/address.h"
#include "edge/net/http_parse.h"

struct server;
struct http_exchange;
struct websocket;
struct shared_frame;

// A request, whole. It and all that it points to live until its exchange is answered. Texts end with a NUL and hold
// none inside.
struct http_request {
    const char *method; // as it came; methods are case-sensitive
    const char *target; // as it came
    const char *
        path; // decoded once: UTF-8, begins with '/', no control characters, no "." or ".." between slashes,
    // no slash that came encoded; "*" for OPTIONS *
    const char
        *query; // what follows '?', as it came (http_query_next decodes it); "" where there is none
    const struct http_field *fields; // in the order in which they came
    size_t field_count;
    const char *head; // where the offsets of fields point to
    const void *body; // the content, without its transfer coding; NULL when empty
    size_t body_size;
    struct net_address peer; // the other end of the connection; see net/forwarded.h
    bool is_tls;
    bool is_1_0;
    uint64_t id; // of this request in this process: 1, 2, ...
};

// The value of a field, blanks around it taken off; NULL when there is none. Names compare without case. Fields of
// which a request may have one alone (Host, Authorization, Content-Type, Origin, ...) do not come twice: that is 400.
const char *http_request_field(const struct http_request *request, const char *name);
// True when a comma-separated field has the word, without case: ("connection", "upgrade").
bool http_request_has(const struct http_request *request, const char *name, const char *word);

// A service decides what requests mean. Only `request` has to be there.
struct http_service {
    void *self;
    // Answers now or later, on the loop's thread, exactly once.
    void (*request)(void *self, struct http_exchange *exchange, const struct http_request *request);
    // The most bytes that the body of this request may have, asked when its head is there; NULL: limits.body_max.
    size_t (*body_max)(void *self, const struct http_request *request);
    // False: the connection is closed before anything of it is read. NULL: everybody may come.
    bool (*admit)(void *self, const struct net_address *peer);
};

// The request of an exchange; valid until the exchange is answered.
const struct http_request *http_exchange_request(const struct http_exchange *exchange);
// True when the client is gone: an answer is due all the same and goes nowhere.
bool http_exchange_gone(const struct http_exchange *exchange);

// Adds a field to the answer. ERR_ARGUMENT, and nothing is added, when the name is no token, the value has control
// characters, or the field is the server's own (Content-Length, Connection, Date, Transfer-Encoding); ERR_FULL when the
// head would exceed 16 KB.
int http_header(struct http_exchange *exchange, const char *name, const char *value);

// Answers. The exchange is gone afterwards. `content_type` NULL: no such field. The length is told by the server; to
// HEAD, and with 204 and 304, no body is sent (HEAD and 304 tell the length that it would have).
void http_reply(struct http_exchange *exchange, int status, const char *content_type,
                const void *body, size_t size);
// The same with the bytes of a text, which is empty afterwards. A text at fault answers 500.
void http_reply_text(struct http_exchange *exchange, int status, const char *content_type,
                     struct text *body);
// The connection is closed after this answer.
void http_close_after(struct http_exchange *exchange);

enum websocket_opcode { WEBSOCKET_TEXT = 1, WEBSOCKET_BINARY = 2 };

// What happens to a connection that was upgraded, after http_upgrade has returned. Only `message` and `close` have to
// be there.
struct websocket_handler {
    // A whole message. Text is UTF-8. `data` is valid during the call.
    void (*message)(void *self, struct websocket *socket, enum websocket_opcode opcode,
                    const void *data, size_t size);
    // Everything that was queued is with the system, after a time in which it was not.
    void (*writable)(void *self, struct websocket *socket);
    // The last call: `socket` is no more when it returns. `code` is the other side's, or 1005 (none was given), 1006
    // (the connection broke or timed out), or what this server closed with.
    void (*close)(void *self, struct websocket *socket, int code);
};

// Answers a WebSocket handshake (RFC 6455, 13) and turns the connection into a WebSocket. `protocol` is the subprotocol
// chosen out of those offered, or NULL. Fields added with http_header go along. NULL when it cannot be: the request is
// no handshake (426 or 400 was answered) or the client is gone; the exchange is answered in every case. Whose page asks
// (Origin) and who the user is, is the service's to check before.
struct websocket *http_upgrade(struct http_exchange *exchange,
                               const struct websocket_handler *handler, void *self,
                               const char *protocol);

// Queues a message. ERR_FULL (no story) when more than limits.websocket_queue_max bytes would wait, or the socket is
// closing: nothing is queued then. Nothing is sent before the loop is back from its callbacks.
int websocket_send(struct websocket *socket, enum websocket_opcode opcode, const void *data,
                   size_t size) MUST_USE;

// One message for many receivers, encoded once. Made with one reference, which is the caller's; NULL without memory.
struct shared_frame *shared_frame_new(enum websocket_opcode opcode, const void *data, size_t size);
void shared_frame_release(struct shared_frame *frame);
int websocket_send_shared(struct websocket *socket, struct shared_frame *frame) MUST_USE;

size_t
websocket_pending(const struct websocket *socket); // bytes queued and not yet with the system
void *websocket_self(const struct websocket *socket);
// Sends what is queued and a close frame (code 1000 to 4999 as RFC 6455, 7.4 allows; reason of at most 123 bytes,
// or NULL), and waits limits.close_ns for the other side's. `close` of the handler is called later, once; no message
// comes any more. A second call does nothing.
void websocket_close(struct websocket *socket, int code, const char *reason);
// The same at once: what is queued is thrown away, and nobody is waited for. For consumers that are too slow.
void websocket_cut(struct websocket *socket, int code, const char *reason);

// Limits and times. server_limits_init sets what stands behind each.
struct server_limits {
    uint32_t connections; // 16384; one more is answered 503
    uint32_t
        connections_of_one; // 64 of one IPv4 address or IPv6 /64; one more is answered 429. 0: any number
    size_t body_max;        // 1 MiB; more is answered 413
    size_t
        buffers_max; // 512 MiB of heads, bodies and answers of all connections; more is answered 503
    size_t websocket_message_max; // 64 KiB from a client; more is closed with 1009
    size_t websocket_queue_max;   // 4 MiB to a client
    int64_t
        header_ns; // 10 s from the first byte of a request (or the connection) to the end of its head
    int64_t body_grace_ns;    // 20 s for a body; from then on it has to have come with
    int64_t body_bytes_per_s; // 1000 on average
    int64_t write_stall_ns;   // 30 s in which nothing was taken by the client
    int64_t idle_ns;          // 60 s between requests
    int64_t
        websocket_ping_ns; // 30 s of silence, then a ping; after three times that the connection is cut
    int64_t close_ns;      // 5 s for the other side of a close
    int64_t shutdown_ns; // 10 s for what is under way when the loop is told to stop
};
void server_limits_init(struct server_limits *ret_limits);

struct server_options {
    const char *address;         // "127.0.0.1", "::1", "0.0.0.0"; "::" takes IPv4 as well
    uint16_t port;               // 0: any that is free
    const char *tls_certificate; // PEM, the chain; NULL: no TLS
    const char *tls_key;         // PEM, readable by its owner alone
    // Field lines that every answer has, its own errors included: "Name: value\r\n" each. NULL: none.
    const char *common_fields;
    // Whose connections are not counted by limits.connections_of_one: proxies of ours. Copied.
    struct net_ranges trusted;
    struct server_limits limits;
    // Nanoseconds of a clock that does not go back; NULL: the system's. For tests.
    int64_t (*clock)(void *self);
    void *clock_self;
};

// ERR_ARGUMENT, ERR_IO (the address is taken, ...), ERR_NOMEM, and what tls.h says. Ignores SIGPIPE in the process.
// `service` is copied.
int server_open(const struct server_options *options, const struct http_service *service,
                struct server **ret_server) MUST_USE;
uint16_t server_port(const struct server *server);

// Runs until *stop is not 0; then accepts nobody, answers what is under way, closes WebSockets with 1001, and returns
// when nobody is left or after limits.shutdown_ns. Looks at *stop at least four times a second.
int server_run(struct server *server, const volatile sig_atomic_t *stop) MUST_USE;
// Waits at most timeout_ms (-1: until the next timer) and does what is due.
int server_step(struct server *server, int timeout_ms) MUST_USE;
// Begins the end that server_run makes; server_connections tells when it has come.
void server_drain(struct server *server);
uint32_t server_connections(const struct server *server);

// Closes every connection (`close` of WebSockets is called, with 1001), runs what was posted, and forgets exchanges
// that are not answered: whoever works on one has to be stopped before. NULL is fine.
void server_close(struct server *server);

// Runs fn(arg) on the loop, after whatever was posted before. From any thread. ERR_FULL (no story) when 65,536 wait.
int server_post(struct server *server, void (*fn)(void *arg), void *arg) MUST_USE;
// Runs fn(arg) on the loop once, `delay_ns` from now or later. ERR_FULL (no story) when 4,096 wait.
int server_timer(struct server *server, int64_t delay_ns, void (*fn)(void *arg),
                 void *arg) MUST_USE;
int64_t
server_now_ns(const struct server *server); // of the loop's clock, as this turn of the loop began

// What has happened since server_open.
struct server_counts {
    uint64_t accepted;
    uint64_t refused; // over a limit of connections, or not admitted
    uint64_t requests;
    uint64_t bad_requests; // answered by this layer
    uint64_t timeouts;
    uint64_t upgrades;
    uint64_t messages_in;
    uint64_t frames_out;
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t buffers; // bytes held now
};
const struct server_counts *server_counts(const struct server *server);

#endif
