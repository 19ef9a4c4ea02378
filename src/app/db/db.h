// SPDX-License-Identifier: Apache-2.0
// What the verbs of `fulmar db` share: which database, and a journal made into what a projection needs.
#ifndef FULMAR_APP_DB_DB_H
#define FULMAR_APP_DB_DB_H

#include <jansson.h>

#include "app/command.h"
#include "edge/sql/projection.h"
#include "edge/sql/sql.h"

#define DB_URL_OPTION                                                                              \
    {                                                                                              \
        "url", "URL", NULL,                                                                        \
            "The database: sqlite:PATH or postgresql://USER@HOST/NAME; $FULMAR_DB, or fulmar.db "  \
            "in the "                                                                              \
            "user's data directory."                                                               \
    }

// --url, else $FULMAR_DB, else the file in the XDG data directory. Writes at most SQL_URL_MAX bytes.
int db_url(const struct args *args, char ret_url[SQL_URL_MAX]) MUST_USE;
int db_open(const struct args *args, bool read_only, struct sql **ret_sql) MUST_USE;

// A journal and a projection that can take it in. Zero, or opened.
struct db_journal {
    struct journal_reader *reader;
    void *hold; // of journal_source_open
    struct projection *projection;
};

// `path`, `name` and `kind` outlive it. db_journal_close on failure as well.
int db_journal_open(const char *path, int64_t tenant_id, const char *name, const char *kind,
                    struct db_journal *journal) MUST_USE;
void db_journal_close(struct db_journal *journal);

// The tenant of that name; NULL: the first one, and "main" is made where there is none.
int db_tenant(struct sql *sql, const char *name, int64_t *ret_id) MUST_USE;

// Runs a program of PostgreSQL ("pg_dump") with the connection's URL behind its arguments; the password goes by its
// environment. ERR_NOT_FOUND when it is not installed, ERR_IO when it fails.
int db_run_tool(const char *url, const char *const *arguments) MUST_USE;

#endif
