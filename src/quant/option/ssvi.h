// SPDX-License-Identifier: Apache-2.0
// SSVI: one curve of few parameters for all expiries, whose slices are SVI slices.
//
//     w(k, theta) = theta / 2 (1 + rho phi k + sqrt((phi k + rho)^2 + 1 - rho^2))
//
// theta is the total variance at the money, which rises with expiry; phi(theta) is one of two functions.
//
// Gatheral and Jacquier, "Arbitrage-free SVI volatility surfaces", Quantitative Finance 14, 2014, section 4.
#ifndef FULMAR_QUANT_OPTION_SSVI_H
#define FULMAR_QUANT_OPTION_SSVI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "quant/option/svi.h"

enum ssvi_form {
    SSVI_POWER, // phi = eta / (theta^gamma (1 + theta)^(1 - gamma))
    SSVI_HESTON // phi = (1 - (1 - exp(-eta theta)) / (eta theta)) / (eta theta); gamma is not read
};
const char *ssvi_form_name(enum ssvi_form form); // "power", "heston"

struct ssvi {
    double rho;
    double eta; // of SSVI_HESTON the paper's lambda
    double gamma;
    enum ssvi_form form;
};

double ssvi_phi(const struct ssvi *surface, double theta);

// The slice at theta > 0, in raw form.
struct svi ssvi_slice(const struct ssvi *surface, double theta);

// Theorem 4.1 at theta: two slices of thetas near it do not cross if and only if 0 <= d(theta phi) / d theta <=
// (1 + sqrt(1 - rho^2)) phi / rho^2.
bool ssvi_calendar_holds(const struct ssvi *surface, double theta);

// Theorem 4.2 at theta: the slice has no butterfly arbitrage if theta phi (1 + |rho|) < 4 and theta phi^2 (1 + |rho|)
// <= 4. Sufficient.
bool ssvi_butterfly_holds(const struct ssvi *surface, double theta);

// Whether no slice and no pair of slices leaves room for arbitrage whatever theta is, as long as it rises with expiry:
// SSVI_POWER with 0 < gamma <= 1/2 and eta (1 + |rho|) <= 2 (remark 4.4), SSVI_HESTON with eta >= (1 + |rho|) / 4
// (section 4.1). Sufficient. ERR_ARGUMENT names the parameter and its bounds.
int ssvi_check(const struct ssvi *surface) MUST_USE;

enum { SSVI_SLICES_MAX = 64 };

struct ssvi_fit {
    struct ssvi surface;            // passes ssvi_check
    double thetas[SSVI_SLICES_MAX]; // never falling
    double value;                   // the sum that is least
};

// The surface of least squared misfits over errors (beyond 3 errors linear) through count slices in order of time,
// within ssvi_check: rho, eta and gamma by simplex and thetas by Gauss-Newton steps, in turn; thetas that fall are
// pooled. ERR_ARGUMENT: no slices or too many, times that do not ascend, a slice without points, svi_points_check.
int ssvi_fit(const struct svi_points *slices, size_t count, enum ssvi_form form,
             struct ssvi_fit *ret_fit) MUST_USE;

#endif
