// SPDX-License-Identifier: Apache-2.0
// The parts of building a run, for run*.c alone.
#ifndef FULMAR_APP_RUN_RUN_PARTS_H
#define FULMAR_APP_RUN_RUN_PARTS_H

#include "app/run/run.h"

// run_data.c: tapes -> configuration's instruments; those -> the instrument table.
int run_find_instruments(struct run *run, const char *tape_root) MUST_USE;
int run_add_instruments(struct run *run) MUST_USE;

// run_source.c: rates, corporate actions and tapes -> one merged source.
int run_open_source(struct run *run, const char *tape_root) MUST_USE;

// run_commands.c: `commands` -> a source of them. Each is at an instant of the data.
int run_read_commands(struct run *run, int64_t first_ns, int64_t last_ns,
                      struct event_source *ret_source) MUST_USE;
// One without its time, said while a session runs: its ts_ns is 0. ERR_ARGUMENT.
int run_read_command(const struct run *run, const char *line, union event *ret_event) MUST_USE;

// run_rate.c: "CODE=SERIES" -> a source of EVENT_RATE.
int run_add_rate(struct run *run, const char *tape_root, const char *word,
                 struct event_source *ret_source) MUST_USE;
int run_check_rates(const struct run *run) MUST_USE;
// All of `rates` as one source.
int run_open_rates(struct run *run, const char *tape_root,
                   struct event_source *ret_source) MUST_USE;

// run_funding.c: `funding` -> [funding_count] of run->funding, by instrument.
int run_read_funding(struct run *run) MUST_USE;

// run_risk.c: `risk`, `restricted` and `permissions`.
int run_choose_risk(struct run *run) MUST_USE;
// run_sectors.c: `sectors`.
int run_choose_sectors(struct run *run) MUST_USE;
// A strategy by its number in the configuration, from 1, or its name where one alone has it. ERR_ARGUMENT.
int run_find_strategy(const struct run *run, const char *what, const char *word,
                      uint32_t *ret_index) MUST_USE;

// run_choice.c: words -> registry rows and values.
int run_choose_strategies(struct run *run) MUST_USE;
int run_no_such(const char *what, const char *name, const char *const *names,
                size_t count) MUST_USE; // ERR_ARGUMENT: the names there are, or the nearest
int run_choose_venue(struct run *run) MUST_USE;

int run_choose_venue_models(struct run *run) MUST_USE; // fees and latency alone
int run_parse_instant(const char *key, const char *text, int64_t *ret_ns) MUST_USE; // NULL: nothing

// run_choice.c: "SYMBOL" or "VENUE/SYMBOL" of the run's data. ERR_NOT_FOUND, or ERR_ARGUMENT where several venues have
// it; `what` begins the message.
int run_find_instrument(const struct run *run, const char *what, const char *word,
                        uint32_t *ret_index) MUST_USE;

// run_feed.c: recorded feeds and their venues.
int run_choose_feeds(struct run *run) MUST_USE; // before the engine: its settings and the book's
int run_choose_tick_venues(struct run *run) MUST_USE;
int run_open_feeds(struct run *run, const char *tape_root) MUST_USE;
void run_close_feeds(struct run *run);
// How the feeds are played, as `backtest` says of capital, currency and observer.
int run_feeds_config(struct run *run, const struct backtest_config *backtest,
                     struct tick_backtest_config *ret_config) MUST_USE;
int run_play_feeds(struct run *run, const struct backtest_config *backtest,
                   struct backtest_result *ret_result) MUST_USE;
// run_latency.c: the file of latency model recorded, the factors of feed; feeds alone have them.
int run_open_latency(struct run *run, const struct run_model *words) MUST_USE;

// run_feed_own.c: what a feed has of its own; NULL: nothing. And its models and settings, into what the run's are in.
int run_find_own(const struct run *run, uint32_t instrument,
                 const struct run_feed_words **ret_own) MUST_USE;
int run_choose_own(const struct run *run, const struct run_feed_words *own,
                   struct tick_config *tick, double *params) MUST_USE;
// run_latency.c: "feed:2" is both of a model's factors.
int run_choose_latency_params(const struct latency_model *model, const struct run_model *words,
                              double *values) MUST_USE;

// run_feed_latency.c: what a feed took, as latency model feed has it; before run_hear_levels.
int run_measure_feed(struct run *run, struct run_feed *feed) MUST_USE;

// run_feed_orders.c: a feed by order as the engine hears it, by price: each part of feed->parts (or, at the recorder's
// clock, of feed->heard) becomes levels and trades.
int run_hear_levels(struct run *run, struct run_feed *feed) MUST_USE;
void run_describe_feeds(const struct run *run, struct text *out);

// "name=value" into values; `what` names the owner in errors.
int run_set_params(const char *what, const struct param *table, size_t table_count,
                   const char *const *params, uint32_t count, double *values) MUST_USE;

#endif
