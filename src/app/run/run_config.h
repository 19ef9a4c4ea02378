// SPDX-License-Identifier: Apache-2.0
// What a run is: its data, its strategies, its venue, its limits. Read from a YAML file, from the command
// line, or from a journal's description, which is the same YAML; written back in one canonical form, so that
// equal runs have equal texts. An unknown key is an error with its line.
//
// Everything is text here ("fast=10"): the registries of strategies, models and rules give it meaning
// when the run is built (app/run/run.h), with their own ranges and suggestions.
#ifndef FULMAR_APP_RUN_RUN_CONFIG_H
#define FULMAR_APP_RUN_RUN_CONFIG_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum { RUN_LIST_MAX = 1024, RUN_CONFIG_MAX = 4 << 20 };

struct run_strategy {
    const char *strategy;
    const char **params; // "name=value"
    uint32_t params_count;
    const char *sizing;
    const char **sizing_params;
    uint32_t sizing_params_count;
    const char **stops; // "chandelier:multiple=3", that the engine keeps for its positions
    uint32_t stops_count;
    const char **scale; // "drawdown_to=0.2": what sizes are scaled by
    uint32_t scale_count;
    const char *execution; // algorithm that works its targets; NULL: one market order each
    const char **execution_params;
    uint32_t execution_params_count;
    const char **gates; // "score:min=60", that its entries pass
    uint32_t gates_count;
    const char **instruments; // symbols; none = all of the run's
    uint32_t instruments_count;
    const char *frame;   // decision frame; NULL = the data's
    const char *share;   // of the capital, "0.2"; NULL = an equal part of what is left
    const char **limits; // "faults=1", at which it is quarantined: conduct_params
    uint32_t limits_count;
};

struct run_model {
    const char *model;
    const char **params;
    uint32_t params_count;
};

// What one of the feeds has in place of the run's; what is NULL or empty is the run's.
struct run_feed_words {
    const char *feed; // "SYMBOL" or "VENUE/SYMBOL" of the data
    struct run_model *fees;
    struct run_model *latency;
    struct run_model *queue;
    const char **venue;
    uint32_t venue_count;
};

// Set when a run is recorded: what the tape said of each instrument, so that a journal replays without it.
struct run_instrument {
    const char *series;
    const char *symbol;
    const char *venue;
    const char *currency;
    const char *asset;
    const char *calendar;
    int32_t price_decimals;
    int32_t qty_decimals;
    int64_t tick;
    int64_t lot;
    int64_t qty_min;
    int64_t notional_min;
    int64_t multiplier;
    int32_t multiplier_decimals;
    const char *payoff; // NULL: linear
    uint32_t frame_s;
    uint32_t bar_flags;
    int64_t bars;
};

struct run_config {
    const char *name;
    const char **data; // series names
    uint32_t data_count;
    const char *from; // first instant; NULL = the data's
    const char *to;   // end, exclusive
    const char *capital;
    const char *currency;
    const char *cost_method; // "average" or "fifo"
    struct run_strategy *strategies;
    uint32_t strategies_count;
    struct run_model *fees;
    struct run_model *slippage;
    struct run_model *latency;
    struct run_model *queue; // of a recorded feed
    const char **venue;      // "name=value" of the simulated venue
    uint32_t venue_count;
    const char **risk; // "rule.param=value"; a rule alone turns it on; "rule=off" off
    uint32_t risk_count;
    const char **restricted; // "SYMBOL", "SYMBOL=no_trade", "=no_short", "=no_buy"
    uint32_t restricted_count;
    const char **permissions; // "STRATEGY:WORD,WORD": long, short, types of order, instruments
    uint32_t permissions_count;
    const char **sectors; // "NAME=SYMBOL[,SYMBOL...]", for the report
    uint32_t sectors_count;
    const char **actions; // corporate actions: "SYMBOL=factor_file.csv"
    uint32_t actions_count;
    const char **rates; // "EUR=SERIES": closes are units of the account's currency for one EUR
    uint32_t rates_count;
    const char **funding; // "SYMBOL=FILE", "SYMBOL=constant:rate=0.0001,every=8h", or that for all
    uint32_t funding_count;
    const char *netting;          // off, net, priority, veto, strongest; NULL: off
    struct run_model *allocation; // of capital among strategies; NULL: shares stay
    const char **commands;        // what operators would have said: app/run/run_commands.c
    uint32_t commands_count;
    const char *
        *market; // "name=value" of a market that is made in place of data; "on": its defaults
    uint32_t market_count;
    struct run_feed_words *feeds;
    uint32_t feeds_count;
    const char *benchmark; // a series; NULL = none
    int64_t seed;
    struct run_instrument *instruments;
    uint32_t instruments_count;
};

// Reads a file or a text; `name` is for messages. Frees with run_config_free. ERR_NOT_FOUND, ERR_PARSE with line and
// key in the story.
int run_config_read(const char *path, struct run_config **ret_config) MUST_USE;
int run_config_parse(const char *name, const char *text, size_t size,
                     struct run_config **ret_config) MUST_USE;
void run_config_free(struct run_config *config);

// The canonical YAML.
int run_config_write(const struct run_config *config, struct text *out) MUST_USE;

// 64 bits of the canonical text: the run's id, first half of its client order ids.
int run_config_id(const struct run_config *config, uint64_t *ret_id) MUST_USE;

#endif
