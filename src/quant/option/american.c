// SPDX-License-Identifier: Apache-2.0
// What all methods share, and the two quadratic and flat-boundary approximations.
#include "quant/option/american.h"

#include <math.h>
#include <stdbool.h>

#include "quant/math/mathfn.h"
#include "quant/math/normal.h"
#include "quant/option/american_parts.h"

static double bjerksund_93(const struct put *call);
static double bjerksund_02(const struct put *call);
static double baw(const struct option_terms *option, double vol);

static int check(const struct option_terms *option, double vol) {
    enum option_fault fault = option_fault(option);
    if (fault != OPTION_SOUND)
        return ERR_SET(ERR_ARGUMENT, "the option's terms are %s", option_fault_name(fault));
    if (option->model == OPTION_BACHELIER)
        return ERR_SET(ERR_ARGUMENT, "American options are priced with lognormal models");
    if (!(vol > 0 && isfinite(vol)))
        return ERR_SET(ERR_ARGUMENT, "a volatility must be positive, not %g", vol);
    return 0;
}

// An American call is the put with spot and strike, and rate and yield, changed round: McDonald and Schroder (1998).
static struct put put_of(const struct option_terms *option, double vol) {
    double yield = option->model == OPTION_BLACK_76 ? option->rate : option->yield;
    bool call = option->side == OPTION_CALL;
    return (struct put){.spot = call ? option->strike : option->spot,
                        .strike = call ? option->spot : option->strike,
                        .years = option->years,
                        .rate = call ? yield : option->rate,
                        .yield = call ? option->rate : yield,
                        .vol = vol};
}

double put_european(const struct put *put) {
    struct option_terms option = {.side = OPTION_PUT,
                                  .spot = put->spot,
                                  .strike = put->strike,
                                  .years = put->years,
                                  .rate = put->rate,
                                  .yield = put->yield};
    return option_price(&option, put->vol);
}

size_t american_scratch(enum american_method method, size_t steps) {
    bool tree =
        method == AMERICAN_CRR || method == AMERICAN_CRR_CONTROL || method == AMERICAN_BINOMIAL_BS;
    if (method == AMERICAN_QD) steps = AMERICAN_TREE_STEPS;
    return tree || method == AMERICAN_QD ? 3 * (steps + 2) : 0;
}

bool american_has_two_boundaries(const struct option_terms *option) {
    struct put put = put_of(option, 1);
    return put.yield < put.rate && put.rate < 0;
}

int american_price(const struct option_terms *option, double vol, enum american_method method,
                   size_t steps, double *scratch, double *ret_price) {
    TRY(check(option, vol));
    struct put put = put_of(option, vol);
    switch (method) {
    case AMERICAN_CRR:
    case AMERICAN_CRR_CONTROL:
        return put_tree(&put, steps, method == AMERICAN_CRR_CONTROL, scratch, ret_price);
    case AMERICAN_BINOMIAL_BS:
        return put_tree_smooth(&put, steps, scratch, ret_price);
    default:
        break;
    }
    if (american_has_two_boundaries(option)) {
        if (method == AMERICAN_QD)
            return put_tree_smooth(&put, AMERICAN_TREE_STEPS, scratch, ret_price);
        return ERR_SET(ERR_UNSUPPORTED,
                       "with these negative rates exercise has two boundaries; use qd or a tree");
    }
    // Never exercised early: what it saves on the strike is not positive while it waits.
    double price = put_european(&put);
    bool never = put.rate <= 0 && put.yield >= put.rate;
    if (!never && method == AMERICAN_QD) TRY(put_integral(&put, &price));
    if (!never && method != AMERICAN_QD)
        price = method == AMERICAN_BAW            ? baw(option, vol)
                : method == AMERICAN_BJERKSUND_93 ? bjerksund_93(&put)
                                                  : bjerksund_02(&put);
    double now = put.strike - put.spot;
    *ret_price = price > now ? price : now;
    return 0;
}

// What Barone-Adesi and Whaley's quadratic needs: `sign` is 1 for a call, -1 for a put.
struct baw {
    double sign, q, root, drift,
        carry; // root: deviation until expiry; drift: of the log forward until then
};

