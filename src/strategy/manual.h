// SPDX-License-Identifier: Apache-2.0
// The strategy that is people: it decides nothing, and orders by hand (order/manual.h) belong to it. So they have a
// book of their own, and everything that is known of strategies holds for them: positions, profit, permissions,
// conduct, pause, drain and stop. It is none of the registry, which lists what can be tried and searched; a run names
// it like one.
#ifndef FULMAR_STRATEGY_MANUAL_H
#define FULMAR_STRATEGY_MANUAL_H

#include "strategy/strategy.h"

enum manual_param { MANUAL_ORDERS, MANUAL_PARAM_COUNT }; // how many of its orders may live at once

extern const struct strategy strategy_manual;

static inline bool strategy_is_manual(const struct strategy *strategy) {
    return strategy->scope == SCOPE_NONE;
}

#endif
