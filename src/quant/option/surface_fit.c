// SPDX-License-Identifier: Apache-2.0
// Slices in order of time, each with the one before as its floor.
#include <math.h>
#include <string.h>

#include "quant/math/mathfn.h"
#include "quant/option/surface.h"
#include "quant/option/surface_parts.h"

enum { PARTS = 4 };

// How far beyond the strikes SSVI counts, to either side; how far conditions are kept.
static const double far_steps[SURFACE_FAR / 2] = {0.25, 0.5, 1, 2};
static const double REACH = 40;
static const double BACK_MIN = 1.0 / 16384; // of the way to a slice that is sound

static const double SLOPE_MIN = 1e-5, SLOPE_MAX = 1.999;
static const double SOUND_MIN = 2e-4; // of Durrleman's function on the grid

// Whether the slice, and those between it and the one before, keep the conditions wherever the grid looks.
static bool is_sound(const struct surface_problem *problem, const struct svi *svi) {
    if (svi_check(svi) < 0) return false;
    for (size_t i = 0; i < SURFACE_GRID; i++) {
        double k = surface_grid_k(i, SURFACE_GRID, problem->unit, REACH);
        double slope, bend, near_slope = 0, near_bend = 0, near = 0;
        double w = svi_variance(svi, k, &slope, &bend);
        if (problem->before != NULL)
            near = svi_variance(problem->before, k, &near_slope, &near_bend);
        if (!(w >= near)) return false;
        for (int part = problem->before != NULL ? 1 : PARTS; part <= PARTS; part++) {
            double share = (double)part / PARTS;
            if (!(svi_density_of(k, near + share * (w - near),
                                 near_slope + share * (slope - near_slope),
                                 near_bend + share * (bend - near_bend)) >= SOUND_MIN))
                return false;
        }
    }
    return true;
}

// Moves a slice that is not sound towards one that is: the slice before, lifted where that is sound; of the first
// slice a flat one.
static struct svi make_sound(const struct surface_problem *problem, const double *x,
                             bool *ret_moved) {
    struct svi svi = surface_problem_slice(x);
    if (is_sound(problem, &svi)) return svi;
    *ret_moved = true;
    double anchor[SURFACE_SIZE] = {[SURFACE_A] = problem->level,
                                   [SURFACE_RIGHT] = SLOPE_MIN,
                                   [SURFACE_LEFT] = SLOPE_MIN,
                                   [SURFACE_M] = x[SURFACE_M],
                                   [SURFACE_LOG_SIGMA] = x[SURFACE_LOG_SIGMA]};
    if (problem->before != NULL) {
        surface_problem_coordinates(problem->before, anchor);
        double lift = fmax(problem->level - svi_variance(problem->before, 0, NULL, NULL), 0);
        anchor[SURFACE_A] += lift;
        svi = surface_problem_slice(anchor);
        if (!is_sound(problem, &svi)) anchor[SURFACE_A] -= lift;
    }
    // Ever longer steps back, so that what lies nearest is found whatever lies between.
    for (double back = BACK_MIN; back < 1; back *= 2) {
        double mixed[SURFACE_SIZE];
        for (size_t i = 0; i < SURFACE_SIZE; i++) mixed[i] = x[i] + back * (anchor[i] - x[i]);
        svi = surface_problem_slice(mixed);
        if (is_sound(problem, &svi)) return svi;
    }
    return surface_problem_slice(anchor);
}

static int problem_init(const struct svi_points *points, const struct svi *prior, double grid_unit,
                        struct surface_problem *problem) {
    double low = INFINITY, high = -INFINITY;
    *problem = (struct surface_problem){.points = points,
                                        .prior = *prior,
                                        .level = svi_variance(prior, 0, NULL, NULL),
                                        .unit = grid_unit,
                                        .weight = 1};
    for (size_t i = 0; i < points->count; i++) {
        low = fmin(low, points->k[i]);
        high = fmax(high, points->k[i]);
    }
    double width = high - low, unit = sqrt(problem->level);
    if (!(width > 0)) return ERR_SET(ERR_ARGUMENT, "all points have the same strike");
    for (size_t i = 0; i < SURFACE_FAR; i++)
        problem->far[i] = i % 2 == 0 ? low - far_steps[i / 2] : high + far_steps[i / 2];
    for (size_t i = 0; i < SURFACE_GUARDS; i++) {
        double k = surface_grid_k(i, SURFACE_GUARDS, 0.3 * unit, REACH);
        problem->guards[i] = (struct surface_guard){.k = k};
    }
    const double lower[] = {-INFINITY, SLOPE_MIN, SLOPE_MIN, low - 0.5 * width,
                            mathfn_log(fmin(0.02 * unit, 0.1 * width))};
    const double upper[] = {INFINITY, SLOPE_MAX, SLOPE_MAX, high + 0.5 * width,
                            mathfn_log(5 * width)};
    memcpy(problem->lower, lower, sizeof lower);
    memcpy(problem->upper, upper, sizeof upper);
    return 0;
}

