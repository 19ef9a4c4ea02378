// SPDX-License-Identifier: Apache-2.0
// What columns of quotes, and of trades with the quote before them, say; quant/micro/ says the same of a book.
#include <stdint.h>

#include "quant/indicator/run.h"
#include "quant/stream/quote.h"

#define QUOTE "microstructure"

static void spread_update(void *memory, const double *in, double *ret_outputs) {
    double mid = 0.5 * (in[0] + in[1]);
    ret_outputs[0] = in[1] - in[0];
    ret_outputs[1] = quote_relative(in[1] - in[0], mid);
    ret_outputs[2] = mid;
}

const struct indicator indicator_spread = {
    .name = "spread",
    .group = QUOTE,
    .summary =
        "Best ask less best bid, in units of price and in basis points of the mid, and the mid.",
    .source = "Harris, Trading and Exchanges, 2003, chapter 14",
    .inputs = {"bid", "ask"},
    .input_count = 2,
    .outputs = {"spread", "bp", "mid"},
    .output_count = 3,
    .state_size = run_no_state_size,
    .lookback = run_no_lookback,
    .init = run_no_init,
    .update = spread_update,
};

static void imbalance_update(void *memory, const double *in, double *ret_outputs) {
    ret_outputs[0] = quote_imbalance(in[0], in[1]);
}

const struct indicator indicator_imbalance = {
    .name = "imbalance",
    .group = QUOTE,
    .summary = "The bid's share in the quantity of both sides, in [0, 1]; of the best quote, or of "
               "as many "
               "levels as were added up. Undefined where both are 0.",
    .source =
        "Cartea, Jaimungal and Penalva, Algorithmic and High-Frequency Trading, 2015, chapter 3",
    .inputs = {"bid_size", "ask_size"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .state_size = run_no_state_size,
    .lookback = run_no_lookback,
    .init = run_no_init,
    .update = imbalance_update,
};

static void queue_update(void *memory, const double *in, double *ret_outputs) {
    ret_outputs[0] = quote_queue_imbalance(in[0], in[1]);
}

const struct indicator indicator_queue_imbalance = {
    .name = "queue_imbalance",
    .group = QUOTE,
    .summary = "Best bid's quantity less best ask's over their sum, in [-1, 1]. Undefined where "
               "both are 0.",
    .source = "Gould and Bonart, Queue imbalance as a one-tick-ahead price predictor, 2016",
    .inputs = {"bid_size", "ask_size"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .state_size = run_no_state_size,
    .lookback = run_no_lookback,
    .init = run_no_init,
    .update = queue_update,
};

static void mid_update(void *memory, const double *in, double *ret_outputs) {
    ret_outputs[0] = quote_weighted_mid(in[0], in[1], in[2], in[3]);
}

const struct indicator indicator_weighted_mid = {
    .name = "weighted_mid",
    .group = QUOTE,
    .summary = "The mid weighted by the quantity on the other side. Undefined where both are 0.",
    .source = "Stoikov, The micro-price, Quantitative Finance 18 (2018), equation 2",
    .inputs = {"bid", "ask", "bid_size", "ask_size"},
    .input_count = 4,
    .outputs = {"value"},
    .output_count = 1,
    .state_size = run_no_state_size,
    .lookback = run_no_lookback,
    .init = run_no_init,
    .update = mid_update,
};

struct ofi {
    struct quote before;
    double total;
    uint64_t seen;
};

static size_t ofi_size(const double *values) {
    return sizeof(struct ofi);
}

static void ofi_init(void *memory, const double *values) {
    *(struct ofi *)memory = (struct ofi){.total = 0};
}

static void ofi_update(void *memory, const double *in, double *ret_outputs) {
    struct ofi *ofi = memory;
    struct quote now = {in[0], in[1], in[2], in[3]};
    double event = ofi->seen > 0 ? quote_ofi(&now, &ofi->before) : 0;
    ofi->before = now;
    ofi->total += event;
    ofi->seen = 1;
    ret_outputs[0] = event;
    ret_outputs[1] = ofi->total;
}

const struct indicator indicator_ofi = {
    .name = "ofi",
    .group = QUOTE,
    .summary =
        "Order-flow imbalance of the best quote: what each row added to the bid and took from the "
        "ask, 0 in the first; and its sum so far.",
    .source = "Cont, Kukanov and Stoikov, The price impact of order book events, 2014, equation 5",
    .inputs = {"bid", "ask", "bid_size", "ask_size"},
    .input_count = 4,
    .outputs = {"event", "total"},
    .output_count = 2,
    .state_size = ofi_size,
    .lookback = run_no_lookback,
    .init = ofi_init,
    .update = ofi_update,
};

struct signer {
    double price;
    int64_t tick;
    uint64_t seen;
};

static size_t signer_size(const double *values) {
    return sizeof(struct signer);
}

static void signer_init(void *memory, const double *values) {
    *(struct signer *)memory = (struct signer){.price = 0};
}

static size_t after_one(const double *values) {
    return 1;
}

// Lee and Ready's sign of a trade against the mid.
static int sign_of(struct signer *signer, double price, double mid) {
    if (signer->seen > 0) signer->tick = quote_tick_rule(price, signer->price, (int)signer->tick);
    signer->price = price;
    signer->seen = 1;
    return quote_lee_ready(price, mid, (int)signer->tick);
}

static void sign_update(void *memory, const double *in, double *ret_outputs) {
    struct signer *signer = memory;
    int sign = sign_of(signer, in[0], 0.5 * (in[1] + in[2]));
    ret_outputs[0] = signer->tick != 0 ? (double)signer->tick : NAN;
    ret_outputs[1] = sign != 0 ? sign : NAN;
}

const struct indicator indicator_trade_sign = {
    .name = "trade_sign",
    .group = QUOTE,
    .summary =
        "Who came to each trade, +1 the buyer and -1 the seller: by the tick test, and by Lee and "
        "Ready's rule with the quote just before it. Undefined before the price has changed.",
    .source =
        "Lee and Ready, Inferring trade direction from intraday data, Journal of Finance 46 (1991)",
    .inputs = {"price", "bid", "ask"},
    .input_count = 3,
    .outputs = {"tick", "lee_ready"},
    .output_count = 2,
    .state_size = signer_size,
    .lookback = after_one,
    .init = signer_init,
    .update = sign_update,
};

static void effective_update(void *memory, const double *in, double *ret_outputs) {
    double mid = 0.5 * (in[1] + in[2]);
    int sign = sign_of(memory, in[0], mid);
    ret_outputs[0] = sign != 0 ? quote_effective_spread(sign, in[0], mid) : NAN;
    ret_outputs[1] = quote_relative(ret_outputs[0], mid);
}

const struct indicator indicator_effective_spread = {
    .name = "effective_spread",
    .group = QUOTE,
    .summary =
        "Twice what each trade paid beyond the mid just before it, in units of price and in basis "
        "points of the mid, with Lee and Ready's sign.",
    .source = "Bessembinder and Kaufman, A comparison of trade execution costs, 1997",
    .inputs = {"price", "bid", "ask"},
    .input_count = 3,
    .outputs = {"value", "bp"},
    .output_count = 2,
    .state_size = signer_size,
    .lookback = run_no_lookback,
    .init = signer_init,
    .update = effective_update,
};
