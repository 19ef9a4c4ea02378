// SPDX-License-Identifier: Apache-2.0
#include "quant/option/payoff.h"

#include <math.h>

#include "base/check.h"
#include "quant/math/mathfn.h"
#include "quant/math/normal.h"

enum { POINTS_MAX = PAYOFF_LEGS_MAX + 1 };

static const double zero_share = 1e-13;

static bool lives_on(const struct payoff_leg *leg) {
    return leg->kind != PAYOFF_SHARE && leg->later > 0;
}

static int check_leg(const struct payoff_leg *leg, size_t number) {
    if (!isfinite(leg->quantity) || leg->quantity == 0)
        return ERR_SET(ERR_ARGUMENT, "leg %zu: a quantity is a number other than 0", number);
    if (!isfinite(leg->cost))
        return ERR_SET(ERR_ARGUMENT, "leg %zu: what it cost is not a finite number", number);
    if (leg->kind == PAYOFF_SHARE) return 0;
    if (!(leg->later >= 0 && isfinite(leg->later)))
        return ERR_SET(ERR_ARGUMENT, "leg %zu: it lives on for a time from 0 on, not %g years",
                       number, leg->later);
    if (!(leg->strike > 0 && isfinite(leg->strike)))
        return ERR_SET(ERR_ARGUMENT, "leg %zu: a strike is a number above 0, not %g", number,
                       leg->strike);
    if (!isnan(leg->vol) && !(leg->vol > 0 && isfinite(leg->vol)))
        return ERR_SET(ERR_ARGUMENT, "leg %zu: a volatility is a number above 0, not %g", number,
                       leg->vol);
    return 0;
}

int payoff_check(const struct payoff *position) {
    if (position->count < 1 || position->count > PAYOFF_LEGS_MAX)
        return ERR_SET(ERR_ARGUMENT, "a position has 1 to %d legs, not %zu", PAYOFF_LEGS_MAX,
                       position->count);
    for (size_t i = 0; i < position->count; i++) {
        const struct payoff_leg *leg = &position->legs[i];
        double vol = isnan(leg->vol) ? position->rest.vol : leg->vol;
        TRY(check_leg(leg, i + 1));
        if (lives_on(leg) && !(vol > 0 && isfinite(vol)))
            return ERR_SET(ERR_ARGUMENT, "leg %zu lives on: that takes a volatility above 0",
                           i + 1);
    }
    return 0;
}

// At the first expiry.
static double leg_value(const struct payoff_leg *leg, const struct payoff_market *rest,
                        double spot) {
    if (leg->kind == PAYOFF_SHARE) return spot;
    double now = fmax(leg->kind == PAYOFF_CALL ? spot - leg->strike : leg->strike - spot, 0);
    if (!lives_on(leg) || !(spot > 0)) return now;
    struct option_terms option = {.side = leg->kind == PAYOFF_CALL ? OPTION_CALL : OPTION_PUT,
                                  .spot = spot,
                                  .strike = leg->strike,
                                  .years = leg->later,
                                  .rate = rest->rate,
                                  .yield = rest->yield};
    return fmax(option_price(&option, isnan(leg->vol) ? rest->vol : leg->vol), now);
}

double payoff_profit(const struct payoff *position, double spot) {
    double sum = 0;
    for (size_t i = 0; i < position->count; i++) {
        const struct payoff_leg *leg = &position->legs[i];
        sum += leg->quantity * (leg_value(leg, &position->rest, spot) - leg->cost);
    }
    return sum;
}

// 0 and the strikes, ascending, each once.
static size_t kinks_of(const struct payoff *position, double *ret_points) {
    size_t count = 1;
    ret_points[0] = 0;
    for (size_t i = 0; i < position->count; i++) {
        if (position->legs[i].kind == PAYOFF_SHARE) continue;
        double strike = position->legs[i].strike;
        size_t at = count;
        while (ret_points[at - 1] > strike) at--;
        if (ret_points[at - 1] == strike) continue;
        for (size_t k = count; k > at; k--) ret_points[k] = ret_points[k - 1];
        ret_points[at] = strike;
        count++;
    }
    return count;
}

