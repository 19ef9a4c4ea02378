// SPDX-License-Identifier: Apache-2.0
// The registry of queue models: one line each, in alphabetical order, X(name) for sim/queue_<name>.c.
#ifndef FULMAR_SIM_QUEUE_LIST_H
#define FULMAR_SIM_QUEUE_LIST_H

// clang-format off
#define QUEUE_LIST(X) \
    X(fifo) \
    X(log) \
    X(log2) \
    X(power) \
    X(power2) \
    X(power3) \
    X(risk_averse)
// clang-format on

#endif
