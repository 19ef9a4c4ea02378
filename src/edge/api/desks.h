// SPDX-License-Identifier: Apache-2.0
// The trading sessions of this server: those that are open, those that are being opened or closed, and how commands to
// them come back as answers.
//
// A session is a folder of its own below the root: session.json says whose it is and how it runs, config.yaml what it
// trades with, journal.fj is its truth. A server that starts opens every folder again, which recovers it. Opening
// and closing take their time and are done on a worker; everything else here is the loop's.
#ifndef FULMAR_EDGE_API_DESKS_H
#define FULMAR_EDGE_API_DESKS_H

#include "edge/api/call.h"
#include "edge/auth/work_pool.h"
#include "edge/live/session.h"
#include "edge/sql/projector.h"
#include "edge/store/run_store.h"

enum { DESKS_MAX = 64, DESKS_CONFIG_MAX = 1 << 20 };
// Commands whose results are waited for; so many of them have to be free for what halts, kills or cancels, and one
// tenant's others take half of the rest at most.
enum { DESKS_PENDING_MAX = 4096, DESKS_PENDING_KEPT = 1024, DESKS_PENDING_TENANT = 1536 };

enum desk_phase { DESK_OPENING, DESK_OPEN, DESK_CLOSING, DESK_FAILED };

struct desk {
    char name[RUN_STORE_NAME_MAX + 1]; // "": an empty place
    int64_t tenant_id;
    char owner[CALL_NAME_SIZE];
    int64_t made_ns;
    enum desk_phase phase;
    char story[512];           // of DESK_FAILED
    struct session *session;   // NULL unless it is open
    struct session_view *view; // the loop's
    struct session_tap tap;    // likewise, of the stream
    int projected;             // its number at the projector; -1: its journal is followed by nobody
};

struct desks;

struct desks_options {
    const char *root; // NULL: sessions are not kept
    struct session_maker maker;
    struct work_pool *pool;
    // Takes the journals of sessions into the database, also of those that were ended while it was down; NULL: none
    // are. It outlives this.
    struct projector *projector;
    // Runs fn(arg) on the loop, from any thread.
    void (*post)(void *self, void (*fn)(void *arg), void *arg);
    // A session has something new: a result, a view, an event in its tap. On the loop.
    void (*changed)(void *self, struct desk *desk);
    void *self;
};

int desks_open(const struct desks_options *options, struct desks **ret_desks) MUST_USE;
// Begins to open what stands below the root.
void desks_recover(struct desks *desks);
// Stops every session, so that none posts any more; the pool was closed before. What was posted may still run.
void desks_stop(struct desks *desks);
void desks_close(struct desks *desks); // NULL is fine

// What a session is made of. `config` is YAML.
struct desk_plan {
    char name[RUN_STORE_NAME_MAX + 1];
    int64_t tenant_id;
    char owner[CALL_NAME_SIZE];
    double pace;
    bool paused;
    bool durable; // SESSION_DURABLE_JOURNAL
    struct text config;
};
void desk_plan_fini(struct desk_plan *plan);

// Opens a session for a call, which is answered later: `done` is called on the loop with the desk, or with NULL and an
// error. Takes the plan. ERR_EXISTS: the name is taken, by whichever tenant; ERR_FULL.
int desks_make(struct desks *desks, struct desk_plan *plan, struct call *call,
               void (*done)(struct call *call, struct desk *desk, int rc)) MUST_USE;
// Stops a session and forgets it; its folder is kept under another name when `keep`, or removed.
int desks_end(struct desks *desks, struct desk *desk, struct call *call,
              void (*done)(struct call *call, struct desk *desk, int rc)) MUST_USE;

struct desk *desks_find(struct desks *desks, int64_t tenant_id, const char *name); // NULL
struct desk *desks_at(struct desks *desks,
                      size_t index); // 0 to DESKS_MAX - 1; NULL: an empty place

// The latest view of an open desk. ERR_STATE: it is not open.
int desk_look(struct desk *desk, const struct session_view **ret_view) MUST_USE;

// Gives a command and answers the call when its result is there, by `print`, which is as a handler that sees the result
// too. Returns CALL_LATER or an error.
// Notes beside the journal whether a session runs, which is no event: one that was paused stands when a server opens it
// again. A file that cannot be made is told by nobody: the session stands then, which is the safe side.
void desks_note_clock(const struct desks *desks, const struct desk *desk, bool runs);
int desks_command(struct desks *desks, struct desk *desk, const struct session_command *command,
                  struct call *call,
                  int (*print)(struct call *call, struct desk *desk,
                               const struct session_result *result)) MUST_USE;

#endif
