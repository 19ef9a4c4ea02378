// SPDX-License-Identifier: Apache-2.0
// Large orders: trades whose notional is a threshold or more, and levels that show as much.
#include "quant/micro/micro_param.h"
#include "quant/micro/micro_sign.h"
#include "quant/stream/slots.h"

#define MONEY_STEP 65536.0 // sums of money are of whole steps of 2^-16
#define MONEY_MOST 1e13    // what one order adds at most

struct whale {
    struct micro_signer signer;
    double notional; // ticks times mantissas
    double money;    // of one of those
    uint64_t levels;
    int64_t run_ns; // of the order that is coming in: trades of one side at one instant
    int64_t run_sign;
    double run;
    uint64_t counted; // 1: the run was told
    struct slots count, net;
};

static size_t whale_size(const double *params) {
    return sizeof(struct whale);
}

static uint32_t whale_levels(const double *params) {
    return (uint32_t)params[2];
}

static void whale_init(void *memory, const double *params, double price_unit, double qty_unit) {
    struct slots window = slots_make(micro_ns(params[1]));
    *(struct whale *)memory = (struct whale){.notional = params[0] / price_unit / qty_unit,
                                             .money = price_unit * qty_unit,
                                             .levels = (uint64_t)params[2],
                                             .count = window,
                                             .net = window};
}

static void whale_time(void *memory, const struct micro_view *view, double *outputs) {
    struct whale *whale = memory;
    outputs[1] = (double)slots_sum(&whale->count, view->now_ns);
    outputs[2] = (double)slots_sum(&whale->net, view->now_ns) / MONEY_STEP;
}

static int64_t steps_of(double money) {
    double steps = money > MONEY_MOST ? MONEY_MOST : money < -MONEY_MOST ? -MONEY_MOST : money;
    return (int64_t)(steps * MONEY_STEP);
}

static double walls(const struct whale *whale, const struct micro_side *side) {
    int count = 0;
    for (uint64_t i = 0; i < whale->levels; i++)
        count += (double)side->price[i] * (double)side->qty[i] >= whale->notional;
    return count;
}

static void whale_book(void *memory, const struct micro_view *view, double *outputs) {
    struct whale *whale = memory;
    if (view->now_ns >= whale->count.end_ns) whale_time(memory, view, outputs);
    for (int s = 0; s < 2; s++)
        if (view->begun || view->from[s] < whale->levels)
            outputs[3 + s] = walls(whale, &view->now[s]);
}

static void whale_trade(void *memory, const struct micro_view *view,
                        const struct micro_trade *trade, double *outputs) {
    struct whale *whale = memory;
    int sign = micro_sign(&whale->signer, view, trade);
    if (view->now_ns != whale->run_ns || sign != whale->run_sign) {
        whale->run_ns = view->now_ns;
        whale->run_sign = sign;
        whale->run = 0;
        whale->counted = 0;
    }
    double part = (double)trade->price * (double)trade->qty, before = whale->run;
    whale->run += part;
    if (sign != 0 && whale->run >= whale->notional) {
        double news = whale->counted ? part : before + part;
        slots_add(&whale->count, view->now_ns, !whale->counted);
        slots_add(&whale->net, view->now_ns, sign * steps_of(news * whale->money));
        whale->counted = 1;
        outputs[0] = sign * whale->run * whale->money;
    }
    whale_time(memory, view, outputs);
}

static const struct param whale_params[] = {
    {.name = "notional",
     .type = PARAM_REAL,
     .unit = "money",
     .def = 50000,
     .min = 1e-6,
     .max = 1e12,
     .help = "Price times quantity from which on an order is large."},
    MICRO_SPAN("window", 60,
               "The span of time of count and net, which covers up to a sixteenth more."),
    MICRO_LEVELS(10, MICRO_LEVELS_MAX),
};

const struct micro micro_whale = {
    .name = "whale",
    .summary =
        "Large orders. Of trades, those of one side at one instant being one order: the signed "
        "notional of the latest large one, how many there were over a window of time, and their "
        "signed sum. Of the book: how many of the best levels of the bids and of the asks hold as "
        "much.",
    .source = "By this definition: a threshold on notional",
    .outputs = {"latest", "count", "net", "bid_walls", "ask_walls"},
    .output_count = 5,
    .reads_trades = true,
    .params = whale_params,
    .param_count = MICRO_COUNT(whale_params),
    .state_size = whale_size,
    .levels = whale_levels,
    .init = whale_init,
    .book = whale_book,
    .trade = whale_trade,
    .time = whale_time,
};
