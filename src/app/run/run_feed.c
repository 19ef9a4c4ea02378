// SPDX-License-Identifier: Apache-2.0
// Recorded feeds of tapes as a run reads them: at the venue's time for their exchanges, at ours for the engine.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/run_parts.h"
#include "base/check.h"
#include "base/hash.h"
#include "base/timestamp.h"

int run_choose_feeds(struct run *run) {
    const struct run_config *config = run->config;
    params_defaults(run_feed_params, RUN_FEED_PARAM_COUNT, run->feed_params);
    TRY(run_set_params("the venue of a feed", run_feed_params, RUN_FEED_PARAM_COUNT, config->venue,
                       config->venue_count, run->feed_params));
    run->book_config = (struct book_l2_config){
        .window = (uint32_t)run->feed_params[RUN_FEED_WINDOW],
        .level_max = (uint32_t)run->feed_params[RUN_FEED_LEVELS],
    };
    run->engine_config.book = &run->book_config;
    return 0;
}

// A feed whose first million records have no order is one by price. Trades are executions where any record is one.
static void look_for_orders(const struct run *run, struct run_feed *feed) {
    enum { ENOUGH = 1 << 20 };
    uint64_t seen = 0;
    bool by_order = false, executions = false;
    const struct tape *tape = run->tapes[feed->instrument];
    uint32_t count = tape_partition_count(tape);
    for (uint32_t part = 0; part < count && !executions && (by_order || seen < ENOUGH); part++) {
        struct tape_feed columns = tape_feed(tape, part);
        for (uint64_t i = 0; i < columns.count && !executions; i++) {
            enum feed_kind kind = feed_kind_of(columns.what[i]);
            by_order |= kind >= FEED_ADD && kind <= FEED_EXECUTE;
            executions = kind == FEED_EXECUTE;
            if (!by_order && ++seen == ENOUGH) break;
        }
    }
    feed->by_order = by_order;
    feed->config.executions = executions;
    if (by_order) feed->config.other_max = (uint32_t)run->feed_params[RUN_FEED_ORDERS];
}

static int choose_queue(struct tick_config *tick, const struct run_model *words) {
    if (words == NULL) return tick->executions ? tick_config_set_queue(tick, "fifo") : 0;
    if (tick_config_set_queue(tick, words->model) < 0)
        return ERR_APPEND(ERR_ARGUMENT, "fulmar backtest --list names all models");
    return run_set_params(words->model, tick->queue->params, tick->queue->param_count,
                          words->params, words->params_count, tick->queue_params);
}

static void choose_limits(struct tick_config *tick, const double *params) {
    struct tick_limits *limits = &tick->limits;
    *limits = tick_limits_preset((enum tick_limits_preset)params[RUN_FEED_LIMITS]);
    if (params[RUN_FEED_RATE] > 0)
        limits->rates[0] = (struct tick_rate){(uint32_t)params[RUN_FEED_RATE],
                                              (uint32_t)params[RUN_FEED_RATE_WINDOW]};
    if (params[RUN_FEED_RATE_2] > 0)
        limits->rates[1] = (struct tick_rate){(uint32_t)params[RUN_FEED_RATE_2],
                                              (uint32_t)params[RUN_FEED_RATE_WINDOW_2]};
    if (params[RUN_FEED_OPEN_MAX] > 0) limits->open_max = (uint32_t)params[RUN_FEED_OPEN_MAX];
    if (params[RUN_FEED_STOP_MAX] > 0) limits->stop_max = (uint32_t)params[RUN_FEED_STOP_MAX];
    if (params[RUN_FEED_BAND_UP] > 0) limits->band_up = model_parts(params[RUN_FEED_BAND_UP]);
    if (params[RUN_FEED_BAND_DOWN] > 0) limits->band_down = model_parts(params[RUN_FEED_BAND_DOWN]);
    if (params[RUN_FEED_NOTIONAL_MIN] > 0) limits->notional_min = params[RUN_FEED_NOTIONAL_MIN];
    tick->resilience_ns = (int64_t)(params[RUN_FEED_RESILIENCE] * 1e9 + 0.5);
}

// Draws of one venue do not depend on which others there are.
static uint64_t seed_of(const struct run *run, const struct instrument *instrument) {
    uint64_t seed = hash64((uint64_t)run->config->seed, instrument->venue,
                           strnlen(instrument->venue, sizeof instrument->venue));
    return hash64(seed, instrument->symbol, strnlen(instrument->symbol, sizeof instrument->symbol));
}

