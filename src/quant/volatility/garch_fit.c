// SPDX-License-Identifier: Apache-2.0
// Maximum likelihood for quant/volatility/garch.h.
//
// The returns are standardised first, so that what is searched does not depend on their units. The
// search runs over coordinates in which the constraints are bounds:
//   garch, gjr  mu, a level l, persistence p, the news' share of it a, and for gjr the share b of the
//               news that comes whatever its sign: omega = exp(l) (1 - 0.999 p), beta = p (1 - a),
//               garch: alpha = p a, gjr: alpha = 2 p a b, gamma = 2 p a (1 - 2 b)
//   egarch      mu, the mean of ln h (omega / (1 - beta)), alpha, gamma, beta
//   student     1 / nu, last
// The level is the logarithm of the mean variance, except near a persistence of 1, where that is
// infinite and omega is not: where there is little news omega and p are hardly determined and the
// level is.
//
// A minimum on a bound is then exactly on it, and standard errors come from the coordinates that are
// free, by the chain rule.
#include <float.h>
#include <math.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/math/mathfn.h"
#include "quant/math/optimise.h"
#include "quant/volatility/garch.h"

enum { MU, LEVEL, THIRD, FOURTH, FIFTH, COORDINATES = GARCH_PARAMS };
enum { PERSISTENCE = THIRD, NEWS = FOURTH, BOTH = FIFTH };        // garch, gjr
enum { LOG_ALPHA = THIRD, LOG_GAMMA = FOURTH, LOG_BETA = FIFTH }; // egarch
enum { STARTS_MAX = 12, BASINS = 3, TRIES_MAX = 6, ITERATIONS_MAX = 300, NEWTON_MAX = 60 };

static const double persistence_max = 1 - 1e-8;
static const double level_share = 0.999;
static const double level_min = -20, level_max = 30;
static const double nu_min = 2.05, nu_max = 500;
static const double bfgs_tolerance = 1e-12, newton_tolerance = 1e-22;
static const double basin_gain = 1e-3; // egarch has kinks, and maxima beside one another, by less
static const double kink_gain = 0.1;   // what a search that stalls at a kink may think is left
static const double gain_accepted = 1e-10; // of the log-likelihood, where rounding ends the search

struct fit {
    const struct garch_spec *spec;
    struct garch_sample sample; // standardised
    double mean;                // of the returns themselves
    double deviation;
    size_t size; // coordinates
    double lower[COORDINATES];
    double upper[COORDINATES];
    size_t iterations;
    size_t evaluations;
};

struct candidate {
    double x[COORDINATES];
    double value; // minus the log-likelihood
    size_t basin; // of a start: which persistence
    struct optimise_result result;
};

static int standardise(struct fit *fit, const double *returns, size_t count, double *scratch);
static void set_bounds(struct fit *fit);
static size_t list_starts(struct fit *fit, struct candidate *ret_starts);
static void put_basins_first(struct candidate *starts, size_t count);
static void search(struct fit *fit, struct candidate *candidate);
static void climb_without_gradient(struct fit *fit, struct candidate *candidate);
static bool is_done(const struct candidate *candidate);
static bool is_better(const struct candidate *a, const struct candidate *b);
static bool is_same(const struct candidate *a, const struct candidate *b);
static bool on_bound(const struct fit *fit, const struct candidate *candidate);
static void collapse(struct fit *fit, struct candidate *candidate, bool *ret_held);
static void to_params(const struct fit *fit, const double *x, double *ret_params);
static void to_jacobian(const struct fit *fit, const double *x, double *ret_jacobian);
static double objective(void *context, const double *x, double *ret_gradient);
static void find_errors(struct fit *fit, const struct candidate *at, const bool *held,
                        struct garch_fit *ret_fit);
static void report(const struct fit *fit, const struct candidate *at, struct garch_fit *ret_fit);
static int no_maximum(const struct fit *fit, const struct candidate *at);

