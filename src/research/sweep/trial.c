// SPDX-License-Identifier: Apache-2.0
#include "research/sweep/trial.h"

#include <string.h>

#include "base/check.h"
#include "market/notional.h"
#include "research/backtest.h"

// Address space, not memory: pages are taken when they are touched.
#define ARENA_SIZE ((size_t)1 << 30)

struct fold {
    const struct trial_config *config;
    struct engine *engine;
    struct score score;
    struct score_position *positions; // [instruments]
    struct notional *notionals;       // [instruments]
};

int trial_init(struct trial *trial) {
    *trial = (struct trial){0};
    int rc = arena_init(&trial->wiring, ARENA_SIZE);
    if (rc == 0) rc = arena_init(&trial->state, ARENA_SIZE);
    if (rc == 0) rc = arena_init(&trial->venue, ARENA_SIZE);
    if (rc < 0) trial_fini(trial);
    return rc;
}

void trial_fini(struct trial *trial) {
    if (trial->wiring.base != NULL) arena_fini(&trial->wiring);
    if (trial->state.base != NULL) arena_fini(&trial->state);
    if (trial->venue.base != NULL) arena_fini(&trial->venue);
}

static money_t worth_of(const struct fold *fold, uint32_t instrument, int64_t price, int64_t qty) {
    money_t value;
    int rc = notional_value(&fold->notionals[instrument], PRICE(price), QTY(qty), &value);
    CHECK(rc == 0); // the venue has worked it out already
    return value;
}

// An order's side is the engine's to know; orders of the venue itself close what is held.
static int side_of(const struct fold *fold, const struct order_event *report) {
    int handle = orders_find(engine_orders(fold->engine), report->order_id);
    if (handle >= 0) return orders_get(engine_orders(fold->engine), (uint32_t)handle)->spec.side;
    return fold->positions[report->header.instrument].qty > 0 ? -1 : 1;
}

static int put(void *self, const struct event_header *event) {
    struct fold *fold = self;
    const struct trial_watch *watch = fold->config->watch;
    if (watch != NULL && watch->event != NULL) watch->event(watch->self, event);
    if (event->kind != EVENT_ORDER_FILLED) return 0;
    const struct order_event *report = (const void *)event;
    uint32_t instrument = event->instrument;
    struct score_position *position = &fold->positions[instrument];
    int64_t qty = side_of(fold, report) * report->qty.m;
    int64_t closed = score_closing(position, qty);
    struct score_fill fill = {
        .ts_ns = event->ts_ns,
        .qty = qty,
        .price = report->price.m,
        .fee = report->fee,
        .value = worth_of(fold, instrument, report->price.m, report->qty.m),
        .closing = worth_of(fold, instrument, report->price.m, closed),
        .closed = closed,
    };
    if (watch != NULL && watch->fill != NULL) watch->fill(watch->self, instrument, &fill);
    score_fill(&fold->score, position, &fill);
    return 0;
}

static inline double mantissa(money_t money) {
    int64_t narrow = (int64_t)money.m;
    return LIKELY(narrow == money.m) ? (double)narrow : (double)money.m;
}

static inline void take_mark(struct fold *fold, const struct account_mark *mark) {
    const struct trial_watch *watch = fold->config->watch;
    if (mark->ts_ns < fold->config->from_ns) return;
    if (UNLIKELY(watch != NULL) && watch->mark != NULL) watch->mark(watch->self, mark);
    score_mark(&fold->score, mark->ts_ns, mantissa(mark->equity), mark->gross.m != 0);
}

static void on_mark(void *self, const struct account_mark *mark, const struct engine *engine) {
    (void)engine;
    take_mark(self, mark);
}

static int on_bars(void *self, const union event *bars, int bar_count,
                   const struct account_mark *marks, int mark_count) {
    (void)bars;
    (void)bar_count;
    for (int i = 0; i < mark_count; i++) take_mark(self, &marks[i]);
    return 0;
}

static int add_phases(struct trial *trial, const struct trial_config *config, const double *params,
                      struct engine_strategy_config *strategy) {
    if (config->phases != NULL) {
        strategy->phases = config->phases;
        strategy->phase_count = config->phase_count;
    } else if (config->from_ns != INT64_MIN) {
        struct engine_phase *phase = ARENA_NEW(&trial->wiring, struct engine_phase, 1);
        if (phase == NULL) return ERR_NOMEM;
        phase->from_ns = config->from_ns;
        memcpy(phase->params, params, sizeof phase->params);
        strategy->phases = phase;
        strategy->phase_count = 1;
    }
    return 0;
}

static int build(struct trial *trial, const struct trial_config *config, const double *params,
                 struct fold *fold, struct sim_exchange **ret_exchange) {
    struct engine_config engine_config = *config->engine;
    const struct instruments *instruments = engine_config.instruments;
    struct engine_strategy_config *strategies =
        ARENA_NEW(&trial->wiring, struct engine_strategy_config, engine_config.strategy_count);
    fold->positions = ARENA_NEW(&trial->wiring, struct score_position, instruments->count);
    fold->notionals = ARENA_NEW(&trial->wiring, struct notional, instruments->count);
    if (strategies == NULL || fold->positions == NULL || fold->notionals == NULL) return ERR_NOMEM;
    memcpy(strategies, engine_config.strategies, engine_config.strategy_count * sizeof *strategies);
    memcpy(strategies[0].params, params, sizeof strategies[0].params);
    TRY(add_phases(trial, config, params, &strategies[0]));
    for (uint32_t i = 0; i < instruments->count; i++) {
        struct notional_scale scale = instrument_scale(instruments, i);
        notional_init(&fold->notionals[i], &scale);
    }
    struct engine *engine;
    engine_config.strategies = strategies;
    TRY(engine_new(&trial->wiring, &trial->state, &engine_config, &engine));
    fold->engine = engine;
    *ret_exchange = sim_exchange_new(&trial->wiring, &trial->venue, config->sim);
    return *ret_exchange == NULL ? ERR_APPEND(ERR_ARGUMENT, "while building the venue") : 0;
}

int trial_run(struct trial *trial, const struct trial_config *config, const double *params,
              double *returns, size_t return_max, struct score_result *ret_result) {
    struct fold fold = {.config = config};
    struct sim_exchange *exchange;
    struct log_source source;
    struct backtest_result result;
    const struct engine_config *engine = config->engine;
    arena_rewind(&trial->wiring, 0);
    arena_rewind(&trial->state, 0);
    arena_rewind(&trial->venue, 0);
    TRY(build(trial, config, params, &fold, &exchange));
    score_init(&fold.score, returns, return_max);
    struct backtest_config backtest = {
        .source = log_source_port(&source, config->log),
        .capital = config->capital,
        .account_currency = engine->account_currency,
        .stop = config->stop,
        .observer = {.events = {put, &fold}, .mark = on_mark, .bars = on_bars, .self = &fold},
    };
    TRY(backtest_run(&trial->wiring, fold.engine, exchange, &backtest, &result));
    if (result.stopped) return ERR_INTERRUPTED;
    int decimals = engine->instruments->currencies[engine->account_currency].decimals;
    score_end(&fold.score, result.equity, decimals, config->days_a_year, ret_result);
    return 0;
}
