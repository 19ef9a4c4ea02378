// SPDX-License-Identifier: Apache-2.0
#include "quant/math/qp.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/simd.h"
#include "quant/math/linalg.h"

// A constraint is violated when it misses by more than VIOLATED of its terms; a direction is none when
// what the active constraints leave of it is below DEPENDENT.
#define VIOLATED 1e-12
#define DEPENDENT 1e-11
// Pivots of Q below RANK of the largest are taken for 0; below -RANK Q is not semidefinite.
#define RANK 1e-11
enum { PROXIMAL_MAX = 300, REFINE_MAX = 60, CONTRADICTION_MAX = 4, NONE = -1 };

// The constraints in one row, all of the form n' x >= value: equalities, inequalities (n = -g), lower
// bounds, upper bounds (n = -e). A variable whose bounds are equal has an equality for its lower bound.
struct work {
    const struct qp *qp;
    size_t n, total;
    double shift;     // proximal weight; 0 where Q is definite
    double largest;   // of Q's entries
    double largest_x; // and of the point's, at the last look
    double reach;   // largest of the point from which a search starts: what its rounding comes from
    double *centre; // of the proximal term
    double *x, *before; // the point, and that of the proximal step before
    double *rows;       // columns of J with J J' = inverse(Q + shift I), one after the other
    double *triangle;   // R by columns, q of them: J' N = (R; 0)
    double *length;     // of the constraints' normals
    double *multiplier; // of the active ones
    size_t *active;
    size_t count;      // q
    char *state;       // by constraint: see below
    double *d, *z, *r; // J' n, its part in no active normal, R^-1 of the rest
    double *residual, *normal;
};
enum { FREE, ACTIVE, REDUNDANT };

static int check(const struct qp *qp);
static int work_new(const struct qp *qp, struct arena *arena, struct work *work);
static int factor(struct work *work, struct arena *arena, struct qp_solution *solution);
static int search(struct work *work, struct qp_solution *solution);
static void refine(struct work *work);
static void hand_over(const struct work *work, struct qp_solution *solution);
static bool runs_away(const struct work *work, struct qp_solution *solution);
static int story(const struct qp *qp, struct qp_solution *solution, enum qp_end end,
                 size_t culprit);

double qp_residual(const struct qp_certificate *certificate) {
    return fmax(fmax(certificate->stationarity, certificate->feasibility),
                fmax(certificate->sign, certificate->complementarity));
}

// Proximal steps until the point that refinement makes of one is optimal for Q itself.
static int solve(struct work *work, struct arena *arena, struct qp_solution *solution) {
    TRY(factor(work, arena, solution));
    size_t n = work->n;
    for (size_t step = 0; step < PROXIMAL_MAX; step++) {
        memcpy(work->before, work->centre, n * sizeof *work->before);
        TRY(search(work, solution));
        memcpy(work->centre, work->x, n * sizeof *work->centre);
        refine(work);
        hand_over(work, solution);
        solution->certificate = qp_certify(work->qp, solution, work->residual);
        if (qp_residual(&solution->certificate) <= QP_RESIDUAL_MAX / 10) return 0;
        if (work->shift == 0) break;
        if (runs_away(work, solution)) return ERR_ARGUMENT;
    }
    return qp_residual(&solution->certificate) <= QP_RESIDUAL_MAX
               ? 0
               : story(work->qp, solution, QP_LIMIT, 0);
}