static const struct funding *funding_of(const struct run *run, uint32_t instrument) {
    for (uint32_t i = 0; i < run->funding_count; i++)
        if (run->funding[i].instrument == instrument) return &run->funding[i];
    return NULL;
}

static int choose_venue(struct run *run, struct run_feed *feed) {
    struct tick_config *tick = &feed->config;
    tick_config_defaults(tick);
    look_for_orders(run, feed);
    tick->fee = run->sim_config.fee;
    tick->latency = run->sim_config.latency;
    memcpy(tick->fee_params, run->sim_config.fee_params, sizeof tick->fee_params);
    memcpy(tick->latency_params, run->sim_config.latency_params, sizeof tick->latency_params);
    const struct run_feed_words *own;
    double params[RUN_FEED_PARAM_COUNT];
    memcpy(params, run->feed_params, sizeof params);
    TRY(run_find_own(run, feed->instrument, &own));
    TRY(run_choose_own(run, own, tick, params));
    TRY(choose_queue(tick, own && own->queue ? own->queue : run->config->queue));
    choose_limits(tick, params);
    bool measured = tick->latency->by_series && tick->latency->param_count > 0;
    tick->series = measured                        ? &feed->lags
                   : run->latency_series.count > 0 ? &run->latency_series
                                                   : NULL;
    tick->instruments = &run->instruments;
    tick->instrument = feed->instrument;
    tick->strategy_count = run->account.strategy_count;
    tick->account_currency = run->engine_config.account_currency;
    tick->order_max = run->engine_config.order_max;
    tick->message_max = 4 * run->engine_config.order_max;
    tick->fills = (uint32_t)params[RUN_FEED_FILLS];
    tick->seed = seed_of(run, &run->instruments.items[feed->instrument]);
    tick->funding = funding_of(run, feed->instrument);
    tick->account = &run->account;
    tick->margin = (struct tick_margin){
        .initial = model_parts(run->feed_params[RUN_FEED_MARGIN_INITIAL]),
        .maintenance = model_parts(run->feed_params[RUN_FEED_MARGIN_MAINTENANCE]),
        .allow_short = run->feed_params[RUN_FEED_ALLOW_SHORT] != 0};
    tick->book = run->book_config;
    return 0;
}

// One account for all feeds.
static int open_account(struct run *run) {
    bool netted = run->engine_config.netting != NETTING_OFF; // the account has orders of its own
    uint32_t currency = run->engine_config.account_currency;
    TRY(sim_account_init(&run->account, &run->wiring, &run->venue_state, &run->instruments,
                         run->strategy_count + netted, currency));
    sim_account_add_cash(&run->account, currency, run->capital);
    return 0;
}

int run_choose_tick_venues(struct run *run) {
    if (run->config->slippage != NULL)
        return ERR_SET(ERR_ARGUMENT,
                       "slippage: a feed shows what an order takes; there is no model "
                       "of it to choose");
    TRY(run_check_rates(run));
    TRY(run_choose_venue_models(run));
    TRY(run_read_funding(run));
    TRY(open_account(run));
    run->feeds = ARENA_NEW(&run->wiring, struct run_feed, run->instruments.count);
    if (run->feeds == NULL) return ERR_NOMEM;
    for (; run->feed_count < run->instruments.count; run->feed_count++) {
        struct run_feed *feed = &run->feeds[run->feed_count];
        feed->instrument = run->feed_count;
        TRY(choose_venue(run, feed));
    }
    return 0;
}

// The rows of a partition that were heard in [from_ns, to_ns).
static struct feed_rows rows_between(const struct tape_feed *feed, int64_t from_ns, int64_t to_ns) {
    uint64_t first = 0, end = feed->count;
    while (first < end && feed->receipt_ns[first] < from_ns) first++;
    while (end > first && feed->receipt_ns[end - 1] >= to_ns) end--;
    return (struct feed_rows){.venue_ns = feed->venue_ns + first,
                              .receipt_ns = feed->receipt_ns + first,
                              .price = feed->price + first,
                              .qty = feed->qty + first,
                              .id = (const uint64_t *)feed->id + first,
                              .what = feed->what + first,
                              .count = end - first};
}

struct place {
    int64_t venue_ns;
    uint64_t row;
};

