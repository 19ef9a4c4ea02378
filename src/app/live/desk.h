// SPDX-License-Identifier: Apache-2.0
// A configuration made into what a session trades with: engine, simulated venue, data and report, as fulmar backtest
// builds them (app/run/run.h).
#ifndef FULMAR_APP_LIVE_DESK_H
#define FULMAR_APP_LIVE_DESK_H

#include "app/run/run.h"
#include "app/run/run_report.h"
#include "edge/live/session.h"

struct desk {
    struct run *run;
    struct run_report *report;
    struct text description;
};

// Adds the strategy `manual` at the end, for orders by hand, where the configuration has none. ERR_NOMEM.
int desk_add_manual(struct run_config *config) MUST_USE;

// Owns config from here on, also on failure. The desk is session_open's, which owns it from then on; ret_desk->self is
// the struct desk. Errors as run_open; ERR_UNSUPPORTED for recorded feeds and made markets.
int desk_open(struct run_config *config, const char *tape_root,
              struct session_desk *ret_desk) MUST_USE;

// What an API opens sessions with: adds the strategy `manual` where there is none. The root outlives it.
struct session_maker desk_maker(const char *tape_root);

#endif
