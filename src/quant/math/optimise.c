// SPDX-License-Identifier: Apache-2.0
#include "quant/math/optimise.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "quant/math/linalg.h"

enum { LINE_STEPS_MAX = 30 };
static const double armijo = 1e-4, wolfe = 0.9;
static const double first_step = 0.1; // length of a step before anything is known
static const double difference_step = 1e-5;

// What the methods share: the point, its gradient, the model's Hessian and the counts.
struct search {
    const struct optimise_problem *problem;
    size_t n;
    double *x;
    double *gradient;
    double *direction;
    double *trial;
    double *trial_gradient;
    double *reduced; // of the free variables
    double *matrix;
    double *work;
    double *vectors; // n x n, and 3 n behind
    struct optimise_result result;
};

static struct search search_make(const struct optimise_problem *problem, double *x,
                                 double *scratch);
static double lower_of(const struct optimise_problem *problem, size_t i);
static double upper_of(const struct optimise_problem *problem, size_t i);
static double scale_of(const struct optimise_problem *problem, const double *x, size_t i);
static void into_bounds(const struct optimise_problem *problem, double *x);
static double evaluate(struct search *s, const double *x, double *ret_gradient);
static double steepest(const struct search *s);
static bool find_direction(struct search *s);
static bool line_search(struct search *s);
static void update_matrix(struct search *s);
static void restart_matrix(struct search *s, double curvature);
static void move(struct search *s);
static bool little_left(const struct search *s, const struct optimise_options *options);

size_t optimise_bfgs_scratch(size_t size) {
    return 8 * size + 3 * size * size;
}

size_t optimise_newton_scratch(size_t size) {
    return optimise_bfgs_scratch(size) + 4 * size;
}

struct optimise_result optimise_bfgs(const struct optimise_problem *problem,
                                     const struct optimise_options *options, double *x,
                                     double *scratch) {
    struct search s = search_make(problem, x, scratch);
    bool fresh = true; // the matrix knows nothing yet
    for (; s.result.iterations < options->iterations_max; s.result.iterations++) {
        if (fresh) restart_matrix(&s, linalg_norm(s.gradient, s.n) / first_step);
        find_direction(&s);
        if (s.result.gain == 0 || (!fresh && little_left(&s, options))) {
            s.result.end = OPTIMISE_CONVERGED;
            break;
        }
        if (!line_search(&s)) {
            s.result.end = OPTIMISE_STALLED;
            if (fresh) break;
            fresh = true;
            continue;
        }
        if (fresh) {
            double slope = 0, square = 0;
            for (size_t i = 0; i < s.n; i++) {
                double y = s.trial_gradient[i] - s.gradient[i];
                slope += y * (s.trial[i] - x[i]);
                square += y * y;
            }
            if (slope > 0) restart_matrix(&s, square / slope);
        }
        update_matrix(&s);
        move(&s);
        fresh = false;
    }
    s.result.gradient = steepest(&s);
    return s.result;
}

struct optimise_result optimise_newton(const struct optimise_problem *problem,
                                       const struct optimise_options *options, double *x,
                                       double *scratch) {
    struct search s = search_make(problem, x, scratch);
    double *differences = scratch + optimise_bfgs_scratch(s.n);
    double before = INFINITY; // the gain at the last step with this Hessian
    bool stale = true;
    for (; s.result.iterations < options->iterations_max; s.result.iterations++) {
        if (stale) {
            s.result.evaluations += 2 * s.n;
            if (!optimise_hessian(problem, x, differences, s.matrix)) break;
            before = INFINITY;
        }
        bool positive = find_direction(&s);
        if (positive && little_left(&s, options)) {
            s.result.end = OPTIMISE_CONVERGED;
            break;
        }
        bool serves = before == INFINITY || s.result.gain <= before / 4;
        if (serves && line_search(&s)) {
            before = s.result.gain;
            stale = !positive;
            move(&s);
            continue;
        }
        s.result.end = OPTIMISE_STALLED;
        if (before == INFINITY) break;
        stale = true;
    }
    s.result.gradient = steepest(&s);
    return s.result;
}