static double turnover(const struct payoff *position) {
    double sum = 0;
    for (size_t i = 0; i < position->count; i++) {
        const struct payoff_leg *leg = &position->legs[i];
        double strike = leg->kind == PAYOFF_SHARE ? 0 : leg->strike;
        sum += fabs(leg->quantity) * (strike + fabs(leg->cost));
    }
    return sum;
}

static double last_slope(const struct payoff *position) {
    double slope = 0, size = 0;
    for (size_t i = 0; i < position->count; i++) {
        if (position->legs[i].kind == PAYOFF_PUT) continue;
        slope += position->legs[i].quantity;
        size += fabs(position->legs[i].quantity);
    }
    return fabs(slope) > zero_share * size ? slope : 0;
}

static void add_root(struct payoff_summary *summary, double root) {
    summary->roots[summary->root_count++] = root;
}

static void find_roots(const double *points, const double *profits, size_t count,
                       struct payoff_summary *summary) {
    for (size_t i = 0; i < count; i++) {
        double here = profits[i], width = i + 1 < count ? points[i + 1] - points[i] : 0;
        if (here == 0) {
            add_root(summary, points[i]);
        } else if (i + 1 < count && here * profits[i + 1] < 0) {
            add_root(summary, points[i] + width * (here / (here - profits[i + 1])));
        } else if (i + 1 == count && here * summary->slope < 0) {
            add_root(summary, points[i] - here / summary->slope);
        }
    }
}

