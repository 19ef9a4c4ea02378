// SPDX-License-Identifier: Apache-2.0
// The put's exercise boundary as the fixed point of an integral equation, by collocation in the square
// root of time, and the premium of early exercise as one more integral: Andersen, Lake and Offengenden,
// "High-performance American option pricing", Journal of Computational Finance 20(1), 2016 (their FP-A).
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/simd.h"
#include "quant/math/lane.h"
#include "quant/math/legendre.h"
#include "quant/math/linalg.h"
#include "quant/math/mills.h"
#include "quant/math/normal.h"
#include "quant/option/american_parts.h"

enum {
    NODES_MAX = 32,
    PANELS_MAX = 2,
    POINTS_MAX = PANELS_MAX * LEGENDRE_NODES,
    LANES = 16, // of which a panel's points are a multiple
    ROUNDS = 60
};

// Where a round moves the boundary by less, relative to itself, it is found, and by more at the end it is not. A step
// of Newton's squares what is missing, so that after one the first bound may be wider.
#define CHANGE_FOUND 1e-12
#define CHANGE_FOUND_TOGETHER 1e-7
#define CHANGE_MAX 1e-6

#define PI 3.14159265358979323846
#define PER_SQRT_TWO_PI 0.39894228040143267794

// The boundary is found coarsely first: a level is solved to what its polynomial is good for, and the next begins
// there. All that counts is the last one.
static const struct level {
    size_t nodes, panels;
    double found;
    int rounds;
} levels[] = {{8, 1, 1e-4, 12}, {16, 1, 1e-5, 8}, {NODES_MAX, PANELS_MAX, CHANGE_FOUND, ROUNDS}};

enum { LEVELS = sizeof levels / sizeof *levels };

_Static_assert(LEGENDRE_NODES % LANES == 0, "points come in whole lanes");

// Angles of the quarter circle over which the integrals run, with their weights.
struct arc {
    size_t points;
    double cosine[POINTS_MAX], sine[POINTS_MAX], weight[POINTS_MAX];
};

// H = ln(B / limit)^2 of the boundary B at x = sqrt(time to expiry), as a polynomial through the Chebyshev nodes of
// [0, sqrt(years)]: smooth there, and 0 at 0. What is kept is its root, and the polynomial's coefficients.
struct boundary {
    size_t nodes;
    double limit;                        // B at expiry
    double width;                        // sqrt(years)
    double node[2 * NODES_MAX];          // cos(pi i / nodes)
    double x[NODES_MAX + 1];             // descending to 0
    double root[NODES_MAX + 1];          // ln(limit / B)
    double series[NODES_MAX + 1];        // of H, in Chebyshev polynomials of 2 x / width - 1
    double cost[NODES_MAX][POINTS_MAX];  // exp(yield u) at the points of each node's integral
    double carry[NODES_MAX][POINTS_MAX]; // exp(rate u)
};

// An integral over u in [0, x^2]: u = (x cos)^2 and x^2 - u = (x sin)^2 on a quarter of a circle, so that neither the
// kernels' roots at u = x^2 nor the boundary's at u = 0 are singular. Panels are parts of it: a low volatility puts
// all that counts near one of its ends.
static void arc_init(size_t panels, struct arc *ret) {
    double half = 0.25 * PI / (double)panels;
    ret->points = panels * LEGENDRE_NODES;
    for (size_t i = 0; i < ret->points; i++) {
        size_t panel = i / LEGENDRE_NODES, node = i % LEGENDRE_NODES;
        double angle = half * (1 + 2 * (double)panel + legendre_x[node]);
        ret->cosine[i] = mathfn_cos(angle);
        ret->sine[i] = mathfn_sin(angle);
        ret->weight[i] = half * legendre_w[node];
    }
}

// i k modulo 2 nodes, the place of cos(pi i k / nodes), from that of (i - 1) k.
static inline size_t step_of(const struct boundary *boundary, size_t at, size_t k) {
    size_t next = at + k, round = 2 * boundary->nodes;
    return next < round ? next : next - round;
}

