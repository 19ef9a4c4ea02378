// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/tail_risk.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "quant/math/distribution.h"
#include "quant/math/mathfn.h"
#include "quant/math/normal.h"
#include "quant/math/optimise.h"
#include "quant/math/sum.h"
#include "quant/series/performance.h"
#include "quant/series/rank.h"
#include "quant/volatility/garch.h"

enum { LOCATION, LOG_SCALE, LOG_DOF, STUDENT_PARAMS };

static const double ln_pi = 1.14472988584940017414;

struct sample {
    const double *returns;
    size_t count;
};

static int check(enum tail_method method, const double *returns, size_t count,
                 const struct tail_options *options);
static void rescale_ewma(const double *returns, size_t count, double lambda, double *ret);
static int rescale_garch(const double *returns, size_t count, double *scratch, double *ret);
static struct tail_risk age_weighted(const double *returns, size_t count, double a, double decay,
                                     double *scratch);
static struct tail_risk of_normal(double mean, double deviation, double a);
static struct tail_risk of_student(double mean, double scale, double dof, double a);
static int fit_student(const double *returns, size_t count, double a, struct tail_risk *ret);
static double student_loss(void *context, const double *x, double *ret_gradient);
static struct tail_risk of_moments(enum tail_method method, const double *returns, size_t count,
                                   double a);

struct tail_options tail_options_default(void) {
    return (struct tail_options){
        .level = 0.99, .horizon = 1, .decay = 0.98, .lambda = 0.94, .dof = 5};
}

size_t tail_risk_scratch(size_t count) {
    return 2 * count;
}

int tail_risk_of(enum tail_method method, const double *returns, size_t count,
                 const struct tail_options *options, double *scratch, struct tail_risk *ret) {
    TRY(check(method, returns, count, options));
    double a = 1 - options->level, root = sqrt(options->horizon);
    struct tail_risk risk;
    if (method <= TAIL_FILTERED_GARCH && method != TAIL_AGE) {
        if (method == TAIL_FILTERED_EWMA)
            rescale_ewma(returns, count, options->lambda, scratch);
        else if (method == TAIL_FILTERED_GARCH)
            TRY(rescale_garch(returns, count, scratch + count, scratch));
        else
            memcpy(scratch, returns, count * sizeof *scratch);
        rank_sort(scratch, count, scratch + count);
        risk = method == TAIL_LOWER ? tail_risk_lower(scratch, count, a)
                                    : tail_risk_historical(scratch, count, a);
    } else if (method == TAIL_AGE) {
        risk = age_weighted(returns, count, a, options->decay, scratch);
    } else if (method == TAIL_STUDENT_FITTED) {
        TRY(fit_student(returns, count, a, &risk));
    } else if (method == TAIL_CORNISH_FISHER || method == TAIL_MODIFIED) {
        risk = of_moments(method, returns, count, a);
    } else {
        *ret = tail_risk_given(method, performance_mean(returns, count),
                               performance_deviation(returns, count), options);
        return 0;
    }
    if (method != TAIL_STUDENT_FITTED) risk.dof = risk.mean = risk.scale = NAN;
    risk.var *= root;
    risk.es *= root;
    *ret = risk;
    return 0;
}

struct tail_risk tail_risk_given(enum tail_method method, double mean, double deviation,
                                 const struct tail_options *options) {
    double a = 1 - options->level, root = sqrt(options->horizon), dof = options->dof;
    CHECK(method == TAIL_NORMAL || method == TAIL_NORMAL_ZERO || method == TAIL_STUDENT);
    struct tail_risk risk = method == TAIL_STUDENT
                                ? of_student(mean, deviation * sqrt((dof - 2) / dof), dof, a)
                                : of_normal(method == TAIL_NORMAL ? mean : 0, deviation, a);
    return (struct tail_risk){risk.var * root, risk.es * root, NAN, NAN, NAN};
}

double tail_risk_rank(size_t count, double a) {
    double rank = (double)count * a, whole = round(rank);
    return fabs(rank - whole) <= 1e-9 ? whole : rank;
}

struct tail_risk tail_risk_historical(const double *sorted, size_t count, double a) {
    double at = tail_risk_rank(count - 1, a), share = at - floor(at);
    size_t low = (size_t)at;
    double quantile = sorted[low];
    if (share > 0) quantile += (sorted[low + 1] - sorted[low]) * share;
    size_t tail = low + 1;
    while (tail < count && sorted[tail] <= quantile) tail++;
    return (struct tail_risk){.var = -quantile, .es = -sum_mean(sorted, tail)};
}

struct tail_risk tail_risk_lower(const double *sorted, size_t count, double a) {
    double rank = tail_risk_rank(count, a);
    size_t whole = (size_t)rank;
    double sum = sum_of(sorted, whole) + (rank - (double)whole) * sorted[whole];
    return (struct tail_risk){.var = -sorted[whole], .es = -sum / rank};
}

