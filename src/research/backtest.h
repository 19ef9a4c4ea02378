// SPDX-License-Identifier: Apache-2.0
// The backtest run: market data through the simulated venue and the engine, in one loop.
//
// The data comes in groups of equal ts_ns. For each group the venue sees every event and its reports go to
// the engine; then the engine sees the events (and EVENT_CLOCK, where a strategy decides on the whole
// universe); then what the engine wants goes to the venue. So a fill at a bar's open is known before any
// decision on that bar, and no decision fills before the next one.
//
// Bars at which the venue has nothing to do (sim_exchange_quiet) are the exception that changes nothing: the engine
// takes a run of them until it wants something, and the venue hears of the run as a whole.
#ifndef FULMAR_RESEARCH_BACKTEST_H
#define FULMAR_RESEARCH_BACKTEST_H

#include <signal.h>

#include "engine/engine.h"
#include "market/source.h"
#include "sim/exchange.h"

// What a run tells while it goes on. Members may be NULL (put: NULL).
//
// `events` and `mark` are told one thing at a time, each before the next is done. Who has no use for that gives
// `bars` beside them: a run of bars that cause nothing, no order and no report, is then told at once when it is
// over: whole groups of equal ts_ns, and the account after each of them. Everything else still comes by `events` and
// `mark`, and all of it in the same order.
struct backtest_observer {
    struct event_sink journal; // every input and output, inputs before they are applied
    struct event_sink events;  // every input and output
    void (*mark)(void *self, const struct account_mark *mark, const struct engine *engine);
    int (*bars)(void *self, const union event *bars, int bar_count,
                const struct account_mark *marks, int mark_count);
    void *self; // of mark and bars
    void (*progress)(void *self, uint64_t events_done);
    void *progress_self;
};

struct backtest_config {
    struct event_source source;
    money_t capital; // deposited before the first event
    uint32_t account_currency;
    const volatile sig_atomic_t *stop; // set by somebody: ends the run early; NULL = never
    struct backtest_observer observer;
};

struct backtest_result {
    uint64_t inputs;  // events applied
    uint64_t market;  // of them from the source
    int64_t first_ns; // of the market data
    int64_t last_ns;
    money_t equity;
    uint64_t state_hash;
    uint32_t stopped; // 1: ended by `stop`
    uint32_t reserved;
};

// A run that somebody else moves: a session that lives by a clock, or has commands come in between.
struct backtest;

// The arena holds the run's buffers; all that is named in `config`, and config itself, outlive it. ERR_NOMEM.
int backtest_open(struct arena *arena, struct engine *engine, struct sim_exchange *exchange,
                  const struct backtest_config *config, struct backtest **ret_backtest) MUST_USE;

// Where a step has to end.
struct backtest_bound {
    int64_t until_ns;    // nothing later is taken
    uint64_t before_seq; // nor any data that would be numbered so, or higher
};

// When the next group comes: 1, or 0 at the end of the data. The first call takes the capital in, which is numbered 1.
// ERR_NOT_FOUND: there is no data at all.
int backtest_next(struct backtest *backtest, int64_t *ret_ts_ns) MUST_USE;
// Takes one group, or a run of quiet ones; 1, or 0 where the next is beyond the bound or there is none. Where it is cut
// changes nothing: any bounds give the same events. NULL: no bound.
int backtest_step(struct backtest *backtest, const struct backtest_bound *bound) MUST_USE;
// An event that is no market data, between two steps: it is numbered and stamped, no earlier than what came before it,
// and the venue's answers that are due by then come at once. The account is told of with the next group.
int backtest_command(struct backtest *backtest, union event *event) MUST_USE;
// As it is now; equity and the state's hash are worked out.
void backtest_result(const struct backtest *backtest, struct backtest_result *ret_result);
uint64_t backtest_seq(const struct backtest *backtest);    // of the last input
int64_t backtest_now_ns(const struct backtest *backtest);  // its time
uint64_t backtest_market(const struct backtest *backtest); // events of the source so far

// Runs to the end of the source. The arena holds the run's buffers. Negative: the source's, the venue's or
// an observer's error.
int backtest_run(struct arena *arena, struct engine *engine, struct sim_exchange *exchange,
                 const struct backtest_config *config, struct backtest_result *ret_result) MUST_USE;

#endif
