// SPDX-License-Identifier: Apache-2.0
// Databases for tests: a fresh one of each kind. PostgreSQL is a cluster of the test program's own on a socket in a
// temporary folder, started with the first one that is asked for and stopped at the program's end; where the server is
// not installed, tests that need it skip, counted and named.
#ifndef FULMAR_TEST_DATABASE_H
#define FULMAR_TEST_DATABASE_H

#include "edge/sql/sql.h"
#include "harness.h"

struct database {
    enum sql_dialect dialect;
    char url[512];
    char folder[128]; // of SQLite's file
};

// A fresh, empty database. Skips the calling test where there is no server: call it first.
void database_make(struct database *database, enum sql_dialect dialect);
void database_drop(struct database *database);

// The server as a whole.
void database_server_stop(void); // as if the machine went down
void database_server_start(void);
bool database_server_is_there(void);

// A connection with the program's own schema.
struct sql *database_open(const struct database *database);
struct sql *database_migrated(struct database *database, enum sql_dialect dialect);

// One number, or a text in static storage, that a statement gives; CHECKs that it gives a row.
int64_t database_int(struct sql *sql, const char *text);
const char *database_text(struct sql *sql, const char *text);
// Runs a statement without values.
int database_run(struct sql *sql, const char *text);

#endif
