// SPDX-License-Identifier: Apache-2.0
// The pieces of Black's formula and of its inverse for one option, without branches and without a transcendental
// function inside, so that quant/option/black.c can take them one by one and quant/option/black_many.c in
// vectors: both give the same bits.
//
// b is inverted in the coordinate in which it is straight. From its inflexion, the knee s = sqrt(2 |x|): well
// below it 1 / ln b, which is nearly a parabola of s; well above it the logarithm of the complement; between
// them b itself. Each step is Householder's of the third order.
#ifndef FULMAR_QUANT_OPTION_BLACK_LANE_H
#define FULMAR_QUANT_OPTION_BLACK_LANE_H

#include <math.h>
#include <stdbool.h>

#include "quant/math/mills.h"

#define BLACK_SQRT_TWO_PI 2.50662827463100050242
#define BLACK_LOG_SQRT_TWO_PI 0.91893853320467274178

// Below this half deviation, and nearer than this to the money or with a product of both above this, the formula's
// difference loses digits that a series keeps.
#define BLACK_SERIES_T 0.21
#define BLACK_SERIES_H (-10.0)
#define BLACK_SERIES_TH (-0.5)

// Shares of b at the knee, and of its complement there, from which on a branch is taken; and the share below
// which the lower branch's asymptote is nearer than the knee.
#define BLACK_LOWER_SHARE 0.9
#define BLACK_UPPER_SHARE 0.5
#define BLACK_FAR_SHARE 1e-5

enum { BLACK_ROUNDS_MAX = 16 };

struct black_point {
    double value;      // b
    double complement; // exp(x / 2) - b
    double slope;      // d b / d s
};

// The exponent that black_point_from wants the exponential of.
static inline double black_exponent(double x, double s) {
    double h = x / s, t = 0.5 * s;
    return -0.5 * (h * h + t * t);
}

// One more derivative of Y = N / n, and its term of the series: the n-th is h Y(n - 1) + (n - 1) Y(n - 2).
#define BLACK_SERIES_STEP(n, odd)                                                                  \
    do {                                                                                           \
        double next = h * now + (n)*before;                                                        \
        before = now;                                                                              \
        now = next;                                                                                \
        power *= t * (1.0 / ((n) + 1));                                                            \
        if (odd) series += now * power;                                                            \
    } while (0)

// limit = exp(x / 2). With h = x / s, t = s / 2 and Mills' ratio Y(z) = N(z) / n(z), b is slope (Y(h + t) -
// Y(h - t)), the difference its odd Taylor series 2 sum Y^(2k+1)(h) t^(2k+1) / (2k+1)! where t is small; above
// the money, h + t > 0, the complement is slope (Y(-h - t) + Y(h - t)).
static inline struct black_point black_point_from(double x, double s, double limit,
                                                  double exponential) {
    double h = x / s, t = 0.5 * s, near = h + t;
    bool small = (t < BLACK_SERIES_T) & ((h > BLACK_SERIES_H) | (t * h > BLACK_SERIES_TH));
    double nearest = small ? -h : fabs(near);
    double y_near = mills_ratio(nearest), y_far = mills_ratio(t - h);
    double before = y_near, now = 1 + h * before, power = t, series = now * t;
    BLACK_SERIES_STEP(1, false);
    BLACK_SERIES_STEP(2, true);
    BLACK_SERIES_STEP(3, false);
    BLACK_SERIES_STEP(4, true);
    BLACK_SERIES_STEP(5, false);
    BLACK_SERIES_STEP(6, true);
    BLACK_SERIES_STEP(7, false);
    BLACK_SERIES_STEP(8, true);
    BLACK_SERIES_STEP(9, false);
    BLACK_SERIES_STEP(10, true);
    BLACK_SERIES_STEP(11, false);
    BLACK_SERIES_STEP(12, true);
    BLACK_SERIES_STEP(13, false);
    BLACK_SERIES_STEP(14, true);
    BLACK_SERIES_STEP(15, false);
    BLACK_SERIES_STEP(16, true);
    double slope = exponential / BLACK_SQRT_TWO_PI;
    double difference = slope * (small ? 2 * series : y_near - y_far);
    double rest = slope * (y_near + y_far), less = limit - difference, more = limit - rest;
    bool out = small || near <= 0;
    return (struct black_point){
        .value = out ? difference : more, .complement = out ? less : rest, .slope = slope};
}

#undef BLACK_SERIES_STEP

enum black_branch { BLACK_LOWER, BLACK_MIDDLE, BLACK_UPPER };

struct black_problem {
    double x;
    double value;      // wanted
    double complement; // to exp(x / 2), of the wanted value
    double log;        // of the wanted value or complement, as the branch has it
    double low;        // bracket of s
    double high;
    double branch; // enum black_branch, as a number among numbers
};

