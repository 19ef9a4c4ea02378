// SPDX-License-Identifier: Apache-2.0
// Quantiles of a stream in bounded memory: Dunning and Ertl, "Computing Extremely Accurate Quantiles Using
// t-Digests" (2019), the merging form with their scale function k1, whose limits are computed by the
// addition theorem of the sine, without a transcendental function a step.
//
// Values near the tails stand alone, so that their quantiles are nearly exact; the error in the middle is
// about 1 / compression of the ranks. Digests merge. Deterministic: the same values in the same order give the
// same bytes. Until the buffer is full for the first time quantiles are exact (type 5 of Hyndman and Fan).
//
// The state is the caller's: tdigest_size bytes at an 8-byte boundary, without pointers or padding.
#ifndef FULMAR_QUANT_STREAM_TDIGEST_H
#define FULMAR_QUANT_STREAM_TDIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { TDIGEST_COMPRESSION_MIN = 20, TDIGEST_COMPRESSION_MAX = 10000 };

struct tdigest {
    uint32_t compression; // at most so many clusters and a few
    uint32_t clusters;
    uint32_t buffered; // values that wait, in ascending order
    uint32_t reserved;
    double cosine; // of 2 pi / compression
    double sine;
    double total; // values seen
    double least;
    double most;
    double slots[]; // means, weights, the buffer, room to merge
};
_Static_assert(sizeof(struct tdigest) == 56, "hashed as bytes: no padding");

size_t tdigest_size(uint32_t compression);
// compression within its range (CHECK). Writes all of the state.
void tdigest_init(struct tdigest *digest, uint32_t compression);

// O(log + memmove) and, once in `compression` values, O(compression). x is finite.
void tdigest_add(struct tdigest *digest, double x);

// What `other` has seen, too. `other` is another one (CHECK) and may have another compression.
void tdigest_merge(struct tdigest *digest, const struct tdigest *other);

// The value below which a share q in [0, 1] lies; NaN before the first value. O(compression).
double tdigest_quantile(const struct tdigest *digest, double q);

// The share of values below x, by the same interpolation; NaN before the first value.
double tdigest_share(const struct tdigest *digest, double x);

#endif
