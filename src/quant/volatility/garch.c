// SPDX-License-Identifier: Apache-2.0
#include "quant/volatility/garch.h"

#include <math.h>

#include "quant/math/mathfn.h"
#include "quant/math/normal.h"
#include "quant/math/sample.h"
#include "quant/math/sum.h"

enum { BACKCAST_ROWS = 75 };
static const double backcast_decay = 0.94;
static const double mean_of_normal = 0.79788456080286535588; // sqrt(2 / pi)

static double log_moment(const double *params, double weight);

bool garch_uses(const struct garch_spec *spec, int param) {
    if (param == GARCH_GAMMA) return spec->model != GARCH_PLAIN;
    return param != GARCH_NU || spec->law == GARCH_STUDENT;
}

const char *garch_fault(const struct garch_spec *spec, const double *params) {
    if (spec->law == GARCH_STUDENT && !(params[GARCH_NU] > 2)) return "nu must be above 2";
    double persistence = garch_persistence(spec, params);
    if (spec->model == GARCH_EXPONENTIAL)
        return fabs(persistence) < 1 ? NULL : "beta must be between -1 and 1";
    double gamma = spec->model == GARCH_GJR ? params[GARCH_GAMMA] : 0;
    if (!(params[GARCH_OMEGA] > 0)) return "omega must be above 0";
    if (!(params[GARCH_ALPHA] >= 0)) return "alpha must not be negative";
    if (!(params[GARCH_ALPHA] + gamma >= 0)) return "alpha + gamma must not be negative";
    if (!(params[GARCH_BETA] >= 0)) return "beta must not be negative";
    return persistence < 1 ? NULL : "the persistence (alpha + gamma / 2 + beta) must be below 1";
}

struct garch_sample garch_sample_make(const double *returns, size_t count) {
    struct garch_sample sample = {.returns = returns, .count = count, .pivot = NAN};
    sample.mean = sum_of(returns, count) / (double)count;
    struct sum squares = {0};
    double weight = 1, weights = 0, backcast = 0;
    for (size_t i = 0; i < count; i++) {
        double square = (returns[i] - sample.mean) * (returns[i] - sample.mean);
        sum_add(&squares, square);
        if (i >= BACKCAST_ROWS) continue;
        backcast += weight * square;
        weights += weight;
        weight *= backcast_decay;
    }
    sample.variance = sum_value(&squares) / (double)count;
    sample.backcast = backcast / weights;
    return sample;
}

double garch_next(const struct garch_spec *spec, const double *params, double ret,
                  double variance) {
    double e = ret - params[GARCH_MU];
    if (spec->model != GARCH_EXPONENTIAL) {
        bool fell = spec->model == GARCH_GJR && e < 0;
        double news = fell ? params[GARCH_ALPHA] + params[GARCH_GAMMA] : params[GARCH_ALPHA];
        return params[GARCH_OMEGA] + news * (e * e) + params[GARCH_BETA] * variance;
    }
    double z = e / sqrt(variance);
    return mathfn_exp(params[GARCH_OMEGA] + params[GARCH_ALPHA] * (fabs(z) - mean_of_normal) +
                      params[GARCH_GAMMA] * z + params[GARCH_BETA] * mathfn_log(variance));
}

double garch_persistence(const struct garch_spec *spec, const double *params) {
    if (spec->model == GARCH_EXPONENTIAL) return params[GARCH_BETA];
    double half = spec->model == GARCH_GJR ? params[GARCH_GAMMA] / 2 : 0;
    return params[GARCH_ALPHA] + half + params[GARCH_BETA];
}

double garch_half_life(const struct garch_spec *spec, const double *params) {
    double persistence = garch_persistence(spec, params);
    if (!(persistence > 0 && persistence < 1)) return NAN;
    return -0.69314718055994530942 / mathfn_log(persistence);
}

// Whether the mean of h exists only for the next step.
static bool has_no_mean(const struct garch_spec *spec, const double *params) {
    return spec->model == GARCH_EXPONENTIAL && spec->law == GARCH_STUDENT &&
           (params[GARCH_ALPHA] != 0 || params[GARCH_GAMMA] != 0);
}

double garch_unconditional(const struct garch_spec *spec, const double *params) {
    double level = params[GARCH_OMEGA] / (1 - garch_persistence(spec, params));
    if (spec->model != GARCH_EXPONENTIAL) return level;
    if (has_no_mean(spec, params)) return NAN;
    // The logarithm of a moment is of second order in its weight.
    for (double weight = 1; fabs(weight) > 1e-9; weight *= params[GARCH_BETA])
        level += log_moment(params, weight);
    return mathfn_exp(level);
}

void garch_forecast(const struct garch_spec *spec, const double *params, double next,
                    size_t horizon, double *ret_variances) {
    double persistence = garch_persistence(spec, params), weight = 1;
    bool exponential = spec->model == GARCH_EXPONENTIAL, unknown = has_no_mean(spec, params);
    double log_next = exponential ? mathfn_log(next) : 0, moments = 0;
    for (size_t k = 0; k < horizon; k++) {
        ret_variances[k] = next;
        if (!exponential) {
            next = params[GARCH_OMEGA] + persistence * next;
            continue;
        }
        moments += log_moment(params, weight);
        log_next = params[GARCH_OMEGA] + persistence * log_next;
        weight *= persistence;
        next = unknown ? NAN : mathfn_exp(log_next + moments);
    }
}

void garch_simulate(const struct garch_spec *spec, const double *params, double first,
                    struct prng *prng, size_t count, double *ret_returns, double *ret_variances) {
    double variance = first, nu = params[GARCH_NU];
    double shrink = spec->law == GARCH_STUDENT ? sqrt((nu - 2) / nu) : 1;
    for (size_t i = 0; i < count; i++) {
        double z =
            spec->law == GARCH_STUDENT ? sample_student(prng, nu) * shrink : sample_normal(prng);
        ret_variances[i] = variance;
        ret_returns[i] = params[GARCH_MU] + sqrt(variance) * z;
        variance = garch_next(spec, params, ret_returns[i], variance);
    }
}

// ln E exp(weight (alpha (|z| - sqrt(2/pi)) + gamma z)) of a normal z.
static double log_moment(const double *params, double weight) {
    double up = weight * (params[GARCH_ALPHA] + params[GARCH_GAMMA]);
    double down = weight * (params[GARCH_ALPHA] - params[GARCH_GAMMA]);
    double mean = mathfn_exp(0.5 * up * up) * normal_cdf(up) +
                  mathfn_exp(0.5 * down * down) * normal_cdf(down);
    return mathfn_log(mean) - weight * params[GARCH_ALPHA] * mean_of_normal;
}
