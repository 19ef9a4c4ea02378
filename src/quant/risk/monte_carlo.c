// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/monte_carlo.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/check.h"
#include "quant/math/distribution.h"
#include "quant/math/linalg.h"
#include "quant/math/mathfn.h"
#include "quant/math/normal.h"
#include "quant/math/sample.h"
#include "quant/math/sample_many.h"
#include "quant/math/sum.h"
#include "quant/risk/copula_fit.h"
#include "quant/risk/risk_contribution.h"
#include "quant/risk/tail_risk.h"
#include "quant/series/covariance.h"
#include "quant/series/rank.h"

// A copula's normals of so many paths at once stay near the processor.
enum { SLICE = 128, GUIDE = 4096, LANES_STREAM = 0, SINGLE_STREAM = 1, STREAMS = 2 };

static const double half_pi = 1.57079632679489661923;

static int check(const struct monte_carlo_options *options, size_t *ret_column);
static int prepare_elliptical(struct monte_carlo *mc, struct arena *arena, size_t *ret_column);
static int prepare_bootstrap(struct monte_carlo *mc, struct arena *arena);
static int prepare_copula(struct monte_carlo *mc, struct arena *arena);
static void draw_elliptical(const struct monte_carlo *mc, uint64_t block, double *scratch,
                            double *ret_returns);
static void draw_bootstrap(const struct monte_carlo *mc, uint64_t block, double *ret_returns);
static void draw_copula(const struct monte_carlo *mc, uint64_t block, double *scratch,
                        double *ret_returns);

static bool is_elliptical(enum monte_carlo_law law) {
    return law == MONTE_CARLO_NORMAL || law == MONTE_CARLO_STUDENT;
}

int monte_carlo_init(struct monte_carlo *mc, const struct monte_carlo_options *options,
                     struct arena *arena, size_t *ret_column) {
    struct monte_carlo made = {.options = *options};
    *ret_column = SIZE_MAX;
    TRY(check(options, ret_column));
    if (is_elliptical(options->law))
        TRY(prepare_elliptical(&made, arena, ret_column));
    else if (options->law == MONTE_CARLO_BOOTSTRAP)
        TRY(prepare_bootstrap(&made, arena));
    else
        TRY(prepare_copula(&made, arena));
    *mc = made;
    return 0;
}

size_t monte_carlo_scratch(const struct monte_carlo *mc) {
    if (is_elliptical(mc->options.law)) return 6 * (size_t)MONTE_CARLO_BLOCK;
    return (mc->options.count + 5) * SLICE;
}

void monte_carlo_draw(const struct monte_carlo *mc, uint64_t block, double *scratch,
                      double *ret_returns) {
    if (is_elliptical(mc->options.law))
        draw_elliptical(mc, block, scratch, ret_returns);
    else if (mc->options.law == MONTE_CARLO_BOOTSTRAP)
        draw_bootstrap(mc, block, ret_returns);
    else
        draw_copula(mc, block, scratch, ret_returns);
}

struct monte_carlo_risk monte_carlo_risk_of(double *returns, size_t paths, double level,
                                            double *scratch) {
    CHECK(paths >= 2);
    double n = (double)paths, a = 1 - level, spread = sqrt(n * a * level);
    double last = (double)(paths - 1), at = tail_risk_rank(paths - 1, a);
    size_t low = (size_t)fmax(floor(at - spread), 0), high = (size_t)fmin(ceil(at + spread), last);
    size_t least = high + 2 < paths ? high + 2 : paths;
    rank_least(returns, paths, least, scratch);
    double var = tail_risk_historical(returns, paths, a).var;
    double es = tail_risk_lower(returns, paths, a).es;
    struct sum squares = {0};
    size_t count = (size_t)fmax(tail_risk_rank(paths, a), 1);
    for (size_t i = 0; i < count; i++) {
        double off = returns[i] + es;
        sum_add(&squares, off * off);
    }
    double variance = sum_value(&squares) / (double)count, beyond = es - var;
    return (struct monte_carlo_risk){
        .var = var,
        .es = es,
        .var_error = (returns[high] - returns[low]) / 2,
        .es_error = sqrt((variance + level * beyond * beyond) / (n * a)),
    };
}

