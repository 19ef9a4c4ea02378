// SPDX-License-Identifier: Apache-2.0
// Volume that the best price took without giving way.
#include <string.h>

#include "quant/micro/micro_param.h"
#include "quant/micro/micro_sign.h"
#include "quant/stream/slots.h"

enum { PENDING = 2048 };

struct blow {
    int64_t due_ns;
    int64_t price; // of the side that was hit, before
    int64_t qty;
    int64_t side; // 0: sellers hit the bids; 1: buyers the asks
};

struct absorption {
    struct micro_signer signer;
    int64_t hold_ns;
    int64_t best[2]; // as they stand
    uint64_t first, last;
    struct slots taken[2], held[2];
    struct blow ring[PENDING];
};

static size_t absorption_size(const double *params) {
    return sizeof(struct absorption);
}

static void absorption_init(void *memory, const double *params, double price_unit,
                            double qty_unit) {
    struct absorption *state = memory;
    memset(state, 0, sizeof *state);
    state->hold_ns = micro_ns(params[1]);
    state->best[0] = MICRO_NO_BID;
    state->best[1] = MICRO_NO_ASK;
    for (int s = 0; s < 2; s++) state->taken[s] = state->held[s] = slots_make(micro_ns(params[0]));
}

static void tell(struct absorption *state, const struct micro_view *view, double *outputs) {
    for (int s = 0; s < 2; s++) {
        double taken = (double)slots_sum(&state->taken[s], view->now_ns);
        double held = (double)slots_sum(&state->held[s], view->now_ns);
        outputs[s] = taken > 0 ? held / taken : NAN;
        outputs[2 + s] = held * view->qty_unit;
    }
}

static void absorption_time(void *memory, const struct micro_view *view, double *outputs) {
    struct absorption *state = memory;
    bool news = view->now_ns >= state->taken[0].end_ns && state->last > 0;
    for (; state->first < state->last; state->first++, news = true) {
        const struct blow *blow = &state->ring[state->first % PENDING];
        if (blow->due_ns >= view->now_ns) break;
        int s = (int)blow->side;
        bool held = s ? state->best[1] <= blow->price : state->best[0] >= blow->price;
        slots_add(&state->taken[s], view->now_ns, blow->qty);
        slots_add(&state->held[s], view->now_ns, held ? blow->qty : 0);
    }
    if (news) tell(state, view, outputs);
}

static void absorption_book(void *memory, const struct micro_view *view, double *outputs) {
    struct absorption *state = memory;
    absorption_time(memory, view, outputs);
    for (int s = 0; s < 2; s++) state->best[s] = view->now[s].price[0];
}

static void absorption_trade(void *memory, const struct micro_view *view,
                             const struct micro_trade *trade, double *outputs) {
    struct absorption *state = memory;
    absorption_time(memory, view, outputs);
    int sign = micro_sign(&state->signer, view, trade), s = sign > 0;
    if (sign == 0 || view->now[s].count == 0) return;
    if (state->last - state->first == PENDING || trade->qty > INT64_C(1) << 50) return;
    state->ring[state->last++ % PENDING] = (struct blow){.due_ns = view->now_ns + state->hold_ns,
                                                         .price = view->now[s].price[0],
                                                         .qty = trade->qty,
                                                         .side = s};
}

static const struct param absorption_params[] = {
    MICRO_SPAN("window", 10, "The span of time, which covers up to a sixteenth more."),
    MICRO_SPAN("hold", 1, "How long after a trade the best price must stand where it was before."),
};

const struct micro micro_absorption = {
    .name = "absorption",
    .summary =
        "The share in [0, 1] of what sellers took from the bids, and buyers from the asks, over a "
        "window of time after which the best price of that side was `hold` later no worse than "
        "before the trade; and that quantity. Trades are told when `hold` has passed; at most 2048 "
        "are awaited at once, others are left out.",
    .source =
        "Kirkpatrick and Dahlquist's accumulation on a book: effort without result (Wyckoff), by "
        "trade; resiliency of the quote after trades as in Degryse et al., 2005",
    .outputs = {"bid", "ask", "bid_quantity", "ask_quantity"},
    .output_count = 4,
    .reads_trades = true,
    .params = absorption_params,
    .param_count = MICRO_COUNT(absorption_params),
    .state_size = absorption_size,
    .init = absorption_init,
    .book = absorption_book,
    .trade = absorption_trade,
    .time = absorption_time,
};
