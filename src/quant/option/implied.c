// SPDX-License-Identifier: Apache-2.0
#include "quant/option/implied.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "quant/math/mathfn.h"

#define VOL_MIN 1e-4
#define VOL_MAX 20.0

struct search {
    difference_price *price;
    const void *context;
    const struct option_terms *option;
    double target;
    double low, high;    // volatilities
    double below, above; // price there less the target, below < 0 <= above
};

static enum option_iv bounds(const struct option_terms *option, double price) {
    bool call = option->side == OPTION_CALL;
    double now = call ? option->spot - option->strike : option->strike - option->spot;
    if (!isfinite(price)) return OPTION_IV_NOT_FINITE;
    enum option_fault fault = option_fault(option);
    if (fault == OPTION_NOT_FINITE) return OPTION_IV_NOT_FINITE;
    if (fault == OPTION_NOT_POSITIVE) return OPTION_IV_NOT_POSITIVE;
    if (fault == OPTION_EXPIRED) return OPTION_IV_EXPIRED;
    if (price < 0) return OPTION_IV_NEGATIVE;
    if (price < now) return OPTION_IV_BELOW_INTRINSIC;
    // A rate below 0 makes what is received later worth more.
    double yield = option->model == OPTION_BLACK_76 ? option->rate : option->yield;
    double grown = mathfn_exp(fmax(-(call ? yield : option->rate) * option->years, 0));
    if (price >= (call ? option->spot : option->strike) * grown) return OPTION_IV_ABOVE_BOUND;
    return price == 0 ? OPTION_IV_ZERO : OPTION_IV_FOUND;
}

static int gap_at(const struct search *search, double vol, double *ret_gap) {
    double price = 0;
    TRY(search->price(search->context, search->option, vol, &price));
    *ret_gap = price - search->target;
    return 0;
}

// The least volatility that the pricer takes, by halving between one that it refuses and one that it takes.
static int begin(struct search *search) {
    search->low = VOL_MIN;
    int rc = gap_at(search, VOL_MIN, &search->below);
    if (rc != ERR_UNSUPPORTED) return rc;
    double refused = VOL_MIN, taken = VOL_MAX;
    TRY(gap_at(search, taken, &search->below));
    while (taken > refused * (1 + 1e-9)) {
        double middle = sqrt(refused * taken), gap;
        rc = gap_at(search, middle, &gap);
        if (rc < 0 && rc != ERR_UNSUPPORTED) return rc;
        if (rc < 0) {
            refused = middle;
        } else {
            taken = middle;
            search->below = gap;
        }
    }
    search->low = taken;
    return 0;
}

static int bracket(struct search *search) {
    search->high = search->low;
    search->above = search->below;
    while (search->above < 0 && search->high < VOL_MAX) {
        double next = fmin(search->high < 0.05 ? 0.05 : 2 * search->high, VOL_MAX);
        search->low = search->high;
        search->below = search->above;
        search->high = next;
        TRY(gap_at(search, next, &search->above));
    }
    return 0;
}

// How far into the bracket the next point lies: inverse quadratic interpolation through three points where it may be
// trusted, else the middle. Chandrupatla, Advances in Engineering Software 28(3), 1997.
static double share_of(double x1, double x2, double x3, double f1, double f2, double f3) {
    double xi = (x1 - x2) / (x3 - x2), phi = (f1 - f2) / (f3 - f2);
    if (!(phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi)) return 0.5;
    return f1 / (f2 - f1) * (f3 / (f2 - f3)) +
           (x3 - x1) / (x2 - x1) * (f1 / (f3 - f1)) * (f2 / (f3 - f2));
}

// Until the bracket is as narrow as a volatility has digits. Where a price spans many powers of ten, and where all that
// is left is the rounding of prices, steps are halves.
static int narrow(struct search *search, double *ret_vol) {
    double x1 = search->high, f1 = search->above, x2 = search->low, f2 = search->below;
    double x3 = x2, f3 = f2, share = 0.5;
    for (int step = 0; step < 300 && f1 != 0; step++) {
        double width = fabs(x2 - x1), least = 2 * DBL_EPSILON * fabs(x1) / width;
        if (!(least < 0.5) || fabs(f1) <= 1e-15 * search->target) break;
        double gap = 0, vol = x1 + fmin(fmax(share, least), 1 - least) * (x2 - x1);
        TRY(gap_at(search, vol, &gap));
        bool same = (gap < 0) == (f1 < 0);
        x3 = same ? x1 : x2;
        f3 = same ? f1 : f2;
        x2 = same ? x2 : x1;
        f2 = same ? f2 : f1;
        x1 = vol;
        f1 = gap;
        share = share_of(x1, x2, x3, f1, f2, f3);
    }
    *ret_vol = fabs(f2) < fabs(f1) ? x2 : x1;
    return 0;
}

int implied_search(difference_price *price, const void *context, const struct option_terms *option,
                   double target, double *ret_vol, enum option_iv *ret_status) {
    enum option_iv status = bounds(option, target);
    double vol = status == OPTION_IV_ZERO ? 0 : NAN;
    if (status == OPTION_IV_FOUND) {
        struct search search = {
            .price = price, .context = context, .option = option, .target = target};
        TRY(begin(&search));
        // Above a least value that is not 0 a price has the digits of the spot and strike that made it.
        double held = -search.below, least = target - held;
        double rounding = 8 * DBL_EPSILON * fmax(option->spot, option->strike);
        bool rounded = least > 0 && held <= rounding;
        TRY(bracket(&search));
        if (rounded || !(held > 0 && search.above >= 0))
            status = OPTION_IV_NO_INFORMATION;
        else
            TRY(narrow(&search, &vol));
    }
    *ret_vol = vol;
    *ret_status = status;
    return 0;
}
