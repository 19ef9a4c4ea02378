// SPDX-License-Identifier: Apache-2.0
// The put's exercise boundary as the fixed point of an integral equation, by collocation in the square
// root of time, and the premium of early exercise as one more integral: Andersen, Lake and Offengenden,
// "High-performance American option pricing", Journal of Computational Finance 20(1), 2016 (their FP-A).
#include <math.h>

#include "quant/math/legendre.h"
#include "quant/math/normal.h"
#include "quant/option/american_parts.h"

enum { NODES = 18, ROUNDS = 60 };

#define CHANGE_MAX 1e-3

// H = ln(B / limit)^2 of the boundary B at x = sqrt(time to expiry), as a polynomial through the Chebyshev nodes of
// [0, sqrt(years)]: smooth there, and 0 at 0.
struct boundary {
    double limit;        // B at expiry
    double width;        // sqrt(years)
    double x[NODES + 1]; // descending to 0
    double h[NODES + 1];
    double weights[NODES + 1]; // of the barycentric formula
};

static void boundary_init(const struct put *put, struct boundary *ret) {
    double ratio = put->yield > put->rate ? put->rate / put->yield : 1;
    ret->limit = put->strike * ratio;
    ret->width = sqrt(put->years);
    for (size_t i = 0; i <= NODES; i++) {
        double z = mathfn_cos(3.14159265358979323846 * (double)i / NODES);
        ret->x[i] = 0.5 * ret->width * (1 + z);
        ret->weights[i] = (i % 2 == 0 ? 1 : -1) * (i == 0 || i == NODES ? 0.5 : 1);
    }
    ret->x[NODES] = 0;
    // A first guess with the right end and slope: the perpetual boundary, reached with the deviation.
    double variance = put->vol * put->vol, part = (put->rate - put->yield) / variance - 0.5;
    double theta = -part - sqrt(part * part + 2 * put->rate / variance);
    double perpetual = put->strike * theta / (theta - 1);
    for (size_t i = 0; i <= NODES; i++) {
        double share = -mathfn_expm1(-2 * put->vol * ret->x[i]);
        double guess = ret->limit + (perpetual - ret->limit) * share;
        if (guess > ret->limit) guess = ret->limit;
        double log = mathfn_log(guess / ret->limit);
        ret->h[i] = log * log;
    }
    ret->h[NODES] = 0;
}

static double boundary_at(const struct boundary *boundary, double x) {
    double top = 0, bottom = 0;
    for (size_t i = 0; i <= NODES; i++) {
        double gap = x - boundary->x[i];
        if (gap == 0) return boundary->limit * mathfn_exp(-sqrt(boundary->h[i]));
        double weight = boundary->weights[i] / gap;
        top += weight * boundary->h[i];
        bottom += weight;
    }
    double h = top / bottom;
    return boundary->limit * mathfn_exp(-sqrt(h > 0 ? h : 0));
}

// A node of the integrals over u in [0, x^2]: u = rest^2 and x^2 - u = z^2 on a quarter of a circle, so
// that neither the kernels' roots at u = x^2 nor the boundary's at u = 0 are singular. du = 2 z dz, and
// `weight` is dz's.
struct moment {
    double z, rest, weight;
};

static struct moment moment_at(double x, size_t node) {
    double angle = 0.25 * 3.14159265358979323846 * (1 + legendre_x[node]);
    double rest = x * mathfn_cos(angle);
    return (struct moment){.z = x * mathfn_sin(angle),
                           .rest = rest,
                           .weight = 0.25 * 3.14159265358979323846 * legendre_w[node] * rest};
}

// The right side of B = f(B) at one node, K exp(-(r - q) tau) N / D, and how it changes with B at that node alone.
static double fixed_point(const struct put *put, const struct boundary *boundary, double x,
                          double *ret_slope) {
    double tau = x * x, deviation = put->vol * x, now = boundary_at(boundary, x);
    double d1 = put_d1(put, now / put->strike, tau, deviation), d2 = d1 - deviation;
    double k12 = 0, k3 = 0, slope12 = 0, slope3 = 0;
    for (size_t i = 0; i < LEGENDRE_NODES; i++) {
        struct moment at = moment_at(x, i);
        double z = at.z, u = at.rest * at.rest, root = put->vol * z;
        double e1 = put_d1(put, now / boundary_at(boundary, at.rest), z * z, root), e2 = e1 - root;
        double n1 = normal_pdf(e1), n2 = normal_pdf(e2), weight = at.weight * 2 / put->vol;
        double w12 = weight * mathfn_exp(put->yield * u), w3 = weight * mathfn_exp(put->rate * u);
        k12 += w12 * (root * normal_cdf(e1) + n1);
        slope12 += w12 * n1 * (root - e1) / root;
        k3 += w3 * n2;
        slope3 -= w3 * n2 * e2 / root;
    }
    double p1 = normal_pdf(d1) / deviation, p2 = normal_pdf(d2) / deviation;
    double top = p2 + put->rate * k3, bottom = p1 + normal_cdf(d1) + put->yield * k12;
    double top_slope = put->rate * slope3 - p2 * d2 / deviation;
    double bottom_slope = p1 * (1 - d1 / deviation) + put->yield * slope12;
    double value = put->strike * mathfn_exp(-(put->rate - put->yield) * tau) * top / bottom;
    *ret_slope = value * (top_slope / top - bottom_slope / bottom) / now;
    return value;
}

// Where the deviation is small beside the rate, f falls steeply with B and plain rounds swing ever wider: there a round
// is a step of Newton's in the node's own B (the article's Jacobi-Newton rounds). What is left at the end is reported.
static double boundary_solve(const struct put *put, struct boundary *boundary) {
    double change = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double next[NODES + 1] = {0};
        change = 0;
        for (size_t i = 0; i < NODES; i++) {
            double now = boundary_at(boundary, boundary->x[i]), slope;
            double value = fixed_point(put, boundary, boundary->x[i], &slope);
            if (slope < 0) value = now + (value - now) / (1 - slope);
            if (!(value < boundary->limit)) value = boundary->limit;
            double log = mathfn_log(value / boundary->limit);
            next[i] = log * log;
            double moved = fabs(sqrt(next[i]) - sqrt(boundary->h[i]));
            if (!(moved <= change)) change = moved;
        }
        for (size_t i = 0; i < NODES; i++) boundary->h[i] = next[i];
        if (change < 1e-13) break;
    }
    return change;
}

int put_integral(const struct put *put, double *ret_price) {
    struct boundary boundary;
    boundary_init(put, &boundary);
    double change = boundary_solve(put, &boundary);
    // The value is flat in the boundary: an error of the boundary counts by its square.
    if (!(change <= CHANGE_MAX))
        return ERR_SET(ERR_CONVERGE,
                       "the exercise boundary was not found: a round still moves it by %g; use a "
                       "tree",
                       change);
    *ret_price = put->strike - put->spot;
    if (put->spot <= boundary_at(&boundary, boundary.width)) return 0;
    double premium = 0;
    for (size_t i = 0; i < LEGENDRE_NODES; i++) {
        struct moment at = moment_at(boundary.width, i);
        double z = at.z, weight = 2 * z * at.weight, root = put->vol * z;
        double level = boundary_at(&boundary, at.rest);
        double d1 = put_d1(put, put->spot / level, z * z, root);
        premium +=
            weight *
            (put->rate * put->strike * mathfn_exp(-put->rate * z * z) * normal_cdf(root - d1) -
             put->yield * put->spot * mathfn_exp(-put->yield * z * z) * normal_cdf(-d1));
    }
    *ret_price = put_european(put) + premium;
    return 0;
}
