// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/net/server_internal.h"

enum {
    ACCEPTS_MAX = 64, // of one turn
    PARTS_MAX = 64,
    REST_SIZE = 4096, // looked at while an answer is made
    SETTLE_ROUNDS = 16,
    LINGER_MS = 2000,
};

void connection_touch(struct connection *connection) {
    if (connection->dirty || connection->phase == PHASE_DEAD) return;
    connection->dirty = true;
    connection->next = connection->server->dirty;
    connection->server->dirty = connection;
}

void connection_phase(struct connection *connection, enum phase phase) {
    connection->phase = (uint8_t)phase;
    connection->since_ns = connection->server->now_ns;
}

bool connection_queue(struct connection *connection, struct shared_frame *frame) {
    if (connection->out.bytes == 0) connection->output_ns = connection->server->now_ns;
    if (frame_queue_push(&connection->out, frame) < 0) return false;
    connection->server->counts.frames_out++;
    connection_touch(connection);
    return true;
}

static void forget_rest(struct connection *connection) {
    connection->server->counts.buffers -= connection->rest_size;
    free(connection->rest);
    connection->rest = NULL;
    connection->rest_size = 0;
}

void connection_end(struct connection *connection, int64_t within_ns) {
    if (connection->phase >= PHASE_ENDING) return;
    forget_rest(connection);
    connection->ending_ns = within_ns;
    connection_phase(connection, PHASE_ENDING);
    connection_touch(connection);
}

// Answers its service's code makes from now on go nowhere.
static void forget_users(struct connection *connection) {
    if (connection->socket != NULL) websocket_lost(connection->socket, WEBSOCKET_BROKEN);
    if (connection->exchange == NULL) return;
    struct http_exchange *exchange = connection->exchange;
    if (connection->phase == PHASE_ANSWER)
        exchange->connection = NULL;
    else
        http_forget(exchange);
    connection->exchange = NULL;
}

void connection_drop(struct connection *connection) {
    struct server *server = connection->server;
    if (connection->phase == PHASE_DEAD) return;
    forget_users(connection);
    close(connection->fd);
    server->deadlines[connection->slot] = SERVER_NEVER;
    // In the list of the dirty it is met once more, and moved to that of the dead.
    if (!connection->dirty) {
        connection->next = server->dead;
        server->dead = connection;
    }
    connection_phase(connection, PHASE_DEAD);
}

static void bury(struct connection *connection) {
    struct server *server = connection->server;
    uint32_t count;
    frame_queue_clear(&connection->out, true);
    tls_session_free(connection->tls);
    forget_rest(connection);
    if (connection->counted && map_get(&server->of_one, connection->peer_key, &count)) {
        if (count > 1)
            CHECK(map_put(&server->of_one, connection->peer_key, count - 1) == 0);
        else
            (void)map_remove(&server->of_one, connection->peer_key);
    }
    server->free[server->free_count++] = connection->slot;
    *connection = (struct connection){.fd = -1, .phase = PHASE_DEAD};
}

static struct net_address address_of(const struct sockaddr_storage *from) {
    struct net_address address = {.bytes = {[10] = 0xff, [11] = 0xff}, .ipv4 = true};
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)from;
        memcpy(address.bytes + 12, &in->sin_addr, 4);
        address.port = ntohs(in->sin_port);
    } else if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const void *)from;
        address.ipv4 = memcmp(&in->sin6_addr, address.bytes, 12) == 0;
        memcpy(address.bytes, &in->sin6_addr, NET_ADDRESS_SIZE);
        address.port = ntohs(in->sin6_port);
    }
    return address;
}

// Tells in plain text that nobody is let in, as far as the socket takes it at once.
static void turn_away(struct server *server, int fd, int status, const char *reason) {
    char head[1024], body[HTTP_PROBLEM_MAX];
    size_t size = http_problem_print(body, status, reason);
    struct http_response response = {.status = status,
                                     .date = server->date,
                                     .content_type = "application/problem+json",
                                     .content_length = (int64_t)size,
                                     .fields = "Retry-After: 1\r\n",
                                     .close = true};
    size_t head_size = http_response_write(head, sizeof head, &response);
    struct iovec parts[] = {{head, head_size}, {body, size}};
    if (server->tls == NULL && writev(fd, parts, 2) > 0) shutdown(fd, SHUT_WR);
    close(fd);
    server->counts.refused++;
}

// Counts the connection with its address; false when there are too many.
static bool count_address(struct server *server, const struct net_address *peer, uint64_t key,
                          bool *ret_counted) {
    struct net_ranges trusted = {server->trusted, server->trusted_count};
    uint32_t limit = server->limits.connections_of_one, count = 0;
    *ret_counted = limit > 0 && !net_ranges_hold(&trusted, peer);
    if (!*ret_counted) return true;
    (void)map_get(&server->of_one, key, &count);
    // The map has as many places as there are connections.
    return count < limit && map_put(&server->of_one, key, count + 1) == 0;
}

