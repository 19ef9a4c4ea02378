// SPDX-License-Identifier: Apache-2.0
// What a run or a session is to be made of, as clients say it: series, strategies, money, models, limits. The same
// members become the words of a command line (a job), or a configuration (a session).
//
// Every value is of a form that names something of this program or of the tape: none is a path, and none begins with a
// dash, so that no client reaches a file or a plug-in through it.
#ifndef FULMAR_EDGE_API_RUN_REQUEST_H
#define FULMAR_EDGE_API_RUN_REQUEST_H

#include "edge/api/call.h"
#include "edge/api/jobs.h"

enum { RUN_REQUEST_SERIES_MAX = 64, RUN_REQUEST_STRATEGIES_MAX = 16, RUN_REQUEST_MODEL_MAX = 200 };

extern const struct form form_series;    // VENUE/SYMBOL/kind, or a part that names one
extern const struct form form_model;     // maker_taker:maker=10,taker=20
extern const struct form form_setting;   // allow_short=on
extern const struct form form_space;     // 5:50:5
extern const struct form form_condition; // fast < slow
extern const struct form form_currency;
extern const struct object run_request_strategy; // "StrategyChoice"

#define RUN_REQUEST_MODEL(name_, example_, help_)                                                  \
    {                                                                                              \
        name_, FIELD_STRING, 0, .form = &form_model, .max = RUN_REQUEST_MODEL_MAX,                 \
                                .example = (example_), .help = (help_)                             \
    }
#define RUN_REQUEST_STRATEGIES                                                                     \
    {                                                                                              \
        "strategies", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST,                                   \
            .of = &run_request_strategy, .items = RUN_REQUEST_STRATEGIES_MAX,                      \
            .help = "At least one."                                                                \
    }
// clang-format off
#define RUN_REQUEST_FIELDS                                                                         \
    {"data", FIELD_STRING, FIELD_REQUIRED | FIELD_LIST, .form = &form_series,                      \
     .items = RUN_REQUEST_SERIES_MAX, .help = "Series of the tape."},                              \
    {"frame", FIELD_STRING, 0, .form = &form_length,                                               \
     .help = "Decide on bars of this length; the data's by default."},                             \
    {"from", FIELD_STRING, 0, .form = &form_time, .help = "The first instant of data."},           \
    {"to", FIELD_STRING, 0, .form = &form_time, .example = "\"2019-01-01T00:00:00Z\"",             \
     .help = "The end of data."},                                                                  \
    {"capital", FIELD_STRING, 0, .form = &form_decimal, .example = "\"100000\"",                   \
     .help = "Money at the start; 100000."},                                                       \
    {"currency", FIELD_STRING, 0, .form = &form_currency,                                          \
     .help = "The account's; that of the first series."},                                          \
    RUN_REQUEST_MODEL("sizing", "\"fixed_fraction\"", "How targets become sizes."),                \
    RUN_REQUEST_MODEL("fee", NULL, "Fee model."),                                                  \
    RUN_REQUEST_MODEL("slippage", "\"none\"", "Slippage model."),                                  \
    RUN_REQUEST_MODEL("latency", "\"none\"", "Latency model."),                                    \
    RUN_REQUEST_MODEL("execution", "\"twap\"", "How targets are traded."),                         \
    {"venue", FIELD_STRING, FIELD_LIST, .form = &form_setting, .max = RUN_REQUEST_MODEL_MAX,       \
     .items = 32, .example = "\"allow_short=on\"",                                                 \
     .help = "Settings of the simulated venue: NAME=VALUE."},                                      \
    {"risk", FIELD_STRING, FIELD_LIST, .form = &form_model, .max = RUN_REQUEST_MODEL_MAX,          \
     .items = 64, .example = "\"drawdown.max=0.2\"",                                               \
     .help = "Limits of /api/v1/risk/rules: RULE.PARAM=VALUE."}
// clang-format on

// Members of RUN_REQUEST_FIELDS as words. ERR_ARGUMENT after call_refuse.
int run_request_words(struct call *call, struct jobs_call *words) MUST_USE;
// The members of `strategies`, as --strategy NAME:P=V,P=V.
int run_request_strategies(struct call *call, struct jobs_call *words) MUST_USE;
// A member of text as --NAME VALUE, where it is given.
void run_request_option(const struct call *call, const char *name, struct jobs_call *words);

// All of it as a configuration of fulmar backtest --config (JSON, which is YAML).
int run_request_config(struct call *call, const char *name, struct text *out) MUST_USE;

#endif
