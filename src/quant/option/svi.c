// SPDX-License-Identifier: Apache-2.0
#include "quant/option/svi.h"

#include <math.h>

int svi_check(const struct svi *svi) {
    if (!isfinite(svi->a) || !isfinite(svi->b) || !isfinite(svi->m) || !isfinite(svi->sigma))
        return ERR_SET(ERR_ARGUMENT, "a parameter of the slice is not finite");
    if (!(svi->b >= 0 && svi->sigma > 0))
        return ERR_SET(ERR_ARGUMENT, "b of a slice is not below 0 and sigma above it");
    if (!(fabs(svi->rho) < 1)) return ERR_SET(ERR_ARGUMENT, "rho of a slice is between -1 and 1");
    if (svi->a + svi->b * svi->sigma * sqrt(1 - svi->rho * svi->rho) < 0)
        return ERR_SET(ERR_ARGUMENT, "the least variance of the slice is below 0");
    return 0;
}

double svi_variance(const struct svi *svi, double k, double *ret_slope, double *ret_bend) {
    double y = k - svi->m, length = sqrt(y * y + svi->sigma * svi->sigma);
    if (ret_slope != NULL) *ret_slope = svi->b * (svi->rho + y / length);
    if (ret_bend != NULL) *ret_bend = svi->b * svi->sigma * svi->sigma / (length * length * length);
    return svi->a + svi->b * (svi->rho * y + length);
}

struct svi_jw svi_to_jw(const struct svi *svi, double years) {
    double slope, w = svi_variance(svi, 0, &slope, NULL), root = sqrt(w);
    double least = svi->a + svi->b * svi->sigma * sqrt(1 - svi->rho * svi->rho);
    return (struct svi_jw){.v = w / years,
                           .psi = 0.5 * slope / root,
                           .p = svi->b * (1 - svi->rho) / root,
                           .c = svi->b * (1 + svi->rho) / root,
                           .vt = least / years};
}

int svi_from_jw(const struct svi_jw *jw, double years, struct svi *ret_svi) {
    double w = jw->v * years, root = sqrt(w), least = jw->vt * years;
    struct svi svi = {.b = 0.5 * root * (jw->c + jw->p)};
    if (!(years > 0 && w > 0 && svi.b > 0 && least >= 0))
        return ERR_SET(ERR_ARGUMENT, "these wings and variances are no slice");
    svi.rho = 1 - jw->p * root / svi.b;
    double beta = svi.rho - 2 * jw->psi * root / svi.b; // m / sqrt(m^2 + sigma^2)
    if (!(fabs(svi.rho) < 1 && fabs(beta) < 1))
        return ERR_SET(ERR_ARGUMENT, "this skew does not lie between its wings");
    // With m = sigma y: w - least = b sigma (sqrt(y^2 + 1) - rho y - sqrt(1 - rho^2)).
    double y = beta / sqrt(1 - beta * beta), bottom = sqrt(1 - svi.rho * svi.rho);
    svi.sigma = (w - least) / (svi.b * (sqrt(y * y + 1) - svi.rho * y - bottom));
    svi.m = svi.sigma * y;
    svi.a = least - svi.b * svi.sigma * bottom;
    TRY(svi_check(&svi));
    *ret_svi = svi;
    return 0;
}

double svi_density(const struct svi *svi, double k) {
    double slope, bend, w = svi_variance(svi, k, &slope, &bend);
    return svi_density_of(k, w, slope, bend);
}

double svi_density_of(double k, double w, double slope, double bend) {
    double lean = 1 - 0.5 * k * slope / w;
    return lean * lean - 0.25 * slope * slope * (1 / w + 0.25) + 0.5 * bend;
}

struct pair {
    const struct svi *near; // NULL: the density of `far`
    const struct svi *far;
};

static double pair_value(const struct pair *pair, double k) {
    if (pair->near == NULL) return svi_density(pair->far, k);
    return svi_variance(pair->far, k, NULL, NULL) - svi_variance(pair->near, k, NULL, NULL);
}

static double least_of(const struct pair *pair, double low, double high, double *ret_k) {
    enum { STEPS = 2000, ROUNDS = 60 };
    const double golden = 0.61803398874989484820, step = (high - low) / STEPS;
    double at = low, least = pair_value(pair, low);
    for (int i = 1; i <= STEPS; i++) {
        double k = low + step * i, value = pair_value(pair, k);
        if (!(value < least)) continue;
        least = value;
        at = k;
    }
    double left = fmax(at - step, low), right = fmin(at + step, high);
    for (int i = 0; i < ROUNDS; i++) {
        double width = golden * (right - left), one = right - width, two = left + width;
        if (pair_value(pair, one) < pair_value(pair, two))
            right = two;
        else
            left = one;
    }
    double refined = pair_value(pair, 0.5 * (left + right));
    if (refined < least) {
        least = refined;
        at = 0.5 * (left + right);
    }
    *ret_k = at;
    return least;
}

double svi_density_least(const struct svi *svi, double low, double high, double *ret_k) {
    return least_of(&(struct pair){NULL, svi}, low, high, ret_k);
}

double svi_calendar_least(const struct svi *near, const struct svi *far, double low, double high,
                          double *ret_k) {
    return least_of(&(struct pair){near, far}, low, high, ret_k);
}

int svi_points_check(const struct svi_points *points) {
    if (!(points->years > 0 && isfinite(points->years)))
        return ERR_SET(ERR_ARGUMENT, "the years of a slice are above 0");
    for (size_t i = 0; i < points->count; i++) {
        double vol = points->vol[i], error = points->error[i];
        if (!isfinite(points->k[i]) || !(vol > 0 && isfinite(vol)) ||
            !(error > 0 && isfinite(error)))
            return ERR_SET(ERR_ARGUMENT,
                           "point %zu is not finite, or its volatility or error is not above 0",
                           i + 1);
    }
    return 0;
}
