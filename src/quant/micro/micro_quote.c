// SPDX-License-Identifier: Apache-2.0
// Features of the best quote alone.
#include "quant/micro/micro_param.h"
#include "quant/stream/quote.h"

static void init(void *memory, const double *params, double price_unit, double qty_unit) {
}

static void undefine(double *outputs, size_t count) {
    for (size_t i = 0; i < count; i++) outputs[i] = NAN;
}

static void spread_book(void *memory, const struct micro_view *view, double *outputs) {
    if (!micro_touched(view, 1)) return;
    undefine(outputs, 3);
    if (!micro_has_touch(view)) return;
    double spread = (double)(view->now[1].price[0] - view->now[0].price[0]);
    outputs[0] = spread * view->price_unit;
    outputs[1] = quote_relative(spread, 0.5 * (double)micro_mid2(view));
    outputs[2] = micro_mid(view);
}

const struct micro micro_spread = {
    .name = "spread",
    .summary =
        "Best ask less best bid in units of price and in basis points of the mid, and the mid; "
        "0 in a locked book, below 0 in a crossed one.",
    .source = "Harris, Trading and Exchanges, 2003, chapter 14",
    .outputs = {"spread", "bp", "mid"},
    .output_count = 3,
    .state_size = micro_no_state_size,
    .init = init,
    .book = spread_book,
};

static void weighted_mid_book(void *memory, const struct micro_view *view, double *outputs) {
    const struct micro_side *bids = &view->now[0], *asks = &view->now[1];
    if (!micro_touched(view, 1)) return;
    undefine(outputs, 1);
    if (!micro_has_touch(view)) return;
    // As a distance from the bid, which is exact in ticks.
    double share = quote_imbalance((double)bids->qty[0], (double)asks->qty[0]);
    outputs[0] = ((double)bids->price[0] + share * (double)(asks->price[0] - bids->price[0])) *
                 view->price_unit;
}

const struct micro micro_weighted_mid = {
    .name = "weighted_mid",
    .summary =
        "The mid weighted by the quantity on the other side: (bid x ask quantity + ask x bid "
        "quantity) / both quantities.",
    .source = "Stoikov, The micro-price, Quantitative Finance 18 (2018), equation 2",
    .outputs = {"value"},
    .output_count = 1,
    .state_size = micro_no_state_size,
    .init = init,
    .book = weighted_mid_book,
};

static void queue_imbalance_book(void *memory, const struct micro_view *view, double *outputs) {
    if (!micro_touched(view, 1)) return;
    undefine(outputs, 1);
    if (!micro_has_touch(view)) return;
    outputs[0] = quote_queue_imbalance((double)view->now[0].qty[0], (double)view->now[1].qty[0]);
}

const struct micro micro_queue_imbalance = {
    .name = "queue_imbalance",
    .summary = "Best bid's quantity less best ask's over their sum, in [-1, 1].",
    .source = "Gould and Bonart, Queue imbalance as a one-tick-ahead price predictor, Market "
              "Microstructure and Liquidity 2 (2016)",
    .outputs = {"value"},
    .output_count = 1,
    .state_size = micro_no_state_size,
    .init = init,
    .book = queue_imbalance_book,
};