int qp_solve(const struct qp *qp, struct arena *arena, struct qp_solution *solution) {
    TRY(check(qp));
    size_t mark = arena->used, n = qp->size;
    struct work work;
    struct qp_solution inner = {.end = QP_LIMIT};
    inner.x = ARENA_NEW(arena, double, n);
    inner.equality = ARENA_NEW(arena, double, qp->equality_count + 1);
    inner.inequality = ARENA_NEW(arena, double, qp->inequality_count + 1);
    inner.bound = ARENA_NEW(arena, double, n);
    int rc =
        inner.bound != NULL && inner.inequality != NULL && inner.equality != NULL && inner.x != NULL
            ? work_new(qp, arena, &work)
            : ERR_NOMEM;
    if (rc == 0) rc = solve(&work, arena, &inner);
    solution->end = inner.end;
    solution->culprit = inner.culprit;
    if (rc == 0) {
        solution->end = QP_OPTIMAL;
        solution->steps = inner.steps;
        solution->certificate = inner.certificate;
        memcpy(solution->x, inner.x, n * sizeof *inner.x);
        if (solution->bound != NULL) memcpy(solution->bound, inner.bound, n * sizeof *inner.x);
        if (solution->equality != NULL && qp->equality_count > 0)
            memcpy(solution->equality, inner.equality, qp->equality_count * sizeof(double));
        if (solution->inequality != NULL && qp->inequality_count > 0)
            memcpy(solution->inequality, inner.inequality, qp->inequality_count * sizeof(double));
        double quadratic = qp->hessian != NULL ? linalg_quadratic(qp->hessian, n, inner.x) : 0;
        double linear = qp->linear != NULL ? linalg_dot(qp->linear, inner.x, n) : 0;
        solution->value = 0.5 * quadratic + linear;
    }
    arena_rewind(arena, mark);
    return rc;
}

static double largest_of(const double *x, size_t n) {
    double largest = 0;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(x[i]));
    return largest;
}

static bool all_finite(const double *values, size_t count) {
    for (size_t i = 0; values != NULL && i < count; i++)
        if (!isfinite(values[i])) return false;
    return true;
}

static int check(const struct qp *qp) {
    CHECK(qp->size > 0 && qp->size <= QP_SIZE_MAX);
    size_t n = qp->size;
    if (!all_finite(qp->hessian, n * n))
        return ERR_SET(ERR_ARGUMENT, "the quadratic programme's matrix has an entry that is not "
                                     "finite");
    if (!all_finite(qp->linear, n) || !all_finite(qp->equality, n * qp->equality_count) ||
        !all_finite(qp->equality_value, qp->equality_count) ||
        !all_finite(qp->inequality, n * qp->inequality_count) ||
        !all_finite(qp->inequality_limit, qp->inequality_count))
        return ERR_SET(ERR_ARGUMENT, "the programme has a coefficient or a limit that is not "
                                     "finite");
    for (size_t i = 0; i < n; i++)
        if ((qp->lower != NULL && !(qp->lower[i] < INFINITY)) ||
            (qp->upper != NULL && !(qp->upper[i] > -INFINITY)))
            return ERR_SET(ERR_ARGUMENT, "a bound of variable %zu is not a number to stay within",
                           i + 1);
    return 0;
}

static const char *name_of(const char *const *names, size_t index, const char *kind, char *buf,
                           size_t size) {
    if (names != NULL && names[index] != NULL)
        snprintf(buf, size, "%s", names[index]);
    else
        snprintf(buf, size, "%s %zu", kind, index + 1);
    return buf;
}

static const char *constraint_name(const struct qp *qp, size_t index, char *buf, size_t size) {
    char variable[96];
    if (index < qp->equality_count)
        return name_of(qp->equality_names, index, "equality", buf, size);
    index -= qp->equality_count;
    if (index < qp->inequality_count)
        return name_of(qp->inequality_names, index, "inequality", buf, size);
    index -= qp->inequality_count;
    bool lower = index < qp->size;
    name_of(qp->variable_names, lower ? index : index - qp->size, "variable", variable,
            sizeof variable);
    if (variable[0] == '\0')
        buf[0] = '\0';
    else
        snprintf(buf, size, "the %s bound of %s", lower ? "lower" : "upper", variable);
    return buf;
}

static int story(const struct qp *qp, struct qp_solution *solution, enum qp_end end,
                 size_t culprit) {
    char name[160];
    solution->end = end;
    solution->culprit = culprit;
    switch (end) {
    case QP_INFEASIBLE:
        return ERR_SET(ERR_ARGUMENT,
                       "the constraints contradict each other: %s cannot be met "
                       "beside the others",
                       constraint_name(qp, culprit, name, sizeof name));
    case QP_UNBOUNDED:
        return ERR_SET(ERR_ARGUMENT,
                       "there is no best point: the value falls for ever as %s "
                       "grows in magnitude; bound it",
                       name_of(qp->variable_names, culprit, "variable", name, sizeof name));
    case QP_NOT_CONVEX:
        return ERR_SET(ERR_ARGUMENT,
                       "the matrix is not positive semidefinite: its pivot of "
                       "%s is negative",
                       name_of(qp->variable_names, culprit, "variable", name, sizeof name));
    default:
        return ERR_SET(ERR_CONVERGE,
                       "the quadratic programme was not solved to %g: residuals "
                       "of %.2g remain",
                       QP_RESIDUAL_MAX, qp_residual(&solution->certificate));
    }
}

