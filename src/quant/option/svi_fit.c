// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <stdbool.h>

#include "quant/math/mathfn.h"
#include "quant/math/optimise.h"
#include "quant/option/svi.h"

enum { GRID = 16, STARTS = 8, ROUNDS = 3, SIMPLEX_SCRATCH = 64 };

static const double M_MAX = 4; // sinh(4) is 27

struct problem {
    const double *k;
    const double *w;
    size_t count;
    double unit;          // of the residuals
    double middle, width; // of k
    size_t evaluations;
};

static double rss_of(const struct problem *problem, const struct svi *svi) {
    double sum = 0;
    for (size_t i = 0; i < problem->count; i++) {
        double rest = svi_variance(svi, problem->k[i], NULL, NULL) - problem->w[i];
        sum += rest * rest;
    }
    return sum;
}

// Means and centred products of y = (k - m) / sigma, z = sqrt(y^2 + 1) and w.
struct moments {
    double y, z, w, yy, yz, zz, yw, zw;
};

static struct moments moments_of(const struct problem *problem, double m, double sigma) {
    struct moments sum = {0};
    double n = (double)problem->count;
    for (size_t i = 0; i < problem->count; i++) {
        double y = (problem->k[i] - m) / sigma;
        sum.y += y / n;
        sum.z += sqrt(y * y + 1) / n;
        sum.w += problem->w[i] / n;
    }
    for (size_t i = 0; i < problem->count; i++) {
        double y = (problem->k[i] - m) / sigma;
        double dy = y - sum.y, dz = sqrt(y * y + 1) - sum.z, dw = problem->w[i] - sum.w;
        sum.yy += dy * dy;
        sum.yz += dy * dz;
        sum.zz += dz * dz;
        sum.yw += dy * dw;
        sum.zw += dz * dw;
    }
    return sum;
}

// Slices of this m and sigma with w = a + d y + c z, |d| <= SVI_RHO_MAX c. The plain solution where it keeps the
// bounds; else the better of the two edges, where one number is left; with c = 0 the level alone.
static struct svi solve_given(const struct problem *problem, double m, double sigma) {
    struct moments s = moments_of(problem, m, sigma);
    double det = s.yy * s.zz - s.yz * s.yz, c = -1, d = 0;
    if (det > 1e-14 * s.yy * s.zz) {
        d = (s.yw * s.zz - s.zw * s.yz) / det;
        c = (s.zw * s.yy - s.yw * s.yz) / det;
    }
    if (!(c > 0 && fabs(d) <= SVI_RHO_MAX * c)) {
        double most = 0;
        c = d = 0;
        for (int side = -1; side <= 1; side += 2) {
            double rho = side * SVI_RHO_MAX;
            double square = s.zz + rho * (2 * s.yz + rho * s.yy), product = s.zw + rho * s.yw;
            if (!(product > 0 && product * product > most * square)) continue;
            most = product * product / square;
            c = product / square;
            d = rho * c;
        }
    }
    return (struct svi){.a = s.w - d * s.y - c * s.z,
                        .b = c / sigma,
                        .rho = c > 0 ? fmin(fmax(d / c, -SVI_RHO_MAX), SVI_RHO_MAX) : 0,
                        .m = m,
                        .sigma = sigma};
}

// What is sought: m = middle + width sinh(x[0]), sigma = exp(x[1]). Slices that are wings alone lie far out.
static struct svi slice_at(const struct problem *problem, const double *x) {
    double m = problem->middle + problem->width * mathfn_sinh(x[0]);
    return solve_given(problem, m, mathfn_exp(x[1]));
}

// The least variance within a width of the middle.
static double least_near(const struct problem *problem, const struct svi *svi) {
    double reach = problem->width;
    double at = svi->m - svi->rho * svi->sigma / sqrt(1 - svi->rho * svi->rho);
    at = fmin(fmax(at, problem->middle - reach), problem->middle + reach);
    return svi_variance(svi, at, NULL, NULL);
}

