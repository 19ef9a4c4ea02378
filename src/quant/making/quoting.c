// SPDX-License-Identifier: Apache-2.0
#include "quant/making/quoting.h"

#include <math.h>

#include "base/check.h"
#include "quant/math/mathfn.h"

enum { ITERATIONS_MAX = 1000 };

// Half of the spread that the arrival of orders alone asks for.
static double arrival_depth(const struct making_maker *maker, const struct making_market *market) {
    double risk = maker->gamma * maker->size;
    return mathfn_log1p(risk / market->k) / risk;
}

struct making_depths making_stoikov(const struct making_maker *maker,
                                    const struct making_market *market, double inventory,
                                    double left_s) {
    double variance = maker->gamma * market->sigma * market->sigma * left_s;
    double half = variance * maker->size / 2 + arrival_depth(maker, market);
    return (struct making_depths){half + inventory * variance, half - inventory * variance};
}

// How far above the middle the maker would be as well off selling (side -1) a lot, or below it buying one (+1).
static double indifference(const struct making_maker *maker, double inventory, double inventory_max,
                           int side) {
    double limit = inventory_max + maker->size, after = inventory + side * maker->size;
    double room = limit * limit - after * after;
    if (!(room > 0)) return INFINITY;
    double ratio = room / (limit * limit - inventory * inventory);
    return -mathfn_log(ratio) / (maker->gamma * maker->size);
}

struct making_depths making_stoikov_endless(const struct making_maker *maker,
                                            const struct making_market *market, double inventory,
                                            double inventory_max) {
    double half = arrival_depth(maker, market);
    double bid = inventory + maker->size <= inventory_max ? half : INFINITY;
    double ask = inventory - maker->size >= -inventory_max ? half : INFINITY;
    if (market->sigma == 0) return (struct making_depths){bid, ask};
    return (struct making_depths){bid + indifference(maker, inventory, inventory_max, 1),
                                  ask + indifference(maker, inventory, inventory_max, -1)};
}

void making_gueant_terms(const struct making_maker *maker, const struct making_market *market,
                         double *ret_c1, double *ret_c2) {
    double risk = maker->gamma * maker->size, ratio = market->k / risk;
    double power = mathfn_exp((ratio + 1) * mathfn_log1p(1 / ratio));
    *ret_c1 = arrival_depth(maker, market);
    *ret_c2 = sqrt(maker->gamma / (2 * market->a * maker->size * market->k) * power);
}

struct making_depths making_gueant(const struct making_maker *maker,
                                   const struct making_market *market, double inventory) {
    double c1, c2;
    making_gueant_terms(maker, market, &c1, &c2);
    double slope = market->sigma * c2;
    return (struct making_depths){c1 + (inventory + maker->size / 2) * slope,
                                  c1 - (inventory - maker->size / 2) * slope};
}

// (M + 2 eta I) y = x in place, M tridiagonal: alpha i^2 on the diagonal, -eta beside it. Thomas's algorithm; the
// matrix is diagonally dominant.
static void solve(double alpha, double eta, int lots_max, double *upper, double *x) {
    int n = 2 * lots_max + 1;
    double pivot = 0;
    for (int i = 0; i < n; i++) {
        double lots = i - lots_max, diagonal = alpha * lots * lots + 2 * eta;
        pivot = i == 0 ? diagonal : diagonal + eta * upper[i - 1];
        upper[i] = -eta / pivot;
        x[i] = i == 0 ? x[i] / pivot : (x[i] + eta * x[i - 1]) / pivot;
    }
    for (int i = n - 2; i >= 0; i--) x[i] -= upper[i] * x[i + 1];
}

// The ground state, largest entry 1. Its ratio of convergence is 1/3 or better, whatever the parameters.
static void ground_state(double alpha, double eta, int lots_max, double *scratch) {
    int n = 2 * lots_max + 1;
    double *state = scratch, *upper = scratch + n, *before = scratch + 2 * n;
    for (int i = 0; i < n; i++) state[i] = 1;
    for (int turn = 0; turn < ITERATIONS_MAX; turn++) {
        double most = 0, change = 0;
        for (int i = 0; i < n; i++) before[i] = state[i];
        solve(alpha, eta, lots_max, upper, state);
        for (int i = 0; i < n; i++) most = fmax(most, state[i]);
        for (int i = 0; i < n; i++) {
            state[i] /= most;
            change = fmax(change, fabs(state[i] - before[i]) / state[i]);
        }
        if (change < 1e-13) break;
    }
}

struct making_depths making_gueant_exact(const struct making_maker *maker,
                                         const struct making_market *market, int lots, int lots_max,
                                         double *scratch) {
    CHECK(lots_max >= 1 && lots_max <= MAKING_LOTS_MAX && lots >= -lots_max && lots <= lots_max);
    double k = market->k / maker->size, sigma = market->sigma * maker->size;
    double alpha = k / 2 * maker->gamma * sigma * sigma, ratio = k / maker->gamma;
    double eta = market->a * mathfn_exp(-(1 + ratio) * mathfn_log1p(1 / ratio));
    ground_state(alpha, eta, lots_max, scratch);
    const double *state = scratch + lots_max;
    double c1 = arrival_depth(maker, market);
    struct making_depths depths = {INFINITY, INFINITY};
    if (lots < lots_max) depths.bid = c1 + mathfn_log(state[lots] / state[lots + 1]) / market->k;
    if (lots > -lots_max) depths.ask = c1 + mathfn_log(state[lots] / state[lots - 1]) / market->k;
    return depths;
}
