// SPDX-License-Identifier: Apache-2.0
// Linear programmes by CLP, COIN-OR's simplex solver (EPL-2.0), through its C interface. The library is loaded when the
// first programme comes: a process without one does not carry it.
//
// What CLP claims is not taken on trust: the caller has the multipliers and lp_certify.
#ifndef FULMAR_EDGE_SOLVER_CLP_H
#define FULMAR_EDGE_SOLVER_CLP_H

#include "base/err.h"
#include "quant/math/lp.h"

// Fills the arrays of `solution`, which are the caller's. ERR_ARGUMENT names the rows that contradict each other (those
// of Farkas' combination; columns' bounds are not named), or says that the value has no lower limit; ERR_CONVERGE: CLP
// gave up; ERR_UNSUPPORTED: there is no CLP (the story says what to install); ERR_NOMEM.
int clp_solve(const struct lp *lp, struct lp_solution *solution) MUST_USE;

#endif
