// SPDX-License-Identifier: Apache-2.0
// Features of what the best levels hold.
#include "quant/micro/micro_param.h"
#include "quant/stream/quote.h"

struct depth {
    uint64_t levels;
};

static size_t depth_size(const double *params) {
    return sizeof(struct depth);
}

static uint32_t depth_levels(const double *params) {
    return (uint32_t)params[0];
}

static void depth_init(void *memory, const double *params, double price_unit, double qty_unit) {
    *(struct depth *)memory = (struct depth){.levels = (uint64_t)params[0]};
}

static void depth_book(void *memory, const struct micro_view *view, double *outputs) {
    const struct depth *depth = memory;
    if (!micro_touched(view, (uint32_t)depth->levels)) return;
    int64_t bids = micro_sum(&view->now[0], (uint32_t)depth->levels);
    int64_t asks = micro_sum(&view->now[1], (uint32_t)depth->levels);
    outputs[0] = (double)bids * view->qty_unit;
    outputs[1] = (double)asks * view->qty_unit;
    outputs[2] = (double)(bids + asks) * view->qty_unit;
}

static const struct param depth_params[] = {MICRO_LEVELS(10, MICRO_LEVELS_MAX)};

const struct micro micro_depth = {
    .name = "depth",
    .summary = "Quantity in the best levels of the bids, of the asks, and of both.",
    .source = "Biais, Hillion and Spatt, An empirical analysis of the limit order book, 1995",
    .outputs = {"bid", "ask", "total"},
    .output_count = 3,
    .params = depth_params,
    .param_count = MICRO_COUNT(depth_params),
    .state_size = depth_size,
    .levels = depth_levels,
    .init = depth_init,
    .book = depth_book,
};

static void imbalance_book(void *memory, const struct micro_view *view, double *outputs) {
    const struct depth *depth = memory;
    if (!micro_touched(view, (uint32_t)depth->levels)) return;
    outputs[0] = micro_has_touch(view)
                     ? quote_imbalance((double)micro_sum(&view->now[0], (uint32_t)depth->levels),
                                       (double)micro_sum(&view->now[1], (uint32_t)depth->levels))
                     : NAN;
}

static const struct param imbalance_params[] = {MICRO_LEVELS(5, MICRO_LEVELS_MAX)};

const struct micro micro_imbalance = {
    .name = "imbalance",
    .summary = "The bids' share in the quantity of the best levels of both sides, in [0, 1].",
    .source =
        "Cartea, Jaimungal and Penalva, Algorithmic and High-Frequency Trading, 2015, chapter 3",
    .outputs = {"value"},
    .output_count = 1,
    .params = imbalance_params,
    .param_count = MICRO_COUNT(imbalance_params),
    .state_size = depth_size,
    .levels = depth_levels,
    .init = depth_init,
    .book = imbalance_book,
};

struct sweep {
    uint64_t levels;
    double notional; // in ticks times mantissas
};

static size_t sweep_size(const double *params) {
    return sizeof(struct sweep);
}

static uint32_t sweep_levels(const double *params) {
    return (uint32_t)params[1];
}

static void sweep_init(void *memory, const double *params, double price_unit, double qty_unit) {
    *(struct sweep *)memory = (struct sweep){.levels = (uint64_t)params[1],
                                             .notional = params[0] / price_unit / qty_unit};
}

// The average price, in ticks, at which the notional trades against a side; NaN: its levels hold less.
static double price_of(const struct micro_side *side, uint64_t levels, double notional) {
    double left = notional, qty = 0;
    for (uint64_t i = 0; i < levels && i < side->count; i++) {
        double price = (double)side->price[i], worth = price * (double)side->qty[i];
        if (!(price > 0)) return NAN;
        if (worth >= left) return notional / (qty + left / price);
        left -= worth;
        qty += (double)side->qty[i];
    }
    return NAN;
}

static void sweep_book(void *memory, const struct micro_view *view, double *outputs) {
    const struct sweep *sweep = memory;
    if (!micro_touched(view, (uint32_t)sweep->levels)) return;
    outputs[0] = outputs[1] = NAN;
    if (!micro_has_touch(view)) return;
    double mid = 0.5 * (double)micro_mid2(view);
    outputs[0] = quote_relative(price_of(&view->now[1], sweep->levels, sweep->notional) - mid, mid);
    outputs[1] = quote_relative(mid - price_of(&view->now[0], sweep->levels, sweep->notional), mid);
}

static const struct param sweep_params[] = {
    {.name = "notional",
     .type = PARAM_REAL,
     .unit = "money",
     .def = 50000,
     .min = 1e-6,
     .max = 1e15,
     .help = "Price times quantity of the order."},
    MICRO_LEVELS(50, MICRO_LEVELS_MAX),
};

const struct micro micro_sweep_cost = {
    .name = "sweep_cost",
    .summary =
        "What a market order of a notional pays beyond the mid, in basis points of it, to buy "
        "and to sell; undefined where the levels hold less than it.",
    .source = "Irvine, Benston and Kandel, Liquidity beyond the inside spread: the cost of a round "
              "trip, 2000",
    .outputs = {"buy", "sell"},
    .output_count = 2,
    .params = sweep_params,
    .param_count = MICRO_COUNT(sweep_params),
    .state_size = sweep_size,
    .levels = sweep_levels,
    .init = sweep_init,
    .book = sweep_book,
};
