// SPDX-License-Identifier: Apache-2.0
// The store thread: follows the journals of sessions into the database while they grow (edge/sql/projection.h), and
// waits for a database that is down. Nobody waits for it.
#ifndef FULMAR_EDGE_SQL_PROJECTOR_H
#define FULMAR_EDGE_SQL_PROJECTOR_H

#include "edge/sql/projection.h"

enum { PROJECTOR_SESSIONS_MAX = 64, PROJECTOR_STORY_SIZE = 512 };

struct projector;

// Starts the thread, whether the database is there or not. `interval_ns`: how often journals are looked at, 0: 100 ms.
int projector_open(const char *url, int64_t interval_ns, struct projector **ret_projector) MUST_USE;
// Ends the thread after one more look at every journal. NULL is fine.
void projector_close(struct projector *projector);

// Follows config->journal, which need not be there yet. What config points to lives until projector_remove. Returns a
// number for the session; ERR_FULL, ERR_NOMEM.
int projector_add(struct projector *projector, const struct projection_config *config) MUST_USE;
// After one more look at its journal.
void projector_remove(struct projector *projector, int number);
// Looks now, not at the interval's end.
void projector_wake(struct projector *projector);

struct projector_status {
    int64_t session_id;    // of the database; 0: not known yet
    uint64_t taken;        // records of the journal
    uint64_t written;      // of those in the database
    uint64_t behind_bytes; // of the journal that were not read yet, at the last look
    int error; // 0, or why it does not get on: ERR_IO and ERR_BUSY pass, with others it stands still
    char story[PROJECTOR_STORY_SIZE];
};
void projector_status(struct projector *projector, int number, struct projector_status *ret_status);

#endif
