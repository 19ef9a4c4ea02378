// SPDX-License-Identifier: Apache-2.0
// Long while one column is above another. Where they differ is two bits a bar; between the bars at which the target
// changes nothing is asked.
#include "base/check.h"
#include "base/simd.h"
#include "research/sweep/lane_state.h"

enum { STEP = 8 };

typedef double reals_t __attribute__((vector_size(STEP * sizeof(double)), aligned(8), may_alias));
typedef int64_t ints_t __attribute__((vector_size(STEP * sizeof(int64_t))));

struct bits {
    uint64_t above[LANES_WORDS], below[LANES_WORDS];
};

static inline __attribute__((always_inline)) uint64_t fold(const ints_t *bits) {
    uint64_t words[STEP], all = 0;
    memcpy(words, bits, sizeof words);
    for (int i = 0; i < STEP; i++) all |= words[i];
    return all;
}

SIMD_CLONES_WIDE static void research_lanes_compare(const double *fast, const double *slow,
                                                    uint32_t words, struct bits *ret_bits) {
    for (uint32_t w = 0; w < words; w++) {
        ints_t above = {0}, below = {0}, bit = {1, 2, 4, 8, 16, 32, 64, 128};
        for (int k = 0; k < LANES_WORD / STEP; k++) {
            size_t at = (size_t)w * LANES_WORD + (size_t)k * STEP;
            reals_t x = *(const reals_t *)(const void *)(fast + at);
            reals_t y = *(const reals_t *)(const void *)(slow + at);
            above |= (ints_t)(x > y) & bit;
            below |= (ints_t)(x < y) & bit;
            bit <<= STEP;
        }
        ret_bits->above[w] = fold(&above);
        ret_bits->below[w] = fold(&below);
    }
}

// The first bar from `from` on whose bit is set; count: none.
static inline uint32_t next_set(const uint64_t *words, uint32_t from, uint32_t count) {
    uint32_t w = from / LANES_WORD, last = (count - 1) / LANES_WORD;
    uint64_t word = words[w] & (~(uint64_t)0 << from % LANES_WORD);
    while (word == 0) {
        if (w == last) return count;
        word = words[++w];
    }
    return w * LANES_WORD + (uint32_t)__builtin_ctzll(word);
}

void lane_cross(const struct lane_machine *machine, const struct lane_chunk *chunk,
                struct lane *lane) {
    struct bits bits;
    uint32_t at = 0, count = chunk->count, words = (count + LANES_WORD - 1) / LANES_WORD;
    DCHECK(count > 0 && count <= LANES_BARS);
    research_lanes_compare(chunk->columns + lane->columns[0] * chunk->stride,
                           chunk->columns + lane->columns[1] * chunk->stride, words, &bits);
    if (chunk->day_ends) lane_end_day(lane, chunk->day);
    while (at < count && !lane->left) {
        if (lane->order != 0) lane_fill(machine, lane, &chunk->bars[at]);
        uint32_t turn = next_set(lane->weight == 1 ? bits.below : bits.above, at, count);
        // An order that no volume was there for meets the next bar as well.
        uint32_t end = lane->order != 0 ? at + 1 : turn < count ? turn + 1 : count;
        if (!lane->left) lane_mark(machine, chunk, lane, at, end);
        if (turn + 1 == end && !lane->left)
            lane_decide(machine, lane, &chunk->bars[turn], lane->weight == 1 ? 0 : 1);
        at = end;
    }
}
