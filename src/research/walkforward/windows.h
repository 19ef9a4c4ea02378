// SPDX-License-Identifier: Apache-2.0
// Walk-forward windows: a stretch of data to choose parameters on, then one to live by them, again and again.
//
//   rolling    train has the same length in every window and moves on with test
//   anchored   train begins with the data in every window and grows
//
// Test stretches follow each other without a gap and the last ends with the data. What lies between the end of a
// train stretch and its test is the purge: a position that was open at the end of the one is not open at the begin
// of the other. R. Pardo, "The Evaluation and Optimization of Trading Strategies", 2nd ed. (2008), chapter 11;
// M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), chapter 7, for the purge.
#ifndef FULMAR_RESEARCH_WALKFORWARD_WINDOWS_H
#define FULMAR_RESEARCH_WALKFORWARD_WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { WINDOWS_MAX = 1000, WINDOWS_DEFAULT = 10, WINDOWS_TRAIN_DEFAULT = 4 };

struct windows_config {
    int64_t first_ns; // of the data
    int64_t last_ns;
    int64_t train_ns; // 0: WINDOWS_TRAIN_DEFAULT times test
    int64_t test_ns;  // 0: what `count` leaves of the data
    int64_t purge_ns;
    uint32_t count; // of windows; 0: as many as the data has, or WINDOWS_DEFAULT where test_ns is 0
    bool anchored;
};

// Stretches are [from, to).
struct window {
    int64_t train_from_ns, train_to_ns;
    int64_t test_from_ns, test_to_ns;
};

// ERR_ARGUMENT with a story: the data is too short for a window, or for so many.
int windows_make(const struct windows_config *config, struct window ret_windows[WINDOWS_MAX],
                 uint32_t *ret_count) MUST_USE;

#endif
