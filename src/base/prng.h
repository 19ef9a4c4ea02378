// SPDX-License-Identifier: Apache-2.0
// xoshiro256** 1.0 (Blackman and Vigna, 2018), seeded through splitmix64: the one source of randomness in the
// deterministic core. The state is plain data and part of every snapshot.
#ifndef FULMAR_BASE_PRNG_H
#define FULMAR_BASE_PRNG_H

#include <stddef.h>
#include <stdint.h>

struct prng {
    uint64_t s[4];
};

void prng_seed(struct prng *prng, uint64_t seed);
uint64_t prng_next(struct prng *prng);
uint64_t prng_below(struct prng *prng,
                    uint64_t bound); // uniform in [0, bound), bound > 0, without bias (Lemire)
// The same numbers as so many calls of prng_below, quicker.
void prng_below_many(struct prng *prng, uint64_t bound, size_t count, uint64_t *ret);
double prng_double(struct prng *prng); // uniform in [0, 1), 53 bits

// The generator of one of 2^64 streams of a seed: work that is cut in numbered pieces draws the same numbers whoever
// does a piece, and when.
void prng_seed_stream(struct prng *prng, uint64_t seed, uint64_t stream);

// Eight generators side by side, for vectors: lane k of a stream is that of prng_seed_stream(seed, 8 stream + k).
enum { PRNG_LANES = 8 };

struct prng_lanes {
    uint64_t s[4][PRNG_LANES];
};

void prng_lanes_seed(struct prng_lanes *lanes, uint64_t seed, uint64_t stream);
// ret[i] is the next number of lane i % 8; count is a multiple of 8 (CHECK). The same bits on every processor.
void prng_lanes_fill(struct prng_lanes *lanes, size_t count, uint64_t *ret);

#endif