static struct connection *take_slot(struct server *server) {
    if (server->free_count == 0) return NULL;
    uint32_t slot = server->free[--server->free_count];
    if (slot >= server->top) server->top = slot + 1;
    server->connections[slot] = (struct connection){.server = server, .slot = slot, .fresh = true};
    return &server->connections[slot];
}

static void admit(struct server *server, int fd, const struct net_address *peer) {
    uint64_t key = net_address_key(peer, server->seed);
    bool counted = false;
    if (server->service.admit != NULL && !server->service.admit(server->service.self, peer)) {
        close(fd);
        server->counts.refused++;
        return;
    }
    if (server->free_count == 0) {
        turn_away(server, fd, 503, "the server has as many connections as it may");
        return;
    }
    if (!count_address(server, peer, key, &counted)) {
        turn_away(server, fd, 429, "too many connections from this address");
        return;
    }
    struct connection *connection = take_slot(server);
    connection->fd = fd;
    connection->peer = *peer;
    connection->peer_key = key;
    connection->counted = counted;
    connection->events = EPOLLIN;
    connection->input_ns = connection->output_ns = server->now_ns;
    connection_phase(connection, PHASE_IDLE);
    struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = connection->slot}};
    bool sound = epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
    if (sound && server->tls != NULL) {
        connection->tls = tls_session_new(server->tls, fd);
        sound = connection->tls != NULL;
    }
    if (!sound) connection_drop(connection);
    connection_touch(connection);
    server->counts.accepted++;
}

void connection_accept(struct server *server) {
    for (int i = 0; i < ACCEPTS_MAX; i++) {
        struct sockaddr_storage from;
        socklen_t size = sizeof from;
        int one = 1;
        int fd = accept4(server->listen_fd, (struct sockaddr *)&from, &size,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
            // Until the next tick: to be told of it again and again would help nobody.
            struct epoll_event none = {.events = 0, .data = {.u32 = UINT32_MAX}};
            (void)epoll_ctl(server->epoll_fd, EPOLL_CTL_MOD, server->listen_fd, &none);
            server->listening = false;
        }
        if (fd < 0 && errno != ECONNABORTED && errno != EINTR) return;
        if (fd < 0) continue;
        struct net_address peer = address_of(&from);
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        admit(server, fd, &peer);
    }
}

static int64_t deadline_of(const struct connection *connection) {
    const struct server_limits *limits = &connection->server->limits;
    int64_t since = connection->since_ns;
    switch ((enum phase)connection->phase) {
    case PHASE_IDLE:
        return since + (connection->fresh ? limits->header_ns : limits->idle_ns);
    case PHASE_HEAD:
        return since + limits->header_ns;
    case PHASE_BODY:
        return http_body_deadline(connection);
    case PHASE_WEBSOCKET:
        return websocket_deadline(connection);
    case PHASE_ENDING:
        return since + connection->ending_ns;
    case PHASE_LINGER:
        return since + LINGER_MS * NS_PER_MS;
    default:
        return SERVER_NEVER;
    }
}

static int64_t stall_of(const struct connection *connection) {
    if (connection->out.bytes == 0) return SERVER_NEVER;
    return connection->output_ns + connection->server->limits.write_stall_ns;
}

// What the loop is to tell of the socket, and when it is too late.
static void arm(struct connection *connection) {
    struct server *server = connection->server;
    bool wants_write =
        connection->blocked || (connection->tls != NULL && tls_wants_write(connection->tls));
    uint32_t events = wants_write ? EPOLLOUT : 0;
    if (!connection->eof && connection->rest_size == 0) events |= EPOLLIN;
    if (events != connection->events) {
        struct epoll_event event = {.events = events, .data = {.u32 = connection->slot}};
        CHECK(epoll_ctl(server->epoll_fd, EPOLL_CTL_MOD, connection->fd, &event) == 0);
        connection->events = events;
    }
    int64_t deadline = deadline_of(connection), stall = stall_of(connection);
    server->deadlines[connection->slot] = deadline < stall ? deadline : stall;
}

static ssize_t receive(struct connection *connection, void *buf, size_t size) {
    if (connection->tls != NULL) return tls_read(connection->tls, buf, size);
    ssize_t got = recv(connection->fd, buf, size, 0);
    if (got >= 0) return got;
    return errno == EAGAIN || errno == EINTR ? TLS_WAIT : TLS_BROKEN;
}

static ssize_t transmit(struct connection *connection, const struct iovec *parts, int count) {
    if (connection->tls != NULL)
        return tls_write(connection->tls, parts[0].iov_base, parts[0].iov_len);
    ssize_t sent;
    if (count == 1)
        sent = send(connection->fd, parts[0].iov_base, parts[0].iov_len, MSG_NOSIGNAL);
    else
        sent = writev(connection->fd, parts, count);
    if (sent >= 0) return sent;
    return errno == EAGAIN || errno == EINTR ? TLS_WAIT : TLS_BROKEN;
}