bool optimise_hessian(const struct optimise_problem *problem, const double *x, double *scratch,
                      double *ret_hessian) {
    size_t n = problem->size;
    double *point = scratch, *middle = point + n, *near = middle + n, *far = near + n;
    bool finite = isfinite(problem->value(problem->context, x, middle));
    memcpy(point, x, n * sizeof *point);
    for (size_t i = 0; i < n; i++) {
        double h = difference_step * scale_of(problem, x, i);
        bool up = x[i] + h > upper_of(problem, i), aside = up || x[i] - h < lower_of(problem, i);
        double first = up ? x[i] - h : x[i] + h;
        double second = aside ? x[i] + 2 * (first - x[i]) : x[i] - h;
        point[i] = first;
        finite = isfinite(problem->value(problem->context, point, near)) && finite;
        point[i] = second;
        finite = isfinite(problem->value(problem->context, point, far)) && finite;
        point[i] = x[i];
        for (size_t k = 0; k < n; k++)
            ret_hessian[i * n + k] = aside ? 2 * (near[k] - middle[k]) / (first - x[i]) -
                                                 (far[k] - middle[k]) / (second - x[i])
                                           : (near[k] - far[k]) / (first - second);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++) {
            double mean = 0.5 * (ret_hessian[i * n + k] + ret_hessian[k * n + i]);
            ret_hessian[i * n + k] = ret_hessian[k * n + i] = mean;
        }
    return finite;
}

static struct search search_make(const struct optimise_problem *problem, double *x,
                                 double *scratch) {
    size_t n = problem->size;
    CHECK(n >= 1 && n <= OPTIMISE_SIZE_MAX);
    struct search s = {.problem = problem,
                       .n = n,
                       .x = x,
                       .gradient = scratch,
                       .direction = scratch + n,
                       .trial = scratch + 2 * n,
                       .trial_gradient = scratch + 3 * n,
                       .reduced = scratch + 4 * n,
                       .matrix = scratch + 5 * n,
                       .work = scratch + 5 * n + n * n,
                       .vectors = scratch + 5 * n + 2 * n * n,
                       .result = {.end = OPTIMISE_LIMIT, .gain = INFINITY}};
    into_bounds(problem, x);
    s.result.value = evaluate(&s, x, s.gradient);
    return s;
}

static double lower_of(const struct optimise_problem *problem, size_t i) {
    return problem->lower != NULL ? problem->lower[i] : -INFINITY;
}

static double upper_of(const struct optimise_problem *problem, size_t i) {
    return problem->upper != NULL ? problem->upper[i] : INFINITY;
}

static double scale_of(const struct optimise_problem *problem, const double *x, size_t i) {
    if (problem->scale != NULL) return problem->scale[i];
    return fabs(x[i]) > 1 ? fabs(x[i]) : 1;
}

static void into_bounds(const struct optimise_problem *problem, double *x) {
    for (size_t i = 0; i < problem->size; i++) {
        if (x[i] < lower_of(problem, i)) x[i] = lower_of(problem, i);
        if (x[i] > upper_of(problem, i)) x[i] = upper_of(problem, i);
    }
}

static double evaluate(struct search *s, const double *x, double *ret_gradient) {
    s->result.evaluations++;
    return s->problem->value(s->problem->context, x, ret_gradient);
}

// Whether a step of that sign would leave the bounds at once.
static bool blocked(const struct search *s, size_t i, double step) {
    return (step < 0 && s->x[i] <= lower_of(s->problem, i)) ||
           (step > 0 && s->x[i] >= upper_of(s->problem, i));
}

static double steepest(const struct search *s) {
    double largest = 0;
    for (size_t i = 0; i < s->n; i++)
        if (!blocked(s, i, -s->gradient[i]) && !(fabs(s->gradient[i]) <= largest))
            largest = fabs(s->gradient[i]);
    return largest;
}

// The matrix and minus the gradient over the variables that are not out; returns how many.
static size_t reduce(struct search *s, const bool *out) {
    size_t free = 0, row = 0;
    for (size_t i = 0; i < s->n; i++) free += !out[i];
    for (size_t i = 0; i < s->n; i++) {
        if (out[i]) continue;
        size_t column = 0;
        for (size_t k = 0; k < s->n; k++)
            if (!out[k]) s->work[row * free + column++] = s->matrix[i * s->n + k];
        s->reduced[row++] = -s->gradient[i];
    }
    return free;
}

