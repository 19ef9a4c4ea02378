// SPDX-License-Identifier: Apache-2.0
// One run of a search on the event engine: an engine and a venue of their own over shared data, scored as it goes.
// What it gives is what `fulmar backtest` of the same configuration gives.
#ifndef FULMAR_RESEARCH_SWEEP_TRIAL_H
#define FULMAR_RESEARCH_SWEEP_TRIAL_H

#include <signal.h>

#include "engine/engine.h"
#include "research/sweep/log.h"
#include "research/sweep/score.h"
#include "sim/exchange.h"

// What all runs of a search share.
struct trial_config {
    const struct engine_config *engine; // its strategies[0] is the one whose parameters vary
    const struct sim_config *sim;
    const struct log *log;
    money_t capital;
    double days_a_year;
    // The strategy trades, and marks are scored, from here on; what comes before lets its inputs know the past.
    // INT64_MIN: from the first event on.
    int64_t from_ns;
    const struct engine_phase
        *phases; // [phase_count] of strategies[0], for its parameters; or NULL
    uint32_t phase_count;
    const struct trial_watch *watch;   // NULL: nobody
    const volatile sig_atomic_t *stop; // NULL: never
};

// Who looks on while a trial runs; members may be NULL.
struct trial_watch {
    void (*mark)(void *self, const struct account_mark *mark); // that is scored
    void (*fill)(void *self, uint32_t instrument, const struct score_fill *fill);
    void (*event)(void *self,
                  const struct event_header *event); // inputs that cause something, and outputs
    void *self;
};

// What a thread needs for one run after the other.
struct trial {
    struct arena wiring;
    struct arena state;
    struct arena venue;
};

int trial_init(struct trial *trial) MUST_USE; // ERR_NOMEM
void trial_fini(struct trial *trial);

// Runs these parameters (not read where there are phases); daily returns go to `returns` (NULL: nowhere). The engine's
// and the venue's errors; ERR_INTERRUPTED (no story).
int trial_run(struct trial *trial, const struct trial_config *config, const double *params,
              double *returns, size_t return_max, struct score_result *ret_result) MUST_USE;

#endif
