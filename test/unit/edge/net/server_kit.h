// SPDX-License-Identifier: Apache-2.0
// A server and its clients on one thread: the server's clock is in the test's hand, and it takes a turn whenever a
// client has said something or listens.
#ifndef FULMAR_TEST_SERVER_KIT_H
#define FULMAR_TEST_SERVER_KIT_H

#include "harness.h"

#include "base/timestamp.h"
#include "edge/net/server.h"

enum { KIT_CONNECTIONS = 16, KIT_REPLY_MAX = 1 << 22, KIT_BODY_MAX = 1000 };

#define HOST " HTTP/1.1\r\nHost: a\r\n"

struct kit {
    struct server *server;
    struct server_options options; // may be changed before kit_open
    int64_t clock_ns;
    // What the service saw and keeps.
    int requests, messages, writable, closed, code, opcode;
    struct http_exchange *held[8];
    int held_count;
    struct websocket *socket;
    bool turn_away;
    char said[1024];
    size_t said_size;
    // What kit_hear heard, ended by a NUL, and whether the connection was at its end.
    char heard[KIT_REPLY_MAX];
    size_t heard_size;
    bool heard_end;
};
extern struct kit kit;

int kit_set_up(void **state);
int kit_tear_down(void **state);

// The service: /hold answers later, /big with 2,000,000 bytes, /none is 204, /close closes; everything else tells what
// it heard. /ws is a WebSocket that sends back what comes ("quit": it closes; "cut": it cuts; "flood": it sends until
// the queue is full).
void kit_open(void);

int kit_dial(void);
void kit_steps(int count);
void kit_push(int fd, const void *data, size_t size); // all of it, however long the server takes
void kit_say(int fd, const char *text);
// Everything that the server has to say, until it says no more or closes.
const char *kit_hear(int fd);
void kit_pass(int64_t ns); // time goes by, and the loop sees it

void kit_has(const char *text, const char *part);
void kit_has_not(const char *text, const char *part);

// Upgrades a connection and checks the answer.
int kit_dial_websocket(void);
void kit_send_frame(int fd, int first, const void *payload, size_t size);

#endif
