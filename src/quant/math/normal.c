// SPDX-License-Identifier: Apache-2.0
#include "quant/math/normal.h"

#include <math.h>
#include <stddef.h>

#include "quant/math/legendre.h"
#include "quant/math/mathfn.h"

static const double sqrt_two_pi = 2.5066282746310005024;

static double upper_tail(double x);
static double start_of_quantile(double p);

double normal_pdf(double x) {
    return mathfn_exp(-0.5 * x * x) / sqrt_two_pi;
}

double normal_cdf(double x) {
    if (isnan(x)) return NAN;
    if (x <= -2.5) return upper_tail(-x);
    if (x >= 2.5) return 1 - upper_tail(x);
    // 1/2 + pdf(x) (x + x^3/3 + x^5/(3 5) + ...)
    double term = x, sum = x;
    for (int i = 3; fabs(term) > 1e-18 * fabs(sum); i += 2) {
        term *= x * x / (double)i;
        sum += term;
    }
    return 0.5 + normal_pdf(x) * sum;
}

double normal_quantile(double p) {
    if (!(p >= 0 && p <= 1)) return NAN;
    if (p == 0) return -INFINITY;
    if (p == 1) return INFINITY;
    if (p == 0.5) return 0;
    // The upper half by symmetry of the exact 1 - p keeps digits where cdf runs into 1.
    if (p > 0.5) return -normal_quantile(1 - p);
    double x = start_of_quantile(p);
    // Cubic convergence from an error of 4.5e-4: two steps reach rounding as far out as p = 1e-300.
    for (int step = 0; step < 2; step++) {
        double error = (normal_cdf(x) - p) / normal_pdf(x);
        x -= error / (1 + 0.5 * x * error);
    }
    return x;
}

double normal_cdf_two(double a, double b, double rho) {
    double end = mathfn_asin(rho), sum = 0;
    for (size_t i = 0; i < LEGENDRE_NODES; i++) {
        double angle = 0.5 * end * (1 + legendre_x[i]);
        double sine = mathfn_sin(angle), rest = 1 - sine * sine;
        if (rest > 0)
            sum += legendre_w[i] * mathfn_exp((2 * a * b * sine - a * a - b * b) / (2 * rest));
    }
    return normal_cdf(a) * normal_cdf(b) + sum * end / (4 * 3.14159265358979323846);
}

// Q(x) = pdf(x) / (x + 1 / (x + 2 / (x + 3 / ...))), x >= 2.5, evaluated from the inside.
static double upper_tail(double x) {
    double fraction = x;
    for (int i = 60; i > 0; i--) fraction = x + (double)i / fraction;
    return normal_pdf(x) / fraction;
}

// p <= 1/2.
static double start_of_quantile(double p) {
    double t = sqrt(-2 * mathfn_log(p));
    double top = 2.515517 + t * (0.802853 + t * 0.010328);
    double bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
    return top / bottom - t;
}
