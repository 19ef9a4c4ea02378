// SPDX-License-Identifier: Apache-2.0
// After FINRA Rule 4210(d)(2) as amended by SR-FINRA-2025-017 (91 FR 20731, April 17, 2026), which on June 4, 2026 took
// the place of the pattern day trader's rules: no transaction may make or deepen an intraday margin deficit, that is
// leave less equity than the maintenance margin of what is held. Brokers may take until October 20, 2027 to change
// over.
//
// What is here is stricter: every open order counts as filled, and what would make a deficit does not leave, so that
// there are no calls and no five days to meet them.
#include <math.h>

#include "risk/exposure.h"
#include "risk/maintenance.h"

enum { FROM, MULTIPLE, PARAMS };

static const struct param params[PARAMS] = {
    [FROM] = {.name = "from",
              .type = PARAM_INT,
              .unit = "yyyymmdd",
              .def = 20260604,
              .min = 19700101,
              .max = 22611231,
              .help = "First day on which it holds."},
    [MULTIPLE] = {.name = "multiple",
                  .type = PARAM_REAL,
                  .unit = "of the requirement",
                  .def = 1,
                  .min = 1,
                  .max = 10,
                  .help = "What a broker asks of what FINRA does."},
};

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct risk_exposure *exposure = view->exposure;
    uint32_t own = order->spec->instrument;
    const struct risk_exposure_row *row = &exposure->rows[own];
    const struct instrument *instrument = &view->instruments->items[own];
    price_t last = view->board->rows[own].last; // of what is not held the row's may be old
    if (view->now_ns < risk_day_ns(values[FROM])) return RISK_ALLOW;
    ret_result->limit = 1;
    ret_result->value = INFINITY;
    if (exposure->unpriced > 0) return RISK_VETO;
    bool buys = order->spec->side > 0;
    int128_t before = risk_requirement(instrument, last, row->up, row->down);
    int128_t after =
        risk_requirement(instrument, last, buys ? money_add(row->up, order->notional) : row->up,
                         buys ? row->down : money_sub(row->down, order->notional));
    int128_t rest = exposure->maintenance - before;
    int128_t equity = risk_limit(view, 1 / values[MULTIPLE]).m * RISK_SHARE_PARTS;
    if (rest + after <= equity || after <= before) return RISK_ALLOW;
    ret_result->value =
        risk_share(view, MONEY((rest + after) / RISK_SHARE_PARTS)) * values[MULTIPLE];
    money_t left = risk_larger(MONEY(equity - rest), MONEY(before));
    int128_t held = buys ? row->up.m : -row->down.m;
    int128_t most = left.m / risk_maintenance(instrument, last, order->spec->side);
    return risk_cut(view, order, MONEY(most - held), ret_result);
}

const struct risk_rule risk_rule_intraday_margin = {
    .name = "intraday_margin",
    .summary = "Cuts an order so that the maintenance margin of positions with all open orders "
               "stays within the equity, from June 4, 2026 on.",
    .params = params,
    .param_count = PARAMS,
    .uses = RISK_USES_EXPOSURE,
    .rank = RISK_RANK_INTRADAY_MARGIN,
    .check = check,
};
