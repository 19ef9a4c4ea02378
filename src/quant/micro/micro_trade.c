// SPDX-License-Identifier: Apache-2.0
// Features of trades against the quote before them.
#include <string.h>

#include "quant/micro/micro_param.h"
#include "quant/micro/micro_sign.h"
#include "quant/stream/slots.h"

enum { PENDING = 2048 }; // trades whose later mid is awaited

static double defined(int sign) {
    return sign != 0 ? sign : NAN;
}

static size_t signer_size(const double *params) {
    return sizeof(struct micro_signer);
}

static void signer_init(void *memory, const double *params, double price_unit, double qty_unit) {
    *(struct micro_signer *)memory = (struct micro_signer){.seen = 0};
}

static void trade_sign_trade(void *memory, const struct micro_view *view,
                             const struct micro_trade *trade, double *outputs) {
    struct micro_signer *signer = memory;
    outputs[1] = defined(micro_sign_lee_ready(signer, view, trade));
    outputs[0] = defined((int)signer->tick);
    outputs[2] = defined(trade->side);
}

const struct micro micro_trade_sign = {
    .name = "trade_sign",
    .summary =
        "Who came to the latest trade, +1 the buyer and -1 the seller: by the tick test, by Lee "
        "and Ready's rule with the mid just before, and as the venue told.",
    .source = "Lee and Ready, Inferring trade direction from intraday data, Journal of Finance 46 "
              "(1991)",
    .outputs = {"tick", "lee_ready", "told"},
    .output_count = 3,
    .reads_trades = true,
    .state_size = signer_size,
    .init = signer_init,
    .trade = trade_sign_trade,
};

struct effective {
    struct micro_signer signer;
    int64_t sum; // in ticks
    uint64_t count;
};

static size_t effective_size(const double *params) {
    return sizeof(struct effective);
}

static void effective_init(void *memory, const double *params, double price_unit, double qty_unit) {
    *(struct effective *)memory = (struct effective){.sum = 0};
}

// 2 s (p - m) in ticks is s (2 p - 2 m), a whole number.
static void effective_trade(void *memory, const struct micro_view *view,
                            const struct micro_trade *trade, double *outputs) {
    struct effective *state = memory;
    int sign = micro_sign(&state->signer, view, trade);
    outputs[0] = outputs[1] = NAN;
    if (sign == 0 || !micro_has_touch(view)) return;
    int64_t spread = sign * (2 * trade->price - micro_mid2(view));
    state->sum = slots_plus(state->sum, spread);
    state->count++;
    outputs[0] = (double)spread * view->price_unit;
    outputs[1] = quote_relative((double)spread, 0.5 * (double)micro_mid2(view));
    outputs[2] = (double)state->sum / (double)state->count * view->price_unit;
}

const struct micro micro_effective_spread = {
    .name = "effective_spread",
    .summary =
        "Twice what the latest trade paid beyond the mid before it, in units of price and in "
        "basis points of the mid; and the mean over all trades so far. The sign is the "
        "venue's, else Lee and Ready's.",
    .source =
        "Bessembinder and Kaufman, A comparison of trade execution costs, 1997; Huang and Stoll, "
        "1996",
    .outputs = {"value", "bp", "mean"},
    .output_count = 3,
    .reads_trades = true,
    .state_size = effective_size,
    .init = effective_init,
    .trade = effective_trade,
};

struct pending {
    int64_t due_ns;
    int64_t price2; // twice the price, ticks
    int64_t mid2;   // before the trade; its lowest bit's place is kept by sign
    int64_t sign;
};

struct realised {
    struct micro_signer signer;
    int64_t delay_ns;
    int64_t mid2; // as it stands; INT64_MIN: none
    int64_t spread_sum, impact_sum;
    uint64_t count;
    uint64_t first, last; // of the ring, ever growing
    struct pending ring[PENDING];
};

static size_t realised_size(const double *params) {
    return sizeof(struct realised);
}

static void realised_init(void *memory, const double *params, double price_unit, double qty_unit) {
    struct realised *state = memory;
    memset(state, 0, sizeof *state);
    state->delay_ns = micro_ns(params[0]);
    state->mid2 = INT64_MIN;
}

// Trades that were due before now, at the mid that stood since.
static inline void realised_settle(struct realised *state, const struct micro_view *view,
                                   double *outputs) {
    bool any = false;
    for (; state->first < state->last; state->first++) {
        const struct pending *trade = &state->ring[state->first % PENDING];
        if (trade->due_ns >= view->now_ns) break;
        int64_t spread = trade->sign * (trade->price2 - state->mid2);
        int64_t impact = trade->sign * (state->mid2 - trade->mid2);
        state->spread_sum = slots_plus(state->spread_sum, spread);
        state->impact_sum = slots_plus(state->impact_sum, impact);
        state->count++;
        outputs[0] = (double)spread * view->price_unit;
        outputs[1] = (double)impact * view->price_unit;
        any = true;
    }
    if (!any) return;
    outputs[2] = (double)state->spread_sum / (double)state->count * view->price_unit;
    outputs[3] = (double)state->impact_sum / (double)state->count * view->price_unit;
}

