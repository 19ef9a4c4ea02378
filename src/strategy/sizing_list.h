// SPDX-License-Identifier: Apache-2.0
// The registry of sizing methods: one line each, in alphabetical order, X(name) for
// strategy/sizing_<name>.c.
#ifndef FULMAR_STRATEGY_SIZING_LIST_H
#define FULMAR_STRATEGY_SIZING_LIST_H

// clang-format off
#define SIZING_LIST(X) \
    X(fixed_fraction) \
    X(kelly) \
    X(risk_parity) \
    X(risk_to_stop) \
    X(volatility_target)
// clang-format on

#endif
