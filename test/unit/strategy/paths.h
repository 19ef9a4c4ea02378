// SPDX-License-Identifier: Apache-2.0
// Bars to drive strategies with: made from a seed, or read from shared files.
#ifndef FULMAR_TEST_UNIT_STRATEGY_PATHS_H
#define FULMAR_TEST_UNIT_STRATEGY_PATHS_H

#include "drive.h"

struct paths {
    struct arena memory;
    struct instruments instruments;
    struct tick *ticks; // in order of (close_ns, instrument)
    size_t count;
    uint32_t data_frame_s;
};

enum path_kind {
    PATH_UP,      // drifts up; the later an instrument, the steeper
    PATH_DOWN,    // drifts down
    PATH_WAVES,   // around a level, with pushes that come back
    PATH_DIPS,    // drifts up, with falls that come back
    PATH_REGIMES, // drift and volatility change every few dozen bars, bars are missing
};

struct path_plan {
    enum path_kind kind;
    uint32_t instruments;
    uint32_t bars;
    uint32_t frame_s;
    uint64_t seed;
};

void paths_make(struct paths *ret_paths, const struct path_plan *plan);

// The first `count` minute bars of a shared Bitfinex file; skips the test where it is absent.
void paths_bitfinex(struct paths *ret_paths, const char *relative, size_t count);

// The first `instruments` stocks of the shared daily panel.
void paths_panel(struct paths *ret_paths, uint32_t instruments);

void paths_fini(struct paths *paths);

#endif
