// SPDX-License-Identifier: Apache-2.0
// A run on a market that is made as it goes: strategies of one engine at the test venue (sim/matching_venue.h), with
// each other and with the order flow there. Nothing is replayed; what they send moves the price that they see.
//
// Orders and reports travel as the venue's latencies say, and its book and trades reach the engine as a recorded
// feed does, report_ns after they happen. Strategies decide every step_ns, from one step after start_ns, at
// EVENT_CLOCK; before it the engine hears the touch of its book as EVENT_QUOTE where its prices moved. The run ends at
// end_ns, whatever is on its way then. The same configuration makes the same run, bit for bit.
#ifndef FULMAR_RESEARCH_MARKET_BACKTEST_H
#define FULMAR_RESEARCH_MARKET_BACKTEST_H

#include "research/backtest.h"
#include "sim/matching_venue.h"

struct market_backtest_config {
    int64_t start_ns;
    int64_t end_ns;
    int64_t step_ns; // > 0 (CHECK)
    money_t capital;
    uint32_t instrument;
    uint32_t account_currency;
    const volatile sig_atomic_t *stop; // NULL = never
    struct backtest_observer observer; // `bars` is not called; `progress` gets records
};

// The venue has the instrument and strategies of the engine, whose configuration has a book. Negative: the venue's or
// an observer's error.
int market_backtest_run(struct arena *arena, struct engine *engine, struct matching_venue *venue,
                        const struct market_backtest_config *config,
                        struct backtest_result *ret_result) MUST_USE;

#endif
