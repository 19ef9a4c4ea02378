// SPDX-License-Identifier: Apache-2.0
#include "quant/option/black.h"

#include <math.h>

#include "quant/math/mathfn.h"
#include "quant/option/black_lane.h"

static struct black_point point_at(double x, double s, double limit) {
    return black_point_from(x, s, limit, mathfn_exp(black_exponent(x, s)));
}

double black_value(double x, double s) {
    return s > 0 ? point_at(x, s, mathfn_exp(0.5 * x)).value : 0;
}

double black_complement(double x, double s) {
    double limit = mathfn_exp(0.5 * x);
    return s > 0 ? point_at(x, s, limit).complement : limit;
}

static double branch_log(const struct black_problem *problem, double value, double complement) {
    return mathfn_log(black_log_of(problem->branch, value, complement));
}

static double first_guess(struct black_problem *problem, double limit) {
    double x = problem->x, s = black_knee(x);
    struct black_point knee = point_at(x, s, limit);
    black_choose(problem, &knee, s);
    problem->log = branch_log(problem, problem->value, problem->complement);
    if (problem->branch == BLACK_UPPER) return black_tail_start(mathfn_log(black_tail(problem)));
    if (x > -1e-16) return problem->value * BLACK_SQRT_TWO_PI;
    if (black_is_far(problem, &knee)) {
        double log_x = mathfn_log(-x);
        s = -x / sqrt(-2 * problem->log);
        for (int round = 0; round < 2; round++)
            s = black_asymptote(problem, log_x, s, mathfn_log(s));
        return s;
    }
    return black_step_from(problem, &knee, s, branch_log(problem, knee.value, knee.complement)).to;
}

double black_deviation(double x, double value, double complement) {
    if (isnan(x) || isnan(value) || isnan(complement) || x > 0 || value < 0) return NAN;
    if (value == 0) return 0;
    if (complement <= 0) return INFINITY;
    struct black_problem problem = {.x = x, .value = value, .complement = complement};
    double limit = value + complement;
    double s = first_guess(&problem, limit); // sets the bracket
    s = black_within(&problem, s);
    for (int round = 0; round < BLACK_ROUNDS_MAX; round++) {
        struct black_point at = point_at(x, s, limit);
        double log = branch_log(&problem, at.value, at.complement);
        struct black_step step = black_step_from(&problem, &at, s, log);
        if (black_step_take(&problem, &at, &step, &s)) break;
    }
    return s;
}
