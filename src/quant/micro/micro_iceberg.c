// SPDX-License-Identifier: Apache-2.0
// Orders that show a part of themselves: a best price that is traded at and filled up again, time and again.
//
// For each side a price is followed from when it becomes the best until a better one is, or it is away from the best
// while its latest trade is longer ago than a refill takes; a book that begins anew is followed anew. A refill is a
// rise of what is shown there after trades that are no longer ago than that and that no refill has followed yet. It
// brings back as much as it shows, at most what those trades took.
#include "quant/micro/micro_param.h"

enum { PENDING = 64 }; // trades that a refill may follow; of more the oldest are left out

struct taken {
    int64_t ns;
    int64_t qty;
};

struct resting {
    int64_t price;
    int64_t qty;    // shown there; 0: it is away
    int64_t traded; // there, while it is followed
    int64_t refilled;
    int64_t traded_ns; // the latest trade
    uint64_t refills;
    uint64_t first, last; // of the ring, ever growing
    struct taken ring[PENDING];
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

static void begin(struct resting *rest, const struct micro_side *side) {
    *rest = (struct resting){.price = side->price[0], .qty = side->qty[0]};
}

// Trades that are too long ago are given up.
static void expire(struct resting *rest, int64_t before_ns) {
    while (rest->first < rest->last && rest->ring[rest->first % PENDING].ns < before_ns)
        rest->first++;
}

// What trades took that no refill has followed.
static int64_t unfilled(const struct resting *rest) {
    int64_t sum = 0;
    for (uint64_t i = rest->first; i < rest->last; i++) sum += rest->ring[i % PENDING].qty;
    return sum;
}

static void follow(const struct iceberg *iceberg, struct resting *rest,
                   const struct micro_side *side, int s, int64_t now_ns) {
    int64_t best = side->price[0], before_ns = now_ns - iceberg->within_ns;
    bool better = s ? best < rest->price : best > rest->price;
    bool stale = rest->traded == 0 || rest->traded_ns < before_ns;
    bool away = best != rest->price;
    if (better || ((away || rest->qty == 0) && stale)) {
        begin(rest, side);
        return;
    }
    int64_t now = away ? 0 : side->qty[0], more = now - rest->qty;
    rest->qty = now;
    if (more <= 0 || rest->first == rest->last) return;
    expire(rest, before_ns);
    int64_t taken = unfilled(rest);
    if (taken == 0) return;
    rest->refilled += more < taken ? more : taken;
    rest->first = rest->last;
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

// Also of a quote that stays: its time may have run out.
static void iceberg_time(void *memory, const struct micro_view *view, double *outputs) {
    struct iceberg *iceberg = memory;
    for (int s = 0; s < 2; s++) follow(iceberg, &iceberg->sides[s], &view->now[s], s, view->now_ns);
    tell(iceberg, view, outputs);
}

static void iceberg_book(void *memory, const struct micro_view *view, double *outputs) {
    struct iceberg *iceberg = memory;
    for (int s = 0; s < 2 && view->begun; s++) begin(&iceberg->sides[s], &view->now[s]);
    iceberg_time(memory, view, outputs);
}

static void take(struct resting *rest, int64_t now_ns, int64_t qty) {
    rest->traded += qty;
    rest->traded_ns = now_ns;
    if (rest->last - rest->first == PENDING) rest->first++;
    rest->ring[rest->last++ % PENDING] = (struct taken){now_ns, qty};
}

// A trade at a price that is followed, whoever came: the side tells itself.
static void iceberg_trade(void *memory, const struct micro_view *view,
                          const struct micro_trade *trade, double *outputs) {
    struct iceberg *iceberg = memory;
    for (int s = 0; s < 2; s++) {
        struct resting *rest = &iceberg->sides[s];
        follow(iceberg, rest, &view->now[s], s, view->now_ns);
        if (rest->price != trade->price || trade->side == (s ? -1 : 1)) continue;
        if (rest->traded <= INT64_MAX - trade->qty) take(rest, view->now_ns, trade->qty);
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
        "often enough. Followed while the price is the best, or away for no longer than a refill "
        "takes.",
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
    .time = iceberg_time,
};
