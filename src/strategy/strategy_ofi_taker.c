// SPDX-License-Identifier: Apache-2.0
// Takes what the book shows when the flow of orders says that the price is about to move by more than the taking costs.
//
// Idea: what is added to one side of the best quotes and taken from the other, the order-flow imbalance, moves the
// middle within the same interval almost in a line. Where some of that line reaches into the next interval, it is a
// forecast: a line from the imbalance of a window to the move that followed it, estimated as the feed goes on.
// Source: Cont, Kukanov and Stoikov, "The price impact of order book events", Journal of Financial Econometrics 12
// (2014) 47, for the imbalance and the line; their line is of one and the same interval.
// Where it fails: the next interval knows little of the last. A taker pays the spread and two fees, and what the
// forecast promises is mostly gone by the time the order arrives.
#include <math.h>

#include "quant/making/forecast.h"
#include "strategy/strategy.h"

enum {
    WINDOW,
    HORIZON,
    HALF_LIFE,
    R2_MIN,
    THRESHOLD,
    FEE,
    QTY_ORDER,
    SLIP,
    HOLD,
    REVERSE,
    STOP,
    TAKE,
};
enum { INPUT_OFI };

static const struct param params[] = {
    [WINDOW] = {.name = "window",
                .type = PARAM_DURATION,
                .unit = "s",
                .def = 1,
                .min = 0.001,
                .max = 3600,
                .help = "Over which the order-flow imbalance is added up."},
    [HORIZON] = {.name = "horizon",
                 .type = PARAM_DURATION,
                 .unit = "s",
                 .def = 2,
                 .min = 0.001,
                 .max = 3600,
                 .help = "Over which the move is forecast."},
    [HALF_LIFE] = {.name = "half_life",
                   .type = PARAM_DURATION,
                   .unit = "s",
                   .def = 120,
                   .min = 1,
                   .max = 86400,
                   .help = "After which what the line was fitted to counts half. Nothing is taken "
                           "in the first quarter of it."},
    [R2_MIN] = {.name = "r2_min",
                .type = PARAM_REAL,
                .unit = "",
                .def = 0.01,
                .min = 0,
                .max = 1,
                .help = "Nothing is taken while the line explains less of the moves than this."},
    [THRESHOLD] = {.name = "threshold",
                   .type = PARAM_REAL,
                   .unit = "ticks",
                   .def = 1,
                   .min = -1e6,
                   .max = 1e6,
                   .help = "The move that is expected must be more than spread and fees by this."},
    [FEE] = {.name = "fee",
             .type = PARAM_REAL,
             .unit = "basis points",
             .def = 5,
             .min = 0,
             .max = 1000,
             .help = "Of the price, for one taking; reckoned with twice. What the venue charges is "
                     "its own."},
    [QTY_ORDER] = {.name = "qty",
                   .type = PARAM_REAL,
                   .unit = "quantity",
                   .def = 0.01,
                   .min = 1e-9,
                   .max = 1e12,
                   .help = "Quantity that is taken and held."},
    [SLIP] = {.name = "slip",
              .type = PARAM_INT,
              .unit = "ticks",
              .def = 0,
              .min = 0,
              .max = 1e6,
              .help = "How far beyond the touch an entry may fill."},
    [HOLD] = {.name = "hold",
              .type = PARAM_DURATION,
              .unit = "s",
              .def = 2,
              .min = 0.001,
              .max = 86400,
              .help = "After which a position is closed."},
    [REVERSE] = {.name = "reverse",
                 .type = PARAM_REAL,
                 .unit = "ticks",
                 .def = 5,
                 .min = 0,
                 .max = 1e6,
                 .help = "A move against the position that is expected to be more than this closes "
                         "it; 0: none does."},
    [STOP] = {.name = "stop",
              .type = PARAM_REAL,
              .unit = "ticks",
              .def = 100,
              .min = 0,
              .max = 1e6,
              .help =
                  "A loss from the entry, at the price to close at, that closes; 0: none does."},
    [TAKE] = {.name = "take",
              .type = PARAM_REAL,
              .unit = "ticks",
              .def = 0,
              .min = 0,
              .max = 1e6,
              .help =
                  "A gain from the entry, at the price to close at, that closes; 0: none does."},
};

static const char *const inputs[] = {
    [INPUT_OFI] = "ofi($window).window",
};

