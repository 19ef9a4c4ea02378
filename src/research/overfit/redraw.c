// SPDX-License-Identifier: Apache-2.0
#include "research/overfit/redraw.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/prng.h"
#include "quant/math/mathfn.h"
#include "quant/series/moment.h"
#include "quant/series/rank.h"

const double redraw_levels[REDRAW_LEVELS] = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};

static const char *const names[REDRAW_METHODS] = {"shuffle", "bootstrap", "blocks", "garch"};

const char *redraw_name(enum redraw_method method) {
    return names[method];
}

int redraw_init(struct redraw *redraw, struct arena *arena, const struct redraw_config *config) {
    CHECK(config->count > 0 && config->length > 0 && config->paths > 1);
    CHECK(config->method != REDRAW_SHUFFLE || config->length == config->count);
    CHECK(config->method != REDRAW_BLOCKS || config->block >= 1);
    *redraw = (struct redraw){
        .config = *config,
        .growth = ARENA_NEW(arena, double, 2 * config->count),
        .finals = ARENA_NEW(arena, double, config->paths),
        .drawdowns = ARENA_NEW(arena, double, config->paths),
        .points = ARENA_NEW(arena, double, (REDRAW_POINTS + 1) * config->paths),
    };
    if (redraw->growth == NULL || redraw->finals == NULL || redraw->drawdowns == NULL ||
        redraw->points == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < 2 * config->count; i++)
        redraw->growth[i] = fmax(1 + config->returns[i % config->count], 0);
    return 0;
}

size_t redraw_scratch(const struct redraw *redraw) {
    return 2 * redraw->config.length;
}

// A path on its way.
struct path {
    double wealth;
    double peak;
    double worst; // smallest share of a peak
    size_t day;
    size_t point;     // the next
    size_t point_day; // when it is
    double *points;   // its column
    size_t stride;
};

static size_t day_of_point(const struct redraw *redraw, size_t point) {
    return (redraw->config.length * point + REDRAW_POINTS / 2) / REDRAW_POINTS;
}

static inline void grow(struct path *path, const double *growth, size_t count) {
    double wealth = path->wealth, peak = path->peak, worst = path->worst;
    for (size_t i = 0; i < count; i++) {
        wealth *= growth[i];
        peak = wealth > peak ? wealth : peak;
        if (__builtin_expect(wealth < worst * peak, 0)) worst = wealth / peak;
    }
    path->wealth = wealth;
    path->peak = peak;
    path->worst = worst;
}

static inline void keep_point(const struct redraw *redraw, struct path *path) {
    while (path->point <= REDRAW_POINTS && path->point_day == path->day) {
        path->points[path->point * path->stride] = path->wealth;
        path->point++;
        path->point_day = day_of_point(redraw, path->point);
    }
}

// The next days of a path, with what it is at points between.
static inline void walk(const struct redraw *redraw, struct path *path, const double *growth,
                        size_t count) {
    while (count > 0) {
        size_t left = path->point_day - path->day, step = count < left ? count : left;
        grow(path, growth, step);
        path->day += step;
        growth += step;
        count -= step;
        if (path->day == path->point_day) keep_point(redraw, path);
    }
}

static void run_shuffle(const struct redraw *redraw, struct prng *prng, double *scratch,
                        struct path *path) {
    size_t count = redraw->config.count;
    memcpy(scratch, redraw->growth, count * sizeof *scratch);
    for (size_t i = count; i > 1; i--) {
        size_t k = (size_t)prng_below(prng, i);
        double swap = scratch[i - 1];
        scratch[i - 1] = scratch[k];
        scratch[k] = swap;
    }
    walk(redraw, path, scratch, count);
}

static void run_bootstrap(const struct redraw *redraw, struct prng *prng, double *scratch,
                          struct path *path) {
    const struct redraw_config *config = &redraw->config;
    uint64_t *days = (uint64_t *)(void *)(scratch + config->length);
    prng_below_many(prng, config->count, config->length, days);
    for (size_t i = 0; i < config->length; i++) scratch[i] = redraw->growth[days[i]];
    walk(redraw, path, scratch, config->length);
}

// The length of a stretch is 1 + floor(ln u / ln(1 - 1 / block)).
static void run_blocks(const struct redraw *redraw, struct prng *prng, struct path *path) {
    const struct redraw_config *config = &redraw->config;
    double scale = config->block > 1 ? 1 / mathfn_log1p(-1 / config->block) : 0;
    while (path->day < config->length) {
        size_t from = (size_t)prng_below(prng, config->count), left = config->length - path->day;
        double more = scale < 0 ? mathfn_log(1 - prng_double(prng)) * scale : 0;
        size_t count = more < (double)config->count ? 1 + (size_t)more : config->count;
        if (count > config->count) count = config->count;
        walk(redraw, path, redraw->growth + from, count < left ? count : left);
    }
}

static void run_garch(const struct redraw *redraw, struct prng *prng, double *scratch,
                      struct path *path) {
    const struct redraw_config *config = &redraw->config;
    garch_simulate(&config->spec, config->params, config->first, prng, config->length, scratch,
                   scratch + config->length);
    for (size_t i = 0; i < config->length; i++) scratch[i] = fmax(1 + scratch[i], 0);
    walk(redraw, path, scratch, config->length);
}

void redraw_run(struct redraw *redraw, size_t first, size_t count, double *scratch) {
    const struct redraw_config *config = &redraw->config;
    for (size_t i = first; i < first + count; i++) {
        struct path path = {.wealth = 1,
                            .peak = 1,
                            .worst = 1,
                            .points = redraw->points + i,
                            .stride = config->paths};
        struct prng prng;
        prng_seed_stream(&prng, config->seed, i);
        keep_point(redraw, &path);
        switch (config->method) {
        case REDRAW_SHUFFLE:
            run_shuffle(redraw, &prng, scratch, &path);
            break;
        case REDRAW_BOOTSTRAP:
            run_bootstrap(redraw, &prng, scratch, &path);
            break;
        case REDRAW_BLOCKS:
            run_blocks(redraw, &prng, &path);
            break;
        case REDRAW_GARCH:
            run_garch(redraw, &prng, scratch, &path);
            break;
        case REDRAW_METHODS:
            CHECK(false);
        }
        redraw->finals[i] = path.wealth;
        redraw->drawdowns[i] = path.worst - 1;
    }
}

static void quantiles(double *values, size_t count, double *scratch, double *ret_quantiles) {
    rank_sort_bits(values, count, scratch);
    for (int i = 0; i < REDRAW_LEVELS; i++)
        ret_quantiles[i] = moment_quantile(values, count, redraw_levels[i], 7);
}

void redraw_spread_of(struct redraw *redraw, double *scratch, struct redraw_spread *ret_spread) {
    size_t paths = redraw->config.paths, losses = 0;
    double sum = 0;
    for (size_t i = 0; i < paths; i++) {
        sum += redraw->finals[i];
        losses += redraw->finals[i] < 1;
    }
    ret_spread->mean = sum / (double)paths;
    ret_spread->loss = (double)losses / (double)paths;
    quantiles(redraw->finals, paths, scratch, ret_spread->finals);
    quantiles(redraw->drawdowns, paths, scratch, ret_spread->drawdowns);
    for (size_t p = 0; p <= REDRAW_POINTS; p++)
        quantiles(redraw->points + p * paths, paths, scratch, ret_spread->bands[p]);
}
