// SPDX-License-Identifier: Apache-2.0
// What every size is scaled by, whatever the method: how sure the strategy says it is, and how far its equity is below
// its peak. Rows of a table, of which the defaults change nothing.
//
// Source: Sanford J. Grossman and Zhongquan Zhou, "Optimal Investment Strategies for Controlling Drawdowns",
// Mathematical Finance 3 (1993): what is risked is in proportion to the distance of the equity from its floor.
#ifndef FULMAR_STRATEGY_SIZE_SCALE_H
#define FULMAR_STRATEGY_SIZE_SCALE_H

#include <stdbool.h>

#include "base/params.h"

enum size_scale_param {
    SCALE_CONFIDENCE_MIN,   // below which nothing is held
    SCALE_CONFIDENCE_POWER, // 1: in proportion to it, 0: not at all
    SCALE_DRAWDOWN_FROM,
    SCALE_DRAWDOWN_TO,    // 0: drawdowns scale nothing
    SCALE_DRAWDOWN_LEAST, // what is left from there on
    SCALE_COUNT
};
extern const struct param size_scale_params[SCALE_COUNT];

// What contradicts itself, or NULL.
const char *size_scale_fault(const double *params);

// Whether drawdowns scale anything, so that the equity's peak has to be kept.
static inline bool size_scale_reads_peak(const double *params) {
    return params[SCALE_DRAWDOWN_TO] > 0;
}

// In [0, 1]: confidence (in [0, 1]) scaled, times the scale of a drawdown (0 to 1 of the peak; NaN: not known).
double size_scale(const double *params, double confidence, double drawdown);

#endif