static int by_venue_time(const void *a, const void *b) {
    const struct place *x = a, *y = b;
    if (x->venue_ns != y->venue_ns) return x->venue_ns < y->venue_ns ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static bool is_in_order(const struct feed_rows *rows) {
    for (uint64_t i = 1; i < rows->count; i++)
        if (rows->venue_ns[i] < rows->venue_ns[i - 1]) return false;
    return true;
}

// A copy in the order of the venue's time; what is of one instant stays as it was heard.
static int sort_rows(const struct feed_rows *rows, struct feed_rows *ret_sorted, void **ret_owned) {
    uint64_t count = rows->count;
    struct place *places = malloc(count * sizeof *places);
    int64_t *columns = malloc(5 * count * sizeof *columns);
    if (places == NULL || columns == NULL) {
        free(places);
        free(columns);
        return ERR_SET(ERR_NOMEM, "no memory to sort %llu records", (unsigned long long)count);
    }
    for (uint64_t i = 0; i < count; i++) places[i] = (struct place){rows->venue_ns[i], i};
    qsort(places, count, sizeof *places, by_venue_time);
    int64_t *price = columns + count, *qty = price + count, *what = qty + count;
    uint64_t *id = (uint64_t *)(what + count);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t row = places[i].row;
        columns[i] = places[i].venue_ns;
        price[i] = rows->price[row];
        qty[i] = rows->qty[row];
        what[i] = rows->what[row];
        id[i] = rows->id[row];
    }
    free(places);
    *ret_sorted = (struct feed_rows){
        .venue_ns = columns, .price = price, .qty = qty, .id = id, .what = what, .count = count};
    *ret_owned = columns;
    return 0;
}

// A recorder whose clock was behind the venue's would let us hear of what has not happened yet.
static int check_receipts(const struct run *run, const struct feed_rows *rows) {
    if (run->feed_params[RUN_FEED_HEARD] != RUN_FEED_RECORDED) return 0;
    int64_t ahead_ns = 0;
    for (uint64_t i = 0; i < rows->count; i++)
        if (rows->venue_ns[i] - rows->receipt_ns[i] > ahead_ns)
            ahead_ns = rows->venue_ns[i] - rows->receipt_ns[i];
    if (ahead_ns == 0) return 0;
    return ERR_SET(
        ERR_ARGUMENT,
        "heard=recorded: the recording has records up to %.3f s before the venue's time of "
        "them, its clock was behind; use heard=delay",
        (double)ahead_ns / 1e9);
}

static int add_part(struct run *run, struct run_feed *feed, uint32_t partition, int64_t from_ns,
                    int64_t to_ns) {
    struct tape_feed columns = tape_feed(run->tapes[feed->instrument], partition);
    struct feed_rows rows = rows_between(&columns, from_ns, to_ns);
    if (rows.count == 0) return 0;
    TRY(check_receipts(run, &rows));
    uint32_t at = feed->count;
    feed->heard[at] = feed->parts[at] = rows;
    if (!is_in_order(&rows)) TRY(sort_rows(&rows, &feed->parts[at], &feed->owned[at]));
    feed->count++;
    run->market_events += rows.count;
    return 0;
}

static int open_feed(struct run *run, struct run_feed *feed, int64_t from_ns, int64_t to_ns) {
    uint32_t count = tape_partition_count(run->tapes[feed->instrument]);
    feed->parts = ARENA_NEW(&run->wiring, struct feed_rows, count + 1);
    feed->heard = ARENA_NEW(&run->wiring, struct feed_rows, count + 1);
    feed->owned = ARENA_NEW(&run->wiring, void *, count + 1);
    feed->levels = ARENA_NEW(&run->wiring, void *, count + 1);
    if (!feed->parts || !feed->heard || !feed->owned || !feed->levels) return ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) TRY(add_part(run, feed, i, from_ns, to_ns));
    if (feed->count == 0)
        return ERR_SET(ERR_NOT_FOUND, "there is no market data in this range of %s",
                       run->instruments.items[feed->instrument].symbol);
    if (feed->config.series == &feed->lags) TRY(run_measure_feed(run, feed));
    return feed->by_order ? run_hear_levels(run, feed) : 0;
}

