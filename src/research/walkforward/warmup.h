// SPDX-License-Identifier: Apache-2.0
// How much of the past a strategy's inputs need before all of them are defined, whatever a search tries.
#ifndef FULMAR_RESEARCH_WALKFORWARD_WARMUP_H
#define FULMAR_RESEARCH_WALKFORWARD_WARMUP_H

#include "research/sweep/space.h"
#include "research/sweep/trial.h"

#define WARMUP_ALL UINT64_MAX

// Bars of the data, at the ends of every axis; WARMUP_ALL where inputs are of frames of their own. What is recursive,
// as an exponential average, is defined then and still forgets. The signal graph's errors; what it needs is taken
// from the arena and given back.
int warmup_bars(const struct trial_config *config, const struct space *space, struct arena *arena,
                uint64_t *ret_bars) MUST_USE;

#endif