// How much exercise at the critical spot gains over waiting, where `share` is that spot as a fraction of the strike, or
// the strike as a fraction of it. Its root is where value and slope are continuous.
static double baw_gap(const struct baw *baw, double share, double vol, struct option_terms *at,
                      double *ret_slope) {
    at->spot = baw->sign > 0 ? at->strike / share : at->strike * share;
    double d1 = (mathfn_log(at->spot / at->strike) + baw->drift) / baw->root + 0.5 * baw->root;
    *ret_slope = 1 - baw->carry * normal_cdf(baw->sign * d1);
    return baw->sign * (at->spot - at->strike) - option_price(at, vol) -
           baw->sign * *ret_slope * at->spot / baw->q;
}

// Barone-Adesi and Whaley, Journal of Finance 42(2), 1987: the premium of early exercise as a quadratic approximation
// whose critical spot makes value and slope continuous. It is written for both sides, because the symmetry of calls and
// puts does not hold for it.
static double baw(const struct option_terms *option, double vol) {
    double yield = option->model == OPTION_BLACK_76 ? option->rate : option->yield;
    double variance = vol * vol, n = 2 * (option->rate - yield) / variance;
    // m / k as rate goes to 0.
    double k = option->rate != 0 ? -mathfn_expm1(-option->rate * option->years) / option->rate
                                 : option->years;
    struct baw baw = {.sign = option->side == OPTION_CALL ? 1 : -1,
                      .root = vol * sqrt(option->years),
                      .drift = (option->rate - yield) * option->years,
                      .carry = mathfn_exp(-yield * option->years)};
    baw.q = 0.5 * (-(n - 1) + baw.sign * sqrt((n - 1) * (n - 1) + 8 / (variance * k)));
    // The gap falls through its one root in (0, 1]: halved until it is bracketed, then regula falsi of Illinois.
    struct option_terms at = *option;
    double low = 1, high = 1, slope = 0, above = 0, share = 1;
    double below = baw_gap(&baw, high, vol, &at, &slope);
    for (int step = 0; step < 200 && above <= 0; step++) {
        low *= 0.5;
        double gap = baw_gap(&baw, low, vol, &at, &slope);
        if (gap > 0) {
            above = gap;
        } else {
            high = low;
            below = gap;
        }
    }
    for (int step = 0; step < 100 && high - low > 1e-15 * high; step++) {
        share = low + above * (high - low) / (above - below);
        if (!(share > low && share < high)) share = 0.5 * (low + high);
        double gap = baw_gap(&baw, share, vol, &at, &slope);
        if (fabs(gap) <= 1e-15 * at.spot) break;
        if (gap > 0) {
            low = share;
            above = gap;
            below *= 0.5;
        } else {
            high = share;
            below = gap;
            above *= 0.5;
        }
    }
    if (baw.sign * (option->spot - at.spot) >= 0) return baw.sign * (option->spot - option->strike);
    double premium = baw.sign * at.spot / baw.q * slope;
    return option_price(option, vol) + premium * mathfn_pow(option->spot / at.spot, baw.q);
}

// The call's terms behind a put: Bjerksund and Stensland write calls.
struct call {
    double spot, strike, years, rate, cost, vol; // cost of carry, b
    double beta, top, floor;                     // B infinity and B zero
};

static struct call call_of(const struct put *put) {
    struct call call = {.spot = put->strike,
                        .strike = put->spot,
                        .years = put->years,
                        .rate = put->yield,
                        .cost = put->yield - put->rate,
                        .vol = put->vol};
    double variance = call.vol * call.vol, part = call.cost / variance - 0.5;
    call.beta = -part + sqrt(part * part + 2 * call.rate / variance);
    call.top = call.beta / (call.beta - 1) * call.strike;
    double least = call.rate / (call.rate - call.cost) * call.strike;
    call.floor = least > call.strike ? least : call.strike;
    return call;
}

static double boundary(const struct call *call, double years, double scale) {
    double h = -(call->cost * years + 2 * call->vol * sqrt(years)) * scale;
    return call->floor - (call->top - call->floor) * mathfn_expm1(h);
}

// exp(log) N(d) without what overflows and what underflows meeting each other.
static double weighed(double log, double d) {
    double tail = normal_cdf(d);
    return tail > 0 ? mathfn_exp(log + mathfn_log(tail)) : 0;
}

// The value of receiving (S / unit)^gamma at `years` if S is below `level` then and never reached `barrier`.
static double below(const struct call *call, double years, double gamma, double unit, double level,
                    double barrier) {
    double variance = call->vol * call->vol, root = call->vol * sqrt(years);
    double lambda = -call->rate + gamma * call->cost + 0.5 * gamma * (gamma - 1) * variance;
    double kappa = 2 * call->cost / variance + 2 * gamma - 1;
    double d =
        -(mathfn_log(call->spot / level) + (call->cost + (gamma - 0.5) * variance) * years) / root;
    double mirror = mathfn_log(barrier / call->spot);
    double log = lambda * years + gamma * mathfn_log(call->spot / unit);
    return weighed(log, d) - weighed(log + kappa * mirror, d - 2 * mirror / root);
}

