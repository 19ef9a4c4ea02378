// SPDX-License-Identifier: Apache-2.0
// Slices in order of time, each with the one before as its floor.
#include <math.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/math/mathfn.h"
#include "quant/option/surface.h"

// The coordinates of a slice: level, slopes of the wings, place and logarithm of the width.
enum { A, RIGHT, LEFT, M, LOG_SIGMA, SIZE };
enum { M_STARTS = 9, SIGMA_STARTS = 7, STARTS = 3 };
enum { FAR_POINTS = 8, GUARDS = 72, ROUNDS = 60, PARTS = 4 };

// How far beyond the strikes SSVI counts, to either side; how far conditions are kept.
static const double far_steps[FAR_POINTS / 2] = {0.25, 0.5, 1, 2};
static const double REACH = 40;
static const double BACK_MIN = 1.0 / 16384; // of the way to a slice that is sound

static const double SLOPE_MIN = 1e-5, SLOPE_MAX = 1.999;
static const double SOUND_MIN = 2e-4; // of Durrleman's function on the grid
static const double HUBER = 3;        // errors beyond which a misfit counts linearly
// What the penalties ask for, a little more than what must be, and their weights against errors squared.
static const double DENSITY_MIN = 2e-3, RISE_MIN = 2e-4, DENSITY_WEIGHT = 4e3, RISE_WEIGHT = 2e4;

struct guard {
    double k;
    double floor; // variance of the slice before
};

struct problem {
    const struct svi_points *points;
    const struct svi *before; // NULL: none
    struct svi prior;         // SSVI's slice
    double far[FAR_POINTS];   // where it counts
    double level;             // of variance at the money: the unit of variances
    double unit;              // of the grid's moneyness
    struct guard guards[GUARDS];
    double lower[SIZE], upper[SIZE];
    double weight; // of the penalties: 1, less on the way there
};

struct start {
    double x[SIZE];
    double value;
};

// A squared misfit's normal equations: the lower triangle of J' J, and J' r.
struct normal {
    double square[SIZE][SIZE];
    double gradient[SIZE];
};

static struct svi slice_of(const double *x) {
    double b = 0.5 * (x[RIGHT] + x[LEFT]);
    return (struct svi){.a = x[A],
                        .b = b,
                        .rho = 0.5 * (x[RIGHT] - x[LEFT]) / b,
                        .m = x[M],
                        .sigma = mathfn_exp(x[LOG_SIGMA])};
}

static void coordinates_of(const struct svi *svi, double *ret_x) {
    ret_x[A] = svi->a;
    ret_x[RIGHT] = svi->b * (1 + svi->rho);
    ret_x[LEFT] = svi->b * (1 - svi->rho);
    ret_x[M] = svi->m;
    ret_x[LOG_SIGMA] = mathfn_log(svi->sigma);
}

// w, w' and w'' at k with their derivatives by the coordinates.
struct jet {
    double w, slope, bend;
    double d_w[SIZE], d_slope[SIZE], d_bend[SIZE];
};

static void jet_at(const double *x, double sigma, double k, struct jet *j) {
    double b = 0.5 * (x[RIGHT] + x[LEFT]), tilt = 0.5 * (x[RIGHT] - x[LEFT]);
    double y = k - x[M], length = sqrt(y * y + sigma * sigma), lean = y / length;
    double curve = sigma * sigma / (length * length * length);
    *j = (struct jet){
        .w = x[A] + tilt * y + b * length, .slope = tilt + b * lean, .bend = b * curve};
    j->d_w[A] = 1;
    j->d_w[RIGHT] = 0.5 * (length + y);
    j->d_w[LEFT] = 0.5 * (length - y);
    j->d_w[M] = -j->slope;
    j->d_w[LOG_SIGMA] = b * sigma * sigma / length;
    j->d_slope[RIGHT] = 0.5 * (lean + 1);
    j->d_slope[LEFT] = 0.5 * (lean - 1);
    j->d_slope[M] = -j->bend;
    j->d_slope[LOG_SIGMA] = -j->bend * y;
    j->d_bend[RIGHT] = j->d_bend[LEFT] = 0.5 * curve;
    j->d_bend[M] = 3 * j->bend * lean / length;
    j->d_bend[LOG_SIGMA] = j->bend * (2 - 3 * sigma * sigma / (length * length));
}

