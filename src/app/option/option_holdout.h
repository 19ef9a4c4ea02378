// SPDX-License-Identifier: Apache-2.0
// How well a surface foretells quotes that it was not fitted to. The strikes of every expiry are dealt out in turn to
// two halves; a surface fitted to each is asked for the volatilities of the other, so that every quote is foretold
// once.
#ifndef FULMAR_APP_OPTION_OPTION_HOLDOUT_H
#define FULMAR_APP_OPTION_OPTION_HOLDOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "quant/option/surface.h"

// By the delta of the option out of the money, undiscounted and at its own volatility.
enum { OPTION_HOLDOUT_BUCKETS = 4 };

struct option_holdout_bucket {
    size_t count;
    size_t
        within; // quotes between whose bid and ask the surface lies: within half the spread of the mid
    double squares; // sum of squared misfits of volatility
};

struct option_holdout {
    struct option_holdout_bucket fitted[OPTION_HOLDOUT_BUCKETS];   // by the surface of all points
    struct option_holdout_bucket foretold[OPTION_HOLDOUT_BUCKETS]; // by that of the other half
    size_t left_out; // points of an expiry that half of its points are too few to fit
    size_t faults;   // violations that a grid finds in the two surfaces
};

// Fits a surface to points as the caller does.
typedef int option_holdout_fit(void *context, const struct surface_points *points,
                               struct surface *ret_surface, struct surface_fit *ret_fits);

// `surface` and `fits` are those of all `count` sets of points; reach: of surface_arbitrage_of. ERR_NOMEM, and what the
// fit fails with.
int option_holdout_of(const struct surface_points *points, size_t count,
                      const struct surface *surface, const struct surface_fit *fits, double reach,
                      option_holdout_fit *fit, void *context, struct option_holdout *ret) MUST_USE;

// A table, or the member "holdout" of a JSON object.
void option_holdout_add(const struct option_holdout *holdout, bool json, struct text *out);

#endif
