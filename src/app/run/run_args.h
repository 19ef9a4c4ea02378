// SPDX-License-Identifier: Apache-2.0
// The options that describe a run, and the configuration made of them.
#ifndef FULMAR_APP_RUN_RUN_ARGS_H
#define FULMAR_APP_RUN_RUN_ARGS_H

#include "app/command.h"
#include "app/run/run_config.h"

// Rows for a verb's option table.
#define RUN_OPTIONS                                                                                \
    {"config", "FILE", NULL, "A run in YAML; the options below override it."},                     \
        {"data", "SERIES", NULL, "A series of bars on the tape, or a feed; several times."},       \
        {"market", "NAME=VALUE", NULL,                                                             \
         "In place of data a market that is made as it goes; \"on\", or its settings."},           \
        {"strategy", "NAME[:P=V,...]", NULL,                                                       \
         "A strategy with parameters, or a plug-in's path; several are possible."},                \
        {"param", "NAME=VALUE", NULL, "A parameter of the only strategy."},                        \
        {"sizing", "NAME[:P=V,...]", NULL,                                                         \
         "How targets become sizes; fixed_fraction by default."},                                  \
        {"scale", "NAME=VALUE", NULL,                                                              \
         "Scale sizes by confidence or drawdown: drawdown_from=0.05 drawdown_to=0.2."},            \
        {"stop", "NAME[:P=V,...]", NULL,                                                           \
         "A stop that the engine keeps: atr, chandelier, fixed, time, volatility; several."},      \
        {"gate", "NAME[:P=V,...]", NULL,                                                           \
         "Enter only where it is open: score, regime and the like; several are possible."},        \
        {"execution", "ALGO[:P=V,...]", NULL,                                                      \
         "How targets are traded: twap and the like; one market order by default."},               \
        {"frame", "DURATION", NULL, "Decide on bars of this length; the data's by default."},      \
        {"from", "INSTANT", NULL, "First instant of data."},                                       \
        {"to", "INSTANT", NULL, "End of data, exclusive."},                                        \
        {"capital", "AMOUNT", NULL, "Money at the start; 100000 by default."},                     \
        {"currency", "CODE", NULL,                                                                 \
         "The account's currency; that of the first series by default."},                          \
        {"fee", "MODEL[:P=V,...]", NULL, "Fee model; maker_taker at zero by default."},            \
        {"slippage", "MODEL[:P=V,...]", NULL, "Slippage model; none by default."},                 \
        {"latency", "MODEL[:P=V,...]", NULL, "Latency model; none by default."},                   \
        {"queue", "MODEL[:P=V,...]", NULL, "Queue model of a recorded feed; power3 by default."},  \
        {"venue", "NAME=VALUE", NULL, "A setting of the simulated venue; several are possible."},  \
        {"risk", "RULE[.PARAM=VALUE]", NULL, "A risk limit; several are possible."},               \
        {"restricted", "SYMBOL[=KIND]", "no_trade|no_short|no_buy",                                \
         "What is not to be traded (no_trade, alone), sold short or bought."},                     \
        {"permission", "STRATEGY:WORD[,WORD]", NULL,                                               \
         "What alone it may do: long, short, types of order, instruments."},                       \
        {"sector", "NAME=SYMBOL[,SYMBOL]", NULL,                                                   \
         "What sector instruments count to in the report; their class of assets by default."},     \
        {"cost-method", "METHOD", "average|fifo", "How realised profit is booked."},               \
        {"actions", "SYMBOL=FILE[,MAP]", NULL,                                                     \
         "Splits, dividends; renames, delisting: Lean files."},                                    \
        {"netting", "POLICY", "off|net|priority|veto|strongest",                                   \
         "Whether targets of several strategies leave as one order; off by default."},             \
        {"allocation", "METHOD[:P=V,...]", NULL,                                                   \
         "Moves capital among strategies: risk_parity and the like; shares stay by default."},     \
        {"command", "TIME VERB [...]", NULL,                                                       \
         "Pause, resume, set, halt, kill, ... then; docs/orchestra.md."},                          \
        {"funding", "SYMBOL=FILE", NULL,                                                           \
         "Funding of a perpetual: Binance's history, or constant:rate=0.0001,every=8h."},          \
        {"rate", "CODE=SERIES", NULL,                                                              \
         "A currency's rate into the account's: the series' closes."},                             \
        {"benchmark", "SERIES", NULL, "What to compare with."},                                    \
        {"name", "TEXT", NULL, "The run's name in reports."},                                      \
        {"seed", "NUMBER", NULL, "Seed of latencies and faults; 0 by default."}, {                 \
        "tape", "DIR", NULL, "The tape; $FULMAR_TAPE or the user's data directory by default."     \
    }

// The configuration of --config, if given, with the other options over it; the caller frees it or hands it
// on. ERR_ARGUMENT and what run_config_read gives.
int run_config_from_args(const struct args *args, struct run_config **ret_config) MUST_USE;

#endif
