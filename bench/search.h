// SPDX-License-Identifier: Apache-2.0
// Searches as the program makes them, for benchmarks: from the words of its command line, with its threads.
#ifndef FULMAR_BENCH_SEARCH_H
#define FULMAR_BENCH_SEARCH_H

#include "app/sweep/sweep.h"
#include "app/walkforward/walkforward.h"

// Words as those of `fulmar sweep` and `fulmar walkforward`, NULL at their end. The arguments outlive what was opened.
// 0, or nonzero with a message.
int bench_search_args(const char *const *words, struct args *args);

// Works through all trials of an open search once more; seconds, < 0 with a message.
double bench_search_work(struct sweep *sweep);

// Runs `count` trials of the search, chosen with a seed, on the event engine: how many of them differ from the search's
// in any bit; < 0 with a message.
int bench_search_check(const struct sweep *sweep, uint32_t count, uint64_t seed);

// How many trials no event engine had to run.
uint64_t bench_search_lanes(const struct sweep *sweep);

// Writes daily bars of a walk to a CSV file whose opens are the closes before, so that an order of a close is filled at
// that price. The name of the input, NULL with a message.
const char *bench_days(const char *path, uint32_t count, char *ret_sha256, double *ret_closes);

#endif
