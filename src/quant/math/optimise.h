// SPDX-License-Identifier: Apache-2.0
// Minimisation of a smooth function of a few variables, each of which may have bounds.
// Deterministic: no random starts, every sum in one order.
//
// The usual order is optimise_bfgs from a start and then optimise_newton, which takes the last steps
// with a Hessian and is the judge of whether the end is a minimum. optimise_simplex needs no
// gradient and is the fallback where a function has kinks. None of them leaves the bounds, not even
// to try; a minimum on a bound is found and is exactly on it.
//
// A function is a value with its gradient. Where it is undefined it says NaN or infinity: the step
// is then shortened. It is defined at the start.
#ifndef FULMAR_QUANT_MATH_OPTIMISE_H
#define FULMAR_QUANT_MATH_OPTIMISE_H

#include <stdbool.h>
#include <stddef.h>

enum { OPTIMISE_SIZE_MAX = 64 };

// The value at x, and its `size` derivatives where ret_gradient is not NULL.
typedef double optimise_fn(void *context, const double *x, double *ret_gradient);

struct optimise_problem {
    size_t size; // 1 to OPTIMISE_SIZE_MAX (CHECK)
    optimise_fn *value;
    void *context;
    const double *lower; // bounds, lower < upper, infinite where there is none; NULL: none at all
    const double *upper;
    const double *scale; // > 0: a change of each variable that matters; NULL: max(|start|, 1)
};

struct optimise_options {
    size_t iterations_max;
    // The search ends when the model says that less than tolerance max(1, |value|) can be gained.
    double tolerance;
};

enum optimise_end {
    OPTIMISE_CONVERGED,
    OPTIMISE_STALLED, // no step along the direction is better; the tolerance was not reached
    OPTIMISE_LIMIT    // iterations_max
};

struct optimise_result {
    enum optimise_end end;
    double value;    // at x
    double gradient; // largest derivative by magnitude, bounds that hold it left out; NaN: simplex
    double gain;     // what the model says is left to gain
    size_t iterations;
    size_t evaluations; // of the function, with or without gradient
};

// Quasi-Newton: Broyden, Fletcher, Goldfarb and Shanno with Powell's damping (Nocedal and Wright,
// "Numerical Optimization", 2nd ed., 2006, chapters 6 and 18.3), variables at their bounds set aside
// while the function falls towards them; a line search for the weak Wolfe conditions by bisection and
// cubic steps. x is the start and the best point found. `scratch` has optimise_bfgs_scratch(size)
// doubles.
struct optimise_result optimise_bfgs(const struct optimise_problem *problem,
                                     const struct optimise_options *options, double *x,
                                     double *scratch);
size_t optimise_bfgs_scratch(size_t size);

// Newton steps with the Hessian of differences of the gradient, made positive where it is not; a
// Hessian serves for as long as each step with it leaves a quarter of the gain or less. CONVERGED
// tells that the Hessian over the free variables is positive or, to rounding, semidefinite: x is a
// minimum as far as the second order shows.
struct optimise_result optimise_newton(const struct optimise_problem *problem,
                                       const struct optimise_options *options, double *x,
                                       double *scratch);
size_t optimise_newton_scratch(size_t size);

// Nelder and Mead (Computer Journal 7, 1965) with the coefficients of Gao and Han (Computational
// Optimization and Applications 51, 2012); the first simplex has edges of a tenth of the scale. Points
// beyond a bound are moved onto it. `gain` is the spread of the last simplex.
struct optimise_result optimise_simplex(const struct optimise_problem *problem,
                                        const struct optimise_options *options, double *x,
                                        double *scratch);
size_t optimise_simplex_scratch(size_t size);

// The Hessian at x, size x size and symmetric, from differences of the gradient of second order over
// steps of 1e-5 of the scale, to one side where a bound is near. scratch[4 size]. False: the function
// is undefined at one of the points.
bool optimise_hessian(const struct optimise_problem *problem, const double *x, double *scratch,
                      double *ret_hessian);

#endif
