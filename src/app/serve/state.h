// SPDX-License-Identifier: Apache-2.0
// A server's own folder: the secrets file, and SQLite's file unless another database is named. What verbs on the same
// machine (user, audit) share with the server.
#ifndef FULMAR_APP_SERVE_STATE_H
#define FULMAR_APP_SERVE_STATE_H

#include "app/command.h"
#include "edge/auth/auth.h"
#include "edge/auth/secrets.h"
#include "edge/sql/sql.h"

#define STATE_OPTIONS                                                                              \
    {"state", "DIR", NULL,                                                                         \
     "The server's own folder: secrets, database; $FULMAR_STATE or the user's data directory."},   \
    {                                                                                              \
        "db", "URL", NULL, "The database; $FULMAR_DB, or SQLite in the server's own folder."       \
    }

enum { STATE_PATH_SIZE = 4096 };

struct state {
    char folder[STATE_PATH_SIZE];
    char secrets_path[STATE_PATH_SIZE + 16];
    char url[STATE_PATH_SIZE + 32];
    struct secrets secrets;
    struct sql *sql;
    struct auth *auth; // with what the database says of people
};

// Makes the folder (0700) and the secrets where they are missing; opens the database and takes steps of its schema that
// are missing (of PostgreSQL: refuses, `fulmar db migrate` is who may). ERR_DENIED, ERR_CORRUPT, ERR_STATE; as
// edge/sql/sql.h. state_close in every case.
int state_open(const struct args *args, struct state *ret_state) MUST_USE;
void state_close(struct state *state);

// The one who sits at the machine: no address, now.
struct auth_caller state_caller(void);

#endif
