// SPDX-License-Identifier: Apache-2.0
#include "quant/option/option.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "base/check.h"
#include "quant/math/mathfn.h"
#include "quant/math/mills.h"
#include "quant/math/normal.h"
#include "quant/option/black.h"
#include "quant/option/option_lane.h"

#define SQRT_TWO_PI OPTION_SQRT_TWO_PI

static struct option_legs legs_of(const struct option_terms *option) {
    double yield = option->model == OPTION_BLACK_SCHOLES ? option->yield : option->rate;
    return option_legs_of(option->spot, option->strike, option->years, option->rate, yield);
}

static double sign_of(const struct option_terms *option) {
    return option->side == OPTION_CALL ? 1 : -1;
}

enum option_fault option_fault(const struct option_terms *option) {
    bool finite = isfinite(option->spot) && isfinite(option->strike) && isfinite(option->years) &&
                  isfinite(option->rate) && isfinite(option->yield);
    if (!finite) return OPTION_NOT_FINITE;
    bool positive = option->spot >= DBL_MIN && option->strike >= DBL_MIN;
    if (!positive && option->model != OPTION_BACHELIER) return OPTION_NOT_POSITIVE;
    return option->years > 0 ? OPTION_SOUND : OPTION_EXPIRED;
}

const char *option_fault_name(enum option_fault fault) {
    static const char *const names[] = {"sound", "not_finite", "not_positive", "expired"};
    CHECK((size_t)fault < sizeof names / sizeof *names);
    return names[fault];
}

// Bachelier's value of one unit of deviation that lies `d` of them out of the money: n(d) - d N(-d).
static double bachelier_unit(double d) {
    if (d < 0) return -d + bachelier_unit(-d);
    // N(-d) = n(d) Y(-d); 1 - d Y(-d) cancels for large d, where it is 1 / d^2 - 3 / d^4 + ...
    double rest = 1 - d * mills_ratio(d);
    if (d > 40) rest = (1 - 3 / (d * d) * (1 - 5 / (d * d) * (1 - 7 / (d * d)))) / (d * d);
    return normal_pdf(d) * rest;
}

static double bachelier_price(const struct option_terms *option, double vol) {
    double sign = sign_of(option);
    double discount = mathfn_exp(-option->rate * option->years);
    double out = sign * (option->strike - option->spot); // how far out of the money
    double deviation = vol * sqrt(option->years);
    if (deviation == 0) return out < 0 ? -out * discount : 0;
    return discount * deviation * bachelier_unit(out / deviation);
}

double option_price(const struct option_terms *option, double vol) {
    if (!(vol >= 0 && isfinite(vol)) || option_fault(option) != OPTION_SOUND) return NAN;
    if (option->model == OPTION_BACHELIER) return bachelier_price(option, vol);
    struct option_legs legs = legs_of(option);
    double b = black_value(-fabs(legs.log), vol * sqrt(option->years));
    return option_price_from(&legs, sign_of(option), b);
}

static void bachelier_greeks(const struct option_terms *option, double vol,
                             struct option_greeks *g) {
    double sign = sign_of(option), root = sqrt(option->years);
    double discount = mathfn_exp(-option->rate * option->years), deviation = vol * root;
    double d = (option->spot - option->strike) / deviation, density = normal_pdf(d);
    double beyond = density * mills_ratio(fabs(d));
    g->price = bachelier_price(option, vol);
    g->delta = sign * discount * option_inside(1, beyond, sign * d);
    g->gamma = discount * density / deviation;
    g->vega = discount * density * root;
    g->theta = option->rate * g->price - 0.5 * g->gamma * vol * vol;
    g->rho = -option->years * g->price;
    g->rho_dividend = 0;
    g->vanna = -discount * density * d / vol;
    g->volga = g->vega * d * d / vol;
    g->charm = option->rate * g->delta + 0.5 * discount * density * d / option->years;
    g->speed = -g->gamma * d / deviation;
    g->zomma = g->gamma * (d * d - 1) / vol;
    g->color = g->gamma * (option->rate + 0.5 * (1 - d * d) / option->years);
}