// Farkas' lemma: the constraint is a combination of the active ones that r says, which leaves no point.
// The rows come before the bounds; the list stops at its size.
static int contradiction(const struct work *work, struct qp_solution *solution, size_t index) {
    const struct qp *qp = work->qp;
    size_t rows = qp->equality_count + qp->inequality_count, shown = 0, more = 0;
    double floor = 1e-9 * largest_of(work->r, work->count);
    char name[160], list[480] = "";
    for (int bounds = 0; bounds < 2; bounds++)
        for (size_t j = 0; j < work->count; j++) {
            if ((work->active[j] >= rows) != bounds || !(fabs(work->r[j]) > floor)) continue;
            size_t len = strlen(list);
            const char *next = constraint_name(qp, work->active[j], name, sizeof name);
            if (next[0] == '\0') continue;
            if (shown == CONTRADICTION_MAX || len + strlen(next) + 3 > sizeof list)
                more++;
            else if (++shown > 0)
                snprintf(list + len, sizeof list - len, "%s%s", len > 0 ? ", " : "", next);
        }
    solution->end = QP_INFEASIBLE;
    solution->culprit = index;
    constraint_name(qp, index, name, sizeof name);
    if (name[0] == '\0')
        return ERR_SET(ERR_ARGUMENT, "the constraints contradict each other: %s%s",
                       shown > 0 ? list : "no point meets them", more > 0 ? " and more" : "");
    if (shown == 0)
        return ERR_SET(ERR_ARGUMENT, "the constraints contradict each other: %s cannot be met",
                       name);
    if (more == 0)
        return ERR_SET(ERR_ARGUMENT,
                       "the constraints contradict each other: %s cannot be met beside "
                       "%s",
                       name, list);
    return ERR_SET(ERR_ARGUMENT,
                   "the constraints contradict each other: %s cannot be met beside %s "
                   "and %zu more",
                   name, list, more);
}

static bool is_fixed(const struct qp *qp, size_t variable) {
    return qp->lower != NULL && qp->upper != NULL && qp->lower[variable] == qp->upper[variable];
}

static bool is_equality(const struct qp *qp, size_t index) {
    size_t rows = qp->equality_count + qp->inequality_count;
    return index < qp->equality_count ||
           (index >= rows && index < rows + qp->size && is_fixed(qp, index - rows));
}

// The limit of n' x >= value; -infinity: no such bound.
static double limit_of(const struct qp *qp, size_t index) {
    if (index < qp->equality_count) return qp->equality_value[index];
    index -= qp->equality_count;
    if (index < qp->inequality_count) return -qp->inequality_limit[index];
    index -= qp->inequality_count;
    if (index < qp->size) return qp->lower != NULL ? qp->lower[index] : -INFINITY;
    index -= qp->size;
    return qp->upper != NULL && !is_fixed(qp, index) ? -qp->upper[index] : -INFINITY;
}

// A dense constraint's coefficients and their sign, or NULL and the variable of a bound.
static const double *row_of(const struct qp *qp, size_t index, double *ret_sign,
                            size_t *ret_variable) {
    *ret_sign = 1;
    if (index < qp->equality_count) return qp->equality + index * qp->size;
    index -= qp->equality_count;
    if (index < qp->inequality_count) {
        *ret_sign = -1;
        return qp->inequality + index * qp->size;
    }
    index -= qp->inequality_count;
    *ret_sign = index < qp->size ? 1 : -1;
    *ret_variable = index < qp->size ? index : index - qp->size;
    return NULL;
}

static double normal_times(const struct qp *qp, size_t index, const double *x) {
    double sign;
    size_t variable = 0;
    const double *row = row_of(qp, index, &sign, &variable);
    return sign * (row != NULL ? linalg_dot(row, x, qp->size) : x[variable]);
}

