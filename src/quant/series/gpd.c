// SPDX-License-Identifier: Apache-2.0
#include "quant/series/gpd.h"

#include <math.h>

#include "quant/math/mathfn.h"
#include "quant/math/mathfn_many.h"

enum { BELOW = 24, ABOVE = 40, SECTIONS = 60 };

static const double shape_least = -0.5, shape_most = 10;
static const double flat = 1e-9; // of theta and shape: an exponential

struct profile {
    const double *excesses;
    size_t count;
    double mean;
    double largest; // over the mean
    double *scratch;
};

// The shape that is likeliest for theta, which is in units of 1 / mean.
static double shape_of(const struct profile *profile, double theta) {
    double sum = 0;
    for (size_t i = 0; i < profile->count; i++)
        profile->scratch[i] = 1 + theta * (profile->excesses[i] / profile->mean);
    mathfn_log_many(profile->scratch, profile->count, profile->scratch);
    for (size_t i = 0; i < profile->count; i++) sum += profile->scratch[i];
    return sum / (double)profile->count;
}

// Log-likelihood a value, of excesses over their mean.
static double height(const struct profile *profile, double theta) {
    if (fabs(theta) < flat) return -1;
    double shape = shape_of(profile, theta);
    if (!(shape > shape_least && shape <= shape_most)) return -INFINITY;
    return -mathfn_log(shape / theta) - shape - 1;
}

// Grid of theta: BELOW points from near -1 / largest up to 0, then ABOVE to some thousands, evenly in
// the logarithm.
static double grid(const struct profile *profile, int i) {
    if (i < BELOW) return -(1 - (i + 0.02) / BELOW) / profile->largest;
    return mathfn_expm1(0.22 * (i - BELOW));
}

static double climb(const struct profile *profile, double low, double high) {
    static const double golden = 0.61803398874989484820;
    double a = high - golden * (high - low), b = low + golden * (high - low);
    double at_a = height(profile, a), at_b = height(profile, b);
    for (int i = 0; i < SECTIONS; i++) {
        if (at_a >= at_b) {
            high = b;
            b = a;
            at_b = at_a;
            a = high - golden * (high - low);
            at_a = height(profile, a);
        } else {
            low = a;
            a = b;
            at_a = at_b;
            b = low + golden * (high - low);
            at_b = height(profile, b);
        }
    }
    return at_a >= at_b ? a : b;
}

struct gpd gpd_fit(const double *excesses, size_t count, double *scratch) {
    struct profile profile = {.excesses = excesses, .count = count, .scratch = scratch};
    double sum = 0, largest = 0, smallest = INFINITY;
    for (size_t i = 0; i < count; i++) {
        sum += excesses[i];
        if (excesses[i] > largest) largest = excesses[i];
        if (excesses[i] < smallest) smallest = excesses[i];
    }
    if (count < GPD_FIT_MIN || !(smallest > 0) || !(largest > smallest))
        return (struct gpd){.shape = 0, .scale = NAN};
    profile.mean = sum / (double)count;
    profile.largest = largest / profile.mean;
    int best = 0;
    double top = -INFINITY;
    for (int i = 0; i < BELOW + ABOVE; i++) {
        double y = height(&profile, grid(&profile, i));
        if (y > top) best = i;
        if (y > top) top = y;
    }
    double low = grid(&profile, best > 0 ? best - 1 : 0);
    double high = grid(&profile, best + 1 < BELOW + ABOVE ? best + 1 : best);
    double theta = climb(&profile, low, high);
    if (fabs(theta) < flat) return (struct gpd){.shape = 0, .scale = profile.mean};
    double shape = shape_of(&profile, theta);
    return (struct gpd){.shape = shape, .scale = shape / theta * profile.mean};
}

double gpd_beyond(const struct gpd *gpd, double y) {
    double z = y / gpd->scale;
    if (fabs(gpd->shape) < flat) return mathfn_exp(-z);
    double inside = gpd->shape * z;
    return inside > -1 ? mathfn_exp(-mathfn_log1p(inside) / gpd->shape) : 0;
}

double gpd_quantile(const struct gpd *gpd, double p) {
    double log_p = mathfn_log(p);
    if (fabs(gpd->shape) < flat) return -gpd->scale * log_p;
    return gpd->scale / gpd->shape * mathfn_expm1(-gpd->shape * log_p);
}

double gpd_log_likelihood(const struct gpd *gpd, const double *excesses, size_t count) {
    double sum = 0, log_scale = mathfn_log(gpd->scale);
    for (size_t i = 0; i < count; i++) {
        double z = excesses[i] / gpd->scale, inside = gpd->shape * z;
        if (fabs(gpd->shape) < flat)
            sum -= log_scale + z;
        else
            sum -= log_scale + (1 + 1 / gpd->shape) * mathfn_log1p(inside);
    }
    return sum;
}