static void boundary_series(struct boundary *boundary) {
    size_t nodes = boundary->nodes;
    for (size_t k = 0; k <= nodes; k++) {
        double sum = 0;
        for (size_t i = 0, at = 0; i <= nodes; i++, at = step_of(boundary, at, k)) {
            double h = boundary->root[i] * boundary->root[i];
            sum += (i == 0 || i == nodes ? 0.5 : 1) * h * boundary->node[at];
        }
        boundary->series[k] = (k == 0 || k == nodes ? 1 : 2) * sum / (double)nodes;
    }
}

// A first guess with the right end and slope: the perpetual boundary, reached with the deviation.
static void boundary_guess(const struct put *put, struct boundary *boundary) {
    double variance = put->vol * put->vol, part = (put->rate - put->yield) / variance - 0.5;
    double theta = -part - sqrt(part * part + 2 * put->rate / variance);
    double perpetual = put->strike * theta / (theta - 1);
    for (size_t i = 0; i <= boundary->nodes; i++) {
        double share = -mathfn_expm1(-2 * put->vol * boundary->x[i]);
        double guess = boundary->limit + (perpetual - boundary->limit) * share;
        boundary->root[i] = guess < boundary->limit ? mathfn_log(boundary->limit / guess) : 0;
    }
    boundary_series(boundary);
}

// The roots of a coarser level's polynomial at this one's nodes. False where it is below 0.
static bool boundary_refine(const struct boundary *coarse, struct boundary *boundary) {
    for (size_t i = 0; i < boundary->nodes; i++) {
        double at = boundary->node[i], one = 0, two = 0;
        for (size_t k = coarse->nodes; k > 0; k--) {
            double next = 2 * at * one - two + coarse->series[k];
            two = one;
            one = next;
        }
        double h = at * one - two + coarse->series[0];
        if (!(h > 0)) return false;
        boundary->root[i] = sqrt(h);
    }
    boundary->root[boundary->nodes] = 0;
    boundary_series(boundary);
    return true;
}

SIMD_CLONES_WIDE static void boundary_growth(const struct put *put, const struct arc *arc,
                                             size_t node, struct boundary *boundary) {
    double x = boundary->x[node], *cost = boundary->cost[node], *carry = boundary->carry[node];
    for (size_t j = 0; j < arc->points; j++) {
        double rest = x * arc->cosine[j], u = rest * rest;
        cost[j] = lane_exp(put->yield * u);
        carry[j] = lane_exp(put->rate * u);
    }
}

static void boundary_init(const struct put *put, const struct arc *arc, size_t nodes,
                          struct boundary *ret) {
    double ratio = put->yield > put->rate ? put->rate / put->yield : 1;
    ret->nodes = nodes;
    ret->limit = put->strike * ratio;
    ret->width = sqrt(put->years);
    for (size_t i = 0; i < 2 * nodes; i++)
        ret->node[i] = mathfn_cos(PI * (double)i / (double)nodes);
    for (size_t i = 0; i <= nodes; i++)
        ret->x[i] = i < nodes ? 0.5 * ret->width * (1 + ret->node[i]) : 0;
    for (size_t i = 0; i < nodes; i++) boundary_growth(put, arc, i, ret);
}

typedef double lanes __attribute__((vector_size(32), aligned(8), may_alias));

enum { WIDE = LANES / 4 };

// ln(limit / B) at x times each cosine of the arc, and where in [-1, 1] the polynomial is read for it: Clenshaw's
// recurrence for LANES points at once, in vectors by name so that it stays in registers.
SIMD_CLONES_WIDE static void boundary_roots(const struct boundary *boundary, double x,
                                            const struct arc *arc, double *ret_at,
                                            double *ret_roots) {
    double scale = 2 * x / boundary->width;
    for (size_t from = 0; from < arc->points; from += LANES) {
        lanes at[WIDE], one[WIDE], two[WIDE];
        for (size_t i = 0; i < WIDE; i++) {
            at[i] = scale * *(const lanes *)(arc->cosine + from + 4 * i) - 1;
            *(lanes *)(ret_at + from + 4 * i) = at[i];
            at[i] += at[i];
            one[i] = two[i] = (lanes){0};
        }
        for (size_t k = boundary->nodes; k > 0; k--) {
            double add = boundary->series[k];
            for (size_t i = 0; i < WIDE; i++) {
                lanes next = at[i] * one[i] - two[i] + add;
                two[i] = one[i];
                one[i] = next;
            }
        }
        for (size_t i = 0; i < WIDE; i++)
            *(lanes *)(ret_roots + from + 4 * i) =
                0.5 * at[i] * one[i] - two[i] + boundary->series[0];
    }
    for (size_t j = 0; j < arc->points; j++) {
        double h = ret_roots[j], positive = h > 0 ? h : 0;
        ret_roots[j] = sqrt(positive);
    }
}

