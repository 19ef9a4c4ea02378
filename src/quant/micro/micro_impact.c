// SPDX-License-Identifier: Apache-2.0
// What trading moves: regressions of price changes on flow by spans of time or trade by trade, and measures of
// illiquidity from trades.
#include <string.h>

#include "quant/math/mathfn.h"
#include "quant/micro/micro_line.h"
#include "quant/micro/micro_param.h"
#include "quant/micro/micro_sign.h"

// A regression by spans of time: of the mid's change on what came in the span.
struct impact {
    struct micro_signer signer;
    struct micro_clock clock;
    struct micro_line line;
    int64_t mid2;     // as it stands, ticks; INT64_MIN: none yet
    int64_t mid2_end; // at the end of the span before; INT64_MIN: none
    double flow;      // of the span in use
    uint64_t by_trade;
    uint64_t intercept;
    double slots[];
};

enum { KYLE_SPAN, KYLE_WINDOW, KYLE_BY, KYLE_INTERCEPT };

static size_t impact_size(const double *params) {
    size_t slots = micro_line_slots((uint32_t)params[KYLE_WINDOW]);
    return sizeof(struct impact) + slots * sizeof(double);
}

static void impact_init(void *memory, const double *params, double price_unit, double qty_unit) {
    struct impact *state = memory;
    memset(state, 0, impact_size(params));
    state->clock.span_ns = micro_ns(params[KYLE_SPAN]);
    state->line = micro_line_make((uint32_t)params[KYLE_WINDOW]);
    state->mid2 = state->mid2_end = INT64_MIN;
    state->intercept = 1;
}

// In ticks over two, and mantissas, to units.
static void impact_tell(const struct impact *state, const struct micro_view *view, double flow_unit,
                        double *outputs) {
    double price = 0.5 * view->price_unit, slope = micro_line_slope(&state->line, state->intercept);
    outputs[0] = slope * price / flow_unit;
    outputs[1] = state->intercept ? (state->line.mean_y - slope * state->line.mean_x) * price : 0;
    outputs[2] = micro_line_r2(&state->line);
}

// The spans that have ended; those in which nothing came carry the mid forward. True: there were any.
static bool impact_pass(struct impact *state, int64_t now_ns) {
    uint64_t passed = micro_clock_pass(&state->clock, now_ns);
    if (passed == 0) return false;
    if (state->mid2_end != INT64_MIN) {
        double change = (double)(state->mid2 - state->mid2_end);
        micro_line_push(&state->line, state->slots, state->flow, change);
        micro_line_push_zeros(&state->line, state->slots, passed - 1);
    }
    state->mid2_end = state->mid2;
    state->flow = 0;
    return true;
}

static void impact_keep(struct impact *state, const struct micro_view *view) {
    if (micro_has_touch(view)) state->mid2 = micro_mid2(view);
}

static void kyle_time(void *memory, const struct micro_view *view, double *outputs) {
    struct impact *state = memory;
    if (!state->by_trade && impact_pass(state, view->now_ns))
        impact_tell(state, view, view->qty_unit, outputs);
}

static void kyle_book(void *memory, const struct micro_view *view, double *outputs) {
    kyle_time(memory, view, outputs);
    impact_keep(memory, view);
}

// By trade the change is that of the trade price, and the sign the tick test's.
static void kyle_trade(void *memory, const struct micro_view *view, const struct micro_trade *trade,
                       double *outputs) {
    struct impact *state = memory;
    int64_t before = state->signer.price;
    bool first = state->signer.seen == 0;
    int sign = micro_sign(&state->signer, view, trade);
    if (!state->by_trade) {
        kyle_time(memory, view, outputs);
        state->flow += sign * (double)trade->qty;
        return;
    }
    if (first || state->signer.tick == 0) return;
    micro_line_push(&state->line, state->slots, (double)state->signer.tick * (double)trade->qty,
                    2 * ((double)trade->price - (double)before));
    impact_tell(state, view, view->qty_unit, outputs);
}

