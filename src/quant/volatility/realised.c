// SPDX-License-Identifier: Apache-2.0
#include "quant/volatility/realised.h"

#include <math.h>

#include "quant/math/mathfn.h"
#include "quant/math/normal.h"
#include "quant/math/sum.h"
#include "quant/stream/window.h"

static const double pi = 3.14159265358979323846;
static const double tripower_moment = 0.83086092502955924; // 2^(2/3) Gamma(7/6) / Gamma(1/2)
static const double parzen_constant = 3.5134;

static double products(const double *returns, size_t count, size_t factors, bool power);
static double parzen(double x);
static double mean_of_grids(const double *returns, size_t count, size_t scale, double *scratch);

double realised_variance(const double *returns, size_t count) {
    if (count < 1) return NAN;
    struct sum sum = {0};
    for (size_t i = 0; i < count; i++) sum_add(&sum, returns[i] * returns[i]);
    return sum_value(&sum);
}

double realised_bipower(const double *returns, size_t count) {
    return pi / 2 * products(returns, count, 2, false);
}

double realised_quadpower(const double *returns, size_t count) {
    return (double)count * (pi * pi / 4) * products(returns, count, 4, false);
}

double realised_tripower(const double *returns, size_t count) {
    double m = tripower_moment;
    return (double)count / (m * m * m) * products(returns, count, 3, true);
}

struct realised_jump realised_jump_test(const double *returns, size_t count, bool tripower) {
    struct realised_jump test = {.variance = realised_variance(returns, count),
                                 .bipower = realised_bipower(returns, count),
                                 .quarticity = tripower ? realised_tripower(returns, count)
                                                        : realised_quadpower(returns, count),
                                 .jump = NAN,
                                 .z = NAN,
                                 .p = NAN};
    if (count < 4) return test;
    test.jump = test.variance > test.bipower ? test.variance - test.bipower : 0;
    if (!(test.variance > 0)) return test;
    double spread = test.quarticity / (test.bipower * test.bipower);
    if (!(spread > 1)) spread = 1;
    test.z = sqrt((double)count / ((pi * pi / 4 + pi - 5) * spread)) *
             (1 - test.bipower / test.variance);
    test.p = normal_cdf(-test.z);
    return test;
}

double realised_two_scale(const double *returns, size_t count, size_t scale, bool adjust,
                          double *scratch) {
    if (scale < 2 || scale > count) return NAN;
    double share = (double)(count - scale + 1) / (double)scale / (double)count;
    double value =
        mean_of_grids(returns, count, scale, scratch) - share * realised_variance(returns, count);
    return adjust ? value / (1 - share) : value;
}

double realised_kernel(const double *returns, size_t count, size_t bandwidth) {
    if (count < 1) return NAN;
    struct sum kernel = {.total = realised_variance(returns, count)};
    for (size_t h = 1; h <= bandwidth && h < count; h++) {
        double weight = parzen((double)h / ((double)bandwidth + 1));
        struct sum covariance = {0};
        for (size_t i = h; i < count; i++) sum_add(&covariance, returns[i] * returns[i - h]);
        sum_add(&kernel, 2 * weight * sum_value(&covariance));
    }
    return sum_value(&kernel);
}

size_t realised_kernel_bandwidth(const double *returns, size_t count, double *scratch) {
    if (count < 2) return 0;
    size_t scale = count / 20 + (count % 20 != 0);
    double variance =
        mean_of_grids(returns, count, scale, scratch) * (double)count / (double)(count - scale + 1);
    double noise = realised_variance(returns, count) / (2 * (double)count);
    if (!(variance > 0)) return 0;
    double bandwidth =
        ceil(parzen_constant * mathfn_pow(noise / variance, 0.4) * mathfn_pow((double)count, 0.6));
    return bandwidth < (double)count ? (size_t)bandwidth : count - 1;
}

// Sum over i of |r_i r_(i-1) ...| of so many neighbours, each to the power 4/3 or 1.
static double products(const double *returns, size_t count, size_t factors, bool power) {
    if (count < factors) return NAN;
    struct sum sum = {0};
    for (size_t i = factors - 1; i < count; i++) {
        double product = 1;
        for (size_t k = 0; k < factors; k++) product *= fabs(returns[i - k]);
        sum_add(&sum, power ? mathfn_pow(product, 4.0 / 3) : product);
    }
    return sum_value(&sum);
}

static double parzen(double x) {
    double rest = 1 - x;
    return x <= 0.5 ? 1 - 6 * x * x * rest : 2 * rest * rest * rest;
}

// The sum over i of (r_i + ... + r_(i-scale+1))^2, over scale.
static double mean_of_grids(const double *returns, size_t count, size_t scale, double *scratch) {
    struct window_sum window = window_sum_make((uint32_t)scale);
    struct sum squares = {0};
    for (size_t i = 0; i < count; i++) {
        double step = window_sum_push(&window, scratch, returns[i]);
        if (window.at.full) sum_add(&squares, step * step);
    }
    return sum_value(&squares) / (double)scale;
}