int garch_fit(const struct garch_spec *spec, const double *returns, size_t count, double *scratch,
              struct garch_fit *ret_fit) {
    struct fit fit = {.spec = spec};
    struct candidate starts[STARTS_MAX];
    bool held[COORDINATES] = {false};
    TRY(standardise(&fit, returns, count, scratch));
    set_bounds(&fit);
    size_t tries = list_starts(&fit, starts), best = 0;
    for (size_t i = 0; i < tries && i < TRIES_MAX; i++) {
        search(&fit, &starts[i]);
        bool again = i > 0 && is_same(&starts[i], &starts[best]);
        if (is_better(&starts[i], &starts[best])) best = i;
        if (i + 1 < BASINS) continue;
        if (again || (is_done(&starts[best]) && !on_bound(&fit, &starts[best]))) break;
    }
    if (!is_done(&starts[best])) climb_without_gradient(&fit, &starts[best]);
    if (!is_done(&starts[best])) return no_maximum(&fit, &starts[best]);
    collapse(&fit, &starts[best], held);
    struct garch_fit done = {.iterations = fit.iterations, .used = fit.size};
    report(&fit, &starts[best], &done);
    find_errors(&fit, &starts[best], held, &done);
    done.evaluations = fit.evaluations;
    *ret_fit = done;
    return 0;
}

static int standardise(struct fit *fit, const double *returns, size_t count, double *scratch) {
    if (count < GARCH_ROWS_MIN)
        return ERR_SET(ERR_ARGUMENT, "needs at least %d rows, there are %zu", GARCH_ROWS_MIN,
                       count);
    struct garch_sample raw = garch_sample_make(returns, count);
    fit->mean = raw.mean;
    fit->deviation = sqrt(raw.variance);
    bool equal = true;
    for (size_t i = 1; i < count; i++) equal = equal && returns[i] == returns[0];
    if (!equal && !isfinite(raw.variance))
        return ERR_SET(ERR_ARGUMENT, "the returns are so large that their squares overflow");
    if (equal || !(fit->deviation > 1e-14 * fabs(raw.mean)) || raw.variance < DBL_MIN)
        return ERR_SET(ERR_ARGUMENT, "the returns are all equal: their variance is 0");
    for (size_t i = 0; i < count; i++) scratch[i] = (returns[i] - raw.mean) / fit->deviation;
    fit->sample = garch_sample_make(scratch, count);
    return 0;
}

static bool is_exponential(const struct fit *fit) {
    return fit->spec->model == GARCH_EXPONENTIAL;
}

// The place of 1 / nu.
static size_t tail_of(const struct fit *fit) {
    return fit->spec->model == GARCH_PLAIN ? FIFTH : FIFTH + 1;
}

static void set_bounds(struct fit *fit) {
    const double lower[] = {-INFINITY, level_min, 0, 0, 0};
    const double upper[] = {INFINITY, level_max, persistence_max, 1, 1};
    static const double log_lower[] = {-INFINITY, -50, 0, -INFINITY, 0};
    const double log_upper[] = {INFINITY, 50, INFINITY, INFINITY, persistence_max};
    size_t tail = tail_of(fit);
    memcpy(fit->lower, is_exponential(fit) ? log_lower : lower, sizeof lower);
    memcpy(fit->upper, is_exponential(fit) ? log_upper : upper, sizeof upper);
    fit->lower[tail] = 1 / nu_max;
    fit->upper[tail] = 1 / nu_min;
    fit->size = tail + (fit->spec->law == GARCH_STUDENT);
}

// A few points of the plane that matters: the best of each persistence, then the others, the better first; equals
// stay in order. Where a variance that hardly moves and one that forgets soon explain the returns alike, there is
// a maximum at each.
static size_t list_starts(struct fit *fit, struct candidate *ret_starts) {
    static const double persistences[] = {0.6, 0.9, 0.98}, news[] = {0.05, 0.1, 0.25};
    static const double sizes[] = {0.1, 0.3}, signs[] = {-0.08, 0}, betas[] = {0.6, 0.9, 0.98};
    size_t count = 0;
    for (size_t i = 0; i < STARTS_MAX; i++) {
        struct candidate start = {.x = {0}};
        if (is_exponential(fit)) {
            start.x[LOG_ALPHA] = sizes[i % 2];
            start.x[LOG_GAMMA] = signs[i / 2 % 2];
            start.x[LOG_BETA] = betas[i / 4];
            start.basin = i / 4;
        } else {
            if (i >= 9) break;
            start.x[PERSISTENCE] = persistences[i / 3];
            start.x[NEWS] = news[i % 3];
            start.x[BOTH] = 0.3;
            start.basin = i / 3;
        }
        start.x[tail_of(fit)] = 0.125;
        start.value = objective(fit, start.x, NULL);
        if (!isfinite(start.value)) continue;
        size_t k = count++;
        for (; k > 0 && start.value < ret_starts[k - 1].value; k--)
            ret_starts[k] = ret_starts[k - 1];
        ret_starts[k] = start;
    }
    put_basins_first(ret_starts, count);
    return count;
}

