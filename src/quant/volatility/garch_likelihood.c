// SPDX-License-Identifier: Apache-2.0
// The likelihood of quant/volatility/garch.h and its derivatives. One pass over the returns carries the variance
// and its derivatives by every parameter; the passes are written once and compiled for each model,
// law and want.
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "quant/math/distribution.h"
#include "quant/math/mathfn.h"
#include "quant/volatility/garch.h"

#define INLINE static inline __attribute__((always_inline))

enum { DYNAMIC = GARCH_NU }; // the parameters that the variance depends on
enum want { VALUE, GRADIENT, OUTER };

static const double ln_two_pi = 1.83787706640934548356;
static const double ln2 = 0.69314718055994530942;
static const double mean_of_normal = 0.79788456080286535588; // sqrt(2 / pi)
enum { FOLD_ROWS = 512 };                                    // factors below 2 whose product fits

// The sum of many logarithms at the price of one: a product of significands and a sum of exponents.
// Factors are positive, finite and normal.
struct log_product {
    double product;
    int64_t exponent;
};

INLINE void log_product_add(struct log_product *p, double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    p->exponent += (int64_t)(bits >> 52) - 1023;
    bits = (bits & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x3ff0000000000000);
    memcpy(&x, &bits, sizeof x);
    p->product *= x;
}

// After at most FOLD_ROWS factors.
INLINE void log_product_fold(struct log_product *p) {
    double product = p->product;
    p->product = 1;
    log_product_add(p, product);
}

static double log_product_value(const struct log_product *p) {
    return mathfn_log(p->product) + (double)p->exponent * ln2;
}

// What the passes add up, by law.
struct terms {
    double nu;
    double square;            // of z; under Student's t of nothing
    struct log_product tails; // 1 + z^2 / (nu - 2)
    double pull;              // of k below
    double gradient[GARCH_PARAMS];
    double outer[GARCH_PARAMS * GARCH_PARAMS];
    double nu_each; // the part of the derivative by nu that is the same for every term
};

static struct terms terms_make(const double *params, bool student) {
    struct terms terms = {.nu = params[GARCH_NU], .tails = {.product = 1}};
    double nu = terms.nu;
    if (student)
        terms.nu_each = 0.5 * (distribution_digamma((nu + 1) / 2) - distribution_digamma(nu / 2) -
                               1 / (nu - 2));
    return terms;
}

// One term, square = z^2: adds its value; returns k, with 2 d ln density / d ln h = k - 1 and
// d ln density / d e = -(k / z^2) e / h; *ret_share is k / z^2.
INLINE double terms_add(struct terms *terms, double square, bool student, double *ret_share) {
    if (!student) {
        terms->square += square;
        *ret_share = 1;
        return square;
    }
    double nu = terms->nu, tail = 1 + square / (nu - 2);
    log_product_add(&terms->tails, tail);
    *ret_share = (nu + 1) / ((nu - 2) * tail);
    terms->pull += square * *ret_share;
    return square * *ret_share;
}

INLINE void terms_derive(struct terms *terms, const double *derivative, double square, double k,
                         bool student, enum want want) {
    for (int i = 0; i < DYNAMIC; i++) terms->gradient[i] += derivative[i];
    if (want != OUTER) return;
    double all[GARCH_PARAMS];
    memcpy(all, derivative, DYNAMIC * sizeof *all);
    double spread = terms->nu - 2;
    all[GARCH_NU] =
        student ? terms->nu_each - 0.5 * mathfn_log1p(square / spread) + 0.5 * k / spread : 0;
    for (int i = 0; i < GARCH_PARAMS; i++)
        for (int j = 0; j < GARCH_PARAMS; j++)
            terms->outer[i * GARCH_PARAMS + j] += all[i] * all[j];
}

// The whole, given the sum of ln h.
static double terms_end(struct terms *terms, double log_variances, size_t count, bool student) {
    double n = (double)count, nu = terms->nu;
    if (!student) return -0.5 * (n * ln_two_pi + log_variances + terms->square);
    double tails = log_product_value(&terms->tails);
    terms->gradient[GARCH_NU] = n * terms->nu_each - 0.5 * tails + 0.5 * terms->pull / (nu - 2);
    double each = mathfn_log_gamma((nu + 1) / 2) - mathfn_log_gamma(nu / 2) -
                  0.5 * (ln_two_pi - ln2 + mathfn_log(nu - 2));
    return n * each - 0.5 * log_variances - 0.5 * (nu + 1) * tails;
}

