// SPDX-License-Identifier: Apache-2.0
// Conditional variance of returns: GARCH(1,1), GJR-GARCH(1,1,1) and EGARCH(1,1) with a constant mean,
// by maximum likelihood.
//
//   y_t = mu + e_t,   e_t = sqrt(h_t) z_t,   z_t normal or Student's t with variance 1
//   garch   h_t = omega + alpha e_(t-1)^2 + beta h_(t-1)
//   gjr     h_t = omega + (alpha + gamma [e_(t-1) < 0]) e_(t-1)^2 + beta h_(t-1)
//   egarch  ln h_t = omega + alpha (|z_(t-1)| - sqrt(2/pi)) + gamma z_(t-1) + beta ln h_(t-1)
//
// The units of y are free: h is in their square. sqrt(2/pi) is the normal E|z|, whatever the law.
//
// Before the first return stands a variance s for e_0^2 and h_0, half of gamma counts, and z_0 adds
// nothing to egarch's ln h_1 = omega + beta ln s:
//   mean_e2   s = mean of e_t^2 over the sample, which changes with mu (Fiorentini, Calzolari and
//             Panattoni, Journal of Applied Econometrics 11, 1996)
//   backcast  s = sum of 0.94^i (y_i - mean)^2 over the first 75 returns, weights adding up to 1, the
//             same for every mu (RiskMetrics; the Python package arch)
//
// Sources: Bollerslev, Journal of Econometrics 31, 1986, and Review of Economics and Statistics 69,
// 1987 (Student's t); Glosten, Jagannathan and Runkle, Journal of Finance 48, 1993; Nelson,
// Econometrica 59, 1991; Bollerslev and Wooldridge, Econometric Reviews 11, 1992 (robust errors).
#ifndef FULMAR_QUANT_VOLATILITY_GARCH_H
#define FULMAR_QUANT_VOLATILITY_GARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/prng.h"

enum { GARCH_ROWS_MIN = 30 }; // returns that a fit needs

enum garch_model { GARCH_PLAIN, GARCH_GJR, GARCH_EXPONENTIAL };
enum garch_law { GARCH_NORMAL, GARCH_STUDENT };
enum garch_init { GARCH_MEAN_E2, GARCH_BACKCAST };

struct garch_spec {
    enum garch_model model;
    enum garch_law law;
    enum garch_init init;
};

// Places in an array of parameters. gamma is not read by GARCH_PLAIN, nu not under GARCH_NORMAL.
enum { GARCH_MU, GARCH_OMEGA, GARCH_ALPHA, GARCH_GAMMA, GARCH_BETA, GARCH_NU, GARCH_PARAMS };

bool garch_uses(const struct garch_spec *spec, int param);

// What is wrong with the parameters, or NULL. garch, gjr: omega > 0, alpha, alpha + gamma and beta >=
// 0, persistence < 1; egarch: |beta| < 1; nu > 2.
const char *garch_fault(const struct garch_spec *spec, const double *params);

// Returns with what the start of the variance is made from. Finite returns, count >= 1.
struct garch_sample {
    const double *returns;
    size_t count;
    double mean;
    double variance; // divisor count
    double backcast;
    // Whether a return fell is asked of mu; where this is not NaN, of this. It takes the kink of |z|
    // and the step of [e < 0] away from the neighbourhood of a mu.
    double pivot;
};

struct garch_sample garch_sample_make(const double *returns, size_t count);

// Log-likelihood, -0.5 sum of ln(2 pi) + ln h + e^2 / h under the normal law. With its derivatives
// where ret_gradient[GARCH_PARAMS] is not NULL, and the sum over t of the outer products of the
// derivatives of its terms where ret_outer[GARCH_PARAMS^2] is not NULL either; those of unused
// parameters are 0. NaN where a variance is not positive and finite.
double garch_loglik(const struct garch_spec *spec, const double *params,
                    const struct garch_sample *sample, double *ret_gradient, double *ret_outer);

// The variances h_t of the sample under given parameters, and their log-likelihood. ERR_ARGUMENT:
// garch_fault, or a variance that leaves the range of numbers.
int garch_filter(const struct garch_spec *spec, const double *params,
                 const struct garch_sample *sample, double *ret_variances,
                 double *ret_loglik) MUST_USE;

// The variance after a return and its variance.
double garch_next(const struct garch_spec *spec, const double *params, double ret, double variance);

// How much of a shock to the variance is left a step later: alpha + beta, alpha + gamma / 2 + beta,
// beta. The steps until half of it is left; NaN outside of 0 < persistence < 1. The mean of h_t;
// NaN for egarch under Student's t, whose mean is infinite, except where alpha = gamma = 0.
double garch_persistence(const struct garch_spec *spec, const double *params);
double garch_half_life(const struct garch_spec *spec, const double *params);
double garch_unconditional(const struct garch_spec *spec, const double *params);

// Expected variances 1, 2 ... horizon steps ahead, given that of the next step (garch_next). egarch:
// the mean of h, in closed form (Nelson); NaN from the second step on under Student's t, as above.
void garch_forecast(const struct garch_spec *spec, const double *params, double next,
                    size_t horizon, double *ret_variances);

// A path that begins with the variance `first`. z by quant/math/sample.h.
void garch_simulate(const struct garch_spec *spec, const double *params, double first,
                    struct prng *prng, size_t count, double *ret_returns, double *ret_variances);

struct garch_fit {
    double params[GARCH_PARAMS]; // NaN: not part of the model
    // Standard errors: of the inverse Hessian, and robust, Hessian^-1 outer Hessian^-1. NaN for a
    // parameter on its bound; the others' are those with it held there. All are NaN where the
    // likelihood is flat.
    double errors[GARCH_PARAMS];
    double robust[GARCH_PARAMS];
    // Whether alpha, gjr's alpha + gamma (told of gamma), beta or, next to the variance of the
    // returns, omega is at 0, nu at 2.05 or 500.
    bool bound[GARCH_PARAMS];
    bool integrated; // the persistence is at 1 - 1e-8, the largest that is tried
    double loglik;
    size_t iterations;  // of BFGS and Newton, all starts together
    size_t evaluations; // of the likelihood
    size_t used;        // parameters that were estimated
};

// Maximum likelihood; scratch[count]. It starts from the best of a few points and goes on with others
// where it ends on a bound. Constraints are those of garch_fault, and alpha, beta >= 0 for egarch
// too: beyond them the variances of a sample may depend on its last digits. Where a constant variance
// is as likely as the best of the model, alpha, gamma and beta are given as 0. A maximum at a kink of egarch's
// |z|, where mu is one of the returns, is found; standard errors leave the kink out.
//
// ERR_ARGUMENT: fewer than GARCH_ROWS_MIN returns, all equal, or so large that their squares are not
// numbers. ERR_CONVERGE: no maximum was reached; the story says where it stood.
int garch_fit(const struct garch_spec *spec, const double *returns, size_t count, double *scratch,
              struct garch_fit *ret_fit) MUST_USE;

#endif
