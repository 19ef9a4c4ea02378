// SPDX-License-Identifier: Apache-2.0
#include "research/overfit/snoop.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/simd.h"
#include "quant/math/mathfn.h"
#include "quant/series/bootstrap.h"

enum { TILE = RETURNS_TILE, DRAWS_AT_ONCE = 4 };

typedef double lanes_t __attribute__((vector_size(TILE * sizeof(double))));

struct work {
    const struct snoop_config *config;
    uint64_t days;
    uint32_t draws; // in whole blocks
    double *counts; // [draws / DRAWS_AT_ONCE][days][DRAWS_AT_ONCE]: how often a draw has a day
    double *kernel; // [lags], by lag
    uint64_t lags;
    double *excess;  // [days][TILE], of a tile: less its means
    double *largest; // [draws] of the reality check
    double *spa[3];  // [draws]: lower, consistent, upper
    double best_reality, best_spa;
    uint64_t trials;
};

static int draw_counts(struct work *work, struct arena *arena) {
    struct prng prng;
    uint32_t *rows = ARENA_NEW(arena, uint32_t, work->days);
    work->counts = ARENA_NEW(arena, double, work->draws * work->days);
    if (rows == NULL || work->counts == NULL) return ERR_NOMEM;
    prng_seed(&prng, work->config->seed);
    for (uint32_t draw = 0; draw < work->draws; draw++) {
        double *block = work->counts + draw / DRAWS_AT_ONCE * work->days * DRAWS_AT_ONCE;
        bootstrap_rows(&prng, BOOTSTRAP_STATIONARY, work->config->block, work->days, rows);
        for (uint64_t i = 0; i < work->days; i++)
            block[rows[i] * DRAWS_AT_ONCE + draw % DRAWS_AT_ONCE] += 1;
    }
    return 0;
}

// The weight of the autocovariance at each lag in the variance of a mean under the stationary bootstrap. Lags whose
// weight is beyond the digits are left out.
static int make_kernel(struct work *work, struct arena *arena) {
    double n = (double)work->days, stay = 1 - 1 / work->config->block;
    work->kernel = ARENA_NEW(arena, double, work->days);
    if (work->kernel == NULL) return ERR_NOMEM;
    for (uint64_t lag = 1; lag < work->days; lag++) {
        double i = (double)lag;
        work->kernel[lag] = (n - i) / n * mathfn_pow(stay, i) + i / n * mathfn_pow(stay, n - i);
    }
    return 0;
}

static void center(const struct work *work, const double *tile, double *ret_means) {
    double sums[TILE] = {0};
    const double *benchmark = work->config->benchmark;
    for (uint64_t day = 0; day < work->days; day++)
        for (int i = 0; i < TILE; i++) {
            double excess = tile[day * TILE + i] - (benchmark != NULL ? benchmark[day] : 0);
            work->excess[day * TILE + i] = excess;
            sums[i] += excess;
        }
    for (int i = 0; i < TILE; i++) ret_means[i] = sums[i] / (double)work->days;
    for (uint64_t day = 0; day < work->days; day++)
        for (int i = 0; i < TILE; i++) work->excess[day * TILE + i] -= ret_means[i];
}

SIMD_CLONES_WIDE static void research_snoop_covariance(const double *excess, uint64_t days,
                                                       uint64_t lag, double *ret_sums) {
    lanes_t sums = {0};
    for (uint64_t day = lag; day < days; day++) {
        lanes_t now, before;
        memcpy(&now, excess + day * TILE, sizeof now);
        memcpy(&before, excess + (day - lag) * TILE, sizeof before);
        sums += now * before;
    }
    memcpy(ret_sums, &sums, sizeof sums);
}

// Long-run variances of a tile's means, times days.
static void variances_of(const struct work *work, double *ret_variances) {
    double sums[TILE], n = (double)work->days;
    research_snoop_covariance(work->excess, work->days, 0, sums);
    for (int i = 0; i < TILE; i++) ret_variances[i] = sums[i] / n;
    for (uint64_t lag = 1; lag < work->days; lag++) {
        if (work->kernel[lag] < 1e-12) continue;
        research_snoop_covariance(work->excess, work->days, lag, sums);
        for (int i = 0; i < TILE; i++) ret_variances[i] += 2 * work->kernel[lag] * sums[i] / n;
    }
}

// Sums of a tile's days in four draws.
SIMD_CLONES_WIDE static void research_snoop_sums(const double *excess, const double *counts,
                                                 uint64_t days, double *ret_sums) {
    lanes_t a = {0}, b = {0}, c = {0}, d = {0};
    for (uint64_t day = 0; day < days; day++, counts += DRAWS_AT_ONCE) {
        lanes_t now;
        memcpy(&now, excess + day * TILE, sizeof now);
        a += now * counts[0];
        b += now * counts[1];
        c += now * counts[2];
        d += now * counts[3];
    }
    memcpy(ret_sums, &a, sizeof a);
    memcpy(ret_sums + TILE, &b, sizeof b);
    memcpy(ret_sums + 2 * TILE, &c, sizeof c);
    memcpy(ret_sums + 3 * TILE, &d, sizeof d);
}

