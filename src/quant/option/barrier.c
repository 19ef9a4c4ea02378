// SPDX-License-Identifier: Apache-2.0
#include "quant/option/barrier.h"

#include <math.h>
#include <stdbool.h>

#include "quant/math/mathfn.h"
#include "quant/math/normal.h"

// Haug's letters: phi is 1 for a call and -1 for a put, eta 1 for a barrier below and -1 for one above.
struct terms {
    double phi, eta;
    double asset; // spot exp(-yield years)
    double paid;  // strike exp(-rate years)
    double root;  // vol sqrt(years)
    double mu;
    double reach; // ln(level / spot)
    double x1, x2, y1, y2;
};

static int check(const struct option_terms *option, const struct barrier *barrier, double vol) {
    enum option_fault fault = option_fault(option);
    if (fault != OPTION_SOUND)
        return ERR_SET(ERR_ARGUMENT, "the option's terms are %s", option_fault_name(fault));
    if (option->model == OPTION_BACHELIER)
        return ERR_SET(ERR_ARGUMENT, "options with a barrier are priced with lognormal models");
    if (!(vol > 0 && isfinite(vol)))
        return ERR_SET(ERR_ARGUMENT, "a volatility must be positive, not %g", vol);
    if (!(barrier->level > 0 && isfinite(barrier->level)))
        return ERR_SET(ERR_ARGUMENT, "a barrier is a level above 0, not %g", barrier->level);
    if (!(barrier->rebate >= 0 && isfinite(barrier->rebate)))
        return ERR_SET(ERR_ARGUMENT, "a rebate is an amount from 0 on, not %g", barrier->rebate);
    return 0;
}

static double yield_of(const struct option_terms *option) {
    return option->model == OPTION_BLACK_76 ? option->rate : option->yield;
}

static struct terms terms_of(const struct option_terms *option, double level, bool down,
                             double vol) {
    double yield = yield_of(option), carry = option->rate - yield;
    double root = vol * sqrt(option->years), mu = carry / (vol * vol) - 0.5;
    double reach = mathfn_log(level / option->spot), shift = (1 + mu) * root;
    double money = mathfn_log(option->spot / option->strike);
    return (struct terms){.phi = option->side == OPTION_CALL ? 1 : -1,
                          .eta = down ? 1 : -1,
                          .asset = option->spot * mathfn_exp(-yield * option->years),
                          .paid = option->strike * mathfn_exp(-option->rate * option->years),
                          .root = root,
                          .mu = mu,
                          .reach = reach,
                          .x1 = money / root + shift,
                          .x2 = -reach / root + shift,
                          .y1 = (2 * reach + money) / root + shift,
                          .y2 = reach / root + shift};
}

// (level / spot)^power N(d), without an overflow that meets an underflow.
static double mirrored(const struct terms *t, double power, double d) {
    double tail = normal_cdf(d);
    return tail > 0 ? mathfn_exp(power * t->reach + mathfn_log(tail)) : 0;
}

// Haug's A (at x1) and B (at x2).
static double straight(const struct terms *t, double x) {
    return t->phi *
           (t->asset * normal_cdf(t->phi * x) - t->paid * normal_cdf(t->phi * (x - t->root)));
}

// Haug's C (at y1) and D (at y2).
static double reflected(const struct terms *t, double y) {
    return t->phi * (t->asset * mirrored(t, 2 * (t->mu + 1), t->eta * y) -
                     t->paid * mirrored(t, 2 * t->mu, t->eta * (y - t->root)));
}

// Haug's E and F: a unit at expiry where the barrier was not touched, and a unit when it is.
static double unit_unless_touched(const struct terms *t, double discount) {
    return discount * (normal_cdf(t->eta * (t->x2 - t->root)) -
                       mirrored(t, 2 * t->mu, t->eta * (t->y2 - t->root)));
}

static double unit_when_touched(const struct terms *t, double lambda) {
    double z = t->reach / t->root + lambda * t->root;
    return mirrored(t, t->mu + lambda, t->eta * z) +
           mirrored(t, t->mu - lambda, t->eta * (z - 2 * lambda * t->root));
}

// The "in" without a rebate; alive: the strike lies where the spot does, as seen from the barrier.
static double value_in(const struct terms *t, bool alive) {
    double a = straight(t, t->x1), b = straight(t, t->x2);
    double c = reflected(t, t->y1), d = reflected(t, t->y2);
    if ((t->phi > 0) == (t->eta > 0)) return alive ? c : a - b + d; // down call, up put
    return alive ? b - c + d : a;
}

int barrier_price(const struct option_terms *option, const struct barrier *barrier, double vol,
                  double *ret_price) {
    TRY(check(option, barrier, vol));
    bool down = barrier->kind == BARRIER_DOWN_IN || barrier->kind == BARRIER_DOWN_OUT;
    bool in = barrier->kind == BARRIER_DOWN_IN || barrier->kind == BARRIER_UP_IN;
    bool touched = down ? option->spot <= barrier->level : option->spot >= barrier->level;
    double european = option_price(option, vol);
    if (touched) {
        *ret_price = in ? european : barrier->rebate;
        return 0;
    }
    struct terms t = terms_of(option, barrier->level, down, vol);
    bool alive = down ? option->strike > barrier->level : option->strike <= barrier->level;
    double inside = value_in(&t, alive);
    double price = in ? inside : european - inside;
    double square = t.mu * t.mu + 2 * option->rate / (vol * vol);
    if (in && barrier->rebate > 0)
        price +=
            barrier->rebate * unit_unless_touched(&t, mathfn_exp(-option->rate * option->years));
    if (!in && barrier->rebate > 0 && square < 0)
        return ERR_SET(ERR_UNSUPPORTED,
                       "a rebate when the barrier is touched has no closed form at a rate of %g",
                       option->rate);
    if (!in && barrier->rebate > 0) price += barrier->rebate * unit_when_touched(&t, sqrt(square));
    *ret_price = price > 0 ? price : 0;
    return 0;
}
