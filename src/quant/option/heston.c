// SPDX-License-Identifier: Apache-2.0
#include "quant/option/heston.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "quant/math/legendre.h"
#include "quant/math/mathfn.h"

#define PI 3.14159265358979323846

// Complex numbers of our own: what a compiler makes of _Complex division is not the same everywhere.
struct point {
    double re, im;
};

static struct point add(struct point a, struct point b) {
    return (struct point){a.re + b.re, a.im + b.im};
}

static struct point less(struct point a, struct point b) {
    return (struct point){a.re - b.re, a.im - b.im};
}

static struct point times(struct point a, struct point b) {
    return (struct point){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static struct point scaled(double factor, struct point a) {
    return (struct point){factor * a.re, factor * a.im};
}

static struct point over(struct point a, struct point b) {
    double scale = fmax(fabs(b.re), fabs(b.im));
    struct point unit = {b.re / scale, b.im / scale};
    double square = (unit.re * unit.re + unit.im * unit.im) * scale;
    return (struct point){(a.re * unit.re + a.im * unit.im) / square,
                          (a.im * unit.re - a.re * unit.im) / square};
}

// The root with a real part >= 0.
static struct point root(struct point a) {
    double scale = fmax(fabs(a.re), fabs(a.im));
    if (scale == 0) return a;
    double re = a.re / scale, im = a.im / scale, length = sqrt(re * re + im * im);
    double large = sqrt(0.5 * (length + fabs(re))), small = 0.5 * im / large, unit = sqrt(scale);
    if (re >= 0) return (struct point){unit * large, unit * small};
    return (struct point){unit * fabs(small), im < 0 ? -unit * large : unit * large};
}

static struct point exponential(struct point a) {
    double length = mathfn_exp(a.re);
    return (struct point){length * mathfn_cos(a.im), length * mathfn_sin(a.im)};
}

// ln(1 + a), with the digits of a small a.
static struct point log_of_one_and(struct point a) {
    double more = a.re * (2 + a.re) + a.im * a.im;
    return (struct point){0.5 * mathfn_log1p(more), mathfn_atan2(a.im, 1 + a.re)};
}

struct lewis {
    const struct heston *heston;
    double years;
    double money; // ln(forward / strike)
};

// ln of the characteristic function of the log forward's return at u - i/2, where u^2 + i u is the real w.
static struct point log_characteristic(const struct lewis *lewis, double u, double w) {
    const struct heston *h = lewis->heston;
    struct point one = {1, 0};
    struct point xi = {h->kappa - 0.5 * h->sigma * h->rho, -h->sigma * h->rho * u};
    struct point d = root(add(times(xi, xi), (struct point){h->sigma * h->sigma * w, 0}));
    struct point sum = add(xi, d);
    struct point e = exponential(scaled(-lewis->years, d)), rest = less(one, e);
    struct point pull = over((struct point){-w, 0}, sum); // (xi - d) / sigma^2
    struct point g = scaled(h->sigma * h->sigma, over(pull, sum));
    struct point inner = over(times(pull, rest), scaled(2, d));
    struct point log = log_of_one_and(scaled(h->sigma * h->sigma, inner));
    struct point constant =
        less(scaled(lewis->years, pull), scaled(2 / (h->sigma * h->sigma), log));
    struct point slope = over(times(pull, rest), less(one, times(g, e)));
    return add(scaled(h->kappa * h->theta, constant), scaled(h->v0, slope));
}

static double integrand(const struct lewis *lewis, double u) {
    double w = u * u + 0.25;
    struct point exponent = log_characteristic(lewis, u, w);
    return mathfn_exp(exponent.re) * mathfn_cos(exponent.im + u * lewis->money) / w;
}

static double panel(const struct lewis *lewis, double low, double high) {
    double half = 0.5 * (high - low), middle = 0.5 * (high + low), sum = 0;
    for (int i = 0; i < LEGENDRE_NODES; i++)
        sum += legendre_w[i] * integrand(lewis, middle + half * legendre_x[i]);
    return half * sum;
}

// Halves until a panel equals the sum of its halves: what is left is far below that difference.
enum { DEPTH_MAX = 24, DOUBLINGS_MAX = 30 };
static const double same = 1e-13, gone = 1e-17;

static bool stretch(const struct lewis *lewis, double low, double high, double *ret_sum) {
    double highs[DEPTH_MAX + 1], wholes[DEPTH_MAX + 1], sum = 0;
    size_t count = 1;
    highs[0] = high;
    wholes[0] = panel(lewis, low, high);
    while (count > 0) {
        double end = highs[count - 1], middle = 0.5 * (low + end);
        double left = panel(lewis, low, middle), right = panel(lewis, middle, end);
        if (fabs(left + right - wholes[count - 1]) <= same) {
            sum += left + right;
            low = end;
            count--;
            continue;
        }
        if (count > DEPTH_MAX) return false;
        wholes[count - 1] = right;
        highs[count] = middle;
        wholes[count++] = left;
    }
    *ret_sum = sum;
    return isfinite(sum);
}

// Stretches of doubling width until |characteristic| / u, which bounds what follows where it falls faster than
// 1 / u, is gone.
static int integrate(const struct lewis *lewis, double *ret_integral) {
    double sum = 0, low = 0, high = 1;
    for (int k = 0; k < DOUBLINGS_MAX; k++) {
        double part;
        if (!stretch(lewis, low, high, &part)) break;
        sum += part;
        double w = high * high + 0.25;
        if (mathfn_exp(log_characteristic(lewis, high, w).re) / high < gone) {
            *ret_integral = sum;
            return 0;
        }
        low = high;
        high *= 2;
    }
    return ERR_SET(ERR_CONVERGE, "Heston's integral does not die away with these parameters");
}

static int check(const struct option_terms *option, const struct heston *h) {
    enum option_fault fault = option_fault(option);
    if (option->model == OPTION_BACHELIER)
        return ERR_SET(ERR_UNSUPPORTED, "Heston's model is of a lognormal spot, not Bachelier's");
    if (fault != OPTION_SOUND)
        return ERR_SET(ERR_ARGUMENT, "the option's terms are %s", option_fault_name(fault));
    if (!(h->v0 >= 0 && h->theta >= 0 && h->v0 + h->theta > 0 && isfinite(h->v0 + h->theta)))
        return ERR_SET(ERR_ARGUMENT, "v0 and theta are variances from 0 on, not both 0");
    if (!(h->kappa > 0 && isfinite(h->kappa)))
        return ERR_SET(ERR_ARGUMENT, "kappa is a number above 0, not %g", h->kappa);
    if (!(h->sigma > 0 && isfinite(h->sigma)))
        return ERR_SET(ERR_ARGUMENT, "sigma is a number above 0, not %g", h->sigma);
    if (!(h->rho > -1 && h->rho < 1))
        return ERR_SET(ERR_ARGUMENT, "rho lies between -1 and 1, not at %g", h->rho);
    return 0;
}

int heston_price(const struct option_terms *option, const struct heston *heston,
                 double *ret_price) {
    TRY(check(option, heston));
    double yield = option->model == OPTION_BLACK_76 ? option->rate : option->yield;
    double carry = (option->rate - yield) * option->years;
    double discount = mathfn_exp(-option->rate * option->years);
    double forward = option->spot * mathfn_exp(carry), integral;
    struct lewis lewis = {heston, option->years, mathfn_log(option->spot / option->strike) + carry};
    TRY(integrate(&lewis, &integral));
    double covered = sqrt(forward * option->strike) / PI * integral;
    double held = option->side == OPTION_CALL ? forward : option->strike;
    *ret_price = fmax(discount * (held - covered), 0);
    return 0;
}