static void normal_add(const struct qp *qp, size_t index, double factor, double *y) {
    double sign;
    size_t variable = 0;
    const double *row = row_of(qp, index, &sign, &variable);
    if (row != NULL)
        linalg_add(sign * factor, row, qp->size, y);
    else
        y[variable] += sign * factor;
}

static int work_new(const struct qp *qp, struct arena *arena, struct work *work) {
    size_t n = qp->size, total = qp->equality_count + qp->inequality_count + 2 * n;
    *work = (struct work){.qp = qp, .n = n, .total = total};
    double **vectors[] = {&work->centre, &work->x, &work->before,   &work->multiplier, &work->d,
                          &work->z,      &work->r, &work->residual, &work->normal};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        if ((*vectors[i] = ARENA_NEW(arena, double, n + 1)) == NULL) return ERR_NOMEM;
    work->length = ARENA_NEW(arena, double, total);
    work->state = ARENA_NEW(arena, char, total);
    work->active = ARENA_NEW(arena, size_t, n + 1);
    work->rows = ARENA_NEW(arena, double, n *n);
    work->triangle = ARENA_NEW(arena, double, n *n);
    if (work->length == NULL || work->state == NULL || work->active == NULL || work->rows == NULL ||
        work->triangle == NULL)
        return ERR_NOMEM;
    for (size_t k = 0; k < total; k++) {
        double sign;
        size_t variable = 0;
        const double *row = row_of(qp, k, &sign, &variable);
        work->length[k] = row != NULL ? linalg_norm(row, n) : 1;
    }
    return 0;
}

// The rank of a semidefinite matrix by Cholesky's method with the largest diagonal first, in place;
// `n + 1 + variable` of a negative pivot. ret_least: the smallest pivot over the largest.
static size_t rank_of(double *a, size_t n, double largest, size_t *order, double *ret_least) {
    double first = 0, floor = RANK * largest;
    for (size_t i = 0; i < n; i++) order[i] = i;
    for (size_t k = 0; k < n; k++) {
        size_t best = k;
        for (size_t i = k; i < n; i++) {
            if (a[i * n + i] > a[best * n + best]) best = i;
            if (a[i * n + i] < -floor) return n + 1 + order[i];
        }
        double pivot = a[best * n + best];
        if (k == 0) first = pivot;
        *ret_least = first > 0 ? pivot / first : 0;
        if (!(pivot > floor)) {
            // Nothing may be left beside a diagonal that is 0.
            for (size_t i = k; i < n; i++)
                for (size_t j = k; j < i; j++)
                    if (fabs(a[i * n + j]) > 10 * floor) return n + 1 + order[i];
            return k;
        }
        size_t moved = order[best];
        order[best] = order[k];
        order[k] = moved;
        for (size_t j = 0; j < n; j++) {
            double swap = a[k * n + j];
            a[k * n + j] = a[best * n + j];
            a[best * n + j] = swap;
        }
        for (size_t i = 0; i < n; i++) {
            double swap = a[i * n + k];
            a[i * n + k] = a[i * n + best];
            a[i * n + best] = swap;
        }
        for (size_t i = k + 1; i < n; i++)
            linalg_add(-a[i * n + k] / pivot, a + k * n + k + 1, n - k - 1, a + i * n + k + 1);
    }
    return n;
}

