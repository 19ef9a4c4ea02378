// SPDX-License-Identifier: Apache-2.0
// A recorded feed of a tape as a run reads it: at the venue's time for the exchange, at ours for the engine.
#include <stdlib.h>
#include <string.h>

#include "app/run_parts.h"
#include "base/check.h"
#include "base/timestamp.h"

const struct param run_feed_params[RUN_FEED_PARAM_COUNT] = {
    [RUN_FEED_FILLS] = {.name = "fills",
                        .type = PARAM_ENUM,
                        .unit = "",
                        .choices = "shared|part|whole",
                        .help = "What trades, or is shown beyond our price, is there once for all "
                                "our orders (shared), for each of them (part), or fills an order "
                                "whole (whole)."},
    [RUN_FEED_STEP] = {.name = "step",
                       .type = PARAM_DURATION,
                       .unit = "s",
                       .def = 0.1,
                       .min = 1e-6,
                       .max = 86400,
                       .help = "Strategies decide this often."},
    [RUN_FEED_HEARD] = {.name = "heard",
                        .type = PARAM_ENUM,
                        .unit = "",
                        .choices = "delay|recorded",
                        .help = "When a record reaches us: the venue's time and delay, or the "
                                "recording's receipt times."},
    [RUN_FEED_DELAY] = {.name = "delay",
                        .type = PARAM_DURATION,
                        .unit = "s",
                        .def = 0.005,
                        .min = 0,
                        .max = 3600,
                        .help = "From the venue's time to ours, where heard is delay."},
    [RUN_FEED_WINDOW] = {.name = "window",
                         .type = PARAM_INT,
                         .unit = "ticks",
                         .def = 32768,
                         .min = 256,
                         .max = 1 << 24,
                         .help = "Ticks around the touch that a book reaches at once; a power of "
                                 "two."},
    [RUN_FEED_LEVELS] = {.name = "levels",
                         .type = PARAM_INT,
                         .unit = "levels",
                         .def = 65536,
                         .min = 1,
                         .max = 1 << 24,
                         .help = "Levels a side that a book holds at most."},
    [RUN_FEED_ORDERS] = {.name = "orders",
                         .type = PARAM_INT,
                         .unit = "orders",
                         .def = 262144,
                         .min = 1,
                         .max = 1 << 26,
                         .help = "Orders of others that a book by order holds at most."},
    [RUN_FEED_LIMITS] = {.name = "limits",
                         .type = PARAM_ENUM,
                         .unit = "",
                         .choices = "none|binance_spot|binance_usdm",
                         .help = "What the venue refuses beforehand: published limits, which the "
                                 "settings below replace."},
    [RUN_FEED_RATE] = {.name = "rate",
                       .type = PARAM_INT,
                       .unit = "requests",
                       .def = 0,
                       .min = 0,
                       .max = 1e9,
                       .help =
                           "New orders and replaces within a window at most; 0: as limits says."},
    [RUN_FEED_RATE_WINDOW] = {.name = "rate_window",
                              .type = PARAM_INT,
                              .unit = "s",
                              .def = 10,
                              .min = 1,
                              .max = 86400,
                              .help = "Length of that window."},
    [RUN_FEED_RATE_2] = {.name = "rate_2",
                         .type = PARAM_INT,
                         .unit = "requests",
                         .def = 0,
                         .min = 0,
                         .max = 1e9,
                         .help = "The same, a second rule."},
    [RUN_FEED_RATE_WINDOW_2] = {.name = "rate_window_2",
                                .type = PARAM_INT,
                                .unit = "s",
                                .def = 60,
                                .min = 1,
                                .max = 86400,
                                .help = "Length of its window."},
    [RUN_FEED_OPEN_MAX] = {.name = "open_max",
                           .type = PARAM_INT,
                           .unit = "orders",
                           .def = 0,
                           .min = 0,
                           .max = 1e9,
                           .help = "Orders and stops open at once at most; 0: as limits says."},
    [RUN_FEED_STOP_MAX] = {.name = "stop_max",
                           .type = PARAM_INT,
                           .unit = "orders",
                           .def = 0,
                           .min = 0,
                           .max = 1e9,
                           .help = "Stops among them at most; 0: as limits says."},
    [RUN_FEED_BAND_UP] = {.name = "band_up",
                          .type = PARAM_REAL,
                          .unit = "fraction",
                          .def = 0,
                          .min = 0,
                          .max = 1000,
                          .help = "Buys no higher above the middle than this; 0: as limits says."},
    [RUN_FEED_BAND_DOWN] = {.name = "band_down",
                            .type = PARAM_REAL,
                            .unit = "fraction",
                            .def = 0,
                            .min = 0,
                            .max = 1,
                            .help =
                                "Sells no lower below the middle than this; 0: as limits says."},
    [RUN_FEED_NOTIONAL_MIN] = {.name = "notional_min",
                               .type = PARAM_REAL,
                               .unit = "currency",
                               .def = 0,
                               .min = 0,
                               .max = 1e15,
                               .help = "Orders worth at least this; 0: as limits says."},
    [RUN_FEED_RESILIENCE] = {.name = "resilience",
                             .type = PARAM_DURATION,
                             .unit = "s",
                             .def = 0,
                             .min = 0,
                             .max = 86400,
                             .help = "A level that our orders took from is whole again after this "
                                     "long; 0: not before it shows less by itself."},
};

