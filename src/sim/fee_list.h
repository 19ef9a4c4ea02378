// SPDX-License-Identifier: Apache-2.0
// The registry of fee models: one line each, in alphabetical order, X(name) for sim/fee_<name>.c.
#ifndef FULMAR_SIM_FEE_LIST_H
#define FULMAR_SIM_FEE_LIST_H

// clang-format off
#define FEE_LIST(X) \
    X(maker_taker) \
    X(per_order) \
    X(per_share) \
    X(tiered)
// clang-format on

#endif