static inline double lane_density(double x) {
    return PER_SQRT_TWO_PI * lane_exp(-0.5 * x * x);
}

// N(x), of which n(x) is known.
static inline double lane_probability(double x, double density) {
    double tail = density * mills_ratio(fabs(x)), rest = 1 - tail;
    return x < 0 ? tail : rest;
}

// What is summed over the points of a node's integrals: the kernels of the strike's and the spot's part, and their
// slopes by the node's own ln B.
struct kernels {
    double k12[POINTS_MAX], k3[POINTS_MAX], slope12[POINTS_MAX], slope3[POINTS_MAX];
};

SIMD_CLONES_WIDE static void kernels_fill(const struct put *put, const struct arc *arc,
                                          const struct boundary *boundary, size_t node,
                                          const double *restrict roots,
                                          struct kernels *restrict ret) {
    double x = boundary->x[node], own = boundary->root[node], vol = put->vol;
    double drift = put->rate - put->yield, factor = 2 * x / vol;
    const double *cost = boundary->cost[node], *carry = boundary->carry[node];
    for (size_t j = 0; j < arc->points; j++) {
        double z = x * arc->sine[j], root = vol * z, per_root = 1 / root;
        double e1 = (roots[j] - own + drift * z * z) * per_root + 0.5 * root, e2 = e1 - root;
        double n1 = lane_density(e1), n2 = lane_density(e2);
        double weight = arc->weight[j] * arc->cosine[j] * factor;
        double w12 = weight * cost[j], w3 = weight * carry[j];
        ret->k12[j] = w12 * (root * lane_probability(e1, n1) + n1);
        ret->k3[j] = w3 * n2;
        ret->slope12[j] = w12 * n1 * (root - e1) * per_root;
        ret->slope3[j] = -w3 * n2 * e2 * per_root;
    }
}

// Of whole lanes.
static double sum_of(const double *x, size_t count) {
    double sums[LANES] = {0}, sum = 0;
    for (size_t from = 0; from < count; from += LANES)
        for (size_t lane = 0; lane < LANES; lane++) sums[lane] += x[from + lane];
    for (size_t lane = 0; lane < LANES; lane++) sum += sums[lane];
    return sum;
}

// The equation of one node, B = f(B) with f = K exp(-(r - q) tau) N / D, in logarithms: how far f lies above B, and the
// slopes of ln f by the node's own ln B and by the polynomial's coefficients.
struct equation {
    double gap, own, by_series[NODES_MAX + 1];
};

// Sum over the points of slope[j] T_k at each, for every k to `nodes`: LANES points at a time, as above.
SIMD_CLONES_WIDE static void project(const double *at, const double *slopes, size_t points,
                                     size_t nodes, double *restrict ret_sums) {
    lanes sums[NODES_MAX + 1] = {{0}};
    for (size_t from = 0; from < points; from += LANES) {
        lanes twice[WIDE], before[WIDE], here[WIDE], slope[WIDE];
        for (size_t i = 0; i < WIDE; i++) {
            slope[i] = *(const lanes *)(slopes + from + 4 * i);
            here[i] = *(const lanes *)(at + from + 4 * i);
            twice[i] = here[i] + here[i];
            before[i] = (lanes){1, 1, 1, 1};
        }
        for (size_t k = 0; k <= nodes; k++) {
            lanes sum = sums[k];
            for (size_t i = 0; i < WIDE; i++) {
                sum += slope[i] * before[i];
                lanes next = twice[i] * here[i] - before[i];
                before[i] = here[i];
                here[i] = next;
            }
            sums[k] = sum;
        }
    }
    for (size_t k = 0; k <= nodes; k++)
        ret_sums[k] = (sums[k][0] + sums[k][1]) + (sums[k][2] + sums[k][3]);
}