static void put_basins_first(struct candidate *starts, size_t count) {
    bool seen[BASINS] = {false};
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        if (seen[starts[i].basin]) continue;
        struct candidate start = starts[i];
        seen[start.basin] = true;
        for (size_t k = i; k > first; k--) starts[k] = starts[k - 1];
        starts[first++] = start;
    }
}

static struct optimise_problem problem_of(struct fit *fit) {
    return (struct optimise_problem){.size = fit->size,
                                     .value = objective,
                                     .context = fit,
                                     .lower = fit->lower,
                                     .upper = fit->upper};
}

static void climb(struct fit *fit, struct candidate *candidate) {
    double scratch[3 * COORDINATES * COORDINATES + 12 * COORDINATES];
    struct optimise_problem problem = problem_of(fit);
    struct optimise_options far = {ITERATIONS_MAX, bfgs_tolerance};
    struct optimise_options near = {NEWTON_MAX, newton_tolerance};
    fit->iterations += optimise_bfgs(&problem, &far, candidate->x, scratch).iterations;
    candidate->result = optimise_newton(&problem, &near, candidate->x, scratch);
    fit->iterations += candidate->result.iterations;
    candidate->value = candidate->result.value;
}

// For what gradients do not lead out of.
static void climb_without_gradient(struct fit *fit, struct candidate *candidate) {
    double scratch[COORDINATES * COORDINATES + 5 * COORDINATES + 1];
    struct optimise_problem problem = problem_of(fit);
    struct optimise_options options = {ITERATIONS_MAX, bfgs_tolerance};
    fit->iterations += optimise_simplex(&problem, &options, candidate->x, scratch).iterations;
    climb(fit, candidate);
}

// Where |z| has its kink, at a mu that is one of the returns, egarch's likelihood can have its
// maximum: a ridge that no method for smooth functions ends on. Then mu is held there as by a bound,
// if the likelihood falls to both sides.
static void climb_kink(struct fit *fit, struct candidate *candidate) {
    struct candidate at = *candidate;
    double gradient[COORDINATES] = {0}, mu = INFINITY;
    for (size_t i = 0; i < fit->sample.count; i++)
        if (fabs(fit->sample.returns[i] - candidate->x[MU]) < fabs(mu - candidate->x[MU]))
            mu = fit->sample.returns[i];
    at.x[MU] = fit->upper[MU] = mu;
    climb(fit, &at);
    fit->upper[MU] = INFINITY;
    if (!is_done(&at) || at.x[MU] != mu) return;
    at.x[MU] = mu + 1e-9;
    objective(fit, at.x, gradient);
    at.x[MU] = mu;
    if (gradient[MU] >= 0) *candidate = at;
}

static void search(struct fit *fit, struct candidate *candidate) {
    climb(fit, candidate);
    bool near = candidate->result.gain < kink_gain;
    if (!is_done(candidate) && is_exponential(fit) && near) climb_kink(fit, candidate);
}

static bool is_done(const struct candidate *candidate) {
    double scale = fmax(1, fabs(candidate->value));
    return candidate->result.end == OPTIMISE_CONVERGED ||
           (candidate->result.end == OPTIMISE_STALLED &&
            candidate->result.gain <= gain_accepted * scale);
}

static bool is_better(const struct candidate *a, const struct candidate *b) {
    if (is_done(a) != is_done(b)) return is_done(a);
    return a->value < b->value - (is_done(a) ? basin_gain : 0);
}

// Whether two searches ended in the same place, as far as the likelihood tells.
static bool is_same(const struct candidate *a, const struct candidate *b) {
    return is_done(a) && is_done(b) && fabs(a->value - b->value) <= 1e-9 * fmax(1, fabs(b->value));
}