static void kyle_init(void *memory, const double *params, double price_unit, double qty_unit) {
    struct impact *state = memory;
    impact_init(memory, params, price_unit, qty_unit);
    state->by_trade = params[KYLE_BY] != 0;
    state->intercept = params[KYLE_INTERCEPT] != 0;
}

#define SPAN MICRO_SPAN("span", 1, "The spans of time that are compared.")
#define WINDOW                                                                                     \
    {                                                                                              \
        .name = "window", .type = PARAM_INT, .unit = "observations", .def = 300, .min = 0,         \
        .max = 10000, .help = "How many of the latest the line is through; 0: all."                \
    }

static const struct param kyle_params[] = {
    SPAN,
    WINDOW,
    {.name = "by",
     .type = PARAM_ENUM,
     .unit = "",
     .choices = "span|trade",
     .help =
         "The mid's change over a span of time on its signed volume, or each trade's price change "
         "on its volume with the sign of the tick test."},
    {.name = "intercept", .type = PARAM_BOOL, .unit = "", .def = 1, .help = "The line has one."},
};

const struct micro micro_kyle = {
    .name = "kyle",
    .summary =
        "Kyle's lambda: how far the price moves with a unit of signed volume, by least squares; "
        "the intercept, and the share of the variance that the line explains. Spans without an "
        "event carry the mid forward and count.",
    .source =
        "Kyle, Continuous auctions and insider trading, Econometrica 53 (1985); Lopez de Prado, "
        "Advances in Financial Machine Learning, 2018, chapter 19",
    .outputs = {"lambda", "intercept", "r2"},
    .output_count = 3,
    .reads_trades = true,
    .params = kyle_params,
    .param_count = MICRO_COUNT(kyle_params),
    .state_size = impact_size,
    .init = kyle_init,
    .book = kyle_book,
    .trade = kyle_trade,
    .time = kyle_time,
};

static void ofi_time(void *memory, const struct micro_view *view, double *outputs) {
    struct impact *state = memory;
    if (impact_pass(state, view->now_ns)) impact_tell(state, view, view->qty_unit, outputs);
}

static void ofi_book(void *memory, const struct micro_view *view, double *outputs) {
    struct impact *state = memory;
    ofi_time(memory, view, outputs);
    if (micro_touched(view, 1) && !view->begun) {
        const struct micro_side *now = view->now, *before = view->before;
        int bid = (now[0].price[0] > before[0].price[0]) - (now[0].price[0] < before[0].price[0]);
        int ask = (now[1].price[0] > before[1].price[0]) - (now[1].price[0] < before[1].price[0]);
        state->flow += quote_flow(bid, (double)now[0].qty[0], (double)before[0].qty[0]) -
                       quote_flow(-ask, (double)now[1].qty[0], (double)before[1].qty[0]);
    }
    impact_keep(state, view);
}

static const struct param span_params[] = {SPAN, WINDOW};

const struct micro micro_ofi_impact = {
    .name = "ofi_impact",
    .summary =
        "How far the mid moves with a unit of order-flow imbalance, by least squares over spans "
        "of time; the intercept, and the share of the variance that the line explains.",
    .source =
        "Cont, Kukanov and Stoikov, The price impact of order book events, Journal of Financial "
        "Econometrics 12 (2014), equation 10",
    .outputs = {"beta", "intercept", "r2"},
    .output_count = 3,
    .params = span_params,
    .param_count = MICRO_COUNT(span_params),
    .state_size = impact_size,
    .init = impact_init,
    .book = ofi_book,
    .time = ofi_time,
};

// The log return of the mid over a span on the signed roots of its trades' notionals.
static bool hasbrouck_pass(struct impact *state, int64_t now_ns) {
    uint64_t passed = micro_clock_pass(&state->clock, now_ns);
    if (passed == 0) return false;
    if (state->mid2_end > 0 && state->mid2 > 0) {
        double change = mathfn_log((double)state->mid2 / (double)state->mid2_end);
        micro_line_push(&state->line, state->slots, state->flow, change);
        micro_line_push_zeros(&state->line, state->slots, passed - 1);
    }
    state->mid2_end = state->mid2;
    state->flow = 0;
    return true;
}

