// SPDX-License-Identifier: Apache-2.0
// Other projects on the same work: `bench/peers/run SCRIPT ARGS...` starts a script in the environment that
// bench/peers/setup makes, and the script prints one JSON object:
//   { "peer": "pandas.read_csv", "version": "2.2.3", "samples": [seconds, ...], ...results... }
#ifndef FULMAR_BENCH_PEER_H
#define FULMAR_BENCH_PEER_H

#include <jansson.h>

#include "bench.h"

enum { BENCH_PEER_ARGS_MAX = 8 };

// The object, which the caller releases; NULL where the peers are not installed and cannot be, or the script
// failed (told on stderr): then the row has no peer. `args` ends with NULL.
json_t *bench_peer(const char *script, const char *const *args);

// Fills peer, version and value of the row: work done divided by the median time, or with work = 0 that time.
void bench_peer_fill(struct bench_row *row, const json_t *object, double work);

#endif