static bool at_bound(const struct fit *fit, const double *x, size_t i) {
    return x[i] <= fit->lower[i] || x[i] >= fit->upper[i];
}

static bool on_bound(const struct fit *fit, const struct candidate *candidate) {
    bool any = false;
    for (size_t i = 0; i < fit->size; i++) any = any || at_bound(fit, candidate->x, i);
    return any;
}

// Marks the coordinates that are held: by their bounds, and what has no effect without them. Where a
// constant variance is as likely as the best of the model, that is what is reported.
static void collapse(struct fit *fit, struct candidate *candidate, bool *ret_held) {
    double *x = candidate->x;
    bool exponential = is_exponential(fit);
    for (size_t i = 0; i < fit->size; i++) ret_held[i] = at_bound(fit, x, i);
    if (!exponential && (x[NEWS] <= 0 || x[PERSISTENCE] <= 0)) {
        ret_held[NEWS] = true;
        if (fit->spec->model == GARCH_GJR) ret_held[BOTH] = true;
    }
    struct candidate flat = *candidate;
    for (size_t i = THIRD; i < tail_of(fit); i++) flat.x[i] = 0;
    if (fit->spec->law == GARCH_NORMAL)
        flat.x[MU] = flat.x[LEVEL] = 0;
    else if (!exponential)
        flat.x[LEVEL] += mathfn_log((1 - level_share * x[PERSISTENCE]) / (1 - x[PERSISTENCE]));
    flat.value = objective(fit, flat.x, NULL);
    if (!(flat.value <= candidate->value + 1e-8 * fmax(1, fabs(candidate->value)))) return;
    *candidate = flat;
    for (size_t i = THIRD; i < tail_of(fit); i++) ret_held[i] = true;
}

// Of the standardised returns.
static void to_params(const struct fit *fit, const double *x, double *ret_params) {
    memset(ret_params, 0, GARCH_PARAMS * sizeof *ret_params);
    ret_params[GARCH_MU] = x[MU];
    if (fit->spec->law == GARCH_STUDENT) ret_params[GARCH_NU] = 1 / x[tail_of(fit)];
    if (is_exponential(fit)) {
        ret_params[GARCH_OMEGA] = x[LEVEL] * (1 - x[LOG_BETA]);
        ret_params[GARCH_ALPHA] = x[LOG_ALPHA];
        ret_params[GARCH_GAMMA] = x[LOG_GAMMA];
        ret_params[GARCH_BETA] = x[LOG_BETA];
        return;
    }
    double news = x[PERSISTENCE] * x[NEWS];
    bool lever = fit->spec->model == GARCH_GJR;
    ret_params[GARCH_OMEGA] = mathfn_exp(x[LEVEL]) * (1 - level_share * x[PERSISTENCE]);
    ret_params[GARCH_ALPHA] = lever ? 2 * news * x[BOTH] : news;
    ret_params[GARCH_GAMMA] = lever ? 2 * news * (1 - 2 * x[BOTH]) : 0;
    ret_params[GARCH_BETA] = x[PERSISTENCE] * (1 - x[NEWS]);
}

// [parameter][coordinate].
static void to_jacobian(const struct fit *fit, const double *x, double *ret_jacobian) {
    double(*j)[COORDINATES] = (double(*)[COORDINATES])ret_jacobian;
    memset(j, 0, GARCH_PARAMS * sizeof *j);
    j[GARCH_MU][MU] = 1;
    if (fit->spec->law == GARCH_STUDENT) {
        size_t tail = tail_of(fit);
        j[GARCH_NU][tail] = -1 / (x[tail] * x[tail]);
    }
    if (is_exponential(fit)) {
        j[GARCH_OMEGA][LEVEL] = 1 - x[LOG_BETA];
        j[GARCH_OMEGA][LOG_BETA] = -x[LEVEL];
        j[GARCH_ALPHA][LOG_ALPHA] = 1;
        j[GARCH_GAMMA][LOG_GAMMA] = 1;
        j[GARCH_BETA][LOG_BETA] = 1;
        return;
    }
    bool lever = fit->spec->model == GARCH_GJR;
    double alpha = lever ? 2 * x[BOTH] : 1, gamma = lever ? 2 * (1 - 2 * x[BOTH]) : 0;
    j[GARCH_OMEGA][LEVEL] = mathfn_exp(x[LEVEL]) * (1 - level_share * x[PERSISTENCE]);
    j[GARCH_OMEGA][PERSISTENCE] = -level_share * mathfn_exp(x[LEVEL]);
    j[GARCH_ALPHA][PERSISTENCE] = alpha * x[NEWS];
    j[GARCH_ALPHA][NEWS] = alpha * x[PERSISTENCE];
    j[GARCH_GAMMA][PERSISTENCE] = gamma * x[NEWS];
    j[GARCH_GAMMA][NEWS] = gamma * x[PERSISTENCE];
    j[GARCH_BETA][PERSISTENCE] = 1 - x[NEWS];
    j[GARCH_BETA][NEWS] = -x[PERSISTENCE];
    if (!lever) return;
    j[GARCH_ALPHA][BOTH] = 2 * x[PERSISTENCE] * x[NEWS];
    j[GARCH_GAMMA][BOTH] = -4 * x[PERSISTENCE] * x[NEWS];
}

