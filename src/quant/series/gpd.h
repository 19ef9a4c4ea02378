// SPDX-License-Identifier: Apache-2.0
// The generalised Pareto distribution, which excesses over a high threshold have (Balkema and de
// Haan, 1974; Pickands, 1975): P(excess > y) = (1 + shape y / scale)^(-1 / shape), exp(-y / scale)
// with shape 0, 0 beyond -scale / shape where the shape is negative.
#ifndef FULMAR_QUANT_SERIES_GPD_H
#define FULMAR_QUANT_SERIES_GPD_H

#include <stddef.h>

struct gpd {
    double shape;
    double scale;
};

enum { GPD_FIT_MIN = 5 }; // excesses

// Maximum likelihood over shapes in (-1/2, 10]; below them maximum likelihood is not regular (Smith,
// Biometrika 72, 1985) and beyond -1 has no maximum. By the profile of theta = shape / scale
// (Grimshaw, Technometrics 35, 1993), searched over a grid and then by golden section, to within
// 1e-6 of both parameters in units of the mean.
// excesses are > 0 and at least GPD_FIT_MIN, not all equal: else the scale is NaN. scratch holds
// `count` doubles.
struct gpd gpd_fit(const double *excesses, size_t count, double *scratch);

// P(excess > y), y >= 0; and the y that it is p for, 0 < p <= 1.
double gpd_beyond(const struct gpd *gpd, double y);
double gpd_quantile(const struct gpd *gpd, double p);

double gpd_log_likelihood(const struct gpd *gpd, const double *excesses, size_t count);

#endif
