// SPDX-License-Identifier: Apache-2.0
#include "quant/option/dividend.h"

#include <math.h>
#include <stdbool.h>

#include "quant/math/mathfn.h"
#include "quant/option/american.h"

// What of the dividends between `from` and expiry is worth at `from`. A call is exercised before a share goes without
// its dividend, a put after: `with` counts one of that very moment.
static double worth_at(const struct option_terms *option, const struct dividends *dividends,
                       double from, bool with) {
    double sum = 0;
    for (size_t i = 0; i < dividends->count; i++) {
        const struct dividend *d = &dividends->list[i];
        bool later = with ? d->years >= from : d->years > from;
        if (!later || d->years <= 0 || d->years > option->years) continue;
        sum += d->amount * mathfn_exp(-option->rate * (d->years - from));
    }
    return sum;
}

int dividend_spot(const struct option_terms *option, const struct dividends *dividends,
                  double *ret_spot) {
    for (size_t i = 0; i < dividends->count; i++) {
        const struct dividend *d = &dividends->list[i];
        if (!isfinite(d->years) || !isfinite(d->amount) || d->amount < 0)
            return ERR_SET(ERR_ARGUMENT,
                           "dividend %zu: a time and an amount from 0 on, not %g and %g", i + 1,
                           d->years, d->amount);
    }
    double spot = option->spot - worth_at(option, dividends, 0, false);
    if (!(spot > 0))
        return ERR_SET(ERR_ARGUMENT, "the dividends are worth more than the spot of %g",
                       option->spot);
    *ret_spot = spot;
    return 0;
}

size_t dividend_scratch(size_t steps) {
    return 3 * (steps + 2);
}

struct tree {
    double up;   // discounted probability of a step up
    double down; // and down
    double log_up;
    double step_years;
};

static int tree_make(const struct option_terms *option, double vol, size_t steps,
                     struct tree *ret_tree) {
    double dt = option->years / (double)steps, log_up = vol * sqrt(dt), up = mathfn_exp(log_up);
    double growth = mathfn_exp((option->rate - option->yield) * dt);
    double p = (growth - 1 / up) / (up - 1 / up), discount = mathfn_exp(-option->rate * dt);
    if (!(p >= 0 && p <= 1))
        return ERR_SET(ERR_UNSUPPORTED,
                       "a tree of %zu steps has a probability of %g: the carry of a step is more "
                       "than its deviation; use more steps",
                       steps, p);
    *ret_tree = (struct tree){discount * p, discount * (1 - p), log_up, dt};
    return 0;
}

static double fold(const struct option_terms *option, const struct dividends *dividends,
                   const struct tree *tree, double spot, size_t steps, double *scratch) {
    double *values = scratch, *spots = scratch + steps + 1;
    bool call = option->side == OPTION_CALL;
    double sign = call ? 1 : -1;
    for (size_t j = 0; j <= 2 * steps; j++)
        spots[j] = spot * mathfn_exp(tree->log_up * ((double)j - (double)steps));
    for (size_t j = 0; j <= steps; j++) values[j] = fmax(sign * (spots[2 * j] - option->strike), 0);
    for (size_t column = steps; column-- > 0;) {
        double time = (double)column * tree->step_years;
        double more = worth_at(option, dividends, time, call) - option->strike;
        const double *at = spots + (steps - column);
        for (size_t j = 0; j <= column; j++) {
            double hold = tree->up * values[j + 1] + tree->down * values[j];
            double now = sign * (at[2 * j] + more);
            values[j] = now > hold ? now : hold;
        }
    }
    return values[0];
}

int dividend_american(const struct option_terms *option, const struct dividends *dividends,
                      double vol, size_t steps, double *scratch, double *ret_price) {
    enum option_fault fault = option_fault(option);
    struct tree tree;
    double spot;
    if (fault != OPTION_SOUND)
        return ERR_SET(ERR_ARGUMENT, "the option's terms are %s", option_fault_name(fault));
    if (option->model != OPTION_BLACK_SCHOLES)
        return ERR_SET(ERR_ARGUMENT, "dividends are of Black-Scholes-Merton options");
    if (!(vol > 0 && isfinite(vol)))
        return ERR_SET(ERR_ARGUMENT, "a volatility must be positive, not %g", vol);
    if (steps < 1 || steps > AMERICAN_STEPS_MAX)
        return ERR_SET(ERR_ARGUMENT, "a tree has from 1 to %d steps, not %zu", AMERICAN_STEPS_MAX,
                       steps);
    TRY(dividend_spot(option, dividends, &spot));
    TRY(tree_make(option, vol, steps, &tree));
    *ret_price = fold(option, dividends, &tree, spot, steps, scratch);
    return 0;
}