// Adds weight (residual)^2; the gradient of the residual is `slope`.
static void add_square(double weight, double residual, const double *slope, struct normal *normal) {
    for (size_t i = 0; i < SIZE; i++) {
        double scaled = weight * slope[i];
        normal->gradient[i] += scaled * residual;
        for (size_t j = 0; j <= i; j++) normal->square[i][j] += scaled * slope[j];
    }
}

// The penalty at a guard: how far Durrleman's function and the rise above the floor fall short.
static double add_guard(const struct problem *problem, const struct guard *guard, const double *x,
                        double sigma, struct normal *normal) {
    struct jet j;
    double value = 0, k = guard->k, slope[SIZE];
    double rise_weight = problem->weight * RISE_WEIGHT * RISE_WEIGHT;
    double density_weight = problem->weight * DENSITY_WEIGHT * DENSITY_WEIGHT;
    jet_at(x, sigma, k, &j);
    double rise = (guard->floor - j.w) / problem->level + RISE_MIN;
    if (rise > 0) {
        for (size_t i = 0; i < SIZE; i++) slope[i] = -j.d_w[i] / problem->level;
        value += rise_weight * rise * rise;
        if (normal != NULL) add_square(rise_weight, rise, slope, normal);
    }
    double w = fmax(j.w, 1e-3 * problem->level);
    double miss = DENSITY_MIN - svi_density_of(k, w, j.slope, j.bend);
    if (miss <= 0) return value;
    value += density_weight * miss * miss;
    if (normal == NULL) return value;
    double lean = 1 - 0.5 * k * j.slope / w;
    double by_w = (lean * k * j.slope + 0.25 * j.slope * j.slope) / (w * w);
    double by_slope = -lean * k / w - 0.5 * j.slope * (1 / w + 0.25);
    for (size_t i = 0; i < SIZE; i++)
        slope[i] = -(by_w * j.d_w[i] + by_slope * j.d_slope[i] + 0.5 * j.d_bend[i]);
    add_square(density_weight, miss, slope, normal);
    return value;
}

// A misfit of volatility in units of its error.
static double add_point(double k, double vol, double years, double error, const double *x,
                        double sigma, struct normal *normal) {
    struct jet j;
    double unit = 1 / (2 * vol * years * error); // variance to errors
    jet_at(x, sigma, k, &j);
    double rest = (j.w - vol * vol * years) * unit, size = fabs(rest);
    if (normal != NULL)
        add_square((size <= HUBER ? 1 : HUBER / size) * unit * unit, rest / unit, j.d_w, normal);
    return size <= HUBER ? rest * rest : HUBER * (2 * size - HUBER);
}

// The sum that is to be least; its normal equations where they are wanted.
static double evaluate(const struct problem *problem, const double *x, struct normal *normal) {
    const struct svi_points *points = problem->points;
    double sigma = mathfn_exp(x[LOG_SIGMA]), sum = 0, years = points->years;
    if (normal != NULL) memset(normal, 0, sizeof *normal);
    for (size_t i = 0; i < points->count; i++)
        sum += add_point(points->k[i], points->vol[i], years, points->error[i], x, sigma, normal);
    for (size_t i = 0; i < FAR_POINTS; i++) {
        double k = problem->far[i];
        double vol = sqrt(svi_variance(&problem->prior, k, NULL, NULL) / years);
        sum += add_point(k, vol, years, SURFACE_ERROR * vol, x, sigma, normal);
    }
    for (size_t i = 0; problem->weight > 0 && i < GUARDS; i++)
        sum += add_guard(problem, &problem->guards[i], x, sigma, normal);
    return sum;
}