struct taker_state { // plain bytes
    struct forecast forecast;
    int64_t begun;      // 1: the forecast is
    int64_t entered_ns; // when the position was first seen; 0: none
};

struct touch { // in units of price
    double bid, ask, middle;
};

static bool touch_of(const struct strategy_view *view, struct touch *ret_touch) {
    int64_t bid = book_l2_best_bid(view->book), ask = book_l2_best_ask(view->book);
    if (bid == BOOK_L2_NO_BID || ask == BOOK_L2_NO_ASK) return false;
    ret_touch->bid = (double)bid * view->tick;
    ret_touch->ask = (double)ask * view->tick;
    ret_touch->middle = (ret_touch->bid + ret_touch->ask) / 2;
    return true;
}

// Keeps the line up to date; the move that is expected, NaN while it is not known.
static double expect(const struct strategy_view *view, struct taker_state *state,
                     const struct touch *touch) {
    double flow = view->inputs[INPUT_OFI];
    if (!state->begun)
        forecast_init(&state->forecast, view->params[HORIZON], view->params[HALF_LIFE]);
    state->begun = 1;
    if (isnan(flow)) return NAN;
    forecast_look(&state->forecast, view->now_ns, flow, touch->middle);
    return forecast_move(&state->forecast, flow);
}

// +1: up by more than it costs, -1: down, 0: neither.
static int side_of(const struct strategy_view *view, const struct taker_state *state,
                   const struct touch *touch, double move) {
    const double *values = view->params;
    double fees = 2 * values[FEE] / 1e4 * touch->middle;
    double costs = touch->ask - touch->bid + fees + values[THRESHOLD] * view->tick;
    if (!(forecast_r2(&state->forecast) >= values[R2_MIN])) return 0;
    return move > costs ? 1 : -move > costs ? -1 : 0;
}

static bool is_over(const struct strategy_view *view, const struct taker_state *state,
                    const struct touch *touch, double move) {
    const double *values = view->params;
    int side = view->position[0] > 0 ? 1 : -1;
    double gain = side * ((side > 0 ? touch->bid : touch->ask) - view->entry_price[0]) / view->tick;
    double ahead = side * move / view->tick; // NaN: nothing is known
    if ((double)(view->now_ns - state->entered_ns) >= values[HOLD] * 1e9) return true;
    if (values[REVERSE] > 0 && -ahead > values[REVERSE]) return true;
    if (values[STOP] > 0 && -gain >= values[STOP]) return true;
    return values[TAKE] > 0 && gain >= values[TAKE];
}

static void enter(const struct strategy_view *view, int side, const struct touch *touch,
                  struct strategy_out *ret_out) {
    double beyond = view->params[SLIP] * view->tick;
    ret_out->orders[ret_out->order_count++] = (struct strategy_order){
        .side = side,
        .type = ORDER_LIMIT,
        .tif = TIF_IOC,
        .qty = view->params[QTY_ORDER],
        .limit_price = side > 0 ? touch->ask + beyond : touch->bid - beyond,
    };
}

static void leave(const struct strategy_view *view, struct strategy_out *ret_out) {
    ret_out->orders[ret_out->order_count++] = (struct strategy_order){
        .side = view->position[0] > 0 ? -1 : 1,
        .type = ORDER_MARKET,
        .tif = TIF_IOC,
        .qty = fabs(view->position[0]),
    };
}

static void decide(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct taker_state *state = memory;
    struct touch touch;
    bool held = fabs(view->position[0]) > view->lot / 2;
    if (!held) state->entered_ns = 0;
    if (held && state->entered_ns == 0) state->entered_ns = view->now_ns;
    if (!touch_of(view, &touch)) return;
    double move = expect(view, state, &touch);
    if (view->working_count > 0) return; // an answer is on its way
    if (held) {
        if (is_over(view, state, &touch, move)) leave(view, ret_out);
        return;
    }
    int side = side_of(view, state, &touch, move);
    if (side != 0) enter(view, side, &touch, ret_out);
}

const struct strategy strategy_ofi_taker = {
    .name = "ofi_taker",
    .summary = "Takes when order-flow imbalance promises a move of more than spread and fees.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof *inputs,
    .scope = SCOPE_BOOK,
    .state_size = sizeof(struct taker_state),
    .decide = decide,
};
