// SPDX-License-Identifier: Apache-2.0
#include "quant/option/surface_parts.h"

#include <math.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/math/mathfn.h"

enum { M_STARTS = 9, SIGMA_STARTS = 7, STARTS = 3, ROUNDS = 60 };

static const double HUBER = 3; // errors beyond which a misfit counts linearly
// What the penalties ask for, a little more than what must be, and their weights against errors squared.
static const double DENSITY_MIN = 2e-3, RISE_MIN = 2e-4, DENSITY_WEIGHT = 4e3, RISE_WEIGHT = 2e4;

// A squared misfit's normal equations: the lower triangle of J' J, and J' r.
struct normal {
    double square[SURFACE_SIZE][SURFACE_SIZE];
    double gradient[SURFACE_SIZE];
};

struct svi surface_problem_slice(const double *x) {
    double b = 0.5 * (x[SURFACE_RIGHT] + x[SURFACE_LEFT]);
    return (struct svi){.a = x[SURFACE_A],
                        .b = b,
                        .rho = 0.5 * (x[SURFACE_RIGHT] - x[SURFACE_LEFT]) / b,
                        .m = x[SURFACE_M],
                        .sigma = mathfn_exp(x[SURFACE_LOG_SIGMA])};
}

void surface_problem_coordinates(const struct svi *svi, double *ret_x) {
    ret_x[SURFACE_A] = svi->a;
    ret_x[SURFACE_RIGHT] = svi->b * (1 + svi->rho);
    ret_x[SURFACE_LEFT] = svi->b * (1 - svi->rho);
    ret_x[SURFACE_M] = svi->m;
    ret_x[SURFACE_LOG_SIGMA] = mathfn_log(svi->sigma);
}

// w, w' and w'' at k with their derivatives by the coordinates.
struct jet {
    double w, slope, bend;
    double d_w[SURFACE_SIZE], d_slope[SURFACE_SIZE], d_bend[SURFACE_SIZE];
};

static void jet_at(const double *x, double sigma, double k, struct jet *j) {
    double b = 0.5 * (x[SURFACE_RIGHT] + x[SURFACE_LEFT]),
           tilt = 0.5 * (x[SURFACE_RIGHT] - x[SURFACE_LEFT]);
    double y = k - x[SURFACE_M], length = sqrt(y * y + sigma * sigma), lean = y / length;
    double curve = sigma * sigma / (length * length * length);
    *j = (struct jet){
        .w = x[SURFACE_A] + tilt * y + b * length, .slope = tilt + b * lean, .bend = b * curve};
    j->d_w[SURFACE_A] = 1;
    j->d_w[SURFACE_RIGHT] = 0.5 * (length + y);
    j->d_w[SURFACE_LEFT] = 0.5 * (length - y);
    j->d_w[SURFACE_M] = -j->slope;
    j->d_w[SURFACE_LOG_SIGMA] = b * sigma * sigma / length;
    j->d_slope[SURFACE_RIGHT] = 0.5 * (lean + 1);
    j->d_slope[SURFACE_LEFT] = 0.5 * (lean - 1);
    j->d_slope[SURFACE_M] = -j->bend;
    j->d_slope[SURFACE_LOG_SIGMA] = -j->bend * y;
    j->d_bend[SURFACE_RIGHT] = j->d_bend[SURFACE_LEFT] = 0.5 * curve;
    j->d_bend[SURFACE_M] = 3 * j->bend * lean / length;
    j->d_bend[SURFACE_LOG_SIGMA] = j->bend * (2 - 3 * sigma * sigma / (length * length));
}

// Adds weight (residual)^2; the gradient of the residual is `slope`.
static void add_square(double weight, double residual, const double *slope, struct normal *normal) {
    for (size_t i = 0; i < SURFACE_SIZE; i++) {
        double scaled = weight * slope[i];
        normal->gradient[i] += scaled * residual;
        for (size_t j = 0; j <= i; j++) normal->square[i][j] += scaled * slope[j];
    }
}

