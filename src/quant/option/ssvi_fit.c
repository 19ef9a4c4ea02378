// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "quant/math/mathfn.h"
#include "quant/math/optimise.h"
#include "quant/option/ssvi.h"

enum { RHO, WIDTH, SHAPE, SIZE }; // what is sought; see surface_of
enum { TURNS = 5, THETA_ROUNDS = 4, SIMPLEX_SCRATCH = 64 };

static const double HUBER = 3, RHO_MAX = 0.999;

struct problem {
    const struct svi_points *slices;
    size_t count;
    enum ssvi_form form;
    double thetas[SSVI_SLICES_MAX];
    double weights[SSVI_SLICES_MAX]; // of thetas: their curvature
};

// Within ssvi_check whatever x within its bounds: eta as a share of the most, or in multiples of the least.
static struct ssvi surface_of(const struct problem *problem, const double *x) {
    double wide = 1 + fabs(x[RHO]);
    bool heston = problem->form == SSVI_HESTON;
    double share = mathfn_exp(x[WIDTH]);
    return (struct ssvi){.rho = x[RHO],
                         .eta = heston ? 0.25 * wide * share * (1 + 1e-12)
                                       : 2 / wide * share * (1 - 1e-12),
                         .gamma = heston ? 0 : x[SHAPE],
                         .form = problem->form};
}

static double unit_of(const struct svi_points *points, size_t i) {
    return 1 / (2 * points->vol[i] * points->years * points->error[i]);
}

static double slice_value(const struct svi_points *points, const struct svi *svi) {
    double sum = 0;
    for (size_t i = 0; i < points->count; i++) {
        double w = points->vol[i] * points->vol[i] * points->years;
        double rest = fabs(svi_variance(svi, points->k[i], NULL, NULL) - w) * unit_of(points, i);
        sum += rest <= HUBER ? rest * rest : HUBER * (2 * rest - HUBER);
    }
    return sum;
}

static double objective(void *context, const double *x, double *ret_gradient) {
    const struct problem *problem = context;
    struct ssvi surface = surface_of(problem, x);
    double sum = 0;
    (void)ret_gradient;
    for (size_t i = 0; i < problem->count; i++) {
        struct svi svi = ssvi_slice(&surface, problem->thetas[i]);
        sum += slice_value(&problem->slices[i], &svi);
    }
    return sum;
}

// One step for the theta of a slice, of at most a fifth of it.
static double improve_theta(const struct svi_points *points, const struct ssvi *surface,
                            double theta, double *ret_weight) {
    double step = 1e-5 * theta, square = 0, product = 0;
    struct svi here = ssvi_slice(surface, theta), there = ssvi_slice(surface, theta + step);
    for (size_t i = 0; i < points->count; i++) {
        double unit = unit_of(points, i), k = points->k[i];
        double w = svi_variance(&here, k, NULL, NULL);
        double slope = (svi_variance(&there, k, NULL, NULL) - w) / step * unit;
        double rest = (points->vol[i] * points->vol[i] * points->years - w) * unit;
        double weight = fabs(rest) <= HUBER ? 1 : HUBER / fabs(rest);
        square += weight * slope * slope;
        product += weight * slope * rest;
    }
    *ret_weight = square;
    double move = square > 0 ? product / square : 0, most = 0.2 * theta;
    return theta + fmin(fmax(move, -most), most);
}

// Thetas that fall become the mean of their neighbours: the pool of adjacent violators.
static void pool(struct problem *problem) {
    double means[SSVI_SLICES_MAX], weights[SSVI_SLICES_MAX];
    size_t sizes[SSVI_SLICES_MAX], blocks = 0;
    for (size_t i = 0; i < problem->count; i++) {
        means[blocks] = problem->thetas[i];
        weights[blocks] = fmax(problem->weights[i], 1e-300);
        sizes[blocks++] = 1;
        while (blocks > 1 && means[blocks - 2] > means[blocks - 1]) {
            double sum = weights[blocks - 2] + weights[blocks - 1];
            means[blocks - 2] = (means[blocks - 2] * weights[blocks - 2] +
                                 means[blocks - 1] * weights[blocks - 1]) /
                                sum;
            weights[blocks - 2] = sum;
            sizes[blocks - 2] += sizes[blocks - 1];
            blocks--;
        }
    }
    for (size_t block = 0, i = 0; block < blocks; block++)
        for (size_t j = 0; j < sizes[block]; j++) problem->thetas[i++] = means[block];
}

static void improve_thetas(struct problem *problem, const double *x) {
    struct ssvi surface = surface_of(problem, x);
    for (int round = 0; round < THETA_ROUNDS; round++) {
        for (size_t i = 0; i < problem->count; i++)
            problem->thetas[i] = improve_theta(&problem->slices[i], &surface, problem->thetas[i],
                                               &problem->weights[i]);
        pool(problem);
    }
}

// The variance of the point nearest to the money.
static double first_theta(const struct svi_points *points) {
    size_t nearest = 0;
    for (size_t i = 1; i < points->count; i++)
        if (fabs(points->k[i]) < fabs(points->k[nearest])) nearest = i;
    return points->vol[nearest] * points->vol[nearest] * points->years;
}

static int check(const struct svi_points *slices, size_t count) {
    if (count == 0 || count > SSVI_SLICES_MAX)
        return ERR_SET(ERR_ARGUMENT, "a surface is fitted to 1 to %d slices, not %zu",
                       SSVI_SLICES_MAX, count);
    for (size_t i = 0; i < count; i++) {
        int rc = svi_points_check(&slices[i]);
        if (rc < 0) return ERR_APPEND(rc, "it is in slice %zu", i + 1);
        if (slices[i].count == 0) return ERR_SET(ERR_ARGUMENT, "slice %zu has no points", i + 1);
        if (i > 0 && !(slices[i].years > slices[i - 1].years))
            return ERR_SET(ERR_ARGUMENT, "slice %zu is not after the one before", i + 1);
    }
    return 0;
}

int ssvi_fit(const struct svi_points *slices, size_t count, enum ssvi_form form,
             struct ssvi_fit *ret_fit) {
    TRY(check(slices, count));
    struct problem problem = {.slices = slices, .count = count, .form = form};
    for (size_t i = 0; i < count; i++) {
        problem.thetas[i] = first_theta(&slices[i]);
        problem.weights[i] = 1;
    }
    pool(&problem);
    bool heston = form == SSVI_HESTON;
    double x[SIZE] = {-0.3, heston ? 2 : -0.7, 0.45}, scratch[SIMPLEX_SCRATCH];
    const double lower[] = {-RHO_MAX, heston ? 0 : -8, 1e-3};
    const double upper[] = {RHO_MAX, heston ? 12 : 0, 0.5};
    for (int turn = 0; turn < TURNS; turn++) {
        const double scale[] = {turn == 0 ? 3 : 0.5, turn == 0 ? 5 : 0.5, turn == 0 ? 2 : 0.2};
        struct optimise_problem search = {.size = heston ? 2 : SIZE,
                                          .value = objective,
                                          .context = &problem,
                                          .lower = lower,
                                          .upper = upper,
                                          .scale = scale};
        struct optimise_options options = {.iterations_max = 80, .tolerance = 1e-8};
        optimise_simplex(&search, &options, x, scratch);
        improve_thetas(&problem, x);
    }
    ret_fit->surface = surface_of(&problem, x);
    ret_fit->value = objective(&problem, x, NULL);
    for (size_t i = 0; i < count; i++) ret_fit->thetas[i] = problem.thetas[i];
    return 0;
}