// The other side has shut: who is still answered is answered.
static void input_ends(struct connection *connection) {
    connection->eof = true;
    if (connection->phase == PHASE_ANSWER || connection->phase == PHASE_ENDING) return;
    if (connection->phase < PHASE_ANSWER && connection->out.bytes > 0)
        connection_end(connection, connection->server->limits.close_ns);
    else
        connection_drop(connection);
}

static void input(struct connection *connection, uint8_t *data, size_t size) {
    connection->input_ns = connection->server->now_ns;
    connection->server->counts.bytes_in += size;
    if (connection->phase == PHASE_WEBSOCKET)
        websocket_input(connection, data, size);
    else if (connection->phase < PHASE_WEBSOCKET)
        http_input(connection, data, size);
}

static void readable(struct connection *connection) {
    struct server *server = connection->server;
    size_t size = connection->phase == PHASE_ANSWER ? REST_SIZE : SERVER_INPUT_SIZE;
    ssize_t got = receive(connection, server->input, size);
    if (got > 0)
        input(connection, server->input, (size_t)got);
    else if (got == TLS_END)
        input_ends(connection);
    else if (got == TLS_BROKEN)
        connection_drop(connection);
}

// Whether TLS has decrypted more than was read: nothing else would tell of it.
static bool is_buffered(const struct connection *connection) {
    return connection->tls != NULL && connection->phase != PHASE_DEAD &&
           connection->rest_size == 0 && !connection->eof && tls_buffered(connection->tls) > 0;
}

static void readable_all(struct connection *connection) {
    do readable(connection);
    while (is_buffered(connection));
    connection_touch(connection);
}

void connection_event(struct connection *connection, uint32_t events) {
    if (connection->phase == PHASE_DEAD) return;
    bool wants_read = (events & EPOLLIN) != 0 || connection->tls != NULL;
    if ((events & EPOLLOUT) != 0) connection->blocked = false;
    if (wants_read && !connection->eof && connection->rest_size == 0)
        readable_all(connection);
    else if ((events & (EPOLLERR | EPOLLHUP)) != 0)
        connection_drop(connection);
    else
        connection_touch(connection);
}

static void flush(struct connection *connection) {
    struct iovec parts[PARTS_MAX];
    while (connection->out.bytes > 0 && !connection->blocked) {
        int count = frame_queue_peek(&connection->out, parts, PARTS_MAX);
        ssize_t sent = transmit(connection, parts, count);
        if (sent == TLS_WAIT) connection->blocked = true;
        if (sent == TLS_WAIT) return;
        if (sent < 0) {
            connection_drop(connection);
            return;
        }
        frame_queue_advance(&connection->out, (size_t)sent);
        connection->output_ns = connection->server->now_ns;
        connection->server->counts.bytes_out += (uint64_t)sent;
    }
}

static void shut(struct connection *connection) {
    if (connection->tls != NULL) tls_end(connection->tls);
    if (connection->eof || shutdown(connection->fd, SHUT_WR) != 0)
        connection_drop(connection);
    else
        connection_phase(connection, PHASE_LINGER);
}

// A frame of zero bytes never waits, so nothing queued is nothing to do.
static void settle(struct connection *connection) {
    flush(connection);
    if (connection->phase == PHASE_WEBSOCKET) websocket_flushed(connection);
    if (connection->phase == PHASE_ENDING && connection->out.bytes == 0) shut(connection);
    bool next = connection->phase == PHASE_IDLE && connection->out.bytes <= SERVER_OUTPUT_HIGH;
    if (next || connection->phase == PHASE_WEBSOCKET) http_resume(connection);
    if (connection->phase == PHASE_IDLE && connection->eof) input_ends(connection);
    if (is_buffered(connection)) readable_all(connection);
    if (connection->phase != PHASE_DEAD) arm(connection);
}

static void settle_dirty(struct server *server) {
    struct connection *list = server->dirty;
    server->dirty = NULL;
    while (list != NULL) {
        struct connection *connection = list;
        list = connection->next;
        connection->dirty = false;
        if (connection->phase != PHASE_DEAD) {
            settle(connection);
            continue;
        }
        connection->next = server->dead;
        server->dead = connection;
    }
}

void connection_settle(struct server *server) {
    for (int i = 0; i < SETTLE_ROUNDS && (server->dirty != NULL || server->closed != NULL); i++) {
        settle_dirty(server);
        websocket_tell_closed(server);
    }
    while (server->dead != NULL) {
        struct connection *connection = server->dead;
        server->dead = connection->next;
        bury(connection);
    }
}

static void late(struct connection *connection) {
    bool stalled = stall_of(connection) <= connection->server->now_ns;
    connection->server->counts.timeouts++;
    if (stalled || connection->phase == PHASE_ENDING || connection->phase == PHASE_LINGER)
        connection_drop(connection);
    else if (connection->phase == PHASE_WEBSOCKET)
        websocket_timeout(connection);
    else
        http_timeout(connection);
    connection_touch(connection);
}

void connection_sweep(struct server *server) {
    for (uint32_t slot = 0; slot < server->top; slot++)
        if (server->deadlines[slot] <= server->now_ns) late(&server->connections[slot]);
}
