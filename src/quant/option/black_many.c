// SPDX-License-Identifier: Apache-2.0
#include "quant/option/black_many.h"

#include <math.h>
#include <stdbool.h>

#include "base/check.h"
#include "base/simd.h"
#include "quant/math/mathfn_many.h"
#include "quant/option/black_lane.h"

// Lanes that are still being solved, and where their results go.
struct work {
    struct black_lanes at;
    double value[BLACK_LANES];
    double complement[BLACK_LANES];
    double log[BLACK_LANES];
    double low[BLACK_LANES];
    double high[BLACK_LANES];
    double branch[BLACK_LANES];
    size_t to[BLACK_LANES];
    size_t count;
};

SIMD_CLONES static void exponents(const struct black_lanes *lanes, size_t count,
                                  double *restrict ret_exponents);
SIMD_CLONES static void points(struct black_lanes *lanes, size_t count);

void black_value_many(struct black_lanes *lanes, size_t count) {
    double power[BLACK_LANES];
    CHECK(count <= BLACK_LANES);
    exponents(lanes, count, power);
    mathfn_exp_many(power, count, lanes->slope);
    points(lanes, count);
}

SIMD_CLONES static void exponents(const struct black_lanes *lanes, size_t count,
                                  double *restrict ret_exponents) {
    for (size_t i = 0; i < count; i++) ret_exponents[i] = black_exponent(lanes->x[i], lanes->s[i]);
}

SIMD_CLONES static void points(struct black_lanes *lanes, size_t count) {
    const double *restrict x = lanes->x, *restrict s = lanes->s, *restrict limit = lanes->limit;
    double *restrict value = lanes->value, *restrict complement = lanes->complement;
    double *restrict slope = lanes->slope;
    for (size_t i = 0; i < count; i++) {
        struct black_point at = black_point_from(x[i], s[i], limit[i], slope[i]);
        value[i] = at.value;
        complement[i] = at.complement;
        slope[i] = at.slope;
    }
}

static inline struct black_problem problem_of(const struct work *work, size_t i) {
    return (struct black_problem){.x = work->at.x[i],
                                  .value = work->value[i],
                                  .complement = work->complement[i],
                                  .log = work->log[i],
                                  .low = work->low[i],
                                  .high = work->high[i],
                                  .branch = work->branch[i]};
}

static inline struct black_point point_of(const struct work *work, size_t i) {
    return (struct black_point){work->at.value[i], work->at.complement[i], work->at.slope[i]};
}

static void branch_logs(const struct work *work, const double *value, const double *complement,
                        double *ret_log) {
    double chosen[BLACK_LANES];
    for (size_t i = 0; i < work->count; i++)
        chosen[i] = black_log_of(work->branch[i], value[i], complement[i]);
    mathfn_log_many(chosen, work->count, ret_log);
}

SIMD_CLONES static void steps(const struct work *work, const double *restrict log,
                              double *restrict ret_newton, double *restrict ret_to) {
    for (size_t i = 0; i < work->count; i++) {
        struct black_problem problem = problem_of(work, i);
        struct black_point at = point_of(work, i);
        struct black_step step = black_step_from(&problem, &at, work->at.s[i], log[i]);
        ret_newton[i] = step.newton;
        ret_to[i] = step.to;
    }
}

static void choose_branches(struct work *work) {
    for (size_t i = 0; i < work->count; i++) {
        struct black_problem problem = problem_of(work, i);
        struct black_point knee = point_of(work, i);
        black_choose(&problem, &knee, work->at.s[i]);
        work->branch[i] = problem.branch;
        work->low[i] = problem.low;
        work->high[i] = problem.high;
    }
}

