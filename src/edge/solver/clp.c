// SPDX-License-Identifier: Apache-2.0
#include "edge/solver/clp.h"

#include <Clp_C_Interface.h>
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

// What CLP may miss a limit or a multiplier's sign by. Its points are solutions of linear systems, so that they miss by
// far less.
#define TOLERANCE 1e-10
enum { OPTIMAL = 0, PRIMAL_INFEASIBLE = 1, DUAL_INFEASIBLE = 2, NAMES_MAX = 4 };

// clang-format off
#define CLP_CALLS(X) \
    X(deleteModel) \
    X(dual) \
    X(freeRay) \
    X(getColSolution) \
    X(getReducedCost) \
    X(getRowPrice) \
    X(infeasibilityRay) \
    X(loadProblem) \
    X(newModel) \
    X(objectiveValue) \
    X(scaling) \
    X(setDualTolerance) \
    X(setLogLevel) \
    X(setPrimalTolerance) \
    X(status)
// clang-format on

struct calls {
#define CLP_MEMBER(name) __typeof__ (&Clp_##name)(name);
    CLP_CALLS(CLP_MEMBER)
#undef CLP_MEMBER
};

static int load(struct calls *ret_calls) {
    void *library = dlopen("libClp.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return ERR_SET(ERR_UNSUPPORTED,
                       "linear programmes need CLP, Debian's package coinor-libclp1: %s",
                       dlerror());
#define CLP_FIND(name)                                                                             \
    {                                                                                              \
        void *found = dlsym(library, "Clp_" #name);                                                \
        if (found == NULL) return ERR_SET(ERR_UNSUPPORTED, "this CLP has no Clp_" #name);          \
        memcpy(&ret_calls->name, &found, sizeof found);                                            \
    }
    CLP_CALLS(CLP_FIND)
#undef CLP_FIND
    return 0;
}

// Farkas' multipliers say which rows leave no point; the largest are named.
static int contradiction(const struct calls *calls, Clp_Simplex *model, const struct lp *lp) {
    char list[480] = "";
    size_t shown = 0, more = 0;
    double *ray = calls->infeasibilityRay(model), largest = 0;
    for (size_t i = 0; ray != NULL && i < lp->rows; i++) largest = fmax(largest, fabs(ray[i]));
    for (size_t i = 0; ray != NULL && i < lp->rows; i++) {
        if (!(fabs(ray[i]) > 1e-9 * largest)) continue;
        size_t len = strlen(list);
        if (shown == NAMES_MAX || len + 64 > sizeof list) {
            more++;
            continue;
        }
        const char *before = shown++ > 0 ? ", " : "";
        if (lp->row_names != NULL && lp->row_names[i] != NULL)
            snprintf(list + len, sizeof list - len, "%s%s", before, lp->row_names[i]);
        else
            snprintf(list + len, sizeof list - len, "%srow %zu", before, i + 1);
    }
    if (ray != NULL) calls->freeRay(model, ray);
    if (shown == 0)
        return ERR_SET(ERR_ARGUMENT, "the constraints contradict each other: no point meets them");
    if (more == 0)
        return ERR_SET(ERR_ARGUMENT,
                       "the constraints contradict each other: no point within the bounds meets %s",
                       list);
    return ERR_SET(ERR_ARGUMENT,
                   "the constraints contradict each other: no point within the bounds meets %s and "
                   "%zu more",
                   list, more);
}

static int read_solution(const struct calls *calls, Clp_Simplex *model, const struct lp *lp,
                         struct lp_solution *solution) {
    switch (calls->status(model)) {
    case OPTIMAL:
        break;
    case PRIMAL_INFEASIBLE:
        return contradiction(calls, model, lp);
    case DUAL_INFEASIBLE:
        return ERR_SET(ERR_ARGUMENT, "the programme has no best point: its value falls for ever; "
                                     "bound the variables");
    default:
        return ERR_SET(ERR_CONVERGE, "CLP found no optimum");
    }
    memcpy(solution->x, calls->getColSolution(model), lp->columns * sizeof *solution->x);
    memcpy(solution->price, calls->getRowPrice(model), lp->rows * sizeof *solution->price);
    memcpy(solution->bound, calls->getReducedCost(model), lp->columns * sizeof *solution->bound);
    solution->value = calls->objectiveValue(model);
    return 0;
}

int clp_solve(const struct lp *lp, struct lp_solution *solution) {
    struct calls calls;
    TRY(load(&calls));
    Clp_Simplex *model = calls.newModel();
    if (model == NULL) return ERR_SET(ERR_NOMEM, "no memory for a linear programme");
    calls.setLogLevel(model, 0);
    calls.scaling(model, 0); // what scaling hides from the tolerance is an error of the answer
    calls.setPrimalTolerance(model, TOLERANCE);
    calls.setDualTolerance(model, TOLERANCE);
    calls.loadProblem(model, (int)lp->columns, (int)lp->rows, lp->start, lp->index, lp->value,
                      lp->lower, lp->upper, lp->cost, lp->row_lower, lp->row_upper);
    (void)calls.dual(model, 0);
    int rc = read_solution(&calls, model, lp, solution);
    calls.deleteModel(model);
    return rc;
}