int run_open_feeds(struct run *run, const char *tape_root) {
    const struct run_config *config = run->config;
    int64_t from_ns = INT64_MIN, to_ns = INT64_MAX;
    if (config->actions_count > 0)
        return ERR_SET(ERR_UNSUPPORTED, "corporate actions do not go with a recorded feed yet");
    if (config->rates_count > 0) TRY(run_open_rates(run, tape_root, &run->rates));
    if (config->commands_count > 0)
        return ERR_SET(ERR_UNSUPPORTED, "commands do not go with a recorded feed yet");
    TRY(run_parse_instant("from", config->from, &from_ns));
    TRY(run_parse_instant("to", config->to, &to_ns));
    for (uint32_t i = 0; i < run->feed_count; i++)
        TRY(open_feed(run, &run->feeds[i], from_ns, to_ns));
    return 0;
}

void run_close_feeds(struct run *run) {
    for (uint32_t f = 0; f < run->feed_count; f++)
        for (uint32_t i = 0; i < run->feeds[f].count; i++) {
            free(run->feeds[f].owned[i]);
            free(run->feeds[f].levels[i]);
        }
}

int run_feeds_config(struct run *run, const struct backtest_config *backtest,
                     struct tick_backtest_config *ret_config) {
    bool recorded = run->feed_params[RUN_FEED_HEARD] == RUN_FEED_RECORDED;
    struct tick_backtest_feed *feeds =
        ARENA_NEW(&run->wiring, struct tick_backtest_feed, run->feed_count);
    if (feeds == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < run->feed_count; i++) {
        const struct run_feed *feed = &run->feeds[i];
        feeds[i] = (struct tick_backtest_feed){
            .exchange = feed->exchange,
            .parts = feed->parts,
            .heard = recorded || feed->by_order ? feed->heard : NULL,
            .part_count = feed->count,
            .instrument = feed->instrument,
            .delay_ns = (int64_t)(run->feed_params[RUN_FEED_DELAY] * 1e9 + 0.5)};
    }
    *ret_config = (struct tick_backtest_config){
        .feeds = feeds,
        .feed_count = run->feed_count,
        .step_ns = (int64_t)(run->feed_params[RUN_FEED_STEP] * 1e9 + 0.5),
        .whole_steps = run->feed_params[RUN_FEED_CLOCK] == RUN_CLOCK_WHOLE,
        .capital = backtest->capital,
        .account_currency = backtest->account_currency,
        .rates = run->config->rates_count > 0 ? &run->rates : NULL,
        .stop = backtest->stop,
        .observer = backtest->observer,
    };
    return 0;
}

int run_play_feeds(struct run *run, const struct backtest_config *backtest,
                   struct backtest_result *ret_result) {
    struct tick_backtest_config config;
    TRY(run_feeds_config(run, backtest, &config));
    return tick_backtest_run(&run->wiring, run->engine, &config, ret_result);
}

// The lines of a venue that are not the first one's, under its instrument's name.
static void describe_other(const struct run *run, const char *first, const struct run_feed *feed,
                           struct text *out) {
    struct text own;
    text_init(&own, 1 << 16);
    tick_exchange_describe(feed->exchange, &own);
    const struct instrument *instrument = &run->instruments.items[feed->instrument];
    const char *at = text_string(&own);
    for (const char *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        char line[4096];
        int len = snprintf(line, sizeof line, "%.*s\n", (int)(end - at), at);
        if (len < (int)sizeof line && strstr(first, line) == NULL)
            text_printf(out, "%s/%s: %s", instrument->venue, instrument->symbol, line);
    }
    text_fini(&own);
}

static void describe_venues(const struct run *run, struct text *out) {
    struct text first;
    text_init(&first, 1 << 16);
    tick_exchange_describe(run->feeds[0].exchange, &first);
    text_add(out, text_string(&first));
    for (uint32_t i = 1; i < run->feed_count; i++)
        describe_other(run, text_string(&first), &run->feeds[i], out);
    text_fini(&first);
}

void run_describe_feeds(const struct run *run, struct text *out) {
    describe_venues(run, out);
    for (size_t i = RUN_FEED_STEP; i <= RUN_FEED_DELAY; i++) {
        const struct param *row = &run_feed_params[i];
        text_printf(out, "%s\t%s Here: ", row->name, row->help);
        params_print_value(row, run->feed_params[i], out);
        text_printf(out, "%s%s.\n", row->unit[0] != '\0' ? " " : "", row->unit);
    }
}