// J is inverse(L') of L L' = Q + shift I; its columns are the rows of inverse(L).
static int factor(struct work *work, struct arena *arena, struct qp_solution *solution) {
    const struct qp *qp = work->qp;
    size_t n = work->n, mark = arena->used;
    double *a = ARENA_NEW(arena, double, n *n), least = 0, linear = 0;
    size_t *order = ARENA_NEW(arena, size_t, n);
    if (a == NULL || order == NULL) return ERR_NOMEM;
    size_t rank = 0;
    for (size_t i = 0; qp->linear != NULL && i < n; i++) linear = fmax(linear, fabs(qp->linear[i]));
    if (qp->hessian != NULL) {
        for (size_t i = 0; i < n * n; i++)
            work->largest = fmax(work->largest, fabs(qp->hessian[i]));
        memcpy(a, qp->hessian, n * n * sizeof *a);
        rank = rank_of(a, n, work->largest, order, &least);
        if (rank > n) return story(qp, solution, QP_NOT_CONVEX, rank - n - 1);
    }
    if (rank < n || least < 1e-10)
        work->shift = work->largest > 0 ? 1e-6 * work->largest : fmax(1e-3 * linear, DBL_MIN * 1e9);
    memset(a, 0, n * n * sizeof *a);
    if (qp->hessian != NULL) memcpy(a, qp->hessian, n * n * sizeof *a);
    for (size_t i = 0; i < n; i++) a[i * n + i] += work->shift;
    size_t done = linalg_cholesky(a, n);
    if (done < n) return story(qp, solution, QP_NOT_CONVEX, done);
    // Row i of inverse(L): (e_i - sum over j < i of L[i][j] row j) / L[i][i].
    for (size_t i = 0; i < n; i++) {
        double *row = work->rows + i * n;
        for (size_t j = 0; j < i; j++) linalg_add(-a[i * n + j], work->rows + j * n, j + 1, row);
        row[i] += 1;
        for (size_t j = 0; j <= i; j++) row[j] /= a[i * n + i];
    }
    arena_rewind(arena, mark);
    return 0;
}

SIMD_CLONES static void rotate(double cosine, double sine, size_t n, double *x, double *y) {
    for (size_t i = 0; i < n; i++) {
        double first = cosine * x[i] + sine * y[i];
        y[i] = cosine * y[i] - sine * x[i];
        x[i] = first;
    }
}

// d = J' n, z = J2 d2, r = R^-1 d1 for a constraint. Returns the square of d2's length, or 0 where the
// active normals span the constraint's.
static double direction(struct work *work, size_t index) {
    const struct qp *qp = work->qp;
    size_t n = work->n, q = work->count, variable = 0;
    double sign;
    const double *row = row_of(qp, index, &sign, &variable);
    for (size_t k = 0; k < n; k++)
        work->d[k] = sign * (row != NULL ? linalg_dot(work->rows + k * n, row, n)
                                         : work->rows[k * n + variable]);
    memset(work->z, 0, n * sizeof *work->z);
    for (size_t k = q; k < n; k++) linalg_add(work->d[k], work->rows + k * n, n, work->z);
    memcpy(work->r, work->d, q * sizeof *work->r);
    for (size_t j = q; j-- > 0;) {
        work->r[j] /= work->triangle[j * n + j];
        linalg_add(-work->r[j], work->triangle + j * n, j, work->r);
    }
    double rest = linalg_dot(work->d + q, work->d + q, n - q);
    double whole = linalg_dot(work->d, work->d, n);
    return rest > DEPENDENT * DEPENDENT * whole ? rest : 0;
}

// Takes the constraint that `direction` was called for among the active ones: a reflection turns d2
// onto its first axis.
static void activate(struct work *work, size_t index, double multiplier) {
    size_t n = work->n, q = work->count;
    double norm = linalg_norm(work->d + q, n - q);
    double head = work->d[q] > 0 ? norm : -norm;
    double *v = work->d + q, *w = work->z;
    linalg_add(head, work->rows + q * n, n, w);
    v[0] += head;
    double scale = 1 / (norm * fabs(v[0]));
    for (size_t k = 0; k < n - q; k++)
        if (v[k] != 0) linalg_add(-scale * v[k], w, n, work->rows + (q + k) * n);
    double *column = work->triangle + q * n;
    memcpy(column, work->d, q * sizeof *column);
    column[q] = -head;
    work->active[q] = index;
    work->multiplier[q] = multiplier;
    work->state[index] = ACTIVE;
    work->count++;
}

static void deactivate(struct work *work, size_t at) {
    size_t n = work->n;
    work->state[work->active[at]] = FREE;
    work->count--;
    for (size_t j = at; j < work->count; j++) {
        work->active[j] = work->active[j + 1];
        work->multiplier[j] = work->multiplier[j + 1];
        memcpy(work->triangle + j * n, work->triangle + (j + 1) * n, (j + 2) * sizeof(double));
    }
    for (size_t i = at; i < work->count; i++) {
        double *column = work->triangle + i * n;
        double length = linalg_hypot(column[i], column[i + 1]);
        double cosine = column[i] / length, sine = column[i + 1] / length;
        for (size_t j = i; j < work->count; j++) {
            double *c = work->triangle + j * n;
            rotate(cosine, sine, 1, c + i, c + i + 1);
        }
        rotate(cosine, sine, n, work->rows + i * n, work->rows + (i + 1) * n);
    }
}

