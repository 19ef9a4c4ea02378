// SPDX-License-Identifier: Apache-2.0
// Orders that show a part of themselves: a best price that is traded at and filled up again, time and again. For
// each side the price is followed from when it becomes the best until it is no longer, or stays away longer than a
// refill takes.
#include "quant/micro/micro_param.h"

struct resting {
    int64_t price;
    int64_t qty;      // shown there
    int64_t traded;   // there, while it is followed
    int64_t unfilled; // traded and not yet filled up again
    int64_t refilled;
    int64_t traded_ns; // the latest trade
    uint64_t refills;
};

struct iceberg {
    int64_t within_ns;
    uint64_t refills;
    struct resting sides[2];
};

static size_t iceberg_size(const double *params) {
    return sizeof(struct iceberg);
}

static void iceberg_init(void *memory, const double *params, double price_unit, double qty_unit) {
    *(struct iceberg *)memory =
        (struct iceberg){.within_ns = micro_ns(params[0]),
                         .refills = (uint64_t)params[1],
                         .sides = {{.price = MICRO_NO_BID}, {.price = MICRO_NO_ASK}}};
}

static void follow(const struct iceberg *iceberg, struct resting *rest,
                   const struct micro_side *side, int s, int64_t now_ns) {
    int64_t best = side->price[0];
    if (best != rest->price) {
        bool better = s ? best < rest->price : best > rest->price;
        bool waits = !better && rest->traded_ns + iceberg->within_ns >= now_ns && rest->traded > 0;
        if (waits) {
            rest->qty = 0;
            return;
        }
        *rest = (struct resting){.price = best, .qty = side->qty[0]};
        return;
    }
    int64_t more = side->qty[0] - rest->qty;
    rest->qty = side->qty[0];
    if (more <= 0 || rest->unfilled == 0 || rest->traded_ns + iceberg->within_ns < now_ns) return;
    rest->refilled += more < rest->unfilled ? more : rest->unfilled;
    rest->unfilled = 0;
    rest->refills++;
}

static void tell(const struct iceberg *iceberg, const struct micro_view *view, double *outputs) {
    for (int s = 0; s < 2; s++) {
        const struct resting *rest = &iceberg->sides[s];
        bool many = rest->refills >= iceberg->refills && rest->traded > 0;
        outputs[s] = many ? (double)rest->refilled / (double)rest->traded : 0;
        outputs[2 + s] = many ? (double)rest->refilled * view->qty_unit : 0;
    }
}

static void iceberg_book(void *memory, const struct micro_view *view, double *outputs) {
    struct iceberg *iceberg = memory;
    for (int s = 0; s < 2; s++) // also of a quote that stays: its time may have run out
        follow(iceberg, &iceberg->sides[s], &view->now[s], s, view->now_ns);
    tell(iceberg, view, outputs);
}

// A trade at a price that is followed, whoever came: the side tells itself.
static void iceberg_trade(void *memory, const struct micro_view *view,
                          const struct micro_trade *trade, double *outputs) {
    struct iceberg *iceberg = memory;
    for (int s = 0; s < 2; s++) {
        struct resting *rest = &iceberg->sides[s];
        if (rest->price != trade->price || trade->side == (s ? -1 : 1)) continue;
        if (rest->traded > INT64_MAX - trade->qty) continue;
        rest->traded += trade->qty;
        rest->unfilled += trade->qty;
        rest->traded_ns = view->now_ns;
    }
    tell(iceberg, view, outputs);
}

static const struct param iceberg_params[] = {
    MICRO_SPAN("within", 0.3, "How soon after a trade the price is filled up again."),
    {.name = "refills",
     .type = PARAM_INT,
     .unit = "times",
     .def = 2,
     .min = 1,
     .max = 1000,
     .help = "How often before it is called an iceberg."},
};

const struct micro micro_iceberg = {
    .name = "iceberg",
    .summary =
        "For the best bid and the best ask: the share in [0, 1] of what was traded there that came "
        "back at the same price soon after a trade, and that quantity; 0 before it has come back "
        "often enough. Followed while the price is the best.",
    .source =
        "Christensen and Woodmansey, Prediction of hidden liquidity in the limit order book of "
        "GLOBEX futures, 2013; Zotikov and Antonov, CME iceberg order detection and "
        "prediction, 2019: limit orders within a short time after a trade",
    .outputs = {"bid", "ask", "bid_quantity", "ask_quantity"},
    .output_count = 4,
    .reads_trades = true,
    .params = iceberg_params,
    .param_count = MICRO_COUNT(iceberg_params),
    .state_size = iceberg_size,
    .init = iceberg_init,
    .book = iceberg_book,
    .trade = iceberg_trade,
};
