// SPDX-License-Identifier: Apache-2.0
// The registry of features of books and trades: one line each, in alphabetical order, X(name).
#ifndef FULMAR_QUANT_MICRO_MICRO_LIST_H
#define FULMAR_QUANT_MICRO_MICRO_LIST_H

// clang-format off
#define MICRO_LIST(X) \
    X(depth) \
    X(imbalance) \
    X(ofi) \
    X(ofi_levels) \
    X(queue_imbalance) \
    X(spread) \
    X(sweep_cost) \
    X(weighted_mid)
// clang-format on

#endif
