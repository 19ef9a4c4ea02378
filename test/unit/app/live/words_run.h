// SPDX-License-Identifier: Apache-2.0
// A run to speak of, without a tape: two instruments, a strategy, and people.
#ifndef FULMAR_TEST_WORDS_RUN_H
#define FULMAR_TEST_WORDS_RUN_H

#include <string.h>

#include "app/live/words.h"
#include "base/check.h"

static const char words_config[] =
    "data: [X/AAA/bar-1d, X/BBB/bar-1d]\n"
    "capital: \"1000\"\n"
    "strategies:\n"
    "- {strategy: sma_cross, params: [fast=5, slow=20]}\n"
    "- {strategy: momentum}\n"
    "- {strategy: manual}\n"
    "instruments:\n"
    "- {series: X/AAA/bar-1d, symbol: AAA, venue: X, currency: USD, asset: crypto, calendar: "
    "24/7,\n"
    "   price_decimals: 2, qty_decimals: 0, tick: 1, lot: 1, qty_min: 1, notional_min: 0,\n"
    "   multiplier: 1, multiplier_decimals: 0, frame_s: 86400, bar_flags: 0, bars: 10}\n"
    "- {series: X/BBB/bar-1d, symbol: BBB, venue: X, currency: USD, asset: crypto, calendar: "
    "24/7,\n"
    "   price_decimals: 4, qty_decimals: 3, tick: 1, lot: 1, qty_min: 1, notional_min: 0,\n"
    "   multiplier: 1, multiplier_decimals: 0, frame_s: 86400, bar_flags: 0, bars: 10}\n";

static inline struct run *words_run(void) {
    struct run_config *config;
    struct run *run;
    CHECK(run_config_parse("words", words_config, sizeof words_config - 1, &config) == 0);
    CHECK(run_open_replay(config, &run) == 0);
    return run;
}

#endif