// The variance before the sample, and its derivative by mu.
static double start_of(const struct garch_spec *spec, const struct garch_sample *sample, double mu,
                       double *ret_slope) {
    double shift = sample->mean - mu;
    *ret_slope = spec->init == GARCH_BACKCAST ? 0 : -2 * shift;
    return spec->init == GARCH_BACKCAST ? sample->backcast : sample->variance + shift * shift;
}

struct start {
    double variance;
    double slope;
};

INLINE double pass_plain(const double *p, const struct garch_sample *sample, struct start start,
                         struct terms *ret_terms, bool lever, bool student, enum want want) {
    struct terms sums = *ret_terms, *terms = &sums; // so that they stay in registers
    double mu = p[GARCH_MU], omega = p[GARCH_OMEGA], alpha = p[GARCH_ALPHA], beta = p[GARCH_BETA];
    double gamma = lever ? p[GARCH_GAMMA] : 0, before = alpha + 0.5 * gamma + beta;
    double pivot = isnan(sample->pivot) ? mu : sample->pivot;
    double h = omega + before * start.variance;
    double d_mu = before * start.slope, d_omega = 1, d_alpha = start.variance;
    double d_gamma = 0.5 * start.variance, d_beta = start.variance;
    struct log_product variances = {.product = 1};
    for (size_t t = 0; t < sample->count; t++) {
        if (!(h >= DBL_MIN && h <= DBL_MAX)) return NAN;
        double e = sample->returns[t] - mu, square = e * e, inverse = 1 / h, share;
        log_product_add(&variances, h);
        double k = terms_add(terms, square * inverse, student, &share);
        if (want != VALUE) {
            double by_h = 0.5 * (k - 1) * inverse;
            double derivative[DYNAMIC] = {by_h * d_mu + share * e * inverse, by_h * d_omega,
                                          by_h * d_alpha, lever ? by_h * d_gamma : 0,
                                          by_h * d_beta};
            terms_derive(terms, derivative, square * inverse, k, student, want);
        }
        bool fell = sample->returns[t] < pivot;
        double news = lever && fell ? alpha + gamma : alpha;
        if (want != VALUE) {
            d_mu = beta * d_mu - 2 * news * e;
            d_omega = beta * d_omega + 1;
            d_alpha = beta * d_alpha + square;
            d_gamma = beta * d_gamma + (fell ? square : 0);
            d_beta = beta * d_beta + h;
        }
        h = omega + news * square + beta * h;
        if (t % FOLD_ROWS == FOLD_ROWS - 1) {
            log_product_fold(&variances);
            log_product_fold(&terms->tails);
        }
    }
    *ret_terms = sums;
    return log_product_value(&variances);
}

INLINE double pass_exponential(const double *p, const struct garch_sample *sample,
                               struct start start, struct terms *ret_terms, bool student,
                               enum want want) {
    struct terms sums = *ret_terms, *terms = &sums;
    double mu = p[GARCH_MU], omega = p[GARCH_OMEGA], alpha = p[GARCH_ALPHA];
    double gamma = p[GARCH_GAMMA], beta = p[GARCH_BETA];
    double pivot = isnan(sample->pivot) ? mu : sample->pivot;
    double before = mathfn_log(start.variance), l = omega + beta * before, sum = 0;
    double d[DYNAMIC] = {
        [GARCH_MU] = beta * start.slope / start.variance, [GARCH_OMEGA] = 1, [GARCH_BETA] = before};
    for (size_t t = 0; t < sample->count; t++) {
        if (!(fabs(l) <= 700)) return NAN;
        double scale = mathfn_exp(-0.5 * l), z = (sample->returns[t] - mu) * scale, share;
        sum += l;
        double k = terms_add(terms, z * z, student, &share);
        bool fell = sample->returns[t] < pivot;
        double size = (fell ? -z : z) - mean_of_normal;
        if (want != VALUE) {
            double derivative[DYNAMIC], by_z = (fell ? -alpha : alpha) + gamma;
            double keep = beta - 0.5 * z * by_z;
            for (int i = 0; i < DYNAMIC; i++) derivative[i] = 0.5 * (k - 1) * d[i];
            derivative[GARCH_MU] += share * z * scale;
            terms_derive(terms, derivative, z * z, k, student, want);
            d[GARCH_MU] = keep * d[GARCH_MU] - by_z * scale;
            d[GARCH_OMEGA] = keep * d[GARCH_OMEGA] + 1;
            d[GARCH_ALPHA] = keep * d[GARCH_ALPHA] + size;
            d[GARCH_GAMMA] = keep * d[GARCH_GAMMA] + z;
            d[GARCH_BETA] = keep * d[GARCH_BETA] + l;
        }
        l = omega + alpha * size + gamma * z + beta * l;
        if (t % FOLD_ROWS == FOLD_ROWS - 1) log_product_fold(&terms->tails);
    }
    *ret_terms = sums;
    return sum;
}

