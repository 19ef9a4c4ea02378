// SPDX-License-Identifier: Apache-2.0
// A run made real: the configuration's words looked up in the registries, the tapes opened, engine and
// venue built around them. What a backtest, a replay and a benchmark share.
#ifndef FULMAR_APP_RUN_H
#define FULMAR_APP_RUN_H

#include "app/run_config.h"
#include "base/arena.h"
#include "edge/store/tape.h"
#include "engine/engine.h"
#include "sim/exchange.h"

enum {
    RUN_STRATEGIES_MAX = 256,
    RUN_INSTRUMENTS_MAX = 1024,
    RUN_MONEY_DECIMALS = 8,
    RUN_RATES_MAX = 32
};

struct run {
    struct run_config *config; // owned
    uint64_t id;
    struct arena wiring; // tables, buffers
    struct arena state;  // of the engine alone
    struct arena venue_state;
    struct instruments instruments;
    struct engine_strategy_config strategies[RUN_STRATEGIES_MAX];
    uint32_t strategy_count;
    struct risk_config risk;
    struct engine_config engine_config;
    struct sim_config sim_config;
    money_t capital;
    struct tape *tapes[RUN_INSTRUMENTS_MAX];
    struct tape *rate_tapes[RUN_RATES_MAX];
    uint32_t rate_count;
    struct event_source source; // fill is NULL in a replay
    uint64_t market_events;     // that the source will give at most
    uint32_t periods_per_year;  // bars of the data frame in a trading year
    uint32_t days_per_year;     // trading days: 252, 365
    struct engine *engine;
    struct sim_exchange *exchange; // NULL in a replay
};

// Opens the series, takes their instruments into the configuration, and builds everything. Owns config from
// here on, also on failure. Errors name the key that is wrong.
int run_open(struct run_config *config, const char *tape_root, struct run **ret_run) MUST_USE;

// Builds instruments and engine alone from a recorded configuration, whose `instruments` are set.
int run_open_replay(struct run_config *config, struct run **ret_run) MUST_USE;

void run_close(struct run *run); // NULL is fine

#endif
