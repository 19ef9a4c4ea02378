// SPDX-License-Identifier: Apache-2.0
// A surface of implied volatility: SVI slices by expiry, between which the total variance is linear in time at the same
// log-moneyness k = ln(strike / forward).
//
//   before the first slice   w(k, T) = w_1(k) T / T_1: the first slice's volatilities. A slice without butterfly
//                            arbitrage has none when it is scaled down: the density is concave in the factor
//   between slices           linear in T, so that variance rises where the slices do
//   after the last slice     w_n(k) + (T - T_n) w_n(0) / T_n: the last slice, lifted at its own rate
//   beyond the strikes       as the slices go: linear in k, by Lee's bound at most 2 |k|
//
// Forwards and discounts between slices: their logarithms are linear in time, from spot and 1 at T = 0; after the last
// slice they go on as from 0 to it.
//
// Gatheral and Jacquier, "Arbitrage-free SVI volatility surfaces", Quantitative Finance 14, 2014; Gatheral, "The
// Volatility Surface", 2006.
#ifndef FULMAR_QUANT_OPTION_SURFACE_H
#define FULMAR_QUANT_OPTION_SURFACE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "quant/option/ssvi.h"
#include "quant/option/svi.h"

enum { SURFACE_SLICES_MAX = 64 };

struct surface_slice {
    double years;
    double forward;
    double discount;
    struct svi svi;
};

struct surface {
    double spot;
    size_t count;
    struct surface_slice slices[SURFACE_SLICES_MAX]; // years ascending
};

// ERR_ARGUMENT: no slice or too many, times that do not ascend from above 0, a forward, discount or spot that is not
// above 0, a slice that is none (svi_check). The story names the slice.
int surface_check(const struct surface *surface) MUST_USE;

double surface_forward(const struct surface *surface, double years);
double surface_discount(const struct surface *surface, double years);

// Total variance at k and years > 0, and its derivatives in k, k twice, and years at the same k. On a slice's date
// the last is that of the time before it.
struct surface_point {
    double variance;
    double slope;
    double bend;
    double rise;
};
struct surface_point surface_at(const struct surface *surface, double k, double years);

double surface_vol(const struct surface *surface, double k, double years);

// Durrleman's function, svi_density, at any time.
double surface_durrleman(const struct surface *surface, double k, double years);

// The risk-neutral density of ln(S / forward) at k.
double surface_density(const struct surface *surface, double k, double years);

// The local volatility that gives the surface's prices: Dupire, "Pricing with a smile", Risk 7, 1994, in total
// variance (Gatheral 2006, equation 1.10): its square is the rise over Durrleman's function. NaN where either is
// below 0, which is arbitrage.
double surface_local_vol(const struct surface *surface, double k, double years);

// The undiscounted value of a call with strike forward exp(k), in units of the forward.
double surface_call(const struct surface *surface, double k, double years);

// Where a surface leaves room for arbitrage, on a grid of times and moneyness: half the first expiry, every expiry,
// three times between each two, one and a half times the last; at each SURFACE_GRID points of k, denser at the money,
// out to `reach`.
enum { SURFACE_GRID = 401 };
struct surface_arbitrage {
    size_t points;
    size_t butterflies; // points whose Durrleman function is below 0
    size_t calendars;   // points whose variance is below that of the time before
    size_t wings;       // slices whose wings are steeper than 2
    double density, density_k, density_years; // the least Durrleman function
    double rise, rise_k, rise_years;          // the least step of variance to the next time
};
struct surface_arbitrage surface_arbitrage_of(const struct surface *surface, double reach);

// The k of a grid point: 0 in the middle, steps that grow with the distance from it.
double surface_grid_k(size_t index, size_t count, double unit, double reach);

// What a slice is fitted to: points out of the money of one expiry.
struct surface_points {
    double forward, discount;
    struct svi_points points;
};

struct surface_fit {
    bool fitted;           // false: fewer than SVI_FIT_MIN points, the slice is left out
    bool bounded;          // no-arbitrage took the slice from where its points alone would have it
    double rmse;           // of volatility
    double worst, worst_k; // the largest difference of volatility and where it is
    double within;         // share of points that the fit misses by no more than their error
};

// A surface without arbitrage through `count` sets of points, in order of time.
//
// SSVI is fitted to all of them first (ssvi_fit, SSVI_POWER). Then each slice in turn: the sum of squared misfits
// over errors (beyond 3 errors linear) is least, by Levenberg's and Marquardt's steps from starts of a grid, under
// penalties for a Durrleman function below 0, a variance below that of the slice before, wings steeper than 2 or
// flatter than those of the slice before. Where there are no strikes, SSVI's volatilities count as points of
// SURFACE_ERROR of their value. A slice that still violates a condition, itself or on the way from the one before, on
// SURFACE_GRID points, is moved towards the slice before until it does not. ERR_ARGUMENT: svi_points_check, times
// that do not ascend, too many slices. ERR_NOT_FOUND: no slice has enough points.
#define SURFACE_ERROR 0.25
int surface_fit(const struct surface_points *points, size_t count, double spot,
                struct surface *ret_surface, struct surface_fit *ret_fits) MUST_USE;

// The surface whose slices are those of an SSVI fit to the same points; `bounded` is not set.
int surface_fit_ssvi(const struct surface_points *points, size_t count, double spot,
                     enum ssvi_form form, struct surface *ret_surface, struct ssvi_fit *ret_ssvi,
                     struct surface_fit *ret_fits) MUST_USE;

#endif
