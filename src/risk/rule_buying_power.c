// SPDX-License-Identifier: Apache-2.0
// What the broker's margin rules let the equity carry, with every open order filled.
//
//   reg_t      50 % of a stock's value, long or short (Regulation T, 12 CFR 220.12(a) and (c): a short's 150 % includes
//              what the sale brought in)
//   portfolio  the loss of a move by 15 % of each stock (FINRA Rule 4210(g)(2), without offsets between stocks)
//   cash       all of it
//
// Crypto and everything else have a leverage each, of which 1 is cash.
#include <math.h>

#include "risk/exposure.h"
#include "risk/share.h"

enum { STOCKS, CRYPTO, OTHERS, PARAMS };
enum { REG_T, PORTFOLIO, CASH };

static const struct param params[PARAMS] = {
    {.name = "stocks",
     .type = PARAM_ENUM,
     .unit = "",
     .def = REG_T,
     .max = CASH,
     .choices = "reg_t|portfolio|cash",
     .help = "Margin on stocks: half of the value, a move of 15 %, or all of it."},
    {.name = "crypto",
     .type = PARAM_REAL,
     .unit = "times",
     .def = 1,
     .min = 1,
     .max = 200,
     .help = "Leverage on crypto."},
    {.name = "others",
     .type = PARAM_REAL,
     .unit = "times",
     .def = 1,
     .min = 1,
     .max = 200,
     .help = "Leverage on forex, futures and indices."},
};

// Of a class's value, in parts per billion, rounded up.
static int64_t margin_of(const double *values, uint32_t asset) {
    static const int64_t stocks[] = {
        [REG_T] = 500000000, [PORTFOLIO] = 150000000, [CASH] = RISK_SHARE_PARTS};
    if (asset == ASSET_EQUITY) return stocks[(int)values[STOCKS]];
    return (int64_t)ceil(RISK_SHARE_PARTS / values[asset == ASSET_CRYPTO ? CRYPTO : OTHERS]);
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct risk_exposure *exposure = view->exposure;
    uint32_t own = view->instruments->items[order->spec->instrument].asset;
    ret_result->limit = 1;
    ret_result->value = INFINITY;
    if (exposure->unpriced > 0) return RISK_VETO;
    int128_t margin = margin_of(values, own), others = 0; // parts of money
    for (uint32_t asset = 0; asset < ASSET_CLASS_COUNT; asset++)
        if (asset != own) others += exposure->worst_of[asset].m * margin_of(values, asset);
    int128_t equity = risk_limit(view, 1).m * RISK_SHARE_PARTS;
    int128_t rest = exposure->worst.m - exposure->worst_of[own].m;
    int128_t before = exposure->worst_of[own].m;
    int128_t after = risk_exposure_with(exposure, order).m - rest;
    if (after * margin + others <= equity || after <= before) return RISK_ALLOW;
    ret_result->value = risk_share(view, MONEY((after * margin + others) / RISK_SHARE_PARTS));
    int128_t limit = (equity - others) / margin; // of the class's value
    limit = limit < before ? before : limit;
    return risk_cut(view, order, risk_exposure_room(exposure, order, MONEY(limit + rest)),
                    ret_result);
}

const struct risk_rule risk_rule_buying_power = {
    .name = "buying_power",
    .summary = "Cuts an order so that the margin of positions with all open orders stays within "
               "the equity: Regulation T or portfolio margin on stocks, leverage on the rest.",
    .params = params,
    .param_count = PARAMS,
    .uses = RISK_USES_EXPOSURE,
    .rank = RISK_RANK_BUYING_POWER,
    .check = check,
};
