// SPDX-License-Identifier: Apache-2.0
// A run on a market that is made as it goes (--market): in place of data an instrument and a matching engine, on which
// the run's strategies trade with each other and with orders that come at random (sim/matching_venue.h).
#ifndef FULMAR_APP_RUN_RUN_MARKET_H
#define FULMAR_APP_RUN_RUN_MARKET_H

#include "app/run/run.h"

enum run_market_param {
    RUN_MARKET_SPAN,
    RUN_MARKET_PRICE,
    RUN_MARKET_TICK,
    RUN_MARKET_LOT,
    RUN_MARKET_ENTRY,
    RUN_MARKET_REPORT,
    RUN_MARKET_ALGORITHM, // enum matching_algorithm
    RUN_MARKET_STP,       // RUN_MARKET_STP_...
    RUN_MARKET_LIMIT_RATE,
    RUN_MARKET_DECAY,
    RUN_MARKET_MARKET_RATE,
    RUN_MARKET_CANCEL_RATE,
    RUN_MARKET_DEPTH,
    RUN_MARKET_QTY_MAX,
    RUN_MARKET_PARAM_COUNT
};
extern const struct param run_market_params[RUN_MARKET_PARAM_COUNT];

// Whether a configuration asks for one.
bool run_is_market(const struct run_config *config);
// `market` -> the configuration's one instrument. ERR_ARGUMENT for what does not go with it: data, fees and the like.
int run_make_market_instrument(struct run *run) MUST_USE;
// After the engine: the venue.
int run_open_market(struct run *run) MUST_USE;
int run_play_market(struct run *run, const struct backtest_config *backtest,
                    struct backtest_result *ret_result) MUST_USE;
void run_describe_market(const struct run *run, struct text *out);

#endif
