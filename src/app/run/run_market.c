// SPDX-License-Identifier: Apache-2.0
#include "app/run/run_market.h"

#include <stdlib.h>
#include <string.h>

#include "app/run/run_parts.h"
#include "base/timestamp.h"
#include "research/market_backtest.h"

enum { DECIMALS = 4, ORDERS = 1 << 16, MESSAGES = 1 << 16 };
static const char BEGIN[] = "2000-01-03T00:00:00Z";

_Static_assert((int)RUN_MARKET_PARAM_COUNT == RUN_PARAMS_MARKET, "a value a row");

bool run_is_market(const struct run_config *config) {
    return config->market_count > 0;
}

static int mantissa_of(const struct run *run, enum run_market_param param, int64_t *ret_mantissa) {
    TRY(decimal_from_double(run->market_params[param], DECIMALS, ROUND_HALF_EVEN, ret_mantissa));
    if (*ret_mantissa > 0) return 0;
    return ERR_SET(ERR_ARGUMENT, "market: %s is below the least step of %d decimals",
                   run_market_params[param].name, DECIMALS);
}

// What the venue has or has not: one word of each.
static int check_config(const struct run_config *config) {
    const struct {
        const char *name;
        bool given;
    } others[] = {{"data", config->data_count > 0},       {"fee", config->fees != NULL},
                  {"slippage", config->slippage != NULL}, {"latency", config->latency != NULL},
                  {"queue", config->queue != NULL},       {"actions", config->actions_count > 0},
                  {"rate", config->rates_count > 0},      {"funding", config->funding_count > 0},
                  {"feeds", config->feeds_count > 0},     {"command", config->commands_count > 0}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].given)
            return ERR_SET(ERR_ARGUMENT,
                           "--market and --%s exclude each other: a made market has its own "
                           "instrument and latencies, and no fees",
                           others[i].name);
    return 0;
}

// "on" alone is the market at its defaults.
static int read_params(struct run *run) {
    const struct run_config *config = run->config;
    params_defaults(run_market_params, RUN_MARKET_PARAM_COUNT, run->market_params);
    if (config->market_count == 1 && strcmp(config->market[0], "on") == 0) return 0;
    return run_set_params("the market", run_market_params, RUN_MARKET_PARAM_COUNT, config->market,
                          config->market_count, run->market_params);
}

int run_make_market_instrument(struct run *run) {
    struct run_config *config = run->config;
    int64_t tick, lot;
    TRY(check_config(config));
    TRY(read_params(run));
    TRY(mantissa_of(run, RUN_MARKET_TICK, &tick));
    TRY(mantissa_of(run, RUN_MARKET_LOT, &lot));
    config->instruments = calloc(1, sizeof *config->instruments);
    if (config->instruments == NULL) return ERR_SET(ERR_NOMEM, "no memory for the instruments");
    config->instruments_count = 1;
    config->instruments[0] = (struct run_instrument){
        .series = strdup("market"),
        .symbol = strdup("MADE"),
        .venue = strdup("MARKET"),
        .currency = strdup(config->currency != NULL ? config->currency : "USD"),
        .asset = strdup("crypto"),
        .calendar = strdup("24/7"),
        .price_decimals = DECIMALS,
        .qty_decimals = DECIMALS,
        .tick = tick,
        .lot = lot,
        .qty_min = lot,
        .multiplier = 1,
    };
    return 0;
}

static struct matching_flow_config flow_of(const struct run *run, int64_t start_ns, int64_t price) {
    const double *values = run->market_params;
    struct matching_flow_config flow;
    matching_flow_defaults(&flow);
    flow.seed = (uint64_t)run->config->seed;
    flow.start_ns = start_ns;
    flow.start_price = price;
    flow.limit_rate = values[RUN_MARKET_LIMIT_RATE];
    flow.decay = values[RUN_MARKET_DECAY];
    flow.market_rate = values[RUN_MARKET_MARKET_RATE];
    flow.cancel_rate = values[RUN_MARKET_CANCEL_RATE];
    flow.depth = (uint32_t)values[RUN_MARKET_DEPTH];
    flow.qty_max = (uint32_t)values[RUN_MARKET_QTY_MAX];
    return flow;
}

