// SPDX-License-Identifier: Apache-2.0
// The projection: a session's journal folded into rows of orders, fills, positions, equity, risk_events and strategies.
//
// It keeps an order machine and a ledger of its own, fed by the journal's events, as the report does; so its numbers
// are the engine's to the last unit, and are text of exact decimals. Rows depend on the events alone, not on how they
// were cut into batches: a projection made again from the journal gives the same rows (projection_forget, `fulmar db
// rebuild`).
//
// What is taken in is counted in records of the journal, from 1, and the count is written with the rows, in one
// transaction, and only over the count that the rows before had. So each record is taken in exactly once, whatever is
// killed when, and two processes that project one session do not double anything. After a restart the journal is folded
// again from its start; what is in the database already is not written again. With the count goes a digest of the
// records: a journal that does not begin with those that were taken in is refused, and nothing is written of it.
//
// A booking that the ledger refuses (its lots are full, an amount is too large for it) is nowhere in the engine's books
// either: the engine counts it, halts and goes on, and so does this: it is a row of risk_events (rule "ledger", verdict
// "refused") and counted in projections.refused.
//
// While the database is down projection_write fails with ERR_IO and keeps what it has; nobody reads on, and the journal
// is the buffer. One thread.
#ifndef FULMAR_EDGE_SQL_PROJECTION_H
#define FULMAR_EDGE_SQL_PROJECTION_H

#include <stdbool.h>

#include "edge/sql/sql.h"
#include "edge/store/journal.h"
#include "ledger/ledger.h"
#include "market/instrument.h"
#include "order/order.h"

struct projection_strategy {
    const char *name;   // "sma_cross fast=10 slow=30"
    uint32_t share_ppm; // of the capital, parts per million
};

// What the session is, and what its engine was built with. All that it points to outlives the projection.
struct projection_config {
    int64_t tenant_id;
    const char *name; // of the session, one of its kind in a tenant
    const char
        *former; // the name that it had while it went on, whose row it takes over; NULL: it goes on
    const char *kind;    // "backtest", "paper", "live"
    const char *journal; // its path
    // When the session was made: of another one with its name the row is put aside, as "NAME.CREATED". 0: whenever.
    int64_t created_ns;
    uint64_t run_id;
    const struct instruments *instruments;
    const struct projection_strategy *strategies;
    uint32_t strategy_count;
    uint32_t account_currency;
    uint32_t order_max;
    uint32_t lot_max;
    uint32_t cost_method; // enum cost_method
    int64_t order_timeout_ns;
    money_t capital;
};

struct projection;

// Builds the fold; no database yet. ERR_NOMEM, ERR_ARGUMENT.
int projection_new(const struct projection_config *config,
                   struct projection **ret_projection) MUST_USE;
void projection_free(struct projection *projection); // NULL is fine

// Finds the session's row or makes it, with its instruments, and learns how far it is. Before the first projection_put.
// ERR_CONFLICT when a session of that name has another run's journal; ERR_NOT_FOUND when there is no such tenant.
int projection_attach(struct projection *projection, struct sql *sql) MUST_USE;
int64_t projection_session(const struct projection *projection); // its id

// Takes the next record of the journal, in order from the first. ERR_FULL (no story): too much waits to be written;
// write, then put it again. ERR_STATE when it contradicts what came before; ERR_CORRUPT when an input's number does not
// follow, or when this is not the journal that the database has the beginning of.
int projection_put(struct projection *projection, const struct event_header *event) MUST_USE;

// Writes what waits, in one transaction. ERR_IO and ERR_BUSY keep it, for another attempt; it may turn out then that
// the earlier one had succeeded. ERR_CONFLICT: another process has taken the session further; attach anew.
int projection_write(struct projection *projection, struct sql *sql) MUST_USE;
uint64_t projection_taken(const struct projection *projection);   // records that were put
uint64_t projection_written(const struct projection *projection); // records that the database has
uint64_t
projection_refused(const struct projection *projection); // bookings that the ledger refused

// The digest of a journal's records so far, with one more; it begins as 0. And as the database has it.
uint64_t projection_digest(uint64_t digest, const struct event_header *event);
enum { PROJECTION_DIGEST_SIZE = 17 };
void projection_digest_print(char ret_text[PROJECTION_DIGEST_SIZE], uint64_t digest);

// Takes all that the reader has from where it stands, at most `max` records (0: all), and writes it. Returns 1 when it
// stopped at `max`, 0 at the journal's end (also at a torn tail: journal_refresh goes on). ERR_CORRUPT also where the
// journal ends before what the database has.
int projection_follow(struct projection *projection, struct sql *sql, struct journal_reader *reader,
                      uint64_t max) MUST_USE;

// Removes the rows of a session and sets its count to 0: what is put afterwards makes them anew. Then attach anew.
int projection_forget(struct sql *sql, int64_t session_id) MUST_USE;

#endif
