// SPDX-License-Identifier: Apache-2.0
// Inputs that benchmarks make: deterministic, of a known size.
#ifndef FULMAR_BENCH_DATA_H
#define FULMAR_BENCH_DATA_H

#include <stddef.h>
#include <stdint.h>

// A run of SMA cross 20/100 over BENCH/WALK/bar-1m with half of the equity, and fees of a basis point.
extern const char bench_sma_config[];

// Closes of a seeded walk around 10,000 in steps of 1e-8: exact ties of moving averages do not happen.
void bench_walk(uint64_t seed, uint64_t count, int64_t *ret_closes);

// Writes `time,open,high,low,close,volume` of one-minute bars from 2020-01-01 made of a walk; the whole file's
// SHA-256 as text goes to ret_sha256 (65 bytes). Returns the file's size, 0 on failure.
size_t bench_write_bars(const char *path, uint64_t seed, uint64_t count, char *ret_sha256);

// Imports a CSV file into the tape directory under a symbol. 0, or nonzero with a message.
int bench_import(const char *path, const char *tape, const char *symbol);

#endif