static void hasbrouck_time(void *memory, const struct micro_view *view, double *outputs) {
    struct impact *state = memory;
    if (!hasbrouck_pass(state, view->now_ns)) return;
    double unit = sqrt(view->price_unit * view->qty_unit),
           slope = micro_line_slope(&state->line, 1);
    outputs[0] = slope / unit;
    outputs[1] = state->line.mean_y - slope * state->line.mean_x;
    outputs[2] = micro_line_r2(&state->line);
}

static void hasbrouck_book(void *memory, const struct micro_view *view, double *outputs) {
    hasbrouck_time(memory, view, outputs);
    impact_keep(memory, view);
}

static void hasbrouck_trade(void *memory, const struct micro_view *view,
                            const struct micro_trade *trade, double *outputs) {
    struct impact *state = memory;
    int sign = micro_sign(&state->signer, view, trade);
    hasbrouck_time(memory, view, outputs);
    if (trade->price > 0) state->flow += sign * sqrt((double)trade->price * (double)trade->qty);
}

const struct micro micro_hasbrouck = {
    .name = "hasbrouck",
    .summary =
        "Hasbrouck's lambda: the log return of the mid that goes with a unit of the signed root "
        "of notional traded, by least squares over spans of time; the intercept, and the share "
        "of the variance that the line explains.",
    .source =
        "Hasbrouck, Trading costs and returns for U.S. equities, Journal of Finance 64 (2009); "
        "Lopez de Prado, 2018, section 19.4.3",
    .outputs = {"lambda", "intercept", "r2"},
    .output_count = 3,
    .reads_trades = true,
    .params = span_params,
    .param_count = MICRO_COUNT(span_params),
    .state_size = impact_size,
    .init = impact_init,
    .book = hasbrouck_book,
    .trade = hasbrouck_trade,
    .time = hasbrouck_time,
};

// The spread's change over a span on the spread before it: how fast it comes back.
static void resilience_time(void *memory, const struct micro_view *view, double *outputs) {
    struct impact *state = memory; // mid2 is the spread here
    uint64_t passed = micro_clock_pass(&state->clock, view->now_ns);
    if (passed == 0) return;
    if (state->mid2_end != INT64_MIN) {
        double before = (double)state->mid2_end, now = (double)state->mid2;
        uint64_t most = state->line.pair.at.period, still = passed - 1;
        micro_line_push(&state->line, state->slots, before, now - before);
        if (still > 2 * (most > 0 ? most : 5000)) still = 2 * (most > 0 ? most : 5000);
        for (; still > 0; still--) micro_line_push(&state->line, state->slots, now, 0);
    }
    state->mid2_end = state->mid2;
    double kappa = -micro_line_slope(&state->line, true);
    double seconds = (double)state->clock.span_ns / MICRO_NS_PER_S;
    outputs[0] = kappa;
    // A share within rounding of 1 is 1.
    outputs[1] =
        kappa > 0 && kappa < 1 - 1e-12 ? -seconds * mathfn_log(2) / mathfn_log1p(-kappa) : NAN;
}

static void resilience_book(void *memory, const struct micro_view *view, double *outputs) {
    struct impact *state = memory;
    resilience_time(memory, view, outputs);
    if (micro_has_touch(view)) state->mid2 = view->now[1].price[0] - view->now[0].price[0];
}

const struct micro micro_resilience = {
    .name = "resilience",
    .summary =
        "How fast the spread comes back to its mean: the share of its distance that it loses in "
        "a span, by least squares of its change on its level, and the half-life in seconds "
        "(undefined unless the share is between 0 and 1).",
    .source =
        "Kempf, Mayston and Yadav, Resiliency in limit order book markets, 2009: kappa of a mean-"
        "reverting spread",
    .outputs = {"kappa", "half_life"},
    .output_count = 2,
    .params = span_params,
    .param_count = MICRO_COUNT(span_params),
    .state_size = impact_size,
    .init = impact_init,
    .book = resilience_book,
    .time = resilience_time,
};