static int check_columns(const struct monte_carlo_options *options, size_t *ret_column) {
    bool copula = options->law != MONTE_CARLO_BOOTSTRAP;
    if (options->rows < 2)
        return ERR_SET(ERR_ARGUMENT, "%zu rows of the past are too few: this needs 2",
                       options->rows);
    for (size_t j = 0; j < options->count; j++) {
        const double *column = options->columns[j];
        bool equal = true;
        *ret_column = j;
        for (size_t t = 0; t < options->rows; t++) {
            if (!isfinite(column[t]))
                return ERR_SET(ERR_ARGUMENT, "return %zu of column %zu is not a finite number",
                               t + 1, j);
            equal = equal && column[t] == column[0];
        }
        if (equal && copula)
            return ERR_SET(ERR_ARGUMENT, "the returns of column %zu are all %g: they have no ranks",
                           j, column[0]);
    }
    *ret_column = SIZE_MAX;
    return 0;
}

static int check(const struct monte_carlo_options *options, size_t *ret_column) {
    bool student = options->law == MONTE_CARLO_STUDENT;
    if (options->count == 0) return ERR_SET(ERR_ARGUMENT, "there is no asset");
    if (options->horizon < 1 || options->horizon > MONTE_CARLO_HORIZON_MAX)
        return ERR_SET(ERR_ARGUMENT, "the horizon is within 1 to %d whole periods, not %zu",
                       MONTE_CARLO_HORIZON_MAX, options->horizon);
    if (student && !(options->dof > 2 && isfinite(options->dof)))
        return ERR_SET(ERR_ARGUMENT, "a variance needs more than 2 degrees of freedom, not %g",
                       options->dof);
    if (options->law == MONTE_CARLO_STUDENT_COPULA && options->dof != 0 &&
        !(options->dof >= 2 && isfinite(options->dof)))
        return ERR_SET(ERR_ARGUMENT, "a t copula takes 2 degrees of freedom or more, not %g",
                       options->dof);
    if (is_elliptical(options->law)) return 0;
    if (options->law == MONTE_CARLO_BOOTSTRAP &&
        !(options->block >= 1 && options->block <= (double)options->rows))
        return ERR_SET(ERR_ARGUMENT, "a stretch is within 1 to %zu rows, not %g", options->rows,
                       options->block);
    return check_columns(options, ret_column);
}

static int factorise(const double *matrix, size_t count, struct arena *arena, double *ret_factor,
                     size_t *ret_column) {
    size_t mark = arena->used;
    double *scratch = ARENA_NEW(arena, double, 2 * count * count + 3 * count);
    if (scratch == NULL) return ERR_APPEND(ERR_NOMEM, "%zu assets", count);
    TRY(risk_contribution_factor(matrix, count, scratch, ret_factor, ret_column));
    arena_rewind(arena, mark);
    return 0;
}

static int prepare_elliptical(struct monte_carlo *mc, struct arena *arena, size_t *ret_column) {
    const struct monte_carlo_options *options = &mc->options;
    size_t count = options->count;
    mc->loads = ARENA_NEW(arena, double, count);
    double *factor = ARENA_NEW(arena, double, count *count);
    if (mc->loads == NULL || factor == NULL) return ERR_APPEND(ERR_NOMEM, "%zu assets", count);
    TRY(factorise(options->covariance, count, arena, factor, ret_column));
    for (size_t i = 0; i < count; i++)
        linalg_add(options->weights[i], factor + i * count, count, mc->loads);
    if (options->means != NULL) mc->drift = linalg_dot(options->weights, options->means, count);
    return 0;
}

static int prepare_bootstrap(struct monte_carlo *mc, struct arena *arena) {
    const struct monte_carlo_options *options = &mc->options;
    mc->series = ARENA_NEW(arena, double, options->rows);
    if (mc->series == NULL) return ERR_APPEND(ERR_NOMEM, "%zu rows", options->rows);
    for (size_t j = 0; j < options->count; j++)
        linalg_add(options->weights[j], options->columns[j], options->rows, mc->series);
    return 0;
}

static int copula_correlation(const struct monte_carlo_options *options, struct arena *arena,
                              double *ret) {
    size_t count = options->count, rows = options->rows;
    uint32_t *order = ARENA_NEW(arena, uint32_t, 3 * rows);
    double *sorted = ARENA_NEW(arena, double, 2 * rows);
    double *scratch = ARENA_NEW(arena, double, 3 * count * count + 3 * count);
    if (order == NULL || sorted == NULL || scratch == NULL)
        return ERR_APPEND(ERR_NOMEM, "%zu assets", count);
    for (size_t i = 0; i < count; i++) {
        ret[i * count + i] = 1;
        for (size_t j = 0; j < i; j++) {
            double tau =
                rank_kendall(options->columns[i], options->columns[j], rows, order, sorted).value;
            ret[i * count + j] = ret[j * count + i] = mathfn_sin(half_pi * tau);
        }
    }
    memcpy(scratch, ret, count * count * sizeof *ret);
    if (linalg_cholesky(scratch, count) == count) return 0;
    return covariance_nearest_correlation(ret, count, 1e-12, scratch);
}