// The least step along -back r on which a multiplier comes to 0; equalities stay. NONE: none falls.
static int first_to_leave(const struct work *work, double back, double *ret_step) {
    int leaves = NONE;
    *ret_step = INFINITY;
    for (size_t j = 0; j < work->count; j++) {
        double fall = back * work->r[j];
        if (!(fall > 0) || is_equality(work->qp, work->active[j])) continue;
        double step = work->multiplier[j] / fall;
        if (step < *ret_step) {
            *ret_step = step;
            leaves = (int)j;
        }
    }
    return leaves;
}

static double tolerance_of(const struct work *work, size_t index) {
    return VIOLATED * fmax(fabs(limit_of(work->qp, index)), work->length[index] * work->largest_x);
}

// Whether a constraint that the active ones span misses by rounding alone.
static bool is_met(const struct work *work, size_t index, double miss) {
    double rounding = 1e3 * DBL_EPSILON * work->reach * work->length[index];
    return miss <= fmax(1e3 * tolerance_of(work, index), rounding);
}

// Brings a constraint in, and lets go of those that hold no more. Equalities may push either way.
static int meet(struct work *work, size_t index, struct qp_solution *solution) {
    const struct qp *qp = work->qp;
    bool equality = is_equality(qp, index);
    double multiplier = 0;
    for (;;) {
        double slack = normal_times(qp, index, work->x) - limit_of(qp, index);
        double rest = direction(work, index), leave_step = INFINITY;
        // The step is signed; for an equality that is passed it goes back.
        double full = rest > 0 ? -slack / rest : INFINITY;
        double back = equality && slack > 0 ? -1 : 1;
        int leaves = first_to_leave(work, back, &leave_step);
        if (rest == 0 && is_met(work, index, equality ? fabs(slack) : -slack)) {
            work->state[index] = REDUNDANT;
            return 0;
        }
        if (rest == 0 && leaves == NONE) return contradiction(work, solution, index);
        if (solution->steps++ > 100 * (work->total + 100))
            return story(qp, solution, QP_LIMIT, index);
        double step = fmin(fabs(full), leave_step) * back;
        bool whole = fabs(full) <= leave_step;
        if (rest > 0) linalg_add(step, work->z, work->n, work->x);
        linalg_add(-step, work->r, work->count, work->multiplier);
        multiplier += step;
        if (whole) {
            activate(work, index, multiplier);
            return 0;
        }
        deactivate(work, (size_t)leaves);
    }
}

static int most_violated(struct work *work) {
    double worst = 0;
    int index = NONE;
    work->largest_x = largest_of(work->x, work->n);
    for (size_t k = work->qp->equality_count; k < work->total; k++) {
        double limit = limit_of(work->qp, k);
        if (work->state[k] != FREE || limit == -INFINITY || is_equality(work->qp, k)) continue;
        double slack = normal_times(work->qp, k, work->x) - limit;
        if (slack >= 0 || slack >= -tolerance_of(work, k)) continue;
        double miss = work->length[k] > 0 ? slack / work->length[k] : -INFINITY;
        if (miss < worst) {
            worst = miss;
            index = (int)k;
        }
    }
    return index;
}

// The minimum of 1/2 x' (Q + shift I) x + (c - shift centre)' x under the constraints.
static int search(struct work *work, struct qp_solution *solution) {
    const struct qp *qp = work->qp;
    size_t n = work->n, rows = qp->equality_count + qp->inequality_count;
    work->count = 0;
    memset(work->state, FREE, work->total);
    for (size_t i = 0; i < n; i++)
        work->normal[i] = work->shift * work->centre[i] - (qp->linear != NULL ? qp->linear[i] : 0);
    // From no constraint: x = J J' (shift centre - c).
    linalg_apply(work->rows, n, n, work->normal, work->d);
    memset(work->x, 0, n * sizeof *work->x);
    for (size_t k = 0; k < n; k++) linalg_add(work->d[k], work->rows + k * n, n, work->x);
    work->reach = work->largest_x = largest_of(work->x, n);
    for (size_t k = 0; k < rows + n; k++)
        if (is_equality(qp, k)) TRY(meet(work, k, solution));
    for (size_t i = 0; qp->lower != NULL && qp->upper != NULL && i < n; i++)
        if (qp->lower[i] > qp->upper[i]) {
            work->count = 0;
            return contradiction(work, solution, rows + i);
        }
    for (int index; (index = most_violated(work)) != NONE;)
        TRY(meet(work, (size_t)index, solution));
    return 0;
}