// A damped step within the bounds; variables at a bound that the sum falls towards stay.
static void step_to(const struct problem *problem, const struct normal *normal, double damping,
                    const double *x, double *ret_x) {
    double matrix[SIZE * SIZE] = {0}, move[SIZE];
    for (size_t i = 0; i < SIZE; i++) {
        bool held = (x[i] <= problem->lower[i] && normal->gradient[i] > 0) ||
                    (x[i] >= problem->upper[i] && normal->gradient[i] < 0);
        for (size_t j = 0; j < i; j++) matrix[i * SIZE + j] = normal->square[i][j];
        matrix[i * SIZE + i] = normal->square[i][i] * (1 + damping) + 1e-300;
        move[i] = held ? 0 : -normal->gradient[i];
        if (!held) continue;
        for (size_t j = 0; j < i; j++) matrix[i * SIZE + j] = 0;
        matrix[i * SIZE + i] = INFINITY;
    }
    for (size_t i = 0; i < SIZE; i++) {
        if (matrix[i * SIZE + i] != INFINITY) continue;
        matrix[i * SIZE + i] = 1;
        for (size_t j = i + 1; j < SIZE; j++) matrix[j * SIZE + i] = 0;
    }
    memcpy(ret_x, x, SIZE * sizeof *x);
    if (linalg_cholesky(matrix, SIZE) < SIZE) return;
    linalg_cholesky_solve(matrix, SIZE, move);
    for (size_t i = 0; i < SIZE; i++)
        ret_x[i] = fmin(fmax(x[i] + move[i], problem->lower[i]), problem->upper[i]);
}

// Levenberg's and Marquardt's steps.
static void polish(const struct problem *problem, struct start *start) {
    struct normal normal;
    double damping = 1e-3;
    start->value = evaluate(problem, start->x, &normal);
    for (int round = 0; round < ROUNDS && damping < 1e12; round++) {
        double x[SIZE];
        step_to(problem, &normal, damping, start->x, x);
        double value = evaluate(problem, x, NULL);
        if (!(value < start->value)) {
            damping *= 8;
            continue;
        }
        bool done = start->value - value <= 1e-9 * start->value;
        memcpy(start->x, x, sizeof x);
        start->value = evaluate(problem, x, &normal);
        damping = fmax(0.2 * damping, 1e-12);
        if (done) return;
    }
}

// The best level and wings for this m and sigma, the bounds kept one by one: a start.
static void solve_linear(const struct problem *problem, double *x) {
    const struct svi_points *points = problem->points;
    double sigma = mathfn_exp(x[LOG_SIGMA]), matrix[9] = {0}, rest[3] = {0};
    for (size_t i = 0; i < points->count; i++) {
        double y = points->k[i] - x[M], length = sqrt(y * y + sigma * sigma);
        double row[] = {1, 0.5 * (length + y), 0.5 * (length - y)};
        double w = points->vol[i] * points->vol[i] * points->years;
        double unit = 1 / (2 * points->vol[i] * points->years * points->error[i]);
        for (size_t r = 0; r < 3; r++) {
            rest[r] += unit * unit * row[r] * w;
            for (size_t c = 0; c <= r; c++) matrix[r * 3 + c] += unit * unit * row[r] * row[c];
        }
    }
    double means[] = {matrix[3] / matrix[0], matrix[6] / matrix[0], rest[0] / matrix[0]};
    for (size_t r = 0; r < 3; r++) matrix[r * 4] *= 1 + 1e-9;
    if (linalg_cholesky(matrix, 3) < 3) return;
    linalg_cholesky_solve(matrix, 3, rest);
    for (size_t i = RIGHT; i <= LEFT; i++)
        x[i] = fmin(fmax(rest[i], problem->lower[i]), problem->upper[i]);
    x[A] = means[2] - x[RIGHT] * means[0] - x[LEFT] * means[1];
}

static void keep_best(struct start *starts, size_t *count, const struct start *start) {
    size_t at = *count < STARTS ? (*count)++ : STARTS;
    while (at > 0 && starts[at - 1].value > start->value) {
        if (at < STARTS) starts[at] = starts[at - 1];
        at--;
    }
    if (at < STARTS) starts[at] = *start;
}

