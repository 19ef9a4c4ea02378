// SPDX-License-Identifier: Apache-2.0
// The registry of latency models: one line each, in alphabetical order, X(name) for sim/latency_<name>.c.
#ifndef FULMAR_SIM_LATENCY_LIST_H
#define FULMAR_SIM_LATENCY_LIST_H

// clang-format off
#define LATENCY_LIST(X) \
    X(constant) \
    X(exponential) \
    X(feed) \
    X(gamma) \
    X(lognormal) \
    X(pareto) \
    X(recorded) \
    X(uniform)
// clang-format on

#endif
