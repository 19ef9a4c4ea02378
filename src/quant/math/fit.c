// SPDX-License-Identifier: Apache-2.0
#include "quant/math/fit.h"

#include <math.h>
#include <stdbool.h>

#include "quant/math/distribution.h"
#include "quant/math/mathfn.h"
#include "quant/math/normal.h"

// log of the square root of 2 pi.
static const double log_sqrt_two_pi = 0.91893853320467274178;

// Sums over the values.
struct moments {
    double n, least, mean, log_mean,
        log_square; // mean of the logarithms, mean of their squared distance from it
};

const char *fit_name(enum fit_family family) {
    static const char *const names[FIT_FAMILIES] = {"exponential", "gamma", "lognormal", "pareto"};
    return names[family];
}

static struct moments moments_of(const double *sorted, size_t count, bool logs) {
    struct moments sums = {.n = (double)count, .least = sorted[0]};
    for (size_t i = 0; i < count; i++) {
        sums.mean += sorted[i] / sums.n;
        if (logs) sums.log_mean += mathfn_log(sorted[i]) / sums.n;
    }
    for (size_t i = 0; logs && i < count; i++) {
        double distance = mathfn_log(sorted[i]) - sums.log_mean;
        sums.log_square += distance * distance / sums.n;
    }
    return sums;
}

static void fit_exponential(const struct moments *of, struct fit *fit) {
    fit->a = of->least;
    fit->b = of->mean - of->least;
    fit->log_likelihood = -of->n * (mathfn_log(fit->b) + 1);
}

// log b - digamma(b) falls from infinity to 0: halved on a logarithmic scale.
static double gamma_shape(double gap) {
    double low = -30, high = 60; // of log b
    for (int i = 0; i < 200 && low < high; i++) {
        double middle = low + (high - low) / 2, shape = mathfn_exp(middle);
        if (middle - distribution_digamma(shape) > gap)
            low = middle;
        else
            high = middle;
    }
    return mathfn_exp(low + (high - low) / 2);
}

static void fit_gamma(const struct moments *of, struct fit *fit) {
    fit->a = of->mean;
    fit->b = gamma_shape(mathfn_log(of->mean) - of->log_mean);
    double log_scale = mathfn_log(fit->a) - mathfn_log(fit->b);
    fit->log_likelihood = of->n * ((fit->b - 1) * of->log_mean - fit->b -
                                   distribution_log_gamma(fit->b) - fit->b * log_scale);
}

static void fit_lognormal(const struct moments *of, struct fit *fit) {
    fit->a = mathfn_exp(of->log_mean);
    fit->b = sqrt(of->log_square);
    fit->log_likelihood = -of->n * (of->log_mean + mathfn_log(fit->b) + log_sqrt_two_pi + 0.5);
}

static void fit_pareto(const struct moments *of, struct fit *fit) {
    fit->a = of->least;
    fit->b = 1 / (of->log_mean - mathfn_log(of->least));
    fit->log_likelihood =
        of->n * (mathfn_log(fit->b) + fit->b * mathfn_log(fit->a) - (fit->b + 1) * of->log_mean);
}

double fit_cdf(enum fit_family family, double a, double b, double x) {
    switch (family) {
    case FIT_EXPONENTIAL:
        return x <= a ? 0 : -mathfn_expm1(-(x - a) / b);
    case FIT_GAMMA:
        return x <= 0 ? 0 : distribution_gamma_lower(b, x / (a / b));
    case FIT_LOGNORMAL:
        return x <= 0 ? 0 : normal_cdf((mathfn_log(x) - mathfn_log(a)) / b);
    default:
        return x <= a ? 0 : -mathfn_expm1(b * (mathfn_log(a) - mathfn_log(x)));
    }
}

double fit_ks(enum fit_family family, double a, double b, const double *sorted, size_t count) {
    double most = 0, n = (double)count;
    for (size_t i = 0; i < count; i++) {
        double at = fit_cdf(family, a, b, sorted[i]);
        most = fmax(most, fmax(at - (double)i / n, (double)(i + 1) / n - at));
    }
    return most;
}

double fit_ks_tail(double d, size_t count) {
    double root = sqrt((double)count), x = (root + 0.12 + 0.11 / root) * d, sum = 0;
    if (x < 0.2) return 1; // of the series nothing is left but roundings: 1 to 12 digits
    for (int k = 1; k <= 100; k++) {
        double term = mathfn_exp(-2 * x * x * k * k);
        sum += k % 2 ? term : -term;
        if (term < 1e-18) break;
    }
    return fmin(1, fmax(0, 2 * sum));
}

int fit_make(enum fit_family family, const double *sorted, size_t count, struct fit *ret_fit) {
    static void (*const fits[FIT_FAMILIES])(const struct moments *, struct fit *) = {
        fit_exponential, fit_gamma, fit_lognormal, fit_pareto};
    bool logs = family != FIT_EXPONENTIAL;
    if (count < 2)
        return ERR_SET(ERR_ARGUMENT, "%s: two values are the least for a fit", fit_name(family));
    if (sorted[0] < 0 || (logs && sorted[0] == 0))
        return ERR_SET(ERR_ARGUMENT, "%s: a value is %s", fit_name(family),
                       sorted[0] < 0 ? "below 0" : "0, which this distribution never is");
    if (sorted[count - 1] == sorted[0])
        return ERR_SET(ERR_ARGUMENT, "%s: all values are the same", fit_name(family));
    const struct moments moments = moments_of(sorted, count, logs);
    fits[family](&moments, ret_fit);
    ret_fit->ks = fit_ks(family, ret_fit->a, ret_fit->b, sorted, count);
    ret_fit->p = fit_ks_tail(ret_fit->ks, count);
    return 0;
}
