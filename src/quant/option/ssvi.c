// SPDX-License-Identifier: Apache-2.0
#include "quant/option/ssvi.h"

#include <math.h>

#include "base/check.h"
#include "quant/math/mathfn.h"

const char *ssvi_form_name(enum ssvi_form form) {
    static const char *const names[] = {"power", "heston"};
    CHECK((size_t)form < sizeof names / sizeof *names);
    return names[form];
}

// phi of SSVI_HESTON at x = eta theta, and its derivative by x; by their series where x is small.
static double heston_phi(double x, double *ret_slope) {
    if (x < 1e-2) {
        *ret_slope = -1.0 / 6 + x / 12 - x * x / 40 + x * x * x / 180;
        return 0.5 - x / 6 + x * x / 24 - x * x * x / 120 + x * x * x * x / 720;
    }
    double share = -mathfn_expm1(-x) / x;
    *ret_slope = (2 * share - 1 - mathfn_exp(-x)) / (x * x);
    return (1 - share) / x;
}

double ssvi_phi(const struct ssvi *surface, double theta) {
    double slope, gamma = surface->gamma;
    if (surface->form == SSVI_HESTON) return heston_phi(surface->eta * theta, &slope);
    return surface->eta / (mathfn_pow(theta, gamma) * mathfn_pow(1 + theta, 1 - gamma));
}

struct svi ssvi_slice(const struct ssvi *surface, double theta) {
    double rho = surface->rho, rest = 1 - rho * rho, phi = ssvi_phi(surface, theta);
    return (struct svi){.a = 0.5 * theta * rest,
                        .b = 0.5 * theta * phi,
                        .rho = rho,
                        .m = -rho / phi,
                        .sigma = sqrt(rest) / phi};
}

bool ssvi_calendar_holds(const struct ssvi *surface, double theta) {
    double phi = ssvi_phi(surface, theta), square = surface->rho * surface->rho, rise;
    if (surface->form == SSVI_HESTON) {
        double slope;
        heston_phi(surface->eta * theta, &slope);
        rise = phi + surface->eta * theta * slope;
    } else { // ln(theta phi) = ln eta + (1 - gamma) (ln theta - ln(1 + theta))
        rise = phi * (1 - surface->gamma) / (1 + theta);
    }
    return rise >= 0 && square * rise <= (1 + sqrt(1 - square)) * phi;
}

bool ssvi_butterfly_holds(const struct ssvi *surface, double theta) {
    double phi = ssvi_phi(surface, theta), wide = theta * phi * (1 + fabs(surface->rho));
    return wide < 4 && wide * phi <= 4;
}

int ssvi_check(const struct ssvi *surface) {
    double wide = 1 + fabs(surface->rho);
    if (!(wide < 2)) return ERR_SET(ERR_ARGUMENT, "rho is between -1 and 1");
    if (surface->form == SSVI_HESTON)
        return surface->eta >= 0.25 * wide && isfinite(surface->eta)
                   ? 0
                   : ERR_SET(ERR_ARGUMENT, "eta is at least (1 + |rho|) / 4");
    if (!(surface->gamma > 0 && surface->gamma <= 0.5))
        return ERR_SET(ERR_ARGUMENT, "gamma is above 0 and at most 1/2");
    if (!(surface->eta > 0 && surface->eta * wide <= 2))
        return ERR_SET(ERR_ARGUMENT, "eta is above 0 and at most 2 / (1 + |rho|)");
    return 0;
}
