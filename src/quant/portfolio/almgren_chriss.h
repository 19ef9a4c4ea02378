// SPDX-License-Identifier: Apache-2.0
// The optimal trajectory of an execution. Source: Robert Almgren and Neil Chriss, "Optimal execution of portfolio
// transactions", Journal of Risk 3 (2000): linear permanent and temporary impact, arithmetic Brownian prices.
//
// X units are traded in n equal steps of tau = T / n days; x_j is what is left after j of them, n_j = x_(j-1) - x_j.
//   expected cost  E = gamma X^2 / 2 + epsilon X + eta_ / tau sum n_j^2     eta_ = eta - gamma tau / 2
//   variance       V = sigma^2 tau sum_(j=1..n) x_j^2
//   least E + lambda V:  x_j = X sinh(kappa (T - j tau)) / sinh(kappa T)
//   where  2 (cosh(kappa tau) - 1) / tau^2 = lambda sigma^2 / eta_
#ifndef FULMAR_QUANT_PORTFOLIO_ALMGREN_CHRISS_H
#define FULMAR_QUANT_PORTFOLIO_ALMGREN_CHRISS_H

#include <stddef.h>

struct almgren_chriss {
    double aversion; // lambda, 1 / money, >= 0
    double sigma;    // of a day, in price
    double eta;      // temporary impact: price by quantity a day, > 0
    double gamma;    // permanent impact: price by quantity, >= 0
    double epsilon;  // fixed cost of a unit, half a spread
    double days;     // T, > 0
    size_t steps;    // n, > 0
};

// kappa by day, 0 where risk costs nothing; NaN where eta_ is not above 0 (the steps are too long for gamma).
double almgren_chriss_kappa(const struct almgren_chriss *model);

// The share of X that is left after `day` of `days`: 1 at 0, 0 at the end; even where kappa is 0.
double almgren_chriss_left(double kappa, double day, double days);

// E and V of trading `quantity` by that trajectory.
double almgren_chriss_cost(const struct almgren_chriss *model, double kappa, double quantity);
double almgren_chriss_variance(const struct almgren_chriss *model, double kappa, double quantity);

#endif