// Guesses of the lanes that do not start with a step from the knee, into s.
static void guess_ends(struct work *work, double *s) {
    double log_x[BLACK_LANES], log_s[BLACK_LANES], tail[BLACK_LANES];
    bool far[BLACK_LANES];
    for (size_t i = 0; i < work->count; i++) {
        struct black_problem problem = problem_of(work, i);
        struct black_point knee = point_of(work, i);
        far[i] = black_is_far(&problem, &knee);
        tail[i] = problem.branch == BLACK_UPPER ? black_tail(&problem) : 0.5;
        log_x[i] = far[i] ? -problem.x : 1;
        if (far[i]) s[i] = -problem.x / sqrt(-2 * problem.log);
        if (problem.x > -1e-16) s[i] = problem.value * BLACK_SQRT_TWO_PI;
    }
    mathfn_log_many(tail, work->count, tail);
    mathfn_log_many(log_x, work->count, log_x);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < work->count; i++) log_s[i] = far[i] ? s[i] : 1;
        mathfn_log_many(log_s, work->count, log_s);
        for (size_t i = 0; i < work->count; i++) {
            struct black_problem problem = problem_of(work, i);
            if (far[i]) s[i] = black_asymptote(&problem, log_x[i], s[i], log_s[i]);
        }
    }
    for (size_t i = 0; i < work->count; i++)
        if (work->branch[i] == BLACK_UPPER) s[i] = black_tail_start(tail[i]);
}

static void first_guesses(struct work *work) {
    double log[BLACK_LANES], newton[BLACK_LANES], s[BLACK_LANES];
    for (size_t i = 0; i < work->count; i++) work->at.s[i] = black_knee(work->at.x[i]);
    black_value_many(&work->at, work->count);
    choose_branches(work);
    branch_logs(work, work->value, work->complement, work->log);
    branch_logs(work, work->at.value, work->at.complement, log);
    steps(work, log, newton, s);
    guess_ends(work, s);
    for (size_t i = 0; i < work->count; i++) {
        struct black_problem problem = problem_of(work, i);
        work->at.s[i] = black_within(&problem, s[i]);
    }
}

static void lane_move(struct work *work, size_t from, size_t to) {
    work->at.x[to] = work->at.x[from];
    work->at.s[to] = work->at.s[from];
    work->at.limit[to] = work->at.limit[from];
    work->value[to] = work->value[from];
    work->complement[to] = work->complement[from];
    work->log[to] = work->log[from];
    work->low[to] = work->low[from];
    work->high[to] = work->high[from];
    work->branch[to] = work->branch[from];
    work->to[to] = work->to[from];
}

// Takes the steps; lanes that are done leave with their result.
static void take_steps(struct work *work, const double *newton, const double *to, double *ret_s) {
    size_t left = 0;
    for (size_t i = 0; i < work->count; i++) {
        struct black_problem problem = problem_of(work, i);
        struct black_point at = point_of(work, i);
        struct black_step step = {newton[i], to[i]};
        bool done = black_step_take(&problem, &at, &step, &work->at.s[i]);
        ret_s[work->to[i]] = work->at.s[i];
        work->low[i] = problem.low;
        work->high[i] = problem.high;
        if (!done) lane_move(work, i, left++);
    }
    work->count = left;
}

void black_deviation_many(const double *x, const double *value, const double *complement,
                          size_t count, double *ret_s) {
    struct work work;
    CHECK(count <= BLACK_LANES);
    work.count = count;
    for (size_t i = 0; i < count; i++) {
        work.at.x[i] = x[i];
        work.at.limit[i] = value[i] + complement[i];
        work.value[i] = value[i];
        work.complement[i] = complement[i];
        work.log[i] = work.low[i] = work.high[i] = work.branch[i] = 0;
        work.to[i] = i;
    }
    first_guesses(&work);
    for (int round = 0; round < BLACK_ROUNDS_MAX && work.count > 0; round++) {
        double log[BLACK_LANES], newton[BLACK_LANES], to[BLACK_LANES];
        black_value_many(&work.at, work.count);
        branch_logs(&work, work.at.value, work.at.complement, log);
        steps(&work, log, newton, to);
        take_steps(&work, newton, to, ret_s);
    }
}
