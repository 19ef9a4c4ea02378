// SPDX-License-Identifier: Apache-2.0
// The registry of features of books and trades: one line each, in alphabetical order, X(name).
#ifndef FULMAR_QUANT_MICRO_MICRO_LIST_H
#define FULMAR_QUANT_MICRO_MICRO_LIST_H

// clang-format off
#define MICRO_LIST(X) \
    X(absorption) \
    X(amihud) \
    X(depth) \
    X(effective_spread) \
    X(hasbrouck) \
    X(hawkes) \
    X(iceberg) \
    X(imbalance) \
    X(kyle) \
    X(layering) \
    X(microprice) \
    X(ofi) \
    X(ofi_impact) \
    X(ofi_levels) \
    X(queue_imbalance) \
    X(realised_spread) \
    X(resilience) \
    X(roll) \
    X(spoofing) \
    X(spread) \
    X(sweep_cost) \
    X(trade_flow) \
    X(trade_sign) \
    X(vpin) \
    X(weighted_mid) \
    X(whale)
// clang-format on

#endif