void option_greeks(const struct option_terms *option, double vol,
                   struct option_greeks *ret_greeks) {
    struct option_greeks *g = ret_greeks;
    *g = (struct option_greeks){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (!(vol > 0 && isfinite(vol)) || option_fault(option) != OPTION_SOUND) return;
    if (option->model == OPTION_BACHELIER) {
        bachelier_greeks(option, vol, g);
        return;
    }
    struct option_legs legs = legs_of(option);
    bool forward = option->model == OPTION_BLACK_76;
    *g = option_greeks_of(&legs, sign_of(option), option->spot, option->years, option->rate,
                          forward ? option->rate : option->yield, vol);
    if (forward) { // which is held when the rate moves
        g->rho = -option->years * g->price;
        g->rho_dividend = 0;
    }
}

const char *option_iv_name(enum option_iv status) {
    static const char *const names[] = {"found",           "zero",        "no_information",
                                        "below_intrinsic", "above_bound", "negative",
                                        "expired",         "not_finite",  "not_positive"};
    CHECK((size_t)status < sizeof names / sizeof *names);
    return names[status];
}

static enum option_iv iv_fault(enum option_fault fault) {
    switch (fault) {
    case OPTION_NOT_FINITE:
        return OPTION_IV_NOT_FINITE;
    case OPTION_NOT_POSITIVE:
        return OPTION_IV_NOT_POSITIVE;
    case OPTION_EXPIRED:
        return OPTION_IV_EXPIRED;
    case OPTION_SOUND:
        break;
    }
    return OPTION_IV_FOUND;
}

// Bachelier: bachelier_unit(d) / d falls from infinity to 0; Newton in its logarithm from the at-the-money formula.
static enum option_iv bachelier_implied(const struct option_terms *option, double price,
                                        double *ret_vol) {
    double discount = mathfn_exp(-option->rate * option->years), root = sqrt(option->years);
    double out = (option->side == OPTION_CALL ? 1 : -1) * (option->strike - option->spot);
    double scale = DBL_EPSILON * (fabs(option->spot) + fabs(option->strike));
    double time_value = price / discount - (out < 0 ? -out : 0), distance = fabs(out);
    if (time_value < -scale) return OPTION_IV_BELOW_INTRINSIC;
    if (time_value <= 0) {
        *ret_vol = 0;
        return OPTION_IV_ZERO;
    }
    if (out < 0 && time_value <= scale) return OPTION_IV_NO_INFORMATION;
    if (distance <= 1e-300) {
        *ret_vol = time_value * SQRT_TWO_PI / root;
        return OPTION_IV_FOUND;
    }
    double target = mathfn_log(time_value / distance);
    // In u = ln(deviation), ln(value) is concave and rises: from the left Newton cannot pass the root.
    double log_deviation = mathfn_log(distance) - 3.6;
    for (int step = 0; step < 100; step++) {
        double d = distance / mathfn_exp(log_deviation), unit = bachelier_unit(d);
        if (!(unit > 0)) {
            log_deviation += 0.5;
            continue;
        }
        double move = (target - mathfn_log(unit / d)) / (normal_pdf(d) / unit);
        if (move > 1 + 0.5 * fabs(target)) move = 1 + 0.5 * fabs(target);
        log_deviation += move;
        if (fabs(move) <= 4e-16 * fmax(1, fabs(log_deviation))) break;
    }
    *ret_vol = mathfn_exp(log_deviation) / root;
    return OPTION_IV_FOUND;
}

enum option_iv option_implied(const struct option_terms *option, double price, double *ret_vol) {
    *ret_vol = NAN;
    enum option_fault fault = option_fault(option);
    if (!isfinite(price)) return OPTION_IV_NOT_FINITE;
    if (fault != OPTION_SOUND) return iv_fault(fault);
    if (price < 0 && option->model == OPTION_BACHELIER) return OPTION_IV_NEGATIVE;
    if (option->model == OPTION_BACHELIER) return bachelier_implied(option, price, ret_vol);
    struct option_legs legs = legs_of(option);
    struct option_quote quote = option_quote_of(&legs, sign_of(option), price);
    enum option_iv status = (enum option_iv)quote.status;
    if (status == OPTION_IV_ZERO) *ret_vol = 0;
    if (status == OPTION_IV_FOUND)
        *ret_vol =
            black_deviation(-fabs(legs.log), quote.value, quote.complement) / sqrt(option->years);
    return status;
}
