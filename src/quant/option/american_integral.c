// SPDX-License-Identifier: Apache-2.0
// The put's exercise boundary as the fixed point of an integral equation, by collocation in the square
// root of time, and the premium of early exercise as one more integral: Andersen, Lake and Offengenden,
// "High-performance American option pricing", Journal of Computational Finance 20(1), 2016 (their FP-A).
#include <math.h>
#include <stdbool.h>

#include "quant/math/legendre.h"
#include "quant/math/linalg.h"
#include "quant/math/normal.h"
#include "quant/option/american_parts.h"

enum { NODES = 32, PANELS = 2, POINTS = PANELS * LEGENDRE_NODES, ROUNDS = 60 };

// Relative to the boundary: where a round still moves it by less it is found, and by more at the end it is not.
#define CHANGE_FOUND 1e-12
#define CHANGE_MAX 1e-6

#define PI 3.14159265358979323846

// Angles of the quarter circle over which the integrals run, with their weights.
struct arc {
    double cosine[POINTS], sine[POINTS], weight[POINTS];
};

// H = ln(B / limit)^2 of the boundary B at x = sqrt(time to expiry), as a polynomial through the Chebyshev nodes of
// [0, sqrt(years)]: smooth there, and 0 at 0. What is kept is its root, and the polynomial's coefficients.
struct boundary {
    double limit;                // B at expiry
    double width;                // sqrt(years)
    double node[2 * NODES];      // cos(pi i / NODES)
    double x[NODES + 1];         // descending to 0
    double root[NODES + 1];      // ln(limit / B)
    double series[NODES + 1];    // of H, in Chebyshev polynomials of 2 x / width - 1
    double cost[NODES][POINTS];  // exp(yield u) at the points of each node's integral
    double carry[NODES][POINTS]; // exp(rate u)
};

// An integral over u in [0, x^2]: u = (x cos)^2 and x^2 - u = (x sin)^2 on a quarter of a circle, so that neither the
// kernels' roots at u = x^2 nor the boundary's at u = 0 are singular. Panels are halves of it: a low volatility puts
// all that counts near one of its ends.
static void arc_init(struct arc *ret) {
    double half = 0.25 * PI / PANELS;
    for (size_t i = 0; i < POINTS; i++) {
        size_t panel = i / LEGENDRE_NODES, node = i % LEGENDRE_NODES;
        double angle = half * (1 + 2 * (double)panel + legendre_x[node]);
        ret->cosine[i] = mathfn_cos(angle);
        ret->sine[i] = mathfn_sin(angle);
        ret->weight[i] = half * legendre_w[node];
    }
}

static void boundary_series(struct boundary *boundary) {
    for (size_t k = 0; k <= NODES; k++) {
        double sum = 0;
        for (size_t i = 0; i <= NODES; i++) {
            double h = boundary->root[i] * boundary->root[i];
            sum += (i == 0 || i == NODES ? 0.5 : 1) * h * boundary->node[i * k % (2 * NODES)];
        }
        boundary->series[k] = (k == 0 || k == NODES ? 1 : 2) * sum / NODES;
    }
}

static void boundary_init(const struct put *put, const struct arc *arc, struct boundary *ret) {
    double ratio = put->yield > put->rate ? put->rate / put->yield : 1;
    ret->limit = put->strike * ratio;
    ret->width = sqrt(put->years);
    for (size_t i = 0; i < 2 * NODES; i++) ret->node[i] = mathfn_cos(PI * (double)i / NODES);
    // A first guess with the right end and slope: the perpetual boundary, reached with the deviation.
    double variance = put->vol * put->vol, part = (put->rate - put->yield) / variance - 0.5;
    double theta = -part - sqrt(part * part + 2 * put->rate / variance);
    double perpetual = put->strike * theta / (theta - 1);
    for (size_t i = 0; i <= NODES; i++) {
        ret->x[i] = i < NODES ? 0.5 * ret->width * (1 + ret->node[i]) : 0;
        double share = -mathfn_expm1(-2 * put->vol * ret->x[i]);
        double guess = ret->limit + (perpetual - ret->limit) * share;
        ret->root[i] = guess < ret->limit ? mathfn_log(ret->limit / guess) : 0;
    }
    for (size_t i = 0; i < NODES; i++)
        for (size_t j = 0; j < POINTS; j++) {
            double rest = ret->x[i] * arc->cosine[j], u = rest * rest;
            ret->cost[i][j] = mathfn_exp(put->yield * u);
            ret->carry[i][j] = mathfn_exp(put->rate * u);
        }
    boundary_series(ret);
}

