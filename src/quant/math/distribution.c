// SPDX-License-Identifier: Apache-2.0
#include "quant/math/distribution.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "quant/math/mathfn.h"
#include "quant/math/normal.h"

static const double two_pi = 6.283185307179586477;
static const double half_log_two_pi = 0.918938533204672742;
static const double tiny = 1e-300;

enum { TERMS_MAX = 1000000, BRACKETS = 14 }; // brackets widen by 1, 2, 4, ... 8192

// A distribution on (0, inf) whose quantile is looked for: the tail above or below x.
struct tail {
    double (*of)(const struct tail *tail, double x, bool upper);
    double first;
    double second;
};

static double stirling_error(double n);
static double deviance(double x, double mean);
static double gamma_term(double a, double x);
static double beta_term(double a, double b, double x, double y);
static double quantile(const struct tail *tail, double p);

double distribution_log_gamma(double x) {
    if (!(x > 0)) return NAN;
    if (x == 1 || x == 2) return 0;
    // Gamma(x) = Gamma(x + 1) / x.
    return (x - 0.5) * mathfn_log(x) - x + half_log_two_pi + stirling_error(x);
}

// P by its series, which converges fast below a + 1.
static double gamma_series(double a, double x) {
    double term = 1, sum = 1;
    for (int k = 1; k < TERMS_MAX && term > DBL_EPSILON * 0.01 * sum; k++) {
        term *= x / (a + (double)k);
        sum += term;
    }
    return gamma_term(a, x) * sum;
}

// Q by its continued fraction (Lentz's evaluation), above a + 1.
static double gamma_fraction(double a, double x) {
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, value = d;
    for (int k = 1; k < TERMS_MAX; k++) {
        double numerator = -(double)k * ((double)k - a);
        b += 2;
        d = numerator * d + b;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = b + numerator / c;
        c = fabs(c) < tiny ? tiny : c;
        value *= d * c;
        if (fabs(d * c - 1) < DBL_EPSILON) break;
    }
    return gamma_term(a, x) * a * value;
}

// The recurrence up to 10 (Abramowitz and Stegun 6.3.5), from there the asymptotic series 6.3.18.
double distribution_digamma(double x) {
    if (!(x > 0)) return NAN;
    double sum = 0;
    for (; x < 10; x++) sum -= 1 / x;
    double r = 1 / (x * x);
    double series = r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r * (1.0 / 240 - r / 132))));
    return sum + mathfn_log(x) - 0.5 / x - series;
}