static void realised_book(void *memory, const struct micro_view *view, double *outputs) {
    struct realised *state = memory;
    realised_settle(state, view, outputs);
    if (micro_has_touch(view)) state->mid2 = micro_mid2(view);
}

static void realised_time(void *memory, const struct micro_view *view, double *outputs) {
    realised_settle(memory, view, outputs);
}

static void realised_trade(void *memory, const struct micro_view *view,
                           const struct micro_trade *trade, double *outputs) {
    struct realised *state = memory;
    realised_settle(state, view, outputs);
    int sign = micro_sign(&state->signer, view, trade);
    if (sign == 0 || !micro_has_touch(view) || state->last - state->first == PENDING) return;
    if (state->mid2 == INT64_MIN) state->mid2 = micro_mid2(view); // the first message is not over
    state->ring[state->last++ % PENDING] =
        (struct pending){.due_ns = view->now_ns + state->delay_ns,
                         .price2 = 2 * trade->price,
                         .mid2 = micro_mid2(view),
                         .sign = sign};
}

static const struct param realised_params[] = {
    MICRO_SPAN("delay", 5, "How long after the trade the mid is looked at."),
};

const struct micro micro_realised_spread = {
    .name = "realised_spread",
    .summary =
        "Of the latest trade that is `delay` ago: twice what it paid beyond the mid of now, and "
        "twice what the mid has moved its way (the two add up to the effective spread); and "
        "their means over all such trades. At most 2048 trades are awaited at once, others are "
        "left out.",
    .source =
        "Huang and Stoll, Dealer versus auction markets, Journal of Financial Economics 41 (1996)",
    .outputs = {"value", "impact", "mean", "mean_impact"},
    .output_count = 4,
    .reads_trades = true,
    .params = realised_params,
    .param_count = MICRO_COUNT(realised_params),
    .state_size = realised_size,
    .init = realised_init,
    .book = realised_book,
    .trade = realised_trade,
    .time = realised_time,
};

struct flow {
    struct micro_signer signer;
    struct slots bought, sold;
};

static size_t flow_size(const double *params) {
    return sizeof(struct flow);
}

static void flow_init(void *memory, const double *params, double price_unit, double qty_unit) {
    struct slots window = slots_make(micro_ns(params[0]));
    *(struct flow *)memory = (struct flow){.bought = window, .sold = window};
}

static void flow_time(void *memory, const struct micro_view *view, double *outputs) {
    struct flow *flow = memory;
    int64_t bought = slots_sum(&flow->bought, view->now_ns);
    int64_t sold = slots_sum(&flow->sold, view->now_ns);
    outputs[0] = (double)bought * view->qty_unit;
    outputs[1] = (double)sold * view->qty_unit;
    outputs[2] = quote_queue_imbalance((double)bought, (double)sold);
}

// A window changes with time alone when a slot ends.
static void flow_book(void *memory, const struct micro_view *view, double *outputs) {
    struct flow *flow = memory;
    if (view->now_ns >= flow->bought.end_ns) flow_time(memory, view, outputs);
}

static void flow_trade(void *memory, const struct micro_view *view, const struct micro_trade *trade,
                       double *outputs) {
    struct flow *flow = memory;
    int sign = micro_sign(&flow->signer, view, trade);
    if (sign > 0) slots_add(&flow->bought, view->now_ns, trade->qty);
    if (sign < 0) slots_add(&flow->sold, view->now_ns, trade->qty);
    flow_time(memory, view, outputs);
}

static const struct param flow_params[] = {
    MICRO_SPAN("window", 10, "The span of time, which covers up to a sixteenth more."),
};

const struct micro micro_trade_flow = {
    .name = "trade_flow",
    .summary =
        "Quantity that buyers and sellers took over a window of time, and its imbalance (bought "
        "- sold) / (bought + sold) in [-1, 1].",
    .source =
        "Chordia, Roll and Subrahmanyam, Order imbalance, liquidity, and market returns, Journal "
        "of Financial Economics 65 (2002)",
    .outputs = {"bought", "sold", "imbalance"},
    .output_count = 3,
    .reads_trades = true,
    .params = flow_params,
    .param_count = MICRO_COUNT(flow_params),
    .state_size = flow_size,
    .init = flow_init,
    .book = flow_book,
    .trade = flow_trade,
    .time = flow_time,
};
