// SPDX-License-Identifier: Apache-2.0
// The registry of allocation methods: one line each, in alphabetical order, X(name) for
// strategy/allocation_<name>.c.
#ifndef FULMAR_STRATEGY_ALLOCATION_LIST_H
#define FULMAR_STRATEGY_ALLOCATION_LIST_H

// clang-format off
#define ALLOCATION_LIST(X) \
    X(equal) \
    X(fixed) \
    X(inverse_volatility) \
    X(kelly) \
    X(performance) \
    X(regime) \
    X(risk_parity)
// clang-format on

#endif
