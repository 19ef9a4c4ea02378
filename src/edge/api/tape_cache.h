// SPDX-License-Identifier: Apache-2.0
// Series of the tape that are open, the latest TAPE_CACHE_MAX of them; a series that was written anew since is opened
// anew. One thread.
#ifndef FULMAR_EDGE_API_TAPE_CACHE_H
#define FULMAR_EDGE_API_TAPE_CACHE_H

#include "edge/store/pyramid.h"
#include "edge/store/tape.h"

enum { TAPE_CACHE_MAX = 64, TAPE_CACHE_SERIES_MAX = 65536 };
#define TAPE_CACHE_FRESH_NS INT64_C(1000000000)

struct tape_cache;

int tape_cache_open(const char *root, struct tape_cache **ret_cache) MUST_USE;
void tape_cache_close(struct tape_cache *cache); // NULL is fine

// The tape of a series, until the next call. Errors as tape_open.
int tape_cache_get(struct tape_cache *cache, const struct tape_series *series,
                   struct tape **ret_tape) MUST_USE;

// The same with its pyramid (edge/store/pyramid.h), which is built where it is not there: on a worker.
int tape_cache_pyramid(struct tape_cache *cache, const struct tape_series *series,
                       struct tape **ret_tape, struct pyramid **ret_pyramid) MUST_USE;

// All series in the order of their names, looked for again where the look before is TAPE_CACHE_FRESH_NS old; until the
// next call. ERR_FULL beyond TAPE_CACHE_SERIES_MAX.
int tape_cache_list(struct tape_cache *cache, int64_t now_ns, const struct tape_series **ret_items,
                    size_t *ret_count) MUST_USE;

#endif
