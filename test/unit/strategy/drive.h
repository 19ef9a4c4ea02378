// SPDX-License-Identifier: Apache-2.0
// Runs a strategy over bars without an engine: signal graph, decide(), and the plainest of fills (a target is filled
// in whole at the open of the instrument's next bar; a stop that a bar touches ends the position).
#ifndef FULMAR_TEST_UNIT_STRATEGY_DRIVE_H
#define FULMAR_TEST_UNIT_STRATEGY_DRIVE_H

#include "harness.h"
#include "strategy/signal.h"
#include "strategy/strategy.h"

struct tick {
    uint32_t instrument;
    uint32_t reserved;
    struct bar bar;
};

struct decision {
    int64_t ts_ns;
    uint32_t instrument;
    uint32_t reserved;
    struct strategy_target target;
};
_Static_assert(sizeof(struct decision) == 56, "compared as bytes");

struct drive {
    // The caller's.
    const struct strategy *strategy;
    const struct instruments *instruments;
    double params[PARAMS_MAX];
    uint32_t data_frame_s;
    uint32_t frame_s;
    // What came of it; drive_fini gives the decisions back.
    struct decision *decisions; // targets other than TARGET_KEEP
    size_t decision_count;
    size_t decision_max;
    size_t calls;
    size_t long_entries;
    size_t short_entries;
    size_t stops;
    double gain; // sum over bars of position x relative change of the close
};

// Feeds ticks in order of (close_ns, instrument).
void drive_run(struct drive *drive, const struct tick *ticks, size_t count);
void drive_fini(struct drive *drive);

#endif