// Prices from a tick to twice the first, as many ticks as the engine has.
static struct matching_config matching_of(const struct run *run, int64_t price) {
    static const uint32_t stps[] = {MATCHING_STP_NEWEST, MATCHING_STP_OLDEST, MATCHING_STP_BOTH,
                                    MATCHING_STP_NONE};
    const struct instrument *instrument = &run->instruments.items[0];
    return (struct matching_config){.tick = instrument->tick.m,
                                    .price_min = instrument->tick.m,
                                    .price_max = 2 * price,
                                    .lot = instrument->lot.m,
                                    .order_max = ORDERS,
                                    .algorithm = (uint32_t)run->market_params[RUN_MARKET_ALGORITHM],
                                    .stp = stps[(int)run->market_params[RUN_MARKET_STP]],
                                    .phase = MATCHING_CONTINUOUS};
}

int run_open_market(struct run *run) {
    const double *values = run->market_params;
    int64_t price, tick = run->instruments.items[0].tick.m;
    TRY(mantissa_of(run, RUN_MARKET_PRICE, &price));
    price -= price % tick;
    if (price <= 0) return ERR_SET(ERR_ARGUMENT, "market: price is below the tick");
    TRY(timestamp_parse(BEGIN, sizeof BEGIN - 1, &run->market_start_ns));
    TRY(run_parse_instant("from", run->config->from, &run->market_start_ns));
    run->market_end_ns = run->market_start_ns + (int64_t)(values[RUN_MARKET_SPAN] * 1e9 + 0.5);
    TRY(run_parse_instant("to", run->config->to, &run->market_end_ns));
    bool netted = run->engine_config.netting != NETTING_OFF; // the account has orders of its own
    const struct matching_flow_config flow = flow_of(run, run->market_start_ns, price);
    const struct matching_venue_config config = {
        .matching = matching_of(run, price),
        .flow = &flow,
        .strategy_count = run->strategy_count + netted,
        .message_max = MESSAGES,
        .entry_ns = (int64_t)(values[RUN_MARKET_ENTRY] * 1e9 + 0.5),
        .report_ns = (int64_t)(values[RUN_MARKET_REPORT] * 1e9 + 0.5)};
    run->market = matching_venue_new(&run->venue_state, &config);
    if (run->market == NULL) return ERR_APPEND(ERR_ARGUMENT, "while building the market");
    arena_seal(&run->venue_state);
    return 0;
}

int run_play_market(struct run *run, const struct backtest_config *backtest,
                    struct backtest_result *ret_result) {
    const struct market_backtest_config config = {
        .start_ns = run->market_start_ns,
        .end_ns = run->market_end_ns,
        .step_ns = (int64_t)(run->feed_params[RUN_FEED_STEP] * 1e9 + 0.5),
        .capital = backtest->capital,
        .account_currency = backtest->account_currency,
        .stop = backtest->stop,
        .observer = backtest->observer,
    };
    return market_backtest_run(&run->wiring, run->engine, run->market, &config, ret_result);
}

void run_describe_market(const struct run *run, struct text *out) {
    text_add(out, "market\tMade as it goes: a matching engine, on which the strategies trade with "
                  "each other and with orders that come at random; what they send moves the price. "
                  "No fees.\n");
    for (size_t i = 0; i < RUN_MARKET_PARAM_COUNT; i++) {
        const struct param *row = &run_market_params[i];
        text_printf(out, "%s\t%s Here: ", row->name, row->help);
        params_print_value(row, run->market_params[i], out);
        text_printf(out, "%s%s.\n", row->unit[0] != '\0' ? " " : "", row->unit);
    }
}