// Of the equation by H at each point.
SIMD_CLONES_WIDE static void slopes_fill(const struct kernels *kernels, double by_rate,
                                         double by_yield, const double *restrict roots,
                                         size_t points, double *restrict ret_slopes) {
    for (size_t j = 0; j < points; j++) {
        double slope = by_rate * kernels->slope3[j] - by_yield * kernels->slope12[j];
        double by_h = slope / (2 * roots[j]);
        ret_slopes[j] = roots[j] > 0 ? by_h : 0;
    }
}

static void equation_at(const struct put *put, const struct arc *arc,
                        const struct boundary *boundary, size_t node, struct equation *ret) {
    double x = boundary->x[node], deviation = put->vol * x, own = boundary->root[node];
    double log_now = mathfn_log(boundary->limit / put->strike) - own;
    double carry = (put->rate - put->yield) * x * x;
    double d1 = (log_now + carry) / deviation + 0.5 * deviation, d2 = d1 - deviation;
    double at[POINTS_MAX], roots[POINTS_MAX], slopes[POINTS_MAX];
    struct kernels kernels;
    boundary_roots(boundary, x, arc, at, roots);
    kernels_fill(put, arc, boundary, node, roots, &kernels);
    double k12 = sum_of(kernels.k12, arc->points), k3 = sum_of(kernels.k3, arc->points);
    double slope12 = sum_of(kernels.slope12, arc->points);
    double slope3 = sum_of(kernels.slope3, arc->points);
    double p1 = normal_pdf(d1) / deviation, p2 = normal_pdf(d2) / deviation;
    double top = p2 + put->rate * k3, bottom = p1 + normal_cdf(d1) + put->yield * k12;
    ret->gap = mathfn_log(top / bottom) - carry - log_now;
    ret->own = (put->rate * slope3 - p2 * d2 / deviation) / top -
               (p1 * (1 - d1 / deviation) + put->yield * slope12) / bottom;
    slopes_fill(&kernels, put->rate / top, put->yield / bottom, roots, arc->points, slopes);
    project(at, slopes, arc->points, boundary->nodes, ret->by_series);
}

// Newton's step in all coefficients at once. False where it leads to a boundary above its limit.
static bool step_together(const struct equation *equations, const struct boundary *boundary,
                          double *ret_roots) {
    size_t nodes = boundary->nodes, size = nodes + 1, pivots[NODES_MAX + 1];
    double slopes[(NODES_MAX + 1) * (NODES_MAX + 1)], step[NODES_MAX + 1];
    for (size_t i = 0; i < nodes; i++) {
        double twice = 2 * boundary->root[i];
        for (size_t k = 0, at = 0; k < size; k++, at = step_of(boundary, at, i))
            slopes[i * size + k] =
                boundary->node[at] * (1 - equations[i].own) + twice * equations[i].by_series[k];
        step[i] = -twice * equations[i].gap;
    }
    for (size_t k = 0; k < size; k++) slopes[nodes * size + k] = k % 2 == 0 ? 1 : -1; // H(0) = 0
    step[nodes] = 0;
    if (linalg_lu(slopes, size, pivots) < size) return false;
    linalg_lu_solve(slopes, pivots, size, step);
    for (size_t i = 0; i < nodes; i++) {
        double h = boundary->root[i] * boundary->root[i];
        for (size_t k = 0, at = 0; k < size; k++, at = step_of(boundary, at, i))
            h += step[k] * boundary->node[at];
        if (!(h > 0)) return false;
        ret_roots[i] = sqrt(h);
    }
    return true;
}