static inline double black_knee(double x) {
    double knee = sqrt(-2 * x);
    return knee > 1e-8 ? knee : 1e-8;
}

// Branch and bracket from b at the knee. With x = 0 there is no knee: b is straight near 0.
static inline void black_choose(struct black_problem *problem, const struct black_point *knee,
                                double knee_s) {
    double value = problem->value;
    bool flat = problem->x > -1e-16, below = value < knee->value;
    bool lower = flat ? false : value < BLACK_LOWER_SHARE * knee->value;
    bool upper = flat ? value >= 0.5 : problem->complement < BLACK_UPPER_SHARE * knee->complement;
    problem->branch = lower ? BLACK_LOWER : upper ? BLACK_UPPER : BLACK_MIDDLE;
    problem->low = flat || below ? 0 : knee_s;
    problem->high = !flat && below ? knee_s : INFINITY;
}

// What the branch takes the logarithm of.
static inline double black_log_of(double branch, double value, double complement) {
    return branch == BLACK_LOWER ? value : branch == BLACK_UPPER ? complement : 1;
}

struct black_step {
    double newton;
    double to;
};

// The step from a point at s, whose logarithm (black_log_of) is `log`. With L = ln b the lower branch's f is
// 1 / L - 1 / ln value: f'' / f' = L'' / L' - 2 L' / L, and so on.
static inline struct black_step black_step_from(const struct black_problem *problem,
                                                const struct black_point *at, double s,
                                                double log) {
    double h = problem->x / s;
    double second = h * h / s - 0.25 * s; // b'' / b'
    double third = second * second - 3 * h * h / (s * s) - 0.25;
    bool lower = problem->branch == BLACK_LOWER, upper = problem->branch == BLACK_UPPER;
    double low_rate = at->slope / at->value, up_rate = -at->slope / at->complement;
    double rate = lower ? low_rate : upper ? up_rate : 0;
    double low_newton = log * (problem->log - log) / (problem->log * low_rate);
    double up_newton = (problem->log - log) / up_rate;
    double newton = (problem->value - at->value) / at->slope;
    newton = lower ? low_newton : upper ? up_newton : newton;
    double low_ratio = low_rate / log, ratio = lower ? low_ratio : 0;
    double two = second - rate, three = third - 3 * second * rate + 2 * rate * rate;
    three = three - 6 * two * ratio + 6 * ratio * ratio;
    two = two - 2 * ratio;
    double to = s + newton * (1 + 0.5 * two * newton) / (1 + newton * (two + three * newton / 6));
    return (struct black_step){newton, to};
}

// A point of the bracket for a step that left it.
static inline double black_within(const struct black_problem *problem, double s) {
    double middle =
        isinf(problem->high) ? 2 * problem->low + 1 : 0.5 * (problem->low + problem->high);
    return s > problem->low && s < problem->high ? s : middle;
}

// Narrows the bracket by the point at s and takes the step; true when it was the last: the error falls with the
// fourth power of a step.
static inline bool black_step_take(struct black_problem *problem, const struct black_point *at,
                                   const struct black_step *step, double *s) {
    // Near the upper end values round to their limit, complements do not.
    bool below = problem->branch == BLACK_UPPER ? at->complement > problem->complement
                                                : at->value < problem->value;
    problem->low = below ? *s : problem->low;
    problem->high = below ? problem->high : *s;
    bool done = fabs(step->newton) <= 1e-5 * *s;
    *s = done ? step->to : black_within(problem, step->to);
    return done;
}

static inline bool black_is_far(const struct black_problem *problem,
                                const struct black_point *knee) {
    return problem->branch == BLACK_LOWER && problem->value < BLACK_FAR_SHARE * knee->value;
}

// Far down ln b is nearly -x^2 / (2 s^2) - s^2 / 8 + 3 ln s - 2 ln |x| - ln sqrt(2 pi): solved for the first s
// with the others from before.
static inline double black_asymptote(const struct black_problem *problem, double log_x, double s,
                                     double log_s) {
    double square = -problem->log - BLACK_LOG_SQRT_TWO_PI - 2 * log_x + 3 * log_s - 0.125 * s * s;
    double next = -problem->x / sqrt(2 * square);
    return square > 0 ? next : s;
}

// On the upper branch s / 2 is nearly the quantile of this tail: Hastings' rational for it, from the tail's logarithm
// (Abramowitz and Stegun 26.2.23).
static inline double black_tail(const struct black_problem *problem) {
    double limit = problem->value + problem->complement;
    return problem->complement / (limit + 1 / limit);
}

static inline double black_tail_start(double log_tail) {
    double t = sqrt(-2 * log_tail);
    double top = 2.515517 + t * (0.802853 + t * 0.010328);
    double bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
    return 2 * (t - top / bottom);
}

#endif
