// SPDX-License-Identifier: Apache-2.0
// Runs that were kept: <root>/<name> is a folder of files, and either it is there whole or not at all.
//
// A run is written as a draft, a folder of the root whose name begins with a point, locked by its writer. The rename to
// its name is the only commit point, after every file and folder in it was synced; a run is removed the other way
// round. What a killed process leaves is a draft without a lock: nobody lists it, and the next writer removes it.
//
// Functions return 0, ERR_IO, ERR_NOMEM, and what their comments say.
#ifndef FULMAR_EDGE_STORE_RUN_STORE_H
#define FULMAR_EDGE_STORE_RUN_STORE_H

#include <stddef.h>

#include "base/err.h"
#include "base/hash.h"

enum { RUN_STORE_NAME_MAX = 64, RUN_STORE_PATH_SIZE = 4096 };

// A name is 1 to RUN_STORE_NAME_MAX of [A-Za-z0-9._-] and does not begin with a point or a dash. ERR_ARGUMENT.
int run_store_check_name(const char *name) MUST_USE;

struct run_store_draft;

// Makes the root where it is missing, removes what dead writers left, and begins a draft. ERR_ARGUMENT; ERR_EXISTS when
// a run has the name.
int run_store_begin(const char *root, const char *name,
                    struct run_store_draft **ret_draft) MUST_USE;
const char *run_store_draft_path(const struct run_store_draft *draft); // its folder
// The draft becomes the run. ERR_EXISTS when another writer was first. The draft is gone, whatever the result.
int run_store_commit(struct run_store_draft *draft) MUST_USE;
void run_store_abandon(struct run_store_draft *draft); // and its files; NULL is fine

// The folder of a run. ERR_ARGUMENT, ERR_RANGE for too long a path; ERR_NOT_FOUND names the nearest run.
int run_store_find(const char *root, const char *name, char ret_path[RUN_STORE_PATH_SIZE]) MUST_USE;

// Calls `visit` with the name of every run, in the order of names; a negative return stops and is returned. A root that
// does not exist has no runs.
struct run_store_visitor {
    int (*visit)(void *self, const char *name);
    void *self;
};
int run_store_list(const char *root, const struct run_store_visitor *visitor) MUST_USE;

int run_store_remove(const char *root, const char *name) MUST_USE; // as run_store_find

// SHA-256 of a file's bytes. ERR_NOT_FOUND.
int run_store_digest(const char *path, char ret_text[SHA256_TEXT_SIZE]) MUST_USE;

#endif