// Q x + c - N u.
static double gradient(const struct work *work, double *ret) {
    const struct qp *qp = work->qp;
    double scale = 0;
    for (size_t i = 0; i < work->n; i++) {
        ret[i] = qp->hessian != NULL ? linalg_dot(qp->hessian + i * work->n, work->x, work->n) : 0;
        double linear = qp->linear != NULL ? qp->linear[i] : 0;
        scale = fmax(scale, fmax(fabs(ret[i]), fabs(linear)));
        ret[i] += linear;
    }
    for (size_t j = 0; j < work->count; j++)
        normal_add(qp, work->active[j], -work->multiplier[j], ret);
    double worst = 0;
    for (size_t i = 0; i < work->n; i++) worst = fmax(worst, fabs(ret[i]));
    return scale > 0 ? worst / scale : 0;
}

// Newton's steps for the optimality conditions of the active constraints, with Q itself in the
// residuals: without a shift two take rounding away, with one they are proximal steps that keep the
// constraints.
static void refine(struct work *work) {
    size_t n = work->n, q = work->count;
    double last = INFINITY;
    for (size_t step = 0; step < REFINE_MAX; step++) {
        double left = gradient(work, work->residual);
        if (step >= 2 && (left <= 1e-15 || left > 0.7 * last)) break;
        last = left;
        // y1 = -R'^-1 (N' x - value); y2 = -J2' g; du = R^-1 (y1 + J1' g).
        for (size_t j = 0; j < q; j++) {
            const double *column = work->triangle + j * n;
            double miss = normal_times(work->qp, work->active[j], work->x) -
                          limit_of(work->qp, work->active[j]);
            work->d[j] = (-miss - linalg_dot(column, work->d, j)) / column[j];
        }
        for (size_t k = 0; k < n; k++) {
            double slope = linalg_dot(work->rows + k * n, work->residual, n);
            if (k >= q) work->d[k] = -slope;
            if (k < q) work->r[k] = work->d[k] + slope;
        }
        for (size_t j = q; j-- > 0;) {
            work->r[j] /= work->triangle[j * n + j];
            linalg_add(-work->r[j], work->triangle + j * n, j, work->r);
        }
        for (size_t k = 0; k < n; k++) linalg_add(work->d[k], work->rows + k * n, n, work->x);
        linalg_add(1, work->r, q, work->multiplier);
    }
}

static void hand_over(const struct work *work, struct qp_solution *solution) {
    const struct qp *qp = work->qp;
    size_t n = work->n, m = qp->equality_count, rows = m + qp->inequality_count;
    memcpy(solution->x, work->x, n * sizeof *work->x);
    memset(solution->equality, 0, m * sizeof(double));
    memset(solution->inequality, 0, (rows - m) * sizeof(double));
    memset(solution->bound, 0, n * sizeof(double));
    for (size_t j = 0; j < work->count; j++) {
        size_t index = work->active[j];
        double multiplier = work->multiplier[j];
        if (index < m) {
            solution->equality[index] = -multiplier;
        } else if (index < rows) {
            solution->inequality[index - m] = multiplier;
        } else if (index < rows + n) {
            solution->bound[index - rows] = multiplier;
            solution->x[index - rows] = qp->lower[index - rows];
        } else {
            solution->bound[index - rows - n] = -multiplier;
            solution->x[index - rows - n] = qp->upper[index - rows - n];
        }
    }
}

