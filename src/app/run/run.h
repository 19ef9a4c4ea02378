// SPDX-License-Identifier: Apache-2.0
// A run made real: the configuration's words looked up in the registries, the tapes opened, engine and
// venue built around them. What a backtest, a replay and a benchmark share.
#ifndef FULMAR_APP_RUN_RUN_H
#define FULMAR_APP_RUN_RUN_H

#include "app/run/run_config.h"
#include "base/arena.h"
#include "edge/store/tape.h"
#include "engine/engine.h"
#include "research/tick_backtest.h"
#include "sim/exchange.h"
#include "sim/matching_venue.h"

enum {
    RUN_STRATEGIES_MAX = 256,
    RUN_INSTRUMENTS_MAX = 1024,
    RUN_MONEY_DECIMALS = 8,
    RUN_RATES_MAX = 32,
    RUN_PARAMS_MARKET = 14 // rows of run_market_params
};

// Settings of a run over a recorded feed: rows of run_feed_params.
enum run_feed_param {
    RUN_FEED_FILLS, // enum tick_fills
    RUN_FEED_STEP,
    RUN_FEED_CLOCK, // RUN_CLOCK_FIRST or RUN_CLOCK_WHOLE
    RUN_FEED_HEARD, // RUN_FEED_BY_DELAY or RUN_FEED_RECORDED
    RUN_FEED_DELAY,
    RUN_FEED_WINDOW,
    RUN_FEED_LEVELS,
    RUN_FEED_ORDERS,
    RUN_FEED_LIMITS, // enum tick_limits_preset
    RUN_FEED_RATE,
    RUN_FEED_RATE_WINDOW,
    RUN_FEED_RATE_2,
    RUN_FEED_RATE_WINDOW_2,
    RUN_FEED_OPEN_MAX,
    RUN_FEED_STOP_MAX,
    RUN_FEED_BAND_UP,
    RUN_FEED_BAND_DOWN,
    RUN_FEED_NOTIONAL_MIN,
    RUN_FEED_RESILIENCE,
    RUN_FEED_MARGIN_INITIAL,
    RUN_FEED_MARGIN_MAINTENANCE,
    RUN_FEED_ALLOW_SHORT,
    RUN_FEED_PARAM_COUNT
};
enum { RUN_FEED_BY_DELAY, RUN_FEED_RECORDED };
enum { RUN_CLOCK_FIRST, RUN_CLOCK_WHOLE };
extern const struct param run_feed_params[RUN_FEED_PARAM_COUNT];

// A recorded feed and its venue.
struct run_feed {
    uint32_t instrument; // its place among the run's data too
    bool by_order;
    struct tick_config config;
    struct tick_exchange *exchange;
    struct feed_rows *parts; // at the venue's time
    struct feed_rows *heard; // as they were received
    void **owned;            // copies that had to be sorted, or NULL
    void **levels;           // of a feed by order: what is heard of it
    uint32_t count;
    struct lag_series lags; // of latency model feed
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
    const char **sectors; // [instrument], for the report; NULL: none is named
    struct engine_config engine_config;
    struct sim_config sim_config;
    money_t capital;
    struct tape *tapes[RUN_INSTRUMENTS_MAX];
    struct tape *rate_tapes[RUN_RATES_MAX];
    uint32_t rate_count;
    struct event_source rates;  // of a run over feeds, where it has some
    struct event_source source; // fill is NULL in a replay
    uint64_t market_events;     // that the source will give at most
    uint32_t periods_per_year;  // bars of the data frame in a trading year
    uint32_t days_per_year;     // trading days: 252, 365
    struct engine *engine;
    struct sim_exchange *exchange; // NULL in a replay, and where the data are feeds
    struct funding *funding;       // [instruments], those of no funding are not in it
    uint32_t funding_count;
    bool is_feed; // the data are recorded feeds: what follows is set
    double feed_params[RUN_FEED_PARAM_COUNT];
    struct book_l2_config book_config;
    struct sim_account account; // at the venues of all feeds
    struct run_feed *feeds;     // [feed_count], one an instrument; NULL in a replay
    uint32_t feed_count;
    struct lag_series latency_series;
    struct matching_venue *market; // of a made market; NULL in a replay, and elsewhere
    double market_params[RUN_PARAMS_MARKET];
    int64_t market_start_ns, market_end_ns;
};

// Opens the series, takes their instruments into the configuration, and builds everything. Owns config from
// here on, also on failure. Errors name the key that is wrong.
int run_open(struct run_config *config, const char *tape_root, struct run **ret_run) MUST_USE;

// Builds instruments and engine alone from a recorded configuration, whose `instruments` are set.
int run_open_replay(struct run_config *config, struct run **ret_run) MUST_USE;

void run_close(struct run *run); // NULL is fine

// Runs it to its end; `config` is for either kind of data, its source is the run's.
int run_play(struct run *run, struct backtest_config *config,
             struct backtest_result *ret_result) MUST_USE;

// "sma_cross fast=10 slow=50": what reports and tables call a strategy.
enum { RUN_STRATEGY_NAME_SIZE = 256 };
void run_strategy_name(const struct run_strategy *words, char name[RUN_STRATEGY_NAME_SIZE]);

// The venue's assumptions, one a line: "name<TAB>sentence".
void run_describe_venue(const struct run *run, struct text *out);
// How many orders the venue rejected.
uint64_t run_rejected(const struct run *run);

#endif