// Solves the reduced system with the magnitudes of its eigenvalues, none below a billionth of the
// largest: downhill along every axis, also of a saddle. False where one was negative.
static bool solve_axes(struct search *s, size_t free) {
    double *values = s->vectors + s->n * s->n, *scratch = values + s->n;
    if (linalg_eigen(s->work, free, scratch, values, s->vectors) < 0) return false;
    double largest = fmax(fabs(values[0]), fabs(values[free - 1]));
    double least = 1e-9 * largest + DBL_MIN;
    for (size_t k = 0; k < free; k++)
        scratch[k] =
            linalg_dot(s->vectors + k * free, s->reduced, free) / fmax(fabs(values[k]), least);
    memset(s->reduced, 0, free * sizeof *s->reduced);
    for (size_t k = 0; k < free; k++)
        linalg_add(scratch[k], s->vectors + k * free, free, s->reduced);
    return values[0] >= -least;
}

// The model's step over the variables that are not out. False where the matrix is not positive; as
// good as singular still counts: the function is flat there.
static bool solve(struct search *s, const bool *out) {
    size_t free = reduce(s, out), row = 0;
    bool positive = true;
    if (free > 0 && linalg_cholesky(s->work, free) == free) {
        linalg_cholesky_solve(s->work, free, s->reduced);
    } else if (free > 0) {
        reduce(s, out);
        positive = solve_axes(s, free);
    }
    for (size_t i = 0; i < s->n; i++) s->direction[i] = out[i] ? 0 : s->reduced[row++];
    return positive;
}

static double gain_of(const struct search *s) {
    return 0.5 * fabs(linalg_dot(s->gradient, s->direction, s->n));
}

// Sets direction and gain. What solve() sends out of its bounds is held as well; where little is
// left to gain by that, the steps are each variable's own.
static bool find_direction(struct search *s) {
    bool out[OPTIMISE_SIZE_MAX] = {false};
    for (size_t i = 0; i < s->n; i++) out[i] = blocked(s, i, -s->gradient[i]);
    bool positive, again, whole = true;
    do {
        positive = solve(s, out);
        again = false;
        for (size_t i = 0; i < s->n; i++)
            if (!out[i] && blocked(s, i, s->direction[i])) out[i] = again = true;
        whole = whole && !again;
    } while (again);
    s->result.gain = gain_of(s);
    if (whole) return positive;
    for (size_t i = 0; i < s->n; i++) {
        double curvature = fabs(s->matrix[i * s->n + i]) + DBL_MIN;
        s->trial[i] = s->direction[i];
        s->direction[i] = blocked(s, i, -s->gradient[i]) ? 0 : -s->gradient[i] / curvature;
    }
    double gain = gain_of(s);
    if (gain > 100 * s->result.gain)
        s->result.gain = gain;
    else
        memcpy(s->direction, s->trial, s->n * sizeof *s->direction);
    return positive;
}

// How far along the direction the first bound is.
static double reach(const struct search *s) {
    double reach = INFINITY;
    for (size_t i = 0; i < s->n; i++) {
        double d = s->direction[i];
        double room = d > 0 ? upper_of(s->problem, i) - s->x[i] : s->x[i] - lower_of(s->problem, i);
        if (d != 0 && room < reach * fabs(d)) reach = room / fabs(d);
    }
    return reach;
}

// Evaluates x + t direction; its slope there goes to *ret_slope. Variables within rounding of their
// bound are put onto it.
static double try_step(struct search *s, double t, double *ret_slope) {
    for (size_t i = 0; i < s->n; i++) {
        double step = t * s->direction[i], next = s->x[i] + step;
        double bound = step > 0 ? upper_of(s->problem, i) : lower_of(s->problem, i);
        bool there = step != 0 && fabs(bound - next) <= 4 * DBL_EPSILON * fabs(step);
        s->trial[i] = there ? bound : next;
    }
    into_bounds(s->problem, s->trial);
    double value = evaluate(s, s->trial, s->trial_gradient);
    *ret_slope = linalg_dot(s->trial_gradient, s->direction, s->n);
    return isfinite(*ret_slope) ? value : NAN;
}

// Where the parabola through two values and the first's slope is lowest, not near an end.
static double between(double low, double value, double slope, double high, double high_value) {
    double width = high - low;
    double bend = high_value - value - slope * width;
    double t = isfinite(high_value) && bend > 0 ? -slope * width / (2 * bend) : 0.5;
    return low + width * fmin(0.9, fmax(0.1, t));
}

