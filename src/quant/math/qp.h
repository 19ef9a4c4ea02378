// SPDX-License-Identifier: Apache-2.0
// Convex quadratic programmes, dense, up to a few hundred variables:
//
//   minimise 1/2 x' Q x + c' x  where  A x = b,  G x <= h,  lower <= x <= upper
//
// with Q symmetric positive semidefinite (0: a linear programme). The dual active-set method of Goldfarb
// and Idnani (Mathematical Programming 27, 1983) on the factors of Q, its end refined by solving the
// optimality conditions of the constraints that hold. Where Q has no full rank, proximal steps
// (Rockafellar, SIAM J. Control and Optimization 14, 1976) with the same method inside.
//
// Deterministic: constraints are taken in one order, most violated first, the first of equal ones.
#ifndef FULMAR_QUANT_MATH_QP_H
#define FULMAR_QUANT_MATH_QP_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

enum { QP_SIZE_MAX = 4096 };

struct qp {
    size_t size;            // variables, 1 to QP_SIZE_MAX (CHECK)
    const double *hessian;  // Q, size x size; NULL: 0
    const double *linear;   // c; NULL: 0
    const double *equality; // A, equality_count x size
    const double *equality_value;
    size_t equality_count;
    const double *inequality; // G, inequality_count x size
    const double *inequality_limit;
    size_t inequality_count;
    const double *lower; // may hold -infinity; NULL: none
    const double *upper;
    // What errors call things; NULL: "variable 1", "equality 1", "inequality 1". What is called "" only says how
    // variables hang together, and is not named where constraints contradict each other.
    const char *const *variable_names;
    const char *const *equality_names;
    const char *const *inequality_names;
};

// How far a point is from optimal. All are relative: the conditions' residuals over the largest of the
// terms that they are sums of.
struct qp_certificate {
    double stationarity;    // of Q x + c + A' y + G' z - bound = 0
    double feasibility;     // largest violation of a constraint or bound
    double sign;            // largest wrong sign among multipliers
    double complementarity; // z' (h - G x) and the same of bounds
};

enum qp_end { QP_OPTIMAL, QP_INFEASIBLE, QP_UNBOUNDED, QP_NOT_CONVEX, QP_LIMIT };

struct qp_solution {
    double *x;          // [size]
    double *equality;   // [equality_count] multipliers y; NULL: not wanted
    double *inequality; // [inequality_count], z >= 0; NULL: not wanted
    double *bound; // [size], > 0 where the lower bound holds, < 0 where the upper; NULL: not wanted
    double value;
    enum qp_end end;
    size_t
        culprit; // of errors: the variable, or the constraint: equalities, inequalities, lower, upper
    size_t steps;
    struct qp_certificate certificate;
};

// The largest residual that a solution may have.
#define QP_RESIDUAL_MAX 1e-9

// Fills the arrays of `solution`, which are the caller's; on failure only `end` and `culprit` are
// set. Scratch memory comes from the arena and goes back to it: 8 (2 size^2 + constraints x 4) bytes and
// some. ERR_ARGUMENT with a story that names the item: Q is not positive semidefinite (variable), the
// constraints contradict each other (constraint that cannot be met beside the others), the value has no
// lower limit (variable that runs away furthest), a number is not finite. ERR_CONVERGE: residuals stay
// above QP_RESIDUAL_MAX. ERR_NOMEM.
int qp_solve(const struct qp *qp, struct arena *arena, struct qp_solution *solution) MUST_USE;

// The residuals of any point and its multipliers, computed from nothing else. Scratch[size].
struct qp_certificate qp_certify(const struct qp *qp, const struct qp_solution *solution,
                                 double *scratch);

// The largest of the four.
double qp_residual(const struct qp_certificate *certificate);

#endif