double distribution_gamma_lower(double a, double x) {
    if (!(a > 0 && x >= 0) || isinf(a)) return NAN;
    if (x == 0) return 0;
    if (isinf(x)) return 1;
    return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

double distribution_gamma_upper(double a, double x) {
    if (!(a > 0 && x >= 0) || isinf(a)) return NAN;
    if (x == 0) return 1;
    if (isinf(x)) return 0;
    return x < a + 1 ? 1 - gamma_series(a, x) : gamma_fraction(a, x);
}

static double beta_fraction(double a, double b, double x, double y) {
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double value = d;
    for (int k = 1; k < TERMS_MAX; k++) {
        double m = (double)k, even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 + even * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + even / c;
        c = fabs(c) < tiny ? tiny : c;
        value *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + odd * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + odd / c;
        c = fabs(c) < tiny ? tiny : c;
        value *= d * c;
        if (fabs(d * c - 1) < DBL_EPSILON) break;
    }
    return beta_term(a, b, x, y) / a * value;
}

double distribution_beta(double a, double b, double x, double y) {
    if (!(a > 0 && b > 0 && x >= 0 && y >= 0) || isinf(a) || isinf(b)) return NAN;
    if (x == 0) return 0;
    if (y == 0) return 1;
    return x <= (a + 1) / (a + b + 2) ? beta_fraction(a, b, x, y) : 1 - beta_fraction(b, a, y, x);
}

double distribution_chi2_cdf(double x, double df) {
    return x <= 0 && df > 0 ? 0 : distribution_gamma_lower(df / 2, x / 2);
}

double distribution_chi2_tail(double x, double df) {
    return x <= 0 && df > 0 ? 1 : distribution_gamma_upper(df / 2, x / 2);
}

static double chi2_tail(const struct tail *tail, double x, bool upper) {
    return upper ? distribution_chi2_tail(x, tail->first) : distribution_chi2_cdf(x, tail->first);
}

double distribution_chi2_quantile(double p, double df) {
    if (!(df > 0) || isinf(df)) return NAN;
    return quantile(&(struct tail){.of = chi2_tail, .first = df}, p);
}

double distribution_t_pdf(double x, double df) {
    if (!(df > 0) || isnan(x)) return NAN;
    if (isinf(df)) return normal_pdf(x);
    double ratio = distribution_log_gamma((df + 1) / 2) - distribution_log_gamma(df / 2);
    if (df > 100) // the same difference from Stirling's form, where the logarithms would cancel
        ratio = stirling_error((df + 1) / 2) - stirling_error(df / 2) + 0.5 * mathfn_log(df / 2) +
                (df / 2) * mathfn_log1p(1 / df) - 0.5;
    return mathfn_exp(ratio - (df + 1) / 2 * mathfn_log1p(x * x / df)) / sqrt(df * two_pi / 2);
}

double distribution_t_two_sided(double x, double df) {
    if (!(df > 0) || isnan(x)) return NAN;
    if (isinf(df)) return distribution_normal_two_sided(x);
    if (isinf(x)) return 0;
    double square = x * x;
    if (isinf(square)) return distribution_beta(df / 2, 0.5, df / fabs(x) / fabs(x), 1);
    return distribution_beta(df / 2, 0.5, df / (df + square), square / (df + square));
}

double distribution_t_cdf(double x, double df) {
    double outside = distribution_t_two_sided(x, df);
    return x <= 0 ? 0.5 * outside : 1 - 0.5 * outside;
}

static double t_tail(const struct tail *tail, double x, bool upper) {
    double outside = distribution_t_two_sided(x, tail->first);
    return upper ? outside : 1 - outside;
}

double distribution_t_quantile(double p, double df) {
    if (!(df > 0) || !(p >= 0 && p <= 1)) return NAN;
    if (isinf(df)) return normal_quantile(p);
    if (p == 0.5) return 0;
    // |X| is a distribution on (0, inf), and 1 - p is exact above a half.
    double outside = 2 * (p < 0.5 ? p : 1 - p);
    double size = outside == 0 ? INFINITY : 0;
    if (outside > 0) {
        struct tail tail = {.of = t_tail, .first = df};
        // Above 1/2 of the mass outside, 1 - outside = 2 |p - 1/2| keeps the digits.
        size = quantile(&tail, outside < 0.5 ? -outside : 2 * fabs(p - 0.5));
    }
    return p < 0.5 ? -size : size;
}

double distribution_f_cdf(double x, double df1, double df2) {
    if (x <= 0 && df1 > 0 && df2 > 0) return 0;
    double whole = df2 + df1 * x;
    return isinf(x) ? 1 : distribution_beta(df1 / 2, df2 / 2, df1 * x / whole, df2 / whole);
}

double distribution_f_tail(double x, double df1, double df2) {
    if (x <= 0 && df1 > 0 && df2 > 0) return 1;
    double whole = df2 + df1 * x;
    return isinf(x) ? 0 : distribution_beta(df2 / 2, df1 / 2, df2 / whole, df1 * x / whole);
}

static double f_tail(const struct tail *tail, double x, bool upper) {
    return upper ? distribution_f_tail(x, tail->first, tail->second)
                 : distribution_f_cdf(x, tail->first, tail->second);
}

double distribution_f_quantile(double p, double df1, double df2) {
    if (!(df1 > 0 && df2 > 0) || isinf(df1) || isinf(df2)) return NAN;
    return quantile(&(struct tail){.of = f_tail, .first = df1, .second = df2}, p);
}

double distribution_normal_two_sided(double z) {
    return 2 * normal_cdf(-fabs(z));
}

// log n! less Stirling's (n + 1/2) log n - n + log(2 pi) / 2, n > 0.
static double stirling_error(double n) {
    double shifted = 0;
    while (n < 16) {
        shifted += (n + 0.5) * mathfn_log1p(1 / n) - 1;
        n++;
    }
    double s = 1 / (n * n);
    double series =
        (1.0 / 12 -
         s * (1.0 / 360 -
              s * (1.0 / 1260 - s * (1.0 / 1680 - s * (1.0 / 1188 - s * (691.0 / 360360)))))) /
        n;
    return shifted + series;
}

// x log(x / mean) + mean - x without cancellation near x = mean.
static double deviance(double x, double mean) {
    double gap = x - mean;
    if (fabs(gap) >= 0.1 * (x + mean)) return x * mathfn_log(x / mean) - gap;
    double v = gap / (x + mean), sum = gap * v, power = 2 * x * v;
    for (int k = 1; k < 1000; k++) {
        power *= v * v;
        double next = sum + power / (double)(2 * k + 1);
        if (next == sum) break;
        sum = next;
    }
    return sum;
}

// x^a e^-x / Gamma(a + 1).
static double gamma_term(double a, double x) {
    return mathfn_exp(-stirling_error(a) - deviance(a, x)) / sqrt(two_pi * a);
}

// x^a y^b / B(a, b).
static double beta_term(double a, double b, double x, double y) {
    double n = a + b;
    double exponent = stirling_error(n) - stirling_error(a) - stirling_error(b) -
                      deviance(a, n * x) - deviance(b, n * y);
    return mathfn_exp(exponent) * sqrt(a * b / (two_pi * n));
}

// The x with mass p below it; -p: above it. Bisection of log x between a bracket found by doubling,
// sped up by secants (Illinois) that stay inside.
static double quantile(const struct tail *tail, double p) {
    bool upper = p < 0;
    p = fabs(p);
    if (!(p <= 1)) return NAN;
    if (p == 0 || p == 1) return (p == 0) == upper ? INFINITY : 0;
    if (!upper && p > 0.5) {
        upper = true;
        p = 1 - p;
    }
    double sign = upper ? -1 : 1, low = 0, high = 0;
    double at_low = 0, at_high = 0;
    for (int k = 0; k < BRACKETS; k++) {
        at_high = sign * (tail->of(tail, mathfn_exp(high), upper) - p);
        if (at_high >= 0 || high > 700) break;
        low = high;
        high = fmin(high + (double)(1 << k), 709);
    }
    for (int k = 0; k < BRACKETS; k++) {
        at_low = sign * (tail->of(tail, mathfn_exp(low), upper) - p);
        if (at_low <= 0 || low < -740) break;
        high = low;
        at_high = at_low;
        low = fmax(low - (double)(1 << k), -745);
    }
    for (int k = 0; k < 200 && high - low > DBL_EPSILON * fmax(1, fabs(low)); k++) {
        double middle = low + (high - low) * (k % 3 == 2 ? 0.5 : at_low / (at_low - at_high));
        if (!(middle > low && middle < high)) middle = low + (high - low) / 2;
        double at = sign * (tail->of(tail, mathfn_exp(middle), upper) - p);
        if (at == 0) return mathfn_exp(middle);
        if (at < 0) {
            low = middle;
            at_low = at;
        } else {
            high = middle;
            at_high = at;
        }
    }
    return mathfn_exp(fabs(at_low) < fabs(at_high) ? low : high);
}
