// SPDX-License-Identifier: Apache-2.0
// The manifests of the runs that were kept, in memory: read once, and again when a run's folder says that it changed. A
// run that is not whole, or of another make, is left out and counted.
//
// One thread. The root is looked at again when the look before is RUN_INDEX_FRESH_NS old.
#ifndef FULMAR_EDGE_API_RUN_INDEX_H
#define FULMAR_EDGE_API_RUN_INDEX_H

#include <jansson.h>
#include <stdint.h>

#include "edge/store/run_store.h"

#define RUN_INDEX_FRESH_NS INT64_C(500000000)

struct run_entry {
    char name[RUN_STORE_NAME_MAX + 1];
    char key[RUN_STORE_NAME_MAX +
             48]; // when it was made, then the name: the order of lists, newest last
    const json_t *manifest;
    int64_t changed_ns;
};

struct run_index;

int run_index_open(const char *root, struct run_index **ret_index) MUST_USE;
void run_index_close(struct run_index *index); // NULL is fine

// Looks at the root where that is due. ERR_IO, ERR_NOMEM.
int run_index_refresh(struct run_index *index, int64_t now_ns) MUST_USE;
void run_index_forget(struct run_index *index); // the next look is due at once
size_t run_index_count(const struct run_index *index);
size_t run_index_left_out(const struct run_index *index);
const struct run_entry *run_index_at(const struct run_index *index, size_t i);           // by key
const struct run_entry *run_index_find(const struct run_index *index, const char *name); // NULL

// The path of a file of a run; `file` is a plain name, or tables/ and one. ERR_NOT_FOUND, ERR_ARGUMENT.
int run_index_path(const struct run_index *index, const char *name, const char *file,
                   char ret_path[RUN_STORE_PATH_SIZE]) MUST_USE;

#endif
