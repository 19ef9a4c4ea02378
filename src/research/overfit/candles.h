// SPDX-License-Identifier: Apache-2.0
// The same market, told a little differently: every price of every bar moved by chance, in parts of the bar's own
// range. A strategy that lives by exact prices of one history does not survive it.
#ifndef FULMAR_RESEARCH_OVERFIT_CANDLES_H
#define FULMAR_RESEARCH_OVERFIT_CANDLES_H

#include "market/instrument.h"
#include "research/sweep/log.h"

// Copies a log into the arena with open, high, low and close moved by independent normal numbers times `strength` times
// the bar's range, to whole ticks; high and low still hold open and close, no price falls below a tick, and volumes
// stay. Events that are no bars are as they were. ERR_NOMEM.
int candles_move(const struct log *log, const struct instruments *instruments, double strength,
                 uint64_t seed, struct arena *arena, struct log *ret_log) MUST_USE;

#endif