// Puts a slice above the one before, whose coordinates come within the bounds, and under the wings that are allowed.
static void set_before(struct surface_problem *problem, const struct svi *before,
                       const double *wings) {
    problem->upper[SURFACE_RIGHT] = wings[SURFACE_RIGHT];
    problem->upper[SURFACE_LEFT] = wings[SURFACE_LEFT];
    problem->before = before;
    if (before == NULL) return;
    double x[SURFACE_SIZE];
    surface_problem_coordinates(before, x);
    for (size_t i = 0; i < SURFACE_GUARDS; i++)
        problem->guards[i].floor = svi_variance(before, problem->guards[i].k, NULL, NULL);
    for (size_t i = SURFACE_M; i <= SURFACE_LOG_SIGMA; i++) {
        problem->lower[i] = fmin(problem->lower[i], x[i]);
        problem->upper[i] = fmax(problem->upper[i], x[i]);
    }
    for (size_t i = SURFACE_RIGHT; i <= SURFACE_LEFT; i++) {
        problem->lower[i] = x[i];
        problem->upper[i] = fmax(problem->upper[i], x[i]);
    }
}

// How well points tell about the wing on that side: by the fourth power of how many deviations they reach out.
static double weight_of(const struct surface_problem *problem, size_t wing) {
    const struct svi_points *points = problem->points;
    double reach = 0;
    for (size_t i = 0; i < points->count; i++)
        reach = fmax(reach, wing == SURFACE_RIGHT ? points->k[i] : -points->k[i]);
    double square = reach * reach / problem->level;
    return square * square;
}

// Slopes that fall with time become the mean of their neighbours by weight: the pool of adjacent violators.
static void pool(double (*wings)[SURFACE_SIZE], double (*weights)[SURFACE_SIZE], size_t count,
                 size_t wing) {
    size_t sizes[SURFACE_SLICES_MAX], blocks = 0;
    double means[SURFACE_SLICES_MAX], sums[SURFACE_SLICES_MAX];
    for (size_t i = 0; i < count; i++) {
        means[blocks] = wings[i][wing];
        sums[blocks] = fmax(weights[i][wing], 1e-300);
        for (sizes[blocks++] = 1; blocks > 1 && means[blocks - 2] > means[blocks - 1]; blocks--) {
            double sum = sums[blocks - 2] + sums[blocks - 1];
            means[blocks - 2] += (means[blocks - 1] - means[blocks - 2]) * sums[blocks - 1] / sum;
            sums[blocks - 2] = sum;
            sizes[blocks - 2] += sizes[blocks - 1];
        }
    }
    for (size_t block = 0, i = 0; block < blocks; block++)
        for (size_t j = 0; j < sizes[block]; j++) wings[i++][wing] = means[block];
}

static void measure(const struct svi_points *points, const struct svi *svi,
                    struct surface_fit *fit) {
    double squares = 0;
    size_t within = 0;
    for (size_t i = 0; i < points->count; i++) {
        double vol = sqrt(svi_variance(svi, points->k[i], NULL, NULL) / points->years);
        double miss = vol - points->vol[i];
        squares += miss * miss;
        within += fabs(miss) <= points->error[i];
        if (fabs(miss) < fabs(fit->worst)) continue;
        fit->worst = miss;
        fit->worst_k = points->k[i];
    }
    fit->fitted = true;
    fit->rmse = sqrt(squares / (double)points->count);
    fit->within = (double)within / (double)points->count;
}

// Whether a condition holds the solution: a penalty counts, or a wing lies on that of the slice before.
static bool is_bounded(struct surface_problem *problem, const double *x) {
    double with = surface_problem_value(problem, x);
    problem->weight = 0;
    double without = surface_problem_value(problem, x);
    problem->weight = 1;
    return with > without || x[SURFACE_RIGHT] <= problem->lower[SURFACE_RIGHT] ||
           x[SURFACE_LEFT] <= problem->lower[SURFACE_LEFT];
}

static double grid_unit(const struct surface *surface) {
    return 0.1 * sqrt(svi_variance(&surface->slices[0].svi, 0, NULL, NULL));
}