// A step that is low enough and no longer steep, or that ends at a bound: trial, trial_gradient and
// the result's value. Equal to rounding counts as low, or the last digits could not be had.
static bool line_search(struct search *s) {
    double start = s->result.value, slope = linalg_dot(s->gradient, s->direction, s->n);
    double far = reach(s), low = 0, low_value = start, low_slope = slope;
    double high = INFINITY, high_value = NAN, value, at;
    double t = fmin(1, far);
    if (!(slope < 0) || !(far > 0)) return false;
    for (int step = 0; step < LINE_STEPS_MAX; step++) {
        value = try_step(s, t, &at);
        double enough = start + armijo * t * slope + 4 * DBL_EPSILON * fabs(start);
        if (!(value <= enough)) {
            high = t;
            high_value = value;
        } else if (at < wolfe * slope && t < far) {
            low = t;
            low_value = value;
            low_slope = at;
        } else {
            s->result.value = value;
            return true;
        }
        t = high < INFINITY ? between(low, low_value, low_slope, high, high_value)
                            : fmin(4 * t, far);
        if (!(t > low && t < high)) break;
    }
    if (low == 0) return false;
    s->result.value = try_step(s, low, &at);
    return true;
}

static bool little_left(const struct search *s, const struct optimise_options *options) {
    return s->result.gain <= options->tolerance * fmax(1, fabs(s->result.value));
}

static void restart_matrix(struct search *s, double curvature) {
    memset(s->matrix, 0, s->n * s->n * sizeof *s->matrix);
    for (size_t i = 0; i < s->n; i++) s->matrix[i * s->n + i] = curvature + DBL_MIN;
}

// With the step from x to trial. Overwrites the direction with B s and `reduced` with y.
static void update_matrix(struct search *s) {
    double *bent = s->direction, *change = s->reduced;
    double quadratic = 0, slope = 0;
    for (size_t i = 0; i < s->n; i++) {
        bent[i] = 0;
        for (size_t k = 0; k < s->n; k++)
            bent[i] += s->matrix[i * s->n + k] * (s->trial[k] - s->x[k]);
        change[i] = s->trial_gradient[i] - s->gradient[i];
        quadratic += bent[i] * (s->trial[i] - s->x[i]);
        slope += change[i] * (s->trial[i] - s->x[i]);
    }
    if (!(quadratic > 0)) return;
    if (slope < 0.2 * quadratic) {
        double share = 0.8 * quadratic / (quadratic - slope);
        for (size_t i = 0; i < s->n; i++) change[i] = share * change[i] + (1 - share) * bent[i];
        slope = 0.2 * quadratic;
    }
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < s->n; k++)
            s->matrix[i * s->n + k] +=
                change[i] * change[k] / slope - bent[i] * bent[k] / quadratic;
}

static void move(struct search *s) {
    memcpy(s->x, s->trial, s->n * sizeof *s->x);
    memcpy(s->gradient, s->trial_gradient, s->n * sizeof *s->x);
}

// Nelder and Mead. The points stand one after the other, the best first; values behind them.
struct simplex {
    const struct optimise_problem *problem;
    size_t n;
    double *points; // n + 1 of them
    double *values;
    double *centre; // of all but the worst
    double *trial;
    double *second;
    size_t evaluations;
};

size_t optimise_simplex_scratch(size_t size) {
    return (size + 1) * size + (size + 1) + 3 * size;
}

static double simplex_value(struct simplex *s, double *point) {
    into_bounds(s->problem, point);
    s->evaluations++;
    double value = s->problem->value(s->problem->context, point, NULL);
    return isnan(value) ? INFINITY : value;
}

// Moves point k to where its value belongs; the first of equals stays in front.
static void simplex_sink(struct simplex *s, size_t k) {
    for (; k > 0 && s->values[k] < s->values[k - 1]; k--) {
        double *a = s->points + k * s->n, *b = a - s->n, value = s->values[k];
        s->values[k] = s->values[k - 1];
        s->values[k - 1] = value;
        for (size_t i = 0; i < s->n; i++) {
            double coordinate = a[i];
            a[i] = b[i];
            b[i] = coordinate;
        }
    }
}

