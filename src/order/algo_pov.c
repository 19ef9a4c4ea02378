// SPDX-License-Identifier: Apache-2.0
// Percentage of volume: trades a fixed share of what the market trades.
//
// Since the start, rate x the market's volume is due, in whole lots, at the market. The volume is what we heard: on
// bars of whole bars since the decision, so that the share is held one bar late; what the simulated venue fills for us
// is not in it.
// Where it fails: it follows others into their haste, and a thin market leaves it unfinished; at_end says what then.
#include "order/algo.h"

enum { RATE = ALGO_PARAM_FIRST };

static const struct param params[] = {
    [ALGO_DURATION] = ALGO_DURATION_PARAM(86400),
    [ALGO_AT_END] = ALGO_AT_END_PARAM(ALGO_AT_END_MARKET),
    [RATE] = {.name = "rate",
              .type = PARAM_REAL,
              .unit = "of volume",
              .def = 0.1,
              .min = 0.0001,
              .max = 1,
              .help = "Our part of the quantity that the market trades."},
};

static void step(const struct algo_view *view, struct algo_out *ret_out) {
    int128_t part = (int128_t)view->market_qty.m * view->params[RATE] / 1000000;
    int64_t due = part < view->qty.m ? (int64_t)part : view->qty.m;
    if (due < view->qty.m) due -= due % view->lot.m;
    int64_t more = due - view->filled.m - view->working.m;
    if (more <= 0 || (more < view->qty_min.m && due < view->qty.m)) return;
    ret_out->orders[ret_out->order_count++] =
        (struct algo_order){.qty = QTY(more), .type = ORDER_MARKET, .tif = TIF_GTC};
}

const struct algo algo_pov = {
    .name = "pov",
    .summary = "A fixed share of what the market trades.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .curve = ALGO_CURVE_NONE,
    .slices_param = -1,
    .step = step,
};
