// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/almgren_chriss.h"

#include <math.h>

#include "quant/math/mathfn.h"

static double step_days(const struct almgren_chriss *model) {
    return model->days / (double)model->steps;
}

static double effective_eta(const struct almgren_chriss *model) {
    return model->eta - model->gamma * step_days(model) / 2;
}

// acosh(1 + y) = log1p(y + sqrt(y (y + 2))) keeps its digits near 1.
double almgren_chriss_kappa(const struct almgren_chriss *model) {
    double tau = step_days(model), eta = effective_eta(model);
    if (!(eta > 0)) return NAN;
    double y = model->aversion * model->sigma * model->sigma / eta * tau * tau / 2;
    return mathfn_log1p(y + sqrt(y * (y + 2))) / tau;
}

// sinh(b) / sinh(a) = exp(b - a) (1 - exp(-2 b)) / (1 - exp(-2 a)), which does not overflow.
double almgren_chriss_left(double kappa, double day, double days) {
    double a = kappa * days, b = kappa * (days - day);
    if (!(a > 1e-9)) return (days - day) / days;
    return mathfn_exp(b - a) * mathfn_expm1(-2 * b) / mathfn_expm1(-2 * a);
}

static double left(const struct almgren_chriss *model, double kappa, size_t step) {
    return almgren_chriss_left(kappa, (double)step * step_days(model), model->days);
}

double almgren_chriss_cost(const struct almgren_chriss *model, double kappa, double quantity) {
    double sum = 0;
    for (size_t j = 1; j <= model->steps; j++) {
        double traded = quantity * (left(model, kappa, j - 1) - left(model, kappa, j));
        sum += traded * traded;
    }
    return model->gamma * quantity * quantity / 2 + model->epsilon * quantity +
           effective_eta(model) / step_days(model) * sum;
}

double almgren_chriss_variance(const struct almgren_chriss *model, double kappa, double quantity) {
    double sum = 0;
    for (size_t j = 1; j <= model->steps; j++) {
        double held = quantity * left(model, kappa, j);
        sum += held * held;
    }
    return model->sigma * model->sigma * step_days(model) * sum;
}