int run_choose_feed(struct run *run) {
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
static void look_for_orders(struct run *run) {
    enum { ENOUGH = 1 << 20 };
    uint64_t seen = 0;
    bool by_order = false, executions = false;
    uint32_t count = tape_partition_count(run->tapes[0]);
    for (uint32_t part = 0; part < count && !executions && (by_order || seen < ENOUGH); part++) {
        struct tape_feed columns = tape_feed(run->tapes[0], part);
        for (uint64_t i = 0; i < columns.count && !executions; i++) {
            enum feed_kind kind = feed_kind_of(columns.what[i]);
            by_order |= kind >= FEED_ADD && kind <= FEED_EXECUTE;
            executions = kind == FEED_EXECUTE;
            if (!by_order && ++seen == ENOUGH) break;
        }
    }
    run->feed.by_order = by_order;
    run->tick_config.executions = executions;
    if (by_order) run->tick_config.other_max = (uint32_t)run->feed_params[RUN_FEED_ORDERS];
}

static int choose_queue(struct run *run, const struct run_model *words) {
    struct tick_config *tick = &run->tick_config;
    if (words == NULL) return tick->executions ? tick_config_set_queue(tick, "fifo") : 0;
    if (tick_config_set_queue(tick, words->model) < 0)
        return ERR_APPEND(ERR_ARGUMENT, "fulmar backtest --list names all models");
    return run_set_params(words->model, tick->queue->params, tick->queue->param_count,
                          words->params, words->params_count, tick->queue_params);
}

static void choose_limits(struct run *run) {
    const double *params = run->feed_params;
    struct tick_limits *limits = &run->tick_config.limits;
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
    run->tick_config.resilience_ns = (int64_t)(params[RUN_FEED_RESILIENCE] * 1e9 + 0.5);
}

int run_choose_tick_venue(struct run *run) {
    struct tick_config *tick = &run->tick_config;
    if (run->config->slippage != NULL)
        return ERR_SET(ERR_ARGUMENT,
                       "slippage: a feed shows what an order takes; there is no model "
                       "of it to choose");
    tick_config_defaults(tick);
    look_for_orders(run);
    TRY(run_choose_venue_models(run));
    tick->fee = run->sim_config.fee;
    tick->latency = run->sim_config.latency;
    memcpy(tick->fee_params, run->sim_config.fee_params, sizeof tick->fee_params);
    memcpy(tick->latency_params, run->sim_config.latency_params, sizeof tick->latency_params);
    TRY(choose_queue(run, run->config->queue));
    choose_limits(run);
    tick->instruments = &run->instruments;
    tick->strategy_count = run->strategy_count;
    tick->account_currency = run->engine_config.account_currency;
    tick->order_max = run->engine_config.order_max;
    tick->message_max = 4 * run->engine_config.order_max;
    tick->fills = (uint32_t)run->feed_params[RUN_FEED_FILLS];
    tick->seed = (uint64_t)run->config->seed;
    TRY(run_read_funding(run));
    tick->funding = run->funding_count > 0 ? run->funding : NULL;
    tick->book = run->book_config;
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

static int add_part(struct run *run, uint32_t partition, int64_t from_ns, int64_t to_ns) {
    struct run_feed *feed = &run->feed;
    struct tape_feed columns = tape_feed(run->tapes[0], partition);
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

int run_open_feed(struct run *run) {
    const struct run_config *config = run->config;
    struct run_feed *feed = &run->feed;
    int64_t from_ns = INT64_MIN, to_ns = INT64_MAX;
    if (config->rates_count > 0 || config->actions_count > 0)
        return ERR_SET(ERR_UNSUPPORTED, "rates and corporate actions do not go with a recorded "
                                        "feed yet");
    if (config->commands_count > 0)
        return ERR_SET(ERR_UNSUPPORTED, "commands do not go with a recorded feed yet");
    TRY(run_parse_instant("from", config->from, &from_ns));
    TRY(run_parse_instant("to", config->to, &to_ns));
    uint32_t count = tape_partition_count(run->tapes[0]);
    feed->parts = ARENA_NEW(&run->wiring, struct feed_rows, count + 1);
    feed->heard = ARENA_NEW(&run->wiring, struct feed_rows, count + 1);
    feed->owned = ARENA_NEW(&run->wiring, void *, count + 1);
    feed->levels = ARENA_NEW(&run->wiring, void *, count + 1);
    if (!feed->parts || !feed->heard || !feed->owned || !feed->levels) return ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) TRY(add_part(run, i, from_ns, to_ns));
    if (feed->count == 0) return ERR_SET(ERR_NOT_FOUND, "there is no market data in this range");
    return feed->by_order ? run_hear_levels(run) : 0;
}

void run_close_feed(struct run *run) {
    for (uint32_t i = 0; i < run->feed.count; i++) {
        free(run->feed.owned[i]);
        free(run->feed.levels[i]);
    }
}

int run_play_feed(struct run *run, const struct backtest_config *backtest,
                  struct backtest_result *ret_result) {
    bool recorded = run->feed_params[RUN_FEED_HEARD] == RUN_FEED_RECORDED;
    const struct tick_backtest_config config = {
        .parts = run->feed.parts,
        .heard = recorded || run->feed.by_order ? run->feed.heard : NULL,
        .part_count = run->feed.count,
        .delay_ns = (int64_t)(run->feed_params[RUN_FEED_DELAY] * 1e9 + 0.5),
        .step_ns = (int64_t)(run->feed_params[RUN_FEED_STEP] * 1e9 + 0.5),
        .capital = backtest->capital,
        .account_currency = backtest->account_currency,
        .stop = backtest->stop,
        .observer = backtest->observer,
    };
    return tick_backtest_run(&run->wiring, run->engine, run->tick_exchange, &config, ret_result);
}

void run_describe_feed(const struct run *run, struct text *out) {
    tick_exchange_describe(run->tick_exchange, out);
    for (size_t i = RUN_FEED_STEP; i <= RUN_FEED_DELAY; i++) {
        const struct param *row = &run_feed_params[i];
        text_printf(out, "%s\t%s Here: ", row->name, row->help);
        params_print_value(row, run->feed_params[i], out);
        text_printf(out, "%s%s.\n", row->unit[0] != '\0' ? " " : "", row->unit);
    }
}
