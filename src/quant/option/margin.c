// SPDX-License-Identifier: Apache-2.0
#include "quant/option/margin.h"

#include <math.h>

static const double share_part = 0.5, spot_part = 0.2, least_part = 0.1;

// The sold and the bought options of one kind, by strike; quantities are what is not matched yet.
struct side {
    struct payoff_leg sold[PAYOFF_LEGS_MAX], bought[PAYOFF_LEGS_MAX];
    size_t sold_count, bought_count;
};

static void insert(struct payoff_leg *list, size_t *count, struct payoff_leg leg) {
    size_t at = (*count)++;
    leg.quantity = fabs(leg.quantity);
    for (; at > 0 && list[at - 1].strike > leg.strike; at--) list[at] = list[at - 1];
    list[at] = leg;
}

static struct side side_of(const struct payoff *position, enum payoff_kind kind) {
    struct side side = {0};
    for (size_t i = 0; i < position->count; i++) {
        const struct payoff_leg *leg = &position->legs[i];
        if (leg->kind != kind) continue;
        if (leg->quantity < 0)
            insert(side.sold, &side.sold_count, *leg);
        else
            insert(side.bought, &side.bought_count, *leg);
    }
    return side;
}

static double take(double *left, double *other) {
    double both = fmin(*left, *other);
    *left -= both;
    *other -= both;
    return both;
}

// Shares cover the sold options that are furthest in the money first.
static void cover(struct side *side, enum payoff_kind kind, double shares) {
    for (size_t i = 0; i < side->sold_count; i++) {
        size_t at = kind == PAYOFF_CALL ? i : side->sold_count - 1 - i;
        take(&side->sold[at].quantity, &shares);
    }
}

struct need {
    double total;
    double premiums; // of the uncovered
};

static double uncovered(const struct payoff_leg *leg, double spot) {
    bool call = leg->kind == PAYOFF_CALL;
    double out = fmax(call ? leg->strike - spot : spot - leg->strike, 0);
    double least = least_part * (call ? spot : leg->strike);
    return leg->cost + fmax(spot_part * spot - out, least);
}

// Offsets sold by bought options in the order of their strikes; what is left over is uncovered.
static struct need need_of(struct side *side, double spot) {
    struct need need = {0};
    for (size_t i = 0; i < side->sold_count; i++) {
        struct payoff_leg *sold = &side->sold[i];
        for (size_t k = 0; k < side->bought_count; k++) {
            struct payoff_leg *bought = &side->bought[k];
            double width = sold->kind == PAYOFF_CALL ? bought->strike - sold->strike
                                                     : sold->strike - bought->strike;
            if (bought->later < sold->later) continue;
            need.total += take(&sold->quantity, &bought->quantity) * fmax(width, 0);
        }
        need.total += sold->quantity * uncovered(sold, spot);
        need.premiums += sold->quantity * sold->cost;
    }
    return need;
}

// The most that exercise of all options can cost, infinite where calls are sold in excess.
static double worst_exercise(const struct payoff *position) {
    struct payoff options = {0};
    struct payoff_summary summary;
    double sold = 0, bought = INFINITY; // the last expiry of the ones, the first of the others
    for (size_t i = 0; i < position->count; i++) {
        if (position->legs[i].kind == PAYOFF_SHARE) continue;
        struct payoff_leg leg = position->legs[i];
        if (leg.quantity < 0)
            sold = fmax(sold, leg.later);
        else
            bought = fmin(bought, leg.later);
        leg.cost = leg.later = 0;
        options.legs[options.count++] = leg;
    }
    if (options.count == 0) return 0;
    if (bought < sold) return INFINITY;
    payoff_summarise(&options, &summary);
    return fmax(-summary.max_loss, 0);
}

void margin_estimate(const struct payoff *position, double spot, struct margin *ret_margin) {
    struct side calls = side_of(position, PAYOFF_CALL), puts = side_of(position, PAYOFF_PUT);
    double shares = 0, paid = 0;
    for (size_t i = 0; i < position->count; i++) {
        const struct payoff_leg *leg = &position->legs[i];
        if (leg->kind == PAYOFF_SHARE)
            shares += leg->quantity;
        else
            paid += leg->quantity * leg->cost;
    }
    cover(&calls, PAYOFF_CALL, fmax(shares, 0));
    cover(&puts, PAYOFF_PUT, fmax(-shares, 0));
    struct need call = need_of(&calls, spot), put = need_of(&puts, spot);
    double both = call.total >= put.total ? call.total + put.premiums : put.total + call.premiums;
    struct margin margin = {.shares = share_part * fabs(shares) * spot,
                            .options = fmin(both, worst_exercise(position))};
    margin.deposit = fmax(margin.shares + margin.options + paid, 0);
    *ret_margin = margin;
}