// A spot in (low, high) at which the profit changes its sign.
static double root_between(const struct payoff *position, double low, double high, double at_low) {
    for (int round = 0; round < 200 && high - low > 1e-12 * high; round++) {
        double middle = 0.5 * (low + high);
        if (payoff_profit(position, middle) * at_low > 0)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

// The greatest of sign times the profit in (low, high), which has one peak there, by thirds.
static double peak_between(const struct payoff *position, double low, double high, double sign) {
    for (int round = 0; round < 200 && high - low > 1e-9 * high; round++) {
        double third = (high - low) / 3, a = low + third, b = high - third;
        if (sign * payoff_profit(position, a) < sign * payoff_profit(position, b))
            low = a;
        else
            high = b;
    }
    return payoff_profit(position, 0.5 * (low + high));
}

enum { CURVE_POINTS = 4000 };

static double curve_point(double least, double most, size_t i) {
    double share = ((double)i - 1) / (CURVE_POINTS - 2);
    return i == 0 ? 0 : least * mathfn_exp(share * mathfn_log(most / least));
}

// Extremes and roots where legs live on and the profit is curved: 0 and a grid of even ratios, refined where it turns
// and where it changes its sign.
static void follow_curve(const struct payoff *position, double least, double most, double zero,
                         struct payoff_summary *summary) {
    double here = payoff_profit(position, 0), before = here, from = 0, behind = 0;
    double clear = here, clear_spot = 0; // the last that was not 0
    summary->max_profit = summary->max_loss = here;
    for (size_t i = 1; i < CURVE_POINTS; i++) {
        double spot = curve_point(least, most, i), there = payoff_profit(position, spot);
        double sign = here > before ? 1 : -1;
        if ((here - before) * (there - here) < 0) {
            double peak = peak_between(position, behind, spot, sign);
            summary->max_profit = fmax(summary->max_profit, peak);
            summary->max_loss = fmin(summary->max_loss, peak);
        }
        summary->max_profit = fmax(summary->max_profit, there);
        summary->max_loss = fmin(summary->max_loss, there);
        if (fabs(there) > zero) {
            if (clear * there < 0 && summary->root_count < PAYOFF_ROOTS_MAX)
                add_root(summary, root_between(position, clear_spot, spot, clear));
            clear = there;
            clear_spot = spot;
        }
        behind = from;
        from = spot;
        before = here;
        here = there;
    }
}

static bool is_curved(const struct payoff *position) {
    for (size_t i = 0; i < position->count; i++)
        if (lives_on(&position->legs[i])) return true;
    return false;
}

void payoff_summarise(const struct payoff *position, struct payoff_summary *ret_summary) {
    double points[POINTS_MAX], profits[POINTS_MAX], zero = zero_share * turnover(position);
    size_t count = kinks_of(position, points);
    struct payoff_summary summary = {.slope = last_slope(position)};
    for (size_t i = 0; i < position->count; i++)
        if (position->legs[i].kind != PAYOFF_SHARE)
            summary.net_debit += position->legs[i].quantity * position->legs[i].cost;
    summary.max_profit = -INFINITY;
    summary.max_loss = INFINITY;
    bool curved = is_curved(position);
    if (curved)
        follow_curve(position, points[1] / 50, points[count - 1] * 50, 1e4 * zero, &summary);
    for (size_t i = 0; i < count && !curved; i++) {
        profits[i] = payoff_profit(position, points[i]);
        if (fabs(profits[i]) <= zero) profits[i] = 0;
        summary.max_profit = fmax(summary.max_profit, profits[i]);
        summary.max_loss = fmin(summary.max_loss, profits[i]);
    }
    if (summary.slope > 0) summary.max_profit = INFINITY;
    if (summary.slope < 0) summary.max_loss = -INFINITY;
    if (!curved) find_roots(points, profits, count, &summary);
    *ret_summary = summary;
}

// P(spot at expiry <= level).
static double below(const struct payoff_market *market, double level) {
    if (level <= 0) return 0;
    double deviation = market->vol * sqrt(market->years);
    double drift = (market->rate - market->yield) * market->years - 0.5 * deviation * deviation;
    return normal_cdf((mathfn_log(level / market->spot) - drift) / deviation);
}

double payoff_probability(const struct payoff *position, const struct payoff_market *market) {
    struct payoff_summary summary;
    double zero = zero_share * turnover(position), sum = 0, low = 0;
    payoff_summarise(position, &summary);
    for (size_t i = 0; i <= summary.root_count; i++) {
        bool last = i == summary.root_count;
        double high = last ? INFINITY : summary.roots[i];
        double inside = last ? low + fmax(low, market->spot) : 0.5 * (low + high);
        if (high > low && payoff_profit(position, inside) > zero)
            sum += (last ? 1 : below(market, high)) - below(market, low);
        low = high;
    }
    return sum;
}

static void add_option(const struct payoff_leg *leg, const struct payoff_market *market,
                       struct option_greeks *sum) {
    struct option_terms option = {.side = leg->kind == PAYOFF_CALL ? OPTION_CALL : OPTION_PUT,
                                  .spot = market->spot,
                                  .strike = leg->strike,
                                  .years = market->years + leg->later,
                                  .rate = market->rate,
                                  .yield = market->yield};
    struct option_greeks one;
    double *to = (double *)sum;
    const double *from = (const double *)&one;
    option_greeks(&option, isnan(leg->vol) ? market->vol : leg->vol, &one);
    for (size_t k = 0; k < sizeof one / sizeof(double); k++) to[k] += leg->quantity * from[k];
}

void payoff_greeks(const struct payoff *position, const struct payoff_market *market,
                   struct option_greeks *ret_greeks) {
    struct option_greeks sum = {0};
    if (!(market->years > 0)) {
        sum =
            (struct option_greeks){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
        sum.price = 0;
        for (size_t i = 0; i < position->count; i++)
            sum.price +=
                position->legs[i].quantity * leg_value(&position->legs[i], market, market->spot);
        *ret_greeks = sum;
        return;
    }
    for (size_t i = 0; i < position->count; i++) {
        const struct payoff_leg *leg = &position->legs[i];
        if (leg->kind != PAYOFF_SHARE) {
            add_option(leg, market, &sum);
            continue;
        }
        sum.price += leg->quantity * market->spot;
        sum.delta += leg->quantity;
    }
    *ret_greeks = sum;
}

double payoff_profit_before(const struct payoff *position, const struct payoff_market *market) {
    struct option_greeks greeks;
    double cost = 0;
    payoff_greeks(position, market, &greeks);
    for (size_t i = 0; i < position->count; i++)
        cost += position->legs[i].quantity * position->legs[i].cost;
    return greeks.price - cost;
}
