// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "quant/option/american.h"
#include "quant/option/american_parts.h"

struct tree {
    double up;       // ratio of a step up; a step down is its inverse
    double discount; // of a step
    double high;     // discounted probabilities of up and down
    double low;
    double step_years;
};

static int tree_make(const struct put *put, size_t steps, struct tree *ret_tree) {
    if (steps < 1 || steps > AMERICAN_STEPS_MAX)
        return ERR_SET(ERR_ARGUMENT, "a tree has from 1 to %d steps, not %zu", AMERICAN_STEPS_MAX,
                       steps);
    double dt = put->years / (double)steps, up = mathfn_exp(put->vol * sqrt(dt));
    double growth = mathfn_exp((put->rate - put->yield) * dt);
    double p = (growth - 1 / up) / (up - 1 / up);
    if (!(p >= 0 && p <= 1))
        return ERR_SET(ERR_UNSUPPORTED,
                       "a tree of %zu steps has a probability of %g: the carry of a step is more "
                       "than its deviation; use more steps",
                       steps, p);
    double discount = mathfn_exp(-put->rate * dt);
    *ret_tree = (struct tree){.up = up,
                              .discount = discount,
                              .high = discount * p,
                              .low = discount * (1 - p),
                              .step_years = dt};
    return 0;
}

// Spots of the last column and, every other one, of those before: spot up^(2 j - steps).
static void fill_spots(const struct put *put, const struct tree *tree, size_t steps,
                       double *ret_spots) {
    double log_up = put->vol * sqrt(tree->step_years);
    for (size_t j = 0; j <= 2 * steps; j++)
        ret_spots[j] = put->spot * mathfn_exp(log_up * ((double)j - (double)steps));
}

// Folds the column of `from` steps back to the first; spots[j] belongs to up^(j - steps).
static double fold_back(const struct put *put, const struct tree *tree, size_t steps, size_t from,
                        bool american, const double *spots, double *values) {
    for (size_t column = from; column-- > 0;) {
        const double *spot = spots + (steps - column);
        for (size_t j = 0; j <= column; j++) {
            double hold = tree->high * values[j + 1] + tree->low * values[j];
            double now = put->strike - spot[2 * j];
            values[j] = american && now > hold ? now : hold;
        }
    }
    return values[0];
}

static double price_tree(const struct put *put, const struct tree *tree, size_t steps,
                         bool american, const double *spots, double *values) {
    for (size_t j = 0; j <= steps; j++) {
        double now = put->strike - spots[2 * j];
        values[j] = now > 0 ? now : 0;
    }
    return fold_back(put, tree, steps, steps, american, spots, values);
}

int put_tree(const struct put *put, size_t steps, bool control, double *scratch,
             double *ret_price) {
    struct tree tree;
    TRY(tree_make(put, steps, &tree));
    double *values = scratch, *spots = scratch + steps + 1;
    fill_spots(put, &tree, steps, spots);
    double price = price_tree(put, &tree, steps, true, spots, values);
    if (control) price += put_european(put) - price_tree(put, &tree, steps, false, spots, values);
    *ret_price = price;
    return 0;
}

// A tree whose column before the last holds Black-Scholes values of one step.
static int smooth_tree(const struct put *put, size_t steps, double *scratch, double *ret_price) {
    struct tree tree;
    TRY(tree_make(put, steps, &tree));
    double *values = scratch, *spots = scratch + steps + 1;
    fill_spots(put, &tree, steps, spots);
    for (size_t j = 0; j < steps; j++) {
        struct put last = *put;
        last.spot = spots[2 * j + 1];
        last.years = tree.step_years;
        double hold = put_european(&last), now = put->strike - last.spot;
        values[j] = now > hold ? now : hold;
    }
    *ret_price = fold_back(put, &tree, steps, steps - 1, true, spots, values);
    return 0;
}

int put_tree_smooth(const struct put *put, size_t steps, double *scratch, double *ret_price) {
    if (steps < 4 || steps % 2 != 0)
        return ERR_SET(ERR_ARGUMENT, "binomial-bs takes an even number of steps from 4 on, not %zu",
                       steps);
    double whole = 0, half = 0;
    TRY(smooth_tree(put, steps, scratch, &whole));
    TRY(smooth_tree(put, steps / 2, scratch, &half));
    *ret_price = 2 * whole - half;
    return 0;
}
