// SPDX-License-Identifier: Apache-2.0
// Connections that threads borrow: a bounded number to one database, opened when they are wanted first, kept with their
// prepared statements. A connection that broke is made anew by whoever borrows it next, with the pauses of sql.h.
#ifndef FULMAR_EDGE_SQL_SQL_POOL_H
#define FULMAR_EDGE_SQL_SQL_POOL_H

#include "edge/sql/sql.h"

enum { SQL_POOL_MAX = 64 };

struct sql_pool;

// Nothing is connected yet. `count`: 1 to SQL_POOL_MAX. Options as sql_open; NULL: all zero. ERR_ARGUMENT, ERR_NOMEM.
int sql_pool_open(const char *url, const struct sql_options *options, int count,
                  struct sql_pool **ret_pool) MUST_USE;
// All are back (CHECKed). NULL is fine.
void sql_pool_close(struct sql_pool *pool);

// Waits for a connection, and sets its tenant (0: none). ERR_BUSY when none is free in time; ERR_IO when it cannot set
// the tenant.
int sql_pool_take(struct sql_pool *pool, int64_t tenant_id, int64_t timeout_ns,
                  struct sql **ret_sql) MUST_USE;
// Rolls back what is open.
void sql_pool_give(struct sql_pool *pool, struct sql *sql);

struct sql_pool_counts {
    int open;         // connections that are up
    int lent;         // now
    uint64_t taken;   // ever
    uint64_t waited;  // of those, how many found none free
    uint64_t refused; // ERR_BUSY
};
struct sql_pool_counts sql_pool_counts(struct sql_pool *pool);

#endif
