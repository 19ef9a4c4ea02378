// SPDX-License-Identifier: Apache-2.0
#include "base/prng.h"

#include <string.h>

#include "base/check.h"
#include "base/simd.h"

// Four lanes; as wide as AVX2, and two vectors of SSE2.
typedef uint64_t quad __attribute__((vector_size(32)));
enum { QUADS = PRNG_LANES / 4 };

static uint64_t splitmix64(uint64_t *state);
static inline uint64_t rotate_left(uint64_t x, int count);
SIMD_CLONES static void fill(struct prng_lanes *lanes, size_t count, uint64_t *ret);

void prng_seed(struct prng *prng, uint64_t seed) {
    for (int i = 0; i < 4; i++) prng->s[i] = splitmix64(&seed);
}

static inline uint64_t next(struct prng *prng) {
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

static inline uint64_t below(struct prng *prng, uint64_t bound) {
    unsigned __int128 product = (unsigned __int128)next(prng) * bound;
    if (__builtin_expect((uint64_t)product < bound, 0)) {
        // The low half below 2^64 mod bound marks the draws that would favour some results.
        uint64_t unfair = -bound % bound;
        while ((uint64_t)product < unfair) product = (unsigned __int128)next(prng) * bound;
    }
    return (uint64_t)(product >> 64);
}

uint64_t prng_next(struct prng *prng) {
    return next(prng);
}

uint64_t prng_below(struct prng *prng, uint64_t bound) {
    CHECK(bound > 0);
    return below(prng, bound);
}

void prng_below_many(struct prng *prng, uint64_t bound, size_t count, uint64_t *ret) {
    struct prng own = *prng; // in registers
    CHECK(bound > 0);
    for (size_t i = 0; i < count; i++) ret[i] = below(&own, bound);
    *prng = own;
}

double prng_double(struct prng *prng) {
    return (double)(prng_next(prng) >> 11) * 0x1.0p-53;
}

void prng_seed_stream(struct prng *prng, uint64_t seed, uint64_t stream) {
    uint64_t mixed = splitmix64(&seed) + stream;
    prng_seed(prng, splitmix64(&mixed));
}

void prng_lanes_seed(struct prng_lanes *lanes, uint64_t seed, uint64_t stream) {
    for (uint64_t k = 0; k < PRNG_LANES; k++) {
        struct prng prng;
        prng_seed_stream(&prng, seed, PRNG_LANES * stream + k);
        for (int i = 0; i < 4; i++) lanes->s[i][k] = prng.s[i];
    }
}

void prng_lanes_fill(struct prng_lanes *lanes, size_t count, uint64_t *ret) {
    CHECK(count % PRNG_LANES == 0);
    fill(lanes, count, ret);
}

// prng_next by shifts and sums: few processors multiply vectors of 64 bits.
SIMD_CLONES static void fill(struct prng_lanes *lanes, size_t count, uint64_t *ret) {
    quad s[4][QUADS];
    memcpy(s, lanes->s, sizeof s);
    for (size_t i = 0; i < count; i += PRNG_LANES)
        for (int q = 0; q < QUADS; q++) {
            quad times5 = s[1][q] + (s[1][q] << 2), turned = (times5 << 7) | (times5 >> 57);
            quad result = turned + (turned << 3), shifted = s[1][q] << 17;
            memcpy(ret + i + 4 * q, &result, sizeof result);
            s[2][q] ^= s[0][q];
            s[3][q] ^= s[1][q];
            s[1][q] ^= s[2][q];
            s[0][q] ^= s[3][q];
            s[2][q] ^= shifted;
            s[3][q] = (s[3][q] << 45) | (s[3][q] >> 19);
        }
    memcpy(lanes->s, s, sizeof s);
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