static void simplex_start(struct simplex *s, const double *x) {
    for (size_t k = 0; k <= s->n; k++) {
        double *point = s->points + k * s->n;
        memcpy(point, x, s->n * sizeof *point);
        if (k > 0) {
            double edge = first_step * scale_of(s->problem, x, k - 1);
            point[k - 1] += x[k - 1] + edge > upper_of(s->problem, k - 1) ? -edge : edge;
        }
        s->values[k] = simplex_value(s, point);
        simplex_sink(s, k);
    }
}

// centre + factor (worst - centre) to ret_point.
static double simplex_try(struct simplex *s, double factor, double *ret_point) {
    const double *worst = s->points + s->n * s->n;
    for (size_t i = 0; i < s->n; i++)
        ret_point[i] = s->centre[i] + factor * (worst[i] - s->centre[i]);
    return simplex_value(s, ret_point);
}

static void simplex_replace(struct simplex *s, const double *point, double value) {
    memcpy(s->points + s->n * s->n, point, s->n * sizeof *point);
    s->values[s->n] = value;
    simplex_sink(s, s->n);
}

static void simplex_shrink(struct simplex *s, double share) {
    for (size_t k = 1; k <= s->n; k++) {
        double *point = s->points + k * s->n;
        for (size_t i = 0; i < s->n; i++)
            point[i] = s->points[i] + share * (point[i] - s->points[i]);
        s->values[k] = simplex_value(s, point);
    }
    for (size_t k = 1; k <= s->n; k++) simplex_sink(s, k);
}

static void simplex_step(struct simplex *s) {
    size_t n = s->n;
    double size = (double)(n > 1 ? n : 2);
    double expand = 1 + 2 / size, contract = 0.75 - 1 / (2 * size), shrink = 1 - 1 / size;
    for (size_t i = 0; i < n; i++) {
        s->centre[i] = 0;
        for (size_t k = 0; k < n; k++) s->centre[i] += s->points[k * n + i];
        s->centre[i] /= (double)n;
    }
    double reflected = simplex_try(s, -1, s->trial);
    if (reflected < s->values[0]) {
        double expanded = simplex_try(s, -expand, s->second);
        simplex_replace(s, expanded < reflected ? s->second : s->trial, fmin(expanded, reflected));
    } else if (reflected < s->values[n - 1]) {
        simplex_replace(s, s->trial, reflected);
    } else {
        bool outside = reflected < s->values[n];
        double value = simplex_try(s, outside ? -contract : contract, s->second);
        if (value <= fmin(reflected, s->values[n]))
            simplex_replace(s, s->second, value);
        else
            simplex_shrink(s, shrink);
    }
}

// Largest edge from the best point, in the scale of the variables.
static double simplex_width(const struct simplex *s) {
    double width = 0;
    for (size_t k = 1; k <= s->n; k++)
        for (size_t i = 0; i < s->n; i++)
            width = fmax(width, fabs(s->points[k * s->n + i] - s->points[i]) /
                                    scale_of(s->problem, s->points, i));
    return width;
}

struct optimise_result optimise_simplex(const struct optimise_problem *problem,
                                        const struct optimise_options *options, double *x,
                                        double *scratch) {
    size_t n = problem->size;
    CHECK(n >= 1 && n <= OPTIMISE_SIZE_MAX);
    struct simplex s = {.problem = problem,
                        .n = n,
                        .points = scratch,
                        .values = scratch + (n + 1) * n,
                        .centre = scratch + (n + 1) * (n + 1),
                        .trial = scratch + (n + 1) * (n + 1) + n,
                        .second = scratch + (n + 1) * (n + 1) + 2 * n};
    struct optimise_result result = {.end = OPTIMISE_LIMIT, .gradient = NAN};
    into_bounds(problem, x);
    simplex_start(&s, x);
    for (; result.iterations < options->iterations_max; result.iterations++) {
        result.gain = s.values[n] - s.values[0];
        double worth = options->tolerance * fmax(1, fabs(s.values[0]));
        double width = simplex_width(&s);
        if (result.gain <= worth && width * width <= options->tolerance) {
            result.end = OPTIMISE_CONVERGED;
            break;
        }
        if (width <= 4 * DBL_EPSILON) {
            result.end = OPTIMISE_STALLED;
            break;
        }
        simplex_step(&s);
    }
    memcpy(x, s.points, n * sizeof *x);
    result.value = s.values[0];
    result.evaluations = s.evaluations;
    return result;
}
