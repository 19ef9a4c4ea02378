// SPDX-License-Identifier: Apache-2.0
#include "base/prng.h"

#include "base/check.h"

static uint64_t splitmix64(uint64_t *state);
static inline uint64_t rotate_left(uint64_t x, int count);

void prng_seed(struct prng *prng, uint64_t seed) {
    for (int i = 0; i < 4; i++) prng->s[i] = splitmix64(&seed);
}

uint64_t prng_next(struct prng *prng) {
    uint64_t *s = prng->s;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t prng_below(struct prng *prng, uint64_t bound) {
    CHECK(bound > 0);
    unsigned __int128 product = (unsigned __int128)prng_next(prng) * bound;
    if ((uint64_t)product < bound) {
        // The low half below 2^64 mod bound marks the draws that would favour some results.
        uint64_t unfair = -bound % bound;
        while ((uint64_t)product < unfair) product = (unsigned __int128)prng_next(prng) * bound;
    }
    return (uint64_t)(product >> 64);
}

double prng_double(struct prng *prng) {
    return (double)(prng_next(prng) >> 11) * 0x1.0p-53;
}

static uint64_t splitmix64(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline uint64_t rotate_left(uint64_t x, int count) {
    return (x << count) | (x >> (64 - count));
}
