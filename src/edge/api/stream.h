// SPDX-License-Identifier: Apache-2.0
// The stream: WebSocket connections and the channels that they follow.
//
//   {"subscribe":"session/paper-1"}   {"subscribe":"session/paper-1/events","from":42}   {"unsubscribe":"jobs"}
//   {"channel":"session/paper-1","type":"snapshot","seq":7,"at":"2026-...","data":{...}}
//
//   session/NAME         the session's state: a snapshot, then deltas of the members that changed, ten times a second
//                        at most. A client that is slow gets fewer, and a snapshot after what it missed: conflated.
//   session/NAME/events  orders, fills, vetoes, breakers, commands, each of them, numbered without a gap. `from` goes
//                        on behind a number; what is not kept any more is told by a frame of type gap. Never conflated:
//                        a client that falls behind is cut (4008).
//   jobs                 the tenant's jobs: a snapshot, then each that changed
//   system               clock and load of the server, once a second
//
// A client may be whoever POST /api/v1/stream/ticket gave a ticket; whether that still holds is asked each second (4401
// when not). The loop's alone.
#ifndef FULMAR_EDGE_API_STREAM_H
#define FULMAR_EDGE_API_STREAM_H

#include "edge/api/call.h"
#include "edge/api/jobs.h"

struct desk;
struct stream;

enum {
    STREAM_CLIENTS_MAX = 16384,
    STREAM_CHANNELS_MAX = 16,
    STREAM_KEPT = 4096,
    STREAM_PENDING_MAX = 1 << 18
};
enum {
    STREAM_TOO_SLOW = 4008,
    STREAM_BAD_MESSAGE = 4400,
    STREAM_NOT_ANY_MORE = 4401,
    STREAM_TOO_MANY = 4429
};

int stream_open(struct api *api, struct stream **ret_stream) MUST_USE;
void stream_close(struct stream *stream); // after the server's connections; NULL is fine

// Takes the connection of a call whose ticket was good. The call is answered in every case.
void stream_take(struct stream *stream, struct call *call, const struct principal *principal);

// Something happened: tells who follows it.
void stream_desk(struct stream *stream, struct desk *desk); // a session has events
void stream_job(struct stream *stream, const struct job *job);
void stream_tick(struct stream *stream);   // ten times a second
void stream_second(struct stream *stream); // once

#endif
