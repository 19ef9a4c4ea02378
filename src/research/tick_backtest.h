// SPDX-License-Identifier: Apache-2.0
// The backtest run over a recorded feed: the venue's time and ours, side by side.
//
// The exchange (sim/tick_exchange.h) plays the feed at the venue's time. The engine hears of it later: by the
// feed's own receipt times, or a fixed delay. Orders and reports travel as the latency model says. What a strategy
// sees at an instant is what had reached us by then, and no order of its acts at the exchange before it arrives.
//
// Strategies decide every step_ns, from one step after the first record, at EVENT_CLOCK; before it the engine hears
// the touch of its book as EVENT_QUOTE where its prices moved, so that positions are marked to it. The run ends when
// the feed is over and nothing is on its way any more.
#ifndef FULMAR_RESEARCH_TICK_BACKTEST_H
#define FULMAR_RESEARCH_TICK_BACKTEST_H

#include "research/backtest.h"
#include "sim/tick_exchange.h"

struct tick_backtest_config {
    const struct feed_rows *parts; // in order of time; in each, venue_ns never goes back
    const struct feed_rows
        *heard; // the same parts as we hear them, in order of receipt; NULL: by delay_ns
                // (a feed by order is heard as the levels and trades that it makes)
    uint32_t part_count;
    uint32_t instrument;
    int64_t delay_ns; // from the venue's time to ours, where `heard` is NULL
    int64_t step_ns;
    money_t capital;
    uint32_t account_currency;
    uint32_t reserved;
    const volatile sig_atomic_t *stop; // NULL = never
    struct backtest_observer observer; // `bars` is not called; `progress` gets records
};

// Negative: the venue's or an observer's error; ERR_NOT_FOUND: there is no record.
int tick_backtest_run(struct arena *arena, struct engine *engine, struct tick_exchange *exchange,
                      const struct tick_backtest_config *config,
                      struct backtest_result *ret_result) MUST_USE;

#endif
