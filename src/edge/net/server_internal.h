// SPDX-License-Identifier: Apache-2.0
// What the parts of the server know of each other: server.c (the loop), server_connection.c (sockets and their times),
// server_http.c (requests and answers), server_websocket.c, server_queue.c (what was posted, timers).
//
// Nothing calls a service's code out of another call of it: what a callback begins (an answer, a message, an end) is
// noted at the connection, and done when the loop settles at the end of its turn. Connections that are through are
// forgotten at that point too, so that every pointer of a turn stays good during the turn.
#ifndef FULMAR_EDGE_NET_SERVER_INTERNAL_H
#define FULMAR_EDGE_NET_SERVER_INTERNAL_H

#include <pthread.h>

#include "base/arena.h"
#include "base/heap.h"
#include "base/map.h"
#include "edge/net/http_chunked.h"
#include "edge/net/http_response.h"
#include "edge/net/server.h"
#include "edge/net/shared_frame.h"
#include "edge/net/tls.h"
#include "edge/net/websocket_frame.h"

enum {
    SERVER_INPUT_SIZE = 64 * 1024,  // one read
    SERVER_OUTPUT_HIGH = 64 * 1024, // answers that wait: no further request is looked at
    SERVER_TICK_MS = 250,           // how finely deadlines are kept
};
#define SERVER_NEVER INT64_MAX

enum phase {
    PHASE_IDLE,      // before the first byte of a request
    PHASE_HEAD,      // of a request
    PHASE_BODY,      // of a request
    PHASE_ANSWER,    // the service's turn
    PHASE_WEBSOCKET, // upgraded
    PHASE_ENDING,    // what is queued goes out, then the connection is shut
    PHASE_LINGER,    // shut for writing: input is thrown away until the other side shuts too
    PHASE_DEAD,      // closed; forgotten when the turn ends
};

struct connection {
    struct server *server;
    struct tls_session *tls; // NULL: none
    struct http_exchange *exchange;
    struct websocket *socket;
    struct connection *next; // in the list of the dirty, or of the dead
    struct frame_queue out;
    char *rest; // input that is not looked at yet
    size_t rest_size;
    struct net_address peer;
    uint64_t peer_key;
    int64_t since_ns;  // the phase began
    int64_t input_ns;  // bytes came
    int64_t output_ns; // bytes went, or began to wait
    int64_t ending_ns; // how long PHASE_ENDING may last
    uint32_t slot, events;
    int fd;
    uint8_t phase;
    bool dirty;   // in the list
    bool fresh;   // no request yet
    bool counted; // among those of its address
    bool blocked; // the socket takes no more at the moment
    bool eof;     // the other side has shut
};

struct http_exchange {
    struct connection *connection; // NULL: the client is gone
    struct server *server;
    struct http_exchange *before, *after; // among those of the server
    struct http_request request;
    char *head; // what came, pieces ended by NULs once it is whole; the decoded path behind it
    size_t head_size, head_cap;
    char *body;
    size_t body_size, body_cap, body_max;
    struct http_chunked chunked;
    struct text fields; // of the answer
    bool close, is_head;
    struct http_parse parse;
};

struct websocket {
    struct connection *connection; // NULL: closed, the handler is not told yet
    struct server *server;
    struct websocket *next; // in the list of those closed
    const struct websocket_handler *handler;
    void *self;
    struct websocket_reader reader;
    uint8_t *message; // what of it came in earlier pieces
    size_t message_size, message_cap;
    struct net_address peer;
    bool close_sent;
    bool was_blocked;
    bool pinged;
    int code; // that `close` is told
};

struct server_call {
    void (*run)(void *arg);
    void *arg;
};

struct server_timers {
    struct heap heap;
    struct server_call *calls; // by the heap's value
    uint32_t *free;
    uint32_t free_count;
    uint64_t births;
};

// A ring that grows up to its limit; the one thing that other threads touch.
struct server_posts {
    pthread_mutex_t lock;
    struct server_call *calls;
    uint32_t first, count, cap;
    int event_fd;
};

struct server {
    struct http_service service;
    struct server_limits limits;
    struct server_counts counts;
    struct tls *tls;
    int epoll_fd, listen_fd;
    uint16_t port;
    bool draining, listening;
    int64_t (*clock)(void *self);
    void *clock_self;
    int64_t now_ns, sweep_ns, shutdown_ns;
    int64_t date_s;
    char date[HTTP_DATE_SIZE];
    char *common; // NULL: none
    struct net_range *trusted;
    size_t trusted_count;
    struct arena arena;
    struct connection *connections; // by slot
    int64_t *deadlines;             // by slot, SERVER_NEVER: none
    uint32_t *free;
    uint32_t free_count, top; // slots from `top` on were never used
    struct map of_one;        // key of an address -> its connections
    uint64_t seed;
    struct connection *dirty, *dead;
    struct websocket *closed;
    struct http_exchange *exchanges;
    struct server_timers timers;
    struct server_posts posts;
    uint8_t *input; // SERVER_INPUT_SIZE
};

// server_connection.c
void connection_accept(struct server *server);
void connection_event(struct connection *connection, uint32_t events);
void connection_phase(struct connection *connection, enum phase phase);
void connection_touch(struct connection *connection); // looked at when the turn ends
bool connection_queue(struct connection *connection, struct shared_frame *frame);
void connection_end(struct connection *connection, int64_t within_ns); // once what is queued is out
void connection_drop(struct connection *connection);                   // at once
void connection_settle(struct server *server);
void connection_sweep(struct server *server);

// server_http.c: `data` is what came; what is not looked at is kept in connection->rest.
void http_input(struct connection *connection, uint8_t *data, size_t size);
void http_resume(struct connection *connection);
void http_refuse(struct connection *connection, int status, const char *reason);
void http_timeout(struct connection *connection);
void http_forget(struct http_exchange *exchange);
int64_t http_body_deadline(const struct connection *connection);

// server_websocket.c
void websocket_input(struct connection *connection, uint8_t *data, size_t size);
void websocket_timeout(struct connection *connection);
void websocket_flushed(struct connection *connection);
void websocket_lost(struct websocket *socket,
                    int code); // off its connection; told when the turn ends
void websocket_tell_closed(struct server *server);
int64_t websocket_deadline(const struct connection *connection);

// server_queue.c
int server_queues_init(struct server *server) MUST_USE;
void server_queues_fini(struct server *server);
void server_run_posts(struct server *server);
void server_run_timers(struct server *server);
int64_t server_next_timer(const struct server *server); // SERVER_NEVER: none

// A buffer that doubles up to `max` and is counted among the server's; false, unchanged, where that cannot be.
bool server_reserve(struct server *server, char **data, size_t *cap, size_t need, size_t max);
void server_release(struct server *server, char **data, size_t *cap);

#endif