static int check(enum tail_method method, const double *returns, size_t count,
                 const struct tail_options *options) {
    bool fitted = method == TAIL_FILTERED_GARCH;
    size_t least = fitted ? GARCH_ROWS_MIN : 2;
    if (!(options->level >= 0.5 && options->level < 1))
        return ERR_SET(ERR_ARGUMENT, "the level is within [0.5, 1), not %g", options->level);
    if (!(options->horizon > 0 && isfinite(options->horizon)))
        return ERR_SET(ERR_ARGUMENT, "the horizon is above 0, not %g", options->horizon);
    if (method == TAIL_AGE && !(options->decay > 0 && options->decay <= 1))
        return ERR_SET(ERR_ARGUMENT, "the decay is within (0, 1], not %g", options->decay);
    if (method == TAIL_FILTERED_EWMA && !(options->lambda > 0 && options->lambda < 1))
        return ERR_SET(ERR_ARGUMENT, "lambda is within (0, 1), not %g", options->lambda);
    if (method == TAIL_STUDENT && !(options->dof > 2 && isfinite(options->dof)))
        return ERR_SET(ERR_ARGUMENT, "a variance needs more than 2 degrees of freedom, not %g",
                       options->dof);
    if (count < least)
        return ERR_SET(ERR_ARGUMENT, "%zu returns are too few: this needs %zu", count, least);
    bool equal = true, zero = true;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(returns[i]))
            return ERR_SET(ERR_ARGUMENT, "return %zu is not a finite number", i + 1);
        equal = equal && returns[i] == returns[0];
        zero = zero && returns[i] == 0;
    }
    bool divides = fitted || method == TAIL_STUDENT_FITTED || method == TAIL_CORNISH_FISHER ||
                   method == TAIL_MODIFIED;
    if (equal && divides)
        return ERR_SET(ERR_ARGUMENT, "the returns are all %g: their deviation is 0", returns[0]);
    if (zero && method == TAIL_FILTERED_EWMA)
        return ERR_SET(ERR_ARGUMENT, "the returns are all 0: there is no volatility to filter by");
    return 0;
}

static void rescale_ewma(const double *returns, size_t count, double lambda, double *ret) {
    struct sum squares = {0};
    for (size_t i = 0; i < count; i++) sum_add(&squares, returns[i] * returns[i]);
    double variance = sum_value(&squares) / (double)count;
    for (size_t i = 0; i < count; i++) {
        ret[i] = returns[i] / sqrt(variance);
        variance = lambda * variance + (1 - lambda) * (returns[i] * returns[i]);
    }
    for (size_t i = 0; i < count; i++) ret[i] *= sqrt(variance);
}

static int rescale_garch(const double *returns, size_t count, double *scratch, double *ret) {
    static const struct garch_spec spec = {GARCH_PLAIN, GARCH_NORMAL, GARCH_BACKCAST};
    struct garch_fit fit;
    TRY(garch_fit(&spec, returns, count, scratch, &fit));
    struct garch_sample sample = garch_sample_make(returns, count);
    double loglik;
    TRY(garch_filter(&spec, fit.params, &sample, scratch, &loglik));
    double next = garch_next(&spec, fit.params, returns[count - 1], scratch[count - 1]);
    double mu = fit.params[GARCH_MU];
    for (size_t i = 0; i < count; i++) ret[i] = mu + (returns[i] - mu) * sqrt(next / scratch[i]);
    return 0;
}

// Weights are made as they are needed, from the age of a row: decay^age times the first.
static struct tail_risk age_weighted(const double *returns, size_t count, double a, double decay,
                                     double *scratch) {
    CHECK(count < UINT32_MAX);
    uint32_t *order = (uint32_t *)scratch, *spare = (uint32_t *)(scratch + count);
    rank_order(returns, count, spare, order);
    double n = (double)count, rate = decay < 1 ? mathfn_log(decay) : 0;
    double first = decay < 1 ? (1 - decay) / -mathfn_expm1(n * rate) : 1 / n;
    struct sum mass = {0}, loss = {0};
    double value = returns[order[count - 1]];
    for (size_t i = 0; i < count; i++) {
        double weight = first * mathfn_exp((double)(count - 1 - order[i]) * rate);
        double left = a - sum_value(&mass);
        value = returns[order[i]];
        if (left < weight * (1 - 1e-12)) {
            sum_add(&loss, fmax(left, 0) * value);
            break;
        }
        sum_add(&mass, weight);
        sum_add(&loss, weight * value);
    }
    return (struct tail_risk){.var = -value, .es = -sum_value(&loss) / a};
}

static struct tail_risk of_normal(double mean, double deviation, double a) {
    double z = normal_quantile(a);
    return (struct tail_risk){.var = -(mean + deviation * z),
                              .es = deviation * normal_pdf(z) / a - mean};
}

