// SPDX-License-Identifier: Apache-2.0
#include "research/overfit/cscv.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/simd.h"

// Sums of returns and of their squares over every subset of the lower half of the blocks and of the upper one: those of
// any choice of blocks are then one addition away.
struct work {
    const struct returns *returns;
    size_t width; // trials, with those that fill the last tile
    uint32_t blocks;
    uint32_t half;
    double days;                  // of a half
    double *sums[2], *squares[2]; // [2^half][width]
    double *ratios;               // [width]
    double *others;               // [width], in the other half
};

// The block's sums of each trial, where its subset of one stands.
static void add_block(const struct work *work, uint32_t block, uint64_t first, uint64_t length) {
    uint32_t part = block / work->half, place = block % work->half;
    double *sums = work->sums[part] + ((size_t)1 << place) * work->width;
    double *squares = work->squares[part] + ((size_t)1 << place) * work->width;
    for (uint64_t run = 0; run < work->width; run += RETURNS_TILE) {
        const double *tile = returns_tile(work->returns, run) + first * RETURNS_TILE;
        double sum[RETURNS_TILE] = {0}, square[RETURNS_TILE] = {0};
        for (uint64_t day = 0; day < length; day++, tile += RETURNS_TILE)
            for (int i = 0; i < RETURNS_TILE; i++) {
                sum[i] += tile[i];
                square[i] += tile[i] * tile[i];
            }
        memcpy(sums + run, sum, sizeof sum);
        memcpy(squares + run, square, sizeof square);
    }
}

// A subset is one block and a smaller subset.
static void fill_subsets(const struct work *work) {
    for (int part = 0; part < 2; part++)
        for (size_t set = 1; set < (size_t)1 << work->half; set++) {
            size_t rest = set & (set - 1), one = set ^ rest;
            if (rest == 0) continue;
            double *tables[2] = {work->sums[part], work->squares[part]};
            for (int t = 0; t < 2; t++)
                for (size_t i = 0; i < work->width; i++)
                    tables[t][set * work->width + i] =
                        tables[t][rest * work->width + i] + tables[t][one * work->width + i];
        }
}

// Sharpe ratios a day of all trials over a choice of blocks.
SIMD_CLONES static void research_cscv_ratios(const struct work *work, uint32_t chosen,
                                             double *restrict ret_ratios) {
    size_t low = (chosen & ((1u << work->half) - 1)) * work->width;
    size_t high = (size_t)(chosen >> work->half) * work->width;
    const double *sum_low = work->sums[0] + low, *sum_high = work->sums[1] + high;
    const double *square_low = work->squares[0] + low, *square_high = work->squares[1] + high;
    double days = work->days, inverse = 1 / days;
    for (size_t i = 0; i < work->width; i++) {
        double sum = sum_low[i] + sum_high[i], squares = square_low[i] + square_high[i];
        double mean = sum * inverse, spread = squares - sum * mean;
        bool varies = spread > 1e-14 * squares;
        double variance = (varies ? spread : 1) / (days - 1);
        ret_ratios[i] = varies ? mean / sqrt(variance) : 0;
    }
}

static uint64_t best_of(const struct work *work) {
    uint64_t best = 0;
    for (uint64_t i = 1; i < work->returns->runs; i++)
        if (work->ratios[i] > work->ratios[best]) best = i;
    return best;
}

// Whether the value at a place is on the middle of all or below it; equal ones share their ranks.
static bool is_low(const double *values, uint64_t count, uint64_t place) {
    uint64_t less = 0, same = 0;
    for (uint64_t i = 0; i < count; i++) {
        less += values[i] < values[place];
        same += values[i] == values[place];
    }
    return 2 * less + same + 1 <= count + 1;
}

struct tally {
    double low, loss;
    double in, out, in_in, in_out; // sums
};

static void look(const struct work *work, uint32_t chosen, struct tally *tally) {
    uint32_t all = (1u << work->blocks) - 1;
    research_cscv_ratios(work, chosen, work->ratios);
    uint64_t best = best_of(work);
    research_cscv_ratios(work, all ^ chosen, work->others);
    double in = work->ratios[best], out = work->others[best];
    tally->low += is_low(work->others, work->returns->runs, best);
    tally->loss += out < 0;
    tally->in += in;
    tally->out += out;
    tally->in_in += in * in;
    tally->in_out += in * out;
}

static int prepare(struct work *work, struct arena *arena) {
    size_t cells = ((size_t)1 << work->half) * work->width;
    uint64_t length = work->returns->days / work->blocks;
    uint64_t over = work->returns->days % work->blocks;
    for (int part = 0; part < 2; part++) {
        work->sums[part] = ARENA_NEW(arena, double, cells);
        work->squares[part] = ARENA_NEW(arena, double, cells);
        if (work->sums[part] == NULL || work->squares[part] == NULL) return ERR_NOMEM;
    }
    work->ratios = ARENA_NEW(arena, double, work->width);
    work->others = ARENA_NEW(arena, double, work->width);
    if (work->ratios == NULL || work->others == NULL) return ERR_NOMEM;
    for (uint32_t block = 0; block < work->blocks; block++)
        add_block(work, block, over + block * length, length);
    fill_subsets(work);
    work->days = (double)(length * work->half);
    return 0;
}

int cscv_of(const struct returns *returns, uint32_t blocks, double days_a_year, struct arena *arena,
            struct cscv *ret_cscv) {
    CHECK(blocks % 2 == 0 && blocks >= 4 && blocks <= CSCV_BLOCKS_MAX);
    while (blocks > 4 && returns->days / blocks < CSCV_DAYS_MIN) blocks -= 2;
    if (returns->runs < 2 || returns->days / blocks < CSCV_DAYS_MIN)
        return ERR_SET(ERR_ARGUMENT, "the probability of overfitting wants two trials and %d days",
                       4 * CSCV_DAYS_MIN);
    struct work work = {.returns = returns,
                        .width = (returns->runs + RETURNS_TILE - 1) / RETURNS_TILE * RETURNS_TILE,
                        .blocks = blocks,
                        .half = blocks / 2};
    struct tally tally = {0};
    uint32_t splits = 0;
    size_t used = arena->used;
    TRY(prepare(&work, arena));
    for (uint32_t chosen = 0; chosen < 1u << blocks; chosen++) {
        if ((uint32_t)__builtin_popcount(chosen) != work.half) continue;
        look(&work, chosen, &tally);
        splits++;
    }
    double n = splits, year = sqrt(days_a_year);
    double spread = tally.in_in - tally.in * tally.in / n;
    *ret_cscv = (struct cscv){
        .pbo = tally.low / n,
        .loss = tally.loss / n,
        .slope = spread > 0 ? (tally.in_out - tally.in * tally.out / n) / spread : NAN,
        .in_sharpe = tally.in / n * year,
        .out_sharpe = tally.out / n * year,
        .splits = splits,
        .blocks = blocks,
    };
    arena_rewind(arena, used);
    return 0;
}