// ln(limit / B) at x times each cosine of the arc, and where in [-1, 1] the polynomial is read for it: Clenshaw's
// recurrence, all points at once.
static void boundary_roots(const struct boundary *boundary, double x, const struct arc *arc,
                           double *ret_at, double *ret_roots) {
    double one[POINTS] = {0}, two[POINTS] = {0};
    for (size_t j = 0; j < POINTS; j++) ret_at[j] = 2 * x * arc->cosine[j] / boundary->width - 1;
    for (size_t k = NODES; k > 0; k--)
        for (size_t j = 0; j < POINTS; j++) {
            double next = 2 * ret_at[j] * one[j] - two[j] + boundary->series[k];
            two[j] = one[j];
            one[j] = next;
        }
    for (size_t j = 0; j < POINTS; j++) {
        double h = ret_at[j] * one[j] - two[j] + boundary->series[0];
        ret_roots[j] = sqrt(h > 0 ? h : 0);
    }
}

// d1 of spot over boundary, of which the logarithm is known.
static double d1_of(const struct put *put, double log_ratio, double z) {
    double deviation = put->vol * z;
    return (log_ratio + (put->rate - put->yield) * z * z) / deviation + 0.5 * deviation;
}

// The equation of one node, B = f(B) with f = K exp(-(r - q) tau) N / D, in logarithms: how far f lies above B, and the
// slopes of ln f by the node's own ln B and by the polynomial's coefficients.
struct equation {
    double gap, own, by_series[NODES + 1];
};

// Sum over the points of slope[j] T_k at each, for every k.
static void project(const double *at, const double *slopes, double *ret_sums) {
    double before[POINTS], here[POINTS];
    for (size_t j = 0; j < POINTS; j++) {
        before[j] = 1;
        here[j] = at[j];
    }
    for (size_t k = 0; k <= NODES; k++) {
        ret_sums[k] = linalg_dot(slopes, before, POINTS);
        for (size_t j = 0; j < POINTS; j++) {
            double next = 2 * at[j] * here[j] - before[j];
            before[j] = here[j];
            here[j] = next;
        }
    }
}

static void equation_at(const struct put *put, const struct arc *arc,
                        const struct boundary *boundary, size_t node, struct equation *ret) {
    double x = boundary->x[node], deviation = put->vol * x, own = boundary->root[node];
    double log_now = mathfn_log(boundary->limit / put->strike) - own;
    double d1 = d1_of(put, log_now, x), d2 = d1 - deviation;
    double k12 = 0, k3 = 0, slope12 = 0, slope3 = 0;
    double at[POINTS], roots[POINTS], slopes12[POINTS], slopes3[POINTS];
    boundary_roots(boundary, x, arc, at, roots);
    for (size_t j = 0; j < POINTS; j++) {
        double z = x * arc->sine[j], root = put->vol * z;
        double e1 = d1_of(put, roots[j] - own, z), e2 = e1 - root;
        double n1 = normal_pdf(e1), n2 = normal_pdf(e2);
        double weight = arc->weight[j] * x * arc->cosine[j] * 2 / put->vol;
        double w12 = weight * boundary->cost[node][j], w3 = weight * boundary->carry[node][j];
        k12 += w12 * (root * normal_cdf(e1) + n1);
        k3 += w3 * n2;
        slope12 += slopes12[j] = w12 * n1 * (root - e1) / root;
        slope3 += slopes3[j] = -w3 * n2 * e2 / root;
    }
    double p1 = normal_pdf(d1) / deviation, p2 = normal_pdf(d2) / deviation;
    double top = p2 + put->rate * k3, bottom = p1 + normal_cdf(d1) + put->yield * k12;
    ret->gap = mathfn_log(top / bottom) - (put->rate - put->yield) * x * x - log_now;
    ret->own = (put->rate * slope3 - p2 * d2 / deviation) / top -
               (p1 * (1 - d1 / deviation) + put->yield * slope12) / bottom;
    for (size_t j = 0; j < POINTS; j++)
        slopes3[j] = roots[j] > 0
                         ? (put->rate * slopes3[j] / top - put->yield * slopes12[j] / bottom) /
                               (2 * roots[j])
                         : 0;
    project(at, slopes3, ret->by_series);
}