// Whether the last proximal step is a direction in which the value falls for ever.
static bool runs_away(const struct work *work, struct qp_solution *solution) {
    const struct qp *qp = work->qp;
    size_t n = work->n, furthest = 0;
    double *step = work->z, size = 0, scale = 0, slope = 0;
    if (qp->linear == NULL) return false;
    for (size_t i = 0; i < n; i++) {
        step[i] = work->centre[i] - work->before[i];
        if (fabs(step[i]) > size) {
            size = fabs(step[i]);
            furthest = i;
        }
        scale = fmax(scale, fabs(qp->linear[i]));
    }
    if (!(size > 0)) return false;
    for (size_t i = 0; i < n; i++) step[i] /= size;
    slope = linalg_dot(qp->linear, step, n);
    if (!(slope < -1e-7 * scale)) return false;
    for (size_t i = 0; qp->hessian != NULL && i < n; i++)
        if (fabs(linalg_dot(qp->hessian + i * n, step, n)) > 1e-9 * work->largest) return false;
    for (size_t k = 0; k < work->total; k++) {
        if (limit_of(qp, k) == -INFINITY) continue;
        double moves = normal_times(qp, k, step) / work->length[k];
        if (moves < -1e-9 || (is_equality(qp, k) && moves > 1e-9)) return false;
    }
    (void)story(qp, solution, QP_UNBOUNDED, furthest);
    return true;
}

static double ratio(double worst, double scale) {
    return worst == 0 ? 0 : worst / scale;
}

static void certify_stationarity(const struct qp *qp, const struct qp_solution *s, double *g,
                                 struct qp_certificate *ret, double *ret_scale) {
    size_t n = qp->size;
    double scale = 0, worst = 0, wrong = 0;
    for (size_t i = 0; i < n; i++) {
        double curved = qp->hessian != NULL ? linalg_dot(qp->hessian + i * n, s->x, n) : 0;
        double linear = qp->linear != NULL ? qp->linear[i] : 0;
        scale = fmax(scale, fmax(fabs(curved), fabs(linear)));
        g[i] = curved + linear - s->bound[i];
        bool lower = qp->lower != NULL && qp->lower[i] > -INFINITY;
        bool upper = qp->upper != NULL && qp->upper[i] < INFINITY;
        if ((s->bound[i] > 0 && !lower) || (s->bound[i] < 0 && !upper))
            wrong = fmax(wrong, fabs(s->bound[i]));
    }
    for (size_t k = 0; k < qp->equality_count; k++)
        linalg_add(s->equality[k], qp->equality + k * n, n, g);
    for (size_t k = 0; k < qp->inequality_count; k++) {
        linalg_add(s->inequality[k], qp->inequality + k * n, n, g);
        wrong = fmax(wrong, -s->inequality[k] * linalg_norm(qp->inequality + k * n, n));
    }
    for (size_t i = 0; i < n; i++) worst = fmax(worst, fabs(g[i]));
    ret->stationarity = ratio(worst, scale);
    ret->sign = ratio(wrong, scale);
    *ret_scale = scale;
}

struct qp_certificate qp_certify(const struct qp *qp, const struct qp_solution *solution,
                                 double *scratch) {
    struct qp_certificate certificate = {0};
    size_t n = qp->size, m = qp->equality_count, rows = m + qp->inequality_count;
    double scale = 0, work = 0, large = largest_of(solution->x, n);
    certify_stationarity(qp, solution, scratch, &certificate, &scale);
    for (size_t k = 0; k < rows + 2 * n; k++) {
        double limit = limit_of(qp, k), sign;
        if (limit == -INFINITY) continue;
        size_t variable = 0;
        const double *row = row_of(qp, k, &sign, &variable);
        double size = fmax(fabs(limit), large * (row != NULL ? largest_of(row, n) : 1));
        double slack = normal_times(qp, k, solution->x) - limit;
        double miss = is_equality(qp, k) ? fabs(slack) : fmax(-slack, 0);
        certificate.feasibility = fmax(certificate.feasibility, ratio(miss, size));
        if (is_equality(qp, k)) continue;
        double multiplier = k < rows       ? solution->inequality[k - m]
                            : k < rows + n ? fmax(solution->bound[k - rows], 0)
                                           : fmax(-solution->bound[k - rows - n], 0);
        work = fmax(work, fabs(multiplier * slack));
    }
    certificate.complementarity = ratio(work, scale * large);
    return certificate;
}
