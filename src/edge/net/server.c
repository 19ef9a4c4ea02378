// SPDX-License-Identifier: Apache-2.0
#include "edge/net/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/net/server_internal.h"

enum { EVENTS_MAX = 256, BACKLOG = 1024 };
// What an event is of, where it is no connection's.
#define EVENT_LISTEN UINT32_MAX
#define EVENT_POSTS (UINT32_MAX - 1)

void server_limits_init(struct server_limits *ret_limits) {
    *ret_limits = (struct server_limits){
        .connections = 16384,
        .connections_of_one = 64,
        .body_max = 1 << 20,
        .buffers_max = (size_t)512 << 20,
        .websocket_message_max = 64 * 1024,
        .websocket_queue_max = 4 << 20,
        .header_ns = 10 * NS_PER_S,
        .body_grace_ns = 20 * NS_PER_S,
        .body_bytes_per_s = 1000,
        .write_stall_ns = 30 * NS_PER_S,
        .idle_ns = 60 * NS_PER_S,
        .websocket_ping_ns = 30 * NS_PER_S,
        .close_ns = 5 * NS_PER_S,
        .shutdown_ns = 10 * NS_PER_S,
    };
}

static int64_t system_clock(void *self) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

// The turn's time, and the Date of its answers.
static void read_clocks(struct server *server) {
    struct timespec now;
    server->now_ns = server->clock(server->clock_self);
    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec == server->date_s) return;
    server->date_s = now.tv_sec;
    http_date_print(server->date, now.tv_sec);
}

static int sys_fail(const char *what) {
    return ERR_SET(ERR_IO, "cannot %s: %s", what, strerror(errno));
}

static socklen_t socket_address(const struct net_address *address, bool any_family, uint16_t port,
                                struct sockaddr_storage *ret_to) {
    memset(ret_to, 0, sizeof *ret_to);
    if (address->ipv4 && !any_family) {
        struct sockaddr_in *in = (void *)ret_to;
        in->sin_family = AF_INET;
        in->sin_port = htons(port);
        memcpy(&in->sin_addr, address->bytes + 12, 4);
        return sizeof *in;
    }
    struct sockaddr_in6 *in = (void *)ret_to;
    in->sin6_family = AF_INET6;
    in->sin6_port = htons(port);
    memcpy(&in->sin6_addr, address->bytes, NET_ADDRESS_SIZE);
    return sizeof *in;
}

static int bind_to(struct server *server, const char *text, uint16_t port) {
    struct net_address address;
    struct sockaddr_storage to;
    int one = 1, zero = 0;
    if (net_address_parse(text, strlen(text), &address) < 0)
        return ERR_SET(ERR_ARGUMENT, "'%s' is no address to listen at; 127.0.0.1 is", text);
    socklen_t size = socket_address(&address, false, port, &to);
    server->listen_fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (server->listen_fd < 0) return sys_fail("make a socket");
    (void)setsockopt(server->listen_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (to.ss_family == AF_INET6)
        (void)setsockopt(server->listen_fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
    if (bind(server->listen_fd, (struct sockaddr *)&to, size) != 0 ||
        listen(server->listen_fd, BACKLOG) != 0)
        return ERR_SET(ERR_IO, "cannot listen at %s port %d: %s", text, port, strerror(errno));
    size = sizeof to;
    if (getsockname(server->listen_fd, (struct sockaddr *)&to, &size) != 0)
        return sys_fail("tell the port");
    server->port = ntohs(to.ss_family == AF_INET ? ((struct sockaddr_in *)(void *)&to)->sin_port
                                                 : ((struct sockaddr_in6 *)(void *)&to)->sin6_port);
    return 0;
}

static int watch(struct server *server, int fd, uint32_t what) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = what}};
    if (epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
        return sys_fail("watch a socket");
    return 0;
}