static size_t guide_at(const struct monte_carlo *mc, double x) {
    double at = (x - mc->low) * mc->steps;
    return at > 0 ? at < GUIDE - 1 ? (size_t)at : GUIDE - 1 : 0;
}

static int prepare_margins(struct monte_carlo *mc, struct arena *arena) {
    const struct monte_carlo_options *options = &mc->options;
    size_t count = options->count, rows = options->rows, mark;
    mc->sorted = ARENA_NEW(arena, double, count *rows);
    mc->thresholds = ARENA_NEW(arena, double, rows);
    mc->guide = ARENA_NEW(arena, uint32_t, GUIDE + 1);
    mark = arena->used;
    double *scratch = ARENA_NEW(arena, double, rows);
    if (mc->sorted == NULL || mc->thresholds == NULL || mc->guide == NULL || scratch == NULL)
        return ERR_APPEND(ERR_NOMEM, "%zu assets of %zu rows", count, rows);
    for (size_t j = 0; j < count; j++) {
        double *sorted = mc->sorted + j * rows;
        memcpy(sorted, options->columns[j], rows * sizeof *sorted);
        rank_sort(sorted, rows, scratch);
        for (size_t t = 0; t < rows; t++) sorted[t] *= options->weights[j];
    }
    arena_rewind(arena, mark);
    for (size_t k = 1; k < rows; k++) {
        double p = (double)k / (double)rows;
        mc->thresholds[k - 1] = options->law == MONTE_CARLO_NORMAL_COPULA
                                    ? normal_quantile(p)
                                    : distribution_t_quantile(p, options->dof);
    }
    mc->low = fmax(mc->thresholds[0], -8);
    mc->steps = GUIDE / (fmin(mc->thresholds[rows - 2], 8) - mc->low + 1e-9);
    // In guide[b] those that belong to an earlier step, so that a search from there on meets the rest.
    for (size_t k = 0; k + 1 < rows; k++) mc->guide[guide_at(mc, mc->thresholds[k]) + 1]++;
    for (size_t b = 0; b < GUIDE; b++) mc->guide[b + 1] += mc->guide[b];
    return 0;
}

static int fit_degrees(struct monte_carlo *mc, const double *correlation, struct arena *arena) {
    struct monte_carlo_options *options = &mc->options;
    struct copula_fit fit;
    mc->dof_low = mc->dof_high = options->dof;
    if (options->law != MONTE_CARLO_STUDENT_COPULA || options->dof != 0) return 0;
    options->dof = mc->dof_low = mc->dof_high = COPULA_FIT_DOF_MAX;
    if (options->count == 1) return 0; // joined to nothing: all degrees are the same law
    TRY(copula_fit_student(options->columns, options->count, options->rows, correlation, arena,
                           &fit));
    options->dof = fit.dof;
    mc->dof_low = fit.low;
    mc->dof_high = fit.high;
    return 0;
}

static int prepare_copula(struct monte_carlo *mc, struct arena *arena) {
    size_t count = mc->options.count, ignored;
    mc->factor = ARENA_NEW(arena, double, count *count);
    size_t mark = arena->used;
    double *correlation = ARENA_NEW(arena, double, count *count);
    if (mc->factor == NULL || correlation == NULL)
        return ERR_APPEND(ERR_NOMEM, "%zu assets", count);
    TRY(copula_correlation(&mc->options, arena, correlation));
    TRY(fit_degrees(mc, correlation, arena));
    TRY(factorise(correlation, count, arena, mc->factor, &ignored));
    arena_rewind(arena, mark);
    return prepare_margins(mc, arena);
}

// ret[i] = sqrt(numerator / chi2), one chi2 a path.
static void draw_scales(struct prng *prng, double dof, double numerator, size_t count,
                        double *ret) {
    for (size_t i = 0; i < count; i++) ret[i] = sqrt(numerator / (2 * sample_gamma(prng, dof / 2)));
}