static double objective(void *context, const double *x, double *ret_gradient) {
    struct fit *fit = context;
    double params[GARCH_PARAMS], gradient[GARCH_PARAMS];
    double jacobian[GARCH_PARAMS * COORDINATES];
    to_params(fit, x, params);
    fit->evaluations++;
    double value =
        garch_loglik(fit->spec, params, &fit->sample, ret_gradient ? gradient : NULL, NULL);
    if (ret_gradient == NULL) return -value;
    to_jacobian(fit, x, jacobian);
    for (size_t i = 0; i < fit->size; i++) {
        ret_gradient[i] = 0;
        for (size_t p = 0; p < GARCH_PARAMS; p++)
            ret_gradient[i] -= gradient[p] * jacobian[p * COORDINATES + i];
    }
    return -value;
}

// The objective's Hessian in the free coordinates, by differences of fourth order of the gradient
// over steps of a small part of each coordinate's own standard error; bounds are no matter to it.
static void find_hessian(struct fit *fit, const double *x, const size_t *free, size_t count,
                         const double *outer, double *ret_hessian) {
    static const double at[] = {1, -1, 2, -2},
                        weights[] = {8.0 / 12, -8.0 / 12, -1.0 / 12, 1.0 / 12};
    fit->sample.pivot = x[MU];
    for (size_t i = 0; i < count; i++) {
        double point[COORDINATES], gradient[COORDINATES], row[COORDINATES] = {0};
        double step = 3e-4 / sqrt(fmax(outer[i * count + i], 1));
        memcpy(point, x, sizeof point);
        for (int k = 0; k < 4; k++) {
            point[free[i]] = x[free[i]] + at[k] * step;
            objective(fit, point, gradient);
            for (size_t c = 0; c < count; c++) row[c] += weights[k] * gradient[free[c]] / step;
        }
        memcpy(ret_hessian + i * count, row, count * sizeof *row);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < i; c++) {
            double mean = 0.5 * (ret_hessian[i * count + c] + ret_hessian[c * count + i]);
            ret_hessian[i * count + c] = ret_hessian[c * count + i] = mean;
        }
    fit->sample.pivot = NAN;
}

// Rows of the Jacobian to the returns' own units, over the free coordinates.
static void find_slopes(const struct fit *fit, const double *x, const size_t *free, size_t count,
                        double *ret_slopes) {
    double jacobian[GARCH_PARAMS * COORDINATES];
    double square = fit->deviation * fit->deviation;
    to_jacobian(fit, x, jacobian);
    for (size_t c = 0; c < count; c++) {
        double *column = jacobian + free[c];
        column[GARCH_MU * COORDINATES] *= fit->deviation;
        if (is_exponential(fit))
            column[GARCH_OMEGA * COORDINATES] -=
                column[GARCH_BETA * COORDINATES] * mathfn_log(square);
        else
            column[GARCH_OMEGA * COORDINATES] *= square;
        for (size_t p = 0; p < GARCH_PARAMS; p++)
            ret_slopes[p * count + c] = column[p * COORDINATES];
    }
}

