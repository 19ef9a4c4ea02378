// SPDX-License-Identifier: Apache-2.0
// The audit off the event loop: entries go into a bounded queue, and one thread writes them in their order, as many a
// transaction as there are. What cannot be queued is refused, and so must be what it tells of: an act that leaves no
// trace does not happen. While the database is down entries wait; the writer tries again every 100 ms.
#ifndef FULMAR_EDGE_AUTH_AUDIT_WRITER_H
#define FULMAR_EDGE_AUTH_AUDIT_WRITER_H

#include <stdbool.h>

#include "edge/auth/audit.h"

struct audit_writer;

// A writer with a connection of its own to `url` and room for `max` entries. ERR_NOMEM, ERR_IO; as sql_open.
int audit_writer_open(const char *url, const struct secret_key *key, size_t max,
                      struct audit_writer **ret_writer) MUST_USE;
// Writes what waits, for at most `wait_ns` if the database is down; what is left then is counted in *ret_lost (which
// may be NULL). NULL is fine.
void audit_writer_close(struct audit_writer *writer, int64_t wait_ns, size_t *ret_lost);

// From any thread; texts are copied. ERR_FULL without a story: refuse the act.
int audit_write(struct audit_writer *writer, const struct audit_entry *entry) MUST_USE;

// Waits until all that was queued before is written; false: not within `wait_ns`.
bool audit_writer_flush(struct audit_writer *writer, int64_t wait_ns);

struct audit_writer_state {
    uint64_t written;
    size_t waiting;
    uint64_t refused;
    bool failing; // the latest try did not succeed
};
void audit_writer_look(struct audit_writer *writer, struct audit_writer_state *ret_state);

#endif