static size_t arena_size(uint32_t connections) {
    size_t one = sizeof(struct connection) + sizeof(int64_t) + sizeof(uint32_t) +
                 3 * sizeof(struct map_slot);
    return connections * one + SERVER_INPUT_SIZE + (1 << 20);
}

static int make_tables(struct server *server) {
    uint32_t connections = server->limits.connections;
    struct arena *arena = &server->arena;
    TRY(arena_init(arena, arena_size(connections)));
    server->connections = ARENA_NEW(arena, struct connection, connections);
    server->deadlines = ARENA_NEW(arena, int64_t, connections);
    server->free = ARENA_NEW(arena, uint32_t, connections);
    server->input = ARENA_NEW(arena, uint8_t, SERVER_INPUT_SIZE);
    if (server->connections == NULL || server->deadlines == NULL || server->free == NULL ||
        server->input == NULL)
        return ERR_NOMEM;
    TRY(map_init(&server->of_one, arena, connections));
    for (uint32_t i = 0; i < connections; i++) {
        server->free[i] = connections - 1 - i;
        server->deadlines[i] = SERVER_NEVER;
    }
    server->free_count = connections;
    TRY(server_queues_init(server));
    arena_seal(arena);
    return 0;
}

static int copy_options(struct server *server, const struct server_options *options) {
    size_t count = options->trusted.count;
    server->limits = options->limits;
    server->clock = options->clock != NULL ? options->clock : system_clock;
    server->clock_self = options->clock_self;
    if (options->limits.connections == 0 || options->limits.body_bytes_per_s <= 0)
        return ERR_SET(ERR_ARGUMENT, "a server of no connections or with no rate of bodies");
    if (options->common_fields != NULL && !http_fields_valid(options->common_fields))
        return ERR_SET(ERR_ARGUMENT, "the fields of every answer are no field lines");
    if (options->common_fields != NULL) {
        server->common = strdup(options->common_fields);
        if (server->common == NULL) return ERR_SET(ERR_NOMEM, "no memory for a server");
    }
    server->trusted = calloc(count + 1, sizeof *server->trusted);
    if (server->trusted == NULL) return ERR_SET(ERR_NOMEM, "no memory for a server");
    for (size_t i = 0; i < count; i++) server->trusted[i] = options->trusted.items[i];
    server->trusted_count = count;
    return 0;
}

static int open_all(struct server *server, const struct server_options *options) {
    TRY(copy_options(server, options));
    TRY(make_tables(server));
    if (getrandom(&server->seed, sizeof server->seed, 0) != sizeof server->seed)
        return sys_fail("draw a random number");
    if (options->tls_certificate != NULL)
        TRY(tls_open(options->tls_certificate, options->tls_key, &server->tls));
    server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (server->epoll_fd < 0) return sys_fail("make an epoll");
    TRY(bind_to(server, options->address, options->port));
    TRY(watch(server, server->listen_fd, EVENT_LISTEN));
    TRY(watch(server, server->posts.event_fd, EVENT_POSTS));
    server->listening = true;
    read_clocks(server);
    return 0;
}

int server_open(const struct server_options *options, const struct http_service *service,
                struct server **ret_server) {
    struct server *server = calloc(1, sizeof *server);
    if (server == NULL) return ERR_SET(ERR_NOMEM, "no memory for a server");
    server->epoll_fd = server->listen_fd = server->posts.event_fd = -1;
    server->service = *service;
    (void)signal(SIGPIPE, SIG_IGN);
    int rc = open_all(server, options);
    if (rc < 0) {
        server_close(server);
        return rc;
    }
    *ret_server = server;
    return 0;
}

uint16_t server_port(const struct server *server) {
    return server->port;
}

uint32_t server_connections(const struct server *server) {
    return server->limits.connections - server->free_count;
}

int64_t server_now_ns(const struct server *server) {
    return server->now_ns;
}

const struct server_counts *server_counts(const struct server *server) {
    return &server->counts;
}

