// SPDX-License-Identifier: Apache-2.0
// The family "sizing": turns a strategy's target (direction and strength) into a signed fraction of its
// equity. Independent of the strategy: any strategy runs with any sizing. The names and numbers of the
// methods are rows of a table, as everywhere.
#ifndef FULMAR_STRATEGY_SIZING_H
#define FULMAR_STRATEGY_SIZING_H

#include "base/params.h"
#include "strategy/strategy.h"

struct sizing_view {
    double price;           // last close
    double equity;          // of the strategy, account money
    double volatility;      // annualised, of the instrument's recent returns; NaN = not known
    double volatility_mean; // harmonic mean of those of the strategy's instruments; NaN = not known
    uint32_t shares; // how many independent targets the equity is divided among: the number of
                     // instruments for SCOPE_INSTRUMENT; 1 for SCOPE_UNIVERSE, whose weights are
                     // already parts of one whole. 0 counts as 1
    uint32_t trades; // closed round trips of the strategy so far
    double trade_return_mean; // of those, as fractions of the entry value
    double trade_return_var;
    bool inverse; // value in account money goes with 1 / price
};

struct sizing {
    const char *name; // "fixed_fraction", "kelly" and so on
    const char *summary;
    bool reads_volatility; // the two volatilities of the view are worked out for it
    const struct param *params;
    size_t param_count;
    // A signed fraction of the strategy's equity, |fraction| <= the method's own cap / shares; 0 when the
    // method has not enough to go by (and says so in its summary), and for a weight, a confidence or a
    // price that is not a number. The target's confidence scales it.
    double (*fraction)(const struct sizing_view *view, const double *params,
                       const struct strategy_target *target);
};

size_t sizing_count(void);
const struct sizing *sizing_at(size_t index);
const struct sizing *sizing_find(const char *name);

#endif