static void find_errors(struct fit *fit, const struct candidate *at, const bool *held,
                        struct garch_fit *ret_fit) {
    enum { SQUARE = COORDINATES * COORDINATES };
    double params[GARCH_PARAMS], gradient[GARCH_PARAMS], all[SQUARE], outer[SQUARE];
    double hessian[SQUARE], inverse[SQUARE], slopes[SQUARE], part[COORDINATES], bent[COORDINATES];
    size_t free[COORDINATES], count = 0;
    for (size_t i = 0; i < fit->size; i++)
        if (!held[i]) free[count++] = i;
    for (size_t p = 0; p < GARCH_PARAMS; p++) ret_fit->errors[p] = ret_fit->robust[p] = NAN;
    to_params(fit, at->x, params);
    garch_loglik(fit->spec, params, &fit->sample, gradient, all);
    double jacobian[SQUARE];
    to_jacobian(fit, at->x, jacobian);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            outer[i * count + k] = 0;
            for (size_t p = 0; p < GARCH_PARAMS; p++)
                for (size_t q = 0; q < GARCH_PARAMS; q++)
                    outer[i * count + k] += jacobian[p * COORDINATES + free[i]] *
                                            all[p * GARCH_PARAMS + q] *
                                            jacobian[q * COORDINATES + free[k]];
        }
    find_hessian(fit, at->x, free, count, outer, hessian);
    if (linalg_cholesky(hessian, count) < count) return;
    linalg_cholesky_inverse(hessian, count, inverse);
    find_slopes(fit, at->x, free, count, slopes);
    for (size_t p = 0; p < GARCH_PARAMS; p++) {
        const double *slope = slopes + p * count;
        linalg_apply(inverse, count, count, slope, part);
        linalg_apply(outer, count, count, part, bent);
        double variance = linalg_dot(slope, part, count), robust = linalg_dot(part, bent, count);
        if (!garch_uses(fit->spec, (int)p) || ret_fit->bound[p] || !(variance > 0)) continue;
        ret_fit->errors[p] = sqrt(variance);
        ret_fit->robust[p] = sqrt(robust);
    }
}

static void report(const struct fit *fit, const struct candidate *at, struct garch_fit *ret_fit) {
    double *p = ret_fit->params, square = fit->deviation * fit->deviation;
    const double *x = at->x;
    bool exponential = is_exponential(fit);
    to_params(fit, x, p);
    p[GARCH_MU] = fit->mean + fit->deviation * p[GARCH_MU];
    if (exponential)
        p[GARCH_OMEGA] += (1 - p[GARCH_BETA]) * mathfn_log(square);
    else
        p[GARCH_OMEGA] *= square;
    ret_fit->loglik = -at->value - (double)fit->sample.count * mathfn_log(fit->deviation);
    ret_fit->integrated = x[exponential ? LOG_BETA : PERSISTENCE] >= persistence_max;
    ret_fit->bound[GARCH_ALPHA] = p[GARCH_ALPHA] == 0;
    ret_fit->bound[GARCH_BETA] = p[GARCH_BETA] == 0;
    if (!exponential) {
        ret_fit->bound[GARCH_OMEGA] = x[LEVEL] <= level_min;
        ret_fit->bound[GARCH_GAMMA] =
            fit->spec->model == GARCH_GJR && (x[BOTH] >= 1 || x[NEWS] <= 0 || x[PERSISTENCE] <= 0);
    }
    if (fit->spec->law == GARCH_STUDENT) ret_fit->bound[GARCH_NU] = at_bound(fit, x, tail_of(fit));
    for (int i = 0; i < GARCH_PARAMS; i++)
        if (!garch_uses(fit->spec, i)) p[i] = NAN;
}

static int no_maximum(const struct fit *fit, const struct candidate *at) {
    double p[GARCH_PARAMS];
    to_params(fit, at->x, p);
    return ERR_SET(ERR_CONVERGE,
                   "no maximum of the likelihood after %zu iterations; of the standardised returns "
                   "it stood at %.10g with mu %.6g, omega %.6g, alpha %.6g, gamma %.6g, beta %.6g, "
                   "nu %.6g, its steepest slope %.3g and %.3g left to gain",
                   fit->iterations, -at->value, p[GARCH_MU], p[GARCH_OMEGA], p[GARCH_ALPHA],
                   p[GARCH_GAMMA], p[GARCH_BETA], p[GARCH_NU], at->result.gradient,
                   at->result.gain);
}