// The penalty at a guard: how far Durrleman's function and the rise above the floor fall short.
static double add_guard(const struct surface_problem *problem, const struct surface_guard *guard,
                        const double *x, double sigma, struct normal *normal) {
    struct jet j;
    double value = 0, k = guard->k, slope[SURFACE_SIZE];
    double rise_weight = problem->weight * RISE_WEIGHT * RISE_WEIGHT;
    double density_weight = problem->weight * DENSITY_WEIGHT * DENSITY_WEIGHT;
    jet_at(x, sigma, k, &j);
    double rise = (guard->floor - j.w) / problem->level + RISE_MIN;
    if (rise > 0) {
        for (size_t i = 0; i < SURFACE_SIZE; i++) slope[i] = -j.d_w[i] / problem->level;
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
    for (size_t i = 0; i < SURFACE_SIZE; i++)
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
static double evaluate(const struct surface_problem *problem, const double *x,
                       struct normal *normal) {
    const struct svi_points *points = problem->points;
    double sigma = mathfn_exp(x[SURFACE_LOG_SIGMA]), sum = 0, years = points->years;
    if (normal != NULL) memset(normal, 0, sizeof *normal);
    for (size_t i = 0; i < points->count; i++)
        sum += add_point(points->k[i], points->vol[i], years, points->error[i], x, sigma, normal);
    for (size_t i = 0; i < SURFACE_FAR; i++) {
        double k = problem->far[i];
        double vol = sqrt(svi_variance(&problem->prior, k, NULL, NULL) / years);
        sum += add_point(k, vol, years, SURFACE_ERROR * vol, x, sigma, normal);
    }
    for (size_t i = 0; problem->weight > 0 && i < SURFACE_GUARDS; i++)
        sum += add_guard(problem, &problem->guards[i], x, sigma, normal);
    return sum;
}

double surface_problem_value(const struct surface_problem *problem, const double *x) {
    return evaluate(problem, x, NULL);
}

// A damped step within the bounds; variables at a bound that the sum falls towards stay.
static void step_to(const struct surface_problem *problem, const struct normal *normal,
                    double damping, const double *x, double *ret_x) {
    double matrix[SURFACE_SIZE * SURFACE_SIZE] = {0}, move[SURFACE_SIZE];
    for (size_t i = 0; i < SURFACE_SIZE; i++) {
        bool held = (x[i] <= problem->lower[i] && normal->gradient[i] > 0) ||
                    (x[i] >= problem->upper[i] && normal->gradient[i] < 0);
        for (size_t j = 0; j < i; j++) matrix[i * SURFACE_SIZE + j] = normal->square[i][j];
        matrix[i * SURFACE_SIZE + i] = normal->square[i][i] * (1 + damping) + 1e-300;
        move[i] = held ? 0 : -normal->gradient[i];
        if (!held) continue;
        for (size_t j = 0; j < i; j++) matrix[i * SURFACE_SIZE + j] = 0;
        matrix[i * SURFACE_SIZE + i] = INFINITY;
    }
    for (size_t i = 0; i < SURFACE_SIZE; i++) {
        if (matrix[i * SURFACE_SIZE + i] != INFINITY) continue;
        matrix[i * SURFACE_SIZE + i] = 1;
        for (size_t j = i + 1; j < SURFACE_SIZE; j++) matrix[j * SURFACE_SIZE + i] = 0;
    }
    memcpy(ret_x, x, SURFACE_SIZE * sizeof *x);
    if (linalg_cholesky(matrix, SURFACE_SIZE) < SURFACE_SIZE) return;
    linalg_cholesky_solve(matrix, SURFACE_SIZE, move);
    for (size_t i = 0; i < SURFACE_SIZE; i++)
        ret_x[i] = fmin(fmax(x[i] + move[i], problem->lower[i]), problem->upper[i]);
}

// Levenberg's and Marquardt's steps.
static void polish(const struct surface_problem *problem, struct surface_start *start) {
    struct normal normal;
    double damping = 1e-3;
    start->value = evaluate(problem, start->x, &normal);
    for (int round = 0; round < ROUNDS && damping < 1e12; round++) {
        double x[SURFACE_SIZE];
        step_to(problem, &normal, damping, start->x, x);
        double value = surface_problem_value(problem, x);
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
static void solve_linear(const struct surface_problem *problem, double *x) {
    const struct svi_points *points = problem->points;
    double sigma = mathfn_exp(x[SURFACE_LOG_SIGMA]), matrix[9] = {0}, rest[3] = {0};
    for (size_t i = 0; i < points->count; i++) {
        double y = points->k[i] - x[SURFACE_M], length = sqrt(y * y + sigma * sigma);
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
    for (size_t i = SURFACE_RIGHT; i <= SURFACE_LEFT; i++)
        x[i] = fmin(fmax(rest[i], problem->lower[i]), problem->upper[i]);
    x[SURFACE_A] = means[2] - x[SURFACE_RIGHT] * means[0] - x[SURFACE_LEFT] * means[1];
}

static void keep_best(struct surface_start *starts, size_t *count,
                      const struct surface_start *start) {
    size_t at = *count < STARTS ? (*count)++ : STARTS;
    while (at > 0 && starts[at - 1].value > start->value) {
        if (at < STARTS) starts[at] = starts[at - 1];
        at--;
    }
    if (at < STARTS) starts[at] = *start;
}

// The best of the grid.
static size_t find_starts(const struct surface_problem *problem, struct surface_start *ret_starts) {
    struct surface_start start;
    size_t count = 0;
    for (size_t i = 0; i < (size_t)M_STARTS * SIGMA_STARTS; i++) {
        double m_share = ((double)(i % M_STARTS) + 0.5) / M_STARTS;
        double sigma_share = ((double)(i / M_STARTS) + 0.5) / SIGMA_STARTS;
        memset(&start, 0, sizeof start);
        start.x[SURFACE_M] = problem->lower[SURFACE_M] +
                             m_share * (problem->upper[SURFACE_M] - problem->lower[SURFACE_M]);
        start.x[SURFACE_LOG_SIGMA] =
            problem->lower[SURFACE_LOG_SIGMA] +
            sigma_share * (problem->upper[SURFACE_LOG_SIGMA] - problem->lower[SURFACE_LOG_SIGMA]);
        start.x[SURFACE_RIGHT] = problem->lower[SURFACE_RIGHT];
        start.x[SURFACE_LEFT] = problem->lower[SURFACE_LEFT];
        solve_linear(problem, start.x);
        start.value = surface_problem_value(problem, start.x);
        keep_best(ret_starts, &count, &start);
    }
    return count;
}

// Penalties grow in steps: at once they would hold a start on the edge that it happens to meet.
static struct surface_start best_of(struct surface_problem *problem, struct surface_start *starts,
                                    size_t count) {
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

struct surface_start surface_problem_alone(struct surface_problem *problem) {
    struct surface_start starts[STARTS];
    return best_of(problem, starts, find_starts(problem, starts));
}

struct surface_start surface_problem_above(struct surface_problem *problem,
                                           const struct surface_start *alone) {
    struct surface_start starts[2] = {*alone};
    size_t count = 1;
    if (problem->before != NULL) {
        double at_money = svi_variance(problem->before, 0, NULL, NULL);
        surface_problem_coordinates(problem->before, starts[count].x);
        starts[count++].x[SURFACE_A] += fmax(problem->level - at_money, 0);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < SURFACE_SIZE; j++)
            starts[i].x[j] = fmin(fmax(starts[i].x[j], problem->lower[j]), problem->upper[j]);
    return best_of(problem, starts, count);
}