// Each node alone: where f falls steeply with B plain rounds swing ever wider, and a step of Newton's in the node's own
// B does not (the article's Jacobi-Newton rounds).
static void step_alone(const struct equation *equations, const struct boundary *boundary,
                       double *ret_roots) {
    for (size_t i = 0; i < boundary->nodes; i++) {
        double own = equations[i].own < 0 ? equations[i].own : 0;
        double next = boundary->root[i] - equations[i].gap / (1 - own);
        ret_roots[i] = next > 0 ? next : 0;
    }
}

// Rounds until none moves the boundary by more than the level asks: from a guess the first one by nodes, which is right
// in shape, then all nodes together. Returns by how much the last one did.
static double level_solve(const struct put *put, const struct arc *arc, const struct level *level,
                          bool guessed, struct boundary *boundary) {
    double change = 1, enough = level->found;
    for (int round = 0; round < level->rounds && !(change < enough); round++) {
        struct equation equations[NODES_MAX];
        double next[NODES_MAX];
        for (size_t i = 0; i < boundary->nodes; i++)
            equation_at(put, arc, boundary, i, &equations[i]);
        bool alone = (guessed && round == 0) || !step_together(equations, boundary, next);
        if (alone) step_alone(equations, boundary, next);
        enough = alone ? level->found : fmax(level->found, CHANGE_FOUND_TOGETHER);
        change = 0;
        for (size_t i = 0; i < boundary->nodes; i++) {
            double moved = fabs(next[i] - boundary->root[i]);
            if (!(moved <= change)) change = moved;
            boundary->root[i] = next[i];
        }
        boundary_series(boundary);
    }
    return change;
}

// Level by level. Where a coarse one finds nothing, and where its boundary leads the last one astray, the guess is
// taken.
static double boundary_solve(const struct put *put, struct arc *ret_arc,
                             struct boundary *ret_boundary) {
    struct boundary coarse;
    double change = 1;
    for (size_t i = 0; i < LEVELS; i++) {
        const struct level *level = &levels[i];
        bool last = i == LEVELS - 1, known = i > 0 && change <= levels[i - 1].found;
        arc_init(level->panels, ret_arc);
        boundary_init(put, ret_arc, level->nodes, ret_boundary);
        known = known && boundary_refine(&coarse, ret_boundary);
        if (!known) boundary_guess(put, ret_boundary);
        change = level_solve(put, ret_arc, level, !known, ret_boundary);
        if (last && known && !(change <= CHANGE_MAX)) {
            boundary_guess(put, ret_boundary);
            change = level_solve(put, ret_arc, level, true, ret_boundary);
        }
        if (!last) {
            coarse.nodes = level->nodes;
            for (size_t k = 0; k <= level->nodes; k++) coarse.series[k] = ret_boundary->series[k];
        }
    }
    return change;
}

// What exercise earns until expiry: interest on the strike less the yield on the spot, where the spot is below B.
SIMD_CLONES_WIDE static void premium_fill(const struct put *put, const struct arc *arc,
                                          double width, double log_spot,
                                          const double *restrict roots, double *restrict ret) {
    double vol = put->vol, drift = put->rate - put->yield;
    for (size_t j = 0; j < arc->points; j++) {
        double z = width * arc->sine[j], rest = width * arc->cosine[j], root = vol * z;
        double d1 = (log_spot + roots[j] + drift * z * z) / root + 0.5 * root, d2 = d1 - root;
        double strike = put->rate * put->strike * lane_exp(-put->rate * z * z);
        double spot = put->yield * put->spot * lane_exp(-put->yield * z * z);
        ret[j] = 2 * z * rest * arc->weight[j] *
                 (strike * lane_probability(-d2, lane_density(d2)) -
                  spot * lane_probability(-d1, lane_density(d1)));
    }
}

static double premium(const struct put *put, const struct arc *arc,
                      const struct boundary *boundary) {
    double at[POINTS_MAX], roots[POINTS_MAX], parts[POINTS_MAX];
    boundary_roots(boundary, boundary->width, arc, at, roots);
    premium_fill(put, arc, boundary->width, mathfn_log(put->spot / boundary->limit), roots, parts);
    return sum_of(parts, arc->points);
}

int put_integral(const struct put *put, double *ret_price) {
    struct arc arc;
    struct boundary boundary;
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
