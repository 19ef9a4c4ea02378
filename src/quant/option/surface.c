// SPDX-License-Identifier: Apache-2.0
#include "quant/option/surface.h"

#include <math.h>

#include "quant/math/mathfn.h"
#include "quant/math/normal.h"
#include "quant/option/black.h"

static const double GRID_UNIT = 0.01;

// Where a time lies: a share of the way from one slice to the next.
struct place {
    const struct surface_slice *near; // NULL: time 0
    const struct surface_slice *far;  // of times after the last slice: that, with near NULL
    double share;                     // above 1 after the last slice
};

static struct place place_of(const struct surface *surface, double years) {
    const struct surface_slice *slices = surface->slices;
    size_t i = 0;
    while (i + 1 < surface->count && slices[i].years < years) i++;
    bool between = i > 0 && years <= slices[i].years;
    const struct surface_slice *near = between ? &slices[i - 1] : NULL;
    double from = between ? near->years : 0;
    return (struct place){near, &slices[i], (years - from) / (slices[i].years - from)};
}

int surface_check(const struct surface *surface) {
    if (surface->count == 0 || surface->count > SURFACE_SLICES_MAX)
        return ERR_SET(ERR_ARGUMENT, "a surface has 1 to %d slices, not %zu", SURFACE_SLICES_MAX,
                       surface->count);
    if (!(surface->spot > 0)) return ERR_SET(ERR_ARGUMENT, "the surface's spot is not above 0");
    double before = 0;
    for (size_t i = 0; i < surface->count; i++) {
        const struct surface_slice *slice = &surface->slices[i];
        if (!(slice->years > before))
            return ERR_SET(ERR_ARGUMENT, "slice %zu is not after the one before", i + 1);
        if (!(slice->forward > 0 && slice->discount > 0))
            return ERR_SET(ERR_ARGUMENT, "slice %zu: forward or discount is not above 0", i + 1);
        int rc = svi_check(&slice->svi);
        if (rc < 0) return ERR_APPEND(rc, "it is slice %zu", i + 1);
        before = slice->years;
    }
    return 0;
}

static double log_linear(struct place place, double at_zero, double near, double far) {
    double from = mathfn_log(place.near != NULL ? near : at_zero);
    return mathfn_exp(from + place.share * (mathfn_log(far) - from));
}

double surface_forward(const struct surface *surface, double years) {
    struct place place = place_of(surface, years);
    double near = place.near != NULL ? place.near->forward : 0;
    return log_linear(place, surface->spot, near, place.far->forward);
}

double surface_discount(const struct surface *surface, double years) {
    struct place place = place_of(surface, years);
    double near = place.near != NULL ? place.near->discount : 0;
    return log_linear(place, 1, near, place.far->discount);
}

struct surface_point surface_at(const struct surface *surface, double k, double years) {
    struct place place = place_of(surface, years);
    struct surface_point near = {0}, far;
    far.variance = svi_variance(&place.far->svi, k, &far.slope, &far.bend);
    if (place.near == NULL && place.share > 1) {
        far.rise = svi_variance(&place.far->svi, 0, NULL, NULL) / place.far->years;
        far.variance += (years - place.far->years) * far.rise;
        return far;
    }
    if (place.near != NULL)
        near.variance = svi_variance(&place.near->svi, k, &near.slope, &near.bend);
    double from = place.near != NULL ? place.near->years : 0, share = place.share;
    return (struct surface_point){
        .variance = near.variance + share * (far.variance - near.variance),
        .slope = near.slope + share * (far.slope - near.slope),
        .bend = near.bend + share * (far.bend - near.bend),
        .rise = (far.variance - near.variance) / (place.far->years - from)};
}

double surface_vol(const struct surface *surface, double k, double years) {
    return sqrt(surface_at(surface, k, years).variance / years);
}

double surface_durrleman(const struct surface *surface, double k, double years) {
    struct surface_point at = surface_at(surface, k, years);
    return svi_density_of(k, at.variance, at.slope, at.bend);
}

double surface_density(const struct surface *surface, double k, double years) {
    struct surface_point at = surface_at(surface, k, years);
    double root = sqrt(at.variance), d2 = -k / root - 0.5 * root;
    return svi_density_of(k, at.variance, at.slope, at.bend) / root * normal_pdf(d2);
}

double surface_local_vol(const struct surface *surface, double k, double years) {
    struct surface_point at = surface_at(surface, k, years);
    double density = svi_density_of(k, at.variance, at.slope, at.bend);
    return density > 0 && at.rise >= 0 ? sqrt(at.rise / density) : NAN;
}

double surface_call(const struct surface *surface, double k, double years) {
    double root = sqrt(surface_at(surface, k, years).variance), half = mathfn_exp(0.5 * k);
    double out = black_value(-fabs(k), root) * half; // in units of sqrt(forward strike)
    return k < 0 ? out - mathfn_expm1(k) : out;
}

double surface_grid_k(size_t index, size_t count, double unit, double reach) {
    double top = mathfn_log(reach / unit + sqrt(reach / unit * (reach / unit) + 1));
    double share = 2 * (double)index / (double)(count - 1) - 1;
    return unit * mathfn_sinh(share * top);
}

// Looks at one time of the grid; *variances holds those of the time before and then of this one.
static void look_at(const struct surface *surface, double years, double reach, double *variances,
                    struct surface_arbitrage *found) {
    for (size_t i = 0; i < SURFACE_GRID; i++) {
        double k = surface_grid_k(i, SURFACE_GRID, GRID_UNIT, reach);
        struct surface_point at = surface_at(surface, k, years);
        double density = svi_density_of(k, at.variance, at.slope, at.bend);
        double rise = at.variance - variances[i];
        variances[i] = at.variance;
        found->points++;
        found->butterflies += !(density >= 0);
        found->calendars += !(rise >= 0);
        if (!(density >= found->density)) {
            found->density = density;
            found->density_k = k;
            found->density_years = years;
        }
        if (!(rise >= found->rise)) {
            found->rise = rise;
            found->rise_k = k;
            found->rise_years = years;
        }
    }
}

struct surface_arbitrage surface_arbitrage_of(const struct surface *surface, double reach) {
    enum { PARTS = 4 };
    struct surface_arbitrage found = {.density = INFINITY, .rise = INFINITY};
    double variances[SURFACE_GRID] = {0};
    look_at(surface, 0.5 * surface->slices[0].years, reach, variances, &found);
    for (size_t i = 0; i < surface->count; i++) {
        double to = surface->slices[i].years, from = i > 0 ? surface->slices[i - 1].years : to;
        for (int part = i > 0 ? 1 : PARTS; part <= PARTS; part++)
            look_at(surface, from + (to - from) * part / PARTS, reach, variances, &found);
        const struct svi *svi = &surface->slices[i].svi;
        found.wings += svi->b * (1 + fabs(svi->rho)) > 2;
    }
    look_at(surface, 1.5 * surface->slices[surface->count - 1].years, reach, variances, &found);
    return found;
}