// Every combination is a function of its own.
#define PASSES(want_)                                                                              \
    switch (spec->model) {                                                                         \
    case GARCH_PLAIN:                                                                              \
        return student ? pass_plain(p, sample, start, terms, false, true, want_)                   \
                       : pass_plain(p, sample, start, terms, false, false, want_);                 \
    case GARCH_GJR:                                                                                \
        return student ? pass_plain(p, sample, start, terms, true, true, want_)                    \
                       : pass_plain(p, sample, start, terms, true, false, want_);                  \
    case GARCH_EXPONENTIAL:                                                                        \
        break;                                                                                     \
    }                                                                                              \
    return student ? pass_exponential(p, sample, start, terms, true, want_)                        \
                   : pass_exponential(p, sample, start, terms, false, want_)

#define PASS(name, want_)                                                                          \
    static double name(const struct garch_spec *spec, const double *p,                             \
                       const struct garch_sample *sample, struct start start,                      \
                       struct terms *terms) {                                                      \
        bool student = spec->law == GARCH_STUDENT;                                                 \
        PASSES(want_);                                                                             \
    }

PASS(pass_value, VALUE)
PASS(pass_gradient, GRADIENT)
PASS(pass_outer, OUTER)

double garch_loglik(const struct garch_spec *spec, const double *params,
                    const struct garch_sample *sample, double *ret_gradient, double *ret_outer) {
    bool student = spec->law == GARCH_STUDENT;
    if (student && !(params[GARCH_NU] > 2)) return NAN;
    struct terms terms = terms_make(params, student);
    struct start start;
    start.variance = start_of(spec, sample, params[GARCH_MU], &start.slope);
    double log_variances = (ret_gradient == NULL ? pass_value
                            : ret_outer == NULL  ? pass_gradient
                                                 : pass_outer)(spec, params, sample, start, &terms);
    double value = terms_end(&terms, log_variances, sample->count, student);
    if (ret_gradient != NULL) memcpy(ret_gradient, terms.gradient, sizeof terms.gradient);
    if (ret_outer != NULL) memcpy(ret_outer, terms.outer, sizeof terms.outer);
    return value;
}

int garch_filter(const struct garch_spec *spec, const double *params,
                 const struct garch_sample *sample, double *ret_variances, double *ret_loglik) {
    const char *fault = garch_fault(spec, params);
    if (fault != NULL) return ERR_SET(ERR_ARGUMENT, "%s", fault);
    double slope, h, start = start_of(spec, sample, params[GARCH_MU], &slope);
    double value = garch_loglik(spec, params, sample, NULL, NULL);
    if (!isfinite(value))
        return ERR_SET(ERR_ARGUMENT, "the variances under these parameters are not numbers");
    if (spec->model == GARCH_EXPONENTIAL)
        h = mathfn_exp(params[GARCH_OMEGA] + params[GARCH_BETA] * mathfn_log(start));
    else
        h = params[GARCH_OMEGA] + garch_persistence(spec, params) * start;
    for (size_t t = 0; t < sample->count; t++) {
        ret_variances[t] = h;
        h = garch_next(spec, params, sample->returns[t], h);
    }
    *ret_loglik = value;
    return 0;
}
