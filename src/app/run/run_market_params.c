// SPDX-License-Identifier: Apache-2.0
// The settings of made markets. The order flow's are those of sim/matching_flow.h, rates a second's.
#include "app/run/run_market.h"

#define ROW(name_, unit_, def_, min_, max_, help_)                                                 \
    {                                                                                              \
        .name = name_, .type = PARAM_REAL, .unit = unit_, .def = def_, .min = min_, .max = max_,   \
        .help = help_                                                                              \
    }

const struct param run_market_params[RUN_MARKET_PARAM_COUNT] = {
    [RUN_MARKET_SPAN] = {.name = "span",
                         .type = PARAM_DURATION,
                         .unit = "s",
                         .def = 600,
                         .min = 1,
                         .max = 86400 * 30,
                         .help = "How long the market goes on, from `from` (2000-01-03 where "
                                 "nothing is said)."},
    [RUN_MARKET_PRICE] = ROW("price", "currency", 100, 0.01, 1e6, "Where it begins."),
    [RUN_MARKET_TICK] = ROW("tick", "currency", 0.01, 1e-4, 1000, "Its tick."),
    [RUN_MARKET_LOT] = ROW("lot", "quantity", 1, 1e-4, 1e6, "Its lot."),
    [RUN_MARKET_ENTRY] = {.name = "entry",
                          .type = PARAM_DURATION,
                          .unit = "s",
                          .def = 0.005,
                          .max = 60,
                          .help = "From us to the venue."},
    [RUN_MARKET_REPORT] = {.name = "report",
                           .type = PARAM_DURATION,
                           .unit = "s",
                           .def = 0.005,
                           .max = 60,
                           .help = "From the venue to us: reports, and what its book does."},
    [RUN_MARKET_ALGORITHM] = {.name = "algorithm",
                              .type = PARAM_ENUM,
                              .unit = "",
                              .choices = "fifo|pro_rata",
                              .help = "How a level is shared out: docs/matching.md."},
    [RUN_MARKET_STP] = {.name = "stp",
                        .type = PARAM_ENUM,
                        .unit = "",
                        .choices = "newest|oldest|both|none",
                        .help = "Which of two orders of a strategy that meet is canceled."},
    [RUN_MARKET_LIMIT_RATE] = ROW("limit_rate", "orders", 1.92, 1e-6, 1e6,
                                  "Limit orders at a tick from the other side's best, a side."),
    [RUN_MARKET_DECAY] =
        ROW("decay", "", 0.52, 0, 10, "Exponent with which that falls with the distance."),
    [RUN_MARKET_MARKET_RATE] = ROW("market_rate", "orders", 0.94, 0, 1e6, "Market orders, a side."),
    [RUN_MARKET_CANCEL_RATE] =
        ROW("cancel_rate", "of orders", 0.7, 1e-6, 1e6, "Cancels of each order that rests."),
    [RUN_MARKET_DEPTH] = {.name = "depth",
                          .type = PARAM_INT,
                          .unit = "ticks",
                          .def = 10,
                          .min = 1,
                          .max = MATCHING_FLOW_DEPTH_MAX,
                          .help = "How far from the other side's best limit orders come."},
    [RUN_MARKET_QTY_MAX] = {.name = "qty_max",
                            .type = PARAM_INT,
                            .unit = "lots",
                            .def = 10,
                            .min = 1,
                            .max = 1e6,
                            .help = "The largest of an order; all sizes are as likely."},
};
