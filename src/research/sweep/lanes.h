// SPDX-License-Identifier: Apache-2.0
// Many runs without an engine each, on the long side: sma_cross, whose decision is a comparison of two columns, and
// strategies that enter, exit and keep a protective stop (momentum, mean_reversion, volatility_breakout). Inputs are
// computed once for all parameters by the signal graph; where averages cross is found in vectors, the others are asked
// bar by bar. Cash, quantities, fees and equity are the integers that engine, ledger and venue would have, to the last
// unit.
//
// A lane works out what it is sure of. Where a run comes to what only the event engine decides (an order that changes
// while a rest of it works, one that a margin or a risk rule would refuse, a stop that is cut, a short position, an
// amount beyond 2^62), it is left, and the caller runs it there. The unit test holds the two against each other.
#ifndef FULMAR_RESEARCH_SWEEP_LANES_H
#define FULMAR_RESEARCH_SWEEP_LANES_H

#include "research/sweep/returns.h"
#include "research/sweep/space.h"
#include "research/sweep/trial.h"

enum { LANES_RUNS_MAX = 4096, LANES_BARS = 4096 };
// Bytes that a thread's columns and bars take at most.
#define LANES_MEMORY ((size_t)16 << 20)

// Why the runs of a configuration need the event engine, in a few words; NULL: they do not.
const char *lanes_refusal(const struct trial_config *config);

// What a thread needs for one call after the other: address space, touched as needed.
struct lanes_state;
struct lanes {
    struct arena kept;    // from call to call of a configuration
    struct arena scratch; // of a call
    struct lanes_state *state;
};
int lanes_init(struct lanes *lanes) MUST_USE; // ERR_NOMEM
void lanes_fini(struct lanes *lanes);

// What is run from now on, and the space of its parameters; lanes_refusal() is NULL. They outlive the calls, and the
// data does not change. Where all bars are few, each column is computed once for all calls. ERR_NOMEM.
int lanes_open(struct lanes *lanes, const struct trial_config *config,
               const struct space *space) MUST_USE;

// Runs `count` points (at most LANES_RUNS_MAX) of the space. Where ret_left[i] is 1 the result is undefined: that run
// is for trial_run. Daily returns go to ret_returns, in tiles (returns.h) that are 0, where that is not NULL. The
// signal graph's errors; ERR_INTERRUPTED (no story).
int lanes_run(struct lanes *lanes, const uint64_t *points, uint32_t count,
              struct score_result *ret_results, uint8_t *ret_left,
              struct returns *ret_returns) MUST_USE;

#endif
