// SPDX-License-Identifier: Apache-2.0
#include "research/overfit/entries.h"

#include <math.h>

#include "base/check.h"
#include "base/prng.h"
#include "quant/math/mathfn.h"

struct work {
    const struct entries_config *config;
    double *logs;    // [bars] of opens
    uint32_t *order; // [count] trades
    uint64_t *gaps;  // [count], bars without a position before each
    uint64_t free;   // of them all
};

static double result_of(const struct work *work) {
    const struct entries_config *config = work->config;
    double sum = 0;
    uint64_t at = 0;
    for (uint32_t i = 0; i < config->count; i++) {
        const struct entries_trade *trade = &config->trades[work->order[i]];
        at += work->gaps[i];
        uint64_t end = at + trade->to - trade->from;
        sum += trade->side * (work->logs[end] - work->logs[at]);
        at = end;
    }
    return sum + 2 * config->count * mathfn_log1p(-config->cost);
}

static void shuffle(struct work *work, struct prng *prng) {
    for (uint32_t i = work->config->count; i > 1; i--) {
        uint32_t k = (uint32_t)prng_below(prng, i), swap = work->order[i - 1];
        work->order[i - 1] = work->order[k];
        work->order[k] = swap;
    }
}

static void sift(uint64_t *heap, uint32_t count, uint32_t at) {
    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1] > heap[child]) child++;
        if (heap[at] >= heap[child]) return;
        uint64_t swap = heap[at];
        heap[at] = heap[child];
        heap[child] = swap;
    }
}

static void sort(uint64_t *values, uint32_t count) {
    for (uint32_t i = count / 2; i-- > 0;) sift(values, count, i);
    for (uint32_t end = count; end-- > 1;) {
        uint64_t swap = values[0];
        values[0] = values[end];
        values[end] = swap;
        sift(values, end, 0);
    }
}

// A place among the bars without a position for each trade; those that have the same follow each other.
static void draw_gaps(struct work *work, struct prng *prng) {
    uint32_t count = work->config->count;
    uint64_t before = 0;
    for (uint32_t i = 0; i < count; i++) work->gaps[i] = prng_below(prng, work->free + 1);
    sort(work->gaps, count);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t place = work->gaps[i];
        work->gaps[i] = place - before;
        before = place;
    }
}

static int prepare(struct work *work, struct arena *arena) {
    const struct entries_config *config = work->config;
    uint64_t at = 0, held = 0;
    work->logs = ARENA_NEW(arena, double, config->bars);
    work->order = ARENA_NEW(arena, uint32_t, config->count);
    work->gaps = ARENA_NEW(arena, uint64_t, config->count);
    if (work->logs == NULL || work->order == NULL || work->gaps == NULL) return ERR_NOMEM;
    for (uint64_t i = 0; i < config->bars; i++) work->logs[i] = mathfn_log(config->opens[i]);
    for (uint32_t i = 0; i < config->count; i++) {
        const struct entries_trade *trade = &config->trades[i];
        CHECK(trade->from >= at && trade->to > trade->from && trade->to < config->bars);
        work->order[i] = i;
        work->gaps[i] = trade->from - at;
        held += trade->to - trade->from;
        at = trade->to;
    }
    work->free = config->bars - 1 - held;
    return 0;
}

int entries_of(const struct entries_config *config, struct arena *arena,
               struct entries *ret_entries) {
    struct work work = {.config = config};
    struct prng prng;
    size_t used = arena->used;
    CHECK(config->count > 0 && config->draws > 1);
    TRY(prepare(&work, arena));
    prng_seed(&prng, config->seed);
    double own = result_of(&work), sum = 0, squares = 0;
    uint32_t above = 0;
    for (uint32_t draw = 0; draw < config->draws; draw++) {
        shuffle(&work, &prng);
        draw_gaps(&work, &prng);
        double result = result_of(&work);
        sum += result - own;
        squares += (result - own) * (result - own);
        above += result >= own;
    }
    double n = config->draws, mean = sum / n;
    *ret_entries = (struct entries){
        .own = own,
        .mean = own + mean,
        .deviation = sqrt(fmax(squares - n * mean * mean, 0) / (n - 1)),
        .p = (1.0 + above) / (1.0 + n),
        .draws = config->draws,
    };
    arena_rewind(arena, used);
    return 0;
}