static struct tail_risk of_student(double mean, double scale, double dof, double a) {
    double t = distribution_t_quantile(a, dof);
    double tail = distribution_t_pdf(t, dof) / a * (dof + t * t) / (dof - 1);
    return (struct tail_risk){.var = -(mean + scale * t),
                              .es = dof > 1 ? scale * tail - mean : INFINITY,
                              .dof = dof,
                              .mean = mean,
                              .scale = scale};
}

// Degrees of freedom stay within [1.05, 1000]: beyond it the law is normal to the eye of any sample.
static int fit_student(const double *returns, size_t count, double a, struct tail_risk *ret) {
    double deviation = performance_deviation(returns, count);
    double x[STUDENT_PARAMS] = {performance_mean(returns, count), mathfn_log(deviation * 0.8),
                                mathfn_log(6)};
    double far = 1e3 * deviation;
    double lower[] = {x[0] - far, x[1] - 40, mathfn_log(1.05)};
    double upper[] = {x[0] + far, x[1] + 10, mathfn_log(1000)}, scale[] = {deviation, 1, 1};
    struct sample sample = {returns, count};
    struct optimise_problem problem = {STUDENT_PARAMS, student_loss, &sample, lower, upper, scale};
    struct optimise_options limits = {.iterations_max = 500, .tolerance = 1e-14};
    double scratch[1024];
    CHECK(optimise_bfgs_scratch(STUDENT_PARAMS) <= 1024 &&
          optimise_newton_scratch(STUDENT_PARAMS) <= 1024);
    optimise_bfgs(&problem, &limits, x, scratch);
    struct optimise_result end = optimise_newton(&problem, &limits, x, scratch);
    if (end.end == OPTIMISE_LIMIT || !isfinite(end.value) || !(end.gain < 1e-6))
        return ERR_SET(ERR_CONVERGE, "Student's t was not fitted: the search ended at %g degrees",
                       mathfn_exp(x[LOG_DOF]));
    *ret = of_student(x[LOCATION], mathfn_exp(x[LOG_SCALE]), mathfn_exp(x[LOG_DOF]), a);
    return 0;
}

// Minus the log-likelihood a return.
static double student_loss(void *context, const double *x, double *ret_gradient) {
    const struct sample *sample = context;
    double n = (double)sample->count;
    double scale = mathfn_exp(x[LOG_SCALE]), dof = mathfn_exp(x[LOG_DOF]), half = (dof + 1) / 2;
    struct sum logs = {0}, pulls = {0}, weights = {0};
    for (size_t i = 0; i < sample->count; i++) {
        double z = (sample->returns[i] - x[LOCATION]) / scale, ratio = z * z / dof;
        sum_add(&logs, mathfn_log1p(ratio));
        sum_add(&pulls, z / (1 + ratio));
        sum_add(&weights, ratio / (1 + ratio));
    }
    double constant = distribution_log_gamma(half) - distribution_log_gamma(dof / 2) -
                      0.5 * (mathfn_log(dof) + ln_pi) - x[LOG_SCALE];
    double mean_log = sum_value(&logs) / n, weight = sum_value(&weights) / n;
    if (ret_gradient != NULL) {
        ret_gradient[LOCATION] = -(dof + 1) / (dof * scale) * (sum_value(&pulls) / n);
        ret_gradient[LOG_SCALE] = 1 - (dof + 1) * weight;
        double slope = 0.5 * (distribution_digamma(half) - distribution_digamma(dof / 2) - 1 / dof -
                              mean_log) +
                       half / dof * weight;
        ret_gradient[LOG_DOF] = -dof * slope;
    }
    return half * mean_log - constant;
}

// Mean of the Hermite polynomial of degree n below z is -He_(n - 1)(z) phi(z): both integrals are closed.
static struct tail_risk of_moments(enum tail_method method, const double *returns, size_t count,
                                   double a) {
    double mean = performance_mean(returns, count), n = (double)count;
    double deviation = performance_deviation(returns, count);
    double skew = performance_skew(returns, count);
    double excess = performance_kurtosis(returns, count) - 3;
    double z = normal_quantile(a), z2 = z * z, skew2 = skew * skew;
    double zc =
        z + (z2 - 1) * skew / 6 + z * (z2 - 3) * excess / 24 - z * (2 * z2 - 5) * skew2 / 36;
    if (method == TAIL_CORNISH_FISHER) {
        double factor = 1 + z * skew / 6 + (z2 - 1) * excess / 24 - (2 * z2 - 1) * skew2 / 36;
        return (struct tail_risk){.var = -(mean + deviation * zc),
                                  .es = deviation * (normal_pdf(z) / a * factor) - mean};
    }
    deviation *= sqrt((n - 1) / n);
    double h2 = zc * zc, h4 = h2 * h2;
    double factor = 1 + zc * h2 * skew / 6 + (h4 - 2 * h2 - 1) * excess / 24 +
                    (h4 * h2 - 9 * h4 + 9 * h2 + 3) * skew2 / 72;
    double tail = fmin(-normal_pdf(zc) / a * factor, zc);
    return (struct tail_risk){.var = -(mean + deviation * zc), .es = -(mean + deviation * tail)};
}
