// SPDX-License-Identifier: Apache-2.0
// One event to many WebSocket clients: the time from the event to the last client that has it, and what an idle client
// costs the server in memory. Server and clients share the machine.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/timestamp.h"
#include "bench.h"
#include "edge/net/server.h"
#include "load.h"

enum { EVENTS = 64, EVENT_SIZE = 160, FRAME_SIZE = EVENT_SIZE + 4, GAP_MS = 100, BATCH = 256 };
static const char handshake[] =
    "GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

// The server's side: everybody who came hears of every message, stamped with the time at which it came.
struct hall {
    struct websocket **sockets;
    size_t count;
};

static void on_message(void *self, struct websocket *socket, enum websocket_opcode opcode,
                       const void *data, size_t size) {
    struct hall *hall = self;
    char event[EVENT_SIZE] = {0};
    (void)socket, (void)opcode, (void)data, (void)size;
    int64_t now = load_now_ns();
    memcpy(event, &now, sizeof now);
    struct shared_frame *frame = shared_frame_new(WEBSOCKET_BINARY, event, sizeof event);
    for (size_t i = 0; i < hall->count; i++)
        if (websocket_send_shared(hall->sockets[i], frame) < 0) abort();
    shared_frame_release(frame);
}

static void on_close(void *self, struct websocket *socket, int code) {
    struct hall *hall = self;
    (void)code;
    for (size_t i = 0; i < hall->count; i++)
        if (hall->sockets[i] == socket) hall->sockets[i] = hall->sockets[--hall->count];
}

static const struct websocket_handler handler = {.message = on_message, .close = on_close};

static void on_request(void *self, struct http_exchange *exchange,
                       const struct http_request *request) {
    struct hall *hall = self;
    (void)request;
    struct websocket *socket = http_upgrade(exchange, &handler, hall, NULL);
    if (socket != NULL) hall->sockets[hall->count++] = socket;
}

static volatile sig_atomic_t stop;

static void on_stop(int signal_number) {
    (void)signal_number;
    stop = 1;
}

static void serve(void *argument, int tell) {
    struct server *server;
    struct server_options options = {.address = "127.0.0.1"};
    struct hall hall = {.sockets = calloc(*(size_t *)argument, sizeof(struct websocket *))};
    struct http_service service = {.self = &hall, .request = on_request};
    server_limits_init(&options.limits);
    options.limits.connections_of_one = 0;
    options.limits.shutdown_ns = NS_PER_MS;
    signal(SIGTERM, on_stop);
    if (server_open(&options, &service, &server) < 0) return;
    uint16_t port = server_port(server);
    if (write(tell, &port, sizeof port) == sizeof port) (void)!server_run(server, &stop);
    server_close(server);
}

struct clients {
    int *fds;
    size_t count;
    int epoll_fd;
};

// Reads everything of a handshake's answer; clients are asked one after the other.
static bool upgrade(int fd) {
    char answer[1024];
    size_t got = 0;
    if (send(fd, handshake, sizeof handshake - 1, MSG_NOSIGNAL) != sizeof handshake - 1)
        return false;
    while (got < sizeof answer - 1) {
        ssize_t n = recv(fd, answer + got, sizeof answer - 1 - got, 0);
        if (n < 0 && errno == EAGAIN) continue;
        if (n <= 0) return false;
        got += (size_t)n;
        answer[got] = '\0';
        if (strstr(answer, "\r\n\r\n") != NULL) return strncmp(answer, "HTTP/1.1 101", 12) == 0;
    }
    return false;
}

static bool connect_all(struct clients *clients, uint16_t port) {
    clients->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < clients->count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = (uint32_t)i}};
        clients->fds[i] = load_dial(port);
        if (clients->fds[i] < 0 || !upgrade(clients->fds[i])) return false;
        if (epoll_ctl(clients->epoll_fd, EPOLL_CTL_ADD, clients->fds[i], &event) != 0) return false;
    }
    return true;
}

// One client speaks, all hear; *ret_ms from the stamp to the last. False when a client got anything else.
static bool one_event(struct clients *clients, double *ret_ms) {
    static const char speak[] = "\x81\x80\0\0\0\0";
    struct epoll_event events[BATCH];
    int64_t stamp = 0, last = 0, begin = load_now_ns();
    if (send(clients->fds[0], speak, 6, MSG_NOSIGNAL) != 6) return false;
    for (size_t heard = 0; heard < clients->count;) {
        // Awake all the while: the server's core is not to wake this one for every client, which no network does.
        int count = epoll_wait(clients->epoll_fd, events, BATCH, 0);
        if (count < 0 || load_now_ns() - begin > 5 * NS_PER_S) return false;
        for (int i = 0; i < count; i++, heard++) {
            char frame[FRAME_SIZE + 1];
            if (recv(clients->fds[events[i].data.u32], frame, sizeof frame, 0) != FRAME_SIZE)
                return false;
            if (stamp == 0) memcpy(&stamp, frame + 4, sizeof stamp);
            if (memcmp(frame, "\x82\x7e\0\xa0", 4) != 0 || memcmp(frame + 4, &stamp, 8) != 0)
                return false;
        }
        last = load_now_ns();
    }
    *ret_ms = (double)(last - stamp) / 1e6;
    return true;
}

static int measure(struct bench_row *row, const struct load_server *server,
                   struct clients *clients) {
    double warm_up;
    uint64_t before = load_resident_bytes(server->process);
    if (!connect_all(clients, server->port)) return -1;
    uint64_t idle = load_resident_bytes(server->process) - before;
    if (!one_event(clients, &warm_up)) return -1;
    for (int i = 0; i < EVENTS; i++) {
        usleep(GAP_MS * 1000);
        if (!one_event(clients, &row->samples[row->count++])) return -1;
    }
    uint64_t after = load_resident_bytes(server->process) - before;
    snprintf(
        row->result_check, sizeof row->result_check,
        "each of %d events of %d bytes came to each of %zu clients once; the server's memory a "
        "client: %.0f bytes idle, %.0f after the events",
        EVENTS, EVENT_SIZE, clients->count, (double)idle / (double)clients->count,
        (double)after / (double)clients->count);
    return 0;
}

static int run_with(struct bench_row *row, size_t count) {
    struct clients clients = {.fds = calloc(count, sizeof(int)), .count = count};
    struct load_server server;
    uint8_t digest[SHA256_SIZE];
    row->unit = "ms";
    sha256(handshake, sizeof handshake - 1, digest);
    sha256_print(row->input_sha256, digest);
    (void)load_raise_files();
    if (!load_server_start(serve, &count, &server)) return -1;
    int rc = measure(row, &server, &clients);
    if (rc < 0) fprintf(stderr, "%s: a client was not served\n", row->name);
    for (size_t i = 0; i < count; i++)
        if (clients.fds[i] > 0) close(clients.fds[i]);
    load_server_stop(&server);
    free(clients.fds);
    return rc;
}

static int run_1000(struct bench_row *row) {
    return run_with(row, 1000);
}

static int run_10000(struct bench_row *row) {
    return run_with(row, 10000);
}

const struct bench bench_ws_fanout_1000 = {
    .name = "ws_fanout_1000",
    .summary = "an event of 160 bytes to 1,000 WebSocket clients, until the last has it",
    .run = run_1000,
};

const struct bench bench_ws_fanout_10000 = {
    .name = "ws_fanout_10000",
    .summary = "an event of 160 bytes to 10,000 WebSocket clients, until the last has it",
    .run = run_10000,
};
