// SPDX-License-Identifier: Apache-2.0
#include "quant/black.h"

#include <math.h>
#include <stdbool.h>

#include "quant/erfcx.h"
#include "quant/mathfn.h"
#include "quant/normal.h"

#define SQRT_HALF 0.70710678118654752440
#define SQRT_HALF_PI 1.25331413731550025121
#define ONE_OVER_SQRT_TWO_PI 0.39894228040143267794

// Below this half deviation the formula's difference loses digits that a series keeps.
#define SERIES_T 0.21
#define SERIES_H -10.0

enum { STEPS_MAX = 12 };

struct point { // b and its complement at some s, in units that do not underflow before b does
    double value;
    double complement;
    double slope; // d b / d s
};

// N(h) / n(h) for h <= 0.
static inline double mills(double h) {
    return SQRT_HALF_PI * erfcx_positive(-h * SQRT_HALF);
}

// Y(h + t) - Y(h - t) of Y = N / n as its odd Taylor series: Y' = 1 + h Y, and the n-th derivative
// follows from the two before: h Y(n) + n Y(n - 1).
static double mills_difference(double h, double t) {
    double before = mills(h), now = 1 + h * before;
    double power = t, sum = now * t;
    for (int n = 1; n < 17; n++) {
        double next = h * now + n * before;
        before = now;
        now = next;
        power *= t / (n + 1);
        if (n % 2 == 0) sum += now * power;
    }
    return 2 * sum;
}

static struct point point_at(double x, double s) {
    double h = x / s, t = 0.5 * s;
    double limit = mathfn_exp(0.5 * x);
    struct point point = {.slope = ONE_OVER_SQRT_TWO_PI * mathfn_exp(-0.5 * (h * h + t * t))};
    if (t < SERIES_T && h > SERIES_H) {
        point.value = point.slope * mills_difference(h, t);
        point.complement = limit - point.value;
    } else if (h + t <= 0) {
        point.value = point.slope * (mills(h + t) - mills(h - t));
        point.complement = limit - point.value;
    } else {
        point.complement = point.slope * (mills(-(h + t)) + mills(h - t));
        point.value = limit - point.complement;
    }
    return point;
}

double black_value(double x, double s) {
    return s > 0 ? point_at(x, s).value : 0;
}

double black_complement(double x, double s) {
    return s > 0 ? point_at(x, s).complement : mathfn_exp(0.5 * x);
}

// A step of Householder's third order from f / f', f'' / f' and f''' / f'.
static double householder(double newton, double second, double third) {
    return newton * (1 + 0.5 * second * newton) / (1 + newton * (second + third * newton / 6));
}

// Solves near the lower end in 1 / ln b, which is close to a parabola of s.
static double lower_step(const struct point *at, double s, double second, double third,
                         double log_value) {
    double log = mathfn_log(at->value), rate = at->slope / at->value;
    double ratio = rate / log; // L' / L of L = ln b
    double two = second - rate, three = third - 3 * second * rate + 2 * rate * rate;
    double newton = log * (log_value - log) / (log_value * rate);
    return s + householder(newton, two - 2 * ratio, three - 6 * two * ratio + 6 * ratio * ratio);
}

// Solves near the upper end in the logarithm of the complement.
static double upper_step(const struct point *at, double s, double second, double third,
                         double log_complement) {
    double rate = at->slope / at->complement;
    double newton = (mathfn_log(at->complement) - log_complement) / rate;
    return s + householder(newton, second + rate, third + 3 * second * rate + 2 * rate * rate);
}

enum branch { LOWER, MIDDLE, UPPER };

struct problem {
    double x, value, complement;
    double log; // of the value or of the complement, as the branch needs
    double low, high;
    enum branch branch;
};

static double step_from(const struct problem *problem, const struct point *at, double s) {
    double h = problem->x / s;
    double second = h * h / s - 0.25 * s;
    double third = second * second - 3 * h * h / (s * s) - 0.25;
    switch (problem->branch) {
    case LOWER:
        return lower_step(at, s, second, third, problem->log);
    case UPPER:
        return upper_step(at, s, second, third, problem->log);
    case MIDDLE:
        break;
    }
    return s + householder((problem->value - at->value) / at->slope, second, third);
}

// For small s, ln b is nearly -x^2 / (2 s^2) - s^2 / 8 + 3 ln s - 2 ln |x| - ln sqrt(2 pi): two rounds of that, solved
// for the first s.
static double lower_start(double x, double log_value) {
    double s = -x / sqrt(-2 * log_value);
    double constant = -log_value - 0.91893853320467274178 - 2 * mathfn_log(-x);
    for (int round = 0; round < 2; round++) {
        double square = constant + 3 * mathfn_log(s) - 0.125 * s * s;
        if (!(square > 0)) break;
        s = -x / sqrt(2 * square);
    }
    return s;
}

// The tangent at the inflexion, s = sqrt(2 |x|), meets both ends of b inside of the root: it tells which branch is
// meant and, between them, where to start.
static double start_of(struct problem *problem) {
    double x = problem->x;
    double knee = sqrt(-2 * x);
    double limit = problem->value + problem->complement;
    if (knee > 0) {
        struct point at = point_at(x, knee);
        double lowest = knee - at.value / at.slope, highest = knee + at.complement / at.slope;
        if (problem->value < at.value) {
            problem->high = knee;
            if (lowest > 0 && problem->value < point_at(x, lowest).value) problem->branch = LOWER;
        } else {
            problem->low = knee;
            if (problem->complement < point_at(x, highest).complement) problem->branch = UPPER;
        }
        if (problem->branch == MIDDLE) return knee + (problem->value - at.value) / at.slope;
    } else if (problem->value < 0.5) {
        return problem->value / ONE_OVER_SQRT_TWO_PI;
    } else {
        problem->branch = UPPER;
    }
    problem->log = mathfn_log(problem->branch == LOWER ? problem->value : problem->complement);
    if (problem->branch == LOWER) return lower_start(x, problem->log);
    return -2 * normal_quantile(problem->complement / (limit + 1 / limit));
}

double black_deviation(double x, double value, double complement) {
    if (isnan(x) || isnan(value) || isnan(complement) || x > 0 || value < 0) return NAN;
    if (value == 0) return 0;
    if (complement <= 0) return INFINITY;
    struct problem problem = {
        .x = x, .value = value, .complement = complement, .high = INFINITY, .branch = MIDDLE};
    double s = start_of(&problem);
    for (int step = 0; step < STEPS_MAX; step++) {
        if (!(s > problem.low && s < problem.high))
            s = isinf(problem.high) ? 2 * problem.low + 1 : 0.5 * (problem.low + problem.high);
        struct point at = point_at(x, s);
        if (at.value < value)
            problem.low = s;
        else
            problem.high = s;
        double next = step_from(&problem, &at, s);
        bool done = fabs(next - s) <= 4e-16 * s;
        // The error falls with its fourth power: a small step is the last.
        done = done || fabs(next - s) <= 1e-5 * s;
        if (isnan(next)) continue;
        s = next;
        if (done) break;
    }
    return s;
}