static double objective(void *context, const double *x, double *ret_gradient) {
    struct problem *problem = context;
    struct svi svi = slice_at(problem, x);
    (void)ret_gradient;
    problem->evaluations++;
    if (least_near(problem, &svi) < 0) return INFINITY;
    return rss_of(problem, &svi) / (problem->unit * problem->unit);
}

struct start {
    double x[2];
    double value;
};

// The best of the grid, ascending.
static size_t find_starts(struct problem *problem, const double *lower, const double *upper,
                          struct start *ret_starts) {
    size_t count = 0;
    for (int i = 0; i < GRID * GRID; i++) {
        double share[] = {(i % GRID + 0.5) / GRID, (i / GRID + 0.5) / GRID};
        struct start start;
        for (int j = 0; j < 2; j++) start.x[j] = lower[j] + share[j] * (upper[j] - lower[j]);
        start.value = objective(problem, start.x, NULL);
        if (!isfinite(start.value)) continue;
        size_t at = count < STARTS ? count++ : STARTS;
        while (at > 0 && ret_starts[at - 1].value > start.value) {
            if (at < STARTS) ret_starts[at] = ret_starts[at - 1];
            at--;
        }
        if (at < STARTS) ret_starts[at] = start;
    }
    return count;
}

static void polish(struct problem *problem, const double *lower, const double *upper,
                   struct start *start) {
    double scratch[SIMPLEX_SCRATCH];
    for (int round = 0; round < ROUNDS; round++) {
        double share = round == 0 ? 0.2 : 0.02;
        double scale[] = {5 * share, 5 * share};
        struct optimise_problem search = {.size = 2,
                                          .value = objective,
                                          .context = problem,
                                          .lower = lower,
                                          .upper = upper,
                                          .scale = scale};
        struct optimise_options options = {.iterations_max = 600, .tolerance = 1e-25};
        start->value = optimise_simplex(&search, &options, start->x, scratch).value;
    }
}

static int check(const double *k, const double *w, size_t count) {
    double low = INFINITY, high = -INFINITY;
    if (count < SVI_FIT_MIN)
        return ERR_SET(ERR_ARGUMENT, "a slice takes %d points, not %zu", SVI_FIT_MIN, count);
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(k[i]) || !isfinite(w[i]) || !(w[i] > 0))
            return ERR_SET(ERR_ARGUMENT, "point %zu of the slice is not finite or has no variance",
                           i + 1);
        low = fmin(low, k[i]);
        high = fmax(high, k[i]);
    }
    return high > low ? 0 : ERR_SET(ERR_ARGUMENT, "all points of the slice have the same strike");
}

int svi_fit(const double *k, const double *w, size_t count, struct svi_fit *ret_fit) {
    TRY(check(k, w, count));
    double low = k[0], high = k[0], unit = 0;
    for (size_t i = 0; i < count; i++) {
        low = fmin(low, k[i]);
        high = fmax(high, k[i]);
        unit = fmax(unit, w[i]);
    }
    double width = high - low;
    double lower[] = {-M_MAX, mathfn_log(1e-3 * width)};
    double upper[] = {M_MAX, mathfn_log(20 * width)};
    struct problem problem = {k, w, count, unit, 0.5 * (low + high), width, 0};
    struct start starts[STARTS], *best = starts;
    size_t found = find_starts(&problem, lower, upper, starts);
    if (found == 0) return ERR_SET(ERR_ARGUMENT, "no slice goes near these points");
    for (size_t i = 0; i < found; i++) {
        polish(&problem, lower, upper, &starts[i]);
        if (starts[i].value < best->value) best = &starts[i];
    }
    ret_fit->svi = slice_at(&problem, best->x);
    ret_fit->rss = rss_of(&problem, &ret_fit->svi);
    ret_fit->evaluations = problem.evaluations;
    return 0;
}