// The best of the grid.
static size_t find_starts(const struct problem *problem, struct start *ret_starts) {
    struct start start;
    size_t count = 0;
    for (size_t i = 0; i < (size_t)M_STARTS * SIGMA_STARTS; i++) {
        double m_share = ((double)(i % M_STARTS) + 0.5) / M_STARTS;
        double sigma_share = ((double)(i / M_STARTS) + 0.5) / SIGMA_STARTS;
        memset(&start, 0, sizeof start);
        start.x[M] = problem->lower[M] + m_share * (problem->upper[M] - problem->lower[M]);
        start.x[LOG_SIGMA] = problem->lower[LOG_SIGMA] +
                             sigma_share * (problem->upper[LOG_SIGMA] - problem->lower[LOG_SIGMA]);
        start.x[RIGHT] = problem->lower[RIGHT];
        start.x[LEFT] = problem->lower[LEFT];
        solve_linear(problem, start.x);
        start.value = evaluate(problem, start.x, NULL);
        keep_best(ret_starts, &count, &start);
    }
    return count;
}

// Penalties grow in steps: at once they would hold a start on the edge that it happens to meet.
static struct start best_of(struct problem *problem, struct start *starts, size_t count) {
    static const double weights[] = {1e-4, 1e-2, 1};
    size_t best = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t step = 0; step < sizeof weights / sizeof *weights; step++) {
            problem->weight = weights[step];
            polish(problem, &starts[i]);
        }
        if (starts[i].value < starts[best].value) best = i;
    }
    return starts[best];
}

static struct start fit_alone(struct problem *problem) {
    struct start starts[STARTS];
    return best_of(problem, starts, find_starts(problem, starts));
}

// From the slice that the points alone have, and from the slice before, lifted.
static struct start fit_above(struct problem *problem, const struct start *alone) {
    struct start starts[2] = {*alone};
    size_t count = 1;
    if (problem->before != NULL) {
        double at_money = svi_variance(problem->before, 0, NULL, NULL);
        coordinates_of(problem->before, starts[count].x);
        starts[count++].x[A] += fmax(problem->level - at_money, 0);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < SIZE; j++)
            starts[i].x[j] = fmin(fmax(starts[i].x[j], problem->lower[j]), problem->upper[j]);
    return best_of(problem, starts, count);
}

