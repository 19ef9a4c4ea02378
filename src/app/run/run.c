// SPDX-License-Identifier: Apache-2.0
#include "app/run/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/run_market.h"
#include "app/run/run_parts.h"
#include "base/timestamp.h"
#include "market/calendar.h"
#include "strategy/manual.h"

// Address space, not memory: pages are taken when they are touched.
#define WIRING_SIZE ((size_t)4 << 30)
#define STATE_SIZE ((size_t)4 << 30)

enum { ORDERS_LEAST = 256, LOTS_LEAST = 65536, SESSION_SECONDS_XNYS = 23400, SECONDS_DAY = 86400 };

// Bars of a frame in a trading year.
static uint32_t periods_per_year(uint32_t calendar, uint32_t frame_s) {
    uint32_t days = (uint32_t)calendar_days_per_year((enum calendar_id)calendar);
    if (frame_s >= SECONDS_DAY)
        return days * SECONDS_DAY / frame_s > 0 ? days * SECONDS_DAY / frame_s : 1;
    uint32_t session = calendar == CALENDAR_24_7 ? SECONDS_DAY : SESSION_SECONDS_XNYS;
    return days * (session / frame_s > 0 ? session / frame_s : 1);
}

static int parse_capital(struct run *run) {
    const char *text = run->config->capital != NULL ? run->config->capital : "100000";
    int64_t capital;
    if (decimal_parse(text, strlen(text), RUN_MONEY_DECIMALS, &capital) < 0 || capital <= 0)
        return ERR_SET(ERR_ARGUMENT,
                       "capital: '%s' is not a positive amount of at most %d decimals", text,
                       RUN_MONEY_DECIMALS);
    run->capital = MONEY(capital);
    return 0;
}

static int parse_method(struct run *run) {
    const char *method = run->config->cost_method;
    run->engine_config.cost_method = COST_AVERAGE;
    if (method == NULL || strcmp(method, "average") == 0) return 0;
    if (strcmp(method, "fifo") != 0)
        return ERR_SET(ERR_ARGUMENT, "cost_method: '%s' is neither average nor fifo", method);
    run->engine_config.cost_method = COST_FIFO;
    return 0;
}

static void size_pools(struct run *run) {
    uint32_t slots = 0;
    for (uint32_t i = 0; i < run->strategy_count; i++) slots += run->strategies[i].instrument_count;
    uint32_t manual = 0;
    for (uint32_t i = 0; i < run->strategy_count; i++)
        if (strategy_is_manual(run->strategies[i].strategy))
            manual = (uint32_t)run->strategies[i].params[MANUAL_ORDERS];
    run->engine_config.order_max = ORDERS_LEAST + 16 * slots + manual;
    run->engine_config.lot_max = LOTS_LEAST + 256 * slots;
}

static int build_engine(struct run *run) {
    struct engine_config *config = &run->engine_config;
    TRY(run_config_id(run->config, &run->id));
    TRY(parse_capital(run));
    TRY(parse_method(run));
    TRY(run_choose_strategies(run));
    TRY(run_choose_risk(run));
    TRY(run_choose_sectors(run));
    if (run->is_feed) TRY(run_choose_feeds(run));
    size_pools(run);
    run->periods_per_year =
        periods_per_year(run->instruments.items[0].calendar, config->data_frame_s);
    run->days_per_year =
        (uint32_t)calendar_days_per_year((enum calendar_id)run->instruments.items[0].calendar);
    config->instruments = &run->instruments;
    config->strategies = run->strategies;
    config->strategy_count = run->strategy_count;
    config->periods_per_year = run->periods_per_year;
    config->run_id = run->id;
    config->risk = &run->risk;
    TRY(engine_new(&run->wiring, &run->state, config, &run->engine));
    arena_seal(&run->state);
    return 0;
}

static int new_run(struct run_config *config, struct run **ret_run) {
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL) {
        run_config_free(config);
        *ret_run = NULL;
        return ERR_SET(ERR_NOMEM, "no memory for a run");
    }
    run->config = config;
    *ret_run = run;
    TRY(arena_init(&run->wiring, WIRING_SIZE));
    TRY(arena_init(&run->state, STATE_SIZE));
    return arena_init(&run->venue_state, STATE_SIZE);
}

