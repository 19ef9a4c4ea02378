// SPDX-License-Identifier: Apache-2.0
// The thread that keeps the tables: it follows the journals of sessions into the database while they grow
// (edge/sql/projection.h), and waits for a database that is down. Nobody waits for it: what trades writes its journal
// and does not know of this one, and what answers requests reads tables.
//
// What is projected is what the journal says of itself. So the rows are those that `fulmar db rebuild` makes, and
// a session that ended while the database was down is taken in later, by another process too.
#ifndef FULMAR_EDGE_SQL_PROJECTOR_H
#define FULMAR_EDGE_SQL_PROJECTOR_H

#include "edge/sql/projection.h"

enum { PROJECTOR_SESSIONS_MAX = 256, PROJECTOR_STORY_SIZE = 512 };

struct projector;

// How a journal's description becomes what its engine was built with: the program alone knows.
struct projector_source {
    // Fills in what the journal says: instruments, strategies, sizes, capital, run. What it points to lives until
    // close(hold). On the projector's thread. Errors as of the configuration.
    int (*open)(void *self, struct journal_reader *reader, const char *path,
                struct projection_config *ret_config, void **ret_hold);
    void (*close)(void *self, void *hold);
    void *self;
};

struct projector_options {
    const char *role;    // of edge/sql/sql.h; NULL: the URL's
    int64_t interval_ns; // how often journals are looked at; 0: 100 ms
    struct projector_source source;
};

// A session; its strings are copied.
struct projector_session {
    int64_t tenant_id;
    const char *name;
    const char *former;  // as of projection.h: the session is over
    const char *kind;    // "paper"
    const char *journal; // its path; the file need not be there yet
    int64_t created_ns;  // as of projection.h
    const char *
        marker; // of one that is over: a file that is made when all of it is in the tables; NULL: none
};

// Starts the thread, whether the database is there or not. ERR_ARGUMENT for a URL that is none; ERR_NOMEM.
int projector_open(const char *url, const struct projector_options *options,
                   struct projector **ret_projector) MUST_USE;
// Ends the thread after one more look at every journal, which takes 5 s at most; the rest is taken in when they are
// followed again. Sessions that went on are "stopped" then. NULL is fine.
void projector_close(struct projector *projector);

// Follows a journal. Returns a number for the session; ERR_FULL, ERR_NOMEM.
int projector_add(struct projector *projector, const struct projector_session *session);
// The session is over: what is left of its journal, which may lie elsewhere now, is taken in, its row gets its name
// and is "stopped", and its number is free. Does not wait. ERR_NOMEM: it goes on being followed as it was.
int projector_end(struct projector *projector, int number,
                  const struct projector_session *session) MUST_USE;
// Stops following it after one more look at its journal, for which this waits.
void projector_remove(struct projector *projector, int number);
// Looks now, not at the interval's end.
void projector_wake(struct projector *projector);

struct projector_status {
    int64_t session_id;    // of the database; 0: not known yet
    uint64_t taken;        // records of the journal
    uint64_t written;      // of those in the database
    uint64_t refused;      // bookings that the ledger refused
    uint64_t behind_bytes; // of the journal that were not read yet, at the last look
    int error; // 0, or why it does not get on: ERR_IO and ERR_BUSY pass, with others it stands still
    char story[PROJECTOR_STORY_SIZE];
};
void projector_status(struct projector *projector, int number, struct projector_status *ret_status);

// All sessions together, for who watches the server.
struct projector_totals {
    uint32_t sessions;
    uint32_t waiting; // of those: the database is down or busy
    uint32_t stopped; // of those: another error, which a person has to look at
    uint64_t taken, written, behind_bytes;
};
void projector_totals(struct projector *projector, struct projector_totals *ret_totals);

#endif
