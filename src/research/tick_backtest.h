// SPDX-License-Identifier: Apache-2.0
// The backtest run over recorded feeds: the venue's time and ours, side by side.
//
// Each feed has an exchange (sim/tick_exchange.h) that plays it at the venue's time. The engine hears of it later: by
// the feed's own receipt times, or a fixed delay. Orders and reports travel as the latency model says. What a strategy
// sees at an instant is what had reached us by then, and no order of its acts at an exchange before it arrives.
//
// Several feeds are one run with one engine: records are heard in order of (our time, place in `feeds`, row), an order
// goes to the exchange of its instrument, and no exchange goes on past an instant at which an order could still reach
// it. So what happens at one exchange depends on the others through the orders alone. A feed that is over, with nothing
// on its way to its exchange or from it, is no market any more: the engine hears a FEED_CLEAR of its book, and the
// exchange rejects what still arrives (REASON_MARKET_CLOSED); positions stay, at their last marks.
//
// Strategies decide every step_ns at EVENT_CLOCK, from one step after the first record of all feeds, or at whole
// multiples of step_ns since 1970 (`whole_steps`: then another feed beside one changes no instant of it). Before it the
// engine hears the touch of each book as EVENT_QUOTE where its prices moved, so that positions are marked to it. The
// Rates of currencies are heard, and hold at the exchanges, from the first step on that is not before them; those from
// before the first record, with it. The run ends when all feeds are over and nothing is on its way any more.
#ifndef FULMAR_RESEARCH_TICK_BACKTEST_H
#define FULMAR_RESEARCH_TICK_BACKTEST_H

#include "research/backtest.h"
#include "sim/tick_exchange.h"

struct tick_backtest_feed {
    struct tick_exchange *exchange; // that plays it, of this instrument
    const struct feed_rows *parts;  // in order of time; in each, venue_ns never goes back
    const struct feed_rows
        *heard; // the same parts as we hear them, in order of receipt; NULL: by delay_ns
                // (a feed by order is heard as the levels and trades that it makes)
    uint32_t part_count;
    uint32_t instrument;
    int64_t delay_ns; // from the venue's time to ours, where `heard` is NULL
};

struct tick_backtest_config {
    const struct tick_backtest_feed *feeds; // of different instruments
    uint32_t feed_count;
    uint32_t account_currency;
    int64_t step_ns;
    money_t capital;
    bool whole_steps;
    const struct event_source *rates;  // EVENT_RATE by time; NULL: none
    const volatile sig_atomic_t *stop; // NULL = never
    struct backtest_observer observer; // `bars` is not called; `progress` gets records
};

// A run that somebody else moves, as struct backtest is: a group is a step of step_ns.
struct tick_backtest;

// The arena holds the run's own; all that `config` names, and config itself, outlive it. ERR_NOMEM.
int tick_backtest_open(struct arena *arena, struct engine *engine,
                       const struct tick_backtest_config *config,
                       struct tick_backtest **ret_backtest) MUST_USE;
// As backtest_next and its likes. A command is stamped with the end of the latest step: the exchanges are there.
int tick_backtest_next(struct tick_backtest *backtest, int64_t *ret_ts_ns) MUST_USE;
int tick_backtest_step(struct tick_backtest *backtest, const struct backtest_bound *bound) MUST_USE;
int tick_backtest_command(struct tick_backtest *backtest, union event *event) MUST_USE;
void tick_backtest_result(const struct tick_backtest *backtest, struct backtest_result *ret_result);
uint64_t tick_backtest_seq(const struct tick_backtest *backtest);
int64_t tick_backtest_now_ns(const struct tick_backtest *backtest);
uint64_t tick_backtest_market(const struct tick_backtest *backtest); // records

// Negative: the venue's or an observer's error; ERR_NOT_FOUND: there is no record.
int tick_backtest_run(struct arena *arena, struct engine *engine,
                      const struct tick_backtest_config *config,
                      struct backtest_result *ret_result) MUST_USE;

#endif