static int build_feeds(struct run *run, const char *tape_root) {
    TRY(run_choose_tick_venues(run));
    for (uint32_t i = 0; i < run->feed_count; i++) {
        struct run_feed *feed = &run->feeds[i];
        feed->exchange = tick_exchange_new(&run->wiring, &run->venue_state, &feed->config);
        if (feed->exchange == NULL)
            return ERR_APPEND(ERR_ARGUMENT, "while building the venue of %s",
                              run->instruments.items[feed->instrument].symbol);
    }
    arena_seal(&run->venue_state);
    return run_open_feeds(run, tape_root);
}

static int build_run(struct run *run, const char *tape_root) {
    bool market = run_is_market(run->config);
    TRY(market ? run_make_market_instrument(run) : run_find_instruments(run, tape_root));
    TRY(run_add_instruments(run));
    TRY(build_engine(run));
    if (market) return run_open_market(run);
    if (run->is_feed) return build_feeds(run, tape_root);
    TRY(run_choose_venue(run));
    run->exchange = sim_exchange_new(&run->wiring, &run->venue_state, &run->sim_config);
    if (run->exchange == NULL) return ERR_APPEND(ERR_ARGUMENT, "while building the venue");
    TRY(run_open_source(run, tape_root));
    arena_seal(&run->venue_state);
    return 0;
}

int run_open(struct run_config *config, const char *tape_root, struct run **ret_run) {
    struct run *run = NULL;
    int rc = new_run(config, &run);
    if (rc == 0) rc = build_run(run, tape_root);
    if (rc < 0) {
        run_close(run);
        return rc;
    }
    *ret_run = run;
    return 0;
}

int run_open_replay(struct run_config *config, struct run **ret_run) {
    struct run *run = NULL;
    int rc = new_run(config, &run);
    if (rc == 0) rc = run_add_instruments(run);
    if (rc == 0) rc = build_engine(run);
    if (rc < 0) {
        run_close(run);
        return rc;
    }
    *ret_run = run;
    return 0;
}

void run_close(struct run *run) {
    if (run == NULL) return;
    run_close_feeds(run);
    for (uint32_t i = 0; i < RUN_INSTRUMENTS_MAX; i++) tape_close(run->tapes[i]);
    for (uint32_t i = 0; i < run->rate_count; i++) tape_close(run->rate_tapes[i]);
    if (run->wiring.base != NULL) arena_fini(&run->wiring);
    if (run->state.base != NULL) arena_fini(&run->state);
    if (run->venue_state.base != NULL) arena_fini(&run->venue_state);
    run_config_free(run->config);
    free(run);
}

int run_play(struct run *run, struct backtest_config *config, struct backtest_result *ret_result) {
    if (run->market != NULL) return run_play_market(run, config, ret_result);
    if (run->is_feed) return run_play_feeds(run, config, ret_result);
    config->source = run->source;
    return backtest_run(&run->wiring, run->engine, run->exchange, config, ret_result);
}

void run_describe_venue(const struct run *run, struct text *out) {
    if (run->market != NULL)
        run_describe_market(run, out);
    else if (run->is_feed)
        run_describe_feeds(run, out);
    else
        sim_exchange_describe(run->exchange, out);
}

uint64_t run_rejected(const struct run *run) {
    if (!run->is_feed) return sim_exchange_counts(run->exchange)->rejected;
    uint64_t count = 0;
    for (uint32_t i = 0; i < run->feed_count; i++)
        count += tick_exchange_counts(run->feeds[i].exchange)->rejected;
    return count;
}

// "sma_cross fast=10 slow=50": the parameters that were given; defaults go without saying.
void run_strategy_name(const struct run_strategy *words, char name[RUN_STRATEGY_NAME_SIZE]) {
    size_t len = (size_t)snprintf(name, RUN_STRATEGY_NAME_SIZE, "%s", words->strategy);
    for (uint32_t i = 0; i < words->params_count && len + 1 < RUN_STRATEGY_NAME_SIZE; i++)
        len += (size_t)snprintf(name + len, RUN_STRATEGY_NAME_SIZE - len, " %s", words->params[i]);
}
