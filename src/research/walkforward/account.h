// SPDX-License-Identifier: Apache-2.0
// The out-of-sample account: one run of the event engine from the first test to the last, whose parameters change
// where windows do. What is held at a boundary goes over to the new parameters: it stays where they want it too, and
// what they do not want is traded away at their first decision, at the costs of any other order.
#ifndef FULMAR_RESEARCH_WALKFORWARD_ACCOUNT_H
#define FULMAR_RESEARCH_WALKFORWARD_ACCOUNT_H

#include "research/sweep/trial.h"

struct account_point {
    int64_t ts_ns; // of the last mark of a day; the first point is where the curve starts
    double equity; // mantissa
};

struct account {
    struct score_result total;
    struct score_result *
        parts; // [phase_count]: a part begins with the equity that the one before ended with; a trade
               // belongs to the part in which it ends
    struct account_point *points; // [point_count]
    uint64_t point_count;
};

// Runs the phases over config's log, scored from the first phase on. Results come from the arena. trial_run's errors,
// ERR_NOMEM.
int account_run(struct account *account, struct arena *arena, struct trial *trial,
                const struct trial_config *config, const struct engine_phase *phases,
                uint32_t phase_count) MUST_USE;

#endif
