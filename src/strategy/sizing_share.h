// SPDX-License-Identifier: Apache-2.0
// What all sizing methods end with: a size for a full-strength target becomes a signed part of the equity.
#ifndef FULMAR_STRATEGY_SIZING_SHARE_H
#define FULMAR_STRATEGY_SIZING_SHARE_H

#include <math.h>

#include "strategy/sizing.h"

// min(size, cap) x weight x confidence / shares; 0 when one of them is not a number.
static inline double sizing_share(const struct sizing_view *view,
                                  const struct strategy_target *target, double size, double cap) {
    double strength = target->weight * target->confidence;
    double full = size < cap ? size : cap;
    if (isnan(size) || isnan(strength)) return 0;
    return full * strength / (view->shares > 0 ? (double)view->shares : 1.0);
}

#endif