static void raise(double *most, double value) {
    if (value > *most) *most = value;
}

// One trial in one draw: its mean is `moved` from its own, both times sqrt(n).
static void take(struct work *work, uint32_t draw, double moved, double own, double deviation,
                 bool is_bad) {
    raise(&work->largest[draw], moved);
    raise(&work->spa[0][draw], (moved + (own < 0 ? own : 0)) / deviation);
    raise(&work->spa[1][draw], (moved + (is_bad ? own : 0)) / deviation);
    raise(&work->spa[2][draw], moved / deviation);
}

static void take_tile(struct work *work, uint64_t first) {
    double means[TILE], variances[TILE], sums[DRAWS_AT_ONCE * TILE], n = (double)work->days;
    double root = sqrt(n), bad = -sqrt(2 * mathfn_log(mathfn_log(n)));
    uint64_t left = work->config->returns->runs - first;
    int runs = left < TILE ? (int)left : TILE;
    bool varies[TILE];
    center(work, returns_tile(work->config->returns, first), means);
    variances_of(work, variances);
    for (int i = 0; i < runs; i++) {
        varies[i] = variances[i] > 1e-24;
        if (!varies[i]) continue;
        work->trials++;
        raise(&work->best_reality, root * means[i]);
        raise(&work->best_spa, root * means[i] / sqrt(variances[i]));
    }
    for (uint32_t draw = 0; draw < work->draws; draw += DRAWS_AT_ONCE) {
        research_snoop_sums(work->excess, work->counts + draw * work->days, work->days, sums);
        for (int k = 0; k < DRAWS_AT_ONCE; k++)
            for (int i = 0; i < runs; i++) {
                double own = root * means[i], deviation = sqrt(variances[i]);
                if (varies[i])
                    take(work, draw + (uint32_t)k, root * (sums[k * TILE + i] / n), own, deviation,
                         own / deviation < bad);
            }
    }
}

static double share_above(const double *values, uint32_t count, double value) {
    uint32_t above = 0;
    for (uint32_t i = 0; i < count; i++) above += values[i] > value;
    return (double)above / count;
}

// A statistic of 0, where no trial earned anything, is what every draw reaches.
static double spa_of(const struct work *work, int kind) {
    return work->best_spa > 0 ? share_above(work->spa[kind], work->draws, work->best_spa) : 1;
}

static int prepare(struct work *work, struct arena *arena) {
    work->excess = arena_alloc(arena, work->days * TILE * sizeof(double), 64);
    work->largest = ARENA_NEW(arena, double, work->draws);
    for (int i = 0; i < 3; i++) {
        work->spa[i] = ARENA_NEW(arena, double, work->draws); // 0 at least
        if (work->spa[i] == NULL) return ERR_NOMEM;
    }
    if (work->excess == NULL || work->largest == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < work->draws; i++) work->largest[i] = -INFINITY;
    work->best_reality = -INFINITY;
    TRY(make_kernel(work, arena));
    return draw_counts(work, arena);
}

int snoop_of(const struct snoop_config *config, struct arena *arena, struct snoop *ret_snoop) {
    struct work work = {.config = config,
                        .days = config->returns->days,
                        .draws =
                            (config->draws + DRAWS_AT_ONCE - 1) / DRAWS_AT_ONCE * DRAWS_AT_ONCE};
    CHECK(config->draws > 0 && config->block >= 1);
    if (work.days < SNOOP_DAYS_MIN)
        return ERR_SET(ERR_ARGUMENT, "a reality check wants %d days of returns; there are %llu",
                       SNOOP_DAYS_MIN, (unsigned long long)work.days);
    size_t used = arena->used;
    TRY(prepare(&work, arena));
    for (uint64_t first = 0; first < config->returns->runs; first += TILE) take_tile(&work, first);
    if (work.trials == 0) {
        arena_rewind(arena, used);
        return ERR_SET(ERR_ARGUMENT, "no trial's returns vary: there is nothing to check");
    }
    *ret_snoop = (struct snoop){
        .reality = share_above(work.largest, work.draws, work.best_reality),
        .spa = spa_of(&work, 1),
        .spa_lower = spa_of(&work, 0),
        .spa_upper = spa_of(&work, 2),
        .block = config->block,
        .draws = work.draws,
        .trials = work.trials,
    };
    arena_rewind(arena, used);
    return 0;
}
