// SPDX-License-Identifier: Apache-2.0
// xoshiro256** 1.0 (Blackman and Vigna, 2018), seeded through splitmix64: the one source of randomness in the
// deterministic core. The state is plain data and part of every snapshot.
#ifndef FULMAR_BASE_PRNG_H
#define FULMAR_BASE_PRNG_H

#include <stdint.h>

struct prng {
    uint64_t s[4];
};

void prng_seed(struct prng *prng, uint64_t seed);
uint64_t prng_next(struct prng *prng);
uint64_t prng_below(struct prng *prng,
                    uint64_t bound);   // uniform in [0, bound), bound > 0, without bias (Lemire)
double prng_double(struct prng *prng); // uniform in [0, 1), 53 bits

#endif