// Whether the slice, and those between it and the one before, keep the conditions wherever the grid looks.
static bool is_sound(const struct problem *problem, const struct svi *svi) {
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
static struct svi make_sound(const struct problem *problem, const double *x, bool *ret_moved) {
    struct svi svi = slice_of(x);
    if (is_sound(problem, &svi)) return svi;
    *ret_moved = true;
    double anchor[SIZE] = {[A] = problem->level,
                           [RIGHT] = SLOPE_MIN,
                           [LEFT] = SLOPE_MIN,
                           [M] = x[M],
                           [LOG_SIGMA] = x[LOG_SIGMA]};
    if (problem->before != NULL) {
        coordinates_of(problem->before, anchor);
        double lift = fmax(problem->level - svi_variance(problem->before, 0, NULL, NULL), 0);
        anchor[A] += lift;
        svi = slice_of(anchor);
        if (!is_sound(problem, &svi)) anchor[A] -= lift;
    }
    // Ever longer steps back, so that what lies nearest is found whatever lies between.
    for (double back = BACK_MIN; back < 1; back *= 2) {
        double mixed[SIZE];
        for (size_t i = 0; i < SIZE; i++) mixed[i] = x[i] + back * (anchor[i] - x[i]);
        svi = slice_of(mixed);
        if (is_sound(problem, &svi)) return svi;
    }
    return slice_of(anchor);
}

static int problem_init(const struct svi_points *points, const struct svi *prior, double grid_unit,
                        struct problem *problem) {
    double low = INFINITY, high = -INFINITY;
    *problem = (struct problem){.points = points,
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
    for (size_t i = 0; i < FAR_POINTS; i++)
        problem->far[i] = i % 2 == 0 ? low - far_steps[i / 2] : high + far_steps[i / 2];
    for (size_t i = 0; i < GUARDS; i++) {
        double k = surface_grid_k(i, GUARDS, 0.3 * unit, REACH);
        problem->guards[i] = (struct guard){.k = k};
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
static void set_before(struct problem *problem, const struct svi *before, const double *wings) {
    problem->upper[RIGHT] = wings[RIGHT];
    problem->upper[LEFT] = wings[LEFT];
    problem->before = before;
    if (before == NULL) return;
    double x[SIZE];
    coordinates_of(before, x);
    for (size_t i = 0; i < GUARDS; i++)
        problem->guards[i].floor = svi_variance(before, problem->guards[i].k, NULL, NULL);
    for (size_t i = M; i <= LOG_SIGMA; i++) {
        problem->lower[i] = fmin(problem->lower[i], x[i]);
        problem->upper[i] = fmax(problem->upper[i], x[i]);
    }
    for (size_t i = RIGHT; i <= LEFT; i++) {
        problem->lower[i] = x[i];
        problem->upper[i] = fmax(problem->upper[i], x[i]);
    }
}

// How well points tell about the wing on that side: by the fourth power of how many deviations they reach out.
static double weight_of(const struct problem *problem, size_t wing) {
    const struct svi_points *points = problem->points;
    double reach = 0;
    for (size_t i = 0; i < points->count; i++)
        reach = fmax(reach, wing == RIGHT ? points->k[i] : -points->k[i]);
    double square = reach * reach / problem->level;
    return square * square;
}

// Slopes that fall with time become the mean of their neighbours by weight: the pool of adjacent violators.
static void pool(double (*wings)[SIZE], double (*weights)[SIZE], size_t count, size_t wing) {
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
static bool is_bounded(struct problem *problem, const double *x) {
    double with = evaluate(problem, x, NULL);
    problem->weight = 0;
    double without = evaluate(problem, x, NULL);
    problem->weight = 1;
    return with > without || x[RIGHT] <= problem->lower[RIGHT] || x[LEFT] <= problem->lower[LEFT];
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
                     struct start *ret_starts, double (*ret_wings)[SIZE]) {
    double weights[SURFACE_SLICES_MAX][SIZE], unit = grid_unit(surface);
    size_t done = 0;
    for (size_t i = 0; i < count; i++) {
        struct problem problem;
        if (!fits[i].fitted) continue;
        int rc = problem_init(&points[i].points, &surface->slices[done].svi, unit, &problem);
        if (rc < 0) return ERR_APPEND(rc, "it is in slice %zu", i + 1);
        ret_starts[done] = fit_alone(&problem);
        for (size_t wing = RIGHT; wing <= LEFT; wing++) {
            ret_wings[done][wing] = ret_starts[done].x[wing];
            weights[done][wing] = weight_of(&problem, wing);
        }
        done++;
    }
    pool(ret_wings, weights, done, RIGHT);
    pool(ret_wings, weights, done, LEFT);
    return 0;
}

int surface_fit(const struct surface_points *points, size_t count, double spot,
                struct surface *ret_surface, struct surface_fit *ret_fits) {
    struct surface surface;
    struct ssvi_fit ssvi;
    struct start alone[SURFACE_SLICES_MAX];
    double wings[SURFACE_SLICES_MAX][SIZE];
    TRY(surface_fit_ssvi(points, count, spot, SSVI_POWER, &surface, &ssvi, ret_fits));
    TRY(fit_apart(points, count, &surface, ret_fits, alone, wings));
    double unit = grid_unit(&surface);
    for (size_t i = 0, done = 0; i < count; i++) {
        if (!ret_fits[i].fitted) continue;
        struct svi *svi = &surface.slices[done].svi;
        struct problem problem;
        TRY(problem_init(&points[i].points, svi, unit, &problem));
        set_before(&problem, done > 0 ? &surface.slices[done - 1].svi : NULL, wings[done]);
        struct start best = fit_above(&problem, &alone[done]);
        ret_fits[i] = (struct surface_fit){.bounded = is_bounded(&problem, best.x)};
        *svi = make_sound(&problem, best.x, &ret_fits[i].bounded);
        measure(&points[i].points, svi, &ret_fits[i]);
        done++;
    }
    *ret_surface = surface;
    return 0;
}
