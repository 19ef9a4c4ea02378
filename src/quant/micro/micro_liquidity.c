// SPDX-License-Identifier: Apache-2.0
// Illiquidity from trades alone.
#include <string.h>

#include "quant/math/mathfn.h"
#include "quant/micro/micro_line.h"
#include "quant/micro/micro_param.h"
#include "quant/stream/illiquidity.h"

struct amihud {
    struct micro_clock clock;
    struct window_sum sum;
    uint64_t count;
    int64_t close;        // of the span in use, ticks
    int64_t close_before; // of the latest span with a trade
    int64_t qty;
    double slots[];
};

static size_t amihud_size(const double *params) {
    return sizeof(struct amihud) + window_sum_slots((uint32_t)params[1]) * sizeof(double);
}

static void amihud_init(void *memory, const double *params, double price_unit, double qty_unit) {
    struct amihud *state = memory;
    memset(state, 0, amihud_size(params));
    state->clock.span_ns = micro_ns(params[0]);
    state->sum = window_sum_make((uint32_t)params[1]);
}

static void amihud_time(void *memory, const struct micro_view *view, double *outputs) {
    struct amihud *state = memory;
    if (micro_clock_pass(&state->clock, view->now_ns) == 0 || state->qty == 0) return;
    if (state->close_before > 0 && state->close > 0) {
        double value = illiquidity_amihud((double)state->close, (double)state->close_before,
                                          (double)state->qty);
        double sum = window_sum_push(&state->sum, state->slots, value);
        if (state->count < state->sum.at.period) state->count++;
        outputs[0] = sum / (double)state->count / (view->price_unit * view->qty_unit);
    }
    state->close_before = state->close;
    state->qty = 0;
}

static void amihud_trade(void *memory, const struct micro_view *view,
                         const struct micro_trade *trade, double *outputs) {
    struct amihud *state = memory;
    amihud_time(memory, view, outputs);
    state->close = trade->price;
    if (state->qty <= INT64_MAX - trade->qty) state->qty += trade->qty;
}

static const struct param amihud_params[] = {
    MICRO_SPAN("span", 60, "The spans of time whose returns are taken."),
    {.name = "window",
     .type = PARAM_INT,
     .unit = "spans",
     .def = 60,
     .min = 1,
     .max = 10000,
     .help = "How many of the latest spans that had a trade are averaged."},
};

const struct micro micro_amihud = {
    .name = "amihud",
    .summary =
        "Amihud's illiquidity: mean over spans of time of |return| per notional traded (last "
        "price times quantity), times 1e6. Spans without a trade are passed over.",
    .source = "Amihud, Illiquidity and stock returns, Journal of Financial Markets 5 (2002)",
    .outputs = {"value"},
    .output_count = 1,
    .reads_trades = true,
    .params = amihud_params,
    .param_count = MICRO_COUNT(amihud_params),
    .state_size = amihud_size,
    .init = amihud_init,
    .book = amihud_time,
    .trade = amihud_trade,
    .time = amihud_time,
};

struct roll {
    struct micro_line line; // a change on the one before it
    int64_t price;
    double change;
    uint64_t seen;
    double slots[];
};

static size_t roll_size(const double *params) {
    return sizeof(struct roll) + micro_line_slots((uint32_t)params[0]) * sizeof(double);
}

static void roll_init(void *memory, const double *params, double price_unit, double qty_unit) {
    struct roll *state = memory;
    memset(state, 0, roll_size(params));
    state->line = micro_line_make((uint32_t)params[0]);
}

static void roll_trade(void *memory, const struct micro_view *view, const struct micro_trade *trade,
                       double *outputs) {
    struct roll *state = memory;
    double change = (double)trade->price - (double)state->price;
    if (state->seen >= 2) {
        micro_line_push(&state->line, state->slots, state->change, change);
        double n = (double)state->line.count;
        if (n >= 2) outputs[0] = illiquidity_roll(state->line.xy / (n - 1)) * view->price_unit;
    }
    state->change = change;
    state->price = trade->price;
    state->seen++;
}

static const struct param roll_params[] = {
    {.name = "window",
     .type = PARAM_INT,
     .unit = "trades",
     .def = 500,
     .min = 0,
     .max = 10000,
     .help = "How many of the latest pairs of price changes are taken; 0: all."},
};

const struct micro micro_roll = {
    .name = "roll",
    .summary =
        "Roll's spread from trade prices: 2 sqrt(-cov) of a price change and the one before it, 0 "
        "where the covariance is above 0.",
    .source =
        "Roll, A simple implicit measure of the effective bid-ask spread, Journal of Finance 39 "
        "(1984); the covariance divides by count - 1",
    .outputs = {"value"},
    .output_count = 1,
    .reads_trades = true,
    .params = roll_params,
    .param_count = MICRO_COUNT(roll_params),
    .state_size = roll_size,
    .init = roll_init,
    .trade = roll_trade,
};
