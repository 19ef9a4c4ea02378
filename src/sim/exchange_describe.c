// SPDX-License-Identifier: Apache-2.0
// The assumptions of a simulated venue in words, each with its value: what a reader of a report needs to
// know before he believes it.
#include <stdio.h>

#include "base/timestamp.h"
#include "sim/exchange.h"
#include "sim/exchange_state.h"

static void line(struct text *out, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void describe_orders(const struct sim_exchange *x, struct text *out);
static void describe_volume(const struct sim_exchange *x, struct text *out);
static void describe_account(const struct sim_exchange *x, struct text *out);
static void describe_faults(const struct sim_exchange *x, struct text *out);
static void describe_model(struct text *out, const char *family, const char *name,
                           const char *summary, const struct param *params, size_t count,
                           const double *values);

static const char *const paths[] = {
    [SIM_PATH_PESSIMISTIC] =
        ("Inside a bar the extreme that hurts is reached first (the low when the account is long, "
         "the high when it is short): when a stop and a target lie in one bar, the stop is hit. An "
         "order that comes to life inside a bar fills in it only where the bar leaves no better "
         "outcome."),
    [SIM_PATH_OHLC] =
        "Inside a bar the price goes from the open to the high, to the low, to the close.",
    [SIM_PATH_OLHC] =
        "Inside a bar the price goes from the open to the low, to the high, to the close.",
    [SIM_PATH_CLOSEST] = "Inside a bar the price goes from the open to the nearer extreme, to the "
                         "other, to the close.",
};

void sim_exchange_describe(const struct sim_exchange *exchange, struct text *out) {
    const struct sim_config *config = &exchange->config;
    describe_orders(exchange, out);
    describe_volume(exchange, out);
    describe_model(out, "slippage", config->slip->name, config->slip->summary, config->slip->params,
                   config->slip->param_count, config->slip_params);
    describe_model(out, "fees", config->fee->name, config->fee->summary, config->fee->params,
                   config->fee->param_count, config->fee_params);
    describe_model(out, "latency", config->latency->name, config->latency->summary,
                   config->latency->params, config->latency->param_count, config->latency_params);
    describe_account(exchange, out);
    describe_faults(exchange, out);
}

static void describe_orders(const struct sim_exchange *x, struct text *out) {
    line(
        out, "first_fill",
        "An order fills from data after its arrival at the venue: from the open of the next bar at "
        "the earliest, never from a bar that opened before.");
    line(out, "market", "A market order fills at the open of the bar, plus slippage.");
    line(out, "limit_fill",
         "A limit order fills inside a bar only when the price %s; at the open "
         "when that is better than its limit.",
         x->limit_touch ? "reaches its limit" : "trades through its limit by at least one tick");
    line(out, "stop",
         "A stop fills at its trigger, or at the open when the bar opens beyond it, plus "
         "slippage.");
    line(out, "trailing_stop",
         "A trailing stop follows the best price of earlier bars, never of the "
         "bar that may hit it.");
    line(out, "market_on_close",
         "A market-on-close order fills at the close of the bar that ends the "
         "session, plus slippage.");
    line(out, "path", "%s", paths[x->path]);
    line(out, "rounding",
         "Prices with slippage are rounded to the tick against us; quantities down "
         "to whole lots.");
}

static void describe_volume(const struct sim_exchange *x, struct text *out) {
    double share = x->config.params[SIM_VOLUME_SHARE];
    if (share == 0) {
        line(out, "volume_share", "Fills are not limited by volume: any quantity fills at once.");
        return;
    }
    line(out, "volume_share",
         "All our fills together take at most %g %% of a bar's volume; the rest "
         "waits for the next bar.",
         share * 100);
    line(out, "volume_unknown",
         "Where the data has no volume (closes alone, quotes) fills are not limited.");
    const struct sim_counts *counts = &x->state->counts;
    if (counts->fills > 0)
        line(out, "volume_unknown_fills", "Of %llu fills, %llu were from data without volume.",
             (unsigned long long)counts->fills, (unsigned long long)counts->uncapped_fills);
}

static void describe_account(const struct sim_exchange *x, struct text *out) {
    const double *params = x->config.params;
    line(out, "allow_short", "Short selling is %s.", x->allow_short ? "allowed" : "not allowed");
    line(out, "allow_index", "An index %s.",
         x->allow_index ? "is traded as if it were a share" : "cannot be traded");
    line(out, "margin_initial",
         "An order is rejected when positions and live orders would need more than the equity at "
         "%g %% "
         "initial margin%s; market orders count as filled.",
         params[SIM_MARGIN_INITIAL] * 100, params[SIM_MARGIN_INITIAL] == 1 ? " (no leverage)" : "");
    line(
        out, "margin_maintenance",
        "When equity falls below %g %% of the value of positions, all are closed at the next open.",
        params[SIM_MARGIN_MAINTENANCE] * 100);
    line(out, "borrow_rate", "Short positions pay %g %% a year on their value.",
         params[SIM_BORROW_RATE] * 100);
    line(out, "credit_rate", "Cash earns %g %% a year.", params[SIM_CREDIT_RATE] * 100);
    line(out, "debit_rate", "Cash below zero pays %g %% a year.", params[SIM_DEBIT_RATE] * 100);
    for (uint32_t i = 0; i < x->config.funding_count; i++)
        line(out, "funding",
             "%s pays funding on its position after the last bar that ended by the instant, at the "
             "mark price that the rates tell, or else the bar's close.",
             x->config.instruments->items[x->config.funding[i].instrument].symbol);
    line(out, "corporate_actions",
         "Splits adjust positions and resting orders; dividends are paid at once on the quantity "
         "held; "
         "a delisted position is closed at its last price.");
}

static void describe_faults(const struct sim_exchange *x, struct text *out) {
    const double *params = x->config.params;
    if (params[SIM_FAULT_REJECT] > 0)
        line(out, "fault_reject", "%g %% of orders are rejected for no reason.",
             params[SIM_FAULT_REJECT] * 100);
    if (params[SIM_FAULT_DISCONNECT] > 0)
        line(out, "fault_disconnect",
             "At %g %% of orders the connection breaks for %g s; half of those orders are lost.",
             params[SIM_FAULT_DISCONNECT] * 100, params[SIM_FAULT_DISCONNECT_TIME]);
}

static void describe_model(struct text *out, const char *family, const char *name,
                           const char *summary, const struct param *params, size_t count,
                           const double *values) {
    text_printf(out, "%s\tModel %s: %s", family, name, summary);
    for (size_t i = 0; i < count; i++) {
        text_add(out, i == 0 ? " (" : ", ");
        text_printf(out, "%s ", params[i].name);
        params_print_value(&params[i], values[i], out);
        bool shown = params[i].type == PARAM_REAL || params[i].type == PARAM_INT;
        if (shown && params[i].unit[0] != '\0') text_printf(out, " %s", params[i].unit);
    }
    text_add(out, count > 0 ? ").\n" : ".\n");
}

static void line(struct text *out, const char *name, const char *format, ...) {
    va_list args;
    va_start(args, format);
    text_printf(out, "%s\t", name);
    text_vprintf(out, format, args);
    text_add_char(out, '\n');
    va_end(args);
}