// Newton's step in all coefficients at once. False where it leads to a boundary above its limit.
static bool step_together(const struct equation *equations, const struct boundary *boundary,
                          double *ret_roots) {
    enum { SIZE = NODES + 1 };
    double slopes[SIZE * SIZE], step[SIZE];
    size_t pivots[SIZE];
    for (size_t i = 0; i < NODES; i++) {
        double twice = 2 * boundary->root[i];
        for (size_t k = 0; k < SIZE; k++)
            slopes[i * SIZE + k] = boundary->node[i * k % (2 * NODES)] * (1 - equations[i].own) +
                                   twice * equations[i].by_series[k];
        step[i] = -twice * equations[i].gap;
    }
    for (size_t k = 0; k < SIZE; k++) slopes[NODES * SIZE + k] = k % 2 == 0 ? 1 : -1; // H(0) = 0
    step[NODES] = 0;
    if (linalg_lu(slopes, SIZE, pivots) < SIZE) return false;
    linalg_lu_solve(slopes, pivots, SIZE, step);
    for (size_t i = 0; i < NODES; i++) {
        double h = boundary->root[i] * boundary->root[i];
        for (size_t k = 0; k < SIZE; k++) h += step[k] * boundary->node[i * k % (2 * NODES)];
        if (!(h > 0)) return false;
        ret_roots[i] = sqrt(h);
    }
    return true;
}

// Each node alone: where f falls steeply with B plain rounds swing ever wider, and a step of Newton's in the node's own
// B does not (the article's Jacobi-Newton rounds).
static void step_alone(const struct equation *equations, const struct boundary *boundary,
                       double *ret_roots) {
    for (size_t i = 0; i < NODES; i++) {
        double own = equations[i].own < 0 ? equations[i].own : 0;
        double next = boundary->root[i] - equations[i].gap / (1 - own);
        ret_roots[i] = next > 0 ? next : 0;
    }
}

// Rounds until none moves the boundary: the first by nodes, which is right in shape, then all nodes together. Returns
// by how much the last one did.
static double boundary_solve(const struct put *put, const struct arc *arc,
                             struct boundary *boundary) {
    double change = 1;
    for (int round = 0; round < ROUNDS && !(change < CHANGE_FOUND); round++) {
        struct equation equations[NODES];
        double next[NODES];
        for (size_t i = 0; i < NODES; i++) equation_at(put, arc, boundary, i, &equations[i]);
        if (round == 0 || !step_together(equations, boundary, next))
            step_alone(equations, boundary, next);
        change = 0;
        for (size_t i = 0; i < NODES; i++) {
            double moved = fabs(next[i] - boundary->root[i]);
            if (!(moved <= change)) change = moved;
            boundary->root[i] = next[i];
        }
        boundary_series(boundary);
    }
    return change;
}

// What exercise earns until expiry: interest on the strike less the yield on the spot, where the spot is below B.
static double premium(const struct put *put, const struct arc *arc,
                      const struct boundary *boundary) {
    double at[POINTS], roots[POINTS], sum = 0, log_spot = mathfn_log(put->spot / boundary->limit);
    boundary_roots(boundary, boundary->width, arc, at, roots);
    for (size_t j = 0; j < POINTS; j++) {
        double z = boundary->width * arc->sine[j], rest = boundary->width * arc->cosine[j];
        double d1 = d1_of(put, log_spot + roots[j], z);
        double strike = put->rate * put->strike * mathfn_exp(-put->rate * z * z);
        double spot = put->yield * put->spot * mathfn_exp(-put->yield * z * z);
        sum += 2 * z * rest * arc->weight[j] *
               (strike * normal_cdf(put->vol * z - d1) - spot * normal_cdf(-d1));
    }
    return sum;
}

int put_integral(const struct put *put, double *ret_price) {
    struct arc arc;
    struct boundary boundary;
    arc_init(&arc);
    boundary_init(put, &arc, &boundary);
    double change = boundary_solve(put, &arc, &boundary);
    if (!(change <= CHANGE_MAX))
        return ERR_SET(ERR_CONVERGE,
                       "the exercise boundary was not found: a round still moves it by %g; use a "
                       "tree",
                       change);
    double now = boundary.limit * mathfn_exp(-boundary.root[0]);
    *ret_price = put->spot <= now ? put->strike - put->spot
                                  : put_european(put) + premium(put, &arc, &boundary);
    return 0;
}