// The places of the slices with enough points.
static int choose(const struct surface_points *points, size_t count, size_t *ret_places,
                  struct svi_points *ret_slices, struct surface_fit *ret_fits, size_t *ret_chosen) {
    size_t chosen = 0;
    for (size_t i = 0; i < count; i++) {
        ret_fits[i] = (struct surface_fit){.rmse = NAN, .within = NAN};
        if (points[i].points.count < SVI_FIT_MIN) continue;
        if (chosen == SURFACE_SLICES_MAX)
            return ERR_SET(ERR_ARGUMENT, "a surface has at most %d slices", SURFACE_SLICES_MAX);
        ret_places[chosen] = i;
        ret_slices[chosen++] = points[i].points;
    }
    if (chosen == 0)
        return ERR_SET(ERR_NOT_FOUND, "no expiry has %d volatilities to fit", SVI_FIT_MIN);
    *ret_chosen = chosen;
    return 0;
}

int surface_fit_ssvi(const struct surface_points *points, size_t count, double spot,
                     enum ssvi_form form, struct surface *ret_surface, struct ssvi_fit *ret_ssvi,
                     struct surface_fit *ret_fits) {
    struct svi_points slices[SURFACE_SLICES_MAX];
    size_t places[SURFACE_SLICES_MAX], chosen;
    TRY(choose(points, count, places, slices, ret_fits, &chosen));
    TRY(ssvi_fit(slices, chosen, form, ret_ssvi));
    struct surface surface = {.spot = spot, .count = chosen};
    for (size_t i = 0; i < chosen; i++) {
        surface.slices[i] =
            (struct surface_slice){.years = slices[i].years,
                                   .forward = points[places[i]].forward,
                                   .discount = points[places[i]].discount,
                                   .svi = ssvi_slice(&ret_ssvi->surface, ret_ssvi->thetas[i])};
        measure(&slices[i], &surface.slices[i].svi, &ret_fits[places[i]]);
    }
    TRY(surface_check(&surface));
    *ret_surface = surface;
    return 0;
}

// Each slice by its points alone, and the wings that rise with time nearest to theirs.
static int fit_apart(const struct surface_points *points, size_t count,
                     const struct surface *surface, const struct surface_fit *fits,
                     struct surface_start *ret_starts, double (*ret_wings)[SURFACE_SIZE]) {
    double weights[SURFACE_SLICES_MAX][SURFACE_SIZE], unit = grid_unit(surface);
    size_t done = 0;
    for (size_t i = 0; i < count; i++) {
        struct surface_problem problem;
        if (!fits[i].fitted) continue;
        int rc = problem_init(&points[i].points, &surface->slices[done].svi, unit, &problem);
        if (rc < 0) return ERR_APPEND(rc, "it is in slice %zu", i + 1);
        ret_starts[done] = surface_problem_alone(&problem);
        for (size_t wing = SURFACE_RIGHT; wing <= SURFACE_LEFT; wing++) {
            ret_wings[done][wing] = ret_starts[done].x[wing];
            weights[done][wing] = weight_of(&problem, wing);
        }
        done++;
    }
    pool(ret_wings, weights, done, SURFACE_RIGHT);
    pool(ret_wings, weights, done, SURFACE_LEFT);
    return 0;
}

int surface_fit(const struct surface_points *points, size_t count, double spot,
                struct surface *ret_surface, struct surface_fit *ret_fits) {
    struct surface surface;
    struct ssvi_fit ssvi;
    struct surface_start alone[SURFACE_SLICES_MAX];
    double wings[SURFACE_SLICES_MAX][SURFACE_SIZE];
    TRY(surface_fit_ssvi(points, count, spot, SSVI_POWER, &surface, &ssvi, ret_fits));
    TRY(fit_apart(points, count, &surface, ret_fits, alone, wings));
    double unit = grid_unit(&surface);
    for (size_t i = 0, done = 0; i < count; i++) {
        if (!ret_fits[i].fitted) continue;
        struct svi *svi = &surface.slices[done].svi;
        struct surface_problem problem;
        TRY(problem_init(&points[i].points, svi, unit, &problem));
        set_before(&problem, done > 0 ? &surface.slices[done - 1].svi : NULL, wings[done]);
        struct surface_start best = surface_problem_above(&problem, &alone[done]);
        ret_fits[i] = (struct surface_fit){.bounded = is_bounded(&problem, best.x)};
        *svi = make_sound(&problem, best.x, &ret_fits[i].bounded);
        measure(&points[i].points, svi, &ret_fits[i]);
        done++;
    }
    *ret_surface = surface;
    return 0;
}
