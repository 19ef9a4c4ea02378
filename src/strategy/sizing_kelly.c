// SPDX-License-Identifier: Apache-2.0
// Fractional Kelly: a part of the bet that would have grown the equity fastest, judged by the strategy's own
// closed trades.
//
// Source: J. L. Kelly, "A New Interpretation of Information Rate", Bell System Technical Journal 35 (1956);
// Edward O. Thorp, "The Kelly Criterion in Blackjack, Sports Betting, and the Stock Market" (2006), section 7:
// f* = mean / variance of the returns, for returns that are small.
// Of the mean of n trades, `errors` standard errors sqrt(variance / n) are taken off: with 1.645 the bet is that of
// the lower end of its one-sided 95 % interval (MacLean, Thorp and Ziemba, "The Kelly Capital Growth Investment
// Criterion", 2011, on bets by estimated means). What is left is shrunk by n / (n + shrink): as if `shrink` trades had
// returned nothing. With `uncertainty` the bet is shrunk by m^2 / (m^2 + variance / n), which grows fastest on the
// average where the mean m is only estimated (Baker and McHale, "Optimal Betting Under Parameter Uncertainty", Decision
// Analysis 10, 2013, for small edges).
// Where it fails: the mean of a few dozen trades is mostly chance, hence the minimum, the shrinking, the
// fraction and the cap. A measured edge of zero or less bets the floor; with a floor of 0 the strategy never
// trades again.
#include <math.h>

#include "strategy/sizing.h"
#include "strategy/sizing_share.h"

enum { FRACTION, TRADES_MIN, SHRINK, CAP, INITIAL, FLOOR, ERRORS, UNCERTAINTY };

static const struct param params[] = {
    [FRACTION] = {.name = "fraction",
                  .type = PARAM_REAL,
                  .unit = "fraction",
                  .def = 0.5,
                  .min = 0,
                  .max = 1,
                  .help = "Part of the Kelly bet that is taken."},
    [TRADES_MIN] = {.name = "trades_min",
                    .type = PARAM_INT,
                    .unit = "trades",
                    .def = 30,
                    .min = 2,
                    .max = 100000,
                    .help = "Closed trades that it takes to judge the strategy."},
    [SHRINK] = {.name = "shrink",
                .type = PARAM_REAL,
                .unit = "trades",
                .def = 30,
                .min = 0,
                .max = 100000,
                .help = "Trades without return that are mixed into the mean."},
    [CAP] = {.name = "cap",
             .type = PARAM_REAL,
             .unit = "fraction",
             .def = 1,
             .min = 0,
             .max = 20,
             .help = "Largest part of the equity that a position holds."},
    [INITIAL] = {.name = "initial",
                 .type = PARAM_REAL,
                 .unit = "fraction",
                 .def = 0.2,
                 .min = 0,
                 .max = 1,
                 .help = "Part of the equity that a position holds until there are enough trades."},
    [FLOOR] = {.name = "floor",
               .type = PARAM_REAL,
               .unit = "fraction",
               .def = 0,
               .min = 0,
               .max = 1,
               .help = "Part of the equity that a position holds when the trades show no edge."},
    [ERRORS] = {.name = "errors",
                .type = PARAM_REAL,
                .unit = "standard errors",
                .def = 0,
                .min = 0,
                .max = 10,
                .help = "Standard errors that are taken off the mean of the trades; 1.645 bets on "
                        "the lower end of its 95 % interval."},
    [UNCERTAINTY] = {.name = "uncertainty",
                     .type = PARAM_BOOL,
                     .unit = "",
                     .def = 0,
                     .help = "Shrink the bet by m^2 / (m^2 + s^2), m the mean, s its error."},
};

static double kelly(const struct sizing_view *view, const double *values) {
    double trades = (double)view->trades;
    if (trades < values[TRADES_MIN]) return values[INITIAL];
    if (!(view->trade_return_var > 0)) return values[FLOOR];
    double sure = view->trade_return_mean - values[ERRORS] * sqrt(view->trade_return_var / trades);
    double mean = sure * (trades / (trades + values[SHRINK]));
    if (!(mean > 0)) return values[FLOOR];
    double bet = values[FRACTION] * mean / view->trade_return_var;
    if (values[UNCERTAINTY] != 0)
        bet *= mean * mean / (mean * mean + view->trade_return_var / trades);
    return bet > values[FLOOR] ? bet : values[FLOOR];
}

static double fraction(const struct sizing_view *view, const double *values,
                       const struct strategy_target *target) {
    return sizing_share(view, target, kelly(view, values), values[CAP]);
}

const struct sizing sizing_kelly = {
    .name = "kelly",
    .summary =
        "A part of the Kelly bet on the strategy's own trades; a set size until there are enough "
        "of them, the floor where they show no edge.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .fraction = fraction,
};