static void draw_elliptical(const struct monte_carlo *mc, uint64_t block, double *scratch,
                            double *ret_returns) {
    enum { N = MONTE_CARLO_BLOCK };
    const struct monte_carlo_options *options = &mc->options;
    bool student = options->law == MONTE_CARLO_STUDENT;
    double *z = scratch, *sum = scratch + 2 * N, *scale = scratch + 3 * N;
    uint64_t *bits = (uint64_t *)(scratch + 4 * N);
    double h = (double)options->horizon, width = student ? 1 : sqrt(h);
    struct prng_lanes lanes;
    struct prng prng;
    prng_lanes_seed(&lanes, options->seed, STREAMS * block + LANES_STREAM);
    prng_seed_stream(&prng, options->seed, (STREAMS * block + SINGLE_STREAM) * PRNG_LANES);
    for (size_t i = 0; i < N; i++) ret_returns[i] = h * mc->drift;
    // Normal returns add up to normal ones; Student's have to be drawn period by period.
    for (size_t step = 0; step < (student ? options->horizon : 1); step++) {
        memset(sum, 0, N * sizeof *sum);
        for (size_t j = 0; j < options->count; j += 2) {
            sample_normals(&lanes, N, bits, z, z + N);
            linalg_add(mc->loads[j], z, N, sum);
            if (j + 1 < options->count) linalg_add(mc->loads[j + 1], z + N, N, sum);
        }
        if (student) draw_scales(&prng, options->dof, options->dof - 2, N, scale);
        for (size_t i = 0; i < N; i++) ret_returns[i] += sum[i] * (student ? scale[i] : width);
    }
}

static void draw_bootstrap(const struct monte_carlo *mc, uint64_t block, double *ret_returns) {
    const struct monte_carlo_options *options = &mc->options;
    double leave = 1 / options->block;
    struct prng prng;
    prng_seed_stream(&prng, options->seed, (STREAMS * block + SINGLE_STREAM) * PRNG_LANES);
    for (size_t i = 0; i < MONTE_CARLO_BLOCK; i++) {
        size_t row = prng_below(&prng, options->rows);
        double sum = mc->series[row];
        for (size_t step = 1; step < options->horizon; step++) {
            bool leap = prng_double(&prng) < leave;
            row = leap ? prng_below(&prng, options->rows) : row + 1 < options->rows ? row + 1 : 0;
            sum += mc->series[row];
        }
        ret_returns[i] = sum;
    }
}

// The place among the sorted returns of what the copula drew: how many thresholds are at or below it.
static inline size_t place_of(const struct monte_carlo *mc, double x, size_t last) {
    size_t k = mc->guide[guide_at(mc, x)];
    while (k < last && mc->thresholds[k] <= x) k++;
    return k;
}

static void draw_copula(const struct monte_carlo *mc, uint64_t block, double *scratch,
                        double *ret_returns) {
    const struct monte_carlo_options *options = &mc->options;
    bool student = options->law == MONTE_CARLO_STUDENT_COPULA;
    size_t count = options->count, rows = options->rows;
    double *scale = scratch, *x = scratch + SLICE;
    uint64_t *bits = (uint64_t *)(scratch + 2 * SLICE);
    double *z = scratch + 4 * SLICE; // [count + 1] of SLICE
    struct prng_lanes lanes;
    struct prng prng;
    prng_lanes_seed(&lanes, options->seed, STREAMS * block + LANES_STREAM);
    prng_seed_stream(&prng, options->seed, (STREAMS * block + SINGLE_STREAM) * PRNG_LANES);
    memset(ret_returns, 0, MONTE_CARLO_BLOCK * sizeof *ret_returns);
    for (size_t step = 0; step < options->horizon; step++)
        for (double *ret = ret_returns; ret < ret_returns + MONTE_CARLO_BLOCK; ret += SLICE) {
            for (size_t j = 0; j < count; j += 2)
                sample_normals(&lanes, SLICE, bits, z + j * SLICE, z + (j + 1) * SLICE);
            if (student) draw_scales(&prng, options->dof, options->dof, SLICE, scale);
            for (size_t i = 0; i < count; i++) {
                const double *loads = mc->factor + i * count, *sorted = mc->sorted + i * rows;
                memset(x, 0, SLICE * sizeof *x);
                for (size_t k = 0; k < count; k++)
                    if (loads[k] != 0) linalg_add(loads[k], z + k * SLICE, SLICE, x);
                for (size_t p = 0; p < SLICE; p++)
                    ret[p] += sorted[place_of(mc, student ? x[p] * scale[p] : x[p], rows - 1)];
            }
        }
}