static int wait_ms(const struct server *server, int timeout_ms) {
    int64_t due = server_next_timer(server);
    int64_t wait = timeout_ms < 0 || timeout_ms > SERVER_TICK_MS ? SERVER_TICK_MS : timeout_ms;
    if (server->dirty != NULL || server->closed != NULL) return 0;
    if (due == SERVER_NEVER) return (int)wait;
    int64_t until = due - server->clock(server->clock_self);
    int64_t ms = until <= 0 ? 0 : (until + NS_PER_MS - 1) / NS_PER_MS;
    return (int)(ms < wait ? ms : wait);
}

static void listen_again(struct server *server) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = EVENT_LISTEN}};
    if (server->listening || server->listen_fd < 0) return;
    server->listening = epoll_ctl(server->epoll_fd, EPOLL_CTL_MOD, server->listen_fd, &event) == 0;
}

static void sweep(struct server *server) {
    if (server->now_ns < server->sweep_ns) return;
    server->sweep_ns = server->now_ns + SERVER_TICK_MS * NS_PER_MS;
    listen_again(server);
    connection_sweep(server);
}

int server_step(struct server *server, int timeout_ms) {
    struct epoll_event events[EVENTS_MAX];
    int count = epoll_wait(server->epoll_fd, events, EVENTS_MAX, wait_ms(server, timeout_ms));
    if (count < 0 && errno != EINTR) return sys_fail("wait for sockets");
    read_clocks(server);
    for (int i = 0; i < count; i++) {
        uint32_t what = events[i].data.u32;
        if (what == EVENT_POSTS)
            server_run_posts(server);
        else if (what == EVENT_LISTEN)
            connection_accept(server);
        else
            connection_event(&server->connections[what], events[i].events);
    }
    server_run_timers(server);
    sweep(server);
    connection_settle(server);
    return 0;
}

static void stop_listening(struct server *server) {
    if (server->listen_fd < 0) return;
    close(server->listen_fd);
    server->listen_fd = -1;
}

void server_drain(struct server *server) {
    if (server->draining) return;
    server->draining = true;
    server->shutdown_ns = server->now_ns + server->limits.shutdown_ns;
    stop_listening(server);
    for (uint32_t slot = 0; slot < server->top; slot++) {
        struct connection *connection = &server->connections[slot];
        if (connection->fd < 0 || connection->server == NULL) continue;
        if (connection->phase == PHASE_IDLE)
            connection_end(connection, server->limits.close_ns);
        else if (connection->phase == PHASE_WEBSOCKET)
            websocket_close(connection->socket, WEBSOCKET_GOING_AWAY, "the server is stopping");
    }
}

int server_run(struct server *server, const volatile sig_atomic_t *stop) {
    while (!*stop) TRY(server_step(server, -1));
    server_drain(server);
    while (server_connections(server) > 0 && server->now_ns < server->shutdown_ns)
        TRY(server_step(server, SERVER_TICK_MS));
    return 0;
}

static void drop_all(struct server *server) {
    for (uint32_t slot = 0; slot < server->top; slot++) {
        struct connection *connection = &server->connections[slot];
        if (connection->server == NULL || connection->phase == PHASE_DEAD) continue;
        if (connection->socket != NULL && connection->socket->code == 0)
            websocket_lost(connection->socket, WEBSOCKET_GOING_AWAY);
        connection_drop(connection);
    }
}

void server_close(struct server *server) {
    if (server == NULL) return;
    stop_listening(server);
    drop_all(server);
    while (server->dirty != NULL || server->closed != NULL || server->dead != NULL)
        connection_settle(server);
    if (server->posts.event_fd >= 0) server_run_posts(server);
    while (server->exchanges != NULL) http_forget(server->exchanges);
    server_queues_fini(server);
    if (server->epoll_fd >= 0) close(server->epoll_fd);
    tls_close(server->tls);
    free(server->common);
    free(server->trusted);
    arena_fini(&server->arena);
    free(server);
}