// "Closed-form approximation of American options", Scandinavian Journal of Management 9, 1993.
static double bjerksund_93(const struct put *put) {
    struct call c = call_of(put);
    double level = boundary(&c, c.years, c.floor / (c.top - c.floor)), gain = level - c.strike;
    if (c.spot >= level) return c.spot - c.strike;
    return gain * mathfn_pow(c.spot / level, c.beta) -
           gain * below(&c, c.years, c.beta, level, level, level) +
           below(&c, c.years, 1, 1, level, level) - below(&c, c.years, 1, 1, c.strike, level) -
           c.strike * below(&c, c.years, 0, 1, level, level) +
           c.strike * below(&c, c.years, 0, 1, c.strike, level);
}

struct two { // the boundaries of 2002: `high` for the `first` years, `low` for the rest
    double first;
    double high, low;
};

// exp(log) N2(a, b, rho), as above.
static double weighed_two(double log, double a, double b, double rho) {
    double tail = normal_cdf_two(a, b, rho);
    return tail > 0 ? mathfn_exp(log + mathfn_log(tail)) : 0;
}

// The value of (S / unit)^gamma at expiry if S is below `level` then, below two->low at the first date, and met no
// boundary.
static double below_both(const struct call *c, const struct two *two, double gamma, double unit,
                         double level) {
    double variance = c->vol * c->vol, drift = c->cost + (gamma - 0.5) * variance;
    double early = c->vol * sqrt(two->first), late = c->vol * sqrt(c->years);
    double lambda = -c->rate + gamma * c->cost + 0.5 * gamma * (gamma - 1) * variance;
    double kappa = 2 * c->cost / variance + 2 * gamma - 1, rho = sqrt(two->first / c->years);
    double high = mathfn_log(two->high / c->spot), low = mathfn_log(two->low / c->spot);
    double end = mathfn_log(level / c->spot), shift = drift * c->years;
    double one = drift * two->first, mirror = 2 * high - low;
    double log = lambda * c->years + gamma * mathfn_log(c->spot / unit);
    return weighed_two(log, (low - one) / early, (end - shift) / late, rho) -
           weighed_two(log + kappa * high, -(mirror + one) / early,
                       -(2 * high - end + shift) / late, rho) -
           weighed_two(log + kappa * low, (low + one) / early, -(2 * low - end + shift) / late,
                       -rho) +
           weighed_two(log + kappa * (low - high), (one - mirror) / early,
                       -(2 * (low - high) - end + shift) / late, -rho);
}

// "Closed form valuation of American options", NHH discussion paper, 2002, as in Haug, "The Complete Guide to Option
// Pricing Formulas", 2nd ed., section 3.3: the lower boundary is that of the first stretch's length.
static double bjerksund_02(const struct put *put) {
    struct call c = call_of(put);
    double scale = c.strike / (c.top - c.floor) * (c.strike / c.floor);
    struct two two = {.first = 0.5 * (sqrt(5) - 1) * c.years};
    two.low = boundary(&c, two.first, scale);
    two.high = boundary(&c, c.years, scale);
    if (c.spot >= two.high) return c.spot - c.strike;
    double gain_low = two.low - c.strike, gain_high = two.high - c.strike, t = two.first;
    double before = gain_high * mathfn_pow(c.spot / two.high, c.beta) -
                    gain_high * below(&c, t, c.beta, two.high, two.high, two.high) +
                    below(&c, t, 1, 1, two.high, two.high) - below(&c, t, 1, 1, two.low, two.high) -
                    c.strike * below(&c, t, 0, 1, two.high, two.high) +
                    c.strike * below(&c, t, 0, 1, two.low, two.high) +
                    gain_low * below(&c, t, c.beta, two.low, two.low, two.high);
    return before - gain_low * below_both(&c, &two, c.beta, two.low, two.low) +
           below_both(&c, &two, 1, 1, two.low) - below_both(&c, &two, 1, 1, c.strike) -
           c.strike * below_both(&c, &two, 0, 1, two.low) +
           c.strike * below_both(&c, &two, 0, 1, c.strike);
}
