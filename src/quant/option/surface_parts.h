// SPDX-License-Identifier: Apache-2.0
// One slice of a surface as a problem of least squares: misfits of volatility in units of their errors, SSVI's slice
// beyond the strikes, and penalties where a guard finds Durrleman's function or the rise above the slice before too
// small.
#ifndef FULMAR_QUANT_OPTION_SURFACE_PARTS_H
#define FULMAR_QUANT_OPTION_SURFACE_PARTS_H

#include "quant/option/surface.h"

// The coordinates of a slice: level, slopes of the wings, place and logarithm of the width.
enum { SURFACE_A, SURFACE_RIGHT, SURFACE_LEFT, SURFACE_M, SURFACE_LOG_SIGMA, SURFACE_SIZE };
enum { SURFACE_FAR = 8, SURFACE_GUARDS = 72 };

struct surface_guard {
    double k;
    double floor; // variance of the slice before
};

struct surface_problem {
    const struct svi_points *points;
    const struct svi *before; // NULL: none
    struct svi prior;         // SSVI's slice
    double far[SURFACE_FAR];  // where it counts
    double level;             // of variance at the money: the unit of variances
    double unit;              // of the grid's moneyness
    struct surface_guard guards[SURFACE_GUARDS];
    double lower[SURFACE_SIZE], upper[SURFACE_SIZE];
    double weight; // of the penalties: 1, less on the way there
};

struct surface_start {
    double x[SURFACE_SIZE];
    double value;
};

struct svi surface_problem_slice(const double *x);
void surface_problem_coordinates(const struct svi *svi, double *ret_x);

// The sum that is to be least.
double surface_problem_value(const struct surface_problem *problem, const double *x);

// The best from a grid of starts, and the best from that and from the slice before, lifted: Levenberg's and Marquardt's
// steps within the bounds. The problem's weight is 1 afterwards.
struct surface_start surface_problem_alone(struct surface_problem *problem);
struct surface_start surface_problem_above(struct surface_problem *problem,
                                           const struct surface_start *alone);

#endif
